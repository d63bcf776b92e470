#include "tools/listing.h"

#include <gmock/gmock.h>

#include "tests/tools/temporary_folder.h"

namespace replica::tools {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string refusal(const ListingRequest& request) {
  const auto input = prepare_listing(request);
  return input ? "accepted" : input.error().message;
}

TEST(Listing, HasALineForEachInstruction) {
  const std::vector<u8> bytes{0x58, 0x10, 0xC0, 0x08, 0xD2, 0x07, 0x10, 0x00, 0x20, 0x00, 0x07, 0xFE, 0x00, 0x00, 0x58};
  EXPECT_EQ(list_instructions(bytes, 0x1000),
            "001000  5810C008      L     1,8(,12)\n"
            "001004  D20710002000  MVC   0(8,1),0(2)\n"
            "00100A  07FE          BCR   15,14\n"
            "00100C  0000          DC    X'0000'\n"
            "00100E  58            DC    X'58'\n");
}

TEST(Listing, TakesAFileOrBytes) {
  const TemporaryFolder folder;
  const auto from_file = prepare_listing({.file = folder.write("a", {1, 2, 3}), .address = "1000"});
  ASSERT_TRUE(from_file);
  EXPECT_THAT(from_file->bytes, ElementsAre(1, 2, 3));
  EXPECT_EQ(from_file->address, 0x1000u);
  const auto from_hex = prepare_listing({.hex = "0102"});
  ASSERT_TRUE(from_hex);
  EXPECT_THAT(from_hex->bytes, ElementsAre(1, 2));
  EXPECT_EQ(from_hex->address, 0u);
}

TEST(Listing, TakesAPart) {
  const auto part = prepare_listing({.hex = "0102030405", .address = "100", .start = "101", .length = "3"});
  ASSERT_TRUE(part);
  EXPECT_THAT(part->bytes, ElementsAre(2, 3, 4));
  EXPECT_EQ(part->address, 0x101u);
  const auto rest = prepare_listing({.hex = "0102030405", .start = "3"});
  ASSERT_TRUE(rest);
  EXPECT_THAT(rest->bytes, ElementsAre(4, 5));
}

TEST(Listing, NeedsExactlyOneInput) {
  EXPECT_EQ(refusal({}), "disasm: expected either a file or --hex, found neither");
  EXPECT_EQ(refusal({.file = "a", .hex = "00"}), "disasm: expected either a file or --hex, found both");
}

TEST(Listing, RefusesAPartThatIsNotThere) {
  EXPECT_EQ(refusal({.hex = "0102", .address = "100", .start = "FF"}),
            "--start: expected an address from 000100 to 000101, found 0000FF");
  EXPECT_EQ(refusal({.hex = "0102", .address = "100", .start = "102"}),
            "--start: expected an address from 000100 to 000101, found 000102");
  EXPECT_EQ(refusal({.hex = "0102", .length = "3"}), "--length: expected 1 to 2 from address 000000 on, found 3");
  EXPECT_EQ(refusal({.hex = "0102", .length = "0"}), "--length: expected 1 to 2 from address 000000 on, found 0");
}

TEST(Listing, RefusesBadNumbersAndFiles) {
  EXPECT_EQ(refusal({.hex = "01", .address = "1x"}),
            "--address: expected an address of 1 to 6 hexadecimal digits, found '1x'");
  EXPECT_THAT(refusal({.hex = "01", .start = "x"}), HasSubstr("--start: expected an address"));
  EXPECT_EQ(refusal({.hex = "01", .length = "x"}), "--length: expected 1 to 6 hexadecimal digits, found 'x'");
  EXPECT_THAT(refusal({.hex = "0"}), HasSubstr("--hex: expected pairs of hexadecimal digits"));
  EXPECT_THAT(refusal({.file = "/absent"}), HasSubstr("/absent: No such file"));
  EXPECT_THAT(refusal({.file = "/"}), HasSubstr("/: is a directory"));
}

TEST(Listing, StaysWithinTheAddressSpace) {
  EXPECT_EQ(refusal({.hex = "0102", .address = "FFFFFE"}), "accepted");
  EXPECT_EQ(refusal({.hex = "010203", .address = "FFFFFE"}),
            "--hex: has 3 bytes; expected at most 2 bytes, from address FFFFFE to FFFFFF");
}

}  // namespace
}  // namespace replica::tools
