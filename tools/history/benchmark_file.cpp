#include "tools/history/benchmark_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "tools/engine.h"
#include "tools/files.h"
#include "tools/hercules/fingerprint.h"

namespace replica::history {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 64 << 20;
constexpr std::size_t kLongestName = 1000;

// Fields of a benchmark that are numbers but no metrics.
constexpr std::array kNoMetrics = {
    "family_index", "per_family_instance_index", "repetitions", "repetition_index", "threads", "iterations"};

// What a field has, for a message: a short piece of its text.
std::string found(const json& object, const char* name) {
  const auto field = object.find(name);
  if (field == object.end()) return "nothing";
  std::string text = field->dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > 40) text = text.substr(0, 40) + "...";
  return text;
}

// An object of the file, with its place for messages.
class Object {
 public:
  Object(std::string place, const json& object) : place_(std::move(place)), object_(object) {}

  tl::unexpected<Error> wrong(const char* name, const char* expected) const {
    return fail("{}: field \"{}\": found {}, expected {}", place_, name, found(object_, name), expected);
  }
  bool has(const char* name) const { return object_.contains(name); }
  // Empty if there is no such field.
  Result<std::string> text(const char* name) const {
    const auto field = object_.find(name);
    if (field == object_.end()) return std::string();
    if (!field->is_string()) return wrong(name, "a string");
    return field->get<std::string>();
  }
  Result<std::string> name(const char* field) const {
    const auto value = text(field);
    if (value && (value->empty() || value->size() > kLongestName))
      return wrong(field, "a string of 1 to 1000 characters");
    return value;
  }
  // A whole number; 0 if there is no such field.
  Result<i64> count(const char* name) const {
    const auto field = object_.find(name);
    if (field == object_.end()) return 0;
    if (!field->is_number_integer() || field->get<double>() < 0 || field->get<double>() > 9e18)
      return wrong(name, "a whole number of at least 0");
    return field->get<i64>();
  }
  Result<bool> flag(const char* name) const {
    const auto field = object_.find(name);
    if (field == object_.end()) return false;
    if (!field->is_boolean()) return wrong(name, "true or false");
    return field->get<bool>();
  }
  const json& fields() const { return object_; }

 private:
  std::string place_;
  const json& object_;
};

std::optional<double> nanoseconds_of_unit(const std::string& unit) {
  if (unit == "ns") return 1;
  if (unit == "us") return 1e3;
  if (unit == "ms") return 1e6;
  if (unit == "s") return 1e9;
  return std::nullopt;
}

std::string engine_in_name(const std::string& benchmark) {
  for (std::size_t begin = 0; begin <= benchmark.size();) {
    const std::size_t end = std::min(benchmark.find('/', begin), benchmark.size());
    const std::string part = benchmark.substr(begin, end - begin);
    if (tools::check_engine({.name = part})) return part;
    begin = end + 1;
  }
  return "";
}

bool is_time(const std::string& metric) { return metric == "real_time" || metric == "cpu_time"; }

// All numbers of the benchmark that are not about the run itself.
Status read_values(const Object& object, bool is_repetition, Measurement& measurement) {
  const auto unit_name = object.text("time_unit");
  if (!unit_name) return tl::unexpected(unit_name.error());
  const auto kind = object.text("aggregate_unit");
  if (!kind) return tl::unexpected(kind.error());
  std::optional<double> unit = nanoseconds_of_unit(*unit_name);
  if (is_repetition && !unit) return object.wrong("time_unit", "\"ns\", \"us\", \"ms\" or \"s\"");
  if (*kind == "percentage" || !unit) unit = 1;
  for (const auto& [name, field] : object.fields().items()) {
    if (!field.is_number() || std::ranges::find(kNoMetrics, name) != kNoMetrics.end()) continue;
    const double value = field.get<double>() * (is_time(name) ? *unit : 1);
    if (!std::isfinite(value)) return object.wrong(name.c_str(), "a time of less than 1e308 ns");
    measurement.values[name] = value;
  }
  for (const char* time : {"real_time", "cpu_time"}) {
    if (!is_repetition) continue;
    const auto value = measurement.values.find(time);
    if (value == measurement.values.end() || value->second < 0) return object.wrong(time, "a number of at least 0");
  }
  return {};
}

// The error that a benchmark ended with; versions of Google Benchmark from 1.8 on call it "skipped".
Result<std::string> error_of(const Object& object) {
  const auto failed = object.flag("error_occurred");
  if (!failed) return tl::unexpected(failed.error());
  if (!*failed && !object.has("skipped")) return "";
  const auto message = object.text(*failed ? "error_message" : "skip_message");
  if (!message) return message;
  return message->empty() ? "no reason was given" : *message;
}

