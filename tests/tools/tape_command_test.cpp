// `replica tape list`, `copy` and `make`.
#include <gmock/gmock.h>

#include "tests/devices/tape/tape_fixture.h"
#include "tests/tools/replica_process.h"
#include "tools/tape_labels.h"
#include "tools/tape_make.h"
#include "tools/tape_map.h"

namespace replica::tools {
namespace {

using namespace tape_test;
using testing::HasSubstr;

const std::vector<TapeRecord> kRecords = {Bytes(80, 0x40), noise(500, 1), kMark, Bytes(3000, 7), kMark, kMark};

std::string ebcdic_text(const Bytes& bytes) {
  std::string text;
  for (const u8 byte : bytes) text += static_cast<char>(default_code_page().to_host[byte]);
  return text;
}

TEST(TapeList, CountsBlocksOfEachFile) {
  const TemporaryFolder folder;
  write_all(folder.path("t.aws"), kRecords);
  const auto tape = open_or_fail(folder.path("t.aws"));
  ASSERT_TRUE(tape);
  EXPECT_EQ(tape_map_text(map_tape(*tape)), folder.path("t.aws") +
                                                ": AWS, 3616 bytes\n"
                                                "File   Blocks  Shortest  Longest  Bytes\n"
                                                "1      2       80        500      580\n"
                                                "2      1       3000      3000     3000\n"
                                                "3      0       0         0        0\n"
                                                "Total  3       80        3000     3580\n");
}

TEST(TapeList, ShowsLabels) {
  const TemporaryFolder folder;
  write_all(folder.path("t.aws"), {volume_label("ABC123", "ME"), kMark, Bytes(80, 0xE5)});
  const auto tape = open_or_fail(folder.path("t.aws"));
  ASSERT_TRUE(tape);
  const TapeMap map = map_tape(*tape);
  ASSERT_EQ(map.labels.size(), 1u);
  EXPECT_EQ(map.labels[0].file, 1u);
  EXPECT_EQ(map.labels[0].text, "VOL1ABC123" + std::string(31, ' ') + "ME");
  EXPECT_THAT(tape_map_text(map), HasSubstr("The last file has no tape mark.\n"));
}

TEST(TapeList, TellsDamageAndGoesOnWhereItCan) {
  const TemporaryFolder folder;
  const Bytes bad = hex("0200 0000 A100 0203");
  const auto tape = open_or_fail(folder.write("t.het", bad + hex("0100 0200 A000 01") + hex("FFFF 0100 A000") + bad));
  ASSERT_TRUE(tape);
  const TapeMap map = map_tape(*tape);
  ASSERT_EQ(map.damages.size(), 2u);
  EXPECT_THAT(map.damages[0], HasSubstr("offset 0: found damaged zlib stream"));
  EXPECT_THAT(map.damages[1], HasSubstr("offset 15: found 8 bytes up to the end of the file"));
  ASSERT_EQ(map.files.size(), 1u);
  EXPECT_EQ(map.files[0].blocks, 2u);
  EXPECT_EQ(map.files[0].shortest, 1u);
  EXPECT_EQ(map.rest, 14u);
}

TEST(TapeCopy, BetweenFormats) {
  const TemporaryFolder folder;
  write_all(folder.path("a.aws"), kRecords);
  ASSERT_TRUE(copy_tape(folder.path("a.aws"), folder.path("b.het"), {.method = Compression::bzip2}));
  ASSERT_TRUE(copy_tape(folder.path("b.het"), folder.path("c.aws"), {}));
  EXPECT_EQ(contents(folder.path("a.aws")), contents(folder.path("c.aws")));
  const Bytes simh = hex("03000000 010203 00 03000000 00000000 00000000");
  ASSERT_TRUE(copy_tape(folder.write("s.tap", simh), folder.path("s.aws"), {}));
  EXPECT_EQ(read_all(folder.path("s.aws")), (std::vector<TapeRecord>{hex("010203"), kMark, kMark}));
}

TEST(TapeCopy, NeverReplacesAFile) {
  const TemporaryFolder folder;
  write_all(folder.path("a.aws"), kRecords);
  folder.write("b.aws", {1, 2, 3});
  EXPECT_FALSE(copy_tape(folder.path("a.aws"), folder.path("b.aws"), {}));
  EXPECT_EQ(contents(folder.path("b.aws")), (Bytes{1, 2, 3}));
  EXPECT_FALSE(copy_tape(folder.path("a.aws"), folder.path("b.tap"), {})) << "cannot be written";
}

TEST(TapeCopy, OfADamagedTapeMakesNoImage) {
  const TemporaryFolder folder;
  folder.write("a.aws", hex("0100 0000 A000 01") + hex("FFFF 0100 A000"));
  const auto copied = copy_tape(folder.path("a.aws"), folder.path("b.aws"), {});
  ASSERT_FALSE(copied);
  EXPECT_THAT(copied.error().message, HasSubstr("a.aws: offset 7: "));
  EXPECT_FALSE(std::filesystem::exists(folder.path("b.aws")));
}

class TapeMake : public testing::Test {
 protected:
  TapeRecipe recipe(const std::string& name, const std::string& text) {
    TapeRecipe made;
    made.image = folder_.path("t.aws");
    made.files = {folder_.write(name, Bytes(text.begin(), text.end()))};
    return made;
  }
  std::string refusal(const TapeRecipe& recipe) {
    const auto made = make_tape(recipe);
    EXPECT_FALSE(std::filesystem::exists(recipe.image));
    return made ? "made" : made.error().message;
  }
  std::vector<TapeRecord> made(const TapeRecipe& recipe) {
    const auto done = make_tape(recipe);
    EXPECT_TRUE(done) << done.error().message;
    return read_all(recipe.image);
  }

