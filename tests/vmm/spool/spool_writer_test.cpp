#include "vmm/spool/spool_writer.h"

#include <ctime>

#include "tests/vmm/spool/spool_fixture.h"

namespace replica::vmm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr u32 kMuch = 1'000'000;

class SpoolWriterTest : public SpoolTest {
 protected:
  SpoolWriterTest() {
    most_bytes_ = u64{1} << 30;
    open();
  }

  SpoolWriter::Options quiet(SpoolKind kind = SpoolKind::printer) {
    return {.name = "00E", .kind = kind, .separator = false, .report = [this](const std::string& message) {
              messages_.push_back(message);
            }};
  }
  std::unique_ptr<Device> real_printer(std::vector<std::string> arguments, const std::string& type = "1403") {
    return *make_line_printer(type, arguments, environment_);
  }
  // Has the writer print all that there is into the file.
  std::string print_all(const std::string& type = "1403", std::vector<std::string> options = {}) {
    options.insert(options.begin(), "real");
    auto device = real_printer(options, type);
    SpoolWriter writer(*store_, *device, quiet());
    writer.start();
    EXPECT_EQ(writer.step(kMuch), SpoolWriter::State::idle);
    return read("real");
  }
  SpoolId print_lines(const std::vector<std::pair<u8, std::string>>& commands, u32 copies = 1) {
    SpoolAttributes attributes = attributes_of("USER1");
    attributes.copies = copies;
    const SpoolId id = *store_->create(attributes);
    for (const auto& [command, text] : commands)
      EXPECT_TRUE(
          store_->append(id, {.command = command, .flags = SpoolRecord::kBeginsChain, .data = bytes_of(ebcdic(text))}));
    EXPECT_TRUE(store_->close(id, attributes));
    return id;
  }

  std::vector<std::string> messages_;
};

// Chains of print, motion and load commands as a guest could give them.
std::vector<Step> any_chain(unit_record::Sequence& random) {
  std::vector<Step> chain;
  const u32 length = 1 + random() % 5;
  for (u32 i = 0; i < length; ++i) {
    const u32 kind = random() % 20;
    const u8 channel = static_cast<u8>(1 + random() % 12);
    std::vector<u8> line(1 + random() % 132);
    for (u8& byte : line)
      byte = static_cast<u8>(random() % 4 == 0 ? random() : random() % 2 == 0 ? 0x40 : 0x81 + random() % 9);
    if (kind < 9)
      chain.push_back(Step::send(std::array<u8, 4>{0x01, 0x09, 0x11, 0x19}[random() % 4], line));
    else if (kind < 11)
      chain.push_back(Step::send(static_cast<u8>(0x81 | channel << 3), line));
    else if (kind < 13)
      chain.push_back(Step::control(std::array<u8, 3>{0x0B, 0x13, 0x1B}[random() % 3]));
    else if (kind < 15)
      chain.push_back(Step::control(static_cast<u8>(0x83 | channel << 3)));
    else if (kind < 16)
      chain.push_back(Step::control(std::array<u8, 4>{0x43, 0x23, 0x7B, 0x73}[random() % 4]));
    else if (kind < 17)
      chain.push_back(Step::control(std::array<u8, 4>{0xEB, 0x03, 0x07, 0xFF}[random() % 4]));
    else if (kind < 18)
      chain.push_back(Step::send(std::array<u8, 2>{0xFB, 0xF3}[random() % 2], std::vector<u8>(240, 0xC1)));
    else if (kind < 19)
      chain.push_back(
          Step::send(0x63, {0x85, 0x01, 0, 2, 0, 3, 0, 9, 0, 0, 12, 0, 0, 0, 0, static_cast<u8>(0x10 | channel)}));
    else
      chain.push_back(Step::read(0x04, 1));
  }
  return chain;
}

