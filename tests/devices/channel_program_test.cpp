// Channel programs against a scripted device. GA22-7000 "Execution of Input/Output Operations"; facts 6.2, 6.3, 6.5, 6.6.
#include "devices/channel_program.h"

#include <gmock/gmock.h>

#include "tests/devices/channel_fixture.h"

namespace replica::test {
namespace {

using D = ScriptedDevice;
using testing::ElementsAre;

constexpr u8 kEnd = unit_status::kEnd;

class ChannelProgramTest : public ChannelFixture {
 protected:
  // Runs the program at `address` to its end.
  Csw run(u32 address, u8 access_key = 0) {
    program_.start(access_key, address);
    for (unsigned steps = 0; !program_.has_ended(); ++steps) {
      if (steps == 10'000) {
        ADD_FAILURE() << "the program does not end";
        break;
      }
      program_.step();
    }
    return program_.csw();
  }

  void expect(const Csw& csw, u32 address, u8 unit, u8 channel, u16 count) {
    EXPECT_EQ(csw.ccw_address, address);
    EXPECT_EQ(csw.unit_status, unit);
    EXPECT_EQ(csw.channel_status, channel);
    EXPECT_EQ(csw.count, count);
  }

  D device_;
  ChannelProgram program_{*storage_, device_};
};

// ---- One command ----

TEST_F(ChannelProgramTest, ReadFillsTheDesignatedAreaAndNoMore) {
  device_.record = numbered(80);
  fill(0x2000, 100, 0xEE);
  ccw(0x1000, D::kRead, 0x2008, 0, 80);
  expect(run(0x1000), 0x1008, kEnd, 0, 0);
  EXPECT_EQ(bytes(0x2008, 80), numbered(80));
  EXPECT_EQ(bytes(0x2000, 8), std::vector<u8>(8, 0xEE));
  EXPECT_EQ(bytes(0x2058, 8), std::vector<u8>(8, 0xEE));
}

TEST_F(ChannelProgramTest, WriteSendsTheDesignatedArea) {
  storage_->data()[0x27FF] = 0xA1;
  storage_->data()[0x2800] = 0xA2;
  ccw(0x1000, D::kWrite, 0x27FF, 0, 2);
  expect(run(0x1000), 0x1008, kEnd, 0, 0);
  EXPECT_THAT(device_.written, ElementsAre(ElementsAre(0xA1, 0xA2)));
}

TEST_F(ChannelProgramTest, ReadBackwardStoresFromHighToLowAddresses) {
  device_.record = {1, 2, 3, 4};  // the last byte comes first
  fill(0x2000, 16, 0xEE);
  ccw(0x1000, D::kBackward, 0x2007, 0, 4);
  expect(run(0x1000), 0x1008, kEnd, 0, 0);
  EXPECT_THAT(bytes(0x2002, 8), ElementsAre(0xEE, 0xEE, 1, 2, 3, 4, 0xEE, 0xEE));
}

TEST_F(ChannelProgramTest, AShortRecordReadBackwardLeavesTheRestOfItsAreaAlone) {
  device_.record = {3, 4};
  for (u32 i = 0; i < 8; ++i) storage_->data()[0x2000 + i] = static_cast<u8>(0xE0 + i);
  ccw(0x1000, D::kBackward, 0x2007, kSli, 8);
  expect(run(0x1000), 0x1008, kEnd, 0, 6);
  EXPECT_THAT(bytes(0x2000, 8), ElementsAre(0xE0, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 3, 4));
}

TEST_F(ChannelProgramTest, ReadBackwardCrossesBlocks) {
  device_.record = numbered(3000);
  ccw(0x1000, D::kBackward, 0x2FFF, 0, 3000);
  expect(run(0x1000), 0x1008, kEnd, 0, 0);
  EXPECT_EQ(bytes(0x3000 - 3000, 3000), numbered(3000));
}

TEST_F(ChannelProgramTest, TheKeyOfTheOperationIsInTheCsw) {
  ccw(0x1000, D::kImmediate, 0, 0, 1);
  EXPECT_EQ(run(0x1000, 7).key, 7);
}

TEST_F(ChannelProgramTest, PackedCswHasItsFieldsWhereTheManualHasThem) {
  const Csw csw{.key = 0xA, .ccw_address = 0x123456, .unit_status = 0x0C, .channel_status = 0x40, .count = 0x789A};
  EXPECT_EQ(csw.pack(), 0xA0123456'0C40789Au);
}

// ---- Length ----

struct LengthCase {
  const char* name;
  u32 record;
  u16 count;
  u8 flags;
  u8 channel;
  u16 residual;
};
class Length : public ChannelProgramTest, public testing::WithParamInterface<LengthCase> {};

TEST_P(Length, IsIndicatedUnlessSuppressed) {
  const LengthCase& c = GetParam();
  device_.record = numbered(c.record);
  ccw(0x1000, D::kRead, 0x2000, c.flags, c.count);
  expect(run(0x1000), 0x1008, kEnd, c.channel, c.residual);
}

INSTANTIATE_TEST_SUITE_P(
    OneCcw, Length,
    testing::Values(LengthCase{"exact", 80, 80, 0, 0, 0}, LengthCase{"short", 70, 80, 0, kWrongLength, 10},
                    LengthCase{"long", 90, 80, 0, kWrongLength, 0}, LengthCase{"short_sli", 70, 80, kSli, 0, 10},
                    LengthCase{"long_sli", 90, 80, kSli, 0, 0}, LengthCase{"empty", 0, 80, 0, kWrongLength, 80},
                    LengthCase{"most", 65535, 65535, kSkip, 0, 0}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(ChannelProgramTest, AnImmediateCommandHasNoLength) {
  ccw(0x1000, D::kImmediate, 0x2000, 0, 9);
  expect(run(0x1000), 0x1008, kEnd, 0, 9);
}

TEST_F(ChannelProgramTest, WrongLengthEndsAChainOfCommandsUnlessSuppressed) {
  device_.record = numbered(8);
  ccw(0x1000, D::kRead, 0x2000, kCc, 9);
  ccw(0x1008, D::kImmediate, 0, 0, 1);
  expect(run(0x1000), 0x1008, kEnd, kWrongLength, 1);
  ccw(0x1000, D::kRead, 0x2000, kCc | kSli, 9);
  expect(run(0x1000), 0x1010, kEnd, 0, 1);
}

TEST_F(ChannelProgramTest, SuppressingDoesNotHelpACcwThatChainsData) {
  device_.record = numbered(8);
  ccw(0x1000, D::kRead, 0x2000, kCd | kSli, 9);
  ccw(0x1008, 0, 0x3000, kSli, 9);
  expect(run(0x1000), 0x1008, kEnd, kWrongLength, 1);
}

// ---- Chains of data ----

TEST_F(ChannelProgramTest, AChainOfDataSpreadsOneRecordAndLooksAtNoFurtherCommand) {
  device_.record = numbered(30);
  ccw(0x1000, D::kRead, 0x2000, kCd, 10);
  ccw(0x1008, 0x00, 0x3000, kCd, 5);  // an invalid command, were it one
  ccw(0x1010, 0xFF, 0x4000, 0, 15);
  expect(run(0x1000), 0x1018, kEnd, 0, 0);
  const std::vector<u8> all = numbered(30);
  EXPECT_EQ(bytes(0x2000, 10), std::vector<u8>(all.begin(), all.begin() + 10));
  EXPECT_EQ(bytes(0x3000, 5), std::vector<u8>(all.begin() + 10, all.begin() + 15));
  EXPECT_EQ(bytes(0x4000, 15), std::vector<u8>(all.begin() + 15, all.end()));
  EXPECT_THAT(device_.commands, ElementsAre(D::kRead));
}

TEST_F(ChannelProgramTest, AChainOfDataGathersARecordThroughTransferInChannel) {
  fill(0x2000, 3, 0xC1);
  fill(0x3000, 2, 0xC2);
  ccw(0x1000, D::kWrite, 0x2000, kCd, 3);
  ccw(0x1008, kTic, 0x1100, 0, 0);
  ccw(0x1100, D::kWrite, 0x3000, 0, 2);
  expect(run(0x1000), 0x1108, kEnd, 0, 0);
  EXPECT_THAT(device_.written, ElementsAre(ElementsAre(0xC1, 0xC1, 0xC1, 0xC2, 0xC2)));
}

TEST_F(ChannelProgramTest, TheLastCcwOfAChainOfDataDecidesAboutCommands) {
  device_.record = numbered(20);
  ccw(0x1000, D::kRead, 0x2000, kCd | kCc, 10);
  ccw(0x1008, 0, 0x3000, 0, 10);
  ccw(0x1010, D::kImmediate, 0, 0, 1);
  expect(run(0x1000), 0x1010, kEnd, 0, 0);
  ccw(0x1008, 0, 0x3000, kCc, 10);
  expect(run(0x1000), 0x1018, kEnd, 0, 1);
}

TEST_F(ChannelProgramTest, ABadCcwInAChainOfDataStopsTheDeviceAndReportsIts) {
  device_.record = numbered(30);
  ccw(0x1000, D::kRead, 0x2000, kCd, 10);
  ccw(0x1008, 0, 0x3000, 0, 0);
  expect(run(0x1000), 0x1010, kEnd, kProgramCheck, 0);
}

TEST_F(ChannelProgramTest, AnEndlessChainOfDataEndsWithItsRecord) {
  device_.room = 50'000;
  ccw(0x1000, D::kWrite, 0x2000, kCd, 16);
  ccw(0x1008, kTic, 0x1000, 0, 0);
  const Csw csw = run(0x1000);
  EXPECT_EQ(csw.channel_status, kWrongLength);
  EXPECT_EQ(device_.written.at(0).size(), 50'000u);
}

TEST_F(ChannelProgramTest, AStepOfALongChainOfDataIsShort) {
  device_.room = 10'000'000;
  ccw(0x1000, D::kWrite, 0x2000, kCd, 0x8000);
  ccw(0x1008, kTic, 0x1000, 0, 0);
  program_.start(0, 0x1000);
  program_.step();
  EXPECT_FALSE(program_.has_ended());
  program_.halt();
  EXPECT_TRUE(program_.has_ended());
}

// ---- Skipping ----

TEST_F(ChannelProgramTest, SkippingReadsAndStoresNothing) {
  device_.record = numbered(30);
  fill(0x2000, 10, 0xEE);
  ccw(0x1000, D::kRead, 0x2000, kSkip | kCd, 10);
  ccw(0x1008, 0, 0x3000, 0, 20);
  expect(run(0x1000), 0x1010, kEnd, 0, 0);
  EXPECT_EQ(bytes(0x2000, 10), std::vector<u8>(10, 0xEE));
  EXPECT_EQ(bytes(0x3000, 1), std::vector<u8>(1, 71));
}

TEST_F(ChannelProgramTest, SkippingLooksAtNoAddressAndNoKey) {
  device_.record = numbered(30);
  key(0x2000, 0x50);
  ccw(0x1000, D::kRead, 0x2000, kSkip | kCc, 30);
  ccw(0x1008, D::kRead, 0xFFFFF0, kSkip, 30);
  expect(run(0x1000, 4), 0x1010, kEnd, 0, 0);
  EXPECT_EQ(key(0x2000), 0x50);
}

TEST_F(ChannelProgramTest, SkippingHasNoMeaningForAWrite) {
  fill(0x2000, 4, 0xC3);
  ccw(0x1000, D::kWrite, 0x2000, kSkip, 4);
  run(0x1000);
  EXPECT_THAT(device_.written, ElementsAre(ElementsAre(0xC3, 0xC3, 0xC3, 0xC3)));
}

// ---- Chains of commands ----

TEST_F(ChannelProgramTest, CommandsFollowOneAnotherInOneChain) {
  ccw(0x1000, D::kImmediate, 0, kCc, 1);
  ccw(0x1008, D::kControl, 0x2000, kCc, 6);
  ccw(0x1010, D::kSense, 0x2000, 0, 1);
  expect(run(0x1000), 0x1018, kEnd, 0, 0);
  EXPECT_THAT(device_.commands, ElementsAre(D::kImmediate, D::kControl, D::kSense));
  EXPECT_EQ(device_.chains, 1u);
}

TEST_F(ChannelProgramTest, TheStatusModifierSkipsACcw) {
  device_.argument = {5};
  storage_->data()[0x2000] = 5;
  ccw(0x1000, D::kSearch, 0x2000, kCc, 1);
  ccw(0x1008, kTic, 0x1000, 0, 0);
  ccw(0x1010, D::kImmediate, 0, 0, 1);
  expect(run(0x1000), 0x1018, kEnd, 0, 1);
  EXPECT_THAT(device_.commands, ElementsAre(D::kSearch, D::kImmediate));
}

TEST_F(ChannelProgramTest, ASearchThatFindsNothingGoesOnWithTheNextCcw) {
  device_.argument = {5};
  ccw(0x1000, D::kSearch, 0x2000, kCc, 1);
  ccw(0x1008, D::kSense, 0x2000, 0, 1);
  ccw(0x1010, D::kImmediate, 0, 0, 1);
  expect(run(0x1000), 0x1010, kEnd, 0, 0);
}

TEST_F(ChannelProgramTest, UnusualStatusEndsTheChain) {
  ccw(0x1000, D::kImmediate, 0, kCc, 1);
  ccw(0x1008, D::kSense, 0x2000, 0, 1);
  for (const u8 unusual : {unit_status::kUnitCheck, unit_status::kUnitException, unit_status::kAttention}) {
    device_.ending = static_cast<u8>(kEnd | unusual);
    expect(run(0x1000), 0x1008, device_.ending, 0, 1);
  }
}

TEST_F(ChannelProgramTest, ARejectedCommandOfAChainIsReportedBehindItsCcw) {
  ccw(0x1000, D::kImmediate, 0, kCc, 1);
  ccw(0x1008, D::kReject, 0x2000, kCc, 77);
  expect(run(0x1000), 0x1010, unit_status::kUnitCheck, 0, 77);
}

TEST_F(ChannelProgramTest, ACcwMayBeChangedUntilItIsFetched) {
  device_.record = {D::kSense, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x01};  // a CCW, read over the next one
  ccw(0x1000, D::kRead, 0x1008, kCc, 8);
  ccw(0x1008, D::kReject, 0, 0, 1);
  expect(run(0x1000), 0x1010, kEnd, 0, 0);
  EXPECT_THAT(device_.commands, ElementsAre(D::kRead, D::kSense));
}

// ---- Transfer in channel ----

TEST_F(ChannelProgramTest, TransferInChannelLooksAtFourBitsOfItsCodeAndAtNoFlagOrCount) {
  ccw(0x1000, D::kImmediate, 0, kCc, 1);
  ccw(0x1008, 0xF8, 0x1100, 0xFF, 0);
  ccw(0x1100, D::kImmediate, 0, 0, 1);
  expect(run(0x1000), 0x1108, kEnd, 0, 1);
}

TEST_F(ChannelProgramTest, TransferInChannelMayNotBeFirst) {
  ccw(0x1000, kTic, 0x1100, 0, 0);
  ccw(0x1100, D::kImmediate, 0, 0, 1);
  expect(run(0x1000), 0x1008, 0, kProgramCheck, 0);
  EXPECT_TRUE(device_.commands.empty());
}

TEST_F(ChannelProgramTest, TransferInChannelMayNotFollowAnother) {
  ccw(0x1000, D::kImmediate, 0, kCc, 1);
  ccw(0x1008, kTic, 0x1100, 0, 0);
  ccw(0x1100, kTic, 0x1200, 0, 0);
  ccw(0x1200, D::kImmediate, 0, 0, 1);
  const Csw csw = run(0x1000);
  EXPECT_EQ(csw.ccw_address, 0x1108u);  // the second one's address plus 8
  EXPECT_EQ(csw.channel_status, kProgramCheck);
}

TEST_F(ChannelProgramTest, ABadAddressInTransferInChannelIsReportedBehindIt) {
  ccw(0x1000, D::kImmediate, 0, kCc, 1);
  for (const u32 bad : {0x1104u, 0x10000u, 0xFFFFF8u}) {
    ccw(0x1008, kTic, bad, 0, 0);
    const Csw csw = run(0x1000);
    EXPECT_EQ(csw.ccw_address, 0x1010u);
    EXPECT_EQ(csw.channel_status, kProgramCheck);
  }
}

// ---- Program checks ----

struct InvalidCase {
  const char* name;
  u8 command, flags;
  u16 count;
};
class Invalid : public ChannelProgramTest, public testing::WithParamInterface<InvalidCase> {};

TEST_P(Invalid, FirstCcwIsAProgramCheckAndTheDeviceHearsNothing) {
  ccw(0x1000, GetParam().command, 0x2000, GetParam().flags, GetParam().count);
  const Csw csw = run(0x1000);
  EXPECT_EQ(csw.ccw_address, 0x1008u);
  EXPECT_EQ(csw.status(), kProgramCheck);
  EXPECT_TRUE(device_.commands.empty());
}

TEST_P(Invalid, ChainedCcwIsAProgramCheck) {
  ccw(0x1000, D::kImmediate, 0, kCc, 1);
  ccw(0x1008, GetParam().command, 0x2000, GetParam().flags, GetParam().count);
  const Csw csw = run(0x1000);
  EXPECT_EQ(csw.ccw_address, 0x1010u);
  EXPECT_EQ(csw.channel_status, kProgramCheck);
  EXPECT_THAT(device_.commands, ElementsAre(D::kImmediate));
}

INSTANTIATE_TEST_SUITE_P(Formats, Invalid,
                         testing::Values(InvalidCase{"count_zero", D::kRead, 0, 0},
                                         InvalidCase{"command_00", 0x00, 0, 1}, InvalidCase{"command_F0", 0xF0, 0, 1},
                                         InvalidCase{"bit_38", D::kRead, 0x02, 1},
                                         InvalidCase{"bit_39", D::kRead, 0x01, 1}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_F(ChannelProgramTest, ACcwMustBeOnADoublewordInsideOfStorage) {
  for (const u32 bad : {0x1004u, 0x1001u, 0x10000u, 0xFFFFF8u}) {
    const Csw csw = run(bad);
    EXPECT_EQ(csw.status(), kProgramCheck) << std::hex << bad;
    EXPECT_EQ(csw.ccw_address, (bad + 8) & 0xFFFFFF);
  }
}

TEST_F(ChannelProgramTest, DataBeyondStorageIsAProgramCheckWhenTheyGetThere) {
  device_.record = numbered(32);
  ccw(0x1000, D::kRead, 0xFFF0, 0, 32);
  expect(run(0x1000), 0x1008, kEnd, kProgramCheck, 16);
  EXPECT_EQ(bytes(0xFFF0, 1), std::vector<u8>(1, 1));
  ccw(0x1000, D::kWrite, 0xFFFF, 0, 2);
  EXPECT_EQ(run(0x1000).channel_status, kProgramCheck);
}

TEST_F(ChannelProgramTest, DataReadBackwardBelowAddressZeroComeAroundAndAreOutsideOfStorage) {
  device_.record = numbered(8);
  ccw(0x1000, D::kBackward, 3, 0, 8);
  expect(run(0x1000), 0x1008, kEnd, kProgramCheck, 4);
}

// ---- Protection ----

TEST_F(ChannelProgramTest, StoringNeedsTheKeyOfTheBlock) {
  device_.record = numbered(16);
  key(0x2000, 0x50);
  fill(0x2000, 16, 0xEE);
  ccw(0x1000, D::kRead, 0x2000, 0, 16);
  expect(run(0x1000, 4), 0x1008, kEnd, kProtectionCheck, 16);
  EXPECT_EQ(bytes(0x2000, 16), std::vector<u8>(16, 0xEE));
  EXPECT_EQ(key(0x2000), 0x50);
  expect(run(0x1000, 5), 0x1008, kEnd, 0, 0);
  expect(run(0x1000, 0), 0x1008, kEnd, 0, 0);
}

TEST_F(ChannelProgramTest, StoringStopsAtTheFirstProtectedBlock) {
  device_.record = numbered(16);
  key(0x2000, 0x40);
  key(0x2800, 0x50);
  ccw(0x1000, D::kRead, 0x27F8, 0, 16);
  expect(run(0x1000, 4), 0x1008, kEnd, kProtectionCheck, 8);
}

TEST_F(ChannelProgramTest, FetchingNeedsTheKeyOfAFetchProtectedBlockOnly) {
  key(0x2000, 0x50);
  ccw(0x1000, D::kWrite, 0x2000, 0, 16);
  expect(run(0x1000, 4), 0x1008, kEnd, 0, 0);
  key(0x2000, 0x58);
  expect(run(0x1000, 4), 0x1008, kEnd, kProtectionCheck, 16);
  expect(run(0x1000, 5), 0x1008, kEnd, 0, 0);
}

TEST_F(ChannelProgramTest, CcwsAreFetchedWithTheKeyToo) {
  key(0x1000, 0x58);
  ccw(0x1000, D::kImmediate, 0, 0, 1);
  EXPECT_EQ(run(0x1000, 4).status(), kProtectionCheck);
  EXPECT_EQ(run(0x1000, 5).status(), kEnd << 8);
}

TEST_F(ChannelProgramTest, AccessesAreRecordedInTheKeys) {
  device_.record = numbered(4);
  ccw(0x1000, D::kRead, 0x2000, kCc, 4);
  ccw(0x1008, D::kWrite, 0x3000, 0, 4);
  run(0x1000);
  EXPECT_EQ(key(0x1000), storage_key::kReference);
  EXPECT_EQ(key(0x2000), storage_key::kReference | storage_key::kChange);
  EXPECT_EQ(key(0x3000), storage_key::kReference);
  EXPECT_EQ(key(0x3800), 0);
}

TEST_F(ChannelProgramTest, StoringIntoTranslatedCodeIsNoticed) {
  std::vector<u32> noticed;
  storage_->on_first_code([](u32) {});
  storage_->on_code_store([&](u32 block) { noticed.push_back(block); });
  storage_->add_code(0x2040, 64);
  storage_->add_code(0x3000, 64);
  device_.record = numbered(65);
  ccw(0x1000, D::kRead, 0x2000, kSli, 64);
  run(0x1000);
  EXPECT_TRUE(noticed.empty());
  ccw(0x1000, D::kRead, 0x2000, 0, 65);
  run(0x1000);
  EXPECT_EQ(noticed, std::vector<u32>{0x2000 >> kBlockShift});
  ccw(0x1000, D::kBackward, 0x3040, kSli, 2);
  run(0x1000);
  EXPECT_EQ(noticed.size(), 2u);
}

TEST_F(ChannelProgramTest, AReadThatBringsNothingTouchesNoStorage) {
  key(0x2000, 0x50);
  ccw(0x1000, D::kRead, 0x2000, kSli, 4);
  expect(run(0x1000, 4), 0x1008, kEnd, 0, 4);
  expect(run(0x1000, 5), 0x1008, kEnd, 0, 4);
  EXPECT_EQ(key(0x2000), 0x50);
}

// ---- Indirect data addresses ----

TEST_F(ChannelProgramTest, IndirectDataGoFromIdawToIdawAtEndsOfBlocks) {
  device_.record = numbered(2048 + 2048 + 8);
  ccw(0x1000, D::kRead, 0x1800, kIda, 2048 + 2048 + 8);
  word(0x1800, 0x2400);  // anywhere in a block: 1024 bytes
  word(0x1804, 0x5000);
  word(0x1808, 0x3800);  // 1032 bytes
  expect(run(0x1000), 0x1008, kEnd, 0, 0);
  const std::vector<u8> all = numbered(2048 + 2048 + 8);
  EXPECT_EQ(bytes(0x2400, 1024), std::vector<u8>(all.begin(), all.begin() + 1024));
  EXPECT_EQ(bytes(0x5000, 2048), std::vector<u8>(all.begin() + 1024, all.begin() + 3072));
  EXPECT_EQ(bytes(0x3800, 1032), std::vector<u8>(all.begin() + 3072, all.end()));
}

TEST_F(ChannelProgramTest, NoIdawIsFetchedThatIsNotNeeded) {
  device_.record = numbered(2048);
  ccw(0x1000, D::kRead, 0x1800, kIda, 2048);
  word(0x1800, 0x2000);
  word(0x1804, 0xFFFFFFFF);
  expect(run(0x1000), 0x1008, kEnd, 0, 0);
}

TEST_F(ChannelProgramTest, IndirectDataBackwardGoToTheLastByteOfABlock) {
  device_.record = numbered(1024 + 16);
  ccw(0x1000, D::kBackward, 0x1800, kIda, 1024 + 16);
  word(0x1800, 0x23FF);
  word(0x1804, 0x5FFF);
  expect(run(0x1000), 0x1008, kEnd, 0, 0);
  const std::vector<u8> all = numbered(1024 + 16);
  EXPECT_EQ(bytes(0x2000, 1024), std::vector<u8>(all.begin() + 16, all.end()));
  EXPECT_EQ(bytes(0x5FF0, 16), std::vector<u8>(all.begin(), all.begin() + 16));
}

TEST_F(ChannelProgramTest, EachCcwOfAChainOfDataHasItsOwnFlag) {
  device_.record = numbered(24);
  ccw(0x1000, D::kRead, 0x1800, kIda | kCd, 8);
  ccw(0x1008, 0, 0x3000, kCd, 8);
  ccw(0x1010, 0, 0x1804, kIda, 8);
  word(0x1800, 0x2000);
  word(0x1804, 0x4123);
  expect(run(0x1000), 0x1018, kEnd, 0, 0);
  EXPECT_EQ(bytes(0x4123, 1), std::vector<u8>(1, 16 * 7 + 1));
}

struct IdawCase {
  const char* name;
  u32 list, first, second;
  u8 check;
  u16 residual;
};
class Idaw : public ChannelProgramTest, public testing::WithParamInterface<IdawCase> {};

TEST_P(Idaw, MustBeValid) {
  device_.record = numbered(4096);
  key(0x2000, 0x40);
  key(0x7000, 0x18);
  ccw(0x1000, D::kRead, GetParam().list, kIda, 4096);
  if (GetParam().list < kStorage) {
    word(GetParam().list & ~3u, GetParam().first);
    word((GetParam().list & ~3u) + 4, GetParam().second);
  }
  expect(run(0x1000, 4), 0x1008, kEnd, GetParam().check, GetParam().residual);
}

INSTANTIATE_TEST_SUITE_P(
    Errors, Idaw,
    testing::Values(IdawCase{"list_not_on_a_word", 0x1802, 0x2000, 0x2800, kProgramCheck, 4096},
                    IdawCase{"list_beyond_storage", 0x10000, 0, 0, kProgramCheck, 4096},
                    IdawCase{"list_protected", 0x7000, 0x2000, 0x2800, kProtectionCheck, 4096},
                    IdawCase{"first_has_bits_0_to_7", 0x1800, 0x01002000, 0x2800, kProgramCheck, 4096},
                    IdawCase{"first_beyond_storage", 0x1800, 0x00FF0000, 0x2800, kProgramCheck, 4096},
                    IdawCase{"second_not_on_a_block", 0x1800, 0x2000, 0x2804, kProgramCheck, 2048},
                    IdawCase{"second_has_bits_0_to_7", 0x1800, 0x2000, 0x80002800, kProgramCheck, 2048},
                    IdawCase{"second_protected", 0x1800, 0x2000, 0x7000, kProtectionCheck, 2048}),
    [](const auto& test) { return std::string(test.param.name); });

// ---- Program-controlled interruption ----

TEST_F(ChannelProgramTest, ThePciFlagIsNoticedWhenItsCcwTakesControl) {
  device_.record = numbered(8);
  ccw(0x1000, D::kRead, 0x2000, kCc, 8);
  ccw(0x1008, D::kRead, 0x3000, kPci, 8);
  program_.start(0, 0x1000);
  EXPECT_FALSE(program_.take_program_controlled_interruption());
  program_.step();  // the first one's data
  EXPECT_FALSE(program_.take_program_controlled_interruption());
  program_.step();  // the second command begins
  EXPECT_TRUE(program_.take_program_controlled_interruption());
  EXPECT_EQ(program_.csw().ccw_address, 0x1010u);
  EXPECT_EQ(bytes(0x2000, 8), numbered(8));
  EXPECT_EQ(bytes(0x3000, 8), std::vector<u8>(8, 0));
}

TEST_F(ChannelProgramTest, AChainOfDataRestsAtThePciFlagWhenTheAreasBeforeItAreFull) {
  device_.record = numbered(16);
  ccw(0x1000, D::kRead, 0x2000, kCd, 8);
  ccw(0x1008, 0, 0x3000, kPci, 8);
  program_.start(0, 0x1000);
  program_.step();
  EXPECT_TRUE(program_.take_program_controlled_interruption());
  EXPECT_FALSE(program_.has_ended());
  EXPECT_EQ(bytes(0x2000, 8), numbered(8));
  EXPECT_EQ(bytes(0x3000, 8), std::vector<u8>(8, 0));
}

TEST_F(ChannelProgramTest, ThePciConditionOfAnEarlierProgramIsForgotten) {
  ccw(0x1000, D::kImmediate, 0, kPci, 1);
  ccw(0x1100, D::kImmediate, 0, 0, 1);
  run(0x1000);
  run(0x1100);
  EXPECT_FALSE(program_.take_program_controlled_interruption());
}

// ---- Waiting, halting, loading ----

TEST_F(ChannelProgramTest, ACommandThatAnswersLaterIsBegunAgainWhenTheDeviceIsReady) {
  device_.answered = false;
  device_.record = numbered(4);
  ccw(0x1000, D::kInquire, 0x2000, 0, 4);
  program_.start(0, 0x1000);
  EXPECT_TRUE(program_.is_waiting());
  device_.answered = true;
  program_.ready();
  while (!program_.has_ended()) program_.step();
  expect(program_.csw(), 0x1008, kEnd, 0, 0);
  EXPECT_EQ(bytes(0x2000, 4), numbered(4));
}

TEST_F(ChannelProgramTest, HaltingTellsTheDeviceAndEndsTheChain) {
  ccw(0x1000, D::kImmediate, 0, kCc, 1);
  ccw(0x1008, kTic, 0x1000, 0, 0);
  program_.start(0, 0x1000);
  for (int i = 0; i < 100; ++i) program_.step();
  EXPECT_FALSE(program_.has_ended());
  program_.halt();
  EXPECT_TRUE(program_.has_ended());
  EXPECT_EQ(program_.csw().unit_status, kEnd);
  EXPECT_EQ(device_.halts, 1u);
}

TEST_F(ChannelProgramTest, InitialLoadReads24BytesTo0AndChainsTo8) {
  device_.record = numbered(24);
  std::vector<u8>& record = device_.record;
  const u8 chained[] = {D::kSense, 0, 0x20, 0, kSli, 0, 0, 1};
  std::copy_n(chained, 8, record.begin() + 8);
  program_.start_initial_load();
  while (!program_.has_ended()) program_.step();
  expect(program_.csw(), 16, kEnd, 0, 0);
  EXPECT_EQ(bytes(0, 24), record);
  EXPECT_THAT(device_.commands, ElementsAre(D::kRead, D::kSense));
}

}  // namespace
}  // namespace replica::test
