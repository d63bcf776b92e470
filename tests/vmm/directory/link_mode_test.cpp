// The table of the CP Command Reference (GC20-1820), "LINK", copied by hand.
#include "vmm/directory/link_mode.h"

#include <gmock/gmock.h>

namespace replica::vmm {
namespace {

using testing::HasSubstr;
using enum LinkMode;

constexpr LinkMode kAll[] = {R, RR, W, WR, M, MR, MW};
constexpr OtherLinks kNone{}, kReader{true, false}, kWriter{false, true}, kBoth{true, true};

std::string answers(OtherLinks others) {
  std::string line;
  for (const LinkMode mode : kAll) {
    switch (answer_link(mode, others, LinkPassword::accepted)) {
      case LinkAnswer::read_only: line += " R/O"; break;
      case LinkAnswer::read_write: line += " R/W"; break;
      case LinkAnswer::others_read: line += " (r)"; break;
      case LinkAnswer::others_write: line += " (w)"; break;
      default: line += " ???";
    }
  }
  return line;
}

TEST(LinkModeTable, IsThatOfTheManual) {
  //                            R   RR  W   WR  M   MR  MW
  EXPECT_EQ(answers(kNone), " R/O R/O R/W R/W R/W R/W R/W");
  EXPECT_EQ(answers(kReader), " R/O R/O (r) R/O R/W R/W R/W");
  EXPECT_EQ(answers(kWriter), " (w) R/O (w) R/O (w) R/O R/W");
  EXPECT_EQ(answers(kBoth), " (w) R/O (w) R/O (w) R/O R/W");
}

TEST(LinkModePassword, IsTheOneOfTheFirstLetter) {
  for (const LinkMode mode : {R, RR}) EXPECT_EQ(access_of(mode), LinkAccess::read);
  for (const LinkMode mode : {W, WR}) EXPECT_EQ(access_of(mode), LinkAccess::write);
  for (const LinkMode mode : {M, MR, MW}) EXPECT_EQ(access_of(mode), LinkAccess::multiple);
}

TEST(LinkModePassword, IsNeededWhateverOthersHold) {
  for (const LinkMode mode : kAll) {
    for (const OtherLinks others : {kNone, kReader, kWriter, kBoth}) {
      EXPECT_EQ(answer_link(mode, others, LinkPassword::absent), LinkAnswer::no_password);
      EXPECT_EQ(answer_link(mode, others, LinkPassword::wrong), LinkAnswer::wrong_password);
    }
  }
}

TEST(LinkMode, IsGrantedOnlyByTheTwoKindsOfAccess) {
  EXPECT_TRUE(is_granted(LinkAnswer::read_only));
  EXPECT_TRUE(is_granted(LinkAnswer::read_write));
  for (const LinkAnswer answer :
       {LinkAnswer::no_password, LinkAnswer::wrong_password, LinkAnswer::others_read, LinkAnswer::others_write}) {
    EXPECT_FALSE(is_granted(answer));
  }
}

TEST(LinkMode, HasAName) {
  for (const LinkMode mode : kAll) EXPECT_EQ(*parse_link_mode(name(mode)), mode);
  EXPECT_EQ(name(WR), "WR");
  EXPECT_EQ(*parse_link_mode("mr"), MR);
  for (const char* text : {"", "X", "RW", "RRR", "MWV"}) {
    const auto mode = parse_link_mode(text);
    ASSERT_FALSE(mode);
    EXPECT_THAT(mode.error().message, HasSubstr("expected the access mode R, RR, W, WR, M, MR or MW"));
  }
}

}  // namespace
}  // namespace replica::vmm
