// A volume of twelve cylinders, of which a minidisk has four. Every record says whose it is.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/devices/dasd/ckd_fixture.h"
#include "vmm/minidisk/extent_store.h"

namespace replica::vmm {

using namespace replica::test;

class MinidiskTest : public testing::Test {
 protected:
  static constexpr u32 kCylinders = 12;
  static constexpr Extent kOwn{4, 4};
  static constexpr u8 kMine = 0x11, kNeighbours = 0xEE;

  MinidiskTest() {
    for (u32 n = 0; n < volume->tracks(); ++n) EXPECT_GOOD(volume->write(filled(n)));
    before = contents();
  }

  std::unique_ptr<CkdDevice> make_drive(bool protects = false) {
    CkdDevice::Options options;
    options.protects = protects;
    return std::make_unique<CkdDevice>("3330", std::make_shared<ExtentStore>(volume, kOwn), std::move(options));
  }

  // Two records of 100 bytes. Those of the minidisk have been written by its guest.
  Track filled(u32 number) const {
    const TrackAddress address = volume->address(number);
    const bool is_mine = address.cylinder >= kOwn.first && address.cylinder < kOwn.end();
    Track track(address);
    for (u8 record = 1; record <= 2; ++record) {
      const TrackAddress named = {is_mine ? address.cylinder - kOwn.first : address.cylinder, address.head};
      track.append(make_count(named, record, 0, 100), Bytes(100, is_mine ? kMine : kNeighbours));
    }
    return track;
  }

  static Step seek(u16 cylinder, u16 head, u8 command = kSeek) {
    return Step::send(command, {0, 0, static_cast<u8>(cylinder >> 8), static_cast<u8>(cylinder),
                                static_cast<u8>(head >> 8), static_cast<u8>(head)});
  }
  static Step search_id(u8 cylinder, u8 head, u8 record) {
    return Step::send(kSearchIdEqual, {0, cylinder, 0, head, record});
  }
  static Step mask(u8 bits) { return Step::send(kSetFileMask, {bits}); }

  u32 why() {
    const Bytes bytes = channel.sense();
    return static_cast<u32>(bytes[0]) << 8 | bytes[1];
  }

  std::vector<Bytes> contents() {
    std::vector<Bytes> all;
    for (u32 n = 0; n < volume->tracks(); ++n) {
      const auto bytes = value_of(volume->read(n));
      all.emplace_back(bytes.bytes().begin(), bytes.bytes().end());
    }
    return all;
  }
  // The tracks that are not as they were, of the volume.
  std::vector<u32> changed() {
    const auto now = contents();
    std::vector<u32> tracks;
    for (u32 n = 0; n < now.size(); ++n) {
      if (now[n] != before[n]) tracks.push_back(n);
    }
    return tracks;
  }
  bool has_changed_outside() {
    const u32 heads = volume->geometry().heads;
    return std::ranges::any_of(changed(),
                               [&](u32 track) { return track / heads < kOwn.first || track / heads >= kOwn.end(); });
  }

  TemporaryFolder folder;
  std::string path = make_volume(folder, "volume", "3330", kCylinders, Format::zlib);
  std::shared_ptr<SharedStore> volume = std::make_shared<SharedStore>(open_for_test(path));
  std::vector<Bytes> before;
  std::unique_ptr<CkdDevice> drive = make_drive();
  ChannelDriver channel{*drive};
};

}  // namespace replica::vmm
