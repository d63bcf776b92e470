// Program-interruption codes (GA22-7000 "Program Interruption").
#pragma once

#include <string_view>

#include "base/types.h"

namespace replica {

enum class ProgramCode : u8 {
  none = 0x00,
  operation = 0x01,
  privileged_operation = 0x02,
  execute = 0x03,
  protection = 0x04,
  addressing = 0x05,
  specification = 0x06,
  data = 0x07,
  fixed_point_overflow = 0x08,
  fixed_point_divide = 0x09,
  decimal_overflow = 0x0A,
  decimal_divide = 0x0B,
  exponent_overflow = 0x0C,
  exponent_underflow = 0x0D,
  significance = 0x0E,
  floating_point_divide = 0x0F,
  segment_translation = 0x10,
  page_translation = 0x11,
  translation_specification = 0x12,
  special_operation = 0x13,
  monitor_event = 0x40,
  per_event = 0x80,
};

// Nullified: the PSW points at the instruction, which is as if never begun.
constexpr bool is_nullifying(ProgramCode code) {
  return code == ProgramCode::segment_translation || code == ProgramCode::page_translation;
}

// Completed: the result stands, so the instruction's PER events do too.
constexpr bool is_completing(ProgramCode code) {
  switch (code) {
    case ProgramCode::fixed_point_overflow:
    case ProgramCode::decimal_overflow:
    case ProgramCode::exponent_overflow:
    case ProgramCode::exponent_underflow:
    case ProgramCode::significance:
    case ProgramCode::monitor_event:
    case ProgramCode::per_event: return true;
    default: return false;
  }
}

// The name in the manual, for messages.
std::string_view name_of(ProgramCode code);

}  // namespace replica
