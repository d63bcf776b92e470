#include "jit/observers/code_listing.h"

#include <gmock/gmock.h>

#include "tests/jit/observers/observed_guest.h"

namespace replica {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr AddressRange kAll{0, 0xFFFFFF};

// What is listed while L 1,1536; CVB 2,1536; BC 15,1024 is executed, with BC 15,1024 at 410 as well.
std::string listing(const CodeListing::Ranges& ranges) {
  std::string text;
  CodeListing listing(ranges, [&](const std::string& more) { text += more; });
  ObservedGuest guest(listing);
  guest.guest().put(0x410, "47F00400");
  guest.guest().put(0x600, "000000000000123C");
  guest.execute("58100600 4F200600 47F00410");
  return text;
}

TEST(CodeListing, ListsTheIntermediateRepresentation) {
  EXPECT_THAT(listing({.ir = kAll, .code = {}}),
              AllOf(HasSubstr("IR of the block 000400-00040B: 3 instructions\n000400  L     1,1536\n    %"),
                    HasSubstr("= load32 %"), HasSubstr("000404  CVB   2,1536\n"), Not(HasSubstr("Code of"))));
}

TEST(CodeListing, ListsHostCodeUnderItsInstruction) {
  const std::string text = listing({.ir = {}, .code = kAll});
  EXPECT_THAT(text, ContainsRegex("Code of the block 000400-00040B: 3 instructions\n[0-9]+ bytes at [0-9A-F]+\nentry\n"
                                  "    \\+000  "));
  EXPECT_THAT(text, ContainsRegex("000404  CVB   2,1536\n(    .*\n)*    .*call replica_call_instruction\n"));
  EXPECT_THAT(text, ContainsRegex("000400  is called\n(    .*\n)*    .*call replica_call_instruction\n"));
  EXPECT_THAT(text, Not(HasSubstr("IR of")));
}

TEST(CodeListing, ListsBlocksThatBeginInTheRangeAlone) {
  const std::string text = listing({.ir = AddressRange{0x401, 0x410}, .code = AddressRange{0x400, 0x400}});
  EXPECT_THAT(text, AllOf(HasSubstr("IR of the block 000410-"), Not(HasSubstr("IR of the block 000400-"))));
  EXPECT_THAT(text, AllOf(HasSubstr("Code of the block 000400-"), Not(HasSubstr("Code of the block 000410-"))));
}

TEST(CodeListing, AsksForPiecesOnlyToListCode) {
  EXPECT_TRUE(CodeListing({.ir = {}, .code = kAll}, {}).wants_pieces());
  EXPECT_FALSE(CodeListing({.ir = kAll, .code = {}}, {}).wants_pieces());
}

}  // namespace
}  // namespace replica
