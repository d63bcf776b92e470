// The operator's console: 3215, 3210, 1052. A model of the printer-keyboard; the paper and the keys are someone else's. Of an
// integrated console they are the panel's, which takes the lines that are printed and enters those that are typed; of any
// other those of a TELNET client, without which the console is not ready.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>

#include "devices/device.h"
#include "devices/device_environment.h"
#include "devices/terminal/terminal.h"

namespace replica {

class Console final : public BufferedDevice, public Terminal {
 public:
  enum class Keys : u8 { panel, client };

  // `environment` gives the code page and must outlive the console.
  Console(std::string type, const DeviceEnvironment& environment, Keys keys = Keys::panel)
      : type_(std::move(type)), environment_(environment), keys_(keys) {}

  // Where a line printed at the panel goes, as host text without its end. Called on the channel's thread.
  void on_line(std::function<void(const std::string&)> print) { print_ = std::move(print); }

  // A line has been typed and ended with ENTER, or with CANCEL. From any thread. Answers a waiting read, else presents
  // attention and waits for the next; an empty line does not wait: ENTER alone is then the same as REQUEST, as in Hercules.
  void enter(std::string line, bool cancelled = false);
  // A read waits for a line. From any thread.
  bool is_reading() const {
    const std::lock_guard lock(mutex_);
    return read_waits_;
  }
  // The REQUEST key: attention. From any thread.
  void request();

  std::string_view type() const override { return type_; }
  std::string description() const override;
  Answer begin(u8 command) override;
  Ending end() override;
  void halt() override;
  void reset() override;
  Status flush() override;

  // ---- Terminal, on the server's thread ----
  void connected(std::shared_ptr<TerminalLine> line, const Screen& screen) override;
  void disconnected() override;
  void received(std::span<const u8> typed) override;
  void pressed(Key key) override;
  void drained() override;

 private:
  struct Input {
    std::string text;
    bool cancelled;
  };

  Answer begin_write(bool new_line);
  Answer begin_read();
  void print(const std::vector<u8>& ebcdic, bool new_line);
  void finish_line();
  std::shared_ptr<TerminalLine> line() const;

  std::string type_;
  const DeviceEnvironment& environment_;
  Keys keys_;
  std::function<void(const std::string&)> print_;
  std::string printed_;  // so far on the present line, or at a client in the present command
  bool writing_ = false;
  bool new_line_ = false;
  bool cancelled_ = false;

  mutable std::mutex mutex_;  // for what follows
  std::deque<Input> input_;
  bool read_waits_ = false;
  bool write_waits_ = false;  // until the client has taken what was printed
  std::shared_ptr<TerminalLine> line_;
};

}  // namespace replica
