// Searches and reads, as GA26-1592 describes them.
#include "tests/devices/dasd/ckd_fixture.h"

namespace replica::test {
namespace {

class CkdRead : public ::testing::Test {
 protected:
  Outcome chain(const std::vector<Step>& steps) { return drive_.channel->chain(steps); }
  Outcome run(const Step& step) { return drive_.channel->run(step); }
  void begin(u8 cylinder, u8 head) {
    drive_.channel->begin_chain();
    EXPECT_EQ(run(CkdDrive::seek(cylinder, head)).status, kGood);
  }

  CkdDrive drive_;
};

Bytes count(u8 head, u8 record, u8 key_length, u8 data_length) {
  return {0, 1, 0, head, record, key_length, 0, data_length};
}

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

TEST_F(CkdRead, SearchIdThenReadDataGivesThatRecord) {
  const Outcome outcome = chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 3), Step::read(kReadData, 30)});
  EXPECT_EQ(outcome.status, kGood);
  EXPECT_FALSE(outcome.wrong_length);
  EXPECT_EQ(outcome.data, CkdDrive::data(0, 3));
}

TEST_F(CkdRead, ThePieceSizeOfTheChannelDoesNotMatter) {
  for (const u32 piece : {1u, 3u, 64u, 65535u}) {
    drive_.channel->use_pieces_of(piece);
    EXPECT_EQ(chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 5), Step::read(kReadKeyData, 52)}).data,
              joined({CkdDrive::key(5), CkdDrive::data(0, 5)}));
  }
}

TEST_F(CkdRead, WrongLengthIsToldBothWays) {
  EXPECT_TRUE(chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 3), Step::read(kReadData, 29)}).wrong_length);
  const Outcome more = chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 3), Step::read(kReadData, 31)});
  EXPECT_TRUE(more.wrong_length);
  EXPECT_EQ(more.residual, 1u);
  EXPECT_EQ(more.data, CkdDrive::data(0, 3));
}

TEST_F(CkdRead, ASearchLooksAtOneRecordAndStartsWithR0) {
  begin(1, 0);
  EXPECT_EQ(run(CkdDrive::search_id(0, 1)).status, kGood);  // R0
  EXPECT_EQ(run(CkdDrive::search_id(0, 1)).status, kFound);
  EXPECT_EQ(run(CkdDrive::search_id(0, 1)).status, kGood);  // R2
  begin(1, 0);
  EXPECT_EQ(run(CkdDrive::search_id(0, 0)).status, kFound);
}

TEST_F(CkdRead, SearchIdHighFindsADiskThatIsHigher) {
  begin(1, 0);
  EXPECT_EQ(run(Step::send(kSearchIdHigh, {0, 1, 0, 0, 1})).status, kGood);  // 0 > 1?
  EXPECT_EQ(run(Step::send(kSearchIdHigh, {0, 1, 0, 0, 1})).status, kGood);  // 1 > 1?
  EXPECT_EQ(run(Step::send(kSearchIdHigh, {0, 1, 0, 0, 1})).status, kFound);
  begin(1, 0);
  EXPECT_EQ(run(Step::send(kSearchIdEqualHigh, {0, 1, 0, 0, 1})).status, kGood);
  EXPECT_EQ(run(Step::send(kSearchIdEqualHigh, {0, 1, 0, 0, 1})).status, kFound);
  EXPECT_EQ(run(Step::send(kSearchIdEqualHigh, {0, 1, 0, 0, 1})).status, kFound);
}

TEST_F(CkdRead, SearchesForKeysSkipR0) {
  begin(1, 0);
  EXPECT_EQ(run(Step::send(kSearchKeyEqual, CkdDrive::key(1))).status, kFound);
  EXPECT_EQ(run(Step::send(kSearchKeyEqual, CkdDrive::key(1))).status, kGood);
  EXPECT_EQ(run(Step::send(kSearchKeyHigh, CkdDrive::key(2))).status, kFound);  // R3
  EXPECT_EQ(run(Step::send(kSearchKeyEqualHigh, CkdDrive::key(4))).status, kFound);
  EXPECT_EQ(run(Step::read(kReadData, 40)).data, CkdDrive::data(0, 4));
}

