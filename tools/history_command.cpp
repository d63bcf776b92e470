#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <set>

#include "tools/commands.h"
#include "tools/files.h"
#include "tools/history/benchmark_file.h"
#include "tools/history/comparison.h"
#include "tools/history/history_database.h"
#include "tools/history/selection.h"
#include "tools/history/trends.h"
#include "tools/output.h"
#include "tools/text_table.h"

namespace replica::tools {
namespace {

using namespace history;

constexpr const char* kFooter =
    "Results are files that Google Benchmark wrote as JSON (--benchmark_out=FILE), or 'replica overhead'.\n"
    "Example: replica history compare HEAD~1 new.json --threshold 5%";

Result<std::unique_ptr<HistoryDatabase>> open_history(const std::string& path) {
  if (!path.empty()) return HistoryDatabase::open(path);
  const auto usual = HistoryDatabase::usual_path();
  if (!usual) return tl::unexpected(usual.error());
  return HistoryDatabase::open(*usual);
}

Result<std::vector<Run>> all_runs(const std::string& path) {
  const auto database = open_history(path);
  if (!database) return tl::unexpected(database.error());
  return (*database)->runs();
}

void add_database_option(CLI::App* command, std::string& path) {
  command->add_option("--database", path, "The history; replica/history.db among the user's data if left out")
      ->type_name("FILE");
}

// Each value once, in their order.
std::string joined(const std::set<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ", ") + (value.empty() ? "-" : value);
  return text;
}

std::string engines_of(const Run& run) {
  std::set<std::string> engines;
  for (const Measurement& measurement : run.measurements) engines.insert(measurement.engine);
  return joined(engines);
}

std::size_t benchmarks_of(const Run& run) {
  std::set<std::pair<std::string, std::string>> benchmarks;
  for (const Measurement& measurement : run.measurements) benchmarks.emplace(measurement.benchmark, measurement.engine);
  return benchmarks.size();
}

// ---- add ----

struct AddRequest {
  std::string database;
  std::vector<std::string> files;
  Labels labels;
};

Result<std::vector<Run>> read_files(const AddRequest& request) {
  std::vector<Run> runs;
  for (const std::string& file : request.files) {
    auto run = read_benchmark_file(file, request.labels);
    if (!run) return tl::unexpected(run.error());
    if (run->commit.empty()) run->commit = checked_out_commit();
    if (run->commit.empty())
      return fail(
          "{}: found no commit, neither in its context nor, by git, in the current directory; expected one, or "
          "--commit",
          file);
    if (run->host.empty()) return fail("{}: found no host_name in its context, expected one, or --host", file);
    runs.push_back(std::move(*run));
  }
  return runs;
}

Result<ExitStatus> add(const AddRequest& request) {
  auto runs = read_files(request);
  if (!runs) return tl::unexpected(runs.error());
  const auto database = open_history(request.database);
  if (!database) return tl::unexpected(database.error());
  if (Status added = (*database)->add(*runs); !added) return tl::unexpected(added.error());
  std::string text;
  for (const Run& run : *runs)
    text += fmt::format("{}: run {}, {} benchmarks of commit {} on {}, engine {}\n", run.source, run.id,
                        benchmarks_of(run), short_commit(run.commit), run.host, engines_of(run));
  return print(text);
}

void add_add(CLI::App* group, Action& action) {
  const auto request = std::make_shared<AddRequest>();
  CLI::App* command = group->add_subcommand("add", "Add files of results; all of them or, if one is damaged, none");
  command->add_option("files", request->files, "The results")->type_name("FILE")->required();
  command->add_option("--commit", request->labels.commit,
                      "The commit they are of; \"commit\" of the file's context, or what is checked out, if left out");
  command->add_option("--host", request->labels.host, "The host they are of; the file's if left out");
  command->add_option("--engine", request->labels.engine,
                      "The engine; \"engine\" of the context, or a part of the benchmark's name, if left out");
  command->add_option("--tag", request->labels.tag, "A name by which to compare the runs");
  add_database_option(command, request->database);
  command->callback([request, &action] { action = [request] { return add(*request); }; });
}

// ---- list ----

Result<ExitStatus> list(const std::string& path) {
  const auto runs = all_runs(path);
  if (!runs) return tl::unexpected(runs.error());
  TextTable table{{"run", "commit", "tag", "host", "date", "benchmarks", "engines", "file"}, {}};
  for (const Run& run : *runs)
    table.rows.push_back({fmt::to_string(run.id), short_commit(run.commit), run.tag, run.host, run.date,
                          fmt::to_string(benchmarks_of(run)), engines_of(run), run.source});
  return print(table.as_text());
}

void add_list(CLI::App* group, Action& action) {
  const auto path = std::make_shared<std::string>();
  CLI::App* command = group->add_subcommand("list", "List the runs of the history");
  add_database_option(command, *path);
  command->callback([path, &action] { action = [path] { return list(*path); }; });
}

// ---- What compare and page ask for ----

struct ComparisonRequest {
  std::string database;
  std::string threshold = "3%";
  std::string false_alarms = "5%";
  ComparisonOptions options;
};

void add_comparison_options(CLI::App* command, ComparisonRequest& request) {
  SampleOptions& samples = request.options.samples;
  command->add_option("--metric", samples.metric, "cpu_time, real_time, or a counter")->capture_default_str();
  command->add_flag("--higher-is-better", request.options.higher_is_better,
                    "Of this metric more is better; for rates (..._per_second) that goes without saying");
  command->add_option("--threshold", request.threshold, "The smallest change that matters")
      ->type_name("PERCENT")
      ->capture_default_str();
  command
      ->add_option("--false-alarms", request.false_alarms,
                   "How much of what is reported may be noise; if nothing has changed, how often anything is reported")
      ->type_name("PERCENT")
      ->capture_default_str();
  command->add_option("--filter", samples.filter, "Only benchmarks in whose names this is found")->type_name("REGEX");
  command->add_option("--engine", samples.engine, "Only this engine");
  command->add_option("--host", samples.host, "Only this host");
  add_database_option(command, request.database);
}

// "3%" and "3" are 0.03.
Result<double> parse_percent(const char* option, std::string text, double most) {
  const std::string as_written = text;
  if (text.ends_with('%')) text.pop_back();
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !(value > 0) || value > most)
    return fail("{}: found '{}', expected a percentage above 0 and up to {}", option, as_written, most);
  return value / 100;
}

