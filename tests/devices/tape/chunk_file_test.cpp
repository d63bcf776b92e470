// AWS and HET images against vectors made by hand from the description of the formats.
#include "devices/tape/chunk_file.h"

#include <bzlib.h>
#include <zlib.h>

#include "tests/devices/tape/tape_fixture.h"

namespace replica::tape_test {
namespace {

// VOL1, HDR1, mark, two blocks, two marks, as a program of AWS writes them.
const Bytes kLabelled = hex("0400 0000 A000 E5D6D3F1") + hex("0300 0400 A000 C8C4D9") + hex("0000 0300 4000") +
                        hex("0100 0000 A000 AA") + hex("0200 0100 A000 BBCC") + hex("0000 0200 4000") +
                        hex("0000 0000 4000");
const std::vector<TapeRecord> kLabelledRecords = {hex("E5D6D3F1"), hex("C8C4D9"), kMark, hex("AA"),
                                                  hex("BBCC"),     kMark,         kMark};

TEST(AwsImage, IsReadForward) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_all(folder.write("t.aws", kLabelled)), kLabelledRecords);
}

TEST(AwsImage, IsWrittenByteForByte) {
  const TemporaryFolder folder;
  write_all(folder.path("t.aws"), kLabelledRecords);
  EXPECT_EQ(contents(folder.path("t.aws")), kLabelled);
}

TEST(AwsImage, IsReadBackward) {
  const TemporaryFolder folder;
  const auto tape = open_or_fail(folder.write("t.aws", kLabelled));
  ASSERT_TRUE(tape);
  read_all(*tape);
  for (auto record = kLabelledRecords.rbegin(); record != kLabelledRecords.rend(); ++record) {
    Bytes block;
    const auto passed = tape->read_backward(block);
    ASSERT_TRUE(passed) << passed.error().message;
    EXPECT_EQ(*passed, *record ? Passed::block : Passed::tape_mark);
    if (*record) {
      EXPECT_EQ(block, **record);
    }
  }
  Bytes block;
  EXPECT_EQ(tape->read_backward(block), Passed::load_point);
  EXPECT_TRUE(tape->at_load_point());
}

TEST(AwsImage, SpacesBlocksAndFiles) {
  const TemporaryFolder folder;
  const auto tape = open_or_fail(folder.write("t.aws", kLabelled));
  ASSERT_TRUE(tape);
  Bytes block;
  EXPECT_EQ(tape->space_block(), Passed::block);
  EXPECT_EQ(tape->position().offset, 10u);
  EXPECT_EQ(tape->space_file(), Passed::tape_mark);
  EXPECT_EQ(tape->position().file, 1u);
  EXPECT_EQ(tape->position().record, 3u);
  EXPECT_EQ(tape->read(block), Passed::block);
  EXPECT_EQ(block, hex("AA"));
  EXPECT_EQ(tape->backspace_block(), Passed::block);
  EXPECT_EQ(tape->backspace_block(), Passed::tape_mark);
  EXPECT_EQ(tape->position().file, 0u);
  EXPECT_EQ(tape->backspace_file(), Passed::load_point);
  EXPECT_EQ(tape->space_file(), Passed::tape_mark);
  EXPECT_EQ(tape->space_file(), Passed::tape_mark);
  EXPECT_EQ(tape->space_file(), Passed::tape_mark);
  EXPECT_EQ(tape->space_file(), Passed::end_of_data);
  EXPECT_EQ(tape->space_block(), Passed::end_of_data);
  EXPECT_EQ(tape->backspace_file(), Passed::tape_mark);
  EXPECT_EQ(tape->backspace_file(), Passed::tape_mark);
  EXPECT_EQ(tape->read(block), Passed::tape_mark);
}

TEST(AwsImage, WriteReplacesWhatFollows) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t.aws", kLabelled);
  {
    const auto tape = open_or_fail(path);
    ASSERT_TRUE(tape);
    EXPECT_EQ(tape->space_file(), Passed::tape_mark);
    EXPECT_EQ(tape->backspace_block(), Passed::tape_mark);
    EXPECT_EQ(tape->write_block(hex("112233445566")), Passed::block);
    EXPECT_EQ(tape->backspace_block(), Passed::block);
    EXPECT_EQ(tape->backspace_block(), Passed::block);
    EXPECT_EQ(tape->write_tape_mark(), Passed::tape_mark);
    EXPECT_EQ(tape->write_tape_mark(), Passed::tape_mark);
  }
  EXPECT_EQ(contents(path), hex("0400 0000 A000 E5D6D3F1") + hex("0000 0400 4000") + hex("0000 0000 4000"));
}

TEST(AwsImage, EraseCutsTheRest) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t.aws", kLabelled);
  const auto tape = open_or_fail(path);
  ASSERT_TRUE(tape);
  EXPECT_EQ(tape->space_block(), Passed::block);
  EXPECT_TRUE(tape->erase_rest());
  EXPECT_EQ(contents(path), hex("0400 0000 A000 E5D6D3F1"));
  EXPECT_EQ(tape->space_block(), Passed::end_of_data);
}

