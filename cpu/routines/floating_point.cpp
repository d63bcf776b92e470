// Extended and rounding floating point. Extended operands are the register pairs 0 and 2, or 4 and 6.
// GA22-7000 "Floating-Point Instructions".
#include "frontend/semantics/floating_point.h"
#include "cpu/routines.h"

namespace replica::routines {
namespace {

using semantics::is_float_pair;
using semantics::is_float_register;

hfp::Extended pair(const Cpu& cpu, unsigned n) { return {cpu.fpr[n], cpu.fpr[n + 2]}; }

void raise_unless_none(Cpu& cpu, hfp::Exception exception) {
  if (exception != hfp::Exception::none) cpu.throw_program(static_cast<ProgramCode>(exception));
}

void set_pair(Cpu& cpu, unsigned n, const hfp::ExtendedOutcome& outcome) {
  if (outcome.exception == hfp::Exception::divide) cpu.throw_program(ProgramCode::floating_point_divide);
  cpu.fpr[n] = outcome.value.high;
  cpu.fpr[n + 2] = outcome.value.low;
  raise_unless_none(cpu, outcome.exception);
}

void require_pairs(Cpu& cpu, const Insn& i) { require_specification(cpu, is_float_pair(i.r1) && is_float_pair(i.r2)); }

// CC 0 zero, 1 negative, 2 positive.
void set_sum(Cpu& cpu, const Insn& i, const hfp::ExtendedOutcome& outcome) {
  cpu.psw.cc = outcome.cc;
  set_pair(cpu, i.r1, outcome);
}

}  // namespace

void AXR(Cpu& cpu, const Insn& i) {
  require_pairs(cpu, i);
  set_sum(cpu, i, hfp::add_extended(pair(cpu, i.r1), pair(cpu, i.r2), float_masks(cpu)));
}
void SXR(Cpu& cpu, const Insn& i) {
  require_pairs(cpu, i);
  set_sum(cpu, i, hfp::subtract_extended(pair(cpu, i.r1), pair(cpu, i.r2), float_masks(cpu)));
}
void MXR(Cpu& cpu, const Insn& i) {
  require_pairs(cpu, i);
  set_pair(cpu, i.r1, hfp::multiply_extended(pair(cpu, i.r1), pair(cpu, i.r2), float_masks(cpu)));
}
void DXR(Cpu& cpu, const Insn& i) {
  require_pairs(cpu, i);
  set_pair(cpu, i.r1, hfp::divide_extended(pair(cpu, i.r1), pair(cpu, i.r2), float_masks(cpu)));
}
// Long operands, extended product.
void MXDR(Cpu& cpu, const Insn& i) {
  require_specification(cpu, is_float_pair(i.r1) && is_float_register(i.r2));
  set_pair(cpu, i.r1, hfp::multiply_long_to_extended(cpu.fpr[i.r1], cpu.fpr[i.r2], float_masks(cpu)));
}
void MXD(Cpu& cpu, const Insn& i) {
  require_specification(cpu, is_float_pair(i.r1));
  const u64 second = cpu.load64(second_address(cpu, i));
  set_pair(cpu, i.r1, hfp::multiply_long_to_extended(cpu.fpr[i.r1], second, float_masks(cpu)));
}

// The right half of R1 is not changed.
void LRER(Cpu& cpu, const Insn& i) {
  require_specification(cpu, is_float_register(i.r1) && is_float_register(i.r2));
  const hfp::ShortOutcome outcome = hfp::round_long_to_short(cpu.fpr[i.r2]);
  cpu.fpr[i.r1] = u64{outcome.value} << 32 | static_cast<u32>(cpu.fpr[i.r1]);
  raise_unless_none(cpu, outcome.exception);
}
void LRDR(Cpu& cpu, const Insn& i) {
  require_specification(cpu, is_float_register(i.r1) && is_float_pair(i.r2));
  const hfp::LongOutcome outcome = hfp::round_extended_to_long(pair(cpu, i.r2));
  cpu.fpr[i.r1] = outcome.value;
  raise_unless_none(cpu, outcome.exception);
}

}  // namespace replica::routines
