// Writes: what they need, and what they leave on the track.
#include "tests/devices/dasd/ckd_fixture.h"

namespace replica::test {
namespace {

class CkdWrite : public ::testing::Test {
 protected:
  Outcome chain(const std::vector<Step>& steps) { return drive_.channel->chain(steps); }
  Bytes data(u32 head, u32 index) {
    const Track track = drive_.track(1, head);
    return {track.data(index).begin(), track.data(index).end()};
  }

  CkdDrive drive_;
};

constexpr u8 kAllWrites = 0xC0;
const Step kFormatMask = Step::send(kSetFileMask, {kAllWrites});

Bytes ckd(u8 head, u8 record, u8 key_length, u16 data_length, Bytes rest) {
  Bytes bytes = {0, 1, 0, head, record, key_length, static_cast<u8>(data_length >> 8), static_cast<u8>(data_length)};
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

TEST_F(CkdWrite, WriteDataReplacesTheDataOfARecord) {
  const Bytes bytes(30, 0xAB);
  const Outcome outcome = chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 3), Step::send(kWriteData, bytes)});
  EXPECT_EQ(outcome.status, kGood);
  EXPECT_FALSE(outcome.wrong_length);
  EXPECT_EQ(data(0, 3), bytes);
  EXPECT_EQ(data(0, 2), CkdDrive::data(0, 2));
  EXPECT_EQ(data(0, 4), CkdDrive::data(0, 4));
}

TEST_F(CkdWrite, TooFewDataAreFollowedByZeros) {
  const Outcome outcome = chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 3), Step::send(kWriteData, {1, 2, 3})});
  EXPECT_EQ(outcome.status, kGood);
  EXPECT_TRUE(outcome.wrong_length);
  Bytes expected(30);
  expected[0] = 1, expected[1] = 2, expected[2] = 3;
  EXPECT_EQ(data(0, 3), expected);
}

TEST_F(CkdWrite, TooManyDataAreNotTaken) {
  const Outcome outcome =
      chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 1), Step::send(kWriteData, Bytes(12, 7))});
  EXPECT_EQ(outcome.status, kGood);
  EXPECT_TRUE(outcome.wrong_length);
  EXPECT_EQ(outcome.residual, 2u);
  EXPECT_EQ(data(0, 1), Bytes(10, 7));
}

TEST_F(CkdWrite, WriteDataMayFollowASearchForAKey) {
  EXPECT_EQ(
      chain({CkdDrive::seek(1, 0), Step::send(kSearchKeyEqual, CkdDrive::key(2)), Step::send(kWriteData, Bytes(20, 9))})
          .status,
      kGood);
  EXPECT_EQ(data(0, 2), Bytes(20, 9));
}

TEST_F(CkdWrite, WriteKeyAndDataReplacesBoth) {
  Bytes bytes = {1, 2};
  bytes.resize(32, 3);
  EXPECT_EQ(chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 3), Step::send(kWriteKeyData, bytes)}).status, kGood);
  const Track track = drive_.track(1, 0);
  EXPECT_EQ(Bytes(track.key(3).begin(), track.key(3).end()), (Bytes{1, 2}));
  EXPECT_EQ(data(0, 3), Bytes(30, 3));
}

TEST_F(CkdWrite, AnEndOfFileRecordTakesNoData) {
  EXPECT_EQ(chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 6), Step::send(kWriteData, {1})}).status, kException);
}

TEST_F(CkdWrite, UpdatesNeedASearchThatFoundAllEqual) {
  const Step write = Step::send(kWriteData, Bytes(10, 1));
  const std::vector<std::vector<Step>> kChains = {
      {CkdDrive::seek(1, 0), write},
      {CkdDrive::seek(1, 0), Step::read(kReadCount, 8), write},
      {CkdDrive::seek(1, 0), Step::read(kReadData, 10), write},
      {CkdDrive::seek(1, 0), Step::send(kSearchIdHigh, {0, 1, 0, 0, 0}), write},
      {CkdDrive::seek(1, 0), Step::send(kSearchIdEqual, {0, 1, 0, 0}), write},
      {CkdDrive::seek(1, 0), CkdDrive::search_id(0, 1), CkdDrive::seek(1, 0), write},
      {CkdDrive::seek(1, 0), CkdDrive::search_id(0, 1), Step::read(kReadData, 10), write},
      {CkdDrive::seek(1, 0), CkdDrive::search_id(0, 1), Step::read(kReadCount, 8), write},
      {CkdDrive::seek(1, 0), Step::send(kSearchKeyEqual, CkdDrive::key(1)), Step::send(kWriteKeyData, Bytes(12, 1))},
      {CkdDrive::seek(1, 0), CkdDrive::search_id(0, 1), write, write},
  };
  for (size_t i = 0; i < kChains.size(); ++i) {
    EXPECT_EQ(chain(kChains[i]).status, kCheck) << i;
    EXPECT_EQ(drive_.why(), 0x8000u) << i;
  }
}