TEST(AwsImage, PreviousLengthsAreNotRelyedOn) {
  const TemporaryFolder folder;
  const std::string path =
      folder.write("t.aws", hex("0100 0000 A000 01") + hex("0200 9999 A000 0203") + hex("0100 7777 A000 04"));
  const auto tape = open_or_fail(path);
  ASSERT_TRUE(tape);
  EXPECT_EQ(read_all(*tape).size(), 3u);
  Bytes block;
  EXPECT_EQ(tape->backspace_block(), Passed::block);
  EXPECT_EQ(tape->read_backward(block), Passed::block);
  EXPECT_EQ(block, hex("0203"));
  EXPECT_EQ(tape->space_block(), Passed::block);
  EXPECT_EQ(tape->write_tape_mark(), Passed::tape_mark);
  EXPECT_EQ(contents(path), hex("0100 0000 A000 01") + hex("0200 9999 A000 0203") + hex("0000 0200 4000"));
}

TEST(AwsImage, BlockInSeveralChunksIsOneBlock) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t.aws", hex("0200 0000 8000 0102") + hex("0100 0200 0000 03") +
                                                     hex("0200 0100 2000 0405") + hex("0000 0200 4000"));
  EXPECT_EQ(read_all(path), (std::vector<TapeRecord>{hex("0102030405"), kMark}));
  const auto tape = open_or_fail(path);
  ASSERT_TRUE(tape);
  EXPECT_EQ(tape->space_block(), Passed::block);
  EXPECT_EQ(tape->write_block(hex("FF")), Passed::block);
  const Bytes all = contents(path);
  ASSERT_EQ(all.size(), 8u + 7 + 8 + 7);
  EXPECT_EQ(Bytes(all.end() - 7, all.end()), hex("0100 0200 A000 FF")) << "the chunk before has 2 bytes";
}

TEST(AwsImage, EmptyBlockIsATapeMark) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_all(folder.write("t.aws", hex("0100 0000 A000 01") + hex("0000 0100 A000"))),
            (std::vector<TapeRecord>{hex("01"), kMark}));
}

TEST(AwsImage, LongestBlock) {
  const TemporaryFolder folder;
  const Bytes block = noise(65535, 1);
  write_all(folder.path("t.aws"), {block, kMark});
  EXPECT_EQ(contents(folder.path("t.aws")), hex("FFFF 0000 A000") + block + hex("0000 FFFF 4000"));
  EXPECT_EQ(read_all(folder.path("t.aws")), (std::vector<TapeRecord>{block, kMark}));
}

TEST(HetImage, NewOneIsBlankAndUnlabelled) {
  const TemporaryFolder folder;
  ASSERT_TRUE(open_or_fail(folder.path("t.het")));
  EXPECT_EQ(contents(folder.path("t.het")), hex("0000 0000 4000 0000 0000 4000")) << "as hetinit -n makes it";
}

// What zlib makes of the label, by zlib.
Bytes zlib_of(const Bytes& bytes, int level) {
  Bytes result(compressBound(bytes.size()));
  uLongf length = result.size();
  EXPECT_EQ(compress2(result.data(), &length, bytes.data(), bytes.size(), level), Z_OK);
  result.resize(length);
  return result;
}

Bytes chunk(u16 length, u16 previous, u8 flags1, u8 flags2, const Bytes& data) {
  return Bytes{static_cast<u8>(length),
               static_cast<u8>(length >> 8),
               static_cast<u8>(previous),
               static_cast<u8>(previous >> 8),
               flags1,
               flags2} +
         data;
}

TEST(HetImage, CompressesWithZlib) {
  const TemporaryFolder folder;
  const Bytes block(800, 0x40);
  write_all(folder.path("t.het"), {block, kMark}, {.level = 9});
  const Bytes data = zlib_of(block, 9);
  const auto length = static_cast<u16>(data.size());
  EXPECT_EQ(contents(folder.path("t.het")), chunk(length, 0, 0xA1, 0, data) + chunk(0, length, 0x40, 0, {}));
  EXPECT_EQ(read_all(folder.path("t.het")), (std::vector<TapeRecord>{block, kMark}));
}

TEST(HetImage, CompressesWithBzip2) {
  const TemporaryFolder folder;
  const Bytes block(800, 0x40);
  write_all(folder.path("t.het"), {block}, {.method = Compression::bzip2});
  const Bytes all = contents(folder.path("t.het"));
  EXPECT_EQ(all[4], 0xA2);
  EXPECT_EQ(Bytes(all.begin() + 6, all.begin() + 9), hex("425A68")) << "BZh";
  EXPECT_EQ(read_all(folder.path("t.het")), (std::vector<TapeRecord>{block}));
}

