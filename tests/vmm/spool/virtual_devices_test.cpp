// Virtual printers, punches and readers: what the guest sees, and what comes into the spool.
#include "tests/vmm/spool/spool_fixture.h"

namespace replica::vmm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class VirtualDeviceTest : public SpoolTest {
 protected:
  struct Output {
    std::shared_ptr<SpoolOutput> spool;
    std::unique_ptr<Device> device;
    std::unique_ptr<ChannelDriver> channel;
  };
  struct Input {
    std::shared_ptr<SpoolInput> spool;
    std::unique_ptr<Device> device;
    std::unique_ptr<ChannelDriver> channel;
  };

  Output printer(const std::string& type = "1403", const std::vector<std::string>& arguments = {},
                 const SpoolSettings& settings = {}) {
    Output made{.spool = std::make_shared<SpoolOutput>(*store_, "USER1", type, settings), .device = {}, .channel = {}};
    auto device = make_line_printer_on(made.spool, type, arguments, environment_);
    EXPECT_TRUE(device) << device.error().message;
    made.device = std::move(*device);
    made.channel = std::make_unique<ChannelDriver>(*made.device);
    return made;
  }
  Output punch(const std::string& type = "2540P", const SpoolSettings& settings = {}) {
    Output made{.spool = std::make_shared<SpoolOutput>(*store_, "USER1", type, settings), .device = {}, .channel = {}};
    made.device = *make_card_punch_on(made.spool, type, {}, environment_);
    made.channel = std::make_unique<ChannelDriver>(*made.device);
    return made;
  }
  Input reader(const SpoolSettings& settings = {.spool_class = '*'}, const std::string& type = "2540R") {
    Input made{.spool = std::make_shared<SpoolInput>(*store_, "USER1", settings), .device = {}, .channel = {}};
    made.device = *make_card_reader_from(made.spool, type, {}, environment_);
    made.channel = std::make_unique<ChannelDriver>(*made.device);
    return made;
  }
  static std::string card(const std::string& text) {
    std::string columns = text;
    columns.resize(80, ' ');
    return ebcdic(columns);
  }
  SpoolId deck(const std::vector<std::string>& cards, char spool_class = 'A') {
    std::vector<std::string> columns;
    for (const std::string& text : cards) columns.push_back(card(text));
    return make(attributes_of("USER1", SpoolKind::reader, spool_class), columns);
  }
  static std::string read(Input& input) {
    const auto outcome = input.channel->run(kReadCard, 80);
    if (outcome.status == kEnd) return {outcome.data.begin(), outcome.data.end()};
    if ((outcome.status & unit_status::kUnitCheck) == 0) return fmt::format("{:02X}", outcome.status);
    return fmt::format("{:02X} {:02X}", outcome.status, input.channel->sense()[0]);
  }
};

const std::string kEndOfFile = "0D", kEmpty = "0E 40";

TEST_F(VirtualDeviceTest, APrinterRecordsTheCommandsOfItsFile) {
  Output out = printer();
  EXPECT_EQ(out.channel->run(kSkip1).status, kEnd);  // where the paper stands: nothing to be seen
  EXPECT_EQ(out.channel->run(0x03).status, kEnd);
  EXPECT_FALSE(out.spool->open_file());
  EXPECT_EQ(out.channel->send(0x09, "ABC").status, kEnd);
  EXPECT_EQ(out.channel->run(0x13).status, kEnd);
  EXPECT_EQ(out.channel->run(0x04, 1).data, std::vector<u8>{0});
  const auto id = out.spool->close_file({.name = "PRINT", .type = "FILE"});
  ASSERT_TRUE(id && *id);
  EXPECT_THAT(texts(**id), ElementsAre("ABC", ""));
  const SpoolFile& file = *store_->find(**id);
  EXPECT_EQ(file.owner, "USER1");
  EXPECT_EQ(file.kind, SpoolKind::printer);
  EXPECT_EQ(file.device, "1403");
  EXPECT_EQ(file.name, "PRINT");
  EXPECT_EQ(file.records, 2u);
  EXPECT_FALSE(out.spool->open_file());
}

