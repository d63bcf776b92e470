#include "tools/vectors/coverage.h"

#include <gmock/gmock.h>

#include "tools/vectors/parser.h"

namespace replica::vectors {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Result<Coverage> coverage_of(std::string_view text) {
  const auto file = parse_text(text, "some.vec");
  EXPECT_TRUE(file) << file.error().message;
  return measure_coverage({*file});
}

InstructionCoverage row_of(std::string_view text, Opcode opcode) {
  const auto coverage = coverage_of(text);
  EXPECT_TRUE(coverage) << coverage.error().message;
  for (const InstructionCoverage& row : coverage->instructions) {
    if (row.info->opcode == opcode) return row;
  }
  return {};
}

TEST(Coverage, AsksForEveryOutcomeOfTheRow) {
  EXPECT_THAT(outcomes_of(info_of(Opcode::A)),
              ElementsAre("hex", "normal", "cc=0", "cc=1", "cc=2", "cc=3", "Af", "IF"));
  EXPECT_THAT(outcomes_of(info_of(Opcode::LR)), ElementsAre("hex", "normal"));
  EXPECT_THAT(row_of("", Opcode::A).missing, ElementsAre("hex", "normal", "cc=0", "cc=1", "cc=2", "cc=3", "Af", "IF"));
}

TEST(Coverage, LeavesOutWhatIsNotInstalled) {
  const auto coverage = coverage_of("");
  ASSERT_TRUE(coverage);
  for (const InstructionCoverage& row : coverage->instructions) EXPECT_TRUE(is_installed(*row.info));
  EXPECT_EQ(coverage->tested(), 0u);
}

TEST(Coverage, CountsWhatACaseExpects) {
  EXPECT_THAT(row_of("A 1,800 | -> cc=2 | hand\n", Opcode::A).tested, ElementsAre("normal", "cc=2"));
  EXPECT_THAT(row_of("A 1,800 | -> cc=? | hand\n", Opcode::A).tested, ElementsAre("normal"));
  EXPECT_THAT(row_of("A 1,800 | cc=2 -> | hand\n", Opcode::A).tested, ElementsAre("normal"));
  EXPECT_THAT(row_of("5A10 0800 | -> pgm=08 cc=3 | hand\n", Opcode::A).tested, ElementsAre("hex", "cc=3", "IF"));
}

TEST(Coverage, CountsTheLastOfSeveralInstructions) {
  EXPECT_THAT(row_of("A 1,800; LR 1,2 | -> | hand\n", Opcode::A).tested, IsEmpty());
  EXPECT_THAT(row_of("A 1,800; LR 1,2 | -> | hand\n", Opcode::LR).tested, ElementsAre("normal"));
}

TEST(Coverage, TakesAccessExceptionsFromPatternsAlone) {
  EXPECT_THAT(row_of("A 1,800 | -> pgm=04 | hand\n", Opcode::A).tested, IsEmpty());
  EXPECT_THAT(row_of("fetch 4 | A 1,0(5) | r5=@ | hand\n", Opcode::A).tested, ElementsAre("Af"));
}

TEST(Coverage, TakesProgressInRegistersForInterruptibility) {
  EXPECT_THAT(row_of("MVCL 2,4 | -> pgm=11 | hand\n", Opcode::MVCL).tested, Not(Contains("II")));
  EXPECT_THAT(row_of("MVCL 2,4 | -> r2=1 pgm=11 | hand\n", Opcode::MVCL).tested, Contains("II"));
}

TEST(Coverage, SetsApartWhatCannotHappen) {
  const auto row = row_of("never SCK cc=1 cc=3 | always enabled\n", Opcode::SCK);
  EXPECT_THAT(row.unreachable, ElementsAre("cc=1", "cc=3"));
  EXPECT_THAT(row.missing, Not(Contains("cc=1")));
}

TEST(Coverage, RefusesToCallImpossibleWhatACaseExpects) {
  const auto coverage = coverage_of("SCK 800 | -> cc=1 | hand\nnever SCK cc=1 | always enabled\n");
  ASSERT_FALSE(coverage);
  EXPECT_EQ(coverage.error().message, "some.vec:2: SCK is said never to have 'cc=1', but a case expects it");
}

TEST(Coverage, RefusesOutcomesThatAnInstructionDoesNotHave) {
  const auto coverage = coverage_of("never LR cc=1 | nothing\n");
  ASSERT_FALSE(coverage);
  EXPECT_THAT(coverage.error().message, HasSubstr("some.vec:1: LR has no outcome 'cc=1'; it has hex, normal"));
}

}  // namespace
}  // namespace replica::vectors
