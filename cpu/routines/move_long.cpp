// MVCL and CLCL: operands named by register pairs, processed in units that never cross a 2K block. The registers always
// tell how far the instruction has come, so an access exception or the end of the budget between two units needs nothing
// more: the instruction is simply begun again. GA22-7000 "Move Long", "Compare Logical Long".
#include <algorithm>
#include <cstring>

#include "cpu/routines.h"

namespace replica::routines {
namespace {

// Units that one dispatch of the instruction may do, so that interruptions are looked at in between.
constexpr unsigned kUnitsPerDispatch = 16;

// An operand: the address in a register, the length in the next one.
class LongOperand {
 public:
  LongOperand(Cpu& cpu, unsigned n) : cpu_(cpu), register_(n) {}
  u32 address() const { return cpu_.gr[register_] & kAddressMask; }
  u32 length() const { return cpu_.gr[register_ + 1] & kAddressMask; }
  u8 pad() const { return static_cast<u8>(cpu_.gr[register_ + 1] >> 24); }
  bool is_same(const LongOperand& other) const { return register_ == other.register_; }
  u32 left_in_block() const { return kBlockSize - (address() & (kBlockSize - 1)); }
  // Moves on by `bytes`. Bits 0-7 of the address register become zero.
  void advance(u32 bytes) {
    const u32 count = cpu_.gr[register_ + 1];
    cpu_.set_gr(register_, (address() + bytes) & kAddressMask);
    cpu_.set_gr(register_ + 1, (count & 0xFF000000) | ((count - bytes) & kAddressMask));
    cpu_.per.stand = true;
  }

 private:
  Cpu& cpu_;
  unsigned register_;
};

void require_even_registers(Cpu& cpu, const Insn& i) { require_specification(cpu, ((i.r1 | i.r2) & 1) == 0); }

// True if a byte of the second operand would be fetched after a store had changed it.
bool is_destructive(const LongOperand& first, const LongOperand& second) {
  const u32 moved = std::min(first.length(), second.length());
  const u32 distance = (first.address() - second.address()) & kAddressMask;
  return moved > 1 && distance >= 1 && distance <= moved - 1;
}

// R1 and R2 may name one pair.
void advance_both(LongOperand& first, LongOperand& second, u32 bytes) {
  first.advance(bytes);
  if (!second.is_same(first)) second.advance(bytes);
}

void move_unit(Cpu& cpu, LongOperand& first, LongOperand& second) {
  u32 bytes = std::min(first.length(), first.left_in_block());
  if (second.length() == 0) {
    std::memset(cpu.store_area(first.address(), bytes).first, second.pad(), bytes);
    first.advance(bytes);
    return;
  }
  bytes = std::min({bytes, second.length(), second.left_in_block()});
  const Operands operands = store_and_fetch(cpu, first.address(), bytes, second.address(), bytes);
  std::memmove(operands.first.first, operands.second.first, bytes);
  advance_both(first, second, bytes);
}

}  // namespace

// CC 0 lengths equal, 1 first operand shorter, 2 first operand longer, 3 destructive overlap and nothing moved.
void MVCL(Cpu& cpu, const Insn& i) {
  require_even_registers(cpu, i);
  LongOperand first(cpu, i.r1), second(cpu, i.r2);
  if (is_destructive(first, second)) {
    cpu.psw.cc = 3;
    return;
  }
  const u8 cc = static_cast<u8>(first.length() == second.length() ? 0 : first.length() < second.length() ? 1 : 2);
  for (unsigned units = 0; first.length() != 0; ++units) {
    if (units == kUnitsPerDispatch) {
      cpu.psw.address = i.address;
      return;
    }
    move_unit(cpu, first, second);
  }
  first.advance(0);
  second.advance(0);
  cpu.psw.cc = cc;
}

// CC 0 equal, 1 first operand low, 2 first operand high.
void CLCL(Cpu& cpu, const Insn& i) {
  require_even_registers(cpu, i);
  LongOperand first(cpu, i.r1), second(cpu, i.r2);
  const u8 pad = second.pad();
  u8 cc = 0;
  for (unsigned units = 0; first.length() != 0 || second.length() != 0; ++units) {
    if (units == kUnitsPerDispatch) {
      cpu.psw.address = i.address;
      return;
    }
    const auto usable = [](const LongOperand& operand) {
      return operand.length() == 0 ? kBlockSize : std::min(operand.length(), operand.left_in_block());
    };
    const u32 bytes = std::min(usable(first), usable(second));
    const u8* a = first.length() != 0 ? cpu.fetch_area(first.address(), bytes).first : nullptr;
    const u8* b = second.length() != 0 ? cpu.fetch_area(second.address(), bytes).first : nullptr;
    const auto byte_of = [&](const u8* p, u32 n) { return p ? p[n] : pad; };
    u32 n = 0;
    while (n < bytes && byte_of(a, n) == byte_of(b, n)) ++n;
    if (n < bytes) cc = byte_of(a, n) < byte_of(b, n) ? 1 : 2;
    if (a && b) {
      advance_both(first, second, n);
    } else {
      (a ? first : second).advance(n);
    }
    if (n < bytes) break;
  }
  first.advance(0);
  second.advance(0);
  cpu.psw.cc = cc;
}

}  // namespace replica::routines