TEST_F(CkdWrite, WriteCkdAppendsARecordAndErasesTheRest) {
  EXPECT_EQ(chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 2),
                   Step::send(kWriteCkd, ckd(0, 3, 1, 4, {0xEE, 1, 2, 3, 4}))})
                .status,
            kGood);
  const Track track = drive_.track(1, 0);
  ASSERT_EQ(track.record_count(), 4u);
  EXPECT_EQ(track.count(3).record(), 3);
  EXPECT_EQ(track.key(3)[0], 0xEE);
  EXPECT_EQ(data(0, 3), (Bytes{1, 2, 3, 4}));
}

TEST_F(CkdWrite, ATrackIsFormattedByAChainOfWrites) {
  std::vector<Step> steps = {CkdDrive::seek(1, 3), CkdDrive::search_id(3, 0)};
  for (u8 r = 1; r <= 10; ++r) steps.push_back(Step::send(kWriteCkd, ckd(3, r, 0, 500, Bytes(500, r))));
  EXPECT_EQ(chain(steps).status, kGood);
  ASSERT_EQ(drive_.track(1, 3).record_count(), 11u);
  for (u8 r = 1; r <= 10; ++r) EXPECT_EQ(data(3, r), Bytes(500, r));
}

TEST_F(CkdWrite, ReadsAndUpdatesMayStandBeforeAFormatWrite) {
  EXPECT_EQ(chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 2), Step::read(kReadData, 20),
                   Step::send(kWriteCkd, ckd(0, 3, 0, 1, {9}))})
                .status,
            kGood);
  EXPECT_EQ(drive_.track(1, 0).record_count(), 4u);
  EXPECT_EQ(chain({CkdDrive::seek(1, 1), CkdDrive::search_id(1, 2), Step::send(kWriteData, Bytes(20, 7)),
                   Step::send(kWriteCkd, ckd(1, 3, 0, 1, {9}))})
                .status,
            kGood);
  EXPECT_EQ(drive_.track(1, 1).record_count(), 4u);
  EXPECT_EQ(data(1, 2), Bytes(20, 7));
}

TEST_F(CkdWrite, FormatWritesNeedTheirPlace) {
  const Step write = Step::send(kWriteCkd, ckd(0, 1, 0, 1, {1}));
  const std::vector<std::vector<Step>> kChains = {
      {CkdDrive::seek(1, 0), write},
      {CkdDrive::seek(1, 0), Step::read(kReadCount, 8), write},
      {CkdDrive::seek(1, 0), Step::send(kSearchHome, {0, 1, 0, 0}), write},
      {CkdDrive::seek(1, 0), CkdDrive::search_id(0, 2), Step::read(kReadCkd, 100), write},
      {kFormatMask, CkdDrive::seek(1, 0), CkdDrive::search_id(0, 1), Step::send(kWriteR0, ckd(0, 0, 0, 8, Bytes(8)))},
  };
  for (size_t i = 0; i < kChains.size(); ++i) {
    EXPECT_EQ(chain(kChains[i]).status, kCheck) << i;
    EXPECT_EQ(drive_.why(), 0x8000u) << i;
  }
}

TEST_F(CkdWrite, AShortCountAndShortDataAreFilledWithZeros) {
  EXPECT_EQ(
      chain({CkdDrive::seek(1, 3), CkdDrive::search_id(3, 0), Step::send(kWriteCkd, ckd(3, 1, 0, 6, {5}))}).status,
      kGood);
  EXPECT_EQ(data(3, 1), (Bytes{5, 0, 0, 0, 0, 0}));
  EXPECT_EQ(chain({CkdDrive::seek(1, 3), CkdDrive::search_id(3, 0), Step::send(kWriteCkd, {0, 1, 0, 3, 1})}).status,
            kGood);
  EXPECT_EQ(drive_.track(1, 3).record(1).size(), 8u);
}

