// A channel in miniature: carries out chains of commands on a device model, moving data in pieces of odd sizes.
#pragma once

#include <string>
#include <vector>

#include "devices/device.h"

namespace replica::test {

struct Step {
  u8 command;
  u32 count;               // bytes of room, for commands that read
  std::vector<u8> data{};  // what is sent, for commands that take data

  static Step read(u8 command, u32 count) { return {command, count, {}}; }
  static Step send(u8 command, std::vector<u8> data) {
    return {command, static_cast<u32>(data.size()), std::move(data)};
  }
  static Step control(u8 command) { return {command, 1, {}}; }
};

struct Outcome {
  u8 status = 0;
  bool wrong_length = false;  // as the model says, or a residual count
  u32 residual = 0;
  std::vector<u8> data;  // what was read
};

class ChannelDriver {
 public:
  explicit ChannelDriver(Device& device) : device_(device) {}

  // Pieces of 1, 2, ... `largest_piece` bytes in turn; 0 for all at once.
  void set_largest_piece(u32 size) { largest_piece_ = size; }

  void begin_chain() { device_.begin_chain(); }
  Outcome run(const Step& step);
  // A chain by itself, to its end or the first unusual status. The outcome is that of the last command carried out.
  Outcome chain(const std::vector<Step>& steps);
  // The same with a search, repeated until it succeeds, which is what a TRANSFER IN CHANNEL *-8 does.
  Outcome search(const Step& step);
  // The sense bytes, as a chain by itself.
  std::vector<u8> sense();

 private:
  u32 next_piece(u32 left);

  Device& device_;
  u32 largest_piece_ = 7;
  u32 piece_ = 0;
};

}  // namespace replica::test
