// What the tests of card and print devices share: a folder with an environment in it, and commands without sense.
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
#include "tests/devices/channel_driver.h"
#include "tests/tools/temporary_folder.h"

// All of it in a namespace, since the tests of other devices are in the same program.
namespace replica::unit_record {

inline constexpr u8 kEnd = unit_status::kEnd;
inline constexpr u8 kCheck = unit_status::kEnd | unit_status::kUnitCheck;
inline constexpr u8 kException = unit_status::kEnd | unit_status::kUnitException;

using Codes = std::vector<u8>;  // of commands

using test::ChannelDriver;
using test::Outcome;
using test::Step;

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
  ChannelDriver channel(device);
  Sequence random(seed);
  constexpr u32 kCounts[] = {0, 1, 2, 79, 80, 81, 132, 1499, 1500, 1501, 65535};
  for (u32 i = 0; i < commands; ++i) {
    std::vector<Step> chain;
    const u32 length = 1 + random() % 4;
    for (u32 j = 0; j < length; ++j) {
      const u8 code = static_cast<u8>(random());
      std::vector<u8> data(kCounts[random() % std::size(kCounts)]);
      for (u8& byte : data) byte = static_cast<u8>(random());
      chain.push_back(Step::send(code, std::move(data)));
    }
    for (const u8 status : channel.statuses(chain)) ASSERT_NE(status, 0);
    if (random() % 16 == 0) device.halt();
    if (random() % 16 == 0) device.reset();
    ASSERT_FALSE(device.description().empty());
  }
  EXPECT_TRUE(device.flush());
}

}  // namespace replica::unit_record
