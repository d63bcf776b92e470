#include "devices/card_reader.h"

#include "tests/devices/unit_record_fixture.h"

namespace replica::unit_record {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr u8 kRead = 0x02;
constexpr u8 kRetryWhenReady = 0x10;

class CardReaderTest : public UnitRecordTest {
 protected:
  CardReader& make(const std::vector<std::string>& arguments, std::string_view type = "3505") {
    auto made = make_card_reader(type, arguments, environment_);
    EXPECT_TRUE(made) << made.error().message;
    channel_.reset();
    device_ = std::move(*made);
    channel_ = std::make_unique<ChannelDriver>(*device_);
    return dynamic_cast<CardReader&>(*device_);
  }
  std::string error(const std::vector<std::string>& arguments, std::string_view type = "3505") {
    const auto made = make_card_reader(type, arguments, environment_);
    return made ? "none" : made.error().message;
  }
  // The next card; or its status, if that is not channel end and device end.
  std::string card() {
    const Outcome outcome = channel_->run(kRead, 80);
    if (outcome.status != kEnd) return fmt::format("status {:02X}", outcome.status);
    return {outcome.data.begin(), outcome.data.end()};
  }
  static std::string text(const std::string& ascii) { return ebcdic(ascii + std::string(80 - ascii.size(), ' ')); }