TEST_F(VirtualDeviceTest, TheSettingsAreThoseWhenTheFileIsClosed) {
  Output out = printer();
  out.channel->send(0x09, "ABC");
  SpoolSettings settings{.spool_class = 'X', .hold = true, .copies = 7, .distribution = "ROOM5"};
  EXPECT_TRUE(out.spool->alter(settings));
  const SpoolFile file = *store_->find(**out.spool->close_file());
  EXPECT_EQ(file.spool_class, 'X');
  EXPECT_EQ(file.hold, SpoolHold::user);
  EXPECT_EQ(file.copies, 7u);
  EXPECT_EQ(file.distribution, "ROOM5");
  out.channel->send(0x09, "ABC");
  const SpoolFile other =
      *store_->find(**out.spool->close_file({.hold = false, .copies = 2, .spool_class = 'Y', .distribution = "BIN"}));
  EXPECT_EQ(other.spool_class, 'Y');
  EXPECT_EQ(other.hold, SpoolHold::none);
  EXPECT_EQ(other.copies, 2u);
  EXPECT_EQ(other.distribution, "BIN");
  settings.copies = 0;
  EXPECT_EQ(out.spool->alter(settings).error().message, "copies: found 0, expected a number from 1 to 99");
  EXPECT_EQ(out.spool->settings().copies, 7u);
}

TEST_F(VirtualDeviceTest, DestinationsOfOutput) {
  Output out = punch();
  const auto close = [&](const SpoolSettings& settings) {
    EXPECT_TRUE(out.spool->alter(settings));
    EXPECT_EQ(out.channel->send(0x41, "CARD").status, kEnd);
    return *store_->find(**out.spool->close_file());
  };
  SpoolFile file = close({});
  EXPECT_EQ(file.kind, SpoolKind::punch);
  EXPECT_EQ(file.owner, "USER1");
  file = close({.to = "USER2"});
  EXPECT_EQ(file.kind, SpoolKind::reader);
  EXPECT_EQ(file.owner, "USER2");
  EXPECT_EQ(file.origin, "USER1");
  file = close({.to = "*"});
  EXPECT_EQ(file.kind, SpoolKind::reader);
  EXPECT_EQ(file.owner, "USER1");
  file = close({.for_user = "USER3"});
  EXPECT_EQ(file.kind, SpoolKind::punch);
  EXPECT_EQ(file.owner, "USER3");
  EXPECT_EQ(texts(file.id)[0], "CARD" + std::string(76, '\x40'));
}

TEST_F(VirtualDeviceTest, ContIgnoresCloseUntilNocontAndPurgeDeletes) {
  Output out = printer("1403", {}, {.continuous = true});
  out.channel->send(0x09, "ONE");
  EXPECT_FALSE(*out.spool->close_file());
  out.channel->send(0x09, "TWO");
  EXPECT_TRUE(out.spool->alter({}));
  EXPECT_THAT(texts(**out.spool->close_file()), ElementsAre("ONE", "TWO"));
  out.channel->send(0x09, "THREE");
  EXPECT_FALSE(*out.spool->close_file({.purge = true}));
  EXPECT_EQ(store_->list({}).size(), 1u);
}

TEST_F(VirtualDeviceTest, ADeviceThatGoesClosesItsFile) {
  Output out = printer("1403", {}, {.continuous = true});
  out.channel->send(0x09, "ONE");
  out.channel.reset();
  out.device.reset();
  ASSERT_EQ(store_->list({}).size(), 1u);
  EXPECT_EQ(store_->list({})[0].state, SpoolState::closed);
}

TEST_F(VirtualDeviceTest, FlushWritesWhatIsOpen) {
  Output out = printer();
  out.channel->send(0x09, "ONE");
  EXPECT_TRUE(out.device->flush());
  EXPECT_THAT(out.device->description(), HasSubstr("spool class A file 0001 print fcbcheck [line 2 of 66"));
}

TEST_F(VirtualDeviceTest, EachFileBeginsOnANewFormWithWhatWasLoaded) {
  Output out = printer("3211", {"overflow"});
  const std::vector<u8> form = {0x83, 0x01, 0x00, 0x09, 0x1C};  // channel 1 at line 1, 9 at 3, 12 at 4
  EXPECT_EQ(out.channel->run(0x63, form).status, kEnd);
  EXPECT_EQ(out.channel->run(0x43).status, kEnd);
  EXPECT_EQ(out.channel->send(0x11, "A").status, kCheck);
  EXPECT_EQ(out.channel->sense()[0], 0x01);
  for (int file = 0; file < 2; ++file) {
    const auto id = **out.spool->close_file();
    SpoolCursor cursor(*store_, id);
    auto record = **cursor.next();
    EXPECT_EQ(record.command, 0x63);
    EXPECT_EQ(std::vector<u8>(record.data.begin(), record.data.end()), form);
    EXPECT_EQ((**cursor.next()).command, 0x43);
    EXPECT_EQ((**cursor.next()).command, 0x11);
    EXPECT_EQ(out.channel->send(0x11, "B").status, kCheck) << "to line 3 again";
  }
}

