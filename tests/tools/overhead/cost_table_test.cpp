#include "tools/overhead/cost_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace replica::overhead {
namespace {

using testing::HasSubstr;

std::string complaint(const std::string& text) {
  const auto table = parse_cost_table(text, "costs.json");
  return table ? "nothing" : table.error().message;
}

TEST(CostTable, TheOneThatIsBuiltInHasBothLevels) {
  const CostTable table = default_cost_table();
  EXPECT_GT(table.microseconds.at("none").at("SSM"), table.microseconds.at("vma").at("SSM"));
  // 1000 SSM of 120 microseconds in a million instructions at 0.9 million a second.
  EXPECT_DOUBLE_EQ(table.overhead("none", {{"SSM", 1000}}, 1'000'000, 1), 0.12 * 0.9);
  EXPECT_DOUBLE_EQ(table.overhead("none", {{"SSM", 4000}}, 1'000'000, 4), 0.12 * 0.9);
}

TEST(CostTable, EventsWithoutACostAreAsOthers) {
  const CostTable table = default_cost_table();
  EXPECT_DOUBLE_EQ(table.overhead("vma", {{"SPKA", 1000}}, 1'000'000, 1), 0.13 * 0.9);
}

TEST(CostTable, ErrorsTellLineOrField) {
  EXPECT_THAT(complaint("{\n\"machine\": ,\n"), HasSubstr("costs.json:2: "));
  EXPECT_THAT(complaint("{}"), HasSubstr("costs.json: machine: found no such field"));
  const std::string head = R"({"machine": "M", "million_instructions_per_second": 1, "microseconds": )";
  EXPECT_THAT(complaint(head + R"({"none": {"other instruction": 1}}})"),
              HasSubstr("microseconds.vma: found no such field"));
  EXPECT_THAT(complaint(head + R"({"none": {"SIO": 1}, "vma": {"other instruction": 1}}})"),
              HasSubstr("microseconds.none.other instruction: found no such field"));
  EXPECT_THAT(complaint(head + R"({"none": {"SIO": -5, "other instruction": 1}, "vma": {"other instruction": 1}}})"),
              HasSubstr("microseconds.none.SIO: found -5, expected a number from 0 on"));
  EXPECT_THAT(complaint(R"({"machine": "M", "million_instructions_per_second": 0, "microseconds": {}})"),
              HasSubstr("million_instructions_per_second: found 0"));
}

}  // namespace
}  // namespace replica::overhead
