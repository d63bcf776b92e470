// That the runner notices what is wrong: an expectation that does not hold, and an engine that does too much.
#include "tools/vectors/runner.h"

#include <gmock/gmock.h>

#include "cpu/interpreter.h"
#include "tools/vectors/access_cases.h"
#include "tools/vectors/parser.h"

namespace replica::vectors {
namespace {

using testing::HasSubstr;

Case parse(const std::string& text) {
  const auto file = parse_text(text + " | hand\n", "some.vec");
  EXPECT_TRUE(file) << file.error().message;
  return file->cases.at(0);
}

// The failure of the case on the interpreter, or "none".
std::string failure_of(const std::string& text) { return run(parse(text), interpreter_tiers()[0]).value_or("none"); }

TEST(Runner, AcceptsWhatHolds) {
  EXPECT_EQ(failure_of("A 1,800 | r1=7FFFFFFF 800:00000001 -> r1=80000000 cc=3"), "none");
  EXPECT_EQ(failure_of("A 1,800 | r1=7FFFFFFF 800:00000001 -> r1=8??????? cc=?"), "none");
}

TEST(Runner, NoticesEveryKindOfDifference) {
  EXPECT_THAT(failure_of("LR 1,2 | -> r1=22222223"), HasSubstr("r1 = 22222222, expected 22222223"));
  EXPECT_THAT(failure_of("LR 1,2 | ->"), HasSubstr("r1 = 22222222, expected 11111111"));
  EXPECT_THAT(failure_of("LDR 2,4 | -> f2=41"), HasSubstr("f2 = 4444444444444444, expected 4100000000000000"));
  EXPECT_THAT(failure_of("LTR 1,2 | ec -> r1=22222222 cc=1"),
              HasSubstr("psw = 0008200000000402, expected 0008100000000402"));
  EXPECT_THAT(failure_of("LTR 1,2 | ec cc=1 -> r1=22222222"),
              HasSubstr("psw = 0008200000000402, expected 0008100000000402"));
  EXPECT_THAT(failure_of("ST 1,800 | -> 800:11111112"), HasSubstr("storage 803 = 11, expected 12"));
  EXPECT_THAT(failure_of("ST 1,800 | ->"), HasSubstr("storage 800 = 11111111, expected 00000000"));
  EXPECT_THAT(failure_of("LCTL 1,1,800 | 800:00000001 ->"), HasSubstr("c1 = 00000001, expected 00000000"));
  EXPECT_THAT(failure_of("SSK 1,2 | r1=10 r2=2000 -> k2000=20"), HasSubstr("key of 2000 = 10, expected 20"));
  EXPECT_THAT(failure_of("BC F,500 | ->"), HasSubstr("psw = "));
  EXPECT_THAT(failure_of("LR 1,2 | -> r1=22222222 next=500"), HasSubstr("expected 0000000010000500"));
  EXPECT_THAT(failure_of("LR 1,2 | -> r1=22222222 pgm=01"), HasSubstr("expected 000A00000000F068"));
  EXPECT_THAT(failure_of("DR 2,4 | r4=0 -> pgm=0B"), HasSubstr("storage 2B = 09, expected 0B"));
  EXPECT_THAT(failure_of("DR 2,4 | ec r4=0 -> pgm=09 ilc=2"), HasSubstr("storage 8D = 02, expected 04"));
  EXPECT_THAT(failure_of("SIO E | channel=0 -> cc=0 asked=tio:000E"), HasSubstr("asked of the channels"));
  EXPECT_THAT(failure_of("SCKC 800 | 800:0000000000000001 ->"), HasSubstr("comparator = 0000000000000001"));
}

TEST(Runner, NoticesThatNothingWasStoredWhereTheSameValueShouldBe) {
  EXPECT_THAT(failure_of("L 1,800 | -> r1=00000000 800:00000000"),
              HasSubstr("key of 800 = 04, expected 02 in the bits FA"));
}

TEST(Runner, SaysWhereItIs) {
  const std::string failure = failure_of("LR 1,2 | ec direct cold noper ->");
  EXPECT_THAT(failure, testing::StartsWith("some.vec:1: LR 1,2 [interpreter, EC mode] (hand)\n  r1 = "));
  EXPECT_THAT(failure_of("LR 1,2 | ->"), HasSubstr("and so in "));
}

// LR 2,2 alters register 2 though its value stays, and only PER tells: a case that does not mention it fails for that
// alone.
TEST(Runner, WatchesEveryCaseUnderProgramEventRecording) {
  EXPECT_EQ(failure_of("LR 2,2 | noper ->"), "none");
  EXPECT_THAT(failure_of("LR 2,2 | ->"), HasSubstr("PER with CR9-11 1000FFFF"));
}

// An engine that spoils something after the instruction.
class SpoilingEngine final : public Engine {
 public:
  explicit SpoilingEngine(std::function<void(Cpu&)> spoil) : spoil_(std::move(spoil)) {}
  void run(Cpu& cpu) override {
    interpreter_.run(cpu);
    spoil_(cpu);
  }

