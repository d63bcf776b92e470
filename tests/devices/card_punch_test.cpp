#include "devices/card_punch.h"

#include "tests/devices/unit_record_fixture.h"

namespace replica::unit_record {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CardPunchTest : public UnitRecordTest {
 protected:
  CardPunch& make(const std::vector<std::string>& arguments, std::string_view type = "3525") {
    auto made = make_card_punch(type, arguments, environment_);
    EXPECT_TRUE(made) << made.error().message;
    channel_.reset();
    device_ = std::move(*made);
    channel_ = std::make_unique<ChannelDriver>(*device_);
    return dynamic_cast<CardPunch&>(*device_);
  }
  std::string error(const std::vector<std::string>& arguments, std::string_view type = "3525") {
    const auto made = make_card_punch(type, arguments, environment_);
    return made ? "none" : made.error().message;
  }

  std::unique_ptr<Device> device_;
  std::unique_ptr<ChannelDriver> channel_;
};

TEST_F(CardPunchTest, EbcdicCardsAreEightyBytesFilledWithBlanks) {
  make({"deck"});
  EXPECT_EQ(channel_->send(0x01, ebcdic("ABC")).status, kEnd);
  EXPECT_EQ(channel_->send(0x41, std::string(80, '\x01')).status, kEnd);
  EXPECT_EQ(read("deck"), ebcdic("ABC" + std::string(77, ' ')) + std::string(80, '\x01'));
}

TEST_F(CardPunchTest, TextLosesBlanksAtTheEndAndWhatIsNotPrintable) {
  make({"deck", "ascii"});
  channel_->send(0x81, ebcdic("  A B") + std::string("\x00\x15\xFF", 3) + ebcdic("C  "));
  channel_->send(0x01, ebcdic("   "));
  EXPECT_EQ(read("deck"), "  A B   C\n\n");
  make({"deck", "ascii", "crlf"});
  channel_->send(0x01, ebcdic("X "));
  EXPECT_EQ(read("deck"), "X\r\n");
}

TEST_F(CardPunchTest, MoreThanEightyBytesAreIncorrectLength) {
  make({"deck"});
  const Outcome outcome = channel_->run(0x01, 100);
  EXPECT_EQ(outcome.status, kEnd);
  EXPECT_EQ(outcome.residual, 20u);
  EXPECT_TRUE(outcome.wrong_length);
  EXPECT_FALSE(channel_->run(0x01, 10).wrong_length);  // as on Hercules
  EXPECT_EQ(read("deck").size(), 160u);
}

TEST_F(CardPunchTest, TheFileIsEmptiedWhenThePunchIsFirstUsedOrKept) {
  write("deck", "old");
  make({"deck", "ascii"});
  EXPECT_THAT(channel_->sense(), ElementsAre(0));
  EXPECT_EQ(read("deck"), "old");
  channel_->send(0x01, ebcdic("A"));
  EXPECT_EQ(read("deck"), "A\n");
  make({"deck", "ascii", "noclear"});
  channel_->send(0x01, ebcdic("B"));
  EXPECT_EQ(read("deck"), "A\nB\n");
}

TEST_F(CardPunchTest, OtherCommands) {
  make({"deck"});
  EXPECT_EQ(channel_->run(0x03).status, kEnd);
  for (const u8 command : Codes{0x21, 0x61, 0xC1, 0x02, 0x09, 0xE4, 0x14, 0xFF}) {
    EXPECT_EQ(channel_->run(command).status, kCheck) << int{command};
    EXPECT_THAT(channel_->sense(), ElementsAre(sense::kCommandReject)) << int{command};
  }
  environment_.sense_id = true;
  make({"deck"}, "2540P");
  EXPECT_THAT(channel_->run(0xE4, 20).data, ElementsAre(0xFF, 0x28, 0x21, 0x01, 0x25, 0x40, 0x01));
}

TEST_F(CardPunchTest, AFullDiskIsAnEquipmentCheck) {
  make({"/dev/full"});
  EXPECT_EQ(channel_->send(0x01, ebcdic("A")).status, kCheck);
  EXPECT_THAT(channel_->sense(), ElementsAre(sense::kEquipmentCheck));
  EXPECT_THAT(reports_, ElementsAre("3525: cannot write to /dev/full: No space left on device"));
  EXPECT_EQ(device_->description(),
            "/dev/full ebcdic [0 cards punched] (cannot write to /dev/full: No space left on device)");
}

TEST_F(CardPunchTest, AFileThatCannotBeMadeNeedsIntervention) {
  make({"none/deck"});
  EXPECT_EQ(channel_->send(0x01, ebcdic("A")).status, kCheck);
  EXPECT_THAT(channel_->sense(), ElementsAre(sense::kInterventionRequired));
  std::filesystem::create_directory(folder_.path("none"));
  EXPECT_EQ(channel_->send(0x01, ebcdic("A")).status, kEnd);
}

TEST_F(CardPunchTest, ReloadingTakesAnotherFile) {
  CardPunch& punch = make({"a", "ascii"});
  channel_->send(0x01, ebcdic("A"));
  ASSERT_TRUE(punch.reload(std::vector<std::string>{"b", "ascii"}));
  EXPECT_THAT(channel_->presented, ElementsAre(unit_status::kDeviceEnd));
  channel_->send(0x01, ebcdic("B"));
  EXPECT_EQ(read("a"), "A\n");
  EXPECT_EQ(read("b"), "B\n");
  EXPECT_EQ(punch.description(), "b ascii [1 cards punched]");
}

TEST_F(CardPunchTest, ErrorsOfTheArguments) {
  EXPECT_EQ(error({}), "found no file name");
  EXPECT_EQ(error({"deck", "asci"}), "'asci' is not an option; expected one of ebcdic, ascii, crlf, noclear");
  EXPECT_THAT(error({"."}), HasSubstr("is a directory"));
  EXPECT_EQ(error({"deck"}, "3505"), "'3505' is no card punch; expected one of 2540P, 3525");
}

TEST_F(CardPunchTest, AnyCommandsEnd) {
  run_anything(make({"/dev/null"}), 2, 2000);
  run_anything(make({"/dev/null", "ascii", "crlf"}), 3, 2000);
  run_anything(make({"/dev/full"}), 4, 100);
}

}  // namespace
}  // namespace replica::unit_record
