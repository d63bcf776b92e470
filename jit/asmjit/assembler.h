// The assembler of generated code: asmjit's, but for labels and for the instructions of which nearly all code consists. Those
// are encoded here, byte for byte as asmjit would (tests/jit/asmjit/assembler_test.cpp), at a sixth of the cost: asmjit finds
// out of each operand at run time what the compiler knows here. Operands are asmjit's, and so are the names.
//
// Operands in memory have a base register; immediate operands are words that are extended by their sign.
#pragma once

#include <asmjit/x86.h>

#include <optional>
#include <vector>

#include "base/check.h"
#include "base/types.h"

namespace replica {

namespace host = asmjit::x86;

// A place in the piece of code that is being made.
class Label {
 public:
  Label() = default;
  bool isValid() const { return id_ != kNone; }

 private:
  friend class Assembler;
  static constexpr u32 kNone = ~0u;
  explicit Label(u32 id) : id_(id) {}

  u32 id_ = kNone;
};

class Assembler final : public host::Assembler {
 public:
  using Gp = host::Gp;
  using Mem = host::Mem;
  using Imm = asmjit::Imm;

  // The instructions of the host that are alike, by their encoding.
  enum class Arithmetic : u8 { add = 0, or_ = 1, and_ = 4, sub = 5, xor_ = 6, cmp = 7 };
  enum class Shift : u8 { rol = 0, shl = 4, shr = 5, sar = 7 };

  // Begins a new piece of code, which will run at this address.
  void begin(const u8* runs_at);

  // ---- Labels, and jumps to them ----

  Label new_label() {
    labels_.emplace_back();
    return Label(static_cast<u32>(labels_.size() - 1));
  }
  void bind(const Label& label);
  // Of a label that has been bound.
  u32 offset_of(const Label& label) const { return static_cast<u32>(labels_[label.id_].bound); }
  // Jumps to labels that are not bound yet.
  u32 open_jumps() const { return open_jumps_; }

  void j(host::CondCode condition, const Label& to);
  void jmp(const Label& to);
  // A jump to what is behind it, to be changed later. Where its displacement of 4 bytes is.
  u32 jump_to_next();
#define JUMP(name, condition) \
  void name(const Label& to) { j(host::CondCode::condition, to); }
  JUMP(ja, kA)
  JUMP(jae, kAE)
  JUMP(jb, kB)
  JUMP(jbe, kBE)
  JUMP(jc, kC)
  JUMP(jnc, kNC)
  JUMP(je, kE)
  JUMP(jne, kNE)
  JUMP(jz, kZ)
  JUMP(jnz, kNZ)
  JUMP(jo, kO)
  JUMP(jno, kNO)
  JUMP(js, kS)
  JUMP(jns, kNS)
#undef JUMP

  // To an address that is not farther away than 2 GB.
  void jmp(u64 address) { to_address(0xE9, address); }
  void call(u64 address) { to_address(0xE8, address); }
  void jmp(const Mem& place) { encode(0xFF, 4, place); }
  void jmp(const Gp& address) { encode(0xFF, 4, address.id()); }
  void call(const Gp& address) { encode(0xFF, 2, address.id()); }

  // ---- Moves ----

  void mov(const Gp& to, const Gp& from) { encode(sized(0x88, to, from), from.id(), to.id()); }
  void mov(const Gp& to, const Mem& from) { encode(sized(0x8A, to), to.id(), from); }
  void mov(const Mem& to, const Gp& from) { encode(sized(0x88, from), from.id(), to); }
  void mov(const Gp& to, const Imm& value);
  void mov(const Mem& to, const Imm& value);
  void mov(const Gp& to, const asmjit::Operand& from);  // one of these three
  void movbe(const Gp& to, const Mem& from) { encode((sized(0, to) & ~1u) | k0F38 | 0xF0, to.id(), from); }
  void movbe(const Mem& to, const Gp& from) { encode((sized(0, from) & ~1u) | k0F38 | 0xF1, from.id(), to); }
  void bswap(const Gp& value) { encode_short(k0F | 0xC8, value); }
  // To a word.
  void movzx(const Gp& to, const Gp& from) { encode(sized(k0F | 0xB6, from) & ~k16, to.id(), from.id()); }
  void movzx(const Gp& to, const Mem& from) { encode(k0F | 0xB6 | (from.size() != 1), to.id(), from); }
  void movsx(const Gp& to, const Gp& from) { encode(sized(k0F | 0xBE, from) & ~k16, to.id(), from.id()); }
  // From a word to a long one.
  void movsxd(const Gp& to, const Gp& from) { encode(kWide | 0x63, to.id(), from.id()); }
  void cmov(host::CondCode condition, const Gp& to, const Gp& from) {
    encode((sized(0, to) & ~1u) | k0F | 0x40 | static_cast<u32>(condition), to.id(), from.id());
  }
  void lea(const Gp& to, const Mem& address) { encode(sized(0x8C, to), to.id(), address); }
  void push(const Gp& value) { encode_short(0x50, value.r32()); }
  void push(const Imm& value);  // -128 to 127
  void pop(const Gp& value) { encode_short(0x58, value.r32()); }

  // ---- Arithmetic ----

