#include "tools/report/page.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "base/check.h"

namespace replica::report {

// Embedded when this is built; see CMakeLists.txt.
extern const std::string_view kChartLibrary;
extern const std::string_view kChartLibraryLicense;
extern const std::string_view kPageScript;
extern const std::string_view kPageStyle;

namespace {

using nlohmann::json;

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      case '\'': result += "&#39;"; break;
      default: result += c;
    }
  }
  return result;
}

// As text that may stand in a script element, which ends at the first "</script" whatever its language says.
std::string script_text(const json& value) {
  std::string result;
  for (const char c : value.dump(-1, ' ', false, json::error_handler_t::replace)) {
    if (c == '<') {
      result += "\\u003c";
    } else {
      result += c;
    }
  }
  return result;
}

const char* name_of(PlotKind kind) {
  switch (kind) {
    case PlotKind::bars: return "bars";
    case PlotKind::stacked_bars: return "stacked";
    case PlotKind::lines: return "lines";
    case PlotKind::scatter: return "scatter";
  }
  CHECK(false);
}

json json_of(const Range& range) { return {{"low", range.low}, {"high", range.high}}; }

// Numbers that are not finite become null.
json json_of(const Point& point) {
  json result = {{"x", point.x}, {"y", point.y}};
  if (point.interval) result["interval"] = json_of(*point.interval);
  if (!point.note.empty()) result["note"] = point.note;
  return result;
}

json json_of(const Series& series) {
  json points = json::array();
  for (const Point& point : series.points) points.push_back(json_of(point));
  return {{"name", series.name}, {"points", std::move(points)}};
}

json json_of(const Axis& axis) {
  return {{"title", axis.title}, {"categories", axis.categories}, {"logarithmic", axis.logarithmic}};
}

json json_of(const Plot& plot) {
  json result = {{"kind", name_of(plot.kind)}, {"x", json_of(plot.x)}, {"y", json_of(plot.y)}};
  result["series"] = json::array();
  for (const Series& series : plot.series) result["series"].push_back(json_of(series));
  if (plot.band) {
    result["band"] = json_of(plot.band->range);
    result["band"]["label"] = plot.band->label;
  }
  return result;
}

// Collects the body, and what the plots in it need.
class Writer {
 public:
  void write(const Section& section) {
    body_ += fmt::format("<section>\n<h2>{}</h2>\n", escaped(section.title));
    for (const Block& block : section.blocks) {
      set_side_by_side(std::holds_alternative<Plot>(block));
      std::visit([&](const auto& what) { write(what); }, block);
    }
    set_side_by_side(false);
    body_ += "</section>\n";
  }

  const std::string& body() const { return body_; }
  const json& plots() const { return plots_; }

 private:
  void write(const Paragraph& paragraph) { body_ += fmt::format("<p>{}</p>\n", escaped(paragraph.text)); }

  void write(const Table& table) {
    body_ += "<div class=\"table\"><table>\n";
    if (!table.title.empty()) body_ += fmt::format("<caption>{}</caption>\n", escaped(table.title));
    body_ += "<thead><tr>";
    for (std::size_t column = 0; column < table.headings.size(); ++column)
      body_ += fmt::format("<th scope=\"col\"{}>{}</th>", column < table.text_columns ? "" : " class=\"number\"",
                           escaped(table.headings[column]));
    body_ += "</tr></thead>\n<tbody>\n";
    for (const auto& row : table.rows) {
      CHECK(row.size() == table.headings.size());
      body_ += "<tr>";
      for (std::size_t column = 0; column < row.size(); ++column) write(row[column], column < table.text_columns);
      body_ += "</tr>\n";
    }
    body_ += "</tbody></table></div>\n";
  }

  void write(const Cell& cell, bool is_text) {
    const char* mood = cell.mood == Mood::good ? " good" : cell.mood == Mood::bad ? " bad" : "";
    body_ += fmt::format("<td class=\"{}{}\">{}</td>", is_text ? "text" : "number", mood, escaped(cell.text));
  }

  void write(const Plot& plot) {
    const std::string title = escaped(plot.title);
    body_ += fmt::format("<figure>\n<figcaption><h3>{}</h3>", title);
    if (!plot.description.empty()) body_ += fmt::format("<p>{}</p>", escaped(plot.description));
    body_ += fmt::format(
        "</figcaption>\n<div class=\"plot\"><canvas data-plot=\"{}\" role=\"img\" aria-label=\"{}\"></canvas></div>\n"
        "</figure>\n",
        plots_.size(), title);
    plots_.push_back(json_of(plot));
  }

  void set_side_by_side(bool wanted) {
    if (wanted != side_by_side_) body_ += wanted ? "<div class=\"plots\">\n" : "</div>\n";
    side_by_side_ = wanted;
  }

  std::string body_;
  json plots_ = json::array();
  bool side_by_side_ = false;
};

// The scripts are ours, or the library's; that they do not end their element is seen when the page is tested.
constexpr const char* kPage = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
{subtitle}</header>
<main>
{body}</main>
<noscript><p>The plots need JavaScript.</p></noscript>
<script type="text/plain" id="license-of-chart-js">
{license}</script>
<script>{library}</script>
<script type="application/json" id="plots">{plots}</script>
<script>
{script}</script>
</body>
</html>
)";

}  // namespace

std::string to_html(const Page& page) {
  Writer writer;
  for (const Section& section : page.sections) writer.write(section);
  const std::string subtitle =
      page.subtitle.empty() ? "" : fmt::format("<p class=\"subtitle\">{}</p>\n", escaped(page.subtitle));
  return fmt::format(kPage, fmt::arg("title", escaped(page.title)), fmt::arg("style", kPageStyle),
                     fmt::arg("subtitle", subtitle), fmt::arg("body", writer.body()),
                     fmt::arg("license", kChartLibraryLicense), fmt::arg("library", kChartLibrary),
                     fmt::arg("plots", script_text(writer.plots())), fmt::arg("script", kPageScript));
}

}  // namespace replica::report
