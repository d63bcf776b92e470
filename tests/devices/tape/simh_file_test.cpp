#include "devices/tape/simh_file.h"

#include "tests/devices/tape/tape_fixture.h"

namespace replica::tape_test {
namespace {

const Bytes kThree = hex("03000000 010203 00 03000000");  // an odd length has a byte of padding
const Bytes kTwo = hex("02000000 AABB 02000000");
const Bytes kTapeMark = hex("00000000");
const Bytes kGap = hex("FEFFFFFF");
const Bytes kEndOfMedium = hex("FFFFFFFF");

TEST(SimhImage, IsReadForwardAndBackward) {
  const TemporaryFolder folder;
  const auto tape = open_or_fail(folder.write("t.tap", kThree + kTwo + kTapeMark + kGap + kGap + kThree + kTapeMark));
  ASSERT_TRUE(tape);
  EXPECT_EQ(tape->format(), "SIMH");
  const std::vector<TapeRecord> records = {hex("010203"), hex("AABB"), kMark, hex("010203"), kMark};
  EXPECT_EQ(read_all(*tape), records);
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    Bytes block;
    EXPECT_EQ(tape->read_backward(block), *record ? Passed::block : Passed::tape_mark);
    EXPECT_EQ(block, record->value_or(Bytes{}));
  }
  EXPECT_TRUE(tape->at_load_point());
}

TEST(SimhImage, EndsWithTheMedium) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_all(folder.write("t.tap", kTwo + kEndOfMedium + kTwo)), (std::vector<TapeRecord>{hex("AABB")}));
}

TEST(SimhImage, PaddingMayBeMissing) {
  const TemporaryFolder folder;
  const Bytes unpadded = hex("03000000 010203 03000000");
  EXPECT_EQ(read_all(folder.write("t.tap", unpadded + kTwo)), (std::vector<TapeRecord>{hex("010203"), hex("AABB")}));
}

TEST(SimhImage, IsProtected) {
  const TemporaryFolder folder;
  const auto tape = open_or_fail(folder.write("t.tap", kTwo));
  ASSERT_TRUE(tape);
  EXPECT_TRUE(tape->is_protected());
  EXPECT_FALSE(tape->write_block(hex("00")));
  EXPECT_FALSE(tape->write_tape_mark());
  EXPECT_FALSE(tape->erase_rest());
  EXPECT_EQ(contents(folder.path("t.tap")), kTwo);
}

TEST(SimhImage, BlockWithAnErrorIsPassed) {
  const TemporaryFolder folder;
  const auto tape = open_or_fail(folder.write("t.tap", hex("02000080 0102 02000080") + kTwo));
  ASSERT_TRUE(tape);
  Bytes block;
  EXPECT_FALSE(tape->read(block));
  EXPECT_EQ(tape->read(block), Passed::block);
  EXPECT_EQ(block, hex("AABB"));
}

TEST(SimhImage, ErrorsTellWhere) {
  const TemporaryFolder folder;
  const auto error_of = [&](const Bytes& bytes) {
    const auto tape = open_or_fail(folder.write("t.tap", kTwo + bytes));
    Bytes block;
    if (!tape || tape->read(block) != Passed::block) return std::string("no good block");
    const auto passed = tape->read(block);
    return passed ? std::string("no error") : passed.error().message.substr(folder.path("t.tap").size());
  };
  EXPECT_EQ(error_of(hex("03000000 010203 00 04000000")),
            ": offset 10: found 00000003 before and 00000004 behind a record; expected the same");
  EXPECT_EQ(error_of(hex("03000000 0102")),
            ": offset 10: found a record of 3 bytes that goes beyond the end of the file, 16; expected it within");
  EXPECT_EQ(error_of(hex("03000070 010203 00 03000070")),
            ": offset 10: found word 70000003; expected a tape mark or the length of a block, 1 to 65535 bytes");
  EXPECT_EQ(error_of(hex("00000100")),
            ": offset 10: found word 00010000; expected a tape mark or the length of a block, 1 to 65535 bytes");
}

}  // namespace
}  // namespace replica::tape_test
