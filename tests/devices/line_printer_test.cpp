#include "devices/line_printer.h"

#include "tests/devices/unit_record_fixture.h"

namespace replica::unit_record {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr u8 kWrite = 0x01, kWriteAndSpace1 = 0x09, kWriteAndSpace2 = 0x11, kWriteAndSpace3 = 0x19;
constexpr u8 kSpace1 = 0x0B;
constexpr u8 write_and_skip(u32 channel) { return static_cast<u8>(0x81 + 8 * channel); }
constexpr u8 skip(u32 channel) { return static_cast<u8>(0x83 + 8 * channel); }

std::string lines(u32 count) { return std::string(count, '\n'); }

class LinePrinterTest : public UnitRecordTest {
 protected:
  LinePrinter& make(const std::vector<std::string>& arguments, std::string_view type = "1403") {
    channel_.reset();
    auto made = make_line_printer(type, arguments, environment_);
    EXPECT_TRUE(made) << made.error().message;
    device_ = std::move(*made);
    channel_ = std::make_unique<ChannelDriver>(*device_);
    return dynamic_cast<LinePrinter&>(*device_);
  }
  std::string error(const std::vector<std::string>& arguments, std::string_view type = "1403") {
    const auto made = make_line_printer(type, arguments, environment_);
    return made ? "none" : made.error().message;
  }
  u8 print(u8 command, const std::string& text) { return channel_->send(command, ebcdic(text)).status; }
  u8 control(u8 command) { return channel_->run(command).status; }
  std::string printed() { return read("print"); }