// A plain printer is the oracle: the guest sees the same statuses, and the same bytes come out in the end.
TEST_F(SpoolWriterTest, APrintedFileIsToTheByteWhatThePrinterWouldHavePrinted) {
  struct Row {
    std::string type;
    std::vector<std::string> form, file;
  };
  const Row kRows[] = {
      {"1403", {}, {}},
      {"1403", {"overflow"}, {"crlf"}},
      {"1443", {"lpp=30", "fcb=1:1,10:9,28:12", "overflow"}, {}},
      {"3203", {"lpi=8", "nofcbcheck", "fcb=1:1,10:2"}, {"browse"}},
      {"3211", {"index=5", "fcb=1:1,10:2", "overflow"}, {}},
      {"3211", {"overflow"}, {"browse", "crlf"}},
  };
  u32 seed = 0;
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.type + testing::PrintToString(row.form));
    std::vector<std::string> arguments = {"direct"};
    arguments.insert(arguments.end(), row.form.begin(), row.form.end());
    arguments.insert(arguments.end(), row.file.begin(), row.file.end());
    auto direct = real_printer(arguments, row.type);
    auto spool = std::make_shared<SpoolOutput>(*store_, "USER1", row.type);
    auto virtual_printer = *make_line_printer_on(spool, row.type, row.form, environment_);
    unit_record::Sequence random(++seed);
    {
      ChannelDriver at_direct(*direct), at_virtual(*virtual_printer);
      const Step first = Step::send(kWriteAndSpace1, {0xC1});
      EXPECT_EQ(at_virtual.statuses({first}), at_direct.statuses({first}));
      for (int i = 0; i < 1000; ++i) {
        const auto chain = any_chain(random);
        ASSERT_EQ(at_virtual.statuses(chain), at_direct.statuses(chain)) << i;
        ASSERT_EQ(at_virtual.sense(), at_direct.sense()) << i;
      }
    }
    ASSERT_TRUE(*spool->close_file());
    arguments.erase(arguments.begin());
    EXPECT_EQ(print_all(row.type, arguments), read("direct"));
    EXPECT_TRUE(store_->list({}).empty());
  }
}

TEST_F(SpoolWriterTest, FilesBeginOnANewPage) {
  print_lines({{0x09, "ONE"}});
  print_lines({{0x8B, ""}, {0x09, "TWO"}, {0x89, "two"}});
  print_lines({{0x01, "THREE"}});
  EXPECT_EQ(print_all(), "ONE\n\fTWO\ntwo\r\fTHREE\r");
}

// A skip to channel 1 does not move paper that stands there, even with a line on it.
TEST_F(SpoolWriterTest, ALineAtChannel1EndsItsPage) {
  print_lines({{0x89, "ONE"}});
  print_lines({{0x89, "TWO"}});
  EXPECT_EQ(print_all(), "ONE\r\n\fTWO\r");
}

TEST_F(SpoolWriterTest, AFormIsForItsOwnFile) {
  const SpoolId id = *store_->create(attributes_of("USER1"));
  const u8 form[] = {0x01, 0x00, 0x02, 0x10};  // channel 2 at line 3
  EXPECT_TRUE(store_->append(id, {.command = 0x63, .flags = SpoolRecord::kBeginsChain, .data = form}));
  EXPECT_TRUE(store_->append(id, {.command = 0x93, .flags = SpoolRecord::kBeginsChain}));
  EXPECT_TRUE(store_->append(id, {.command = 0x43, .flags = SpoolRecord::kBeginsChain}));
  EXPECT_TRUE(store_->append(id, {.command = 0x09, .data = bytes_of(ebcdic("a"))}));
  EXPECT_TRUE(store_->close(id, attributes_of("USER1")));
  print_lines({{0x93, ""}, {0x09, "b"}});
  EXPECT_EQ(print_all(), "\n\nA\n\f" + std::string(6, '\n') + "b\n");
}

