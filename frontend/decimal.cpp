// Owns packed-decimal arithmetic on fields in storage: fetches them into words (decimal_words.h) and stores the results.

#include "frontend/decimal.h"

#include "base/big_endian_field.h"
#include "frontend/decimal_words.h"

namespace replica::decimal {
namespace {

constexpr unsigned longest_multiplier = 8;

// Runs the generic lambda `operation` with its Word made u64 or u128.
template <typename Operation>
inline Outcome in_narrowest_word(unsigned length1, unsigned length2, Operation operation) {
  const bool narrow = length1 <= sizeof(u64) && length2 <= sizeof(u64);
  return narrow ? operation.template operator()<u64>() : operation.template operator()<u128>();
}

template <typename Word>
inline Outcome put(u8* first, unsigned length1, const words::Result<Word>& result) {
  const Exception exception = result.outcome.exception;
  if (exception == Exception::none || exception == Exception::decimal_overflow) {
    store_field<Word>(first, length1, result.field);
  }
  return result.outcome;
}

bool lengths_allow_multiply_or_divide(unsigned length1, unsigned length2) {
  return length2 <= longest_multiplier && length2 < length1;
}

}  // namespace

Outcome zero_and_add(u8* first, unsigned length1, const u8* second, unsigned length2) {
  return in_narrowest_word(length1, length2, [=]<typename Word>() -> Outcome {
    return put<Word>(first, length1, words::zero_and_add<Word>(load_field<Word>(second, length2), length1));
  });
}

Outcome add(u8* first, unsigned length1, const u8* second, unsigned length2) {
  return in_narrowest_word(length1, length2, [=]<typename Word>() -> Outcome {
    const Word augend = load_field<Word>(first, length1), addend = load_field<Word>(second, length2);
    return put<Word>(first, length1, words::add<Word>(augend, addend, length1));
  });
}

Outcome subtract(u8* first, unsigned length1, const u8* second, unsigned length2) {
  return in_narrowest_word(length1, length2, [=]<typename Word>() -> Outcome {
    const Word minuend = load_field<Word>(first, length1), subtrahend = load_field<Word>(second, length2);
    return put<Word>(first, length1, words::subtract<Word>(minuend, subtrahend, length1));
  });
}

Outcome compare(const u8* first, unsigned length1, const u8* second, unsigned length2) {
  return in_narrowest_word(length1, length2, [=]<typename Word>() -> Outcome {
    return words::compare<Word>(load_field<Word>(first, length1), load_field<Word>(second, length2));
  });
}

Outcome multiply(u8* first, unsigned length1, const u8* second, unsigned length2) {
  if (!lengths_allow_multiply_or_divide(length1, length2)) return {0, Exception::specification};
  return in_narrowest_word(length1, length2, [=]<typename Word>() -> Outcome {
    const Word multiplicand = load_field<Word>(first, length1), multiplier = load_field<Word>(second, length2);
    return put<Word>(first, length1, words::multiply<Word>(multiplicand, multiplier, length1, length2));
  });
}

Outcome divide(u8* first, unsigned length1, const u8* second, unsigned length2) {
  if (!lengths_allow_multiply_or_divide(length1, length2)) return {0, Exception::specification};
  return in_narrowest_word(length1, length2, [=]<typename Word>() -> Outcome {
    const Word dividend = load_field<Word>(first, length1), divisor = load_field<Word>(second, length2);
    return put<Word>(first, length1, words::divide<Word>(dividend, divisor, length1, length2));
  });
}

Outcome shift_and_round(u8* first, unsigned length1, unsigned shift, unsigned rounding_digit) {
  const u128 source = load_field<u128>(first, length1);
  return put<u128>(first, length1, words::shift_and_round(source, length1, shift, rounding_digit));
}

Binary convert_to_binary(const u8* packed) { return words::convert_to_binary(load_be64(packed)); }

void convert_to_decimal(u32 value, u8* packed) { store_be64(packed, words::convert_to_decimal(value)); }

void pack(u8* first, unsigned length1, const u8* second, unsigned length2) {
  store_field<u128>(first, length1, words::pack(load_field<u128>(second, length2)));
}

void unpack(u8* first, unsigned length1, const u8* second, unsigned length2) {
  store_field<u128>(first, length1, words::unpack(load_field<u128>(second, length2)));
}

void move_with_offset(u8* first, unsigned length1, const u8* second, unsigned length2) {
  const unsigned sign = first[length1 - 1] & 15;
  store_field<u128>(first, length1, load_field<u128>(second, length2) << 4 | sign);
}

}  // namespace replica::decimal
