// A minidisk is a small drive: it begins at cylinder 0, ends where its extent ends, and there is nothing beside it.
#include <random>

#include "tests/vmm/minidisk/minidisk_fixture.h"

namespace replica::vmm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr u16 kHeads = 19;
constexpr u32 kReject = 0x8000, kRejectProtected = 0x8004, kEndOfCylinder = 0x0020;

// ---- Relocation ----

TEST_F(MinidiskTest, CylinderZeroIsTheExtentsFirst) {
  const Outcome outcome = channel.chain({seek(0, 3), search_id(0, 3, 1), Step::read(kReadData, 100)});
  EXPECT_EQ(outcome.status, kGood);
  EXPECT_EQ(outcome.data, Bytes(100, kMine));
}

TEST_F(MinidiskTest, HomeAddressAndR0NameTheVirtualCylinder) {
  EXPECT_THAT(channel.chain({seek(2, 5), Step::read(kReadHome, 5)}).data, ElementsAre(0, 0, 2, 0, 5));
  EXPECT_THAT(channel.chain({seek(2, 5), Step::read(kReadR0, 8)}).data, ElementsAre(0, 2, 0, 5, 0, 0, 0, 8));
  EXPECT_EQ(channel.statuses({seek(2, 5), Step::send(kSearchHome, {0, 2, 0, 5})}).back(), kFound);
  EXPECT_EQ(channel.statuses({seek(2, 5), Step::send(kSearchHome, {0, 6, 0, 5})}).back(), kGood);
}

TEST_F(MinidiskTest, RecordsAreAsTheGuestHasWrittenThem) {
  const Bytes count = {0, 3, 0, 1, 3, 0, 0, 4};
  Bytes record = count;
  record.insert(record.end(), {0xC1, 0xC2, 0xC3, 0xC4});
  EXPECT_EQ(channel.chain({seek(3, 1), search_id(3, 1, 2), Step::send(kWriteCkd, record)}).status, kGood);
  EXPECT_EQ(channel.chain({seek(3, 1), search_id(3, 1, 3), Step::read(kReadData, 4)}).status, kGood);
  const Track track = value_of(volume->read(volume->number({7, 1})));
  EXPECT_TRUE(std::ranges::equal(track.record(3), record));
  EXPECT_THAT(changed(), ElementsAre(volume->number({7, 1})));
}

// What IBCDASDI does: home address, R0 and records, with virtual numbers throughout.
TEST_F(MinidiskTest, ATrackCanBeFormattedFromItsHomeAddress) {
  const Bytes r0 = {0, 1, 0, 2, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8};
  const Bytes r1 = {0, 1, 0, 2, 1, 0, 0, 2, 0xAA, 0xBB};
  const Outcome outcome = channel.chain({mask(0xC0), seek(1, 2), Step::send(kWriteHome, {0, 0, 1, 0, 2}),
                                         Step::send(kWriteR0, r0), Step::send(kWriteCkd, r1)});
  EXPECT_EQ(outcome.status, kGood);
  EXPECT_EQ(channel.chain({seek(1, 2), Step::read(kReadR0, 16)}).data, r0);
  const Track track = value_of(volume->read(volume->number({5, 2})));
  EXPECT_EQ(track.count(0).bytes[1], 5);
  EXPECT_EQ(track.count(1).bytes[1], 1);
  EXPECT_THAT(changed(), ElementsAre(volume->number({5, 2})));
}

// R0 of a defective track names another one; whatever it names comes back as it was written.
TEST_F(MinidiskTest, AnyR0ComesBackAsItWasWritten) {
  for (const u8 cylinder : Bytes{0, 1, 2, 5, 9, 200}) {
    const Bytes r0 = {0, cylinder, 0, 7, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8};
    channel.chain({mask(0xC0), seek(1, 2), Step::send(kWriteHome, {0, 0, 1, 0, 2}), Step::send(kWriteR0, r0)});
    EXPECT_EQ(channel.chain({seek(1, 2), Step::read(kReadR0, 16)}).data, r0) << cylinder;
  }
}

