#include "tools/overhead/guest_operator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cpu/clocks.h"
#include "tests/tools/temporary_folder.h"

namespace replica::overhead {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr u64 kSecond = 1'000'000 * kUnitsPerMicrosecond;

class GuestOperatorTest : public testing::Test {
 protected:
  GuestOperator make(std::vector<std::string> commands) {
    return {folder_.path(""),
            std::move(commands),
            {.load = [this](u16 address, bool clear) -> Status {
               done_.push_back(fmt::format("load {:03X}{}", address, clear ? " clear" : ""));
               return {};
             },
             .console_prefix = "/",
             .type = [this](const std::string& line) { done_.push_back("type " + line); },
             .now = [this] { return time_; }}};
  }
  void write(const std::string& name, const std::string& text) { folder_.write(name, {text.begin(), text.end()}); }

  tools::TemporaryFolder folder_;
  std::vector<std::string> done_;
  u64 time_ = 0;
};

TEST_F(GuestOperatorTest, LoadsTypesAndQuits) {
  GuestOperator op = make({"# a comment", "ipl 150", "iplc 00c", "/r 00,'x'", "quit"});
  op.act();
  EXPECT_THAT(done_, ElementsAre("load 150", "load 00C clear", "type r 00,'x'"));
  EXPECT_TRUE(op.has_quit());
  EXPECT_TRUE(op.status());
}

TEST_F(GuestOperatorTest, PausesInMachineTime) {
  GuestOperator op = make({"pause 1.5", "/late"});
  op.act();
  EXPECT_EQ(op.next_time(), kSecond * 3 / 2);
  time_ = kSecond;
  op.act();
  EXPECT_THAT(done_, IsEmpty());
  time_ = kSecond * 3 / 2;
  op.act();
  EXPECT_THAT(done_, ElementsAre("type late"));
  EXPECT_EQ(op.next_time(), kNever);
}

TEST_F(GuestOperatorTest, RulesFireScriptsOfTheFolderOneAfterTheOther) {
  write("answer.rc", "pause 1\n/one\n");
  GuestOperator op = make({"hao tgt QUESTION", "hao cmd script answer.rc", "hao tgt END", "hao cmd quit"});
  op.act();
  EXPECT_FALSE(op.see("nothing of interest"));
  EXPECT_TRUE(op.see("A QUESTION?"));
  EXPECT_TRUE(op.see("THE END"));
  op.act();
  EXPECT_FALSE(op.has_quit());
  time_ = kSecond;
  op.act();
  EXPECT_THAT(done_, ElementsAre("type one"));
  EXPECT_TRUE(op.has_quit());
}

TEST_F(GuestOperatorTest, RefusesWhatMeansNothingHere) {
  const std::pair<const char*, const char*> cases[] = {
      {"attach 190 3330 x", "found the command 'attach 190 3330 x'"},
      {"ipl", "ipl: "},
      {"ipl 150 parm x", "found 'parm'"},
      {"pause for ever", "found 'for'"},
      {"script nowhere.rc", "nowhere.rc"},
      {"pause -1", "found '-1'"},
  };
  for (const auto& [command, complaint] : cases) {
    GuestOperator op = make({command, "quit"});
    op.act();
    ASSERT_FALSE(op.status()) << command;
    EXPECT_THAT(op.status().error().message, HasSubstr(complaint));
    EXPECT_FALSE(op.has_quit());
  }
}

}  // namespace
}  // namespace replica::overhead