Result<ComparisonOptions> check(const ComparisonRequest& request) {
  ComparisonOptions options = request.options;
  const auto threshold = parse_percent("--threshold", request.threshold, 1000);
  if (!threshold) return tl::unexpected(threshold.error());
  const auto false_alarms = parse_percent("--false-alarms", request.false_alarms, 50);
  if (!false_alarms) return tl::unexpected(false_alarms.error());
  options.threshold = *threshold;
  options.false_alarms = *false_alarms;
  return options;
}

// ---- compare ----

struct CompareRequest {
  ComparisonRequest comparison;
  std::string before;
  std::string after;
  bool all = false;
};

Result<ExitStatus> compare_runs(const CompareRequest& request) {
  const auto options = check(request.comparison);
  if (!options) return tl::unexpected(options.error());
  const auto runs = all_runs(request.comparison.database);
  if (!runs) return tl::unexpected(runs.error());
  const auto before = select_runs(request.before, *runs);
  if (!before) return tl::unexpected(before.error());
  const auto after = select_runs(request.after, *runs);
  if (!after) return tl::unexpected(after.error());
  const auto comparison = compare(*before, *after, *options);
  if (!comparison) return tl::unexpected(comparison.error());
  const ExitStatus printed = print(comparison_text(*comparison, *options, request.all));
  return comparison->has_regression() ? kFailure : printed;
}

void add_compare(CLI::App* group, Action& action) {
  const auto request = std::make_shared<CompareRequest>();
  CLI::App* command = group->add_subcommand("compare", "Tell what became slower or faster, and by how much");
  command->add_option("before", request->before, "A commit or a tag of the history, or a file of results")->required();
  command->add_option("after", request->after, "The same")->required();
  command->add_flag("--all", request->all, "Also list what has not changed");
  command->add_flag("--across-hosts", request->comparison.options.samples.across_hosts,
                    "Compare although the hosts are different");
  add_comparison_options(command, request->comparison);
  command->footer(
      "The exit status is 1 if anything became worse or fails now, 0 if not, 2 if nothing could be compared.");
  command->callback([request, &action] { action = [request] { return compare_runs(*request); }; });
}

// ---- page ----

struct PageRequest {
  ComparisonRequest comparison;
  std::string file = "history.html";
};

Result<ExitStatus> write_page(const PageRequest& request) {
  const auto options = check(request.comparison);
  if (!options) return tl::unexpected(options.error());
  const auto runs = all_runs(request.comparison.database);
  if (!runs) return tl::unexpected(runs.error());
  const auto page = trends_page(*runs, *options);
  if (!page) return tl::unexpected(page.error());
  auto file = create_file(request.file);
  if (!file) return tl::unexpected(file.error());
  const std::string text = report::to_html(*page);
  std::fwrite(text.data(), 1, text.size(), file->get());
  if (Status closed = close_file(std::move(*file)); !closed)
    return fail("{}: {}", request.file, closed.error().message);
  return print(fmt::format("{}: written\n", request.file));
}

void add_page(CLI::App* group, Action& action) {
  const auto request = std::make_shared<PageRequest>();
  CLI::App* command = group->add_subcommand("page", "Write a page of trends, for a browser");
  command->add_option("file", request->file, "The page")->type_name("FILE")->capture_default_str();
  add_comparison_options(command, request->comparison);
  command->callback([request, &action] { action = [request] { return write_page(*request); }; });
}

}  // namespace

void add_history_command(CLI::App& app, Action& action) {
  CLI::App* group = app.add_subcommand("history", "Keep results of benchmarks by commit, and tell what changed");
  group->require_subcommand(1);
  group->footer(kFooter);
  add_add(group, action);
  add_list(group, action);
  add_compare(group, action);
  add_page(group, action);
}

}  // namespace replica::tools
