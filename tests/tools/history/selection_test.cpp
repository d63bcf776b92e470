#include "tools/history/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/history/results.h"
#include "tests/tools/temporary_folder.h"

namespace replica::history {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SelectRuns : public testing::Test {
 protected:
  SelectRuns() {
    int id = 0;
    for (const char* commit : {"aaaa1111", "aaaa2222", "aaaa2222-dirty", "bbbb3333", "bbbb3333"}) {
      history_.push_back(run_of(commit));
      history_.back().id = ++id;
    }
    history_[0].tag = "old";
    history_[3].tag = "old";
  }
  std::vector<i64> ids(const std::string& name) {
    const auto runs = select_runs(name, history_);
    EXPECT_TRUE(runs) << runs.error().message;
    std::vector<i64> ids;
    if (runs)
      for (const history::Run& run : *runs) ids.push_back(run.id);
    return ids;
  }
  std::string refusal(const std::string& name) {
    const auto runs = select_runs(name, history_);
    return runs ? "selected" : runs.error().message;
  }

  std::vector<history::Run> history_;
};

TEST_F(SelectRuns, ByTheBeginningOfACommit) {
  EXPECT_THAT(ids("bbbb"), ElementsAre(4, 5));
  EXPECT_THAT(ids("aaaa2"), ElementsAre(2));
  EXPECT_THAT(ids("aaaa2222-dirty"), ElementsAre(3));
  EXPECT_EQ(refusal("aaaa"),
            "aaaa: found 2 commits that begin so, aaaa1111 and aaaa2222 among them; expected more of its digits");
}

TEST_F(SelectRuns, ByTag) { EXPECT_THAT(ids("old"), ElementsAre(1, 4)); }

TEST_F(SelectRuns, ByFile) {
  const tools::TemporaryFolder folder;
  const std::string text =
      benchmark_json(R"({"name": "x", "iterations": 1, "real_time": 1, "cpu_time": 1, "time_unit": "s"})");
  const std::string path = folder.write("bbbb", {text.begin(), text.end()});
  EXPECT_THAT(ids(path), ElementsAre(0));
  folder.write("damaged.json", {'{'});
  EXPECT_THAT(refusal(folder.path("damaged.json")), HasSubstr("found no JSON"));
}

TEST_F(SelectRuns, TellsWhatItLookedFor) {
  EXPECT_THAT(refusal("none"), HasSubstr("none: found no such file, and in the history neither this tag nor a commit"));
  EXPECT_THAT(refusal("'; echo \"$(id)\" #"), HasSubstr("found no such file"));
  EXPECT_THAT(refusal(""), HasSubstr("found no such file"));
}

TEST(ShortCommit, KeepsTheMarkOfChanges) {
  EXPECT_EQ(short_commit("0123456789abcdef"), "0123456789ab");
  EXPECT_EQ(short_commit("0123456789abcdef-dirty"), "0123456789ab-dirty");
  EXPECT_EQ(short_commit("v1"), "v1");
}

}  // namespace
}  // namespace replica::history
