#include "base/program_code.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace replica {
namespace {

using enum ProgramCode;

// The codes that this machine can give, in the manual's order. GA22-7000 "Program Interruption".
constexpr ProgramCode kAll[] = {operation,
                                privileged_operation,
                                execute,
                                protection,
                                addressing,
                                specification,
                                data,
                                fixed_point_overflow,
                                fixed_point_divide,
                                decimal_overflow,
                                decimal_divide,
                                exponent_overflow,
                                exponent_underflow,
                                significance,
                                floating_point_divide,
                                segment_translation,
                                page_translation,
                                translation_specification,
                                special_operation,
                                monitor_event,
                                per_event};

TEST(ProgramCode, HasTheManualsNumbers) {
  unsigned expected = 1;
  for (const ProgramCode code : kAll) {
    if (code == monitor_event) break;
    EXPECT_EQ(static_cast<unsigned>(code), expected++);
  }
  EXPECT_EQ(expected, 0x14u);
  EXPECT_EQ(static_cast<unsigned>(monitor_event), 0x40u);
  EXPECT_EQ(static_cast<unsigned>(per_event), 0x80u);
}

TEST(ProgramCode, OnlySegmentAndPageTranslationNullify) {
  for (const ProgramCode code : kAll) {
    EXPECT_EQ(is_nullifying(code), code == segment_translation || code == page_translation) << name_of(code);
  }
}

TEST(ProgramCode, OverflowsUnderflowSignificanceAndEventsComplete) {
  const std::set<ProgramCode> completing = {
      fixed_point_overflow, decimal_overflow, exponent_overflow, exponent_underflow,
      significance,         monitor_event,    per_event};
  for (const ProgramCode code : kAll) EXPECT_EQ(is_completing(code), completing.contains(code)) << name_of(code);
}

TEST(ProgramCode, EachHasItsOwnName) {
  std::set<std::string> names;
  for (const ProgramCode code : kAll) names.insert(std::string(name_of(code)));
  EXPECT_EQ(names.size(), std::size(kAll));
  EXPECT_EQ(name_of(translation_specification), "translation-specification exception");
}

}  // namespace
}  // namespace replica
