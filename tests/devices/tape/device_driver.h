// Carries out commands against a model as a channel does, moving the data in pieces of odd sizes.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "devices/device.h"

namespace replica::tape_test {

class DeviceDriver : public DeviceEvents {
 public:
  struct Outcome {
    u8 status = 0;
    bool wrong_length = false;  // incorrect length, as the channel would say it
    u32 residual = 0;
    bool immediate = false;  // the command ended when it began
    // What was read, in ascending addresses.
    std::vector<u8> data;
  };

  explicit DeviceDriver(Device& device) : device_(device) { device_.set_events(this); }
  ~DeviceDriver() override { device_.set_events(nullptr); }

  // A command with a count; `data` is what it takes if it writes.
  Outcome run(u8 command, std::vector<u8> data) {
    Outcome outcome;
    outcome.residual = static_cast<u32>(data.size());
    device_.begin_chain();
    const Device::Answer answer = device_.begin(command);
    if (answer.direction == Device::Direction::none) {
      outcome.status = answer.status;
      outcome.immediate = true;
      return outcome;
    }
    const u32 moved = answer.direction == Device::Direction::from_storage ? write(data) : read(data);
    outcome.residual -= moved;
    const Device::Ending ending = device_.end();
    outcome.status = ending.status;
    outcome.wrong_length = outcome.residual != 0 || ending.wrong_length;
    if (answer.direction != Device::Direction::from_storage) {
      data.resize(moved);
      if (answer.direction == Device::Direction::backward) std::reverse(data.begin(), data.end());
      outcome.data = std::move(data);
    }
    return outcome;
  }
  Outcome run(u8 command, u32 count = 1) { return run(command, std::vector<u8>(count)); }

  void present(u8 status) override { presented.push_back(status); }
  void ready() override {}

  std::vector<u8> presented;

 private:
  u32 write(const std::vector<u8>& data) {
    u32 done = 0;
    while (done < data.size()) {
      const u32 length = piece(static_cast<u32>(data.size()) - done);
      const u32 moved = device_.write({data.data() + done, length});
      done += moved;
      if (moved < length) break;
    }
    return done;
  }
  u32 read(std::vector<u8>& data) {
    u32 done = 0;
    while (done < data.size()) {
      const u32 length = piece(static_cast<u32>(data.size()) - done);
      const u32 moved = device_.read({data.data() + done, length});
      done += moved;
      if (moved < length) break;
    }
    return done;
  }
  u32 piece(u32 rest) {
    constexpr u32 kSizes[] = {1, 7, 2048, 3, 255, 13};
    return std::min(rest, kSizes[next_++ % std::size(kSizes)]);
  }

  Device& device_;
  u32 next_ = 0;
};

}  // namespace replica::tape_test
