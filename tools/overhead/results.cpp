#include "tools/overhead/results.h"

#include <unistd.h>

#include <chrono>
#include <ctime>
#include <thread>

#include "tools/overhead/json_reader.h"

namespace replica::overhead {
namespace {

using Json = nlohmann::ordered_json;

constexpr u64 kFormat = 2;
constexpr u64 kMostGuests = 1000;
constexpr double kLeastSeconds = 1e-9;

// ---- To a file ----

Json benchmark(const std::string& name, std::size_t index, std::size_t repetitions, double elapsed, double cpu) {
  return {{"name", name},
          {"run_name", name},
          {"run_type", "iteration"},
          {"repetitions", repetitions},
          {"repetition_index", index},
          {"threads", 1},
          {"iterations", 1},
          {"real_time", 1e3 * elapsed},
          {"cpu_time", 1e3 * cpu},
          {"time_unit", "ms"}};
}

void add_benchmarks(Json& benchmarks, const Measurement& measurement) {
  const std::string prefix = "overhead/" + measurement.workload + "/";
  const std::string name =
      fmt::format("{}{}/{}", prefix, name_of(measurement.setting.assist), measurement.setting.guests);
  const unsigned guests = measurement.setting.guests;
  const std::size_t repetitions = measurement.pairs.size();
  for (std::size_t n = 0; n < repetitions; ++n) {
    const Pair& pair = measurement.pairs[n];
    benchmarks.push_back(benchmark(name, n, repetitions, pair.virtual_elapsed / guests, pair.virtual_seconds / guests));
    benchmarks.back()["overhead_percent"] = 100 * pair.overhead(guests);
  }
}

// The bare runs of all measurements of a workload together.
void add_bare_benchmarks(Json& benchmarks, const std::vector<Measurement>& measurements) {
  std::map<std::string, std::vector<const Pair*>> pairs;
  for (const Measurement& measurement : measurements) {
    for (const Pair& pair : measurement.pairs) pairs[measurement.workload].push_back(&pair);
  }
  for (const auto& [workload, all] : pairs) {
    for (std::size_t n = 0; n < all.size(); ++n) {
      const std::string name = "overhead/" + workload + "/bare";
      benchmarks.push_back(benchmark(name, n, all.size(), all[n]->bare_elapsed, all[n]->bare_seconds));
    }
  }
}

Json to_json(const PartTimes& times) {
  const auto one = [](const PartTime& time) { return Json{{"seconds", time.seconds}, {"pieces", time.pieces}}; };
  Json groups = Json::object(), instructions = Json::object();
  for (std::size_t n = 0; n < kPartGroups; ++n)
    groups[std::string(name_of(static_cast<PartGroup>(n)))] = one(times.groups[n]);
  for (const auto& [name, time] : times.instructions) instructions[name] = one(time);
  return {{"groups", groups}, {"instructions", instructions}};
}

Json to_json(const Measurement& measurement) {
  Json pairs = Json::array(), part_pairs = Json::array();
  for (const Pair& pair : measurement.pairs) {
    pairs.push_back({{"bare_seconds", pair.bare_seconds},
                     {"virtual_seconds", pair.virtual_seconds},
                     {"bare_elapsed", pair.bare_elapsed},
                     {"virtual_elapsed", pair.virtual_elapsed},
                     {"bare_instructions", pair.bare_instructions},
                     {"virtual_instructions", pair.virtual_instructions},
                     {"events", pair.events}});
  }
  for (const PartPair& pair : measurement.part_pairs) {
    part_pairs.push_back({{"bare", to_json(pair.bare)}, {"virtual", to_json(pair.in_virtual)}});
  }
  return {{"workload", measurement.workload},
          {"assist", name_of(measurement.setting.assist)},
          {"guests", measurement.setting.guests},
          {"pairs", pairs},
          {"part_pairs", part_pairs}};
}

// ---- From a file ----

PartTime part_time_from(const JsonValue& json) { return {json["seconds"].number(0), json["pieces"].number(0)}; }

PartTimes part_times_from(const JsonValue& json) {
  PartTimes times;
  const JsonValue groups = json["groups"];
  for (std::size_t n = 0; n < kPartGroups; ++n)
    times.groups[n] = part_time_from(groups[std::string(name_of(static_cast<PartGroup>(n)))]);
  for (const auto& [name, value] : json["instructions"].fields()) times.instructions[name] = part_time_from(value);
  return times;
}

Pair pair_from(const JsonValue& json) {
  Pair pair{.bare_seconds = json["bare_seconds"].number(kLeastSeconds),
            .virtual_seconds = json["virtual_seconds"].number(kLeastSeconds),
            .bare_elapsed = json["bare_elapsed"].number(0),
            .virtual_elapsed = json["virtual_elapsed"].number(0),
            .bare_instructions = json["bare_instructions"].count(1),
            .virtual_instructions = json["virtual_instructions"].count(1),
            .events = {}};
  for (const auto& [name, value] : json["events"].fields()) pair.events[name] = value.count();
  return pair;
}

Measurement measurement_from(const JsonValue& json) {
  Measurement measurement{.workload = json["workload"].text(), .setting = {}, .pairs = {}, .part_pairs = {}};
  const JsonValue assist = json["assist"];
  const std::string level = assist.text();
  if (level != "none" && level != "vma") assist.refuse("none or vma");
  measurement.setting.assist = level == "none" ? vmm::AssistLevel::none : vmm::AssistLevel::vma;
  measurement.setting.guests = static_cast<unsigned>(json["guests"].count(1, kMostGuests));
  const JsonValue pairs = json["pairs"];
  for (const JsonValue& each : pairs.elements()) measurement.pairs.push_back(pair_from(each));
  if (measurement.pairs.empty()) pairs.refuse("at least one pair of runs");
  for (const JsonValue& each : json["part_pairs"].elements()) {
    const PartPair pair{.bare = part_times_from(each["bare"]), .in_virtual = part_times_from(each["virtual"])};
    if (pair.bare.total().seconds < kLeastSeconds) each.refuse("parts of a bare run that has taken time");
    measurement.part_pairs.push_back(pair);
  }
  return measurement;
}

}  // namespace

Results make_results(const std::string& engine, std::vector<Measurement> measurements) {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  char date[32] = "", host[256] = "";
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S+00:00", &utc);
  gethostname(host, sizeof host - 1);
  return {.date = date, .host = host, .engine = engine, .measurements = std::move(measurements)};
}

std::string to_json(const Results& results) {
  Json benchmarks = Json::array(), measurements = Json::array();
  add_bare_benchmarks(benchmarks, results.measurements);
  for (const Measurement& measurement : results.measurements) {
    add_benchmarks(benchmarks, measurement);
    measurements.push_back(to_json(measurement));
  }
  const Json context = {{"date", results.date},
                        {"host_name", results.host},
                        {"executable", "replica overhead"},
                        {"num_cpus", std::thread::hardware_concurrency()},
                        {"library_build_type", "release"},
                        {"engine", results.engine}};
  const Json overhead = {{"format", kFormat}, {"measurements", measurements}};
  return Json{{"context", context}, {"benchmarks", benchmarks}, {"overhead", overhead}}.dump(
             1, ' ', true, Json::error_handler_t::replace) +
         "\n";
}

Result<Results> read_results(const std::string& path) {
  const auto json = read_json(path);
  if (!json) return tl::unexpected(json.error());
  return parse_results(json->dump(), path);
}

Result<Results> parse_results(const std::string& text, const std::string& name) {
  const auto json = parse_json(text, name);
  if (!json) return tl::unexpected(json.error());
  Status status;
  const JsonValue root(*json, name + ": ", status);
  const JsonValue context = root["context"], overhead = root["overhead"];
  Results results{.date = context["date"].text(),
                  .host = context["host_name"].text(),
                  .engine = context["engine"].text(),
                  .measurements = {}};
  static_cast<void>(overhead["format"].count(kFormat, kFormat));
  for (const JsonValue& each : overhead["measurements"].elements()) {
    results.measurements.push_back(measurement_from(each));
  }
  if (results.measurements.empty()) overhead["measurements"].refuse("at least one measurement");
  if (!status) return tl::unexpected(status.error());
  return results;
}

}  // namespace replica::overhead
