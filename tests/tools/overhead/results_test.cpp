#include "tools/overhead/results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/tools/overhead/results_fixture.h"

namespace replica::overhead {
namespace {

using testing::HasSubstr;

std::string complaint(const std::string& text) {
  const auto results = parse_results(text, "r.json");
  return results ? "nothing" : results.error().message;
}

// The text with one value in another's place.
std::string changed(const std::string& pointer, const nlohmann::json& value) {
  auto json = nlohmann::json::parse(to_json(sample_results()));
  json[nlohmann::json::json_pointer(pointer)] = value;
  return json.dump();
}

TEST(Results, ComeBackFromTheFile) {
  const std::string text = to_json(sample_results());
  const auto results = parse_results(text, "r.json");
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(to_json(*results), text);
  ASSERT_EQ(results->measurements.size(), 2u);
  const Measurement& measurement = results->measurements[1];
  EXPECT_EQ(measurement.workload, "io <script>");
  EXPECT_EQ(measurement.setting, (Setting{vmm::AssistLevel::vma, 4}));
  EXPECT_DOUBLE_EQ(measurement.pairs[0].overhead(4), 5.2 / 4 - 1);
  EXPECT_EQ(measurement.pairs[0].events.at("LPSW"), 2000u);
  EXPECT_DOUBLE_EQ(measurement.part_pairs[0].in_virtual[PartGroup::trap].seconds, 0.2);
}

TEST(Results, AreWhatGoogleBenchmarkWrites) {
  const auto json = nlohmann::json::parse(to_json(sample_results()));
  EXPECT_EQ(json["context"]["host_name"], "here");
  const auto& benchmarks = json["benchmarks"];
  ASSERT_EQ(benchmarks.size(), 12u);  // three of each of two, and their bare ones
  for (const auto& each : benchmarks) {
    EXPECT_EQ(each["run_type"], "iteration");
    EXPECT_EQ(each["time_unit"], "ms");
  }
  const auto found = std::find_if(benchmarks.begin(), benchmarks.end(),
                                  [](const auto& each) { return each["name"] == "overhead/io <script>/vma/4"; });
  ASSERT_NE(found, benchmarks.end());
  EXPECT_DOUBLE_EQ((*found)["cpu_time"], 1300);  // of one guest
  EXPECT_DOUBLE_EQ((*found)["real_time"], 2600);
  EXPECT_EQ((*found)["repetitions"], 3);
}

TEST(Results, DamagedFilesAreRefusedWithThePlace) {
  const std::string text = to_json(sample_results());
  EXPECT_THAT(complaint(""), HasSubstr("r.json:1: found something that is no JSON"));
  EXPECT_THAT(complaint(text.substr(0, text.size() / 2)), HasSubstr("found something that is no JSON"));
  EXPECT_THAT(complaint("{}"), HasSubstr("r.json: context: found no such field"));
  EXPECT_THAT(complaint("[1]"), HasSubstr("found no such field"));
  const std::string pair = "/overhead/measurements/0/pairs/1";
  const std::string place = "r.json: overhead.measurements[0].pairs[1].";
  EXPECT_THAT(complaint(changed(pair + "/bare_seconds", 0)),
              HasSubstr(place + "bare_seconds: found 0, expected a number"));
  EXPECT_THAT(complaint(changed(pair + "/bare_seconds", "1")), HasSubstr(place + "bare_seconds: found \"1\""));
  EXPECT_THAT(complaint(changed(pair + "/bare_seconds", nullptr)), HasSubstr("found null"));
  EXPECT_THAT(complaint(changed(pair + "/bare_instructions", -1)), HasSubstr("found -1, expected a whole number"));
  EXPECT_THAT(complaint(changed(pair + "/events", 7)), HasSubstr("events: found 7, expected an object"));
  EXPECT_THAT(complaint(changed("/overhead/measurements/0/assist", "all")), HasSubstr("expected none or vma"));
  EXPECT_THAT(complaint(changed("/overhead/measurements/0/guests", 0)), HasSubstr("guests: found 0"));
  EXPECT_THAT(complaint(changed("/overhead/measurements/0/pairs", nlohmann::json::array())),
              HasSubstr("at least one pair"));
  EXPECT_THAT(complaint(changed("/overhead/measurements", nlohmann::json::array())),
              HasSubstr("at least one measurement"));
  EXPECT_THAT(complaint(changed("/overhead/format", 1)), HasSubstr("format: found 1"));
}

}  // namespace
}  // namespace replica::overhead