TEST_F(MinidiskTest, SenseNamesTheVirtualCylinder) {
  EXPECT_EQ(channel.chain({seek(2, 0), seek(4, 0)}).status, kCheck);
  EXPECT_EQ(channel.sense()[5], 2);
}

TEST_F(MinidiskTest, IsLoadedFromItsOwnFirstTrack) {
  Track track(volume->address(volume->number({4, 0})));
  track.append(make_count({0, 0}, 1, 4, 24), Bytes(28, 0x42));
  EXPECT_GOOD(volume->write(track));
  EXPECT_EQ(channel.run(kReadIpl, 24).data, Bytes(24, 0x42));
}

// ---- Bounds ----

TEST_F(MinidiskTest, NoSeekLeavesTheExtent) {
  for (const u8 command : {kSeek, kSeekCylinder}) {
    for (const u16 cylinder : std::vector<u16>{4, 5, 8, 11, 12, 403, 411, 0x7FFF, 0xFFFC, 0xFFFF}) {
      EXPECT_EQ(channel.chain({seek(cylinder, 0, command)}).status, kCheck) << cylinder;
      EXPECT_EQ(why(), kReject) << cylinder;
    }
  }
  for (const u16 head : std::vector<u16>{kHeads, 20, 0x7F, 0xFFFF}) {
    EXPECT_EQ(channel.chain({seek(3, head)}).status, kCheck) << head;
    EXPECT_EQ(channel.chain({seek(3, head, kSeekHead)}).status, kCheck) << head;
  }
  EXPECT_EQ(channel.chain({Step::send(kSeek, {0, 1, 0, 0, 0, 0})}).status, kCheck);
}

TEST_F(MinidiskTest, MultitrackCommandsEndWithTheLastCylinder) {
  for (const u8 command : {kReadData, kReadKeyData, kReadCount, kReadCkd, kReadR0, kReadHome}) {
    std::vector<Step> steps = {seek(3, kHeads - 1)};
    for (int n = 0; n < 4; ++n) steps.push_back(Step::read(command | kMultitrack, 200));
    EXPECT_EQ(channel.chain(steps).status, kCheck) << int{command};
    EXPECT_EQ(why(), kEndOfCylinder) << int{command};
  }
  const Step search = Step::send(kSearchIdEqual | kMultitrack, {0, 8, 0, 0, 1});
  EXPECT_EQ(channel.chain({seek(3, kHeads - 1), search}).status, kCheck);
  EXPECT_EQ(why(), kEndOfCylinder);
}

TEST_F(MinidiskTest, AnOverflowRecordDoesNotGoOnBehindTheLastTrack) {
  Bytes record = {0, 3, 0, kHeads - 1, 3, 0, 0, 4, 1, 2, 3, 4};
  EXPECT_EQ(channel.chain({seek(3, kHeads - 1), search_id(3, kHeads - 1, 2), Step::send(kWriteSpecial, record)}).status,
            kGood);
  const Outcome read = channel.chain({seek(3, kHeads - 1), search_id(3, kHeads - 1, 3), Step::read(kReadData, 200)});
  EXPECT_EQ(read.status, kCheck);
  EXPECT_EQ(read.data, Bytes({1, 2, 3, 4}));
  const Outcome written =
      channel.chain({seek(3, kHeads - 1), search_id(3, kHeads - 1, 3), Step::send(kWriteData, Bytes(200, 0x77))});
  EXPECT_EQ(written.status, kCheck);
  EXPECT_FALSE(has_changed_outside());
}

TEST_F(MinidiskTest, RecalibrateGoesToTheExtentsFirstTrack) {
  EXPECT_THAT(channel.chain({seek(3, 3), Step::control(kRecalibrate), Step::read(kReadHome, 5)}).data,
              ElementsAre(0, 0, 0, 0, 0));
}

