// The operator's console: 3215, 3210, 1052. A model of the printer-keyboard; the paper and the keys are someone else's, a
// panel or a connection, which takes the lines that are printed and enters those that are typed.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>

#include "devices/device.h"
#include "devices/device_environment.h"

namespace replica {

class Console final : public BufferedDevice {
 public:
  // `environment` gives the code page and must outlive the console.
  Console(std::string type, const DeviceEnvironment& environment) : type_(std::move(type)), environment_(environment) {}

  // Where a printed line goes, as host text without its end. Called on the channel's thread.
  void on_line(std::function<void(const std::string&)> print) { print_ = std::move(print); }

  // A line has been typed and ended with ENTER, or with CANCEL. From any thread. Answers a waiting read, else presents
  // attention and waits for the next; an empty line does not wait: ENTER alone is then the same as REQUEST, as in Hercules.
  void enter(std::string line, bool cancelled = false);
  // The REQUEST key: attention. From any thread.
  void request();

  std::string_view type() const override { return type_; }
  std::string description() const override;
  Answer begin(u8 command) override;
  Ending end() override;
  void halt() override;
  void reset() override;
  Status flush() override;

 private:
  struct Input {
    std::string text;
    bool cancelled;
  };

  Answer begin_read();
  void print(const std::vector<u8>& ebcdic, bool new_line);

  std::string type_;
  const DeviceEnvironment& environment_;
  std::function<void(const std::string&)> print_;
  std::string line_;  // printed so far on the present line
  bool writing_ = false;
  bool new_line_ = false;
  bool cancelled_ = false;

  std::mutex mutex_;
  std::deque<Input> input_;
  bool read_waits_ = false;
};

}  // namespace replica