TEST_F(VirtualDeviceTest, AFullSpoolNeedsInterventionUntilThereIsRoom) {
  most_bytes_ = 5000;
  open();
  const SpoolId other = make(attributes_of("A"), {std::string(1000, 'X')});
  Output out = printer();
  u8 status = kEnd;
  u32 lines = 0;
  while (status == kEnd && lines < 100) {
    status = out.channel->send(0x09, std::string(94, 'X')).status;
    lines += status == kEnd;
  }
  EXPECT_EQ(lines, 20u);  // of 100 bytes each: 1006 + 2000 leave less than 2048 and its header
  EXPECT_EQ(status, unit_status::kUnitCheck);
  EXPECT_EQ(out.channel->sense()[0], sense::kInterventionRequired);
  EXPECT_THAT(reports_.back(), HasSubstr("spool.db is full: 3006 of 5000 bytes are in use"));
  EXPECT_TRUE(store_->purge(other));
  EXPECT_EQ(out.channel->send(0x09, "MORE").status, kEnd);
  EXPECT_EQ(store_->find(**out.spool->close_file())->records, 21u);
}

TEST_F(VirtualDeviceTest, OptionsOfFilesAreNotThoseOfAVirtualPrinter) {
  auto spool = std::make_shared<SpoolOutput>(*store_, "USER1", "1403");
  const auto error = [&](const std::string& argument) {
    return make_line_printer_on(spool, "1403", std::vector<std::string>{argument}, environment_).error().message;
  };
  EXPECT_THAT(error("print.txt"), HasSubstr("'print.txt' is not an option"));
  EXPECT_THAT(error("rawcc"), HasSubstr("'rawcc' is not an option"));
}

TEST_F(VirtualDeviceTest, AReaderWithoutFilesNeedsIntervention) {
  Input in = reader({.spool_class = '*'}, "3505");
  EXPECT_EQ(read(in), kEmpty);
  EXPECT_THAT(in.channel->sense(), ElementsAre(0x40, 0x10, 0, 0));  // as the ordinary 3505
}

TEST_F(VirtualDeviceTest, AFileIsReadAndDeletedAtItsEnd) {
  const SpoolId id = deck({"ONE", "TWO"});
  Input in = reader();
  EXPECT_EQ(read(in), card("ONE"));
  EXPECT_EQ(in.spool->active_file(), id);
  EXPECT_EQ(store_->find(id)->state, SpoolState::active);
  EXPECT_EQ(read(in), card("TWO"));
  EXPECT_EQ(read(in), kEndOfFile);
  EXPECT_EQ(store_->find(id), nullptr);
  EXPECT_EQ(read(in), kEmpty);
}

TEST_F(VirtualDeviceTest, NoeofStopsAtTheEndOfAFileAndGoesOnWithTheNext) {
  deck({"ONE"});
  deck({"TWO"});
  Input in = reader({.spool_class = '*', .end_of_file = false});
  EXPECT_EQ(read(in), card("ONE"));
  EXPECT_EQ(read(in), kEmpty);
  EXPECT_EQ(read(in), card("TWO"));
}

TEST_F(VirtualDeviceTest, HoldKeepsTheFileToBeReadAgain) {
  deck({"ONE"});
  Input in = reader({.spool_class = '*', .hold = true});
  for (int time = 0; time < 2; ++time) {
    EXPECT_EQ(read(in), card("ONE"));
    EXPECT_EQ(read(in), kEndOfFile);
  }
  EXPECT_EQ(store_->list({})[0].hold, SpoolHold::none);
}

TEST_F(VirtualDeviceTest, ContReadsAllFilesAsOneAndWithHoldPutsThemIntoUserHold) {
  const SpoolId a = deck({"ONE"});
  const SpoolId b = deck({"TWO"});
  Input in = reader({.spool_class = '*', .hold = true, .continuous = true});
  EXPECT_EQ(read(in), card("ONE"));
  EXPECT_EQ(read(in), card("TWO"));
  EXPECT_EQ(read(in), kEndOfFile);
  EXPECT_EQ(read(in), kEmpty);
  EXPECT_EQ(store_->find(a)->hold, SpoolHold::user);
  EXPECT_EQ(store_->find(b)->hold, SpoolHold::user);
}