// Chains of all commands with data that is often an address, of this minidisk and of others: nothing that is not the
// minidisk's is ever read or written.
TEST_F(MinidiskTest, NoChainOfCommandsReachesTheNeighbours) {
  std::mt19937 random(1);
  const auto below = [&](u32 limit) { return static_cast<u32>(random() % limit); };
  const auto any_command = [&]() -> u8 {
    constexpr u8 kLikely[] = {0x07, 0x0B, 0x1B, 0x13, 0x31, 0xB1, 0x39, 0xB9, 0x71, 0x06, 0x86, 0x0E, 0x12, 0x92, 0x16,
                              0x96, 0x1A, 0x9A, 0x1E, 0x9E, 0x5E, 0x02, 0x05, 0x0D, 0x1D, 0x01, 0x11, 0x15, 0x19, 0x1F};
    return below(8) == 0 ? static_cast<u8>(random()) : kLikely[below(std::size(kLikely))];
  };
  for (int round = 0; round < 3000; ++round) {
    channel.begin_chain();
    if (below(2) == 0) channel.run(mask(0xC0));
    u8 cylinder = 0, head = 0;
    bool is_found = false;
    for (int n = 0; n < 8; ++n) {
      u8 command = any_command();
      if (is_found && below(2) == 0) command = Bytes{kWriteData, kWriteCkd, kWriteSpecial, kErase, kWriteR0}[below(5)];
      // Searches are mostly for what stands where the last seek went.
      if ((command & 0x1F) == kSeek || command == kSeekHead || below(4) == 0) {
        cylinder = static_cast<u8>(below(kOwn.cylinders + below(2) * kCylinders));
        head = static_cast<u8>(below(kHeads + 1));
      }
      Bytes data = {0, 0, 0, cylinder, 0, head};
      if ((command & 0x7F) == kSearchHome) data = {0, cylinder, 0, head};
      if ((command & 0x1F) == 0x11) data = {0, cylinder, 0, head, static_cast<u8>(below(3))};
      const bool formats = command == kWriteCkd || command == kWriteSpecial || command == kErase || command == kWriteR0;
      if (formats) data = {0, cylinder, 0, head, static_cast<u8>(below(4)), 0, 0, 4, 1, 2, 3, 4};
      const Step step{command, below(2) == 0 ? 20'000u : static_cast<u32>(data.size()), data};
      const bool searches_id = (command & 0x1F) == kErase && (command & 0x60) != 0;
      const Outcome outcome = searches_id ? channel.search(step) : channel.run(step);
      is_found = outcome.status == kFound;
      const Bytes wall(16, kNeighbours);
      ASSERT_TRUE(std::ranges::search(outcome.data, wall).empty()) << "round " << round << " command " << int{command};
    }
    if (round % 300 != 0) continue;
    ASSERT_FALSE(has_changed_outside()) << "round " << round;
  }
  EXPECT_FALSE(has_changed_outside());
  EXPECT_GT(changed().size(), 20u);  // the chains have done something
}

// ---- Read-only links ----

TEST_F(MinidiskTest, EveryWriteOfAReadOnlyLinkIsRejected) {
  const auto reader = make_drive(true);
  ChannelDriver other(*reader);
  const u8 kWrites[] = {kWriteData, kWriteKeyData, kWriteCkd, kWriteSpecial, kErase, kWriteR0, kWriteHome};
  for (const u8 command : kWrites) {
    const Step write = Step::send(command, {0, 0, 0, 0, 1, 0, 0, 4, 1, 2, 3, 4});
    EXPECT_EQ(other.chain({mask(0xC0), seek(0, 0), search_id(0, 0, 1), write}).status, kCheck) << int{command};
    const Bytes sense = other.sense();
    EXPECT_EQ(sense[0] << 8 | sense[1], kRejectProtected) << int{command};
  }
  EXPECT_THAT(changed(), IsEmpty());
  EXPECT_EQ(other.chain({seek(0, 0), search_id(0, 0, 1), Step::read(kReadData, 100)}).data, Bytes(100, kMine));
}

// ---- Several devices on one volume ----

TEST_F(MinidiskTest, AReaderSeesWhatAWriterHasWritten) {
  const auto reader = make_drive(true);
  ChannelDriver other(*reader);
  EXPECT_EQ(other.chain({seek(1, 1), search_id(1, 1, 2), Step::read(kReadData, 100)}).data, Bytes(100, kMine));
  channel.chain({seek(1, 1), search_id(1, 1, 2), Step::send(kWriteData, Bytes(100, 0x55))});
  // The reader stands on that track still.
  EXPECT_EQ(other.chain({search_id(1, 1, 2), Step::read(kReadData, 100)}).data, Bytes(100, 0x55));
}

TEST_F(MinidiskTest, AWriterDoesNotUndoWhatAnotherHasWritten) {
  const auto second = make_drive();
  ChannelDriver other(*second);
  other.chain({seek(1, 1), search_id(1, 1, 1), Step::send(kWriteData, Bytes(100, 0x22))});
  channel.chain({seek(1, 1), search_id(1, 1, 2), Step::send(kWriteData, Bytes(100, 0x33))});
  other.chain({seek(1, 1), search_id(1, 1, 1), Step::send(kWriteData, Bytes(100, 0x44))});
  const Track track = value_of(volume->read(volume->number({5, 1})));
  EXPECT_TRUE(std::ranges::equal(track.data(1), Bytes(100, 0x44)));
  EXPECT_TRUE(std::ranges::equal(track.data(2), Bytes(100, 0x33)));
}

// The record that a chain has found is gone when it goes on.
TEST_F(MinidiskTest, ARecordThatAnotherErasesIsNotFoundAgain) {
  channel.begin_chain();
  channel.run(seek(1, 1));
  EXPECT_EQ(channel.search(search_id(1, 1, 2)).status, kFound);
  const auto second = make_drive();
  ChannelDriver other(*second);
  other.chain({seek(1, 1), Step::send(kSearchIdEqual, {0, 1, 0, 1, 0}),
               Step::send(kWriteCkd, {0, 1, 0, 1, 1, 0, 0, 4, 9, 9, 9, 9})});
  EXPECT_EQ(channel.run(Step::send(kWriteData, Bytes(100, 0x66))).status, kCheck);
  const Track track = value_of(volume->read(volume->number({5, 1})));
  EXPECT_EQ(track.record_count(), 2u);
  EXPECT_TRUE(std::ranges::equal(track.data(1), Bytes({9, 9, 9, 9})));
}

// A drive with late writes gives its volume to minidisks: nothing of it is late then.
TEST_F(MinidiskTest, ADrivesLateWriteIsThereWhenItsVolumeIsShared) {
  const std::string other_path = make_volume(folder, "late", "3330", 3, Format::raw);
  CkdDevice::Options options;
  options.lazy_write = true;
  CkdDevice late("3330", open_for_test(other_path), std::move(options));
  ChannelDriver of_drive(late);
  const Step first = Step::send(kWriteCkd, {0, 0, 0, 0, 1, 0, 0, 4, 9, 9, 9, 9});
  const Step find = Step::send(kSearchIdEqual, {0, 0, 0, 0, 0});
  EXPECT_EQ(of_drive.chain({seek(0, 0), find, first}).status, kGood);
  const auto shared = value_of(late.share());
  EXPECT_TRUE(std::ranges::equal(value_of(shared->read(0)).data(1), Bytes({9, 9, 9, 9})));
  EXPECT_EQ(value_of(late.share()), shared);
  EXPECT_FALSE(late.shadow_files());
}

}  // namespace
}  // namespace replica::vmm
