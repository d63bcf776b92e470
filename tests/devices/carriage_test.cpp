#include "devices/carriage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace replica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string lines(u32 count) { return std::string(count, '\n'); }

std::string spaced(Carriage& carriage, u32 count) {
  std::string text;
  carriage.space(count, text);
  return text;
}

std::string skipped(Carriage& carriage, u32 channel) {
  std::string text;
  return carriage.skip(channel, text) ? text : "no channel";
}

// shared/s370-facts.md 6.13.
TEST(Carriage, TheDefaultHasAllChannels) {
  constexpr u32 kLines[] = {1, 7, 13, 19, 25, 31, 37, 43, 63, 49, 55, 61};
  for (u32 channel = 1; channel <= 12; ++channel) {
    Carriage carriage;
    EXPECT_EQ(skipped(carriage, channel), lines(kLines[channel - 1] - 1));
    EXPECT_EQ(carriage.line(), kLines[channel - 1]);
  }
  EXPECT_EQ(Carriage().lines(), 66u);
}

TEST(Carriage, SkippingForwardIsLineFeedsAndBackAFormFeed) {
  Carriage carriage;
  EXPECT_EQ(spaced(carriage, 2), "\n\n");
  EXPECT_EQ(skipped(carriage, 2), lines(4));  // from line 3 to 7
  EXPECT_EQ(skipped(carriage, 1), "\f");
  EXPECT_EQ(skipped(carriage, 12), lines(60));
  EXPECT_EQ(skipped(carriage, 2), "\f" + lines(6));
}

TEST(Carriage, ASkipToTheLineWhereItStandsMovesOnlyAfterPrintingThere) {
  Carriage carriage;
  EXPECT_EQ(skipped(carriage, 1), "");
  carriage.hold();
  EXPECT_EQ(skipped(carriage, 1), "\f");
  EXPECT_EQ(skipped(carriage, 1), "");
}

TEST(Carriage, AtTheEndOfTheFormTheLinesBeginAnew) {
  Carriage carriage;
  spaced(carriage, 66);
  EXPECT_EQ(carriage.line(), 1u);
  EXPECT_EQ(skipped(carriage, 1), "\f");  // the file has no form feed yet
}

TEST(Carriage, TheNearestLineOfAChannelIsTheOneFromHere) {
  Carriage carriage;
  ASSERT_TRUE(carriage.set_form(30, 6, "1:1,10:2,20:2"));
  EXPECT_EQ(skipped(carriage, 2), lines(9));
  spaced(carriage, 1);
  EXPECT_EQ(skipped(carriage, 2), lines(9));
  spaced(carriage, 1);
  EXPECT_EQ(skipped(carriage, 2), "\f" + lines(9));
  EXPECT_EQ(skipped(carriage, 3), "no channel");
}

TEST(Carriage, ATapeIsTwelveLinesOrPairs) {
  Carriage carriage;
  ASSERT_TRUE(carriage.set_form(66, 6, "2,4,6,8,10,12,14,16,0,20,22,24"));
  EXPECT_EQ(skipped(carriage, 12), lines(23));
  EXPECT_EQ(skipped(carriage, 9), "no channel");
}

TEST(Carriage, AWrongTapeIsAnErrorAndChangesNothing) {
  Carriage carriage;
  for (const char* wrong :
       {"", "1", "1,2", "1,2,3,4,5,6,7,8,9,10,11,12,13", "1,1,3,4,5,6,7,8,9,10,11,12", "1,2,3,4,5,6,7,8,9,10,11,67",
        "1:0", "1:13", "0:1", "67:1", "1:1,1:2", "1:1,", "1:1,2", ":", "a:b", "1:1:1", "1,2,3,4,5,6,7,8,9,10,11,"}) {
    const Status status = carriage.set_form(66, 6, wrong);
    ASSERT_FALSE(status) << wrong;
    EXPECT_THAT(status.error().message, HasSubstr("fcb=")) << wrong;
  }
  EXPECT_EQ(skipped(carriage, 12), lines(60));
}

// The index byte sets 3 positions; the channels are at lines 2 and 5 of 10. Hercules 3.13 says of this image "lpi=6 index=3
// lpp=10 fcb=2:1,5:2".
TEST(Carriage, AnFcbImageWithIndex) {
  Carriage carriage;
  ASSERT_TRUE(carriage.load_buffer(std::vector<u8>{0x83, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0x10}));
  EXPECT_EQ(carriage.lines(), 10u);
  EXPECT_EQ(carriage.lines_per_inch(), 6u);
  EXPECT_EQ(carriage.index(), 3u);
  EXPECT_EQ(skipped(carriage, 1), lines(1));
  EXPECT_EQ(skipped(carriage, 2), lines(3));
  EXPECT_EQ(skipped(carriage, 1), "\f" + lines(1));
}

TEST(Carriage, AnFcbImageWithoutIndexAtEightLinesPerInch) {
  Carriage carriage;
  ASSERT_TRUE(carriage.load_buffer(std::vector<u8>{0x11, 0, 0x0C, 0x1B, 5}));
  EXPECT_EQ(carriage.lines(), 4u);
  EXPECT_EQ(carriage.lines_per_inch(), 8u);
  EXPECT_EQ(carriage.index(), 0u);
  EXPECT_THAT(carriage.buffer(), ElementsAre(0x11, 0, 0x0C, 0x1B));
  EXPECT_EQ(skipped(carriage, 11), lines(3));
}

TEST(Carriage, AWrongFcbImageChangesNothing) {
  Carriage carriage;
  EXPECT_FALSE(carriage.load_buffer({}));
  EXPECT_FALSE(carriage.load_buffer(std::vector<u8>{0x80}));
  EXPECT_FALSE(carriage.load_buffer(std::vector<u8>{1, 2, 3}));        // no last line
  EXPECT_FALSE(carriage.load_buffer(std::vector<u8>{1, 0x0D, 0x10}));  // channel 13
  EXPECT_FALSE(carriage.load_buffer(std::vector<u8>(300)));
  EXPECT_EQ(skipped(carriage, 12), lines(60));
}

}  // namespace
}  // namespace replica
