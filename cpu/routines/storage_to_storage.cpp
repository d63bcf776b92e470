// Instructions that work from storage to storage. Operands are processed a byte at a time from left to right (PACK, UNPK
// and MVO: from right to left), which shows when they overlap. GA22-7000 "General Instructions".
#include <algorithm>
#include <cstring>
#include <functional>

#include "cpu/routines.h"
#include "frontend/decimal.h"

namespace replica::routines {
namespace {

Operands one_length(Cpu& cpu, const Insn& i) {
  const u32 length = i.l1 + 1u;
  return store_and_fetch(cpu, first_address(cpu, i), length, second_address(cpu, i), length);
}

// first[n] = combine(first[n], second[n]), from left to right.
template <typename Combine>
void combine_bytes(const Operands& operands, u32 length, Combine combine) {
  if (operands.first.is_contiguous(length) && operands.second.is_contiguous(length)) {
    u8* first = operands.first.first;
    const u8* second = operands.second.first;
    for (u32 n = 0; n < length; ++n) first[n] = combine(first[n], second[n]);
    return;
  }
  for (u32 n = 0; n < length; ++n) {
    u8* byte = operands.first.at(n);
    *byte = combine(*byte, *operands.second.at(n));
  }
}

// Whether the result is not zero.
template <typename Combine>
u8 logical(const Operands& operands, u32 length, Combine combine) {
  u8 any = 0;
  combine_bytes(operands, length, [&](u8 first, u8 second) {
    const u8 result = static_cast<u8>(combine(first, second));
    any |= result;
    return result;
  });
  return any != 0;
}

// Reads bytes one by one, checking access only when a new block is entered.
class ByteReader {
 public:
  explicit ByteReader(Cpu& cpu) : cpu_(cpu) {}
  u8 operator()(u32 address) {
    const u32 block = address >> kBlockShift;
    if (block != block_) {
      start_ = cpu_.fetch_area(address, 1).first - (address & (kBlockSize - 1));
      block_ = block;
    }
    return start_[address & (kBlockSize - 1)];
  }