TEST_F(SpoolWriterTest, CopiesAndTheMessagesOfTheirBeginning) {
  print_lines({{0x09, "X"}}, 2);
  EXPECT_EQ(print_all(), "X\n\fX\n");
  EXPECT_THAT(messages_, ElementsAre("PRT 00E OUTPUT OF USER1 FILE = 0001 RECDS = 000001 COPY = 02 A 1403",
                                     "PRT 00E OUTPUT OF USER1 FILE = 0001 RECDS = 000001 COPY = 01 A 1403"));
}

TEST_F(SpoolWriterTest, ASeparatorPageTellsWhoseFileItIs) {
  SpoolAttributes attributes = attributes_of("USER1");
  attributes.distribution = "BIN-7";
  attributes.name = "REPORT";
  attributes.type = "LISTING";
  const SpoolId id = make(attributes, {ebcdic("TEXT")});
  auto device = real_printer({"real"});
  SpoolWriter::Options options = quiet();
  options.separator = true;
  SpoolWriter writer(*store_, *device, options);
  writer.start();
  EXPECT_EQ(writer.step(kMuch), SpoolWriter::State::idle);
  EXPECT_EQ(read("real"), fmt::format("USERID USER1     DISTRIBUTION BIN-7\n\n\n"
                                      "FILE {:04}  NAME REPORT LISTING\n"
                                      "CLASS A  COPIES 01  RECORDS 000001\n"
                                      "ORIGIN USER1     DEVICE 1403      CREATED 2001-09-09 01:46:40\n"
                                      "\fTEXT\n",
                                      id));
}

TEST_F(SpoolWriterTest, ClassesAreTakenInTheirOrder) {
  for (const char spool_class : {'A', 'B', 'C'})
    make(attributes_of("U", SpoolKind::printer, spool_class), {ebcdic(std::string(1, spool_class))});
  auto device = real_printer({"real"});
  SpoolWriter writer(*store_, *device, quiet());
  EXPECT_EQ(writer.step(kMuch), SpoolWriter::State::drained);
  EXPECT_EQ(writer.start("A-", false).error().message, "class: found '-', expected A-Z, 0-9 or *");
  EXPECT_TRUE(writer.start("CA", false));
  EXPECT_EQ(writer.step(kMuch), SpoolWriter::State::idle);
  EXPECT_EQ(read("real"), "C\n\fA\n");
  EXPECT_TRUE(writer.start("*", false));
  EXPECT_EQ(writer.step(kMuch), SpoolWriter::State::idle);
  EXPECT_EQ(read("real"), "C\n\fA\n\fB\n");
}

TEST_F(SpoolWriterTest, DrainingEndsWithTheFileInWork) {
  make(attributes_of("U"), {ebcdic("ONE"), ebcdic("TWO")});
  make(attributes_of("U"), {ebcdic("THREE")});
  auto device = real_printer({"real"});
  SpoolWriter writer(*store_, *device, quiet());
  writer.start();
  EXPECT_EQ(writer.step(2), SpoolWriter::State::busy);
  EXPECT_EQ(read("real"), "ONE\n");
  writer.drain();
  EXPECT_EQ(writer.step(kMuch), SpoolWriter::State::drained);
  EXPECT_EQ(read("real"), "ONE\nTWO\n");
  writer.start();
  EXPECT_EQ(writer.step(kMuch), SpoolWriter::State::idle);
  EXPECT_EQ(read("real"), "ONE\nTWO\n\fTHREE\n");
}

TEST_F(SpoolWriterTest, APrinterThatIsNotReadyStopsItUntilItIsStarted) {
  make(attributes_of("U"), {ebcdic("ONE"), ebcdic("TWO")});
  auto device = real_printer({"real"});
  auto& printer = dynamic_cast<LinePrinter&>(*device);
  SpoolWriter writer(*store_, *device, quiet());
  writer.start();
  writer.step(2);
  printer.stop();
  EXPECT_EQ(writer.step(kMuch), SpoolWriter::State::stopped);
  EXPECT_EQ(messages_.back(), "PRT 00E INTERVENTION REQUIRED, file 0001 stops: make the device ready and start it");
  EXPECT_EQ(writer.step(kMuch), SpoolWriter::State::stopped);
  printer.start();
  writer.start();
  EXPECT_EQ(writer.step(kMuch), SpoolWriter::State::idle);
  EXPECT_EQ(read("real"), "ONE\nTWO\n");
}