  std::unique_ptr<Device> device_;
  std::unique_ptr<ChannelDriver> channel_;
};

// The text of each of these was written by Hercules 3.13 for the same commands.
TEST_F(LinePrinterTest, LinesAndSpaces) {
  make({"print"});
  print(kWriteAndSpace1, "HELLO  ");
  print(kWriteAndSpace2, "TWO");
  print(kWrite, "OVER");
  control(kSpace1);
  control(skip(1));
  print(write_and_skip(1), "X");
  EXPECT_EQ(printed(), "HELLO\nTWO\n\nOVER\r\n\fX\r");
}

TEST_F(LinePrinterTest, AnEmptyLineIsJustItsMotion) {
  make({"print"});
  print(kWriteAndSpace3, "    ");
  print(kWrite, "");
  EXPECT_EQ(printed(), "\n\n\n\r");
}

TEST_F(LinePrinterTest, SkippingToChannels) {
  make({"print"});
  print(write_and_skip(2), "A");
  print(kWriteAndSpace1, "B");
  control(skip(12));
  print(kWriteAndSpace1, "C");
  control(skip(12));
  EXPECT_EQ(printed(), "A" + lines(6) + "B\n" + lines(53) + "C\n\f" + lines(60));
}

TEST_F(LinePrinterTest, ASkipToWhereThePaperStandsMovesAfterPrintingThere) {
  make({"print"});
  control(skip(1));
  print(kWrite, "A");
  control(skip(1));
  print(write_and_skip(1), "B");
  EXPECT_EQ(printed(), "A\r\fB\r");
}

TEST_F(LinePrinterTest, CrlfPutsACarriageReturnAtTheEndOfALineOfText) {
  make({"print", "crlf"});
  print(kWriteAndSpace2, "A");
  control(kSpace1);
  print(kWrite, "B");
  print(write_and_skip(1), "C");
  EXPECT_EQ(printed(), "A\r\n\n\nB\r\rC\r\r\f");
}

TEST_F(LinePrinterTest, CharactersAreTranslatedAndZeroIsABlank) {
  environment_.code_page = *find_code_page("819/037");
  make({"print"});
  channel_->run(kWriteAndSpace1, {0xC1, 0x00, 0x4F, 0x43, 0xF0});
  EXPECT_EQ(printed(),
            "A |\xE4"
            "0\n");
}

TEST_F(LinePrinterTest, FoldingMakesSmallLettersCapitals) {
  make({"print"});
  EXPECT_EQ(control(0x43), kEnd);
  print(kWriteAndSpace1, "aZz1{");
  EXPECT_EQ(control(0x23), kEnd);
  print(kWriteAndSpace1, "aZz1{");
  EXPECT_EQ(printed(), "AZZ1{\naZz1{\n");
}

TEST_F(LinePrinterTest, ALongLineIsPrintedUpToHerculesLimit) {
  make({"print"});
  EXPECT_FALSE(channel_->send(kWriteAndSpace1, ebcdic(std::string(1500, 'x'))).wrong_length);
  const Outcome outcome = channel_->send(kWriteAndSpace1, ebcdic(std::string(1600, 'y')));
  EXPECT_EQ(outcome.status, kEnd);
  EXPECT_EQ(outcome.residual, 100u);
  EXPECT_TRUE(outcome.wrong_length);
  EXPECT_EQ(printed(), std::string(1500, 'x') + "\n" + std::string(1500, 'y') + "\n");
}

// 400 commands for each row, made by a script that has the same generator; length and FNV-1a of what Hercules 3.13 printed,
// and how many commands it ended with unit check.
struct Recorded {
  std::string_view type;
  std::vector<std::string> options;
  std::string_view code_page;
  std::size_t length;
  u64 hash;
  u32 unit_checks;
};

Step any_print_command(Sequence& random) {
  const u32 kind = random() % 100;
  u8 code;
  if (kind < 50)
    code = std::array<u8, 4>{0x01, 0x09, 0x11, 0x19}[random() % 4];
  else if (kind < 65)
    code = std::array<u8, 3>{0x0B, 0x13, 0x1B}[random() % 3];
  else if (kind < 75)
    code = write_and_skip(1 + random() % 12);
  else if (kind < 90)
    code = skip(1 + random() % 12);
  else
    code = std::array<u8, 3>{0x43, 0x23, 0x03}[random() % 3];
  if ((code & 7) != 1) return Step::control(code);
  std::vector<u8> line(std::array<u32, 5>{1, 5, 40, 80, 132}[random() % 5]);
  for (u8& byte : line) {
    const u32 choice = random() % 8;
    byte = static_cast<u8>(choice == 0 ? random() : choice < 4 ? 0x40 : 0xC1 + random() % 9);
  }
  return Step::send(code, std::move(line));
}

TEST_F(LinePrinterTest, TheFileIsThatOfHercules) {
  const Recorded kRows[] = {
      {"1403", {}, "default", 15073, 0x35887C78D1C9F7F0, 0},
      {"1403", {"crlf"}, "819/1047", 14586, 0x90D2E283D08CD082, 0},
      {"3211", {"index=5", "fcbcheck"}, "819/037", 18199, 0x1676BEC78CB3DB41, 0},
      {"1403", {"nofcbcheck", "fcb=1:1,10:12,20:3"}, "default", 15181, 0xDC57D9B8DB1C6E78, 0},
      {"3211", {"lpp=40", "fcb=1:1,10:12,20:3"}, "default", 12680, 0xE49BAD6D2A982CBE, 83},
      {"1403", {"fcb=3,6,9,12,15,18,21,24,60,30,33,36"}, "default", 14701, 0x1F723CD8288EC699, 0},
      {"3211", {"browse"}, "default", 16442, 0xFD759597BA1FAC26, 0},
      {"1403", {"rawcc", "crlf"}, "default", 14313, 0x16C694DF6F98DB89, 0},
  };
  u32 seed = 0;
  for (const Recorded& row : kRows) {
    SCOPED_TRACE(testing::PrintToString(row.options));
    environment_.code_page = *find_code_page(row.code_page);
    std::vector<std::string> arguments = {"print"};
    arguments.insert(arguments.end(), row.options.begin(), row.options.end());
    make(arguments, row.type);
    Sequence random(++seed);
    u32 unit_checks = 0;
    for (u32 i = 0; i < 400; ++i) {
      channel_->begin_chain();
      unit_checks += channel_->run(any_print_command(random)).status != kEnd;
    }
    const std::string text = printed();
    EXPECT_EQ(text.size(), row.length);
    EXPECT_EQ(fnv1a({reinterpret_cast<const u8*>(text.data()), text.size()}), row.hash);
    EXPECT_EQ(unit_checks, row.unit_checks);
  }
}

TEST_F(LinePrinterTest, AChannelThatTheFormLacksIsAnEquipmentCheckOrIgnored) {
  make({"print", "fcb=1:1"});
  EXPECT_EQ(print(write_and_skip(2), "A"), kCheck);
  EXPECT_THAT(channel_->sense(), ElementsAre(sense::kEquipmentCheck));
  EXPECT_THAT(channel_->sense(), ElementsAre(0));
  make({"print", "fcb=1:1", "nofcbcheck"});
  EXPECT_EQ(print(write_and_skip(2), "A"), kEnd);
  EXPECT_EQ(control(skip(2)), kEnd);
  EXPECT_EQ(printed(), "A\n");
}

TEST_F(LinePrinterTest, LoadingTheFormsControlBuffer) {
  make({"print"}, "3211");
  EXPECT_EQ(channel_->run(0x63, {0x83, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0x10}).status, kEnd);
  control(skip(1));
  print(kWriteAndSpace1, "AB");
  control(skip(2));
  print(kWriteAndSpace1, "CD");
  control(skip(1));
  print(kWriteAndSpace1, "EF");
  EXPECT_EQ(control(skip(3)), kCheck);
  EXPECT_EQ(printed(), "\n  AB\n\n\n  CD\n\f\n  EF\n");  // by Hercules 3.13
}

TEST_F(LinePrinterTest, AWrongFormsControlBufferIsALoadCheckAndTheOldOneStays) {
  make({"print"}, "3211");
  EXPECT_EQ(channel_->run(0x63, {1, 2, 3}).status, kCheck);
  EXPECT_THAT(channel_->sense(), ElementsAre(0x02));
  control(skip(2));
  EXPECT_EQ(printed(), lines(6));
}

TEST_F(LinePrinterTest, A1403TakesACharacterSetOnlyThroughItsGate) {
  make({"print"});
  EXPECT_EQ(control(0xFB), kCheck);
  EXPECT_THAT(channel_->sense(), ElementsAre(sense::kCommandReject));
  const std::vector<u8> set(240, 0xC1);
  EXPECT_THAT(channel_->statuses({Step::control(0xEB), Step::send(0xF3, set)}), ElementsAre(kEnd, kEnd));
  print(kWriteAndSpace1, "abc");
  EXPECT_THAT(channel_->statuses({Step::control(0xEB), Step::send(0xFB, set)}), ElementsAre(kEnd, kEnd));
  print(kWriteAndSpace1, "abc");
  EXPECT_EQ(printed(), "ABC\nabc\n");
  EXPECT_THAT(channel_->statuses({Step::control(0x7B), Step::send(0xF3, set)}), ElementsAre(kEnd, kEnd));
  EXPECT_THAT(channel_->statuses({Step::control(0x7B), Step::send(0xFB, set)}), ElementsAre(kEnd, kCheck));
  EXPECT_THAT(channel_->statuses({Step::control(0x03), Step::control(0xEB)}), ElementsAre(kEnd, kCheck));
}

TEST_F(LinePrinterTest, TheBuffersOfA3211CanBeReadThroughTheDiagnosticGate) {
  make({"print"}, "3211");
  EXPECT_EQ(control(0x0A), kCheck);
  EXPECT_EQ(control(0x12), kCheck);
  std::vector<u8> set(512, 0xC2);
  set[7] = 0x77;
  EXPECT_FALSE(channel_->run(0xFB, set).wrong_length);
  EXPECT_FALSE(channel_->run(0x63, {0x11, 0, 0x1C}).wrong_length);
  channel_->send(0x05, ebcdic("LINE"));
  device_->begin_chain();
  EXPECT_EQ(device_->begin(0x07).status, kEnd);
  device_->begin(0x0A);
  std::vector<u8> back(512);
  EXPECT_EQ(device_->read(back), 512u);
  EXPECT_EQ(back, set);
  EXPECT_EQ(device_->end().status, kEnd);
  device_->begin(0x12);
  back.resize(3);
  EXPECT_EQ(device_->read(back), 3u);
  EXPECT_THAT(back, ElementsAre(0x11, 0, 0x1C));
  EXPECT_FALSE(device_->end().wrong_length);
  EXPECT_EQ(channel_->run(0x02, 4).data, std::vector<u8>({0xD3, 0xC9, 0xD5, 0xC5}));
  EXPECT_THAT(channel_->statuses({Step::control(0x09), Step::control(0x07)}), ElementsAre(kEnd, kCheck));
  EXPECT_THAT(channel_->statuses({Step::control(0x03), Step::control(0x07)}), ElementsAre(kEnd, kEnd));
}

// The pointer to the first line is 40, to the second C0: shared/s370-facts.md has no more, GA24-3543 has the encoding.
TEST_F(LinePrinterTest, CheckReadBehindTheGateGivesTheLine) {
  make({"print"}, "3211");
  control(kSpace1);
  device_->begin_chain();
  device_->begin(0x07);
  device_->begin(0x06);
  std::vector<u8> pointer(1);
  EXPECT_EQ(device_->read(pointer), 1u);
  EXPECT_THAT(pointer, ElementsAre(0xC0));
  device_->end();
  EXPECT_EQ(channel_->run(0x06, 150).data, std::vector<u8>(150, 0x04));
}

TEST_F(LinePrinterTest, OtherCommandsOfA1403) {
  make({"print"});
  for (const u8 command : Codes{0x03, 0x73, 0x7B}) EXPECT_EQ(control(command), kEnd) << int{command};
  for (const u8 command : Codes{0x02, 0x0A, 0x12, 0x6B, 0x07, 0x81, 0x83, 0xE9, 0x00, 0x14, 0xFF}) {
    EXPECT_EQ(control(command), unit_status::kUnitCheck) << int{command};  // without channel end, as on Hercules
    EXPECT_THAT(channel_->sense(), ElementsAre(sense::kCommandReject)) << int{command};
  }
  EXPECT_EQ(printed(), "");
}

TEST_F(LinePrinterTest, SpacingToChannels9And12IsIndicatedIfAskedFor) {
  make({"print", "overflow", "fcb=1:1,3:9,5:12"});
  EXPECT_EQ(print(kWriteAndSpace1, "A"), kEnd);
  EXPECT_EQ(control(kSpace1), kCheck);  // line 3
  EXPECT_THAT(channel_->sense(), ElementsAre(0x01));
  EXPECT_EQ(print(kWriteAndSpace3, "B"), kException);  // past line 5
  EXPECT_EQ(control(skip(12)), kEnd);
  EXPECT_EQ(printed(), "A\n\nB\n\n\n\f" + lines(4));
  make({"print"});
  for (int line = 1; line < 66; ++line) EXPECT_EQ(control(kSpace1), kEnd) << line;
}

TEST_F(LinePrinterTest, BrowseSeparatesLinesThatWouldOverprint) {
  make({"print", "browse"});
  print(kWrite, "A");
  print(kWrite, "B");
  control(kSpace1);
  print(kWriteAndSpace1, "C");
  EXPECT_EQ(printed(), "A\nB\nC\n");
}

TEST_F(LinePrinterTest, RawCommandsAreLines) {
  make({"print", "rawcc"});
  print(kWriteAndSpace1, "A ");
  control(skip(1));
  channel_->run(0x63, {0x81, 0x1C});
  EXPECT_EQ(printed(),
            "09A\n8b\n6381"
            "1c\n");
}

TEST_F(LinePrinterTest, TheFileIsEmptiedWhenThePrinterIsFirstUsedOrKept) {
  write("print", "old\n");
  make({"print"});
  channel_->sense();
  EXPECT_EQ(printed(), "old\n");
  print(kWriteAndSpace1, "new");
  EXPECT_EQ(printed(), "new\n");
  make({"print", "noclear"});
  print(kWriteAndSpace1, "more");
  EXPECT_EQ(printed(), "new\nmore\n");
}

TEST_F(LinePrinterTest, APipeTakesThePrint) {
  make({"|tr a-z A-Z > print", "crlf"});
  print(kWriteAndSpace1, "text");
  make({"other"});  // which ends the first
  EXPECT_EQ(printed(), "TEXT\r\n");
  EXPECT_THAT(reports_, IsEmpty());
}

TEST_F(LinePrinterTest, ACommandThatFailsIsReported) {
  make({"|cat > /dev/null; exit 5"});
  print(kWriteAndSpace1, "text");
  make({"other"});
  EXPECT_THAT(reports_, ElementsAre("1403: |cat > /dev/null; exit 5 ended with exit code 5"));
}

TEST_F(LinePrinterTest, AFullDiskIsAnEquipmentCheckAndThePaperStands) {
  make({"/dev/full"});
  EXPECT_EQ(print(kWriteAndSpace1, "A"), kCheck);
  EXPECT_THAT(channel_->sense(), ElementsAre(sense::kEquipmentCheck));
  EXPECT_EQ(control(skip(2)), kCheck);
  EXPECT_THAT(reports_, ElementsAre("1403: cannot write to /dev/full: No space left on device",
                                    "1403: cannot write to /dev/full: No space left on device"));
  EXPECT_EQ(device_->description(),
            "/dev/full print fcbcheck [line 1 of 66, 6 lpi] (cannot write to /dev/full: No space left on device)");
}

TEST_F(LinePrinterTest, AFileThatCannotBeMadeNeedsIntervention) {
  make({"none/print"});
  EXPECT_EQ(print(kWriteAndSpace1, "A"), unit_status::kUnitCheck);
  EXPECT_THAT(channel_->sense(), ElementsAre(sense::kInterventionRequired));
  std::filesystem::create_directory(folder_.path("none"));
  EXPECT_EQ(print(kWriteAndSpace1, "A"), kEnd);
}

TEST_F(LinePrinterTest, AStoppedPrinterNeedsInterventionUntilItIsStarted) {
  LinePrinter& printer = make({"print"});
  printer.stop();
  EXPECT_EQ(print(kWriteAndSpace1, "A"), unit_status::kUnitCheck);
  EXPECT_THAT(channel_->sense(), ElementsAre(sense::kInterventionRequired));
  EXPECT_THAT(printer.description(), HasSubstr("(stopped)"));
  printer.start();
  EXPECT_THAT(channel_->presented, ElementsAre(unit_status::kDeviceEnd));
  EXPECT_EQ(print(kWriteAndSpace1, "A"), kEnd);
  EXPECT_EQ(printed(), "A\n");
}

TEST_F(LinePrinterTest, ReloadingTakesAnotherFileAndForm) {
  LinePrinter& printer = make({"print", "lpp=20"});
  print(kWriteAndSpace3, "A");
  EXPECT_EQ(printer.description(), "print print fcbcheck [line 4 of 20, 6 lpi]");
  ASSERT_TRUE(printer.reload(std::vector<std::string>{"second", "lpi=8", "crlf"}));
  EXPECT_THAT(channel_->presented, ElementsAre(unit_status::kDeviceEnd));
  EXPECT_EQ(printer.description(), "second crlf print fcbcheck [line 1 of 66, 8 lpi]");
  EXPECT_FALSE(printer.reload(std::vector<std::string>{"third", "crfl"}));
  print(kWriteAndSpace1, "B");
  EXPECT_EQ(printed(), "A\n\n\n");
  EXPECT_EQ(read("second"), "B\r\n");
}

TEST_F(LinePrinterTest, ErrorsOfTheArguments) {
  EXPECT_EQ(error({}), "found no file, expected a file name or '|' and a command");
  EXPECT_THAT(error({"print", "crfl"}), HasSubstr("'crfl' is not an option; expected one of crlf, noclear"));
  EXPECT_THAT(error({"."}), HasSubstr("is a directory"));
  EXPECT_EQ(error({"print", "sockdev"}), "option 'sockdev' is not supported");
  EXPECT_EQ(error({"print", "lpp=0"}), "lpp=: found '0', expected a number from 1 to 256");
  EXPECT_EQ(error({"print", "lpi=7"}), "lpi=: found '7', expected 6 or 8");
  EXPECT_EQ(error({"print", "index=3"}), "index=: found '3', expected a number from 0 to 0");
  EXPECT_EQ(error({"print", "index=3"}, "3211"), "none");
  EXPECT_EQ(error({"print", "fcb=1,2"}), "fcb=: found 2 line numbers, expected 12");
  EXPECT_EQ(error({"print", "fcb=100:1", "lpp=120"}), "none");
  EXPECT_EQ(error({"print", "rawcc", "browse"}), "found both 'rawcc' and 'browse', expected one of them or none");
  EXPECT_EQ(error({"print"}, "1404"), "'1404' is no line printer; expected one of 1403, 1443, 3203, 3211");
}

TEST_F(LinePrinterTest, AnyCommandsEnd) {
  for (const char* type : {"1403", "1443", "3203", "3211"}) run_anything(make({"/dev/null"}, type), 5, 1000);
  run_anything(make({"/dev/null", "overflow", "browse", "crlf", "lpp=1"}, "3211"), 6, 1000);
  run_anything(make({"/dev/null", "rawcc"}, "3211"), 7, 1000);
  run_anything(make({"/dev/full"}, "3211"), 8, 100);
}

}  // namespace
}  // namespace replica::unit_record