TEST_F(CkdRead, ASearchForAKeyBehindASearchForItsIdLooksAtTheSameRecord) {
  begin(1, 0);
  run(CkdDrive::search_id(0, 2));
  run(CkdDrive::search_id(0, 2));
  EXPECT_EQ(run(CkdDrive::search_id(0, 2)).status, kFound);
  EXPECT_EQ(run(Step::send(kSearchKeyEqual, CkdDrive::key(2))).status, kFound);
}

TEST_F(CkdRead, AShortArgumentIsComparedAsFarAsItGoes) {
  begin(1, 0);
  const Outcome outcome = run(Step::send(kSearchIdEqual, {0, 1, 0, 0}));
  EXPECT_EQ(outcome.status, kFound);
  EXPECT_TRUE(outcome.wrong_length);
}

TEST_F(CkdRead, NoRecordIsFoundWhenTheIndexHasPassedTwice) {
  EXPECT_EQ(chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 9), Step::read(kReadData, 1)}).status, kCheck);
  EXPECT_EQ(drive_.why(), 0x0008u);
  EXPECT_EQ(chain({CkdDrive::seek(1, 0), Step::send(kSearchKeyEqual, {1, 2})}).status, kCheck);
  EXPECT_EQ(drive_.why(), 0x0008u);
  EXPECT_EQ(chain({CkdDrive::seek(1, 3), Step::read(kReadData, 1)}).status, kCheck);
  EXPECT_EQ(drive_.why(), 0x0008u);
}

// A search from the middle of the track goes on behind the index.
TEST_F(CkdRead, TheIndexMayPassOnce) {
  EXPECT_EQ(chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 5), Step::read(kReadData, 50),
                   CkdDrive::search_id(0, 2), Step::read(kReadData, 20)})
                .data,
            CkdDrive::data(0, 2));
}

// READ COUNT does not forget the index; READ DATA does.
TEST_F(CkdRead, CountsAloneEndAtTheSecondIndex) {
  begin(1, 0);
  for (u32 i = 0; i < 12; ++i) EXPECT_EQ(run(Step::read(kReadCount, 8)).status, kGood) << i;
  EXPECT_EQ(run(Step::read(kReadCount, 8)).status, kCheck);
  EXPECT_EQ(drive_.why(), 0x0008u);
  begin(1, 4);
  for (u32 i = 0; i < 20; ++i) EXPECT_EQ(run(Step::read(kReadData, 100)).status, kGood) << i;
}

TEST_F(CkdRead, ReadCountGivesTheNextCount) {
  begin(1, 0);
  EXPECT_EQ(run(Step::read(kReadCount, 8)).data, count(0, 1, 2, 10));
  EXPECT_EQ(run(Step::read(kReadCount, 8)).data, count(0, 2, 2, 20));
  EXPECT_EQ(run(Step::read(kReadData, 20)).data, CkdDrive::data(0, 2));
  EXPECT_EQ(run(Step::read(kReadKeyData, 32)).data, joined({CkdDrive::key(3), CkdDrive::data(0, 3)}));
  EXPECT_EQ(run(Step::read(kReadCkd, 50)).data, joined({count(0, 4, 2, 40), CkdDrive::key(4), CkdDrive::data(0, 4)}));
}

TEST_F(CkdRead, ReadDataBehindReadDataGivesTheNextRecord) {
  begin(1, 0);
  for (u8 r = 1; r <= 5; ++r) EXPECT_EQ(run(Step::read(kReadData, r * 10u)).data, CkdDrive::data(0, r));
}

