#include "tools/report/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/tools/report/browser.h"

namespace replica::report {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kHostile = "</script><script>alert(\"1\")</script>&'<b>";
constexpr const char* kEscaped = "&lt;/script&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;&lt;b&gt;";

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

Page page_of(Block block) { return {"Title", "", {{"Section", {std::move(block)}}}}; }

// Two series in three categories, of which the second has no value in the last.
Plot plot_of(PlotKind kind) {
  return {.kind = kind,
          .title = "Overhead by workload",
          .description = "Medians with 95% intervals.",
          .x = {.title = "workload", .categories = {"compute", "commercial", "batch"}},
          .y = {.title = "overhead, %"},
          .series = {{"none", {{0, 4, Range{3, 5}}, {1, 12, Range{11, 14}}, {2, 18, Range{17, 20}}}},
                     {"vma", {{0, 1, Range{0.5, 1.5}}, {1, 6, Range{5, 7}}}}},
          .band = Band{{10, 15}, "the band of the paper"}};
}

// Of numbers on both axes.
Plot scatter_plot() {
  return {.kind = PlotKind::scatter,
          .title = "Overhead against events",
          .description = "",
          .x = {.title = "events per million instructions", .logarithmic = true},
          .y = {.title = "overhead, %"},
          .series = {{"none", {{100, 1, Range{0.5, 1.5}}, {1000, 4}, {20000, 30}}}, {"vma", {{150, 0.5}, {2000, 2}}}}};
}

TEST(Page, EscapesEveryText) {
  const std::string h = kHostile;
  Plot plot = plot_of(PlotKind::bars);
  plot.title = plot.description = plot.x.title = plot.y.title = plot.series[0].name = plot.band->label = h;
  plot.x.categories[0] = plot.series[0].points[0].note = h;
  const Page page = {h, h, {{h, {Paragraph{h}, Table{h, {h, h}, {{{h}, {h}}}}, plot}}}};
  const std::string html = to_html(page);
  EXPECT_THAT(html, Not(HasSubstr("alert(\"1\")")));
  EXPECT_THAT(html, Not(HasSubstr("</script><script>alert")));
  // Title twice; subtitle, heading, paragraph; caption, two headings, two cells; the plot's title twice, its description.
  EXPECT_EQ(count(html, kEscaped), 13u);
  // In the data of the plots: axes, category, series, note, band.
  EXPECT_EQ(count(html, "\\u003c/script>\\u003cscript>alert(\\\"1\\\")"), 6u);
}

TEST(Page, SurvivesTextThatIsNotUtf8) {
  Plot plot = plot_of(PlotKind::bars);
  plot.series[0].name = "\xFF\xC3";
  EXPECT_THAT(to_html(page_of(plot)), HasSubstr("data-plot"));
}

TEST(Page, AlignsNumbersAndMarksMoods) {
  const Table table = {
      "", {"benchmark", "change"}, {{{"sieve"}, {"+9.8%", Mood::bad}}, {{"move"}, {"-2%", Mood::good}}}};
  const std::string html = to_html(page_of(table));
  EXPECT_THAT(html, HasSubstr("<th scope=\"col\">benchmark</th><th scope=\"col\" class=\"number\">change</th>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"text\">sieve</td><td class=\"number bad\">+9.8%</td>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"number good\">-2%</td>"));
  EXPECT_THAT(html, Not(HasSubstr("<caption>")));
}

TEST(Page, CarriesTheLicenseOfTheLibrary) {
  const std::string html = to_html(page_of(Paragraph{"x"}));
  EXPECT_THAT(html, HasSubstr("Chart.js Contributors"));
  EXPECT_THAT(html, HasSubstr("Permission is hereby granted, free of charge"));
}

class PageInBrowser : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_browser()) GTEST_SKIP() << "there is no chromium; tools/install-packages test";
  }
  // Loads it; nothing may have gone wrong.
  nlohmann::json load(const Page& page) {
    const auto findings = load_in_browser(to_html(page));
    EXPECT_TRUE(findings) << findings.error().message;
    if (!findings) return nlohmann::json::object();
    EXPECT_THAT((*findings)["problems"], IsEmpty()) << findings->dump();
    EXPECT_EQ((*findings)["resources"], 0);
    return *findings;
  }
  // How many pixels of a canvas have the colour.
  static int pixels(const nlohmann::json& findings, std::size_t canvas, const char* colour) {
    return findings["colours"].at(canvas).value(colour, 0);
  }
};

// The colours of page.css.
constexpr const char* kFirst = "#0072b2";
constexpr const char* kSecond = "#d55e00";
constexpr const char* kText = "#1c2227";

TEST_F(PageInBrowser, DrawsEveryKindOfPlot) {
  Page page = {"Title", "", {{"Section", {}}}};
  for (const PlotKind kind : {PlotKind::bars, PlotKind::stacked_bars, PlotKind::lines})
    page.sections[0].blocks.push_back(plot_of(kind));
  page.sections[0].blocks.push_back(scatter_plot());
  const auto findings = load(page);
  ASSERT_EQ(findings["colours"].size(), 4u);
  for (std::size_t canvas = 0; canvas < 4; ++canvas) {
    EXPECT_GT(pixels(findings, canvas, kFirst), 100) << canvas;
    EXPECT_GT(pixels(findings, canvas, kSecond), 100) << canvas;
  }
  // The bars of 4, 12 and 18 cover more than those of 1 and 6.
  EXPECT_GT(pixels(findings, 0, kFirst), 3 * pixels(findings, 0, kSecond));
}

TEST_F(PageInBrowser, DrawsIntervalsAndBand) {
  Plot plot = plot_of(PlotKind::bars);
  plot.series.pop_back();
  Plot bare = plot;
  for (Point& point : bare.series[0].points) point.interval.reset();
  bare.band.reset();
  const auto findings = load({"Title", "", {{"Section", {plot, bare}}}});
  EXPECT_GT(pixels(findings, 0, kText), pixels(findings, 1, kText) + 20) << "lines of the intervals";
  // The band alone changes the background of a large part of the plot; a canvas is transparent where nothing is drawn.
  EXPECT_NE(findings["colours"][0], findings["colours"][1]);
}

TEST_F(PageInBrowser, LeavesOutWhatIsNotFinite) {
  Plot plot = plot_of(PlotKind::lines);
  plot.series[0].points[1].y = std::numeric_limits<double>::quiet_NaN();
  plot.series[0].points[1].interval.reset();
  EXPECT_GT(pixels(load(page_of(plot)), 0, kFirst), 100);
}

TEST_F(PageInBrowser, RunsNoScriptOfAHostileName) {
  Plot plot = plot_of(PlotKind::bars);
  plot.title = plot.series[0].name = plot.x.categories[0] = "</script><script>console.log('broken out')</script>";
  load(page_of(plot));
}

}  // namespace
}  // namespace replica::report
