// Hexadecimal floating point: the arithmetic of GA22-7000 "Floating-Point Instructions" as pure functions from register
// images to register images. Nothing here knows registers, storage, or the PSW; the caller checks register numbers,
// fetches operands, stores `value`, sets `cc` if the instruction sets the condition code, and then takes `exception`.
//
// In an image bit 0 (leftmost) is the sign, bits 1-7 are the characteristic (excess 64), and the rest is the fraction
// of 6 or 14 hexadecimal digits. An extended number is two long images whose fractions are joined to 28 digits; sign
// and characteristic of the low-order part are ignored in operands. In results its sign is that of the high-order part
// and its characteristic 14 less, modulo 128, with no exception of its own; a true zero is zero in both parts.
//
// All functions are stateless and may be called from any thread.
#pragma once

#include "base/types.h"

namespace replica::hfp {

// The values are the program-interruption codes. Where a mask bit is off, the result is a true zero with CC 0 instead.
enum class Exception : u8 {
  none = 0,
  exponent_overflow = 0x0C,   // not maskable; the characteristic is 128 less than the correct one
  exponent_underflow = 0x0D,  // maskable; the characteristic is 128 greater than the correct one
  significance = 0x0E,        // maskable; the fraction is zero, the sign plus, the characteristic that of the sum
  divide = 0x0F,              // not maskable; the operation is suppressed
};

// The bits of the PSW's program mask that concern floating point.
struct Masks {
  bool underflow;
  bool significance;
};

// `value` is what to store even if there is an exception (for `divide` it is the unchanged first operand). `exception`
// has the masks applied already: anything but `none` must be taken. `cc` is meaningful for addition and subtraction
// only; the other instructions leave the condition code alone.
template <typename T>
struct Outcome {
  T value;
  u8 cc;
  Exception exception;

  bool operator==(const Outcome&) const = default;
};

struct Extended {
  u64 high;
  u64 low;

  bool operator==(const Extended&) const = default;
};

using ShortOutcome = Outcome<u32>;
using LongOutcome = Outcome<u64>;
using ExtendedOutcome = Outcome<Extended>;

enum class Normalization : bool { no, yes };

// "Add Normalized", "Subtract Normalized" (AER ADR AXR SER SDR SXR, AE AD SE SD) and, with Normalization::no, "Add
// Unnormalized", "Subtract Unnormalized" (AUR AWR SUR SWR, AU AW SU SW).
// CC 0 fraction zero, 1 less than zero, 2 greater than zero. Exponent overflow, significance; normalized: underflow.
ShortOutcome add_short(u32 a, u32 b, Normalization normalization, Masks masks);
ShortOutcome subtract_short(u32 a, u32 b, Normalization normalization, Masks masks);
LongOutcome add_long(u64 a, u64 b, Normalization normalization, Masks masks);
LongOutcome subtract_long(u64 a, u64 b, Normalization normalization, Masks masks);
ExtendedOutcome add_extended(Extended a, Extended b, Masks masks);
ExtendedOutcome subtract_extended(Extended a, Extended b, Masks masks);

// "Compare" (CER CDR CE CD). CC 0 equal, 1 first operand low, 2 first operand high. No exceptions.
u8 compare_short(u32 a, u32 b);
u8 compare_long(u64 a, u64 b);

// "Multiply". Exponent overflow, exponent underflow.
LongOutcome multiply_short(u32 a, u32 b, Masks masks);                   // MER ME: exact, the low two digits are zero
LongOutcome multiply_long(u64 a, u64 b, Masks masks);                    // MDR MD: truncated to 14 digits
ExtendedOutcome multiply_long_to_extended(u64 a, u64 b, Masks masks);    // MXDR MXD: exact
ExtendedOutcome multiply_extended(Extended a, Extended b, Masks masks);  // MXR: truncated to 28 digits

// "Divide" (DER DDR DE DD; DXR, of the extended-precision divide facility): a / b, truncated.
// Exponent overflow, exponent underflow, divide (fraction of b zero, also if that of a is).
ShortOutcome divide_short(u32 a, u32 b, Masks masks);
LongOutcome divide_long(u64 a, u64 b, Masks masks);
ExtendedOutcome divide_extended(Extended a, Extended b, Masks masks);

// "Halve" (HER HDR), normalized. Exponent underflow.
ShortOutcome halve_short(u32 a, Masks masks);
LongOutcome halve_long(u64 a, Masks masks);

// "Load Rounded" (LRER, LRDR): half is rounded up in magnitude, without normalization; a zero keeps sign and
// characteristic. Exponent overflow.
ShortOutcome round_long_to_short(u64 a);
LongOutcome round_extended_to_long(Extended a);

// "Load and Test" (LTER LTDR), also for the results of the other loads that set the condition code. CC 0 fraction zero
// whatever sign and characteristic are, 1 less than zero, 2 greater than zero. No exceptions.
u8 test_short(u32 a);
u8 test_long(u64 a);

}  // namespace replica::hfp
