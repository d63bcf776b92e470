// `replica overhead` as a user runs it, on the built-in guest with a million instructions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/tools/replica_process.h"
#include "tools/overhead/results.h"

namespace replica::overhead {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using tools::ProcessResult;

class OverheadCommand : public testing::Test {
 protected:
  ProcessResult run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "overhead");
    return tools::run_replica(arguments, folder_.path(""));
  }
  ProcessResult run_quickly(std::vector<std::string> arguments) const {
    for (const char* more : {"--millions", "1", "--rounds", "3", "--part-rounds", "1"}) arguments.push_back(more);
    return run(std::move(arguments));
  }
  void write(const std::string& name, const std::string& text) { folder_.write(name, {text.begin(), text.end()}); }

  // A guest of one card: 80 bytes of EBCDIC, of which the first 24 are PSW and CCWs. Runs the program behind them.
  void write_guest(const std::string& psw) {
    std::vector<u8> card(80, 0x40);
    std::fill(card.begin(), card.begin() + 24, u8{0});
    for (std::size_t n = 0; n < 8; ++n) card[n] = static_cast<u8>(std::stoi(psw.substr(2 * n, 2), nullptr, 16));
    // A no-op for a CCW: nothing more is read.
    card[8] = 0x03, card[12] = 0x20, card[15] = 0x01;
    folder_.write("card.deck", card);
    write("guest.cnf", "MAINSIZE 2\nARCHMODE S/370\n000C 3505 card.deck ebcdic eof\n000E 1403 print.txt\n");
    write("guest.rc", "ipl 00c\n");
  }

  tools::TemporaryFolder folder_;
};

TEST_F(OverheadCommand, MeasuresEveryLevelWithSeveralMachines) {
  const ProcessResult result = run_quickly({"--workload", "mixed", "--workload", "compute:SSM=100", "--machines", "1,2",
                                            "--json", "results.json", "--page", "page.html"});
  EXPECT_EQ(result.err, "");
  ASSERT_EQ(result.status, 0);
  for (const char* text : {"mixed            none    1 ", "mixed            vma     2 ", "compute:SSM=100  vma     2 ",
                           "trap and decode", "rest, unexplained", "\nSIO "}) {
    EXPECT_THAT(result.out, HasSubstr(text));
  }
  const auto results = read_results(folder_.path("results.json"));
  ASSERT_TRUE(results) << results.error().message;
  ASSERT_EQ(results->measurements.size(), 8u);
  for (const Measurement& each : results->measurements) {
    EXPECT_EQ(each.pairs.size(), 3u);
    EXPECT_EQ(each.part_pairs.size(), 1u);
    // Time is virtual: all runs of a kind are one and the same.
    EXPECT_EQ(each.pairs[0].bare_instructions, each.pairs[2].bare_instructions);
    EXPECT_EQ(each.pairs[0].events, each.pairs[2].events);
  }
  // The dials are what traps: 100 SSM in a million instructions, where the cards say none, and start and end have some.
  const u64 turned = results->measurements[4].pairs[0].events.at("SSM");
  EXPECT_GT(turned, 90u);
  EXPECT_LT(turned, 200u);
  EXPECT_THAT(folder_.read("page.html"), HasSubstr("<html"));

  const ProcessResult again = run({"--from", "results.json"});
  EXPECT_EQ(again.status, 0);
  EXPECT_EQ(again.out, result.out.substr(0, result.out.find("\nThe page is ")));
}

TEST_F(OverheadCommand, RefusesBadInputBeforeAnythingRuns) {
  write("costs.json", "{\"machine\": 7}");
  write("broken.json", "{\"context\": {");
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{"--workload", "nothing"},
       "--workload: found 'nothing'; expected one of compute, commercial, io, mixed, spaces"},
      {{"--workload", "mixed:SVC"}, "--workload mixed:SVC: found 'SVC'; expected one of SVC, SIO"},
      {{"--workload", "mixed:SVC=99999999"}, "and a number up to 50000"},
      {{"--assist", "some"}, "--assist: expected none or vma, found 'some'"},
      {{"--machines", "1,9"}, "--machines: expected a decimal number from 1 to 8, found '9'"},
      {{"--rounds", "2"}, "--rounds: expected a decimal number from 3"},
      {{"--engine", "steam"}, "--engine: expected interpreter"},
      {{"--config", "none.cnf", "--rc", "none.rc"}, "none.cnf"},
      {{"--cost-table", "costs.json"}, "costs.json: machine: found 7, expected a text"},
      {{"--from", "broken.json"}, "broken.json:1: found something that is no JSON"},
      {{"--guests", "/nowhere"}, "/nowhere/monitor.deck"},
  };
  for (auto [arguments, complaint] : cases) {
    arguments.insert(arguments.end(), {"--json", "results.json", "--page", "page.html"});
    const ProcessResult result = run(arguments);
    EXPECT_EQ(result.status, 2) << complaint;
    EXPECT_THAT(result.err, HasSubstr(complaint));
    EXPECT_FALSE(fs::exists(folder_.path("results.json")));
    EXPECT_FALSE(fs::exists(folder_.path("page.html")));
  }
}

// Dials that the monitor itself refuses: it ends in a disabled wait with another address.
TEST_F(OverheadCommand, TellsOfAGuestThatFails) {
  const ProcessResult result = run_quickly({"--workload", "compute:SIO=50", "--json", "results.json"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("compute:SIO=50, bare: ended in a disabled wait with PSW"));
  EXPECT_THAT(result.err, HasSubstr("00DEA201"));
  EXPECT_FALSE(fs::exists(folder_.path("results.json")));
}

TEST_F(OverheadCommand, TellsOfAGuestThatNeverEnds) {
  // 47F0 0010 at 10: a branch to itself.
  write_guest("0000000000000010");
  std::vector<u8> card(80, 0x40);
  std::string deck = folder_.read("card.deck");
  deck.replace(16, 4, std::string("\x47\xF0\x00\x10", 4));
  write("card.deck", deck);
  const ProcessResult result = run({"--config", "guest.cnf", "--rc", "guest.rc", "--most-instructions", "2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("guest, bare: has not ended after 2000000 instructions"));
}

TEST_F(OverheadCommand, WhatWasThereStaysIfTheNewCannotBeWritten) {
  fs::create_directory(folder_.path("results.json"));  // no file can take its place
  const ProcessResult result = run_quickly({"--workload", "compute", "--assist", "vma", "--json", "results.json"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("results.json"));
  EXPECT_TRUE(fs::is_directory(folder_.path("results.json")));
  EXPECT_FALSE(fs::exists(folder_.path("results.json.new")));
}

}  // namespace
}  // namespace replica::overhead
