#include "jit/asmjit/assembler.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace replica {
namespace {

bool is_byte(i64 value) { return value == static_cast<i8>(value); }
bool is_word(i64 value) { return value == static_cast<i32>(value); }

// An immediate operand of so many bytes, as a number with a sign.
i64 signed_value(const asmjit::Imm& immediate, u32 size) {
  const i64 value = immediate.value();
  return size == 1   ? static_cast<i8>(value)
         : size == 2 ? static_cast<i16>(value)
         : size == 4 ? static_cast<i32>(value)
                     : value;
}

}  // namespace

void Assembler::begin(const u8* runs_at) {
  _bufferPtr = _bufferData;
  labels_.clear();
  open_jumps_ = 0;
  runs_at_ = reinterpret_cast<u64>(runs_at);
}

// What asmjit has not emitted itself it does not know to be there.
void Assembler::grow() {
  asmjit::CodeBuffer& buffer = currentSection()->buffer();
  buffer._size = offset();
  CHECK(code()->growBuffer(&buffer, kRoom) == asmjit::kErrorOk);
}

// ---- Encoding ----

u8* Assembler::put_opcode(u8* at, u32 form, u32 rex) {
  if (form & k16) *at++ = 0x66;
  if (form & kWide) rex |= 8;
  if (rex != 0 || form & kRex) *at++ = static_cast<u8>(0x40 | rex);
  if (form & (k0F | k0F38)) *at++ = 0x0F;
  if (form & k0F38) *at++ = 0x38;
  *at++ = static_cast<u8>(form);
  return at;
}

void Assembler::encode(u32 form, u32 reg, u32 rm) {
  u8* at = put_opcode(room(), form, (reg & 8) >> 1 | rm >> 3);
  *at++ = static_cast<u8>(0xC0 | (reg & 7) << 3 | (rm & 7));
  _bufferPtr = at;
}

// The registers 4 and 12 as base stand for a second byte, SIB; 5 and 13 without displacement stand for something else.
void Assembler::encode(u32 form, u32 reg, const Mem& rm) {
  const u32 base = rm.baseId(), displacement = static_cast<u32>(rm.offsetLo32());
  const u32 index = rm.hasIndex() ? rm.indexId() : 4;  // which is none
  u8* at = put_opcode(room(), form, (reg & 8) >> 1 | (index & 8) >> 2 | base >> 3);
  const u32 mode = displacement == 0 && (base & 7) != 5 ? 0 : is_byte(static_cast<i32>(displacement)) ? 1 : 2;
  const bool has_sib = rm.hasIndex() || (base & 7) == 4;
  *at++ = static_cast<u8>(mode << 6 | (reg & 7) << 3 | (has_sib ? 4 : base & 7));
  if (has_sib) *at++ = static_cast<u8>(rm.shift() << 6 | (index & 7) << 3 | (base & 7));
  if (mode == 1) *at++ = static_cast<u8>(displacement);
  if (mode == 2) {
    std::memcpy(at, &displacement, sizeof displacement);
    at += sizeof displacement;
  }
  _bufferPtr = at;
}

void Assembler::encode_short(u32 form, const Gp& gp) {
  if (gp.size() == 8) form |= kWide;
  u8* at = put_opcode(room(), form, gp.id() >> 3);
  at[-1] = static_cast<u8>(at[-1] | (gp.id() & 7));
  _bufferPtr = at;
}

void Assembler::append(u64 value, u32 bytes) {
  std::memcpy(_bufferPtr, &value, sizeof value);  // there is room for all of it
  _bufferPtr += bytes;
}

// ---- Immediate operands ----

void Assembler::mov(const Gp& to, const Imm& value) {
  const u64 number = static_cast<u64>(value.value());
  if (to.size() == 8 && is_word(value.value())) {
    encode(kWide | 0xC7, 0, to.id());
    return append(number, 4);
  }
  DCHECK(to.size() >= 4);
  encode_short(0xB8, to);
  append(number, to.size());
}

void Assembler::push(const Imm& value) {
  DCHECK(is_byte(value.value()));
  _bufferPtr = put_opcode(room(), 0x6A, 0);
  append(static_cast<u64>(value.value()), 1);
}

void Assembler::mov(const Mem& to, const Imm& value) {
  encode(sized(0xC6, to.size()), 0, to);
  append(static_cast<u64>(value.value()), std::min(to.size(), 4u));
}

void Assembler::mov(const Gp& to, const asmjit::Operand& from) {
  if (from.isReg()) return mov(to, from.as<Gp>());
  if (from.isMem()) return mov(to, from.as<Mem>());
  mov(to, from.as<Imm>());
}