TEST_F(SpoolWriterTest, AFullDiskStopsItAndTheFileStays) {
  const SpoolId id = make(attributes_of("U"), {ebcdic("ONE")});
  auto device = real_printer({"/dev/full"});
  {
    SpoolWriter writer(*store_, *device, quiet());
    writer.start();
    EXPECT_EQ(writer.step(kMuch), SpoolWriter::State::stopped);
    EXPECT_THAT(messages_.back(), HasSubstr("I/O ERROR, file 0001 stops: command 09 had status 0E and sense 10"));
    EXPECT_EQ(writer.active_file(), id);
  }
  EXPECT_EQ(store_->find(id)->state, SpoolState::closed);
  EXPECT_EQ(print_all(), "ONE\n");
}

TEST_F(SpoolWriterTest, FlushEndsACopyOrAllOrHoldsTheFile) {
  const SpoolId id = print_lines({{0x09, "ONE"}, {0x09, "TWO"}}, 3);
  auto device = real_printer({"real"});
  SpoolWriter writer(*store_, *device, quiet());
  EXPECT_EQ(writer.flush(false, false).error().message, "PRT 00E has no file in work");
  writer.start();
  writer.step(2);
  EXPECT_TRUE(writer.flush(false, false));
  EXPECT_EQ(writer.copies_left(), 2u);
  writer.step(3);
  EXPECT_EQ(read("real"), "ONE\n\fONE\n");
  EXPECT_TRUE(writer.flush(false, true));
  EXPECT_EQ(writer.step(kMuch), SpoolWriter::State::idle);
  EXPECT_EQ(store_->find(id)->hold, SpoolHold::system);
  const SpoolId other = print_lines({{0x09, "ONE"}, {0x09, "TWO"}}, 3);
  writer.step(3);
  EXPECT_TRUE(writer.flush(true, false));
  EXPECT_EQ(store_->find(other), nullptr);
  EXPECT_EQ(read("real"), "ONE\n\fONE\n\fONE\n");
}

TEST_F(SpoolWriterTest, BackspaceGoesToBeginningsOfPages) {
  print_lines({{0x09, "A"}, {0x8B, ""}, {0x09, "B"}, {0x89, "b"}, {0x09, "C"}, {0x09, "c"}, {0x09, "d"}});
  auto device = real_printer({"real"});
  SpoolWriter writer(*store_, *device, quiet());
  writer.start();
  writer.step(7);  // UNFOLD and up to c
  EXPECT_EQ(read("real"), "A\n\fB\nb\r\fC\nc\n");
  EXPECT_TRUE(writer.backspace(0));
  writer.step(2);
  EXPECT_EQ(read("real"), "A\n\fB\nb\r\fC\nc\n\fC\n");
  EXPECT_TRUE(writer.backspace(1));
  writer.step(2);
  EXPECT_EQ(read("real"), "A\n\fB\nb\r\fC\nc\n\fC\n\fB\n");
  EXPECT_TRUE(writer.backspace(99));
  writer.step(3);
  EXPECT_EQ(read("real"), "A\n\fB\nb\r\fC\nc\n\fC\n\fB\n\fA\n");
  EXPECT_TRUE(writer.restart());
  EXPECT_EQ(writer.step(kMuch), SpoolWriter::State::idle);
  EXPECT_EQ(read("real"), "A\n\fB\nb\r\fC\nc\n\fC\n\fB\n\fA\n\fA\n\fB\nb\r\fC\nc\nd\n");
}

