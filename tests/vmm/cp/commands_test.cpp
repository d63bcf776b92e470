// How commands are found: abbreviations, privilege classes, logical lines.
#include <set>

#include "tests/vmm/cp/control_program_fixture.h"
#include "vmm/cp/line_editing.h"

namespace replica::vmm {
namespace {

class Commands : public ControlProgramTest {};

TEST_F(Commands, EachIsFoundByItsShortestAbbreviation) {
  for (const auto group : all_commands()) {
    for (const CpCommand& command : group) {
      const CpCommand* found = nullptr;
      for (const auto each : all_commands()) {
        if ((found = find_command(each, command.name.substr(0, command.shortest)))) break;
      }
      ASSERT_NE(found, nullptr) << command.name;
      EXPECT_EQ(found->execute, command.execute) << command.name << " is taken for " << found->name;
    }
  }
}

TEST_F(Commands, AnUnknownOneAndOneOfAnotherClassAreTheSame) {
  log_on("ONE");
  EXPECT_THAT(type("ONE", "NONSENSE"), ElementsAre("DMKCFC001E ?CP: NONSENSE"));
  EXPECT_THAT(type("ONE", "SHUTDOWN"), ElementsAre("DMKCFC001E ?CP: SHUTDOWN"));
  EXPECT_THAT(type("ONE", "Q HOLD"), ElementsAre(HasSubstr("INVALID OPTION - HOLD")));
  EXPECT_FALSE(cp().is_shut_down());
}

TEST_F(Commands, CommentsAndThePrefixCpMeanNothing) {
  log_on("ONE");
  EXPECT_THAT(type("ONE", "* anything"), IsEmpty());
  EXPECT_THAT(type("ONE", ""), IsEmpty());
  EXPECT_EQ(type("ONE", "cp query files"), type("ONE", "query files"));
  EXPECT_EQ(type("ONE", "#CP Q F"), type("ONE", "Q F"));
}

TEST_F(Commands, ALineMayHoldSeveral) {
  log_on("ONE");
  EXPECT_THAT(type("ONE", "Q RDR#Q PRT"), ElementsAre("NO RDR FILES", "NO PRT FILES"));
}

TEST_F(Commands, WhatFollowsLogoffIsNotExecuted) {
  log_on("ONE");
  log_on("TWO");
  EXPECT_FALSE(execute_user_line(cp(), session("ONE"), "LOGOFF#MSG TWO HELLO"));
  EXPECT_EQ(cp().find("ONE"), nullptr);
  EXPECT_THAT(lines_["TWO"], IsEmpty());
}

TEST(LogicalLines, SymbolsDivideAndDelete) {
  const EditSymbols system;
  EXPECT_EQ(logical_lines("A#B", system), (Lines{"A", "B"}));
  EXPECT_EQ(logical_lines("ABX@C", system), Lines{"ABC"});
  EXPECT_EQ(logical_lines("@A", system), Lines{"A"});
  EXPECT_EQ(logical_lines("AB[CD", system), Lines{"CD"});
  EXPECT_EQ(logical_lines("A\"#B\"@\"\"", system), Lines{"A#B@\""});
  EXPECT_EQ(logical_lines("A\"", system), Lines{"A\""});
  EXPECT_EQ(logical_lines("A#B@", EditSymbols::none()), Lines{"A#B@"});
  EXPECT_EQ(logical_lines("", system), Lines{""});
}

TEST(LogicalLines, TheDirectoryGivesSymbols) {
  const auto directory =
      parse_directory("USER A NOLOG 64K 64K G 64 % OFF ! ON\n", "users.direct", PlainPasswords::hash).value();
  const EditSymbols symbols = edit_symbols(directory.users[0]);
  EXPECT_EQ(logical_lines("A%B#C[D!E\"%F", symbols), (Lines{"A", "B#C[E%F"}));
}

}  // namespace
}  // namespace replica::vmm
