// Owns the editing of packed digits under a pattern: GA22-7000 "Edit" and "Edit and Mark".
//
// The pattern is walked once from left to right and becomes the result byte by byte. The state between two bytes is the
// significance indicator, the right-hand digit of a source byte that is half used, and what the current field has
// shown.
#pragma once

#include "base/types.h"

namespace replica {

struct EditOutcome {
  u8 cc;                // 0 last field zero or empty, 1 negative, 2 positive
  bool data_exception;  // then `cc` and `mark` say nothing, and the pattern is partly edited
  int mark;             // offset of the last digit whose address EDMK puts into register 1; -1 if there is none
};

// Edits the `length` bytes at `pattern`, the caller's local copy of the first operand. `next_source_byte()` gives the
// bytes of the second operand in turn and is called exactly when the instruction would fetch one; it may throw, and the
// edit is then abandoned.
template <typename NextSourceByte>
EditOutcome edit(u8* pattern, unsigned length, NextSourceByte&& next_source_byte) {
  constexpr u8 digit_selector = 0x20;
  constexpr u8 significance_starter = 0x21;
  constexpr u8 field_separator = 0x22;
  constexpr u8 zone = 0xF0;

  const u8 fill = pattern[0];
  bool significance = false;
  bool nonzero_field = false;
  bool right_digit_waits = false;
  u8 right_digit = 0;
  int mark = -1;

  for (unsigned i = 0; i < length; ++i) {
    const u8 control = pattern[i];
    if (control == digit_selector || control == significance_starter) {
      u8 digit = right_digit;
      bool plus_sign = false;
      if (right_digit_waits) {
        right_digit_waits = false;
      } else {
        const u8 source = next_source_byte();
        digit = source >> 4;
        if (digit > 9) return {0, true, mark};
        right_digit = source & 15;
        right_digit_waits = right_digit <= 9;
        plus_sign = !right_digit_waits && right_digit != 0xB && right_digit != 0xD;
      }
      if (digit != 0 && !significance) mark = static_cast<int>(i);
      nonzero_field |= digit != 0;
      significance |= digit != 0;
      pattern[i] = significance ? static_cast<u8>(zone | digit) : fill;
      significance = (significance || control == significance_starter) && !plus_sign;
    } else {
      if (control == field_separator) significance = nonzero_field = false;
      if (!significance) pattern[i] = fill;
    }
  }
  return {static_cast<u8>(!nonzero_field ? 0 : significance ? 1 : 2), false, mark};
}

}  // namespace replica