TEST_F(SpoolWriterTest, RepeatAddsCopies) {
  print_lines({{0x09, "A"}});
  auto device = real_printer({"real"});
  SpoolWriter writer(*store_, *device, quiet());
  writer.start();
  writer.step(1);
  EXPECT_EQ(writer.repeat(99).error().message, "found 99 copies more with 1 left, expected up to 99 in all");
  EXPECT_TRUE(writer.repeat(2));
  writer.step(kMuch);
  EXPECT_EQ(read("real"), "A\n\fA\n\fA\n");
}

TEST_F(SpoolWriterTest, WhatAPrinterDoesNotHaveIsLeftOut) {
  const SpoolId id = *store_->create(attributes_of("U"));
  for (const u8 command : unit_record::Codes{0xFB, 0x43})  // without its gate, from a 3211
    EXPECT_TRUE(store_->append(id, {.command = command, .flags = SpoolRecord::kBeginsChain, .data = {}}));
  EXPECT_TRUE(store_->append(id, {.command = 0x09, .data = bytes_of(ebcdic("a"))}));
  EXPECT_TRUE(store_->close(id, attributes_of("U")));
  EXPECT_EQ(print_all(), "A\n");
}

TEST_F(SpoolWriterTest, CardsArePunchedBehindACardWithTheirOwner) {
  SpoolAttributes attributes = attributes_of("USER1", SpoolKind::punch, 'P');
  attributes.name = "MY";
  attributes.type = "DECK";
  auto spool = std::make_shared<SpoolOutput>(*store_, "USER1", "2540P", SpoolSettings{.spool_class = 'P'});
  auto virtual_punch = *make_card_punch_on(spool, "2540P", {}, environment_);
  auto direct = *make_card_punch("2540P", std::vector<std::string>{"direct"}, environment_);
  for (Device* device : {virtual_punch.get(), direct.get()}) {
    ChannelDriver channel(*device);
    channel.send(0x01, ebcdic("ONE"));
    channel.send(0x81, std::string(80, '\x01'));
  }
  ASSERT_TRUE(*spool->close_file({.name = "MY", .type = "DECK"}));
  auto real = *make_card_punch("3525", std::vector<std::string>{"real"}, environment_);
  SpoolWriter::Options options = quiet(SpoolKind::punch);
  options.separator = true;
  options.classes = "P";
  SpoolWriter writer(*store_, *real, options);
  writer.start();
  EXPECT_EQ(writer.step(kMuch), SpoolWriter::State::idle);
  std::string first = "USERID USER1 CLASS P NAME MY DECK";
  first.resize(80, ' ');
  EXPECT_EQ(read("real"), ebcdic(first) + read("direct"));
}

// Mostly a guard against a slip of an order of magnitude: the machine may be busy.
TEST_F(SpoolWriterTest, AHundredThousandLinesCostLittle) {
  auto spool = std::make_shared<SpoolOutput>(*store_, "USER1", "1403");
  auto device = *make_line_printer_on(spool, "1403", {}, environment_);
  const std::vector<u8> line(132, 0xC1);
  const auto lines = [&] {
    for (int i = 0; i < 100'000; ++i) {
      device->begin_chain();
      device->begin(kWriteAndSpace1);
      device->write(line);
      ASSERT_EQ(device->end().status, kEnd);
    }
  };
  const auto seconds = [](std::clock_t from) { return static_cast<double>(std::clock() - from) / CLOCKS_PER_SEC; };
  const std::clock_t start = std::clock();
  lines();
  ASSERT_TRUE(*spool->close_file());
  RecordProperty("milliseconds_of_spooling", static_cast<int>(seconds(start) * 1000));
  const std::clock_t printing = std::clock();
  auto real = real_printer({"/dev/null"});
  SpoolWriter writer(*store_, *real, quiet());
  writer.start();
  EXPECT_EQ(writer.step(kMuch), SpoolWriter::State::idle);
  RecordProperty("milliseconds_of_printing", static_cast<int>(seconds(printing) * 1000));
  EXPECT_LT(seconds(start), 20);
}

}  // namespace
}  // namespace replica::vmm
