// SPOOL, CLOSE, PURGE, TRANSFER, ORDER, CHANGE and QUERY of spool files, and the operator's commands.
#include "devices/unit_record.h"
#include "tests/vmm/cp/control_program_fixture.h"

namespace replica::vmm {
namespace {

class SpoolCommands : public ControlProgramTest {
 protected:
  void log_on_both() {
    log_on("ONE");
    log_on("TWO");
  }
  const SpoolFile& file(SpoolId id) { return *spool_->find(id); }
};

TEST_F(SpoolCommands, SpoolSetsWhatOutputGets) {
  log_on_both();
  EXPECT_THAT(type("ONE", "SPOOL E CLASS C COPY 3 HOLD"), IsEmpty());
  const SpoolFile made = file(make_file("ONE", "X"));
  EXPECT_EQ(made.spool_class, 'C');
  EXPECT_EQ(made.copies, 3u);
  EXPECT_EQ(made.hold, SpoolHold::user);
  EXPECT_EQ(made.kind, SpoolKind::printer);
  EXPECT_THAT(type("ONE", "SP PRT NOH CL A COPY 1"), IsEmpty());
  EXPECT_EQ(file(make_file("ONE", "X")).hold, SpoolHold::none);
}

TEST_F(SpoolCommands, OutputGoesToAnotherReaderOrIsPrintedForAnother) {
  log_on_both();
  type("ONE", "SPOOL PUNCH TO TWO");
  const SpoolFile sent = file(make_file("ONE", "CARD", 0x00D));
  EXPECT_EQ(sent.owner, "TWO");
  EXPECT_EQ(sent.origin, "ONE");
  EXPECT_EQ(sent.kind, SpoolKind::reader);
  type("ONE", "SPOOL PUNCH FOR TWO");
  const SpoolFile punched = file(make_file("ONE", "CARD", 0x00D));
  EXPECT_EQ(punched.owner, "TWO");
  EXPECT_EQ(punched.kind, SpoolKind::punch);
  type("ONE", "SPOOL PUNCH OFF");
  EXPECT_EQ(file(make_file("ONE", "CARD", 0x00D)).owner, "ONE");
  type("ONE", "SPOOL 00D TO *");
  EXPECT_EQ(file(make_file("ONE", "CARD", 0x00D)).kind, SpoolKind::reader);
}

TEST_F(SpoolCommands, AWrongSpoolCommandChangesNothing) {
  log_on("ONE");
  const std::pair<const char*, const char*> wrong[] = {{"SPOOL", "DMKCSP022E"},
                                                       {"SPOOL E", "DMKCFC026E"},
                                                       {"SPOOL 77 HOLD", "DMKCSP040E"},
                                                       {"SPOOL E COPY 100", "DMKCSP030E"},
                                                       {"SPOOL E COPY", "DMKCSP030E"},
                                                       {"SPOOL E CLASS", "DMKCSP028E"},
                                                       {"SPOOL E CLASS **", "DMKCSP028E"},
                                                       {"SPOOL E CLASS *", "DMKCSP028E"},
                                                       {"SPOOL E TO NOBODY", "DMKCSP053E"},
                                                       {"SPOOL E TO", "DMKCSP020E"},
                                                       {"SPOOL E HOLD EOF", "DMKCSP003E"},
                                                       {"SPOOL C COPY 2", "DMKCSP003E"},
                                                       {"SPOOL E START", "DMKCSP003E"},
                                                       {"SPOOL E HOLD NONSENSE", "DMKCSP003E"}};
  for (const auto& [line, answer] : wrong) EXPECT_THAT(type("ONE", line), ElementsAre(StartsWith(answer))) << line;
  EXPECT_FALSE(session("ONE").devices.at(0x00E).output->settings().hold);
  EXPECT_EQ(file(make_file("ONE", "X")).copies, 1u);
}

TEST_F(SpoolCommands, SpoolOfAReaderSaysWhichFilesAndHow) {
  log_on("ONE");
  type("ONE", "SPOOL READER CLASS B HOLD CONT NOEOF");
  const SpoolSettings settings = session("ONE").devices.at(0x00C).input->settings();
  EXPECT_EQ(settings.spool_class, 'B');
  EXPECT_TRUE(settings.hold);
  EXPECT_TRUE(settings.continuous);
  EXPECT_FALSE(settings.end_of_file);
  type("ONE", "SP C CL * NOH NOC EOF");
  EXPECT_EQ(session("ONE").devices.at(0x00C).input->settings().spool_class, '*');
  EXPECT_FALSE(session("ONE").devices.at(0x00C).input->settings().hold);
}

TEST_F(SpoolCommands, CloseTellsBothUsersOfTheFile) {
  log_on_both();
  type("ONE", "SPOOL D TO TWO");
  print("ONE", "CARD", 0x00D);
  EXPECT_THAT(type("ONE", "CLOSE PUNCH NAME MY DECK"), ElementsAre("PUN FILE 0001 TO  TWO      COPY 01 NOHOLD"));
  EXPECT_THAT(lines_["TWO"], ElementsAre("PUN FILE 0001 FROM ONE      COPY 01 NOHOLD"));
  EXPECT_EQ(file(1).name, "MY");
  EXPECT_EQ(file(1).type, "DECK");
}

TEST_F(SpoolCommands, CloseTakesTheManualsOptions) {
  log_on("ONE");
  print("ONE", "X");
  EXPECT_THAT(type("ONE", "C E HOLD COPY 2 CLASS Z DIST BIN7"), ElementsAre("PRT FILE 0001 FOR ONE      COPY 02 HOLD"));
  EXPECT_EQ(file(1).spool_class, 'Z');
  EXPECT_EQ(file(1).distribution, "BIN7");
  print("ONE", "X");
  EXPECT_THAT(type("ONE", "CLOSE PRINTER PURGE"), IsEmpty());
  EXPECT_THAT(ids(), ElementsAre(1));
  EXPECT_THAT(type("ONE", "CLOSE PRINTER NONSENSE"), ElementsAre(StartsWith("DMKCSP003E")));
}

TEST_F(SpoolCommands, CloseWithoutAFileAndContSayNothing) {
  log_on("ONE");
  EXPECT_THAT(type("ONE", "CLOSE PRINTER"), IsEmpty());
  type("ONE", "SPOOL E CONT");
  print("ONE", "X");
  EXPECT_THAT(type("ONE", "CLOSE PRINTER"), IsEmpty());
  EXPECT_THAT(type("ONE", "SPOOL E NOCONT CLOSE"), ElementsAre(StartsWith("PRT FILE 0001")));
}

TEST_F(SpoolCommands, PurgeTakesOwnFilesAlone) {
  log_on_both();
  const SpoolId mine = make_file("ONE", "X"), also_mine = make_file("ONE", "X"), others = make_file("TWO", "X");
  EXPECT_THAT(type("ONE", fmt::format("PURGE PRT {}", others)), ElementsAre(StartsWith("DMKCSU042E")));
  EXPECT_THAT(type("ONE", fmt::format("PUR PR {} {}", mine, mine)), ElementsAre("0001 FILES PURGED"));
  EXPECT_THAT(ids(), ElementsAre(also_mine, others));
  EXPECT_THAT(type("ONE", "PURGE PUNCH ALL"), ElementsAre("NO FILES PURGED"));
  EXPECT_THAT(type("ONE", "PURGE PRT CLASS B"), ElementsAre("NO FILES PURGED"));
  EXPECT_THAT(type("ONE", "PURGE PRT CLASS A"), ElementsAre("0001 FILES PURGED"));
  EXPECT_THAT(type("ONE", "PURGE TWO PRT ALL"), ElementsAre(StartsWith("DMKCSU026E")));
  EXPECT_THAT(ids(), ElementsAre(others));
  EXPECT_THAT(type("PURGE TWO PRT ALL"), ElementsAre("0001 FILES PURGED"));
}

TEST_F(SpoolCommands, PurgeAllIsEveryQueueOfTheUser) {
  log_on_both();
  make_file("ONE", "X");
  make_file("ONE", "X", 0x00D);
  const SpoolId others = make_file("TWO", "X");
  EXPECT_THAT(type("ONE", "PURGE ALL"), ElementsAre("0002 FILES PURGED"));
  EXPECT_THAT(ids(), ElementsAre(others));
}

TEST_F(SpoolCommands, OrderPutsFilesInFront) {
  log_on("ONE");
  for (int n = 0; n < 3; ++n) make_file("ONE", "X");
  EXPECT_THAT(type("ONE", "ORDER PRT 3 2"), ElementsAre("0002 FILES ORDERED"));
  EXPECT_THAT(ids(), ElementsAre(3, 2, 1));
}

TEST_F(SpoolCommands, ChangeGivesFilesOtherAttributes) {
  log_on("ONE");
  make_file("ONE", "X");
  make_file("ONE", "X");
  EXPECT_THAT(type("ONE", "CHANGE PRT 2 CLASS B COPY 4 HOLD DIST BIN9 NAME A B"), ElementsAre("0001 FILES CHANGED"));
  EXPECT_EQ(file(2).spool_class, 'B');
  EXPECT_EQ(file(2).copies, 4u);
  EXPECT_EQ(file(2).hold, SpoolHold::user);
  EXPECT_EQ(file(2).distribution, "BIN9");
  EXPECT_EQ(file(2).type, "B");
  EXPECT_EQ(file(1).spool_class, 'A');
  EXPECT_THAT(type("ONE", "CHANGE PRT CLASS B CLASS C NOHOLD"), ElementsAre("0001 FILES CHANGED"));
  EXPECT_EQ(file(2).spool_class, 'C');
  EXPECT_EQ(file(2).hold, SpoolHold::none);
  EXPECT_THAT(type("ONE", "CHANGE PRT ALL"), ElementsAre(StartsWith("DMKCFC026E")));
  EXPECT_THAT(type("ONE", "CHANGE PRT ALL NAME ABCDEFGHI X"), ElementsAre(StartsWith("DMKCSU003E")));
}

TEST_F(SpoolCommands, TransferGivesFilesAwayAndTakesThemBack) {
  log_on_both();
  type("ONE", "SPOOL D TO *");
  const SpoolId id = make_file("ONE", "CARD", 0x00D);
  EXPECT_THAT(type("ONE", fmt::format("TRANSFER {} TO TWO", id)), ElementsAre("0001 FILES TRANSFERRED"));
  EXPECT_EQ(file(id).owner, "TWO");
  EXPECT_THAT(lines_["TWO"], ElementsAre(fmt::format("RDR FILE {:04} TRANSFERRED FROM ONE", id)));
  EXPECT_THAT(type("ONE", "TRAN ALL TWO"), ElementsAre("NO FILES TRANSFERRED"));
  EXPECT_THAT(type("ONE", "TRANSFER ALL FROM TWO"), ElementsAre("0001 FILES TRANSFERRED"));
  EXPECT_EQ(file(id).owner, "ONE");
  EXPECT_THAT(type("ONE", "TRANSFER ALL TO NOBODY"), ElementsAre(StartsWith("DMKCSU053E")));
}

TEST_F(SpoolCommands, WhatAnotherHasMadeCannotBeTakenFromHim) {
  log_on_both();
  type("TWO", "SPOOL D TO *");
  const SpoolId id = make_file("TWO", "CARD", 0x00D);
  EXPECT_THAT(type("ONE", "TRANSFER ALL FROM TWO"), ElementsAre("NO FILES TRANSFERRED"));
  EXPECT_EQ(file(id).owner, "TWO");
}

TEST_F(SpoolCommands, QueryListsFiles) {
  log_on_both();
  EXPECT_THAT(type("ONE", "QUERY PRINTER"), ElementsAre("NO PRT FILES"));
  EXPECT_THAT(type("ONE", "QUERY FILES"), ElementsAre("FILES: NO RDR, NO PRT, NO PUN"));
  make_file("ONE", "X");
  make_file("TWO", "X");
  type("ONE", "CHANGE PRT 1 CLASS B HOLD NAME MY FILE");
  EXPECT_THAT(type("ONE", "Q PRT"), ElementsAre("ORIGINID FILE CLASS RECDS CPY HOLD",  //
                                                "ONE      0001 B PRT 000001 01 USER"));
  EXPECT_THAT(type("ONE", "Q PRT ALL"),
              ElementsAre("ORIGINID FILE CLASS RECDS CPY HOLD DATE  TIME     NAME     TYPE     DIST",
                          "ONE      0001 B PRT 000001 01 USER 09/09 01:46:40 MY       FILE"));
  EXPECT_THAT(type("ONE", "Q PRT CLASS A"), ElementsAre("NO PRT FILES"));
  EXPECT_THAT(type("ONE", "Q PRT 2"), ElementsAre(StartsWith("DMKCQG042E")));
  EXPECT_THAT(type("ONE", "Q F"), ElementsAre("FILES: NO RDR, 001 PRT, NO PUN"));
  EXPECT_EQ(type("Q PRT SYSTEM").size(), 3u);
  EXPECT_EQ(type("Q PRT TWO").size(), 2u);
}

// ---- Console spooling ----

TEST_F(SpoolCommands, TheConsoleIsNotedBetweenStartAndStop) {
  log_on("ONE");
  type("ONE", "Q RDR");
  type("ONE", "SPOOL CONSOLE START");
  type("ONE", "Q RDR");
  type("ONE", "SPOOL CONSOLE STOP");
  type("ONE", "Q PRT");
  EXPECT_THAT(type("ONE", "CLOSE CONSOLE"), ElementsAre("CON FILE 0001 FOR ONE      COPY 01 NOHOLD"));
  EXPECT_EQ(file(1).spool_class, 'T');
  EXPECT_THAT(text_of(1), ElementsAre("Q RDR", "NO RDR FILES", "SPOOL CONSOLE STOP"));
}

TEST_F(SpoolCommands, ASilentConsoleIsOnlyNoted) {
  log_on("ONE");
  EXPECT_THAT(type("ONE", "SPOOL CONSOLE START NOTERM#Q RDR"), IsEmpty());
  EXPECT_THAT(type("ONE", "SPOOL CONSOLE STOP#Q RDR"), ElementsAre("NO RDR FILES"));
}

TEST_F(SpoolCommands, TheNotesOfAConsoleAreClosedAtLogoff) {
  log_on("ONE");
  type("ONE", "SPOOL CONSOLE START CLASS C#Q RDR#LOGOFF");
  EXPECT_THAT(ids({.owner = "ONE", .kind = SpoolKind::printer, .spool_class = 'C'}), ElementsAre(1));
}

// ---- Real devices ----

class RealUnitRecord : public SpoolCommands {
 protected:
  RealUnitRecord() {
    add(0x00F, make_line_printer("1403", std::vector<std::string>{"real.prt"}, environment_));
    folder_.write("one.deck", bytes("ID ONE NAME REAL DECK\nA\nB\n"));
    add(0x010, make_card_reader("2540R", std::vector<std::string>{"one.deck", "eof"}, environment_));
  }
  void add(u16 address, Result<std::unique_ptr<Device>> device) {
    ASSERT_TRUE(device) << device.error().message;
    ASSERT_TRUE(real_devices_->attach(address, std::move(*device)));
  }
  static std::vector<u8> bytes(const std::string& text) { return {text.begin(), text.end()}; }
  std::string printed() {
    static_cast<void>(real_devices_->device_at(0x00F)->flush());
    return folder_.read("real.prt");
  }
};

TEST_F(RealUnitRecord, ADeckInTheRealReaderComesIntoTheReaderOfItsUser) {
  cp();
  run();
  EXPECT_THAT(operator_lines_, ElementsAre("RDR 010 INPUT FOR ONE FILE = 0001"));
  EXPECT_EQ(file(1).owner, "ONE");
  EXPECT_EQ(file(1).name, "REAL");
  EXPECT_EQ(text_of(1).size(), 2u);
}

// The reader presents device end for each, which nobody else takes.
TEST_F(RealUnitRecord, DecksAreReadOneAfterTheOther) {
  cp();
  run();
  auto* reader = dynamic_cast<UnitRecordDevice*>(real_devices_->device_at(0x010));
  for (std::size_t decks = 1; decks < 4; ++decks) {
    EXPECT_EQ(ids({.owner = "ONE", .kind = SpoolKind::reader}).size(), decks);
    EXPECT_FALSE(real_devices_->has_pending_status(0x010));
    ASSERT_TRUE(reader->reload(std::vector<std::string>{"one.deck", "eof"}));
    cp().start_writers();
    run();
  }
}

TEST_F(RealUnitRecord, ADrainedReaderReadsNothing) {
  EXPECT_THAT(type("DRAIN READER"), ElementsAre("010 DRAINED"));
  run();
  EXPECT_THAT(ids(), IsEmpty());
  EXPECT_THAT(type("START 010"), ElementsAre("010 STARTED"));
  run();
  EXPECT_THAT(ids(), ElementsAre(1));
}

TEST_F(RealUnitRecord, DrainAndStartOfAPrinter) {
  log_on("ONE");
  EXPECT_THAT(type("DRAIN F"), ElementsAre("00F DRAINED"));
  print("ONE", "HELLO");
  type("ONE", "CLOSE PRT");
  run();
  EXPECT_EQ(printed(), "");
  EXPECT_THAT(type("START PRINTER CLASS B"), ElementsAre("00F STARTED"));
  run();
  EXPECT_EQ(printed(), "");
  EXPECT_THAT(type("START F CLASS BA SEP"), ElementsAre("00F STARTED"));
  run();
  EXPECT_THAT(printed(), HasSubstr("HELLO"));
  EXPECT_THAT(printed(), HasSubstr("USERID ONE"));
  EXPECT_THAT(type("START F CLASS +"), ElementsAre(StartsWith("DMKCSO028E")));
  EXPECT_THAT(type("START 777"), ElementsAre(StartsWith("DMKCSO140E")));
  EXPECT_THAT(type("START"), ElementsAre(StartsWith("DMKCSO021E")));
}

TEST_F(RealUnitRecord, HeldUsersHaveNothingPrintedUntilTheyAreFreed) {
  log_on("ONE");
  EXPECT_THAT(type("HOLD ONE PRINTER"), IsEmpty());
  EXPECT_THAT(type("QUERY HOLD"), ElementsAre("ONE      - PRT"));
  print("ONE", "HELLO");
  type("ONE", "CLOSE PRT");
  run();
  EXPECT_EQ(printed(), "");
  EXPECT_THAT(type("FREE ONE"), ElementsAre("0001 FILES FREED"));
  run();
  EXPECT_THAT(printed(), HasSubstr("HELLO"));
  EXPECT_THAT(type("QUERY HOLD"), ElementsAre("NO USERS IN HOLD STATUS"));
  EXPECT_THAT(type("HOLD NOBODY"), ElementsAre(StartsWith("DMKCSO053E")));
}

TEST_F(RealUnitRecord, AUserCannotEndTheSystemsHold) {
  log_on("ONE");
  type("HOLD ONE");
  print("ONE", "HELLO");
  type("ONE", "CLOSE PRT");
  run();
  EXPECT_THAT(type("ONE", "CHANGE PRT ALL NOHOLD"), ElementsAre(HasSubstr("SYSTEM HOLD")));
}

TEST_F(RealUnitRecord, TheFileInWorkIsFlushedRepeatedAndBegunAgain) {
  log_on("ONE");
  EXPECT_THAT(type("FLUSH F"), ElementsAre(StartsWith("DMKCSO017E")));
  EXPECT_THAT(type("BACKSPAC F FILE"), ElementsAre(StartsWith("DMKCSO017E")));
  EXPECT_THAT(type("REPEAT F 2"), ElementsAre(StartsWith("DMKCSO030E")));
  for (int n = 0; n < 1000; ++n) print("ONE", fmt::format("LINE {}", n));
  type("ONE", "CLOSE PRT COPY 2");
  cp().spooling().work();
  EXPECT_THAT(type("REPEAT F"), IsEmpty());
  EXPECT_EQ(cp().spooling().writer(0x00F)->copies_left(), 3u);
  EXPECT_THAT(type("BACKSPAC F FILE"), ElementsAre(HasSubstr("OUTPUT OF ONE FILE = 0001")));
  EXPECT_THAT(type("FLUSH F ALL"), IsEmpty());
  run();
  EXPECT_THAT(ids({.owner = "ONE", .kind = SpoolKind::printer}), IsEmpty());
  EXPECT_THAT(printed(), testing::Not(HasSubstr("LINE 999")));
}

TEST_F(RealUnitRecord, OrdinaryUsersHaveNoneOfThese) {
  log_on("ONE");
  for (const char* line : {"START ALL", "DRAIN ALL", "FLUSH F", "REPEAT F", "BACKSPAC F", "HOLD TWO", "FREE TWO"})
    EXPECT_THAT(type("ONE", line), ElementsAre(StartsWith("DMKCFC001E"))) << line;
}

}  // namespace
}  // namespace replica::vmm