  std::unique_ptr<Device> device_;
  std::unique_ptr<ChannelDriver> channel_;
};

TEST_F(CardReaderTest, EbcdicCardsAreEightyBytesAndPassUnchanged) {
  std::string first, second(80, '\xC1');
  for (int i = 0; i < 80; ++i) first += static_cast<char>(i * 3 + 0x80);
  write("deck", first + second);
  make({"deck", "ebcdic", "eof"});
  EXPECT_EQ(card(), first);
  EXPECT_EQ(card(), second);
  EXPECT_EQ(card(), "status 0D");
}

TEST_F(CardReaderTest, LinesOfTextAreTranslatedAndFilledWithBlanks) {
  write("deck", "HELLO\r\n\na\tb\nlast");
  make({"deck", "ascii", "eof"});
  EXPECT_EQ(card(), text("HELLO"));
  EXPECT_EQ(card(), text(""));
  EXPECT_EQ(card(), text("a       b"));
  EXPECT_EQ(card(), text("last"));
  EXPECT_EQ(card(), "status 0D");
}

TEST_F(CardReaderTest, TheCodePageIsThatOfTheEnvironment) {
  write("deck", "[|^]\n");
  make({"deck", "ascii"});
  EXPECT_EQ(card().substr(0, 4), "\xAD\x6A\x5F\xBD");
  environment_.code_page = *find_code_page("819/037");
  make({"deck", "ascii"});
  EXPECT_EQ(card().substr(0, 4), "\xBA\x4F\xB0\xBB");
}

TEST_F(CardReaderTest, TheFormatIsDetectedForEachFile) {
  const std::string cards(80, '\xC2');
  write("text", "TEXT\n");
  write("cards", cards);
  make({"text", "cards", "text", "multifile", "eof"});
  EXPECT_EQ(card(), text("TEXT"));
  EXPECT_EQ(card(), cards);
  EXPECT_EQ(card(), text("TEXT"));
  EXPECT_EQ(card(), "status 0D");
}

// Text is what has only 20-7F, carriage return, line feed and tab in its first 160 bytes, or in front of a 1A.
TEST_F(CardReaderTest, WhatIsTakenForText) {
  write("late", std::string(79, 'x') + "\n" + std::string(79, 'y') + "\n\x80\n");
  make({"late"});
  EXPECT_EQ(card(), text(std::string(79, 'x')));
  write("early", std::string(79, 'x') + "\n" + std::string(79, 'y') + "\x80\n");
  make({"early"});
  EXPECT_EQ(card(), std::string(79, 'x') + "\n");
  write("ended", "END\x1A\x80");
  make({"ended"});
  EXPECT_EQ(card(), text("END"));
}

TEST_F(CardReaderTest, AnEndOfTextCharacterEndsTheFile) {
  write("deck",
        "A\n\x1A"
        "B\n");
  make({"deck", "ascii", "eof"});
  EXPECT_EQ(card(), text("A"));
  EXPECT_EQ(card(), "status 0D");
  EXPECT_THAT(device_->description(), HasSubstr("*"));
}

TEST_F(CardReaderTest, AfterTheEndTheReaderNeedsIntervention) {
  write("deck", "A\n");
  make({"deck"});
  EXPECT_EQ(card(), text("A"));
  EXPECT_EQ(card(), "status 0E");
  EXPECT_THAT(channel_->sense(), ElementsAre(sense::kInterventionRequired, kRetryWhenReady, 0, 0));
  EXPECT_EQ(channel_->run(0x03).status, kCheck);
  // SENSE of a reader that is not ready says so unasked.
  EXPECT_THAT(channel_->sense(), ElementsAre(sense::kInterventionRequired, kRetryWhenReady, 0, 0));
}

TEST_F(CardReaderTest, WithEofAnEmptyReaderPresentsUnitException) {
  make({"*", "eof"});
  EXPECT_EQ(card(), "status 0D");
  EXPECT_EQ(channel_->run(0x03).status, kException);
  make({});
  EXPECT_EQ(card(), "status 0E");
}

TEST_F(CardReaderTest, SeveralFilesEachHaveAnEnd) {
  write("a", "A\n");
  write("b", "B\n");
  make({"a", "ascii", "eof", "b"});
  EXPECT_EQ(card(), text("A"));
  EXPECT_EQ(card(), "status 0D");
  EXPECT_EQ(card(), text("B"));
  EXPECT_EQ(card(), "status 0D");
  EXPECT_EQ(card(), "status 0D");
}

TEST_F(CardReaderTest, WithMultifileTheyAreOneDeckAlsoOverAnEmptyFile) {
  write("a", "A\n");
  write("none", "");
  write("b", "B\n");
  make({"a", "none", "b", "multifile", "eof"});
  EXPECT_EQ(card(), text("A"));
  EXPECT_EQ(card(), text("B"));
  EXPECT_EQ(card(), "status 0D");
}

TEST_F(CardReaderTest, ALineThatIsTooLongIsADataCheckAndTheNextLineFollows) {
  write("deck", std::string(80, 'x') + "\n" + std::string(200, 'y') + "\nz\n");
  make({"deck", "ascii"});
  EXPECT_EQ(card(), text(std::string(80, 'x')));
  EXPECT_EQ(card(), "status 0E");
  EXPECT_THAT(channel_->sense(), ElementsAre(sense::kDataCheck, 0, 0, 0));
  EXPECT_THAT(reports_, ElementsAre(HasSubstr("card 2 of deck has more than 80 columns")));
  EXPECT_THAT(device_->description(), HasSubstr("card 2 of deck has more than 80 columns"));
  EXPECT_EQ(card(), text("z"));
}

TEST_F(CardReaderTest, WithTruncItLosesItsEnd) {
  write("deck", std::string(80, 'x') + "yy\nz\n");
  make({"deck", "ascii", "trunc"});
  EXPECT_EQ(card(), text(std::string(80, 'x')));
  EXPECT_EQ(card(), text("z"));
  EXPECT_THAT(reports_, IsEmpty());
}

TEST_F(CardReaderTest, AnIncompleteCardIsReportedAndWithAutopadFilledWithZeros) {
  write("deck", std::string(80, '\xC1') + "abc");
  make({"deck", "ebcdic", "eof"});
  EXPECT_EQ(card(), std::string(80, '\xC1'));
  EXPECT_EQ(card(), "status 0D");
  EXPECT_THAT(reports_, ElementsAre(HasSubstr("last card of deck has 3 bytes")));
  make({"deck", "ebcdic", "eof", "autopad"});
  EXPECT_EQ(card(), std::string(80, '\xC1'));
  EXPECT_EQ(card(), "abc" + std::string(77, '\0'));
  EXPECT_EQ(card(), "status 0D");
}

// shared/s370-facts.md 6.11: stacker, column binary and feed bits make no difference.
TEST_F(CardReaderTest, ReadCommandsAndFeedCommands) {
  std::string deck;
  for (char c = 'a'; c <= 'm'; ++c) deck += std::string(1, c) + "\n";
  write("deck", deck);
  make({"deck"});
  char next = 'a';
  for (const u8 read : Codes{0x02, 0x42, 0x82, 0xC2, 0x22, 0x62, 0xA2, 0xE2, 0x0A}) {
    const Outcome outcome = channel_->run(read, 80);
    EXPECT_EQ(std::string(outcome.data.begin(), outcome.data.end()), text(std::string(1, next++))) << int{read};
  }
  for (const u8 feed : Codes{0x23, 0x63, 0xA3, 0xE3, 0x03}) {
    const Outcome outcome = channel_->run(feed, 80);
    EXPECT_EQ(outcome.status, kEnd);
    EXPECT_EQ(outcome.data.size(), 0u);
  }
  EXPECT_EQ(card(), text(std::string(1, next)));
}

TEST_F(CardReaderTest, OtherCommandsAreRejected) {
  write("deck", "A\n");
  make({"deck"});
  for (const u8 command : Codes{0x00, 0x01, 0x05, 0x06, 0x07, 0x0B, 0x14, 0x13, 0x12, 0xE4, 0xFF}) {
    EXPECT_EQ(channel_->run(command).status, kCheck) << int{command};
    EXPECT_EQ(channel_->sense()[0], sense::kCommandReject) << int{command};
  }
  EXPECT_EQ(card(), text("A"));
}

TEST_F(CardReaderTest, LengthsThatAreNotThoseOfACardAreIncorrect) {
  write("deck", "first\nsecond\nthird\n");
  make({"deck"});
  const Outcome less = channel_->run(kRead, 5);
  EXPECT_EQ(less.status, kEnd);
  EXPECT_TRUE(less.wrong_length);
  EXPECT_EQ(std::string(less.data.begin(), less.data.end()), ebcdic("first"));
  const Outcome more = channel_->run(kRead, 100);
  EXPECT_EQ(more.data.size(), 80u);
  EXPECT_TRUE(more.wrong_length);
  EXPECT_FALSE(channel_->run(kRead, 80).wrong_length);
}

TEST_F(CardReaderTest, SenseIdIfConfigured) {
  environment_.sense_id = true;
  make({}, "2540r");
  EXPECT_EQ(device_->type(), "2540R");
  EXPECT_THAT(channel_->run(0xE4, 20).data, ElementsAre(0xFF, 0x28, 0x21, 0x01, 0x25, 0x40, 0x01));
}

TEST_F(CardReaderTest, OlderReadersHaveOneSenseByte) {
  make({}, "2501");
  EXPECT_EQ(card(), "status 0E");
  EXPECT_THAT(channel_->sense(), ElementsAre(sense::kInterventionRequired));
}

TEST_F(CardReaderTest, ReloadingPresentsDeviceEndAndKeepsEof) {
  write("a", "A\n");
  write("b", "B\n");
  CardReader& reader = make({"a", "eof"});
  EXPECT_THAT(channel_->presented, IsEmpty());
  EXPECT_EQ(card(), text("A"));
  EXPECT_EQ(card(), "status 0D");
  ASSERT_TRUE(reader.reload(std::vector<std::string>{"b"}));
  EXPECT_THAT(channel_->presented, ElementsAre(unit_status::kDeviceEnd));
  EXPECT_EQ(card(), text("B"));
  EXPECT_EQ(card(), "status 0D");
  // Without arguments the same file is put in again.
  ASSERT_TRUE(reader.reload({}));
  EXPECT_EQ(card(), text("B"));
  ASSERT_TRUE(reader.reload(std::vector<std::string>{"*", "intrq"}));
  EXPECT_THAT(channel_->presented, ElementsAre(unit_status::kDeviceEnd, unit_status::kDeviceEnd));
  EXPECT_EQ(card(), "status 0E");
}

TEST_F(CardReaderTest, AReloadThatFailsChangesNothing) {
  write("a", "A\nB\n");
  CardReader& reader = make({"a"});
  EXPECT_EQ(card(), text("A"));
  EXPECT_FALSE(reader.reload(std::vector<std::string>{"none"}));
  EXPECT_THAT(channel_->presented, IsEmpty());
  EXPECT_EQ(card(), text("B"));
}

TEST_F(CardReaderTest, AFileThatDisappearsIsAnEquipmentCheck) {
  write("a", "A\n");
  make({"a"});
  std::filesystem::remove(folder_.path("a"));
  EXPECT_EQ(card(), "status 0E");
  EXPECT_EQ(channel_->sense()[0], sense::kEquipmentCheck);
  EXPECT_THAT(reports_, ElementsAre(HasSubstr("No such file or directory")));
}

TEST_F(CardReaderTest, ErrorsOfTheArguments) {
  write("deck", "");
  EXPECT_EQ(error({"none"}), "'none' is neither an option nor a file that can be read: No such file or directory");
  EXPECT_THAT(error({"deck", "asci"}), HasSubstr("'asci' is neither an option nor a file"));
  EXPECT_THAT(error({"."}), HasSubstr("is a directory"));
  EXPECT_EQ(error({"deck", "ascii", "ebcdic"}), "found both 'ebcdic' and 'ascii', expected one of them or none");
  EXPECT_EQ(error({"1234", "sockdev"}), "option 'sockdev' is not supported");
  EXPECT_EQ(error({}, "3525"), "'3525' is no card reader; expected one of 1442, 2501, 2540R, 3505");
  EXPECT_EQ(error({"deck", "EOF", "TRUNC"}), "none");
}

TEST_F(CardReaderTest, Description) {
  write("deck", "A\nB\n");
  make({"deck", "ascii", "trunc", "eof"});
  card();
  EXPECT_EQ(device_->description(), "deck ascii trunc eof [1 cards read]");
}

TEST_F(CardReaderTest, AHugeLineIsOneCard) {
  write("deck", std::string(5'000'000, 'x') + "\nnext\n");
  make({"deck", "trunc"});
  EXPECT_EQ(card(), text(std::string(80, 'x')));
  EXPECT_EQ(card(), text("next"));
}

TEST_F(CardReaderTest, AnyCommandsOnGarbageEnd) {
  Sequence random(4711);
  std::string garbage;
  for (int i = 0; i < 300'000; ++i) garbage += static_cast<char>(random());
  write("garbage", garbage);
  write("empty", "");
  for (const char* format : {"ascii", "ebcdic", "multifile"}) {
    CardReader& reader = make({"garbage", format, "empty", "garbage"});
    run_anything(reader, 1, 2000);
  }
}

}  // namespace
}  // namespace replica::unit_record