TEST_F(CkdWrite, EraseTakesTheRestOfTheTrack) {
  EXPECT_EQ(chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 2), Step::send(kErase, ckd(0, 3, 0, 4, {1, 2, 3, 4}))})
                .status,
            kGood);
  EXPECT_EQ(drive_.track(1, 0).record_count(), 3u);
}

TEST_F(CkdWrite, R0IsWrittenBehindTheHomeAddress) {
  EXPECT_EQ(chain({kFormatMask, CkdDrive::seek(1, 0), Step::send(kSearchHome, {0, 1, 0, 0}),
                   Step::send(kWriteR0, ckd(0, 0, 0, 8, {1, 2, 3, 4, 5, 6, 7, 8})),
                   Step::send(kWriteCkd, ckd(0, 1, 0, 2, {8, 9}))})
                .status,
            kGood);
  const Track track = drive_.track(1, 0);
  ASSERT_EQ(track.record_count(), 2u);
  EXPECT_EQ(data(0, 0), (Bytes{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(data(0, 1), (Bytes{8, 9}));
  EXPECT_EQ(chain({kFormatMask, CkdDrive::seek(1, 1), Step::send(kWriteHome, {0, 0, 1, 0, 1}),
                   Step::send(kWriteR0, ckd(1, 0, 0, 8, Bytes(8)))})
                .status,
            kGood);
  EXPECT_EQ(drive_.track(1, 1).record_count(), 1u);
}

// 13165 bytes behind R0; a record of 4096 takes 4231.
TEST_F(CkdWrite, ARecordThatDoesNotFitIsInvalidTrackFormat) {
  std::vector<Step> steps = {CkdDrive::seek(1, 3), CkdDrive::search_id(3, 0)};
  for (u8 r = 1; r <= 3; ++r) steps.push_back(Step::send(kWriteCkd, ckd(3, r, 0, 4096, Bytes(4096, r))));
  EXPECT_EQ(chain(steps).status, kGood);
  steps.push_back(Step::send(kWriteCkd, ckd(3, 4, 0, 338, Bytes(338, 4))));
  EXPECT_EQ(chain(steps).status, kCheck);
  EXPECT_EQ(drive_.why(), 0x0040u);
  steps.back() = Step::send(kWriteCkd, ckd(3, 4, 0, 337, Bytes(337, 4)));
  EXPECT_EQ(chain(steps).status, kGood);
  EXPECT_EQ(drive_.track(1, 3).record_count(), 5u);
}

TEST_F(CkdWrite, TheFileMaskForbidsWrites) {
  struct Case {
    u8 mask;
    bool update, format, r0;
  };
  for (const Case& one : {Case{0x00, true, true, false}, Case{0x40, false, false, false},
                          Case{0x80, true, false, false}, Case{0xC0, true, true, true}}) {
    const Step mask = Step::send(kSetFileMask, {one.mask});
    auto good = [&](bool allowed) { return allowed ? kGood : kCheck; };
    EXPECT_EQ(
        chain({mask, CkdDrive::seek(1, 0), CkdDrive::search_id(0, 1), Step::send(kWriteData, Bytes(10, 1))}).status,
        good(one.update))
        << int(one.mask);
    EXPECT_EQ(chain({mask, CkdDrive::seek(1, 1), CkdDrive::search_id(1, 0),
                     Step::send(kWriteCkd, ckd(1, 1, 2, 10, Bytes(12, 1)))})
                  .status,
              good(one.format))
        << int(one.mask);
    EXPECT_EQ(chain({mask, CkdDrive::seek(1, 2), Step::send(kSearchHome, {0, 1, 0, 2}),
                     Step::send(kWriteR0, ckd(2, 0, 0, 8, Bytes(8)))})
                  .status,
              good(one.r0))
        << int(one.mask);
    EXPECT_EQ(chain({mask, CkdDrive::seek(1, 2), Step::send(kWriteHome, {0, 0, 1, 0, 2})}).status, good(one.r0));
  }
  // Without a mask all but home address and R0 may be written.
  EXPECT_EQ(chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 1), Step::send(kWriteData, Bytes(10, 1))}).status,
            kGood);
  EXPECT_EQ(chain({CkdDrive::seek(1, 2), Step::send(kWriteHome, {0, 0, 1, 0, 2})}).status, kCheck);
  EXPECT_EQ(drive_.why(), 0x8000u);
}

