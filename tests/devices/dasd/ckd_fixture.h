// A small volume with known records under a CKD drive, and a channel to drive it.
#pragma once

#include <gtest/gtest.h>

#include "devices/dasd/ckd_device.h"
#include "tests/devices/channel_driver.h"
#include "tests/devices/dasd/volumes.h"

namespace replica::test {

using Bytes = std::vector<u8>;

// Ending status.
inline constexpr u8 kGood = unit_status::kEnd;
inline constexpr u8 kFound = unit_status::kEnd | unit_status::kStatusModifier;
inline constexpr u8 kCheck = unit_status::kEnd | unit_status::kUnitCheck;
inline constexpr u8 kException = unit_status::kEnd | unit_status::kUnitException;

// Commands.
enum : u8 {
  kWriteSpecial = 0x01,
  kReadIpl = 0x02,
  kNoOperation = 0x03,
  kSense = 0x04,
  kWriteData = 0x05,
  kReadData = 0x06,
  kSeek = 0x07,
  kSeekCylinder = 0x0B,
  kWriteKeyData = 0x0D,
  kReadKeyData = 0x0E,
  kSpaceCount = 0x0F,
  kErase = 0x11,
  kReadCount = 0x12,
  kRecalibrate = 0x13,
  kWriteR0 = 0x15,
  kReadR0 = 0x16,
  kRestore = 0x17,
  kWriteHome = 0x19,
  kReadHome = 0x1A,
  kSeekHead = 0x1B,
  kWriteCkd = 0x1D,
  kReadCkd = 0x1E,
  kSetFileMask = 0x1F,
  kReadSector = 0x22,
  kSetSector = 0x23,
  kSearchKeyEqual = 0x29,
  kSearchKeyDataEqual = 0x2D,
  kSearchIdEqual = 0x31,
  kSearchHome = 0x39,
  kSearchKeyHigh = 0x49,
  kSearchIdHigh = 0x51,
  kReadMultiple = 0x5E,
  kSearchKeyEqualHigh = 0x69,
  kSearchIdEqualHigh = 0x71,
  kSenseId = 0xE4,
  kMultitrack = 0x80,
};

// Cylinder 1 of the volume has, on heads 0 to 2: records 1 to 5, key "Kr" and data of 10 * r bytes of value 16 * head + r.
// Record 6 is an end-of-file record. Head 3 has no records but R0; head 4 records without keys.
class CkdDrive {
 public:
  explicit CkdDrive(std::string_view type = "3330", CkdDevice::Options options = {}, bool read_only = false)
      : path_(make_volume(folder_, "volume", type, 4, Format::zlib)) {
    {
      const auto store = open_for_test(path_);
      for (u32 head = 0; head < 3; ++head) EXPECT_GOOD(store->write(keyed_track(head)));
      Track plain({1, 4});
      for (u8 r = 1; r <= 3; ++r) plain.append(make_count({1, 4}, r, 0, 100), Bytes(100, r));
      EXPECT_GOOD(store->write(plain));
    }
    options.report = [this](const std::string& text) { reports.push_back(text); };
    device = std::make_unique<CkdDevice>(std::string(type), open_for_test(path_, read_only), std::move(options));
    channel.emplace(*device);
  }

  static Bytes key(u8 record) { return {0xD2, static_cast<u8>(0xF0 + record)}; }
  static Bytes data(u32 head, u8 record) { return Bytes(record * 10u, static_cast<u8>(16 * head + record)); }

  static Track keyed_track(u32 head) {
    Track track({1, head});
    for (u8 r = 1; r <= 5; ++r) {
      Bytes bytes = key(r);
      const Bytes rest = data(head, r);
      bytes.insert(bytes.end(), rest.begin(), rest.end());
      track.append(make_count({1, head}, r, 2, r * 10u), bytes);
    }
    track.append(make_count({1, head}, 6, 0, 0), {});
    return track;
  }

  static Step seek(u8 cylinder, u8 head) { return Step::send(kSeek, {0, 0, 0, cylinder, 0, head}); }
  static Step search_id(u8 head, u8 record) { return Step::send(kSearchIdEqual, {0, 1, 0, head, record}); }

  // Sense bytes 0 and 1 of the last error.
  u32 why() {
    const Bytes bytes = channel->sense();
    return static_cast<u32>(bytes[0]) << 8 | bytes[1];
  }
  // Format and message, byte 7.
  u8 message() { return channel->sense()[7]; }

  Track track(u32 cylinder, u32 head) {
    EXPECT_GOOD(device->flush());
    return value_of(device->store().read(device->store().number({cylinder, head})));
  }

  TemporaryFolder folder_;
  std::string path_;
  std::vector<std::string> reports;
  std::unique_ptr<CkdDevice> device;
  std::optional<ChannelDriver> channel;
};

}  // namespace replica::test