TEST_F(CkdRead, ARecordWithoutDataIsAnEndOfFile) {
  const Outcome data = chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 6), Step::read(kReadData, 10)});
  EXPECT_EQ(data.status, kException);
  EXPECT_EQ(data.residual, 10u);
  EXPECT_EQ(chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 6), Step::read(kReadKeyData, 10)}).status, kException);
  EXPECT_EQ(chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 5), Step::read(kReadCkd, 8)}).status, kException);
  EXPECT_EQ(chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 5), Step::read(kReadCount, 8)}).status, kGood);
}

TEST_F(CkdRead, HomeAddressAndR0) {
  const Bytes r0 = {0, 1, 0, 2, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(chain({CkdDrive::seek(1, 2), Step::read(kReadHome, 5)}).data, (Bytes{0, 0, 1, 0, 2}));
  EXPECT_EQ(chain({CkdDrive::seek(1, 2), Step::read(kReadR0, 16)}).data, r0);
  begin(1, 2);
  EXPECT_EQ(run(Step::send(kSearchHome, {0, 1, 0, 1})).status, kGood);
  EXPECT_EQ(run(Step::send(kSearchHome, {0, 1, 0, 2})).status, kFound);
  EXPECT_EQ(run(Step::read(kReadR0, 16)).data, r0);
  EXPECT_EQ(run(Step::read(kReadCount, 8)).data, count(2, 1, 2, 10));
}

TEST_F(CkdRead, MultitrackCommandsGoOnWithTheNextHead) {
  begin(1, 0);
  for (u8 head = 0; head < 3; ++head) {
    for (u8 r = 1; r <= 5; ++r)
      EXPECT_EQ(run(Step::read(kReadData | kMultitrack, r * 10u)).data, CkdDrive::data(head, r));
    EXPECT_EQ(run(Step::read(kReadData | kMultitrack, 1)).status, kException);
  }
  // Head 3 is empty.
  EXPECT_EQ(run(Step::read(kReadCount | kMultitrack, 8)).data, count(4, 1, 0, 100));
}

TEST_F(CkdRead, AMultitrackSearchFindsARecordOnALaterTrack) {
  drive_.channel->begin_chain();
  run(CkdDrive::seek(1, 0));
  EXPECT_EQ(drive_.channel->search(Step::send(kSearchIdEqual | kMultitrack, {0, 1, 0, 2, 4})).status, kFound);
  EXPECT_EQ(run(Step::read(kReadData, 40)).data, CkdDrive::data(2, 4));
  run(CkdDrive::seek(1, 0));
  EXPECT_EQ(drive_.channel->search(Step::send(kSearchIdEqual | kMultitrack, {9, 9, 9, 9, 9})).status, kCheck);
  EXPECT_EQ(drive_.why(), 0x0020u);
}

TEST_F(CkdRead, MultitrackHomeAddressesSwitchHeadsAtTheIndex) {
  begin(1, 0);
  EXPECT_EQ(run(Step::read(kReadHome | kMultitrack, 5)).data, (Bytes{0, 0, 1, 0, 1}));
  EXPECT_EQ(run(Step::read(kReadR0 | kMultitrack, 16)).data[3], 1);  // follows the home address
  EXPECT_EQ(run(Step::read(kReadR0 | kMultitrack, 16)).data[3], 2);
  EXPECT_EQ(run(Step::send(kSearchHome | kMultitrack, {0, 1, 0, 3})).status, kFound);
}

TEST_F(CkdRead, EndOfCylinderIsToldAtTheLastHead) {
  EXPECT_EQ(chain({CkdDrive::seek(1, 18), Step::read(kReadData | kMultitrack, 1)}).status, kCheck);
  EXPECT_EQ(drive_.why(), 0x0020u);
  EXPECT_EQ(chain({CkdDrive::seek(1, 18), Step::read(kReadHome | kMultitrack, 1)}).status, kCheck);
  EXPECT_EQ(drive_.why(), 0x0020u);
}

TEST_F(CkdRead, ReadIplGivesTheFirstRecordOfTheVolume) {
  begin(1, 2);
  drive_.channel->begin_chain();
  const Outcome outcome = run(Step::read(kReadIpl, 24));
  EXPECT_EQ(outcome.status, kGood);
  EXPECT_EQ(outcome.data, (Bytes{0, 6, 0, 0, 0, 0, 0, 0x0F, 3, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(run(Step::read(kReadData, 144)).data, Bytes(144));
}

TEST_F(CkdRead, ReadMultipleGivesTheRestOfTheTrack) {
  const Outcome outcome = chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 4), Step::read(kReadMultiple, 1000)});
  EXPECT_EQ(outcome.data, joined({count(0, 5, 2, 50), CkdDrive::key(5), CkdDrive::data(0, 5), count(0, 6, 0, 0)}));
}

TEST_F(CkdRead, AnotherChainBeginsAtTheIndex) {
  chain({CkdDrive::seek(1, 0), CkdDrive::search_id(0, 4)});
  EXPECT_EQ(chain({Step::read(kReadData, 10)}).data, CkdDrive::data(0, 1));
}

TEST_F(CkdRead, SpaceCountPassesACount) {
  begin(1, 0);
  EXPECT_EQ(run(Step::send(kSpaceCount, {2, 0, 10})).status, kGood);
  EXPECT_EQ(run(Step::read(kReadData, 10)).data, CkdDrive::data(0, 1));
}

TEST_F(CkdRead, SectorsGrowAlongTheTrack) {
  begin(1, 0);
  u32 last = 0;
  for (u8 r = 1; r <= 5; ++r) {
    run(Step::read(kReadData, r * 10u));
    const Outcome sector = run(Step::read(kReadSector, 1));
    ASSERT_EQ(sector.status, kGood);
    EXPECT_GE(sector.data[0], last);
    EXPECT_LT(sector.data[0], 128);
    last = sector.data[0];
  }
  EXPECT_GT(last, 0u);
}

// 2314: file scan. X'FF' in the argument is not compared.
TEST(CkdFileScan, KeysAndDataAreSearched) {
  CkdDrive drive("2314");
  drive.channel->begin_chain();
  drive.channel->run(CkdDrive::seek(1, 0));
  Bytes argument(22, 0xFF);
  argument[2] = 2;                                                                         // the first byte of the data
  EXPECT_EQ(drive.channel->run(Step::send(kSearchKeyDataEqual, argument)).status, kGood);  // R1
  EXPECT_EQ(drive.channel->run(Step::send(kSearchKeyDataEqual, argument)).status, kFound);
  EXPECT_EQ(CkdDrive("3330").channel->chain({Step::send(kSearchKeyDataEqual, argument)}).status, kCheck);
}

// A track that cannot be read is a data check, and the operator is told.
TEST(CkdDamage, AGarbledTrackIsADataCheck) {
  CkdDrive drive;
  drive.channel.reset();
  drive.device.reset();
  auto bytes = bytes_of(drive.path_);
  const u8 home_and_r0[] = {0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 8};
  const auto found = std::search(bytes.begin(), bytes.end(), std::begin(home_and_r0), std::end(home_and_r0));
  ASSERT_NE(found, bytes.end());
  found[5 + 16 + 6] = 0xFF;  // the data length of R1
  drive.folder_.write("volume", bytes);
  std::vector<std::string> reports;
  CkdDevice::Options options;
  options.report = [&](const std::string& text) { reports.push_back(text); };
  CkdDevice device("3330", open_for_test(drive.path_), options);
  ChannelDriver channel(device);
  EXPECT_EQ(channel.chain({CkdDrive::seek(1, 1), Step::read(kReadData, 10)}).status, kCheck);
  const Bytes sense = channel.sense();
  EXPECT_EQ(sense[0], 0x08);
  EXPECT_EQ(sense[1], 0x80);
  EXPECT_EQ(sense[7], 0x40);
  EXPECT_EQ(Bytes(sense.begin() + 8, sense.begin() + 12), (Bytes{0, 1, 0, 1}));
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_NE(reports[0].find(drive.path_), std::string::npos);
}

}  // namespace
}  // namespace replica::test
