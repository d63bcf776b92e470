// A device that does what a test tells it: a record to read, room to write, and endings, each set by the test.
#pragma once

#include <algorithm>
#include <atomic>
#include <vector>

#include "devices/device.h"

namespace replica::test {

class ScriptedDevice final : public BufferedDevice {
 public:
  // Commands by their kind, as the codes have it: xxxxxx01 write, 10 read, 11 control, 0100 sense, 1100 read backward. Some have
  // a meaning of their own:
  static constexpr u8 kWrite = 0x01, kRead = 0x02, kImmediate = 0x03, kSense = 0x04, kControl = 0x07, kInquire = 0x0A,
                      kBackward = 0x0C, kReject = 0x0F, kSearch = 0x31;

  std::vector<u8> record;  // what reads give
  u32 room = 65536;        // what writes take
  u8 ending = unit_status::kEnd;
  std::vector<u8> argument;  // what kSearch finds
  u32 step_microseconds = 50;
  bool answered = true;  // kInquire answers at once, and not later

  std::vector<u8> commands;              // begun so far
  std::vector<std::vector<u8>> written;  // taken by each write or control command
  unsigned halts = 0, resets = 0, chains = 0;

  // What the device does by itself, from any thread.
  void present(u8 status) { raise_status(status); }
  void answer() {
    answered = true;
    raise_ready();
  }

  std::string_view type() const override { return "test"; }
  std::string description() const override { return "scripted"; }
  void begin_chain() override { ++chains; }
  Answer begin(u8 command) override {
    commands.push_back(command);
    command_ = command;
    if (command == kReject) return check(sense::kCommandReject, 0);
    if (command == kImmediate) return Answer::ended(ending);
    if (command == kInquire && !answered) return Answer::later();
    if ((command & 0x0F) == 0x0C) {
      send({record.rbegin(), record.rend()});
      return {Direction::backward};
    }
    if ((command & 0x0F) == kSense) return send_sense();
    if ((command & 0x03) == kRead) return send(record);
    return receive(room);
  }
  Ending end() override {
    if (takes_data()) written.push_back(buffer());
    if (command_ == kSearch && buffer() == argument) return {unit_status::kEnd | unit_status::kStatusModifier};
    return {ending, !takes_data() && has_more()};
  }
  u32 microseconds() const override { return step_microseconds; }
  void halt() override { ++halts; }
  void reset() override {
    BufferedDevice::reset();
    ++resets;
  }

 private:
  bool takes_data() const { return (command_ & 0x03) == kWrite || (command_ & 0x03) == kImmediate; }
  u8 command_ = 0;
};

}  // namespace replica::test
