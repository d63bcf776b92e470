#include "tools/hercules/terminal_desk.h"

#include <histedit.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <string_view>
#include <thread>

#include "base/check.h"
#include "tools/hercules/text_file.h"
#include "tools/hercules/wake_up.h"

namespace replica::tools {
namespace {

constexpr std::size_t kMostLines = 1000;
constexpr int kHistory = 500;
constexpr const char* kEraseLine = "\r\033[K";

class TerminalDesk final : public Desk {
 public:
  TerminalDesk();
  ~TerminalDesk() override;

  bool write_line(const std::string& line) override;
  std::optional<std::string> take_line() override;
  bool is_open() const override;
  bool is_interactive() const override { return true; }
  void on_input(std::function<void()> notify) override;
  void show_status(const std::string& status) override;

 private:
  void edit();
  void typed(std::string line);
  int next_key(wchar_t* key);
  void draw();

  static TerminalDesk& of(EditLine* editor);
  static int next_key_of(EditLine* editor, wchar_t* key) { return of(editor).next_key(key); }
  static char* prompt_of(EditLine* editor) { return of(editor).prompt_.data(); }

  EditLine* editor_ = nullptr;
  History* history_ = nullptr;
  WakeUp bell_;
  std::string prompt_;  // of the editor's thread

  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::deque<std::string> output_;  // lines of the log that are not written yet
  std::deque<std::string> input_;
  std::string status_;
  bool open_ = true;
  bool closing_ = false;
  bool write_failed_ = false;

  std::mutex notify_mutex_;
  std::function<void()> notify_;
  std::thread thread_;
};

// The signals that end the program go to the panel's thread.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

TerminalDesk::TerminalDesk() {
  editor_ = el_init("replica", stdin, stdout, stderr);
  history_ = history_init();
  CHECK(editor_ && history_);
  HistEvent event;
  history(history_, &event, H_SETSIZE, kHistory);
  history(history_, &event, H_SETUNIQUE, 1);
  el_set(editor_, EL_CLIENTDATA, this);
  el_set(editor_, EL_EDITOR, "emacs");
  el_set(editor_, EL_SIGNAL, 0);
  el_set(editor_, EL_PROMPT, &TerminalDesk::prompt_of);
  el_set(editor_, EL_HIST, history, history_);
  el_set(editor_, EL_GETCFN, &TerminalDesk::next_key_of);
  el_source(editor_, nullptr);
  thread_ = std::thread([this] { edit(); });
}

TerminalDesk::~TerminalDesk() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  bell_.ring();
  thread_.join();
  el_end(editor_);
  history_end(history_);
  std::fputs(kEraseLine, stdout);
  for (const std::string& line : output_) std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

TerminalDesk& TerminalDesk::of(EditLine* editor) {
  void* data = nullptr;
  el_get(editor, EL_CLIENTDATA, &data);
  return *static_cast<TerminalDesk*>(data);
}

// ---- The panel's side ----

bool TerminalDesk::write_line(const std::string& line) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return output_.size() < kMostLines || !open_; });
  output_.push_back(line);
  bell_.ring();
  return !write_failed_;
}

std::optional<std::string> TerminalDesk::take_line() {
  const std::lock_guard lock(mutex_);
  if (input_.empty()) return std::nullopt;
  std::string line = std::move(input_.front());
  input_.pop_front();
  return line;
}

bool TerminalDesk::is_open() const {
  const std::lock_guard lock(mutex_);
  return open_ || !input_.empty();
}

void TerminalDesk::on_input(std::function<void()> notify) {
  const std::lock_guard lock(notify_mutex_);
  notify_ = std::move(notify);
}

void TerminalDesk::show_status(const std::string& status) {
  const std::lock_guard lock(mutex_);
  if (status_ == status) return;
  status_ = status;
  bell_.ring();
}

// ---- The editor's side ----

void TerminalDesk::edit() {
  block_signals();
  int count = 0;
  while (const char* line = el_gets(editor_, &count)) {
    const std::string text =
        trimmed(std::string(line, static_cast<std::size_t>(count)).substr(0, std::string_view(line).find('\n')));
    HistEvent event;
    if (!text.empty()) history(history_, &event, H_ENTER, text.c_str());
    typed(text);
  }
  {
    const std::lock_guard lock(mutex_);
    open_ = false;
  }
  room_.notify_all();
  const std::lock_guard lock(notify_mutex_);
  if (notify_) notify_();
}

void TerminalDesk::typed(std::string line) {
  {
    const std::lock_guard lock(mutex_);
    input_.push_back(std::move(line));
  }
  const std::lock_guard lock(notify_mutex_);
  if (notify_) notify_();
}

// 1 with the next key, 0 at the end.
int TerminalDesk::next_key(wchar_t* key) {
  for (;;) {
    draw();
    pollfd events[] = {{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                       {.fd = bell_.descriptor(), .events = POLLIN, .revents = 0}};
    if (poll(events, 2, -1) < 0 && errno != EINTR) return 0;
    bell_.hear();
    {
      const std::lock_guard lock(mutex_);
      if (closing_) return 0;
    }
    if (events[0].revents == 0) continue;
    char byte;
    const ssize_t count = read(STDIN_FILENO, &byte, 1);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count != 1) return 0;
    *key = static_cast<unsigned char>(byte);
    return 1;
  }
}

// Writes what the log has, and the prompt below it.
void TerminalDesk::draw() {
  std::deque<std::string> lines;
  std::string prompt;
  {
    const std::lock_guard lock(mutex_);
    lines.swap(output_);
    prompt = status_ + " > ";
  }
  room_.notify_all();
  if (lines.empty() && prompt == prompt_) return;
  prompt_ = prompt;
  std::fputs(kEraseLine, stdout);
  bool failed = false;
  for (const std::string& line : lines) failed |= std::printf("%s\n", line.c_str()) < 0;
  failed |= std::fflush(stdout) != 0;
  el_set(editor_, EL_REFRESH);
  if (!failed) return;
  const std::lock_guard lock(mutex_);
  write_failed_ = true;
}

}  // namespace

bool has_editing_terminal() {
  const char* type = std::getenv("TERM");
  return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && type && std::string_view(type) != "dumb" && *type;
}

std::unique_ptr<Desk> make_terminal_desk() { return std::make_unique<TerminalDesk>(); }

}  // namespace replica::tools
