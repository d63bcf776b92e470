// Packed-decimal arithmetic of the System/370: GA22-7000 "Decimal Instructions", and the conversions of "General
// Instructions". Pure functions on byte buffers: the caller has checked access to the operands.
//
// Common contract:
//   - Lengths are in bytes, 1-16, not the length codes of the instruction.
//   - Both operands are read whole before `first` is written, so they may overlap: SP of a field from itself clears it.
//   - The result replaces `first`, with the preferred sign: C plus, D minus.
//   - Specification, data, fixed-point-divide and decimal-divide exceptions leave `first` unchanged, and `cc` says
//     nothing. Specification goes before data, data before divide.
//   - Decimal overflow comes with condition code 3 and with the result, truncated on the left, stored. Whether an
//     interruption follows is for the caller to see from the program mask.
#pragma once

#include "base/types.h"

namespace replica::decimal {

// The program-interruption code that the manual gives to the exception.
enum class Exception : u8 {
  none = 0,
  specification = 0x06,
  data = 0x07,
  fixed_point_divide = 0x09,
  decimal_overflow = 0x0A,
  decimal_divide = 0x0B,
};

struct Outcome {
  u8 cc;
  Exception exception;
};

// "Zero and Add" (ZAP). CC 0 zero, 1 negative, 2 positive, 3 overflow. The old contents of `first` are not checked.
Outcome zero_and_add(u8* first, unsigned length1, const u8* second, unsigned length2);

// "Add Decimal" (AP). CC 0 zero, 1 negative, 2 positive, 3 overflow. A zero sum is positive; when overflow makes the
// stored digits zero, the sign is that of the true sum.
Outcome add(u8* first, unsigned length1, const u8* second, unsigned length2);

// "Subtract Decimal" (SP). As add, with the sign of the second operand inverted.
Outcome subtract(u8* first, unsigned length1, const u8* second, unsigned length2);

// "Compare Decimal" (CP). CC 0 equal, 1 first low, 2 first high. Plus and minus zero are equal.
Outcome compare(const u8* first, unsigned length1, const u8* second, unsigned length2);

// "Multiply Decimal" (MP). CC unchanged. Specification: the multiplier is longer than 8 bytes, or not shorter than
// `first`. Data: `first` does not begin with as many zero bytes as the multiplier has bytes; therefore no overflow.
// The sign is that of algebra even when the product is zero.
Outcome multiply(u8* first, unsigned length1, const u8* second, unsigned length2);

// "Divide Decimal" (DP). CC unchanged. The quotient replaces the leftmost `length1 - length2` bytes of the dividend,
// the remainder the other `length2`. Specification: as multiply. Decimal divide: the quotient does not fit, or divisor
// zero. Signs are those of algebra, the remainder's that of the dividend, even when the number is zero.
Outcome divide(u8* first, unsigned length1, const u8* second, unsigned length2);

// "Shift and Round Decimal" (SRP). CC 0 zero, 1 negative, 2 positive, 3 overflow. `shift` is the rightmost six bits of
// the second-operand address: 0-31 shifts left, 32-63 right by 64 - `shift`. A `rounding_digit` above 9 is a data
// exception whatever the direction. A zero result is positive, unless digits were lost on the left.
Outcome shift_and_round(u8* first, unsigned length1, unsigned shift, unsigned rounding_digit);

struct Binary {
  u32 value;
  Exception exception;
};

// "Convert to Binary" (CVB) of the 8 bytes at `packed`. A number that is not a 32-bit signed integer gives its
// rightmost 32 bits (two's complement) together with fixed_point_divide.
Binary convert_to_binary(const u8* packed);

// "Convert to Decimal" (CVD) of the signed `value` into the 8 bytes at `packed`.
void convert_to_decimal(u32 value, u8* packed);

// "Pack" (PACK), "Unpack" (UNPK) and "Move with Offset" (MVO). Digits and signs are not checked.
void pack(u8* first, unsigned length1, const u8* second, unsigned length2);
void unpack(u8* first, unsigned length1, const u8* second, unsigned length2);
void move_with_offset(u8* first, unsigned length1, const u8* second, unsigned length2);

}  // namespace replica::decimal