Result<Measurement> read_measurement(const Object& object, const std::string& engine) {
  const auto name = object.name("name");
  if (!name) return tl::unexpected(name.error());
  // Files of versions before 1.5 have repetitions alone, by their names.
  const auto run_name = object.has("run_name") ? object.name("run_name") : name;
  if (!run_name) return tl::unexpected(run_name.error());
  const auto type = object.has("run_type") ? object.text("run_type") : "iteration";
  if (!type) return tl::unexpected(type.error());
  if (*type != "iteration" && *type != "aggregate") return object.wrong("run_type", "\"iteration\" or \"aggregate\"");
  const bool is_repetition = *type == "iteration";
  const auto aggregate = is_repetition ? std::string() : object.name("aggregate_name");
  if (!aggregate) return tl::unexpected(aggregate.error());
  const auto repetition = object.count("repetition_index");
  if (!repetition) return tl::unexpected(repetition.error());
  const auto iterations = object.count("iterations");
  if (!iterations) return tl::unexpected(iterations.error());
  const auto error = error_of(object);
  if (!error) return tl::unexpected(error.error());
  Measurement measurement{.benchmark = *run_name,
                          .engine = engine.empty() ? engine_in_name(*run_name) : engine,
                          .aggregate = *aggregate,
                          .repetition = *repetition,
                          .iterations = *iterations,
                          .error = *error,
                          .values = {}};
  if (!error->empty()) return measurement;
  if (Status read = read_values(object, is_repetition, measurement); !read) return tl::unexpected(read.error());
  return measurement;
}

// The exceptions of the JSON library end here.
Result<json> parse(const std::string& path, std::string_view text) {
  try {
    return json::parse(text);
  } catch (const json::exception& error) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    const std::string_view message = error.what();
    return fail("{}: found no JSON: {}; expected a file that Google Benchmark wrote", path,
                message.substr(message.find("] ") + 2));
  }
}

// The first that is not empty of what the user said, and of fields of the context.
Result<std::string> label(const std::string& said, const Object& context, std::initializer_list<const char*> fields) {
  if (!said.empty()) return said;
  for (const char* field : fields) {
    auto value = context.text(field);
    if (!value || !value->empty()) return value;
  }
  return "";
}

Status read_context(const Object& context, const Labels& labels, Run& run, std::string& engine) {
  const auto take = [&](std::string& into, const std::string& said,
                        std::initializer_list<const char*> fields) -> Status {
    auto value = label(said, context, fields);
    if (!value) return tl::unexpected(value.error());
    into = std::move(*value);
    return {};
  };
  Status taken = take(run.commit, labels.commit, {"commit", "git_commit"});
  if (taken) taken = take(run.host, labels.host, {"host_name"});
  if (taken) taken = take(run.date, "", {"date"});
  if (taken) taken = take(engine, labels.engine, {"engine"});
  return taken;
}

}  // namespace

Result<Run> parse_benchmark_file(const std::string& path, std::string_view text, const Labels& labels) {
  const auto parsed = parse(path, text);
  if (!parsed) return tl::unexpected(parsed.error());
  const json& file = *parsed;
  for (const char* part : {"context", "benchmarks"}) {
    const bool is_context = part == std::string_view("context");
    const bool right =
        file.is_object() && file.contains(part) && (is_context ? file[part].is_object() : file[part].is_array());
    if (!right)
      return fail("{}: found no {} \"{}\", expected a file that Google Benchmark wrote", path,
                  is_context ? "object" : "array", part);
  }
  Run run;
  run.tag = labels.tag;
  run.source = path;
  run.fingerprint = tools::fnv1a({reinterpret_cast<const u8*>(text.data()), text.size()});
  std::string engine;
  if (Status read = read_context({path + ": context", file["context"]}, labels, run, engine); !read)
    return tl::unexpected(read.error());
  for (const json& benchmark : file["benchmarks"]) {
    std::string place = fmt::format("{}: benchmarks[{}]", path, run.measurements.size());
    if (!benchmark.is_object()) return fail("{}: found no object, expected a benchmark", place);
    if (benchmark.contains("name")) place += " (" + found(benchmark, "name") + ")";
    auto measurement = read_measurement({std::move(place), benchmark}, engine);
    if (!measurement) return tl::unexpected(measurement.error());
    run.measurements.push_back(std::move(*measurement));
  }
  if (run.measurements.empty()) return fail("{}: found no benchmarks, expected at least one", path);
  return run;
}

Result<Run> read_benchmark_file(const std::string& path, const Labels& labels) {
  const auto bytes = tools::read_file(path, {kMostBytes, "which is more than any run of benchmarks writes"});
  if (!bytes) return tl::unexpected(bytes.error());
  return parse_benchmark_file(path, {reinterpret_cast<const char*>(bytes->data()), bytes->size()}, labels);
}

}  // namespace replica::history
