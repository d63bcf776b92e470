// A terminal's device without server and sockets: a line that keeps what is sent to it, and a channel in miniature.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "devices/device.h"
#include "devices/terminal/terminal.h"
#include "tests/devices/terminal/telnet_client.h"

namespace replica::terminal {

class FakeLine final : public TerminalLine {
 public:
  void send(std::vector<u8> data) override { sent.push_back(std::move(data)); }
  std::size_t waiting() const override { return backlog; }
  std::string peer() const override { return "192.168.1.7"; }
  // What was sent since the last time, one piece.
  Bytes take() {
    if (sent.empty()) return {};
    Bytes first = sent.front();
    sent.erase(sent.begin());
    return first;
  }

  std::vector<Bytes> sent;
  std::size_t backlog = 0;
};

// How a command ended, or that it waits.
struct Outcome {
  bool waits = false;
  u8 status = 0;
  Bytes data;
  bool wrong_length = false;
};

inline constexpr u8 kEnd = unit_status::kEnd;
inline constexpr u8 kCheck = unit_status::kEnd | unit_status::kUnitCheck;
inline constexpr u8 kNotReady = unit_status::kUnitCheck;

// One command of a chain; a read takes up to `count` bytes.
inline Outcome carry_out(Device& device, u8 command, const Bytes& data, u32 count = 4096) {
  const Device::Answer answer = device.begin(command);
  Outcome outcome;
  switch (answer.direction) {
    case Device::Direction::later: outcome.waits = true; return outcome;
    case Device::Direction::none: outcome.status = answer.status; return outcome;
    case Device::Direction::from_storage: device.write(data); break;
    default: outcome.data.resize(count); outcome.data.resize(device.read(outcome.data));
  }
  const Device::Ending ending = device.end();
  outcome.status = ending.status;
  outcome.wrong_length = ending.wrong_length;
  return outcome;
}

// A chain of one command.
inline Outcome run(Device& device, u8 command, const Bytes& data = {}, u32 count = 4096) {
  device.begin_chain();
  return carry_out(device, command, data, count);
}

}  // namespace replica::terminal
