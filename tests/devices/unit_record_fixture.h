// What the tests of card and print devices share: a channel in miniature, and a folder with an environment in it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "devices/device.h"
#include "devices/device_environment.h"
#include "tests/tools/temporary_folder.h"

// All of it in a namespace, since the tests of other devices are in the same program.
namespace replica::unit_record {

inline constexpr u8 kEnd = unit_status::kEnd;
inline constexpr u8 kCheck = unit_status::kEnd | unit_status::kUnitCheck;
inline constexpr u8 kException = unit_status::kEnd | unit_status::kUnitException;

using Codes = std::vector<u8>;  // of commands

struct Command {
  u8 code;
  std::vector<u8> data = {0};  // what a write sends; a read takes so many bytes
};

struct Outcome {
  u8 status = 0;
  bool wrong_length = false;
  u32 moved = 0;
  std::vector<u8> data;  // read
};

// Carries out commands as a channel does, the data in pieces of odd sizes, and collects what the device presents by itself.
class TestChannel : public DeviceEvents {
 public:
  explicit TestChannel(Device& device) : device_(device) { device_.set_events(this); }
  ~TestChannel() override { device_.set_events(nullptr); }

  // A chain of one command.
  Outcome run(u8 code, std::vector<u8> data) {
    device_.begin_chain();
    return command({code, std::move(data)});
  }
  Outcome run(u8 code, u32 count = 1) { return run(code, std::vector<u8>(count)); }
  Outcome send(u8 code, const std::string& text) { return run(code, std::vector<u8>(text.begin(), text.end())); }
  // A chain; the statuses of its commands, which go on whatever they are.
  std::vector<u8> chain(const std::vector<Command>& commands) {
    device_.begin_chain();
    std::vector<u8> statuses;
    for (const Command& one : commands) statuses.push_back(command(one).status);
    return statuses;
  }
  // The sense bytes.
  std::vector<u8> sense() { return run(0x04, 32).data; }

  void present(u8 status) override { presented.push_back(status); }
  void ready() override {}
  std::vector<u8> presented;

 private:
  Outcome command(const Command& command) {
    const Device::Answer answer = device_.begin(command.code);
    if (answer.direction == Device::Direction::none) return {.status = answer.status, .data = {}};
    Outcome outcome;
    std::vector<u8> data = command.data;
    const bool writing = answer.direction == Device::Direction::from_storage;
    for (;;) {
      constexpr u32 kPieces[] = {1, 7, 2048, 3, 31, 13};
      const std::span<u8> rest = std::span(data).subspan(outcome.moved);
      const std::span<u8> piece = rest.first(std::min<std::size_t>(rest.size(), kPieces[next_++ % 6]));
      if (piece.empty()) break;
      const u32 moved = writing ? device_.write(piece) : device_.read(piece);
      EXPECT_LE(moved, piece.size());
      outcome.moved += moved;
      if (moved < piece.size()) break;
    }
    const Device::Ending ending = device_.end();
    outcome.status = ending.status;
    outcome.wrong_length = ending.wrong_length || outcome.moved < data.size();
    data.resize(writing ? 0 : outcome.moved);
    outcome.data = std::move(data);
    return outcome;
  }

  Device& device_;
  u32 next_ = 0;
};

// Text in EBCDIC, by the standard page.
inline std::string ebcdic(const std::string& text) {
  std::string result;
  for (const char c : text) result += static_cast<char>((*find_code_page("819/037"))->to_ebcdic[static_cast<u8>(c)]);
  return result;
}

class UnitRecordTest : public testing::Test {
 protected:
  UnitRecordTest() {
    environment_.directory = folder_.path("");
    environment_.report = [this](const std::string& message) { reports_.push_back(message); };
  }

  void write(const std::string& name, const std::string& text) { folder_.write(name, {text.begin(), text.end()}); }
  std::string read(const std::string& name) { return folder_.read(name); }

  tools::TemporaryFolder folder_;
  std::vector<std::string> reports_;  // before what reports to it
  DeviceEnvironment environment_;
};

// The generator of the C standard's example, for sequences that a script repeats elsewhere.
class Sequence {
 public:
  explicit Sequence(u32 seed) : state_(seed) {}
  u32 operator()() {
    state_ = state_ * 1103515245 + 12345;
    return state_ >> 16;
  }

 private:
  u32 state_;
};

inline u64 fnv1a(std::span<const u8> bytes) {
  u64 hash = 0xCBF29CE484222325;
  for (const u8 byte : bytes) hash = (hash ^ byte) * 0x100000001B3;
  return hash;
}

// Every command in an order without sense, with counts of all sizes. Nothing is expected but that the device ends it.
inline void run_anything(Device& device, u32 seed, u32 commands) {
  TestChannel channel(device);
  Sequence random(seed);
  constexpr u32 kCounts[] = {0, 1, 2, 79, 80, 81, 132, 1499, 1500, 1501, 65535};
  for (u32 i = 0; i < commands; ++i) {
    std::vector<Command> chain;
    const u32 length = 1 + random() % 4;
    for (u32 j = 0; j < length; ++j) {
      const u8 code = static_cast<u8>(random());
      std::vector<u8> data(kCounts[random() % std::size(kCounts)]);
      for (u8& byte : data) byte = static_cast<u8>(random());
      chain.push_back({code, std::move(data)});
    }
    for (const u8 status : channel.chain(chain)) ASSERT_NE(status, 0);
    if (random() % 16 == 0) device.halt();
    if (random() % 16 == 0) device.reset();
    ASSERT_FALSE(device.description().empty());
  }
  EXPECT_TRUE(device.flush());
}

}  // namespace replica::unit_record
