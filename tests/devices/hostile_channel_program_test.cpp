// Channel programs without sense against every device model: none may crash the machine, take it over, or reach what it has no
// key for. Seeds are fixed, so that a failure repeats; run with the address sanitizer, which sees what goes out of bounds.
#include <gtest/gtest.h>

#include <random>

#include "devices/card_punch.h"
#include "devices/card_reader.h"
#include "devices/console.h"
#include "devices/dasd/ckd_factory.h"
#include "devices/dasd/fba_device.h"
#include "devices/line_printer.h"
#include "devices/tape/tape_device.h"
#include "tests/devices/channel_fixture.h"
#include "tests/devices/dasd/volumes.h"

namespace replica::test {
namespace {

using Bytes = std::vector<u8>;
using Strings = std::vector<std::string>;

// Programs are in the first half of storage, which has their key; the second half is somebody else's.
constexpr u32 kOwn = 32 * 1024;
constexpr u8 kOwnKey = 4, kOthersKey = 7;
constexpr u32 kLists = 0x4000;  // where IDAWs are

struct Model {
  const char* name;
  std::unique_ptr<Device> (*make)(const TemporaryFolder& folder, const DeviceEnvironment& environment);
  Bytes commands;  // some that make sense, among all others
};

std::unique_ptr<Device> make_console(const TemporaryFolder&, const DeviceEnvironment& environment) {
  auto console = std::make_unique<Console>("3215", environment);
  console->on_line([](const std::string&) {});
  console->enter("LOGON");
  return console;
}

std::unique_ptr<Device> make_reader(const TemporaryFolder& folder, const DeviceEnvironment& environment) {
  folder.write("deck", Bytes(80 * 1000, 0xC1));
  return value_of(make_card_reader("3505", Strings{"deck", "ebcdic", "eof"}, environment));
}

std::unique_ptr<Device> make_punch(const TemporaryFolder&, const DeviceEnvironment& environment) {
  return value_of(make_card_punch("3525", Strings{"punched"}, environment));
}

std::unique_ptr<Device> make_printer(const TemporaryFolder&, const DeviceEnvironment& environment) {
  return value_of(make_line_printer("3211", Strings{"printed"}, environment));
}

std::unique_ptr<Device> make_tape(const TemporaryFolder& folder, const DeviceEnvironment& environment) {
  folder.write("tape.aws", {});
  return value_of(make_tape_device("3420", Strings{"tape.aws"}, environment));
}

std::unique_ptr<Device> make_ckd(const TemporaryFolder& folder, const DeviceEnvironment& environment) {
  make_volume(folder, "ckd", "2314", 3, Format::zlib);
  return value_of(make_ckd_device("2314", Strings{"ckd"}, environment));
}

std::unique_ptr<Device> make_fba(const TemporaryFolder& folder, const DeviceEnvironment& environment) {
  folder.write("fba", Bytes(512 * 1000));
  return value_of(make_fba_device("3310", Strings{"fba"}, environment));
}

const Model kModels[] = {
    {"console", make_console, {0x01, 0x09, 0x0A, 0x0B, 0x03, 0x04}},
    {"reader", make_reader, {0x02, 0x42, 0x22, 0xC2, 0x23, 0x03, 0x04}},
    {"punch", make_punch, {0x01, 0x41, 0x81, 0x03, 0x04}},
    {"printer", make_printer, {0x01, 0x09, 0x11, 0x0B, 0x8B, 0x89, 0x63, 0xFB, 0x03, 0x04, 0x0A, 0x12, 0x07}},
    {"tape", make_tape, {0x01, 0x02, 0x0C, 0x07, 0x17, 0x1F, 0x27, 0x37, 0x2F, 0x3F, 0xC3, 0x97, 0x04}},
    {"ckd", make_ckd, {0x07, 0x1F, 0x31, 0xB1, 0x29, 0x39, 0x06, 0x86, 0x0E, 0x9E, 0x12, 0x5E, 0x05,
                       0x0D, 0x1D, 0x15, 0x19, 0x11, 0x01, 0x16, 0x1A, 0x02, 0x0F, 0x2D, 0x04, 0x13}},
    {"fba", make_fba, {0x63, 0x43, 0x42, 0x41, 0x02, 0x64, 0x04, 0x03}},
};

class HostileChannelProgram : public ChannelsFixture, public testing::WithParamInterface<Model> {
 protected:
  static constexpr u16 kAddress = 0x130;

  void SetUp() override {
    environment_.directory = folder_.path("");
    environment_.report = [](const std::string&) {};
    ASSERT_TRUE(channels_.attach(kAddress, GetParam().make(folder_, environment_)));
  }

  u32 below(u32 limit) { return static_cast<u32>(random_() % limit); }

