// `replica history`, as it is used.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/tools/replica_process.h"

namespace replica::tools {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// What kernel_benchmarks wrote on a host with other work, twice of the same program, with 10 repetitions.
const std::string kFirst = REPLICA_SOURCE_DIR "/tests/tools/history/kernels-1.json";
const std::string kSecond = REPLICA_SOURCE_DIR "/tests/tools/history/kernels-2.json";
constexpr const char* kPlanted = "sieve/tiered/dat:off/key:0";

class HistoryCommand : public testing::Test {
 protected:
  ProcessResult history(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "history");
    arguments.insert(arguments.end(), {"--database", folder_.path("history.db")});
    return run_replica(arguments);
  }
  std::string write(const std::string& name, const std::string& text) {
    return folder_.write(name, {text.begin(), text.end()});
  }
  // The second file, in which one benchmark takes longer by the factor.
  std::string write_slower(double factor) {
    json file = json::parse(std::ifstream(kSecond));
    for (json& benchmark : file["benchmarks"]) {
      if (benchmark["run_name"] != kPlanted) continue;
      for (const char* time : {"real_time", "cpu_time"}) benchmark[time] = benchmark[time].get<double>() * factor;
    }
    return write("slower.json", file.dump());
  }

  TemporaryFolder folder_;
};

TEST_F(HistoryCommand, FindsAPlantedSlowdown) {
  const auto compared = history({"compare", kFirst, write_slower(1.1)});
  EXPECT_EQ(compared.status, 1) << compared.out << compared.err;
  EXPECT_THAT(compared.out, HasSubstr(std::string("SLOWER  ") + kPlanted));
  EXPECT_THAT(compared.out, HasSubstr(": 1 SLOWER,"));
  EXPECT_THAT(compared.out, Not(HasSubstr("faster")));
}

TEST_F(HistoryCommand, FindsNothingInNoise) {
  const auto compared = history({"compare", kFirst, kSecond});
  EXPECT_EQ(compared.status, 0) << compared.out << compared.err;
  EXPECT_THAT(compared.out, HasSubstr(": 0 SLOWER,"));
  EXPECT_THAT(compared.out, Not(HasSubstr("faster")));
}

TEST_F(HistoryCommand, KeepsRunsAndComparesThem) {
  EXPECT_EQ(history({"add", kFirst, "--commit", "aaaa0000", "--tag", "before"}).status, 0);
  const auto added = history({"add", write_slower(1.1), "--commit", "bbbb0000"});
  EXPECT_EQ(added.status, 0) << added.err;
  EXPECT_THAT(added.out, HasSubstr("benchmarks of commit bbbb0000 on bench, engine interpreter, tiered\n"));
  const auto listed = history({"list"});
  EXPECT_EQ(listed.status, 0) << listed.err;
  EXPECT_THAT(listed.out, HasSubstr("1    aaaa0000  before  bench"));
  EXPECT_THAT(listed.out, HasSubstr("2    bbbb0000"));
  EXPECT_EQ(history({"compare", "before", "bbbb"}).status, 1);
  EXPECT_EQ(history({"compare", "bbbb", "aaaa"}).status, 0) << "it became faster";
  EXPECT_EQ(history({"compare", "aaaa", kSecond}).status, 0);
  EXPECT_EQ(history({"compare", "aaaa", "bbbb", "--threshold", "20%"}).status, 0);
  EXPECT_EQ(history({"compare", "aaaa", "bbbb", "--filter", "svc"}).status, 0);
  const auto unknown = history({"compare", "aaaa", "cccc"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.err, HasSubstr("cccc: found no such file, and in the history neither"));
}

TEST_F(HistoryCommand, TakesTheCommitFromGit) {
  const auto repository = folder_.path("repository");
  std::filesystem::create_directory(repository);
  const std::string git = "git -C '" + repository + "' -c user.name=a -c user.email=a@b ";
  if (std::system((git + "init -q && " + git + "commit -q --allow-empty -m x").c_str()) != 0) GTEST_SKIP() << "no git";
  const std::vector<std::string> database = {"--database", folder_.path("history.db")};
  const auto added = run_replica({"history", "add", kFirst, database[0], database[1]}, repository);
  EXPECT_EQ(added.status, 0) << added.err;
  const auto compared = run_replica({"history", "compare", "HEAD", kSecond, database[0], database[1]}, repository);
  EXPECT_EQ(compared.status, 0) << compared.err;
}

TEST_F(HistoryCommand, RecordsNothingOfDamagedFiles) {
  const auto added = history({"add", kFirst, write("damaged.json", "{\n\"context\": }"), "--commit", "aaaa0000"});
  EXPECT_EQ(added.status, 2);
  EXPECT_THAT(added.err, HasSubstr("damaged.json: found no JSON: parse error at line 2, column 12"));
  EXPECT_THAT(history({"list"}).out, Not(HasSubstr("aaaa0000")));
}

TEST_F(HistoryCommand, WritesAPage) {
  ASSERT_EQ(history({"add", kFirst, "--commit", "aaaa0000"}).status, 0);
  ASSERT_EQ(history({"add", kSecond, "--commit", "bbbb0000"}).status, 0);
  const auto written = history({"page", folder_.path("page.html")});
  EXPECT_EQ(written.status, 0) << written.err;
  EXPECT_THAT(folder_.read("page.html"), HasSubstr("bbbb0000 beside aaaa0000"));
  EXPECT_EQ(history({"page", folder_.path("page.html"), "--engine", "none"}).status, 2);
}

TEST_F(HistoryCommand, RefusesPercentagesThatAreNone) {
  for (const char* text : {"x", "", "-1", "nan", "0", "3%%"}) {
    const auto compared = history({"compare", kFirst, kSecond, std::string("--threshold=") + text});
    EXPECT_EQ(compared.status, 2) << text;
  }
  EXPECT_EQ(history({"compare", kFirst, kSecond, "--false-alarms", "51%"}).status, 2);
}

}  // namespace
}  // namespace replica::tools