  TemporaryFolder folder_;
};

TEST_F(TapeMake, BytesInBlocks) {
  TapeRecipe bytes = recipe("data.bin", std::string(100, 'x'));
  bytes.block_length = 40;
  EXPECT_EQ(made(bytes), (std::vector<TapeRecord>{Bytes(40, 'x'), Bytes(40, 'x'), Bytes(20, 'x'), kMark, kMark}));
}

TEST_F(TapeMake, LinesInRecordsInBlocks) {
  TapeRecipe text = recipe("t.txt", "AB\r\n1\n\nZ");
  text.text = true;
  text.record_length = 10;
  text.block_length = 30;
  const Bytes blanks = hex("40404040404040404040");
  const Bytes first = hex("C1C2404040404040 4040") + hex("F140404040404040 4040") + blanks;
  EXPECT_EQ(made(text), (std::vector<TapeRecord>{first, hex("E940404040404040 4040"), kMark, kMark}));
}

TEST_F(TapeMake, StandardLabels) {
  TapeRecipe text = recipe("my-data.txt", "A\nB\nC\n");
  text.text = true;
  text.record_length = 80;
  text.block_length = 160;
  text.volume = "TAPE01";
  text.owner = "OWNER";
  const auto records = made(text);
  ASSERT_EQ(records.size(), 11u);
  const auto line = [&](size_t i) { return records[i] ? ebcdic_text(*records[i]) : "*"; };
  EXPECT_EQ(line(0), "VOL1TAPE01                               OWNER                                  ");
  EXPECT_EQ(line(1), "HDR1MYDATA.TXT       TAPE0100010001       00000 000000000000REPLICA370          ");
  EXPECT_EQ(line(2), "HDR2F001600008030                     B                                         ");
  EXPECT_EQ(line(3), "*");
  EXPECT_EQ(records[4]->size(), 160u);
  EXPECT_EQ(records[5]->size(), 80u);
  EXPECT_EQ(line(6), "*");
  EXPECT_EQ(line(7), "EOF1MYDATA.TXT       TAPE0100010001       00000 000000000002REPLICA370          ");
  EXPECT_EQ(line(8), "EOF2F001600008030                     B                                         ");
  EXPECT_EQ(line(9), "*");
  EXPECT_EQ(line(10), "*");
}

TEST_F(TapeMake, BlankTapes) {
  TapeRecipe blank;
  blank.image = folder_.path("blank.aws");
  EXPECT_EQ(made(blank), (std::vector<TapeRecord>{kMark, kMark}));
  blank.image = folder_.path("labelled.aws");
  blank.volume = "X";
  const auto records = made(blank);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(ebcdic_text(*records[0]).substr(0, 11), "VOL1X      ");
  EXPECT_EQ(ebcdic_text(*records[1]).substr(0, 4), "HDR1");
}

TEST_F(TapeMake, RefusalsNameWhatIsWrong) {
  TapeRecipe bad = recipe("data.bin", std::string(100, 'x'));
  bad.record_length = 30;
  EXPECT_THAT(refusal(bad), HasSubstr("data.bin: found 100 bytes; expected a multiple of the record length, 30"));
  bad.block_length = 40;
  EXPECT_EQ(refusal(bad), "block length 40: expected a multiple of the record length, 30");
  bad.text = true;
  bad.block_length = 60;
  EXPECT_THAT(refusal(bad), HasSubstr("data.bin:1: found a line of 100 characters; expected at most 30"));
  bad.volume = "TOOLONG";
  EXPECT_EQ(refusal(bad), "volume serial 'TOOLONG': expected at most 6 characters");
  bad = recipe("data.bin", "x");
  bad.options.maximum_size = 5;
  EXPECT_THAT(refusal(bad), HasSubstr("the tape has no more room"));
}

TEST(TapeCommand, IsPartOfTheProgram) {
  const TemporaryFolder folder;
  const auto made = run_replica({"tape", "make", folder.path("t.het"), "--volume", "ABC"});
  EXPECT_EQ(made.status, 0) << made.err;
  const auto listed = run_replica({"tape", "list", folder.path("t.het")});
  EXPECT_EQ(listed.status, 0) << listed.err;
  EXPECT_THAT(listed.out, HasSubstr("File 1: VOL1ABC\n"));
  EXPECT_EQ(run_replica({"tape", "copy", folder.path("t.het"), folder.path("t.aws")}).status, 0);
  const auto again = run_replica({"tape", "copy", folder.path("t.het"), folder.path("t.aws")});
  EXPECT_EQ(again.status, 2);
  EXPECT_THAT(again.err, HasSubstr("t.aws"));
  EXPECT_EQ(run_replica({"tape"}).status, 2);
}

}  // namespace
}  // namespace replica::tools
