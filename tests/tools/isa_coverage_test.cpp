#include "tools/isa_coverage.h"

#include <gmock/gmock.h>

#include "tests/tools/temporary_folder.h"

namespace replica::tools {
namespace {

using testing::ContainsRegex;
using testing::EndsWith;
using testing::HasSubstr;

std::string coverage_of(std::string_view cases) {
  const TemporaryFolder folder;
  folder.write("some.vec", {cases.begin(), cases.end()});
  const auto text = isa_coverage(folder.path(""));
  return text ? *text : text.error().message;
}

TEST(IsaCoverage, TellsWhatIsTestedAndWhatIsMissing) {
  const std::string text = coverage_of("1A12 = AR 1,2 | -> cc=2 | hand\nAR 1,2 | mask=8 -> cc=3 pgm=08 | hand\n");
  EXPECT_THAT(text, ContainsRegex("AR +2 +23 +IF +cc=0 cc=1 +-"));
  EXPECT_THAT(text, ContainsRegex("SR +0 +- +- +hex normal cc=0 cc=1 cc=2 cc=3 IF +-"));
}

TEST(IsaCoverage, SetsApartWhatCannotHappen) {
  EXPECT_THAT(coverage_of("never SCK cc=1 cc=3 | always enabled\n"),
              ContainsRegex("SCK +0 +- +- +hex normal cc=0 M Af SP +cc=1 cc=3"));
}

TEST(IsaCoverage, EndsWithTheTotals) {
  EXPECT_THAT(coverage_of("LR 1,2 | -> r1=22222222 | hand\nnever SCK cc=1 | always enabled\n"),
              HasSubstr(" instructions, 1 cases: 1 of "));
  EXPECT_THAT(coverage_of("never SCK cc=1 | always enabled\n"),
              EndsWith(" outcomes tested, 1 cannot happen on this machine.\n"));
}

TEST(IsaCoverage, NamesTheLineOfABadCase) {
  EXPECT_THAT(coverage_of("LR 1,2 | hand\n"), HasSubstr("some.vec:1: expected 'instruction | state before"));
  EXPECT_THAT(coverage_of("never LR cc=1 | nothing\n"), HasSubstr("some.vec:1: LR has no outcome 'cc=1'"));
}

}  // namespace
}  // namespace replica::tools
