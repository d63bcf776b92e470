#include "jit/condition_code.h"

namespace replica {
namespace {

// The overflow condition code, without the exception: translated code defers only where the mask does not ask for that.
u32 overflow_or_sign(i64 exact) {
  if (exact != static_cast<i32>(exact)) return 3;
  return (exact != 0) + (exact > 0);
}

u32 cc_of(CcKind kind, u64 a, u64 b) {
  const u32 first = static_cast<u32>(a), second = static_cast<u32>(b);
  const i64 signed_first = static_cast<i32>(first), signed_second = static_cast<i32>(second);
  switch (kind) {
    case CcKind::sign_word: return (signed_first != 0) + (signed_first > 0);
    case CcKind::sign_long: return (a != 0) + (static_cast<i64>(a) > 0);
    case CcKind::nonzero: return first != 0;
    case CcKind::add_signed: return overflow_or_sign(signed_first + signed_second);
    case CcKind::subtract_signed: return overflow_or_sign(signed_first - signed_second);
    case CcKind::add_logical: return (first + second != 0) | u32{first + second < first} << 1;
    case CcKind::subtract_logical: return (first != second) | u32{first >= second} << 1;
    case CcKind::compare_signed: return (signed_first != signed_second) + (signed_first > signed_second);
    case CcKind::compare_logical: return (first != second) + (first > second);
    case CcKind::compare_logical_long: return (a != b) + (a > b);
    case CcKind::test_mask: return first == 0 ? 0 : first == second ? 3 : 1;
    case CcKind::in_psw:
    case CcKind::unknown: break;
  }
  return 0;
}

}  // namespace

u32 number_of_cc(u32 kind, u64 a, u64 b, u32 in_psw) {
  return kind == static_cast<u32>(CcKind::in_psw) ? in_psw : cc_of(static_cast<CcKind>(kind), a, b);
}

void put_deferred_cc(CpuState& cpu) {
  EngineState& engine = cpu.engine;
  cpu.psw.cc = static_cast<u8>(cc_of(static_cast<CcKind>(engine.cc_kind), engine.cc_a, engine.cc_b));
  engine.cc_kind = static_cast<u32>(CcKind::in_psw);
}

// 0, 1 and 2 of a comparison or sign; sums and differences also have 3.
void defer_cc(Cpu& cpu, CcKind kind) {
  EngineState& engine = cpu.engine;
  engine.cc_kind = static_cast<u32>(kind);
  const u64 cc = cpu.psw.cc;
  struct Operands {
    u64 a, b;
  };
  constexpr Operands kSums[] = {{0, 0}, {~u64{0}, 0}, {1, 0}, {0x7FFFFFFF, 1}};
  constexpr Operands kDifferences[] = {{0, 0}, {~u64{0}, 0}, {1, 0}, {0x7FFFFFFF, 0xFFFFFFFF}};
  constexpr Operands kLogicalSums[] = {{0, 0}, {1, 0}, {0xFFFFFFFF, 1}, {0xFFFFFFFF, 2}};
  constexpr Operands kLogicalDifferences[] = {{0, 0}, {0, 1}, {0, 0}, {1, 0}};
  constexpr Operands kComparisons[] = {{0, 0}, {0, 1}, {1, 0}, {0, 0}};
  constexpr Operands kTests[] = {{0, 1}, {1, 3}, {1, 3}, {1, 1}};
  const Operands operands =
      kind == CcKind::add_signed         ? kSums[cc]
      : kind == CcKind::test_mask        ? kTests[cc]
      : kind == CcKind::subtract_signed  ? kDifferences[cc]
      : kind == CcKind::add_logical      ? kLogicalSums[cc]
      : kind == CcKind::subtract_logical ? kLogicalDifferences[cc]
      : kind == CcKind::compare_signed || kind == CcKind::compare_logical || kind == CcKind::compare_logical_long
          ? kComparisons[cc]
      : kind == CcKind::nonzero ? Operands{cc, 0}
                                : kSums[cc];
  engine.cc_a = operands.a;
  engine.cc_b = operands.b;
}

}  // namespace replica
