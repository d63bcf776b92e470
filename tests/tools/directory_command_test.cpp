// `replica directory check` and `hash`.
#include <gmock/gmock.h>

#include "tests/tools/replica_process.h"

namespace replica::tools {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class DirectoryCommand : public testing::Test {
 protected:
  std::string write(const std::string& text) { return folder_.write("users.direct", {text.begin(), text.end()}); }

  TemporaryFolder folder_;
};

TEST_F(DirectoryCommand, CheckTellsAllErrors) {
  const std::string path = write("USER A SECRET 1M\nMDISK 191 3330 1 10 V\nMDISK 192 3330 10 10 V\nUSER A NOLOG\n");
  const ProcessResult result = run_replica({"directory", "check", path});
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(
      result.err,
      AllOf(HasSubstr(path + ":1: found a password in plain text"), HasSubstr("'replica directory hash " + path + "'"),
            HasSubstr("\n" + path + ":3: MDISK: "), HasSubstr("\n" + path + ":4: USER: "), Not(HasSubstr("SECRET"))));
}

TEST_F(DirectoryCommand, HashMakesADirectoryThatPasses) {
  const std::string path = write(
      "DIRECTORY 190 3330 V\nUSER A SECRET 1M\nMDISK 191 3330 1 10 V MR ALL PASS\nUSER B NOLOG\n"
      "LINK A 191\n");
  EXPECT_EQ(run_replica({"directory", "hash", path}).out, path + ": 2 passwords replaced by their hashes\n");
  const ProcessResult check = run_replica({"directory", "check", path});
  EXPECT_EQ(check.status, 0) << check.err;
  EXPECT_EQ(check.out, path + ":1: DIRECTORY has no effect: the directory is this file\n" + path +
                           ": 2 users, 1 minidisk, 1 link, no errors\n");
  EXPECT_THAT(folder_.read("users.direct"), AllOf(Not(HasSubstr("SECRET")), Not(HasSubstr("PASS"))));
}

TEST_F(DirectoryCommand, HashLeavesABadDirectoryAlone) {
  const std::string text = "USER A SECRET 1M\nWHAT\n";
  const std::string path = write(text);
  const ProcessResult result = run_replica({"directory", "hash", path});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr(path + ":2: found the unknown statement 'WHAT'"));
  EXPECT_EQ(folder_.read("users.direct"), text);
}

}  // namespace
}  // namespace replica::tools