 private:
  Interpreter interpreter_;
  std::function<void(Cpu&)> spoil_;
};

std::string failure_with(std::function<void(Cpu&)> spoil) {
  SpoilingEngine engine(std::move(spoil));
  const Tier tier{.name = "spoiling", .prepare = [&](Machine& machine) { machine.set_engine(engine); }};
  return run(parse("LR 1,2 | -> r1=22222222"), tier).value_or("none");
}

TEST(Runner, NoticesAnEngineThatChangesWhatIsNotMentioned) {
  EXPECT_EQ(failure_with([](Cpu&) {}), "none");
  EXPECT_THAT(failure_with([](Cpu& cpu) { cpu.gr[7] ^= 1; }), HasSubstr("r7 = 77777776, expected 77777777"));
  EXPECT_THAT(failure_with([](Cpu& cpu) { cpu.psw.program_mask ^= 1; }), HasSubstr("psw = "));
  EXPECT_THAT(failure_with([](Cpu& cpu) { cpu.storage().data()[0xFFFF] = 1; }),
              HasSubstr("storage FFFF = 01, expected 00"));
  EXPECT_THAT(failure_with([](Cpu& cpu) { cpu.storage().record_store(5); }), HasSubstr("key of 2800 = 06"));
}

// ---- Access exceptions ----

std::vector<Case> cases_of_pattern(const std::string& text) {
  const auto file = parse_text(text + "\n", "some.vec");
  EXPECT_TRUE(file) << file.error().message;
  return access_cases(file->patterns.at(0));
}

std::vector<u64> codes_of(const std::vector<Case>& cases) {
  std::vector<u64> codes;
  for (const Case& c : cases) codes.push_back(Case::find(c.after, Field::program_interruption)->value);
  return codes;
}

TEST(AccessCases, ComeFromOnePattern) {
  // Key, addressing; segment invalid, length; page invalid, length; two formats; two kinds of addressing.
  EXPECT_THAT(codes_of(cases_of_pattern("fetch 1 | IC 1,0(5) | r5=@ | hand")),
              testing::ElementsAre(4, 5, 0x10, 0x10, 0x11, 0x11, 0x12, 0x12, 5, 5));
  // Low-address protection and segment protection too.
  EXPECT_THAT(codes_of(cases_of_pattern("store 1 | STC 1,0(5) | r5=@ | hand")),
              testing::ElementsAre(4, 5, 4, 0x10, 0x10, 0x11, 0x11, 0x12, 0x12, 5, 5, 4));
  // The second part of an operand in the next block, the next page, and behind the end of storage.
  EXPECT_EQ(cases_of_pattern("fetch 4 | L 1,0(5) | r5=@ | hand").size(), 13u);
  // Operands that must be aligned, and interruptible instructions, have no second part.
  EXPECT_EQ(cases_of_pattern("fetch 8 | LPSW 0(5) | r5=@ | hand").size(), 10u);
  EXPECT_EQ(cases_of_pattern("fetch 8 | CLCL 2,4 | r2=@ r3=8 r4=1000 r5=8 | hand").size(), 10u);
}

TEST(AccessCases, AreNoticedIfTheyDoNotHold) {
  for (Case c : cases_of_pattern("store 4 | ST 1,0(5) | r5=@ | hand")) {
    EXPECT_EQ(run(c, interpreter_tiers()[0]), std::nullopt);
    // LA makes no access, so that none of its cases may hold.
    c.instructions = {{0x41, 0x10, 0x50, 0x00}};
    EXPECT_NE(run(c, interpreter_tiers()[0]), std::nullopt) << c.source;
  }
}

}  // namespace
}  // namespace replica::vectors