TEST_F(VirtualDeviceTest, CloseEndsAFileThatIsBeingRead) {
  const SpoolId a = deck({"ONE", "TWO"});
  const SpoolId b = deck({"THREE"});
  Input in = reader();
  EXPECT_EQ(read(in), card("ONE"));
  EXPECT_TRUE(in.spool->close_file(true));
  EXPECT_EQ(read(in), card("ONE"));
  EXPECT_TRUE(in.spool->close_file());
  EXPECT_EQ(store_->find(a), nullptr);
  EXPECT_EQ(read(in), card("THREE"));
  in.channel.reset();
  in.device.reset();  // the reader is taken away: the file stays
  EXPECT_EQ(store_->find(b)->state, SpoolState::closed);
}

TEST_F(VirtualDeviceTest, AnIdleReaderPresentsDeviceEndWhenAFileOfItsClassArrives) {
  Input in = reader({.spool_class = 'B'});
  deck({"ONE"}, 'A');
  EXPECT_THAT(in.channel->presented, IsEmpty());
  const SpoolId id = deck({"TWO"}, 'B');
  EXPECT_THAT(in.channel->presented, ElementsAre(unit_status::kDeviceEnd));
  EXPECT_EQ(read(in), card("TWO"));
  deck({"THREE"}, 'B');  // while it reads
  EXPECT_EQ(in.channel->presented.size(), 1u);
  EXPECT_EQ(read(in), kEndOfFile);
  EXPECT_EQ(read(in), card("THREE"));
  EXPECT_EQ(read(in), kEndOfFile);
  EXPECT_TRUE(in.spool->alter({.spool_class = 'A'}));  // makes it ready
  EXPECT_EQ(in.channel->presented.size(), 2u);
  EXPECT_EQ(store_->find(id), nullptr);
  SpoolAttributes held = attributes_of("USER2");
  held.hold = SpoolHold::user;
  const SpoolId print = make(held);
  EXPECT_TRUE(store_->transfer(print, "USER1"));
  EXPECT_EQ(in.channel->presented.size(), 2u);
  held = *store_->find(print);
  held.hold = SpoolHold::none;
  EXPECT_TRUE(store_->change(print, held));
  EXPECT_EQ(in.channel->presented.size(), 3u);
}

TEST_F(VirtualDeviceTest, APunchSpooledToAUserIsReadThere) {
  Input in = reader();
  Output out = punch("3525", {.to = "USER1"});
  out.channel->send(0x01, ebcdic("HELLO"));
  EXPECT_TRUE(out.spool->close_file());
  EXPECT_EQ(read(in), card("HELLO"));
}

TEST_F(VirtualDeviceTest, PrintSpooledToAUserIsReadLineByLine) {
  Input in = reader();
  Output out = printer("1403", {}, {.to = "*"});
  out.channel->send(0x09, ebcdic("SHORT"));
  out.channel->run(0x13);
  out.channel->send(0x89, ebcdic(std::string(132, 'L')));
  EXPECT_TRUE(out.spool->close_file());
  auto outcome = in.channel->run(kReadCard, 132);
  EXPECT_EQ(outcome.data.size(), 5u);
  outcome = in.channel->run(kReadCard, 80);
  EXPECT_TRUE(outcome.wrong_length);
  EXPECT_EQ(read(in), kEndOfFile);
}

TEST_F(VirtualDeviceTest, AnyCommandsEnd) {
  most_bytes_ = 200'000;  // which is full soon
  open();
  for (const char* type : {"1403", "1443", "3203", "3211"}) {
    Output out = printer(type, {"overflow", "nofcbcheck"});
    unit_record::run_anything(*out.device, 5, 500);
    out.channel.reset();
  }
  for (const char* type : {"2540P", "3525"}) {
    Output out = punch(type, {.to = "USER1"});
    unit_record::run_anything(*out.device, 6, 500);
    out.channel.reset();
  }
  for (const char* type : {"2501", "2540R", "3505"}) {
    Input in = reader({.spool_class = '*'}, type);
    unit_record::run_anything(*in.device, 7, 500);
    in.channel.reset();
  }
}

}  // namespace
}  // namespace replica::vmm
