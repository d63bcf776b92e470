// `replica disk create`, `info`, `check`, `copy` and `compress`.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/tools/replica_process.h"

namespace replica::tools {
namespace {

using testing::HasSubstr;

class DiskCommand : public ::testing::Test {
 protected:
  // The output of a command that must succeed.
  std::string run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "disk");
    const ProcessResult result = run_replica(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    return result.out;
  }
  ProcessResult run_badly(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "disk");
    return run_replica(arguments);
  }
  std::string path(const std::string& name) const { return folder_.path(name); }

  TemporaryFolder folder_;
};

TEST_F(DiskCommand, CreateMakesAVolumeThatInfoDescribes) {
  run({"create", path("a.cckd"), "3330", "--volume", "VMRES1"});
  EXPECT_THAT(run({"info", path("a.cckd")}),
              HasSubstr(path("a.cckd") + ": CCKD, zlib, 3330, 404 cylinders of 19 tracks\nVolume VMRES1\n"));
  EXPECT_EQ(run({"check", path("a.cckd")}), path("a.cckd") + ": no errors\n");
}

TEST_F(DiskCommand, EveryFormatAndSize) {
  run({"create", path("a"), "2311", "--format", "raw", "--alternates"});
  EXPECT_EQ(run({"info", path("a")}),
            path("a") + ": CKD, 2311, 203 cylinders of 10 tracks\nNo volume label\n8315392 bytes\n");
  run({"create", path("b"), "3350", "--format", "bzip2", "--size", "5"});
  EXPECT_THAT(run({"info", path("b")}), HasSubstr("CCKD, bzip2, 3350, 5 cylinders of 30 tracks"));
  run({"create", path("c"), "3370-2", "--volume", "FBA001"});
  EXPECT_THAT(run({"info", path("c")}), HasSubstr("712752 blocks\nVolume FBA001\n"));
  run({"create", path("d"), "3310", "--format", "raw", "--size", "1000"});
  EXPECT_EQ(run({"info", path("d")}), path("d") + ": FBA, 1000 blocks\nNo volume label\n512000 bytes\n");
  for (const char* name : {"a", "b", "c", "d"}) run({"check", path(name)});
}

TEST_F(DiskCommand, CopyChangesTheFormatAndKeepsTheVolume) {
  run({"create", path("a"), "2311", "--volume", "WORK01", "--format", "raw"});
  run({"copy", path("a"), path("b"), "--format", "bzip2"});
  run({"copy", path("b"), path("c"), "--format", "raw"});
  EXPECT_EQ(folder_.read("a"), folder_.read("c"));
  EXPECT_THAT(run({"info", path("b")}), HasSubstr("Volume WORK01"));
  run({"copy", path("a"), path("d"), "--cylinders", "203"});
  EXPECT_THAT(run({"info", path("d")}), HasSubstr("203 cylinders"));

  run({"create", path("e"), "3310", "--volume", "FBA001", "--format", "raw"});
  run({"copy", path("e"), path("f")});
  run({"copy", path("f"), path("g"), "--format", "raw"});
  EXPECT_TRUE(folder_.read("e") == folder_.read("g"));
}

TEST_F(DiskCommand, CheckTellsWhatIsWrong) {
  run({"create", path("a"), "3330", "--volume", "VMRES1"});
  std::string bytes = folder_.read("a");
  bytes[1024 + 2] = 0x7F;  // where the first level 2 table is
  folder_.write("a", {bytes.begin(), bytes.end()});
  const ProcessResult result = run_badly({"check", path("a")});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr(path("a") + ": offset 0x400: level 2 table 0 is said to be at 0x7F"));
}

TEST_F(DiskCommand, RepairClosesAFileThatWasLeftOpen) {
  run({"create", path("a"), "3330", "--volume", "VMRES1"});
  std::string bytes = folder_.read("a");
  bytes[515] = static_cast<char>(bytes[515] | 0x80);
  folder_.write("a", {bytes.begin(), bytes.end()});
  EXPECT_THAT(run({"info", path("a")}), HasSubstr("was not closed"));
  run({"check", path("a")});
  EXPECT_THAT(run({"info", path("a")}), HasSubstr("was not closed"));
  run({"check", path("a"), "--repair"});
  EXPECT_THAT(run({"info", path("a")}), testing::Not(HasSubstr("was not closed")));
}

TEST_F(DiskCommand, CompressTellsWhatItSaves) {
  run({"create", path("a"), "3330", "--volume", "VMRES1"});
  EXPECT_THAT(run({"compress", path("a")}), HasSubstr("bytes saved"));
  run({"check", path("a")});
}

TEST_F(DiskCommand, NothingIsOverwritten) {
  run({"create", path("a"), "2311"});
  const ProcessResult result = run_badly({"create", path("a"), "2311"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr(path("a") + ": there is such a file already"));
  EXPECT_FALSE(std::filesystem::exists(path("a.new")));
}

TEST_F(DiskCommand, WrongRequestsAreExplained) {
  EXPECT_THAT(run_badly({"create", path("a"), "3390"}).err,
              HasSubstr("3390: no such drive, expected one of 2305-1 2305-2 2311"));
  EXPECT_THAT(run_badly({"create", path("a"), "3330", "--volume", "toolong"}).err,
              HasSubstr("expected 1 to 6 characters"));
  EXPECT_THAT(run_badly({"create", path("a"), "3330", "--volume", "abc"}).err, HasSubstr("expected capital letters"));
  EXPECT_THAT(run_badly({"create", path("a"), "3330", "--size", "412"}).err, HasSubstr("a 3330 has 1 to 411"));
  EXPECT_EQ(run_badly({"create", path("a"), "3330", "--format", "lzma"}).status, 2);
  EXPECT_EQ(run_badly({"info", path("none")}).status, 2);
  EXPECT_EQ(run_badly({"check", path("none")}).status, 2);
  EXPECT_EQ(run_badly({}).status, 2);
  EXPECT_FALSE(std::filesystem::exists(path("a")));
}

}  // namespace
}  // namespace replica::tools
