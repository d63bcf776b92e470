// A report as one HTML page, with texts, tables and plots. The page is a single file that refers to no other: it opens without
// a network and can be mailed. What is in the structures is text and numbers; all of it is escaped, so that a name from a file
// may have any characters. Chart.js, which is embedded into the program, draws the plots in the reader's browser (page.js).
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace replica::report {

struct Paragraph {
  std::string text;
};

enum class Mood { plain, good, bad };

struct Cell {
  std::string text;
  Mood mood = Mood::plain;  // told by colour and by a sign beside the text
};

struct Table {
  std::string title;  // may be empty
  std::vector<std::string> headings;
  std::vector<std::vector<Cell>> rows;  // as many cells each as there are headings
  std::size_t text_columns = 1;         // so many are words, at the left; the others are numbers
};

// From low to high, in the units of the axis.
struct Range {
  double low;
  double high;
};

struct Point {
  double x = 0;                        // if the axis has categories, the number of one, from 0
  double y = 0;                        // not finite: nothing is drawn here
  std::optional<Range> interval = {};  // of y, drawn as a bar with ends
  std::string note = {};               // shown beside the value when the reader points at it
};

struct Series {
  std::string name;
  std::vector<Point> points;
};

struct Axis {
  std::string title;                         // with the unit
  std::vector<std::string> categories = {};  // of x alone, and always for bars; else the axis has numbers
  bool logarithmic = false;                  // no value may be 0 or less
};

// A part of the y axis that is shaded over the whole width.
struct Band {
  Range range;
  std::string label;
};

enum class PlotKind {
  bars,          // the series side by side, in each category
  stacked_bars,  // the series on one another; intervals are not drawn
  lines,
  scatter,
};

struct Plot {
  PlotKind kind;
  std::string title;
  std::string description;  // may be empty
  Axis x;
  Axis y;
  std::vector<Series> series;  // up to 8 have a colour of their own
  std::optional<Band> band = {};
};

using Block = std::variant<Paragraph, Table, Plot>;

struct Section {
  std::string title;
  std::vector<Block> blocks;  // plots that follow one another stand side by side if there is room
};

struct Page {
  std::string title;
  std::string subtitle;  // may be empty
  std::vector<Section> sections;
};

// The text of the file.
std::string to_html(const Page& page);

}  // namespace replica::report
