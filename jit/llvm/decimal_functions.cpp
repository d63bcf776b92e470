#include "jit/llvm/decimal_functions.h"

#include "base/big_endian_field.h"
#include "frontend/decimal_words.h"
#include "frontend/edit.h"

namespace replica::decimal_functions {
namespace {

namespace words = decimal::words;

u64 cc_of(const decimal::Outcome& outcome) {
  return outcome.exception == decimal::Exception::none ? outcome.cc : kExceptional;
}
DecimalResult in_registers(const words::Result<u64>& result) { return {result.field, cc_of(result.outcome)}; }

}  // namespace

DecimalResult zero_and_add(u64, u64 second, u32 length1, u32) noexcept {
  return in_registers(words::zero_and_add<u64>(second, length1));
}

DecimalResult add(u64 first, u64 second, u32 length1, u32) noexcept {
  return in_registers(words::add<u64>(first, second, length1));
}

DecimalResult subtract(u64 first, u64 second, u32 length1, u32) noexcept {
  return in_registers(words::subtract<u64>(first, second, length1));
}

DecimalResult compare(u64 first, u64 second, u32, u32) noexcept {
  return {0, cc_of(words::compare<u64>(first, second))};
}

DecimalResult multiply(u64 first, u64 second, u32 length1, u32 length2) noexcept {
  return in_registers(words::multiply<u64>(first, second, length1, length2));
}

DecimalResult divide(u64 first, u64 second, u32 length1, u32 length2) noexcept {
  return in_registers(words::divide<u64>(first, second, length1, length2));
}

DecimalResult shift_and_round(u64 first, u64 shift, u32 length1, u32 rounding_digit) noexcept {
  const auto result = words::shift_and_round(first, length1, static_cast<u32>(shift), rounding_digit);
  return {static_cast<u64>(result.field), cc_of(result.outcome)};
}

DecimalResult convert_to_binary(u64, u64 packed, u32, u32) noexcept {
  const decimal::Binary binary = words::convert_to_binary(packed);
  return {binary.value, cc_of({0, binary.exception})};
}

DecimalResult convert_to_decimal(u64, u64 value, u32, u32) noexcept {
  return {words::convert_to_decimal(static_cast<u32>(value)), 0};
}

DecimalResult pack(u64 zoned_left, u64 zoned_right, u32, u32) noexcept {
  return {static_cast<u64>(words::pack(u128{zoned_left} << 64 | zoned_right)), 0};
}

ZonedField unpack(u64, u64 packed, u32, u32) noexcept {
  const u128 zoned = words::unpack(packed);
  return {static_cast<u64>(zoned), static_cast<u64>(zoned >> 64)};
}

u64 edit(u8* pattern, const u8* source, u64 length) noexcept {
  u8 result[256];
  const EditOutcome outcome =
      replica::edit(pattern, static_cast<unsigned>(length), result, [&source] { return *source++; });
  if (outcome.data_exception) return kExceptional;
  copy_field(pattern, result, static_cast<unsigned>(length));
  return outcome.cc;
}

}  // namespace replica::decimal_functions
