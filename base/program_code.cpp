#include "base/program_code.h"

namespace replica {

std::string_view name_of(ProgramCode code) {
  switch (code) {
    case ProgramCode::none: return "none";
    case ProgramCode::operation: return "operation exception";
    case ProgramCode::privileged_operation: return "privileged-operation exception";
    case ProgramCode::execute: return "execute exception";
    case ProgramCode::protection: return "protection exception";
    case ProgramCode::addressing: return "addressing exception";
    case ProgramCode::specification: return "specification exception";
    case ProgramCode::data: return "data exception";
    case ProgramCode::fixed_point_overflow: return "fixed-point-overflow exception";
    case ProgramCode::fixed_point_divide: return "fixed-point-divide exception";
    case ProgramCode::decimal_overflow: return "decimal-overflow exception";
    case ProgramCode::decimal_divide: return "decimal-divide exception";
    case ProgramCode::exponent_overflow: return "exponent-overflow exception";
    case ProgramCode::exponent_underflow: return "exponent-underflow exception";
    case ProgramCode::significance: return "significance exception";
    case ProgramCode::floating_point_divide: return "floating-point-divide exception";
    case ProgramCode::segment_translation: return "segment-translation exception";
    case ProgramCode::page_translation: return "page-translation exception";
    case ProgramCode::translation_specification: return "translation-specification exception";
    case ProgramCode::special_operation: return "special-operation exception";
    case ProgramCode::monitor_event: return "monitor event";
    case ProgramCode::per_event: return "PER event";
  }
  return "unknown program interruption";
}

}  // namespace replica
