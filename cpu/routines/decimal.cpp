// Decimal instructions: operands from storage to frontend/decimal.h and back. GA22-7000 "Decimal Instructions".
#include "frontend/decimal.h"

#include <algorithm>

#include "cpu/routines.h"
#include "frontend/edit.h"

namespace replica::routines {
namespace {

using Operation = decimal::Outcome(u8*, unsigned, const u8*, unsigned);

void raise_unless_none(Cpu& cpu, decimal::Exception exception) {
  if (exception != decimal::Exception::none) cpu.throw_program(static_cast<ProgramCode>(exception));
}

// The result has been stored: sets the condition code, and takes decimal overflow if the mask asks.
void finish(Cpu& cpu, const decimal::Outcome& outcome) {
  cpu.psw.cc = outcome.cc;
  if (outcome.exception == decimal::Exception::decimal_overflow && (cpu.psw.program_mask & Psw::kDecimalOverflow)) {
    cpu.throw_program(ProgramCode::decimal_overflow);
  }
}

bool stores_result(const decimal::Outcome& outcome) {
  return outcome.exception == decimal::Exception::none || outcome.exception == decimal::Exception::decimal_overflow;
}

// first = first op second. An operation checks all that it reads before it writes, so it may work in storage itself, where
// the access is allowed already. (What may be stored into may be fetched.)
template <Operation* operation>
decimal::Outcome operate(Cpu& cpu, const Insn& i) {
  const u32 target = first_address(cpu, i), source = second_address(cpu, i);
  const u32 length1 = i.l1 + 1u, length2 = i.l2 + 1u;
  u8* const target_bytes = at_once(cpu, AccessKind::store, target, length1);
  const u8* const source_bytes = at_once(cpu, AccessKind::fetch, source, length2);
  if (target_bytes && source_bytes) {
    const decimal::Outcome outcome = operation(target_bytes, length1, source_bytes, length2);
    if (!stores_result(outcome)) raise_unless_none(cpu, outcome.exception);
    return outcome;
  }
  u8 first[16], second[16];
  cpu.check_store(target, length1);
  copy_from(cpu.fetch_area(source, length2), length2, second);
  copy_from(cpu.fetch_area(target, length1), length1, first);
  const decimal::Outcome outcome = operation(first, length1, second, length2);
  if (!stores_result(outcome)) raise_unless_none(cpu, outcome.exception);
  copy_to(cpu.store_area(target, length1), length1, first);
  return outcome;
}

// The multiplier or divisor has at most 8 bytes and fewer than the first operand.
void require_short_second(Cpu& cpu, const Insn& i) { require_specification(cpu, i.l2 <= 7 && i.l2 < i.l1); }

// Edits, with the second operand at `source`. It has a byte for each of the pattern's at most.
EditOutcome edit_from(Cpu& cpu, u32 source, const u8* pattern, u32 length, u8* result) {
  if (const u8* next = at_once(cpu, AccessKind::fetch, source, length)) {
    return edit(pattern, length, result, [&] { return *next++; });
  }
  return edit(pattern, length, result, [&] {
    const u8 byte = cpu.load8(source);
    source = (source + 1) & kAddressMask;
    return byte;
  });
}

// Edits and returns where EDMK's mark is, or -1.
int edit_operand(Cpu& cpu, const Insn& i) {
  const u32 target = first_address(cpu, i);
  const u32 length = i.l1 + 1u;
  if (!at_once(cpu, AccessKind::store, target, length)) cpu.check_store(target, length);
  u8 buffer[256], result[256];
  const u8* const pattern = in_one_piece(cpu.fetch_area(target, length), length, buffer);
  const EditOutcome outcome = edit_from(cpu, second_address(cpu, i), pattern, length, result);
  if (outcome.data_exception) cpu.throw_program(ProgramCode::data);
  copy_to(cpu.store_area(target, length), length, result);
  cpu.psw.cc = outcome.cc;
  return outcome.mark;
}

}  // namespace

void ZAP(Cpu& cpu, const Insn& i) { finish(cpu, operate<decimal::zero_and_add>(cpu, i)); }
void AP(Cpu& cpu, const Insn& i) { finish(cpu, operate<decimal::add>(cpu, i)); }
void SP(Cpu& cpu, const Insn& i) { finish(cpu, operate<decimal::subtract>(cpu, i)); }

void CP(Cpu& cpu, const Insn& i) {
  const u32 length1 = i.l1 + 1u, length2 = i.l2 + 1u;
  u8 buffer1[16], buffer2[16];
  const u8* const first = in_one_piece(cpu.fetch_area(first_address(cpu, i), length1), length1, buffer1);
  const u8* const second = in_one_piece(cpu.fetch_area(second_address(cpu, i), length2), length2, buffer2);
  const decimal::Outcome outcome = decimal::compare(first, length1, second, length2);
  raise_unless_none(cpu, outcome.exception);
  cpu.psw.cc = outcome.cc;
}

// The condition code is not changed.
void MP(Cpu& cpu, const Insn& i) {
  require_short_second(cpu, i);
  operate<decimal::multiply>(cpu, i);
}
void DP(Cpu& cpu, const Insn& i) {
  require_short_second(cpu, i);
  operate<decimal::divide>(cpu, i);
}

void SRP(Cpu& cpu, const Insn& i) {
  const u32 target = first_address(cpu, i);
  const u32 length = i.l1 + 1u;
  cpu.check_store(target, length);
  u8 first[16];
  copy_from(cpu.fetch_area(target, length), length, first);
  const decimal::Outcome outcome = decimal::shift_and_round(first, length, second_address(cpu, i) & 63, i.r3);
  if (!stores_result(outcome)) raise_unless_none(cpu, outcome.exception);
  copy_to(cpu.store_area(target, length), length, first);
  finish(cpu, outcome);
}

void ED(Cpu& cpu, const Insn& i) { edit_operand(cpu, i); }

void EDMK(Cpu& cpu, const Insn& i) {
  const u32 pattern = first_address(cpu, i);
  const int mark = edit_operand(cpu, i);
  if (mark < 0) return;
  cpu.set_gr(1, (cpu.gr[1] & 0xFF000000) | ((pattern + static_cast<u32>(mark)) & kAddressMask));
}

void CVB(Cpu& cpu, const Insn& i) {
  u8 buffer[8];
  const u8* const packed = in_one_piece(cpu.fetch_area(second_address(cpu, i), 8), 8, buffer);
  const decimal::Binary binary = decimal::convert_to_binary(packed);
  if (binary.exception != decimal::Exception::data) {
    cpu.set_gr(i.r1, binary.value);
    cpu.per.stand = true;
  }
  raise_unless_none(cpu, binary.exception);
}

void CVD(Cpu& cpu, const Insn& i) {
  const Area target = cpu.store_area(second_address(cpu, i), 8);
  if (target.is_contiguous(8)) return decimal::convert_to_decimal(cpu.gr[i.r1], target.first);
  u8 packed[8];
  decimal::convert_to_decimal(cpu.gr[i.r1], packed);
  copy_to(target, 8, packed);
}

}  // namespace replica::routines
