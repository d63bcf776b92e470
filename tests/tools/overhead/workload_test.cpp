#include "tools/overhead/workload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/temporary_folder.h"

namespace replica::overhead {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class WorkloadTest : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) { folder_.write(name, {text.begin(), text.end()}); }

  Result<Workload> read(const std::string& devices) {
    write("guest.cnf", "MAINSIZE 2\nARCHMODE S/370\n" + devices);
    write("guest.rc", "ipl 00c\n");
    return read_workload("guest", folder_.path("guest.cnf"), folder_.path("guest.rc"));
  }
  std::string complaint(const std::string& devices) {
    const auto workload = read(devices);
    return workload ? "nothing" : workload.error().message;
  }

  tools::TemporaryFolder folder_;
};

TEST_F(WorkloadTest, GivesAGuestFilesOfItsOwn) {
  write("tape.aws", "original");
  write("deck", "cards");
  fs::permissions(folder_.path("tape.aws"), fs::perms::owner_read);
  const auto workload =
      read("000C 3505 deck ebcdic eof\n000E 1403 print.txt crlf\n0180 3420 tape.aws\n001F 3215-C noprompt\n");
  ASSERT_TRUE(workload) << workload.error().message;
  fs::create_directory(folder_.path("own"));
  const auto devices = devices_of_guest(*workload, folder_.path("own"));
  ASSERT_TRUE(devices) << devices.error().message;
  EXPECT_EQ((*devices)[0].arguments, (std::vector<std::string>{folder_.path("deck"), "ebcdic", "eof"}));
  EXPECT_EQ((*devices)[1].arguments, (std::vector<std::string>{folder_.path("own/000E.txt"), "crlf"}));
  EXPECT_EQ((*devices)[2].arguments, std::vector<std::string>{folder_.path("own/0180-tape.aws")});
  EXPECT_EQ((*devices)[3].arguments, std::vector<std::string>{"noprompt"});
  // The copy may be written, and the original is as it was.
  std::ofstream(folder_.path("own/0180-tape.aws"), std::ios::app) << " and more";
  EXPECT_EQ(folder_.read("own/0180-tape.aws"), "original and more");
  EXPECT_EQ(folder_.read("tape.aws"), "original");
}

TEST_F(WorkloadTest, RefusesWhatCannotBeGivenToEachGuest) {
  EXPECT_THAT(complaint("0600 CTCA LINK\n"),
              HasSubstr("guest.cnf:3: 0600 CTCA: an experiment cannot give such a device"));
  EXPECT_THAT(complaint("0150 3330 a.cckd sf=a_*.cckd\n"), HasSubstr("found shadow files"));
  EXPECT_THAT(complaint("000E 1403 |lpr\n"), HasSubstr("found a pipe"));
  EXPECT_THAT(complaint("0009 3215-C\n001F 3215-C\n"), HasSubstr("found 2 consoles"));
}

TEST_F(WorkloadTest, MissingFilesAreErrors) {
  EXPECT_FALSE(read_workload("x", folder_.path("none.cnf"), folder_.path("none.rc")));
  write("guest.cnf", "MAINSIZE 2\n");
  EXPECT_FALSE(read_workload("x", folder_.path("guest.cnf"), folder_.path("none.rc")));
}

TEST(Difference, LeavesOutTimesAndBlanksAtTheEnd) {
  const Output one{.files = {{0xE, "JOB 12.30.45 ENDED 74.126  \nDONE\n"}}, .console = "IPL 10:00:00\n"};
  const Output other{.files = {{0xE, "JOB 13.31.46 ENDED 74.127\nDONE\n"}}, .console = "IPL 11:11:11\n"};
  EXPECT_EQ(difference(one, other), "");
}

TEST(Difference, IsTheFirstLine) {
  const Output one{.files = {{0xE, "A\nB\nC\n"}}, .console = "X\n"};
  EXPECT_EQ(difference(one, {.files = {{0xE, "A\nD\n"}}, .console = "X\n"}), "00E, line 2: found 'D', expected 'B'");
  EXPECT_EQ(difference(one, {.files = {{0xE, "A\nB\n"}}, .console = "X\n"}),
            "00E, line 3: found the end, expected 'C'");
  EXPECT_EQ(difference(one, {.files = {{0xE, "A\nB\nC\nD\n"}}, .console = "X\n"}),
            "00E, line 4: found 'D', expected the end");
  EXPECT_EQ(difference(one, {.files = {{0xE, "A\nB\nC\n"}}, .console = ""}),
            "console, line 1: found the end, expected 'X'");
  EXPECT_EQ(difference(one, {.files = {}, .console = "X\n"}), "00E, line 1: found the end, expected 'A'");
  EXPECT_EQ(difference({}, {.files = {{0xD, "CARD\n"}}, .console = ""}), "00D, line 1: found 'CARD', expected the end");
}

}  // namespace
}  // namespace replica::overhead
