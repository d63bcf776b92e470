#include "tools/history/history_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/history/results.h"
#include "tests/tools/temporary_folder.h"

namespace replica::history {
namespace {

using testing::HasSubstr;

class HistoryDatabaseTest : public testing::Test {
 protected:
  std::unique_ptr<HistoryDatabase> open() {
    auto database = HistoryDatabase::open(folder_.path("new/folder/history.db"));
    EXPECT_TRUE(database) << database.error().message;
    return database ? std::move(*database) : nullptr;
  }
  std::vector<history::Run> runs() {
    auto runs = open()->runs();
    EXPECT_TRUE(runs) << runs.error().message;
    return runs ? *runs : std::vector<history::Run>{};
  }

  tools::TemporaryFolder folder_;
};

history::Run sample_run(u64 fingerprint) {
  history::Run run = run_of("abc");
  run.tag = "t";
  run.fingerprint = fingerprint;
  add_times(run, "sieve", {1.5, 2.5});
  run.measurements[1].values["faults"] = -1e300;
  run.measurements.push_back({.benchmark = "sieve", .engine = "", .aggregate = "median", .values = {{"cpu_time", 2}}});
  run.measurements.push_back({.benchmark = "move", .engine = "", .error = "no image"});
  return run;
}

TEST_F(HistoryDatabaseTest, KeepsEverythingOfARun) {
  std::vector<history::Run> added = {sample_run(~u64{0}), sample_run(2)};
  ASSERT_TRUE(open()->add(added));
  EXPECT_EQ(added[1].id, 2);
  const auto kept = runs();
  ASSERT_EQ(kept.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(kept[i].id, added[i].id);
    EXPECT_EQ(kept[i].commit, "abc");
    EXPECT_EQ(kept[i].host, "fast");
    EXPECT_EQ(kept[i].tag, "t");
    EXPECT_EQ(kept[i].date, added[i].date);
    EXPECT_EQ(kept[i].source, "abc.json");
    EXPECT_EQ(kept[i].fingerprint, added[i].fingerprint);
    ASSERT_EQ(kept[i].measurements.size(), 4u);
    for (std::size_t j = 0; j < 4; ++j) {
      const Measurement& is = kept[i].measurements[j];
      const Measurement& was = added[i].measurements[j];
      EXPECT_EQ(is.benchmark, was.benchmark);
      EXPECT_EQ(is.engine, was.engine);
      EXPECT_EQ(is.aggregate, was.aggregate);
      EXPECT_EQ(is.repetition, was.repetition);
      EXPECT_EQ(is.iterations, was.iterations);
      EXPECT_EQ(is.error, was.error);
      EXPECT_EQ(is.values, was.values);
    }
  }
}

TEST_F(HistoryDatabaseTest, TakesNoFileTwiceAndNothingHalf) {
  std::vector<history::Run> first = {sample_run(1)};
  ASSERT_TRUE(open()->add(first));
  std::vector<history::Run> both = {sample_run(2), sample_run(1)};
  const Status again = open()->add(both);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, "abc.json: found the file that is run 1 already, expected a new one");
  EXPECT_EQ(runs().size(), 1u);
}

TEST_F(HistoryDatabaseTest, RefusesWhatIsNoHistory) {
  const std::string path = folder_.write("a.db", std::vector<u8>(2000, 'x'));
  const auto database = HistoryDatabase::open(path);
  ASSERT_FALSE(database);
  EXPECT_THAT(database.error().message, HasSubstr("is no history"));
  EXPECT_EQ(folder_.read("a.db"), std::string(2000, 'x'));
}

}  // namespace
}  // namespace replica::history
