// Storage with channels and scripted devices, and words for what programs do to them.
#pragma once

#include <gtest/gtest.h>

#include "base/big_endian.h"
#include "cpu/clocks.h"
#include "devices/channels.h"
#include "tests/devices/scripted_device.h"

namespace replica::test {

inline constexpr u8 kCd = Ccw::kChainData, kCc = Ccw::kChainCommand, kSli = Ccw::kSuppressLength, kSkip = Ccw::kSkip,
                    kPci = Ccw::kPci, kIda = Ccw::kIndirect;
inline constexpr u8 kTic = 0x08;

// Channel status.
inline constexpr u8 kProgramCheck = 0x20, kProtectionCheck = 0x10, kWrongLength = 0x40, kPciStatus = 0x80;

class ChannelFixture : public testing::Test {
 protected:
  static constexpr u32 kStorage = 64 * 1024;

  // A program in storage.
  void ccw(u32 at, u8 command, u32 data, u8 flags, u16 count) {
    store_be32(storage_->data() + at, u32{command} << 24 | data);
    store_be32(storage_->data() + at + 4, u32{flags} << 24 | count);
  }
  void word(u32 at, u32 value) { store_be32(storage_->data() + at, value); }
  void fill(u32 at, u32 length, u8 value) { std::fill_n(storage_->data() + at, length, value); }
  std::vector<u8> bytes(u32 at, u32 length) { return {storage_->data() + at, storage_->data() + at + length}; }
  static std::vector<u8> numbered(u32 length) {
    std::vector<u8> numbers(length);
    for (u32 i = 0; i < length; ++i) numbers[i] = static_cast<u8>(i * 7 + 1);
    return numbers;
  }
  void key(u32 address, u8 key) { storage_->set_key(address >> kBlockShift, key); }
  u8 key(u32 address) const { return storage_->key(address >> kBlockShift); }

  std::unique_ptr<Storage> storage_ = std::move(*Storage::create(kStorage));
};

class ChannelsFixture : public ChannelFixture {
 protected:
  ScriptedDevice& attach(u16 address) {
    auto device = std::make_unique<ScriptedDevice>();
    ScriptedDevice& attached = *device;
    EXPECT_TRUE(channels_.attach(address, std::move(device)));
    return attached;
  }

  u8 issue(IoInstruction instruction, u16 address) { return channels_.instruction(context_, instruction, address); }
  u8 sio(u16 address, u32 program, u8 access_key = 0) {
    word(72, u32{access_key} << 28 | program);
    return issue(IoInstruction::start_io, address);
  }
  u8 tio(u16 address) { return issue(IoInstruction::test_io, address); }
  u8 hio(u16 address) { return issue(IoInstruction::halt_io, address); }
  u8 hdv(u16 address) { return issue(IoInstruction::halt_device, address); }
  u8 clrio(u16 address) { return issue(IoInstruction::clear_io, address); }
  u8 tch(u16 address) { return issue(IoInstruction::test_channel, address); }

  // Time passes: until nothing is due any more, or one step.
  void finish() {
    while (channels_.next_event() != kNever) next();
  }
  void next() {
    context_.now = channels_.next_event();
    channels_.advance(context_);
  }
  // As if nothing were due, but someone outside had called.
  void look() { channels_.advance(context_); }

  bool pending(u32 mask = 0xFFFFFFFF) const { return channels_.pending(mask); }
  u16 interruption(u32 mask = 0xFFFFFFFF) { return channels_.accept(context_, mask); }

  u64 csw() const { return load_be64(storage_->data() + 64); }
  u16 status() const { return load_be16(storage_->data() + 68); }
  static u16 status_of(u8 unit, u8 channel) { return static_cast<u16>(unit << 8 | channel); }
  static u64 csw_of(u8 access_key, u32 address, u8 unit, u8 channel, u16 count) {
    return u64{access_key} << 60 | u64{address} << 32 | u64{unit} << 24 | u64{channel} << 16 | count;
  }

  ChannelSubsystem channels_{*storage_};
  IoContext context_{.block_multiplexing = true};
};

}  // namespace replica::test
