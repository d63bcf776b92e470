#include "tools/overhead/guest_operator.h"

#include <algorithm>
#include <charconv>

#include "cpu/clocks.h"
#include "tools/hercules/device_statement.h"
#include "tools/hercules/text_file.h"

namespace replica::overhead {
namespace {

// A rule that fires on what its own command brings about does not keep the guest from running for ever.
constexpr unsigned kActionsAtOnce = 1'000;
constexpr double kUnitsPerSecond = 1e6 * kUnitsPerMicrosecond;
constexpr double kMostSeconds = 999;

}  // namespace

GuestOperator::GuestOperator(std::filesystem::path folder, std::vector<std::string> commands, Desk desk)
    : folder_(std::move(folder)), desk_(std::move(desk)), rules_([](const std::string&) {}) {
  status_ = startup_.begin(std::move(commands));
}

bool GuestOperator::see(const std::string& line) { return rules_.see(line); }

void GuestOperator::act() {
  for (unsigned actions = 0; actions < kActionsAtOnce && status_ && !quit_; ++actions) {
    if (!fired_.is_active() && !fired_.is_paused()) {
      if (const auto command = rules_.take_due()) {
        execute(fired_, *command);
        continue;
      }
    }
    if (!step(fired_) && !step(startup_)) return;
  }
}

u64 GuestOperator::next_time() const {
  u64 time = kNever;
  for (const tools::ScriptRun* run : {&fired_, &startup_}) {
    if (run->is_paused()) time = std::min(time, run->resume_at());
  }
  return time;
}

// The next line, if it is due.
bool GuestOperator::step(tools::ScriptRun& run) {
  if (run.is_paused()) {
    if (run.resume_at() > desk_.now()) return false;
    run.resume();
  }
  if (!run.is_active()) return false;
  if (const auto next = run.next(); !next.at_end) execute(run, next.line);
  return true;
}

void GuestOperator::execute(tools::ScriptRun& run, const std::string& line) {
  if (line.starts_with('#') || line.starts_with('*')) return;
  if (!desk_.console_prefix.empty() && line.starts_with(desk_.console_prefix)) {
    return desk_.type(line.substr(desk_.console_prefix.size()));
  }
  const auto words = tools::split_words(line);
  const std::string name = tools::upper_case(words[0]);
  if (name == "IPL" || name == "IPLC") {
    load(words, name == "IPLC");
  } else if (name == "HAO") {
    rules_.command(tools::trimmed(line.substr(words[0].size())));
  } else if (name == "PAUSE") {
    pause(run, words);
  } else if (name == "SCRIPT" && words.size() == 2) {
    auto lines = tools::read_lines((folder_ / words[1]).string());
    status_ = lines ? run.begin(std::move(*lines)) : tl::unexpected(lines.error());
  } else if (name == "QUIT" || name == "EXIT") {
    quit_ = true;
  } else {
    status_ = fail(
        "found the command '{}'; expected ipl, iplc, hao, script FILE, pause, quit or a line for the console", line);
  }
}

void GuestOperator::load(const std::vector<std::string>& words, bool clear) {
  const auto address = tools::parse_device_number(words.size() > 1 ? words[1] : "");
  if (!address) {
    status_ = fail("ipl: {}", address.error().message);
  } else if (words.size() > 3 || (words.size() == 3 && tools::upper_case(words[2]) != "CLEAR")) {
    status_ = fail("ipl: found '{}'; expected CLEAR or nothing behind the address", words[2]);
  } else {
    status_ = desk_.load(*address, clear || words.size() == 3);
  }
}

void GuestOperator::pause(tools::ScriptRun& run, const std::vector<std::string>& words) {
  const std::string text = words.size() > 1 ? words[1] : "1";
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !(seconds >= 0 && seconds <= kMostSeconds)) {
    status_ = fail("pause: found '{}'; expected seconds, up to {}", text, kMostSeconds);
    return;
  }
  run.pause_until(desk_.now() + std::max<u64>(static_cast<u64>(seconds * kUnitsPerSecond), 1));
}

}  // namespace replica::overhead
