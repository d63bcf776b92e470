// Access to storage: the look-up in the access map, which is storage key and DAT check in one, and what follows it.

#include <algorithm>
#include <bit>

#include "frontend/semantics/storage_to_storage.h"
#include "jit/asmjit/block_generator.h"
#include "jit/pieces.h"
#include "mmu/storage.h"

namespace replica {
namespace {

bool has_movbe() {
  static const bool has = asmjit::CpuInfo::host().features().x86().hasMOVBE();
  return has;
}

host::Gp sized(const host::Gp& gp, u32 length) {
  switch (length) {
    case 1: return gp.r8();
    case 2: return gp.r16();
    case 4: return gp.r32();
    default: return gp.r64();
  }
}

u32 reversed(u32 value, u32 length) {
  return length == 1   ? value & 0xFF
         : length == 2 ? __builtin_bswap16(static_cast<u16>(value))
                       : __builtin_bswap32(value);
}

Assembler::Arithmetic instruction_of(Combination combination) {
  switch (combination) {
    case Combination::and_: return Assembler::Arithmetic::and_;
    case Combination::or_: return Assembler::Arithmetic::or_;
    case Combination::exclusive_or: break;
  }
  return Assembler::Arithmetic::xor_;
}

// How many bytes of an operand tell its lines: if it lies in one, the first.
u32 bytes_to_test(u32 address, u32 length) {
  constexpr u32 kLine = 1u << Storage::kLineShift;
  return address % kLine + length <= kLine ? 1 : length;
}

// The entry of a known address in one of the access map's arrays.
host::Mem entry_operand(std::size_t entries, u32 address) {
  return host::qword_ptr(kMapRegister, static_cast<i32>(entries + sizeof(i64) * (address >> kBlockShift)));
}

}  // namespace

Label BlockGenerator::cold() {
  if (!cold_.isValid()) cold_ = a_.new_label();
  return cold_;
}

host::Mem BlockGenerator::emit_lookup(Ref address, u32 length, std::size_t entries, bool must_be_aligned) {
  const host::Gp entry = entry_register_ = values_.allocate();
  if (values_.is_constant(address)) {
    const u32 known = values_.constant(address);
    if (is_beside_code(known, length, entries)) return emit_store_beside_code(known, length, entry);
    if ((known & (kBlockSize - 1)) + length > kBlockSize) a_.jmp(cold());
    a_.mov(entry, entry_operand(entries, known));
    const Label access = a_.new_label();
    a_.test(entry, entry);
    a_.js(negative_entry({entry, known, {}}, bytes_to_test(known, length), entries, access));
    a_.bind(access);
    return host::ptr(entry, static_cast<i32>(known));
  }
  const host::Gp at = values_.in_register(address);
  emit_entry_of(at, length, entries, must_be_aligned, entry, cold());
  const Label access = a_.new_label();
  a_.js(negative_entry({entry, 0, at}, must_be_aligned ? 1 : length, entries, access));
  a_.bind(access);
  return host::ptr(entry, at);
}

void BlockGenerator::emit_entry_of(const host::Gp& address, u32 length, std::size_t entries, bool must_be_aligned,
                                   const host::Gp& entry, const Label& outside) {
  if (must_be_aligned && length > 1) {
    a_.test(address.r8(), length - 1);
    a_.jnz(outside);
  }
  if (!must_be_aligned && length > 1) {
    a_.mov(entry.r32(), address.r32());
    a_.and_(entry.r32(), kBlockSize - 1);
    a_.cmp(entry.r32(), kBlockSize - length);
    a_.ja(outside);
  }
  a_.mov(entry.r32(), address.r32());
  a_.shr(entry.r32(), kBlockShift);
  a_.mov(entry, host::qword_ptr(kMapRegister, entry, 3, static_cast<i32>(entries)));
  a_.test(entry, entry);
}

// True for a store into the block that the code stands in, and lines of it that have never held code.
bool BlockGenerator::is_beside_code(u32 known, u32 length, std::size_t entries) const {
  const bool is_near = surroundings_.block && entries == offsetof(AccessMap, store) &&
                       known >> kBlockShift == block_.address >> kBlockShift &&
                       (known & (kBlockSize - 1)) + length <= kBlockSize;
  return is_near && (Storage::lines_of(known, length) & surroundings_.lines_with_code) == 0;
}

// The entry of such a store is held back. If it is the one to be expected, of the block of the code, there is nothing more to
// ask, since the code will be given up when its assumption no longer holds.
host::Mem BlockGenerator::emit_store_beside_code(u32 known, u32 length, const host::Gp& entry) {
  code_->assumed_lines |= Storage::lines_of(known, length);
  const host::Mem place = entry_operand(offsetof(AccessMap, store), known);
  const i64 expected = reinterpret_cast<i64>(surroundings_.block) - (known & ~(kBlockSize - 1));
  const Label other = a_.new_label(), access = a_.new_label();
  a_.mov(entry, ~expected);
  a_.cmp(entry, place);
  a_.jne(other);
  a_.not_(entry);
  a_.bind(access);
  const std::optional<host::Gp> byte = values_.spare_register();
  out_of_line([=, this] {
    a_.bind(other);
    a_.mov(entry, place);
    a_.test(entry, entry);
    a_.jns(access);
    if (byte) {
      emit_held_back_store({entry, known, {}}, bytes_to_test(known, length), *byte, access, cold());
    } else {
      a_.jmp(cold());
    }
  });
  return host::ptr(entry, static_cast<i32>(known));
}

host::Mem BlockGenerator::emit_operand(Ref at, u32 length, std::size_t entries, bool must_be_aligned) {
  if (is_grouped(at)) return emit_grouped_operand(at, length, entries, must_be_aligned);
  return emit_lookup(operation(at).operands[0], length, entries, must_be_aligned);
}

// The group's register has where the area of the group begins in host memory, or is negative.
host::Mem BlockGenerator::emit_grouped_operand(Ref at, u32 length, std::size_t entries, bool must_be_aligned) {
  const ir::LookUpGroup& group = block_.groups[group_];
  const u32 displacement = operation(operation(at).operands[0]).imm;
  const host::Gp entry = entry_register_ = values_.allocate();
  const host::Gp address = values_.allocate();  // for looking up
  values_.release(address);
  const Label look_up = a_.new_label(), access = a_.new_label();
  if (!is_group_looked_up_) {
    emit_group_look_up(group, entry, look_up);
    is_group_looked_up_ = true;
    a_.mov(entry, kGroupRegister);
  } else {
    a_.mov(entry, kGroupRegister);
    a_.test(entry, entry);
    a_.js(look_up);
  }
  a_.bind(access);
  out_of_line([=, this, &group] {
    a_.bind(look_up);
    emit_look_up_beside_group(group, displacement, length, entries, must_be_aligned, entry, address);
    a_.jmp(access);
  });
  return host::ptr(entry, static_cast<i32>(displacement - group.displacement));
}

void BlockGenerator::emit_group_look_up(const ir::LookUpGroup& group, const host::Gp& scratch, const Label& look_up) {
  const Label failed = a_.new_label();
  emit_group_address(group, group.displacement, kGroupRegister);
  const std::size_t entries = group.stores ? offsetof(AccessMap, store) : offsetof(AccessMap, fetch);
  emit_entry_of(kGroupRegister, group.length, entries, false, scratch, failed);
  a_.js(failed);
  a_.add(kGroupRegister, scratch);
  out_of_line([=, this] {
    a_.bind(failed);
    a_.mov(kGroupRegister, -1);
    a_.jmp(look_up);
  });
}

void BlockGenerator::emit_group_address(const ir::LookUpGroup& group, u32 displacement, const host::Gp& to) {
  const i32 offset = static_cast<i32>(displacement);
  if (host_of(group.base) == kNotPinned) {
    a_.mov(to.r32(), gr_operand(group.base));
    if (offset != 0) a_.add(to.r32(), offset);
  } else {
    a_.lea(to.r32(), host::ptr(host::gpq(host_of(group.base)), offset));
  }
  a_.and_(to.r32(), kAddressMask);
}

void BlockGenerator::emit_look_up_beside_group(const ir::LookUpGroup& group, u32 displacement, u32 length,
                                               std::size_t entries, bool must_be_aligned, const host::Gp& entry,
                                               const host::Gp& address) {
  const Label access = a_.new_label(), negative = a_.new_label();
  emit_group_address(group, displacement, address);
  emit_entry_of(address, length, entries, must_be_aligned, entry, cold());
  a_.js(entries == offsetof(AccessMap, store) ? negative : cold());
  a_.bind(access);
  a_.lea(entry, host::ptr(entry, address, 0, -static_cast<i32>(displacement - group.displacement)));
  if (entries != offsetof(AccessMap, store)) return;
  const Label done = a_.new_label();
  a_.jmp(done);
  a_.bind(negative);
  // The group's register is free: all that it tells is that it is negative.
  const Label is_allowed = a_.new_label(), is_not_allowed = a_.new_label();
  emit_held_back_store({entry, 0, address}, must_be_aligned ? 1 : length, kGroupRegister, is_allowed, is_not_allowed);
  a_.bind(is_allowed);
  a_.mov(kGroupRegister, -1);
  a_.jmp(access);
  a_.bind(is_not_allowed);
  a_.mov(kGroupRegister, -1);
  a_.jmp(cold());
  a_.bind(done);
}

// Programs keep their data beside their code. What is aligned lies in one line, like its first byte.
Label BlockGenerator::negative_entry(const LookUp& look_up, u32 length, std::size_t entries, const Label& access) {
  const std::optional<host::Gp> byte = values_.spare_register();
  if (entries != offsetof(AccessMap, store) || !byte) return cold();
  const Label label = a_.new_label();
  out_of_line([=, this] {
    a_.bind(label);
    emit_held_back_store(look_up, length, *byte, access, cold());
  });
  return label;
}

void BlockGenerator::emit_held_back_store(const LookUp& look_up, u32 length, const host::Gp& byte, const Label& access,
                                          const Label& cold) {
  constexpr u32 kLine = 1u << Storage::kLineShift;
  a_.cmp(look_up.entry, static_cast<i32>(AccessMap::kAsk));
  a_.je(cold);
  a_.not_(look_up.entry);
  const i32 known = static_cast<i32>(look_up.known);
  a_.lea(byte, look_up.is_known() ? host::ptr(look_up.entry, known) : host::ptr(look_up.entry, look_up.address));
  // The line of the first byte, and those of bytes not more than a line apart, to that of the last.
  for (u32 offset = 0, step = 0;; step = std::min(kLine, length - 1 - offset), offset += step) {
    if (step != 0) a_.add(byte, step);
    a_.push(byte);
    a_.call(reinterpret_cast<u64>(thunks_.test_line));
    a_.pop(byte);
    a_.jc(cold);
    if (offset == length - 1) break;
  }
  a_.jmp(access);
}

void BlockGenerator::load_big_endian(const host::Gp& to, host::Mem from, u32 length) {
  from.setSize(length);
  if (length == 1) {
    a_.movzx(to.r32(), from);
  } else if (length == 2) {
    a_.movzx(to.r32(), from);
    a_.rol(to.r16(), 8);
  } else if (has_movbe()) {
    a_.movbe(sized(to, length), from);
  } else {
    a_.mov(sized(to, length), from);
    a_.bswap(sized(to, length));
  }
}

void BlockGenerator::store_big_endian(host::Mem to, Ref value, u32 length) {
  to.setSize(length);
  if (length < 8 && values_.is_constant(value)) {
    a_.mov(to, asmjit::Imm(static_cast<i32>(reversed(values_.constant(value), length))));
    return;
  }
  const host::Gp from = values_.in_register(value);
  if (length == 1) {
    a_.mov(to, from.r8());
  } else if (has_movbe()) {
    a_.movbe(to, sized(from, length));
  } else {
    const host::Gp reversed_value = values_.allocate();
    a_.mov(reversed_value, from);
    a_.bswap(length == 8 ? reversed_value : reversed_value.r32());
    if (length == 2) a_.shr(reversed_value.r32(), 16);
    a_.mov(to, sized(reversed_value, length));
    values_.release(reversed_value);
  }
}

void BlockGenerator::emit_load(Ref at, u32 length) {
  const host::Mem from = emit_operand(at, length, offsetof(AccessMap, fetch), true);
  load_big_endian(result(at), from, length);
  values_.release(entry_register_);
}

void BlockGenerator::emit_store(Ref at, u32 length) {
  const host::Mem to = emit_operand(at, length, offsetof(AccessMap, store), true);
  store_big_endian(to, operation(at).operands[1], length);
  values_.release(entry_register_);
}

void BlockGenerator::emit_area(Ref at, std::size_t entries) {
  const host::Mem operand = emit_operand(at, operation(at).n, entries, false);
  const host::Gp to = values_.allocate();
  a_.lea(to, operand);
  values_.release(entry_register_);
  values_.set_scratch(at, to);
}

BlockGenerator::Operands BlockGenerator::emit_operands(Ref at, std::size_t entries_of_first) {
  const u32 length = operation(at).n + 1u;
  const host::Mem second = emit_lookup(operation(at).operands[1], length, offsetof(AccessMap, fetch), false);
  const host::Gp second_register = entry_register_;
  a_.lea(second_register, second);
  values_.release_value(operation(at).operands[1], at);
  const host::Mem first = emit_lookup(operation(at).operands[0], length, entries_of_first, false);
  const host::Gp first_register = entry_register_;
  a_.lea(first_register, first);
  values_.release_value(operation(at).operands[0], at);
  return {first_register, second_register};
}

void BlockGenerator::emit_overlap_check(const Operands& operands, u32 length, const host::Gp& scratch) {
  a_.mov(scratch, operands.first);
  a_.sub(scratch, operands.second);
  a_.sub(scratch, 1);
  a_.cmp(scratch, length - 1);
  a_.jb(cold());
}

// Pieces are copied in ascending order, so only a first operand that begins within the second needs to go byte by byte.
void BlockGenerator::emit_move(Ref at) {
  const u32 length = operation(at).n + 1u;
  const Operands operands = emit_operands(at, offsetof(AccessMap, store));
  const host::Gp byte = values_.allocate();
  emit_overlap_check(operands, length, byte);
  for_each_piece(length, 16, [&](u32 offset, u32 piece) {
    const host::Mem from = host::ptr(operands.second, static_cast<i32>(offset), piece);
    const host::Mem to = host::ptr(operands.first, static_cast<i32>(offset), piece);
    if (piece == 16) {
      a_.movups(host::xmm0, from);
      a_.movups(to, host::xmm0);
    } else {
      a_.mov(sized(byte, piece), from);
      a_.mov(to, sized(byte, piece));
    }
  });
  for (const host::Gp& taken : {operands.first, operands.second, byte}) values_.release(taken);
}

void BlockGenerator::emit_combine(Ref at) {
  const u32 length = operation(at).n + 1u;
  const Assembler::Arithmetic instruction = instruction_of(static_cast<Combination>(operation(at).imm));
  const Operands operands = emit_operands(at, offsetof(AccessMap, store));
  const host::Gp bytes = values_.allocate(), all = values_.allocate();
  emit_overlap_check(operands, length, bytes);
  a_.xor_(all.r32(), all.r32());
  for_each_piece(length, 8, [&](u32 offset, u32 piece) {
    const host::Mem to = host::ptr(operands.first, static_cast<i32>(offset), piece);
    if (piece < 4) {
      a_.movzx(bytes.r32(), to);
    } else {
      a_.mov(sized(bytes, piece), to);
    }
    a_.arithmetic(instruction, sized(bytes, piece), host::ptr(operands.second, static_cast<i32>(offset), piece));
    a_.mov(to, sized(bytes, piece));
    a_.or_(all, bytes);
  });
  if (!operation(at).has_dead_cc) {
    a_.xor_(bytes.r32(), bytes.r32());
    a_.test(all, all);
    a_.setnz(bytes.r8());
    a_.mov(cc_a_operand(4), bytes.r32());
    cc_ = CcKind::nonzero;
  }
  for (const host::Gp& taken : {operands.first, operands.second, bytes, all}) values_.release(taken);
}

// The first pieces that differ decide.
void BlockGenerator::emit_compare(Ref at) {
  const u32 length = operation(at).n + 1u;
  const Operands operands = emit_operands(at, offsetof(AccessMap, fetch));
  const host::Gp first = values_.allocate(), second = values_.allocate();
  const Label decided = a_.new_label();
  for_each_piece(length, 8, [&](u32 offset, u32 piece) {
    load_big_endian(first, host::ptr(operands.first, static_cast<i32>(offset)), piece);
    load_big_endian(second, host::ptr(operands.second, static_cast<i32>(offset)), piece);
    if (offset + piece == length) return;
    a_.cmp(first, second);
    a_.jne(decided);
  });
  a_.bind(decided);
  if (!operation(at).has_dead_cc) {
    a_.mov(cc_a_operand(8), first);
    a_.mov(cc_b_operand(8), second);
    cc_ = CcKind::compare_logical_long;
  }
  for (const host::Gp& taken : {operands.first, operands.second, first, second}) values_.release(taken);
}

void BlockGenerator::emit_area_load(Ref at, u32 length) {
  const host::Gp area = values_.in_register(operation(at).operands[0]);
  load_big_endian(result(at), host::ptr(area, operation(at).n), length);
}

void BlockGenerator::emit_area_store(Ref at, u32 length) {
  const host::Gp area = values_.in_register(operation(at).operands[0]);
  store_big_endian(host::ptr(area, operation(at).n), operation(at).operands[1], length);
}

}  // namespace replica