TEST(HetImage, LeavesBlocksThatDoNotShrink) {
  const TemporaryFolder folder;
  const Bytes block = noise(300, 7);
  write_all(folder.path("t.het"), {block});
  EXPECT_EQ(contents(folder.path("t.het")), chunk(300, 0, 0xA0, 0, block));
}

TEST(HetImage, DividesIntoChunks) {
  const TemporaryFolder folder;
  const Bytes block = noise(10000, 3);
  write_all(folder.path("t.het"), {block, kMark}, {.chunk_size = 4096});
  const auto piece = [&](int begin, int end) { return Bytes(block.begin() + begin, block.begin() + end); };
  EXPECT_EQ(contents(folder.path("t.het")),
            chunk(4096, 0, 0x80, 0, piece(0, 4096)) + chunk(4096, 4096, 0x00, 0, piece(4096, 8192)) +
                chunk(1808, 4096, 0x20, 0, piece(8192, 10000)) + chunk(0, 1808, 0x40, 0, {}));
  EXPECT_EQ(read_all(folder.path("t.het")), (std::vector<TapeRecord>{block, kMark}));
}

TEST(HetImage, ReadsCompressedChunks) {
  const TemporaryFolder folder;
  const Bytes block(5000, 0x77);
  const Bytes data = zlib_of(block, 6);
  ASSERT_GT(data.size(), 10u);
  const Bytes head(data.begin(), data.begin() + 10), tail(data.begin() + 10, data.end());
  const auto rest = static_cast<u16>(tail.size());
  EXPECT_EQ(read_all(folder.write("t.het", chunk(10, 0, 0x81, 0, head) + chunk(rest, 10, 0x21, 0, tail))),
            (std::vector<TapeRecord>{block}));
}

TEST(HetImage, ReadsTheFlagOfBusTech) {
  const TemporaryFolder folder;
  const Bytes block(5000, 0x11);
  const Bytes data = zlib_of(block, 6);
  EXPECT_EQ(read_all(folder.write("t.het", chunk(static_cast<u16>(data.size()), 0, 0xA0, 0x80, data))),
            (std::vector<TapeRecord>{block}));
}

TEST(HetImage, IsReadBackward) {
  const TemporaryFolder folder;
  std::vector<TapeRecord> records;
  for (u32 i = 1; i < 40; ++i)
    records.push_back(i % 7 == 0 ? kMark : i % 2 ? TapeRecord(noise(i * 500, i)) : Bytes(i * 9, 3));
  write_all(folder.path("t.het"), records, {.chunk_size = 4096});
  const auto tape = open_or_fail(folder.path("t.het"));
  ASSERT_TRUE(tape);
  EXPECT_EQ(read_all(*tape), records);
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    Bytes block;
    ASSERT_EQ(tape->read_backward(block), *record ? Passed::block : Passed::tape_mark);
    if (*record) {
      ASSERT_EQ(block, **record);
    }
  }
  EXPECT_TRUE(tape->at_load_point());
}

TEST(ProtectedTape, IsNotWritten) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t.aws", kLabelled);
  const auto tape = open_or_fail(path, {.read_only = true});
  ASSERT_TRUE(tape);
  EXPECT_TRUE(tape->is_protected());
  EXPECT_FALSE(tape->write_block(hex("00")));
  EXPECT_FALSE(tape->write_tape_mark());
  EXPECT_FALSE(tape->erase_rest());
  EXPECT_EQ(contents(path), kLabelled);
}

TEST(MaximumSize, WarnsAndThenHasNoRoom) {
  const TemporaryFolder folder;
  folder.write("t.aws", {});
  const auto tape = open_or_fail(folder.path("t.aws"), {.maximum_size = 1000, .end_margin = 500});
  ASSERT_TRUE(tape);
  const Bytes block(194, 1);
  EXPECT_EQ(tape->write_block(block), Passed::block);
  EXPECT_EQ(tape->write_block(block), Passed::block);
  EXPECT_FALSE(tape->past_end_marker());
  EXPECT_EQ(tape->write_block(block), Passed::block);
  EXPECT_TRUE(tape->past_end_marker());
  EXPECT_EQ(tape->write_block(block), Passed::block);
  EXPECT_EQ(tape->write_block(block), Passed::block);
  EXPECT_EQ(tape->write_tape_mark(), Passed::end_of_tape);
  EXPECT_EQ(contents(folder.path("t.aws")).size(), 1000u);
  EXPECT_EQ(tape->backspace_block(), Passed::block) << "over the mark that has no room";
  EXPECT_EQ(tape->position().record, 5u);
  EXPECT_EQ(tape->backspace_block(), Passed::block);
  EXPECT_EQ(tape->write_tape_mark(), Passed::tape_mark);
  EXPECT_EQ(contents(folder.path("t.aws")).size(), 806u);
}

TEST(ImageInUse, IsNotOpenedForWritingAgain) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t.aws", kLabelled);
  const auto tape = open_or_fail(path);
  const auto second = open_tape(path, {});
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("in use"), std::string::npos) << second.error().message;
}

}  // namespace
}  // namespace replica::tape_test