  void arithmetic(Arithmetic what, const Gp& to, const Gp& from) {
    encode(sized(opcode_of(what), to, from), from.id(), to.id());
  }
  void arithmetic(Arithmetic what, const Gp& to, const Mem& from) {
    encode(sized(opcode_of(what) | 2, to), to.id(), from);
  }
  void arithmetic(Arithmetic what, const Mem& to, const Gp& from) {
    encode(sized(opcode_of(what), from), from.id(), to);
  }
  void arithmetic(Arithmetic what, const Gp& to, const Imm& value);
  void arithmetic(Arithmetic what, const Mem& to, const Imm& value);
  void arithmetic(Arithmetic what, const Gp& to, const asmjit::Operand& from);  // a register, memory or an immediate
#define ARITHMETIC(name)                                                                  \
  void name(const Gp& to, const Gp& from) { arithmetic(Arithmetic::name, to, from); }     \
  void name(const Gp& to, const Mem& from) { arithmetic(Arithmetic::name, to, from); }    \
  void name(const Mem& to, const Gp& from) { arithmetic(Arithmetic::name, to, from); }    \
  void name(const Gp& to, const Imm& value) { arithmetic(Arithmetic::name, to, value); }  \
  void name(const Mem& to, const Imm& value) { arithmetic(Arithmetic::name, to, value); } \
  void name(const Gp& to, const asmjit::Operand& from) { arithmetic(Arithmetic::name, to, from); }
  ARITHMETIC(add)
  ARITHMETIC(or_)
  ARITHMETIC(and_)
  ARITHMETIC(sub)
  ARITHMETIC(xor_)
  ARITHMETIC(cmp)
#undef ARITHMETIC
  void test(const Gp& a, const Gp& b) { encode(sized(0x84, a, b), b.id(), a.id()); }
  void test(const Gp& value, const Imm& mask);
  void test(const Mem& value, const Imm& mask);
  void not_(const Gp& value) { encode(sized(0xF6, value), 2, value.id()); }

  void shift(Shift what, const Gp& value, u32 amount);
  void shift_by_cl(Shift what, const Gp& value) { encode(sized(0xD2, value), static_cast<u32>(what), value.id()); }
#define SHIFT(name) \
  void name(const Gp& value, u32 amount) { shift(Shift::name, value, amount); }
  SHIFT(rol)
  SHIFT(shl)
  SHIFT(shr)
  SHIFT(sar)
#undef SHIFT
  void shl_by_cl(const Gp& value) { shift_by_cl(Shift::shl, value); }
  void shr_by_cl(const Gp& value) { shift_by_cl(Shift::shr, value); }
  void set(host::CondCode condition, const Gp& to) {
    encode(byte_form(to) | k0F | 0x90 | static_cast<u32>(condition), 0, to.id());
  }

 private:
  // A form of an instruction: its opcode, and what stands before that.
  static constexpr u32 k0F = 0x100, k0F38 = 0x200;
  static constexpr u32 kWide = 0x400;  // REX.W: the operands have 64 bits
  static constexpr u32 k16 = 0x800;    // 66: they have 16
  static constexpr u32 kRex = 0x1000;  // REX, without which a byte register is another one

  // The numbers of spl to dil are those of ah to bh if there is no REX.
  static u32 byte_form(const Gp& gp) { return gp.id() >= 4 ? kRex : 0; }
  // The form for operands as long as a register, from that for bytes, whose opcode is even.
  static u32 sized(u32 form, u32 size) { return form | (size != 1) | (size == 8) * kWide | (size == 2) * k16; }
  static u32 sized(u32 form, const Gp& gp) { return sized(form, gp.size()) | (gp.size() == 1 ? byte_form(gp) : 0); }
  static u32 sized(u32 form, const Gp& a, const Gp& b) { return sized(form, a) | (a.size() == 1 ? byte_form(b) : 0); }
  static u32 opcode_of(Arithmetic what) { return static_cast<u32>(what) * 8; }

  // The opcode and what stands before it; `rex` are the bits R, X and B.
  static u8* put_opcode(u8* at, u32 form, u32 rex);
  // An instruction whose ModRM byte has `reg`, a register or a part of the opcode, and a register or an operand in memory.
  void encode(u32 form, u32 reg, u32 rm);
  void encode(u32 form, u32 reg, const Mem& rm);
  // One that has its register in the opcode.
  void encode_short(u32 form, const Gp& gp);
  // What follows an encoded instruction.
  void append(u64 value, u32 bytes);
  void append_displacement(const Label& to);
  // Of a jump of two bytes, if the label is bound and near.
  std::optional<u8> short_displacement(const Label& to) const;
  void to_address(u8 opcode, u64 address);

  // Where the next byte goes; there is room for an instruction, and for the next, if that is asmjit's.
  u8* room() {
    if (remainingSpace() < kRoom) [[unlikely]]
      grow();
    return _bufferPtr;
  }
  void grow();
  static constexpr std::size_t kRoom = 64;

  // A label: its offset, when it is bound; until then the last jump to it. The displacement of each jump has the place of
  // that of the jump before it.
  struct LabelState {
    i32 bound = -1;
    i32 last_jump = -1;
  };
  std::vector<LabelState> labels_;
  u32 open_jumps_ = 0;
  u64 runs_at_ = 0;
};

}  // namespace replica