// A record in two segments, on the end of one track and the beginning of the next.
TEST_F(CkdWrite, AnOverflowRecordGoesOnOnTheNextTrack) {
  Bytes first(100, 1);
  Bytes second(50, 2);
  EXPECT_EQ(chain({CkdDrive::seek(1, 6), CkdDrive::search_id(6, 0), Step::send(kWriteSpecial, ckd(6, 1, 0, 100, first)),
                   Step::send(kSeekHead, {0, 0, 0, 0, 0, 7}), CkdDrive::search_id(7, 0),
                   Step::send(kWriteCkd, ckd(7, 1, 0, 50, second))})
                .status,
            kGood);
  EXPECT_TRUE(drive_.track(1, 6).count(1).overflows());
  Bytes all = first;
  all.insert(all.end(), second.begin(), second.end());
  Outcome read = chain({CkdDrive::seek(1, 6), CkdDrive::search_id(6, 1), Step::read(kReadData, 150)});
  EXPECT_EQ(read.status, kGood);
  EXPECT_FALSE(read.wrong_length);
  EXPECT_EQ(read.data, all);
  EXPECT_EQ(chain({CkdDrive::seek(1, 6), Step::read(kReadCount, 8)}).data, (Bytes{0, 1, 0, 6, 1, 0, 0, 100}));

  for (u32 i = 0; i < 150; ++i) all[i] = static_cast<u8>(i);
  const Outcome write = chain({CkdDrive::seek(1, 6), CkdDrive::search_id(6, 1), Step::send(kWriteData, all)});
  EXPECT_EQ(write.status, kGood);
  EXPECT_FALSE(write.wrong_length);
  EXPECT_EQ(chain({CkdDrive::seek(1, 6), CkdDrive::search_id(6, 1), Step::read(kReadData, 150)}).data, all);

  // The file mask can forbid the switch of heads.
  EXPECT_EQ(chain({CkdDrive::seek(1, 6), Step::send(kSetFileMask, {0x18}), CkdDrive::search_id(6, 1),
                   Step::read(kReadData, 150)})
                .status,
            kCheck);
  EXPECT_EQ(drive_.why(), 0x0005u);
}

TEST(CkdReadOnly, WritesAreInhibited) {
  CkdDrive drive("3330", {}, true);
  EXPECT_EQ(
      drive.channel->chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 1), Step::send(kWriteData, Bytes(10))}).status,
      kCheck);
  EXPECT_EQ(drive.why(), 0x1002u);
}

TEST(CkdFakeWrite, WritesSucceedAndLeaveNoTrace) {
  CkdDevice::Options options;
  options.fake_write = true;
  CkdDrive drive("3330", options, true);
  const auto before = bytes_of(drive.path_);
  EXPECT_EQ(
      drive.channel->chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 1), Step::send(kWriteData, Bytes(10))}).status,
      kGood);
  EXPECT_EQ(drive.channel->chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 1), Step::read(kReadData, 10)}).data,
            CkdDrive::data(0, 1));
  EXPECT_GOOD(drive.device->flush());
  EXPECT_EQ(bytes_of(drive.path_), before);
}

TEST(CkdLazyWrite, TheImageChangesWhenTheDriveGoesElsewhere) {
  CkdDevice::Options options;
  options.lazy_write = true;
  CkdDrive drive("3330", options);
  const auto before = bytes_of(drive.path_);
  drive.channel->chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 1), Step::send(kWriteData, Bytes(10, 0xAA))});
  EXPECT_EQ(bytes_of(drive.path_), before);
  EXPECT_EQ(drive.channel->chain({CkdDrive::search_id(0, 1), Step::read(kReadData, 10)}).data, Bytes(10, 0xAA));
  drive.channel->chain({CkdDrive::seek(1, 1), Step::read(kReadHome, 5)});
  EXPECT_NE(bytes_of(drive.path_), before);
  EXPECT_EQ(drive.channel->chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 1), Step::read(kReadData, 10)}).data,
            Bytes(10, 0xAA));
}

}  // namespace
}  // namespace replica::test
