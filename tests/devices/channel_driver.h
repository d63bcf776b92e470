// A channel in miniature for the tests of device models: carries out commands and chains of them, moving the data in pieces
// of odd sizes, and keeps what the device presents by itself.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "devices/device.h"

namespace replica::test {

// A command with its data, or with so much room for data.
struct Step {
  u8 command;
  u32 count;               // bytes of room; a command that takes data gets as many zeros if there are none
  std::vector<u8> data{};  // what is sent

  static Step read(u8 command, u32 count) { return {command, count, {}}; }
  static Step send(u8 command, std::vector<u8> data) {
    return {command, static_cast<u32>(data.size()), std::move(data)};
  }
  static Step control(u8 command) { return {command, 1, {}}; }
};

struct Outcome {
  u8 status = 0;
  bool wrong_length = false;  // as the model says, or a residual count
  bool immediate = false;     // the command ended when it began
  u32 residual = 0;
  std::vector<u8> data{};  // what was read, in ascending addresses
};

class ChannelDriver final : public DeviceEvents {
 public:
  explicit ChannelDriver(Device& device) : device_(device) { device_.set_events(this); }
  ~ChannelDriver() override { device_.set_events(nullptr); }

  // Pieces of one size, instead of odd ones.
  void use_pieces_of(std::size_t bytes) { piece_ = bytes; }

  void begin_chain() { device_.begin_chain(); }
  // One more command of the present chain.
  Outcome run(const Step& step);
  // The same with a search, repeated until it succeeds, which is what a TRANSFER IN CHANNEL *-8 does.
  Outcome search(const Step& step);

  // A chain of one command.
  Outcome run(u8 command, u32 count = 1) { return alone(Step::read(command, count)); }
  Outcome run(u8 command, std::vector<u8> data) { return alone(Step::send(command, std::move(data))); }
  Outcome send(u8 command, const std::string& text) { return run(command, std::vector<u8>(text.begin(), text.end())); }
  std::vector<u8> sense() { return run(0x04, 32).data; }

  // A chain to its end or the first unusual status, searches repeated. The outcome is that of the last command carried out.
  Outcome chain(const std::vector<Step>& steps);
  // A chain that goes on whatever happens: the status of each command.
  std::vector<u8> statuses(const std::vector<Step>& steps);

  void present(u8 status) override { presented.push_back(status); }
  void ready() override {}
  std::vector<u8> presented;

 private:
  Outcome alone(const Step& step);
  u32 send_data(std::vector<u8> data, u32 count);
  u32 read_data(std::vector<u8>& data);
  std::size_t next_piece(std::size_t rest);

  Device& device_;
  std::size_t piece_ = 0;
  std::size_t pieces_ = 0;
};

}  // namespace replica::test
