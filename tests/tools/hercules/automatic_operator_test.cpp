// The Automatic Operator: its messages are those of Hercules 3.13 for the same commands.
#include "tools/hercules/automatic_operator.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace replica::tools {
namespace {

class AutomaticOperatorTest : public testing::Test {
 protected:
  // What the commands answer.
  std::string answer(const std::vector<std::string>& commands) {
    text_.clear();
    for (const std::string& command : commands) operator_.command(command);
    return text_;
  }
  // The command that the line makes due; "" if none.
  std::string fired_by(const std::string& line) {
    operator_.see(line);
    const std::string command = operator_.take_due().value_or("");
    EXPECT_EQ(operator_.take_due(), std::nullopt);
    return command;
  }

  std::string text_;
  AutomaticOperator operator_{[this](const std::string& lines) { text_ += lines + "\n"; }};
};

TEST_F(AutomaticOperatorTest, AnswersAsHerculesDoes) {
  const std::string usage =
      "HHCAO007E Unknown hao command, valid commands are:\n"
      "  hao tgt <tgt> : define target rule (pattern) to react on\n"
      "  hao cmd <cmd> : define command for previously defined rule\n"
      "  hao list <n>  : list all rules/commands or only at index <n>\n"
      "  hao del <n>   : delete the rule at index <n>\n"
      "  hao clear     : delete all rules (stops automatic operator)\n";
  const std::pair<const char*, std::string> session[] = {
      {"", usage},
      {"foo", usage},
      {"list", "HHCAO004I The defined Automatic Operator rule(s) are:\nHHCAO006I 0 rule(s) displayed\n"},
      {"cmd x", "HHCAO017E Cmd command given, but tgt command expected\n"},
      {"tgt", "HHCAO012E Empty target specified\n"},
      {"tgt bar[", "HHCAO014E Invalid regular expression\n"},
      {"tgt a(", "HHCAO014E Unmatched ( or \\(\n"},
      {"tgt foo", "HHCAO016I Target placed at index 0\n"},
      {"list",
       "HHCAO004I The defined Automatic Operator rule(s) are:\nHHCAO005I 00: 'foo' -> '<not specified>'\n"
       "HHCAO006I 1 rule(s) displayed\n"},
      {"list 0", "HHCAO005I 00: 'foo' -> 'not specified'\n"},
      {"list 5", "HHCAO008E No rule defined at index 5\n"},
      {"list -1", "HHCAO009E Invalid index, index must be between 0 and 63\n"},
      {"tgt other", "HHCAO011E Tgt command given, but cmd command expected\n"},
      {"cmd", "HHCAO018E Empty command specified\n"},
      {"cmd hao list", "HHCA0026E Command not added, may cause dead locks\n"},
      {"cmd herc hao", "HHCA0026E Command not added, may cause dead locks\n"},
      {"cmd msg * foo", "HHCAO019E Command not added; causes loop with target at index 0\n"},
      {"cmd gpr", "HHCAO020I Command placed at index 0\n"},
      {"tgt foo", "HHCAO013E Target not added, duplicate found in table\n"},
      {"tgt g.r", "HHCAO021E Target not added, causes loop with command at index 1\n"},
      {"TGT two words", "HHCAO016I Target placed at index 1\n"},
      {"Cmd  psw ", "HHCAO020I Command placed at index 1\n"},
      {"list",
       "HHCAO004I The defined Automatic Operator rule(s) are:\nHHCAO005I 00: 'foo' -> 'gpr'\n"
       "HHCAO005I 01: 'two words' -> 'psw'\nHHCAO006I 2 rule(s) displayed\n"},
      {"del", "HHCAO023E hao del command given without a valid index\n"},
      {"del x", "HHCAO023E hao del command given without a valid index\n"},
      {"del 64", "HHCAO009E Invalid index, index must be between 0 and 63\n"},
      {"del 0", "HHCAO025I Rule at index 0 succesfully deleted\n"},
      {"del 0", "HHCAO024E Rule at index 0 not deleted, already empty\n"},
      {"clear", "HHCAO022I All automatic operation rules cleared\n"},
      {"list", "HHCAO004I The defined Automatic Operator rule(s) are:\nHHCAO006I 0 rule(s) displayed\n"},
  };
  for (const auto& [command, expected] : session) EXPECT_EQ(answer({command}), expected) << command;
}

TEST_F(AutomaticOperatorTest, MatchesExtendedRegularExpressionsAnywhereInTheLine) {
  answer({"tgt a+b", "cmd one", "tgt ^IEF[0-9]{3}I", "cmd two", "tgt q(x|y)r", "cmd three"});
  EXPECT_EQ(fired_by("xx aab"), "one");
  EXPECT_EQ(fired_by("a+b"), "");
  EXPECT_EQ(fired_by("AAB"), "");
  EXPECT_EQ(fired_by("IEF404I ENDED"), "two");
  EXPECT_EQ(fired_by(" IEF404I blanks in front do not count"), "two");
  EXPECT_EQ(fired_by("x IEF404I"), "");
  EXPECT_EQ(fired_by("1qyr"), "three");
}

TEST_F(AutomaticOperatorTest, LooksNeitherAtItsOwnMessagesNorAtItsCommands) {
  answer({"tgt target", "cmd gpr"});
  EXPECT_EQ(fired_by("HHCAO003I Firing command: 'target'"), "");
  EXPECT_EQ(fired_by("hao tgt target"), "");
  EXPECT_EQ(fired_by("herc hao del target"), "");
  EXPECT_EQ(fired_by("haottarget"), "gpr");
}

TEST_F(AutomaticOperatorTest, FiresEveryRuleThatMatchesInTheirOrder) {
  answer({"tgt a", "cmd one", "tgt b", "cmd two"});
  operator_.see("ab");
  operator_.see("b");
  EXPECT_EQ(operator_.take_due(), "one");
  EXPECT_EQ(operator_.take_due(), "two");
  EXPECT_EQ(operator_.take_due(), "two");
  EXPECT_EQ(operator_.take_due(), std::nullopt);
}

TEST_F(AutomaticOperatorTest, HasRoomFor64Rules) {
  for (int n = 0; n < 64; ++n) answer({fmt::format("tgt target<{}>", n), "cmd x"});
  EXPECT_EQ(answer({"tgt one more"}), "HHCAO010E Target not added, table full\n");
  EXPECT_EQ(fired_by("target<63>"), "x");
}

}  // namespace
}  // namespace replica::tools
