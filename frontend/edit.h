// Owns the editing of packed digits under a pattern: GA22-7000 "Edit" and "Edit and Mark".
//
// The pattern is walked once from left to right, and each byte gives one of the result. The state between two bytes is the
// significance indicator, the right-hand digit of a source byte that is half used, and what the current field has
// shown.
#pragma once

#include <algorithm>

#include "base/big_endian_field.h"

namespace replica {

struct EditOutcome {
  u8 cc;                // 0 last field zero or empty, 1 negative, 2 positive
  bool data_exception;  // then `cc` and `mark` say nothing, and the pattern is partly edited
  int mark;             // offset of the last digit whose address EDMK puts into register 1; -1 if there is none
};

// Edits the `length` bytes at `pattern` into `result`, which may be the same place, in pieces of 8 bytes.
// `next_source_byte()` gives the bytes of the second operand in turn and is called exactly when the instruction would fetch
// one; it may throw, and the edit is then abandoned.
template <typename NextSourceByte>
EditOutcome edit(const u8* pattern, unsigned length, u8* result, NextSourceByte&& next_source_byte) {
  constexpr u8 digit_selector = 0x20;
  constexpr u8 significance_starter = 0x21;
  constexpr u8 field_separator = 0x22;
  constexpr unsigned zone = 0xF0;

  constexpr unsigned none = 16;

  const unsigned fill = pattern[0];
  bool significance = false;
  unsigned waiting_digit = none;
  unsigned field_digits = 0;  // those of the current field, or-ed
  int mark = -1;

  for (unsigned done = 0; done < length; done += 8) {
    const unsigned end = std::min(done + 8, length);
    u64 edited = 0;
    for (unsigned i = done; i < end; ++i) {
      const unsigned control = pattern[i];
      unsigned shown = control;
      if (control == digit_selector || control == significance_starter) {
        unsigned digit = waiting_digit;
        bool plus_sign = false;
        if (digit != none) {
          waiting_digit = none;
        } else {
          const unsigned source = next_source_byte();
          digit = source >> 4;
          if (digit > 9) return {0, true, mark};
          waiting_digit = source & 15;
          if (waiting_digit > 9) {
            plus_sign = waiting_digit != 0xB && waiting_digit != 0xD;
            waiting_digit = none;
          }
        }
        // No branches: digits are hard to predict.
        const bool starts = (digit != 0) & !significance;
        mark = starts ? static_cast<int>(i) : mark;
        field_digits |= digit;
        significance |= starts;
        shown = significance ? zone | digit : fill;
        significance = (significance | (control == significance_starter)) & !plus_sign;
      } else {
        if (control == field_separator) significance = false, field_digits = 0;
        if (!significance) shown = fill;
      }
      edited = edited << 8 | shown;
    }
    store_field<u64>(result + done, end - done, edited);
  }
  return {static_cast<u8>(field_digits == 0 ? 0 : significance ? 1 : 2), false, mark};
}

}  // namespace replica
