#include "tools/overhead/overhead_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/overhead/results_fixture.h"
#include "tests/tools/report/browser.h"

namespace replica::overhead {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page() {
  const Results results = sample_results();
  const CostTable costs = default_cost_table();
  std::vector<Summary> summaries;
  for (const Measurement& measurement : results.measurements) summaries.push_back(summarize(measurement, costs));
  return overhead_page(results, summaries, costs);
}

TEST(OverheadPage, TellsWhatWasMeasuredWhereAndWhen) {
  const std::string html = page();
  EXPECT_THAT(html, HasSubstr("1974-05-06T12:00:00+00:00, on here, engine tiered"));
  EXPECT_THAT(html, HasSubstr("io &lt;script&gt;"));
  EXPECT_THAT(html, Not(HasSubstr("io <script>")));
  EXPECT_THAT(html, HasSubstr("rest, unexplained"));
}

// Four plots: by workload, by rate, the parts, and then; each with a band.
TEST(OverheadPage, DrawsItsPlotsInABrowserWithoutAskingForAnything) {
  if (!report::has_browser()) GTEST_SKIP() << "there is no chromium";
  const auto seen = report::load_in_browser(page());
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ((*seen)["problems"], nlohmann::json::array());
  EXPECT_EQ((*seen)["resources"], 0);
  ASSERT_EQ((*seen)["colours"].size(), 4u);
  for (const auto& colours : (*seen)["colours"]) EXPECT_GT(colours.size(), 3u);
}

}  // namespace
}  // namespace replica::overhead
