#include "tools/history/trends.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/tools/history/results.h"
#include "tests/tools/report/browser.h"

namespace replica::history {
namespace {

using report::Plot;
using report::Table;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Three commits, added out of their order; the last one is slower by a half in sieve with DAT.
std::vector<history::Run> three_commits() {
  std::mt19937_64 random(1);
  std::vector<history::Run> runs;
  for (const char day : {'3', '1', '2'}) {
    history::Run run = run_of(std::string("commit") + day);
    run.date = std::string("2026-01-0") + day;
    add_times(run, "sieve/tiered/dat:off", noisy_times(random, 2e6, 9));
    add_times(run, "sieve/tiered/dat:on", noisy_times(random, day == '3' ? 6e6 : 4e6, 9));
    add_times(run, "svc", noisy_times(random, 700, 9));
    runs.push_back(run);
  }
  return runs;
}

report::Section section_of(const std::vector<history::Run>& runs) {
  const auto page = trends_page(runs, {});
  EXPECT_TRUE(page) << page.error().message;
  return page && !page->sections.empty() ? page->sections[0] : report::Section{};
}

template <typename T>
std::vector<T> blocks_of(const report::Section& section) {
  std::vector<T> blocks;
  for (const auto& block : section.blocks)
    if (const T* found = std::get_if<T>(&block)) blocks.push_back(*found);
  return blocks;
}

TEST(TrendsPage, HasAPlotForEachGroupOfBenchmarks) {
  const auto plots = blocks_of<Plot>(section_of(three_commits()));
  ASSERT_THAT(plots, SizeIs(3));
  const Plot& sieve = plots[1];
  EXPECT_EQ(sieve.title, "sieve, tiered");
  EXPECT_THAT(sieve.x.categories, ElementsAre("commit1", "commit2", "commit3"));
  EXPECT_EQ(sieve.y.title, "CPU time, ms");
  ASSERT_THAT(sieve.series, SizeIs(2));
  EXPECT_EQ(sieve.series[1].name, "dat:on");
  ASSERT_THAT(sieve.series[1].points, SizeIs(3));
  const report::Point& last = sieve.series[1].points[2];
  EXPECT_EQ(last.x, 2);
  EXPECT_NEAR(last.y, 6, 0.1);
  ASSERT_TRUE(last.interval);
  EXPECT_LE(last.interval->low, last.y);
  EXPECT_GE(last.interval->high, last.y);
  EXPECT_EQ(plots[2].title, "svc, tiered");
  EXPECT_EQ(plots[2].y.title, "CPU time, ns");
}

// The cube root of 1.5 is 1.145.
TEST(TrendsPage, BeginsWithTheMeanOfAll) {
  const Plot overview = blocks_of<Plot>(section_of(three_commits()))[0];
  ASSERT_THAT(overview.series, SizeIs(1));
  EXPECT_EQ(overview.series[0].points[0].y, 100);
  EXPECT_NEAR(overview.series[0].points[2].y, 114.5, 2);
}

TEST(TrendsPage, MarksWhatTheLastCommitChanged) {
  const auto tables = blocks_of<Table>(section_of(three_commits()));
  ASSERT_THAT(tables, SizeIs(1));
  EXPECT_EQ(tables[0].title, "commit3 beside commit2");
  ASSERT_THAT(tables[0].rows, SizeIs(3));
  EXPECT_EQ(tables[0].rows[0][3].mood, report::Mood::plain);
  EXPECT_EQ(tables[0].rows[1][0].text, "sieve/tiered/dat:on");
  EXPECT_EQ(tables[0].rows[1][3].mood, report::Mood::bad);
}

TEST(TrendsPage, KeepsHostsApartAndSplitsLargeGroups) {
  std::vector<history::Run> runs = {run_of("a", "fast"), run_of("a", "slow")};
  add_times(runs[0], "sieve", {1, 2});
  for (int i = 0; i < 10; ++i) add_times(runs[1], fmt::format("sieve/{}", i), {1, 2});
  const auto page = trends_page(runs, {});
  ASSERT_TRUE(page);
  ASSERT_THAT(page->sections, SizeIs(2));
  EXPECT_EQ(page->sections[0].title, "fast");
  const auto plots = blocks_of<Plot>(page->sections[1]);
  ASSERT_THAT(plots, SizeIs(3));
  EXPECT_THAT(plots[1].series, SizeIs(8));
  EXPECT_THAT(plots[2].series, SizeIs(2));
}

TEST(TrendsPage, OfNothingIsAnError) {
  const auto page = trends_page(three_commits(), {.samples = {.metric = "x"}});
  ASSERT_FALSE(page);
  EXPECT_THAT(page.error().message, HasSubstr("no results of the metric 'x'"));
  EXPECT_FALSE(trends_page({}, {}));
}

TEST(TrendsPage, IsDrawnByABrowser) {
  if (!report::has_browser()) GTEST_SKIP() << "there is no chromium; tools/install-packages test";
  const auto page = trends_page(three_commits(), {});
  ASSERT_TRUE(page);
  const auto findings = report::load_in_browser(report::to_html(*page));
  ASSERT_TRUE(findings) << findings.error().message;
  EXPECT_THAT((*findings)["problems"], IsEmpty());
  ASSERT_EQ((*findings)["colours"].size(), 3u);
  for (const auto& canvas : (*findings)["colours"]) EXPECT_GT(canvas.value("#0072b2", 0), 100);
}

}  // namespace
}  // namespace replica::history