 private:
  Cpu& cpu_;
  u32 block_ = ~0u;
  const u8* start_ = nullptr;
};

constexpr u8 swap_digits(u8 byte) { return static_cast<u8>(byte << 4 | byte >> 4); }

Operands two_lengths(Cpu& cpu, const Insn& i) {
  return store_and_fetch(cpu, first_address(cpu, i), i.l1 + 1u, second_address(cpu, i), i.l2 + 1u);
}

// Whether the bytes of PACK, UNPK or MVO may be taken all at once instead of from right to left: both operands are in one
// piece, and no byte of the second is replaced before its turn. None is if they do not overlap.
bool all_at_once(const Operands& operands, const Insn& i) {
  const u32 length1 = i.l1 + 1u, length2 = i.l2 + 1u;
  if (!operands.first.is_contiguous(length1) || !operands.second.is_contiguous(length2)) return false;
  const u8* const first = operands.first.first;
  const u8* const second = operands.second.first;
  return first + length1 <= second || second + length2 <= first;
}

}  // namespace

void move(Cpu& cpu, u32 to_address, u32 from_address, u32 length) {
  const Operands operands = store_and_fetch(cpu, to_address, length, from_address, length);
  if (operands.first.is_contiguous(length) && operands.second.is_contiguous(length)) {
    u8* to = operands.first.first;
    const u8* from = operands.second.first;
    const u64 distance = static_cast<u64>(to - from);
    if (distance >= length) {
      std::memmove(to, from, length);
      return;
    }
    if (distance == 1) {
      std::memset(to, *from, length);
      return;
    }
  }
  combine_bytes(operands, length, [](u8, u8 second) { return second; });
}

u8 combine(Cpu& cpu, Combination combination, u32 to, u32 from, u32 length) {
  const Operands operands = store_and_fetch(cpu, to, length, from, length);
  switch (combination) {
    case Combination::and_: return logical(operands, length, std::bit_and<>());
    case Combination::or_: return logical(operands, length, std::bit_or<>());
    case Combination::exclusive_or: break;
  }
  return logical(operands, length, std::bit_xor<>());
}

u8 compare(Cpu& cpu, u32 first_address, u32 second_address, u32 length) {
  const Area first = cpu.fetch_area(first_address, length);
  const Area second = cpu.fetch_area(second_address, length);
  int order = 0;
  if (first.is_contiguous(length) && second.is_contiguous(length)) {
    order = std::memcmp(first.first, second.first, length);
  } else {
    for (u32 n = 0; n < length && order == 0; ++n) order = *first.at(n) - *second.at(n);
  }
  return order == 0 ? 0 : order < 0 ? 1 : 2;
}

void MVN(Cpu& cpu, const Insn& i) {
  combine_bytes(one_length(cpu, i), i.l1 + 1u,
                [](u8 first, u8 second) { return static_cast<u8>((first & 0xF0) | (second & 0x0F)); });
}

void MVZ(Cpu& cpu, const Insn& i) {
  combine_bytes(one_length(cpu, i), i.l1 + 1u,
                [](u8 first, u8 second) { return static_cast<u8>((first & 0x0F) | (second & 0xF0)); });
}

// The second operand is addressed at its rightmost byte and taken from right to left.
void MVCIN(Cpu& cpu, const Insn& i) {
  const u32 length = i.l1 + 1u;
  const u32 leftmost = (second_address(cpu, i) - i.l1) & kAddressMask;
  const Operands operands = store_and_fetch(cpu, first_address(cpu, i), length, leftmost, length);
  for (u32 n = 0; n < length; ++n) *operands.first.at(n) = *operands.second.at(length - 1 - n);
}

// Only the table bytes that are selected are fetched, and all of those are checked before the first is replaced.
void TR(Cpu& cpu, const Insn& i) {
  const u32 length = i.l1 + 1u;
  const u32 table = second_address(cpu, i);
  const u32 target = first_address(cpu, i);
  u8* const bytes = at_once(cpu, AccessKind::store, target, length);
  const u8* const whole_table = at_once(cpu, AccessKind::fetch, table, 256);
  if (bytes && whole_table) {
    for (u32 n = 0; n < length; ++n) bytes[n] = whole_table[bytes[n]];
    return;
  }
  cpu.check_store(target, length);
  const Area arguments = cpu.fetch_area(target, length);
  u8 lowest = 255, highest = 0;
  for (u32 n = 0; n < length; ++n) {
    lowest = std::min(lowest, *arguments.at(n));
    highest = std::max(highest, *arguments.at(n));
  }
  const Area functions = cpu.fetch_area((table + lowest) & kAddressMask, highest - lowest + 1u);
  const Area results = cpu.store_area(target, length);
  // The table may overlap the operand, so each function byte is read when its turn comes; the arguments are those found
  // above, even where two addresses lead to the same storage.
  u8 argument[256];
  copy_from(arguments, length, argument);
  for (u32 n = 0; n < length; ++n) *results.at(n) = *functions.at(argument[n] - lowest);
}

// CC 0 no function byte found, 1 found, 2 found at the last argument.
void TRT(Cpu& cpu, const Insn& i) {
  const u32 arguments = first_address(cpu, i);
  const u32 table = second_address(cpu, i);
  const u32 length = i.l1 + 1u;
  const u8* const bytes = at_once(cpu, AccessKind::fetch, arguments, length);
  const u8* const whole_table = at_once(cpu, AccessKind::fetch, table, 256);
  u32 n = 0;
  u8 function = 0;
  if (bytes && whole_table) {
    while (n < length && (function = whole_table[bytes[n]]) == 0) ++n;
  } else {
    ByteReader argument_at(cpu), function_at(cpu);
    const auto function_of = [&](u32 address) {
      return function_at((table + argument_at(address & kAddressMask)) & kAddressMask);
    };
    while (n < length && (function = function_of(arguments + n)) == 0) ++n;
  }
  if (function == 0) {
    cpu.psw.cc = 0;
    return;
  }
  cpu.set_gr(1, (cpu.gr[1] & 0xFF000000) | ((arguments + n) & kAddressMask));
  cpu.set_gr(2, (cpu.gr[2] & 0xFFFFFF00) | function);
  cpu.psw.cc = n == i.l1 ? 2 : 1;
}

void PACK(Cpu& cpu, const Insn& i) {
  const Operands operands = two_lengths(cpu, i);
  if (all_at_once(operands, i)) {
    return decimal::pack(operands.first.first, i.l1 + 1u, operands.second.first, i.l2 + 1u);
  }
  u32 left = i.l2;  // source bytes not yet taken
  *operands.first.at(i.l1) = swap_digits(*operands.second.at(left));
  const auto next_digit = [&]() -> u8 { return left == 0 ? 0 : *operands.second.at(--left) & 0x0F; };
  for (u32 n = i.l1; n-- > 0;) {
    const u8 right = next_digit();
    *operands.first.at(n) = static_cast<u8>(next_digit() << 4 | right);
  }
}

void UNPK(Cpu& cpu, const Insn& i) {
  const Operands operands = two_lengths(cpu, i);
  if (all_at_once(operands, i)) {
    return decimal::unpack(operands.first.first, i.l1 + 1u, operands.second.first, i.l2 + 1u);
  }
  u32 left = i.l2;
  *operands.first.at(i.l1) = swap_digits(*operands.second.at(left));
  for (u32 n = i.l1; n > 0;) {
    const u8 digits = left == 0 ? 0 : *operands.second.at(--left);
    *operands.first.at(--n) = 0xF0 | (digits & 0x0F);
    if (n > 0) *operands.first.at(--n) = 0xF0 | (digits >> 4);
  }
}

void MVO(Cpu& cpu, const Insn& i) {
  const Operands operands = two_lengths(cpu, i);
  if (all_at_once(operands, i)) {
    return decimal::move_with_offset(operands.first.first, i.l1 + 1u, operands.second.first, i.l2 + 1u);
  }
  u8* last = operands.first.at(i.l1);
  u8 digits = *operands.second.at(i.l2);
  u32 left = i.l2;
  *last = static_cast<u8>(digits << 4 | (*last & 0x0F));
  for (u32 n = i.l1; n-- > 0;) {
    const u8 carried = digits >> 4;
    digits = left == 0 ? 0 : *operands.second.at(--left);
    *operands.first.at(n) = static_cast<u8>(digits << 4 | carried);
  }
}

}  // namespace replica::routines