  // Mostly inside of what the program may reach.
  u32 random_address() {
    switch (below(8)) {
      case 0: return below(1 << 24);
      case 1: return kOwn + below(kOwn);
      case 2: return kOwn - below(64);
      default: return below(kOwn);
    }
  }

  u16 random_count() {
    constexpr u16 kCounts[] = {0, 1, 2, 3, 5, 6, 7, 8, 16, 80, 2048, 2049, 7294, 32768, 65535};
    return below(3) == 0 ? static_cast<u16>(random_()) : kCounts[below(std::size(kCounts))];
  }

  void random_ccw(u32 at) {
    const Bytes& commands = GetParam().commands;
    u8 command = below(8) == 0 ? static_cast<u8>(random_()) : commands[below(static_cast<u32>(commands.size()))];
    u8 flags = static_cast<u8>(random_() & 0xFC);
    if (below(2) == 0) flags = kCc | kSli;
    if (below(16) == 0) flags |= 1;
    u32 address = below(8) == 0 ? at & ~7u : random_address();  // over itself
    if (flags & kIda) address = kLists + 4 * below(256);
    if (below(6) == 0) {
      command = kTic;
      address = (at + 8 * below(8) - 24) & 0xFFFFF8;
    }
    ccw(at, command, address, flags, random_count());
  }

  void random_storage() {
    for (u32 at = 0; at < kStorage; at += 8) store_be64(storage_->data() + at, random_());
    for (u32 at = 0x400; at < 0x1000; at += 8) random_ccw(at);
    for (u32 at = kLists; at < kLists + 0x800; at += 4) word(at, random_address() & (below(4) == 0 ? ~0u : ~0x7FFu));
    for (u32 block = 0; block < storage_->blocks(); ++block) {
      storage_->set_key(block, static_cast<u8>((block << kBlockShift < kOwn ? kOwnKey : kOthersKey) << 4));
    }
  }

  // Time passes, at most `steps` events of it.
  void pass(unsigned steps) {
    for (unsigned n = 0; n < steps && channels_.next_event() != kNever; ++n) {
      const auto begun = std::chrono::steady_clock::now();
      next();
      longest_ = std::max(longest_, std::chrono::steady_clock::now() - begun);
    }
  }

  // Whatever it does, the operation ends when it is told to, and its interruption can be taken.
  void expect_obedience() {
    const bool clears = below(2) == 0;
    if (clears) {
      clrio(kAddress);
    } else {
      hio(kAddress);
    }
    ASSERT_EQ(channels_.next_event(), kNever);
    if (pending()) interruption();
    ASSERT_NE(tio(kAddress), 2);
    ASSERT_EQ(tio(kAddress), 0);
  }

  TemporaryFolder folder_;
  DeviceEnvironment environment_;
  std::mt19937_64 random_{20261123};
  std::chrono::steady_clock::duration longest_{};
};

TEST_P(HostileChannelProgram, HarmsNobody) {
  constexpr unsigned kPrograms = 4000;
  for (unsigned program = 0; program < kPrograms; ++program) {
    SCOPED_TRACE(program);
    if (program % 50 == 0) random_storage();
    const Bytes others = bytes(kOwn, kOwn);
    context_.block_multiplexing = below(2) != 0;
    context_.real_time = below(2) != 0;
    sio(kAddress, 0x400 + 8 * below(0x180), kOwnKey);
    pass(below(60));
    context_.block_multiplexing = true;
    ASSERT_NO_FATAL_FAILURE(expect_obedience());
    ASSERT_EQ(bytes(kOwn, kOwn), others) << "stored without the key";
    for (u32 block = kOwn >> kBlockShift; block < storage_->blocks(); ++block) {
      ASSERT_EQ(storage_->key(block) & storage_key::kChange, 0);
    }
  }
  // What one look at the channels may take, with room for a busy host and sanitizers.
  EXPECT_LT(longest_, std::chrono::milliseconds(1000));
}

TEST_P(HostileChannelProgram, EndlessLoopsLeaveTheMachineRunning) {
  const Bytes& commands = GetParam().commands;
  for (const u8 command : commands) {
    for (const int flags : {kCc | kSli, kCd | kSli}) {
      random_storage();
      ccw(0x400, command, 0x2000, static_cast<u8>(flags), 8);
      ccw(0x408, kTic, 0x400, 0, 0);
      sio(kAddress, 0x400, kOwnKey);
      pass(200);
      ASSERT_NO_FATAL_FAILURE(expect_obedience());
    }
  }
  EXPECT_LT(longest_, std::chrono::milliseconds(1000));
}

INSTANTIATE_TEST_SUITE_P(Devices, HostileChannelProgram, testing::ValuesIn(kModels),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace replica::test