void Assembler::arithmetic(Arithmetic what, const Gp& to, const Imm& value) {
  const u32 size = to.size();
  const i64 number = signed_value(value, size);
  const bool is_short = size == 1 || is_byte(number);
  if (to.id() == Gp::kIdAx && (size == 1 || !is_short)) {
    _bufferPtr = put_opcode(room(), sized(opcode_of(what) | 4, to), 0);
  } else {
    encode(sized(0x80, to) | (is_short && size != 1) * 2, static_cast<u32>(what), to.id());
  }
  append(static_cast<u64>(number), is_short ? 1 : std::min(size, 4u));
}

void Assembler::arithmetic(Arithmetic what, const Mem& to, const Imm& value) {
  const u32 size = to.size();
  const i64 number = signed_value(value, size);
  const bool is_short = size == 1 || is_byte(number);
  encode(sized(0x80, size) | (is_short && size != 1) * 2, static_cast<u32>(what), to);
  append(static_cast<u64>(number), is_short ? 1 : std::min(size, 4u));
}

void Assembler::arithmetic(Arithmetic what, const Gp& to, const asmjit::Operand& from) {
  if (from.isReg()) return arithmetic(what, to, from.as<Gp>());
  if (from.isMem()) return arithmetic(what, to, from.as<Mem>());
  arithmetic(what, to, from.as<Imm>());
}

void Assembler::test(const Gp& value, const Imm& mask) {
  if (value.id() == Gp::kIdAx) {
    _bufferPtr = put_opcode(room(), sized(0xA8, value), 0);
  } else {
    encode(sized(0xF6, value), 0, value.id());
  }
  append(static_cast<u64>(mask.value()), std::min(value.size(), 4u));
}

void Assembler::test(const Mem& value, const Imm& mask) {
  encode(sized(0xF6, value.size()), 0, value);
  append(static_cast<u64>(mask.value()), std::min(value.size(), 4u));
}

void Assembler::shift(Shift what, const Gp& value, u32 amount) {
  encode(sized(amount == 1 ? 0xD0 : 0xC0, value), static_cast<u32>(what), value.id());
  if (amount != 1) append(amount, 1);
}

// ---- Jumps ----

void Assembler::bind(const Label& label) {
  LabelState& state = labels_[label.id_];
  state.bound = static_cast<i32>(offset());
  for (i32 jump = state.last_jump; jump >= 0; --open_jumps_) {
    i32 before;
    std::memcpy(&before, _bufferData + jump, sizeof before);
    const i32 displacement = state.bound - (jump + static_cast<i32>(sizeof before));
    std::memcpy(_bufferData + jump, &displacement, sizeof displacement);
    jump = before;
  }
}

// The displacement of a jump to a label that is not bound yet, or too far behind for one byte.
void Assembler::append_displacement(const Label& to) {
  LabelState& state = labels_[to.id_];
  const i32 here = static_cast<i32>(offset());
  if (state.bound >= 0) return append(static_cast<u32>(state.bound - (here + 4)), 4);
  append(static_cast<u32>(std::exchange(state.last_jump, here)), 4);
  ++open_jumps_;
}

std::optional<u8> Assembler::short_displacement(const Label& to) const {
  const i32 bound = labels_[to.id_].bound, displacement = bound - (static_cast<i32>(offset()) + 2);
  if (bound < 0 || !is_byte(displacement)) return std::nullopt;
  return static_cast<u8>(displacement);
}

void Assembler::j(host::CondCode condition, const Label& to) {
  u8* const at = room();
  at[0] = static_cast<u8>(0x70 | static_cast<u8>(condition));
  if (const auto displacement = short_displacement(to)) {
    at[1] = *displacement;
    _bufferPtr = at + 2;
    return;
  }
  at[1] = static_cast<u8>(0x80 | static_cast<u8>(condition));
  at[0] = 0x0F;
  _bufferPtr = at + 2;
  append_displacement(to);
}

void Assembler::jmp(const Label& to) {
  u8* const at = room();
  if (const auto displacement = short_displacement(to)) {
    at[0] = 0xEB;
    at[1] = *displacement;
    _bufferPtr = at + 2;
    return;
  }
  at[0] = 0xE9;
  _bufferPtr = at + 1;
  append_displacement(to);
}

u32 Assembler::jump_to_next() {
  *room() = 0xE9;
  const u32 place = static_cast<u32>(offset() + 1);
  ++_bufferPtr;
  append(0, 4);
  return place;
}

void Assembler::to_address(u8 opcode, u64 address) {
  u8* const at = room();
  const i64 displacement = static_cast<i64>(address - (runs_at_ + offset() + 5));
  CHECK(is_word(displacement));
  *at = opcode;
  ++_bufferPtr;
  append(static_cast<u64>(displacement), 4);
}

}  // namespace replica
