// What the assembler encodes itself is what asmjit makes of the same instruction, to the byte; and its labels.

#include "jit/asmjit/assembler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace replica {
namespace {

using host::Gp;
using host::Mem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

// Assemblers that begin at the same address.
struct Pieces {
  Pieces() {
    CHECK(code.init(asmjit::Environment::host()) == asmjit::kErrorOk);
    CHECK(code.attach(&ours) == asmjit::kErrorOk);
    CHECK(reference_code.init(asmjit::Environment::host(), kRunsAt) == asmjit::kErrorOk);
    CHECK(reference_code.attach(&reference) == asmjit::kErrorOk);
    ours.begin(reinterpret_cast<const u8*>(kRunsAt));
  }
  static constexpr u64 kRunsAt = 0x7F0000000000;

  static std::vector<unsigned> bytes_of(const host::Assembler& a, std::size_t from = 0) {
    return {a.bufferData() + from, a.bufferData() + a.offset()};
  }

  asmjit::CodeHolder code, reference_code;
  Assembler ours;
  host::Assembler reference;
};

class AssemblerTest : public testing::Test {
 protected:
  // Emits with both, by a function that is generic in the assembler.
  template <typename Emit>
  void expect_same(const char* what, Emit emit) {
    const std::size_t ours_from = pieces.ours.offset(), reference_from = pieces.reference.offset();
    emit(pieces.ours);
    emit(pieces.reference);
    const auto bytes = Pieces::bytes_of(pieces.ours, ours_from);
    EXPECT_THAT(bytes, Not(IsEmpty())) << what;
    EXPECT_EQ(bytes, Pieces::bytes_of(pieces.reference, reference_from)) << what;
  }

  Pieces pieces;
};

Gp sized(unsigned id, u32 size) {
  const Gp gp = host::gpq(id);
  return size == 1 ? gp.r8() : size == 2 ? gp.r16() : size == 4 ? gp.r32() : gp;
}

// Operands in memory of every shape.
std::vector<Mem> places(u32 size) {
  std::vector<Mem> all;
  for (unsigned base = 0; base < 16; ++base) {
    for (const i32 displacement : {0, 1, -128, 127, 128, -129, 0x12345}) {
      all.push_back(host::ptr(host::gpq(base), displacement, size));
      for (const unsigned index : {0u, 5u, 9u, 12u, 13u}) {
        all.push_back(host::ptr(host::gpq(base), host::gpq(index), index % 4, displacement, size));
      }
    }
  }
  return all;
}

constexpr i64 kNumbers[] = {0, 1, -1, 5, 127, -128, 128, -129, 0x7FFFFFFF, -0x80000000LL};

#define SAME(instruction) expect_same(#instruction, [&](auto& a) { a.instruction; })

TEST_F(AssemblerTest, Registers) {
  for (const u32 size : {1u, 2u, 4u, 8u}) {
    for (unsigned x = 0; x < 16; ++x) {
      for (unsigned y = 0; y < 16; ++y) {
        const Gp to = sized(x, size), from = sized(y, size);
        SAME(mov(to, from));
        SAME(add(to, from));
        SAME(or_(to, from));
        SAME(and_(to, from));
        SAME(sub(to, from));
        SAME(xor_(to, from));
        SAME(cmp(to, from));
        SAME(test(to, from));
        if (size < 4) SAME(movzx(to.r32(), from));
        if (size < 4) SAME(movsx(to.r32(), from));
        if (size == 4) SAME(movsxd(to.r64(), from));
        if (size >= 4) SAME(cmov(host::CondCode::kLE, to, from));
      }
    }
  }
}

TEST_F(AssemblerTest, OneRegister) {
  for (const u32 size : {1u, 2u, 4u, 8u}) {
    for (unsigned x = 0; x < 16; ++x) {
      const Gp to = sized(x, size);
      SAME(not_(to));
      for (const u32 amount : {1u, 2u, 7u}) {
        SAME(rol(to, amount));
        SAME(shl(to, amount));
        SAME(shr(to, amount));
        SAME(sar(to, amount));
      }
      expect_same("shl by cl", [&](auto& a) {
        if constexpr (std::is_same_v<decltype(a), Assembler&>) {
          a.shl_by_cl(to);
        } else {
          a.shl(to, host::cl);
        }
      });
      if (size == 1) SAME(set(host::CondCode::kA, to));
      if (size >= 4) SAME(bswap(to));
      if (size != 8) continue;
      SAME(push(to));
      SAME(pop(to));
      SAME(jmp(to));
      SAME(call(to));
    }
  }
}

TEST_F(AssemblerTest, Memory) {
  for (const u32 size : {1u, 2u, 4u, 8u}) {
    for (const Mem& place : places(size)) {
      for (const unsigned x : {0u, 3u, 5u, 11u, 12u}) {
        const Gp gp = sized(x, size);
        SAME(mov(gp, place));
        SAME(mov(place, gp));
        SAME(xor_(gp, place));
        SAME(or_(place, gp));
        if (size > 1) SAME(movbe(gp, place));
        if (size > 1) SAME(movbe(place, gp));
        if (size < 4) SAME(movzx(gp.r32(), place));
        if (size >= 4) SAME(lea(gp, place));
      }
      SAME(mov(place, 5));
      SAME(cmp(place, 0x12));
      SAME(test(place, 0x12));
      if (size == 8) SAME(jmp(place));
    }
  }
}

TEST_F(AssemblerTest, ImmediateOperands) {
  for (const i64 number : kNumbers) {
    for (const u32 size : {1u, 2u, 4u, 8u}) {
      if (size == 1 && number != static_cast<i8>(number)) continue;
      if (size == 2 && number != static_cast<i16>(number)) continue;
      for (unsigned x = 0; x < 16; ++x) {
        const Gp to = sized(x, size);
        if (size >= 4) SAME(mov(to, number));
        SAME(add(to, number));
        SAME(cmp(to, number));
        SAME(test(to, number));
      }
      const Mem place = host::ptr(host::r12, 0x30, size);
      SAME(mov(place, number));
      SAME(sub(place, number));
    }
  }
  SAME(cmp(host::ecx, 0xFFFFFFF8u));
  SAME(mov(host::r8d, 0xFFFFFFF8u));
  SAME(mov(host::rax, u64{0x80000000}));
  SAME(mov(host::r9, u64{0x123456789ABCDEF0}));
  for (const i32 number : {0, 7, 127, -128}) SAME(push(number));
}

TEST_F(AssemblerTest, OperandsWhoseKindIsKnownAtRunTime) {
  const asmjit::Operand all[] = {host::r9d, host::dword_ptr(host::rbp, 8), asmjit::Imm(0x1234)};
  for (const asmjit::Operand& operand : all) {
    expect_same("mov, add", [&](auto& a) {
      if constexpr (std::is_same_v<decltype(a), Assembler&>) {
        a.mov(host::edx, operand);
        a.add(host::edx, operand);
      } else {
        a.emit(host::Inst::kIdMov, host::edx, operand);
        a.emit(host::Inst::kIdAdd, host::edx, operand);
      }
    });
  }
}

TEST_F(AssemblerTest, JumpsToAddresses) {
  SAME(jmp(Pieces::kRunsAt + 0x1000));
  SAME(call(Pieces::kRunsAt - 0x1000000));
}

TEST_F(AssemblerTest, JumpsToLabels) {
  expect_same("jumps", [](auto& a) {
    const auto label_of = [&] {
      if constexpr (std::is_same_v<decltype(a), Assembler&>) {
        return a.new_label();
      } else {
        return a.newLabel();
      }
    };
    const auto behind = label_of(), before = label_of();
    a.bind(before);
    a.ja(behind);
    a.jmp(behind);
    a.js(behind);
    a.jmp(before);
    a.jno(before);
    for (int n = 0; n < 100; ++n) a.cqo();
    a.jmp(before);
    a.jbe(before);
    a.bind(behind);
  });
  EXPECT_EQ(pieces.ours.open_jumps(), 0u);
}

TEST_F(AssemblerTest, AJumpToALabelThatIsNotBoundIsOpen) {
  const Label label = pieces.ours.new_label();
  pieces.ours.jmp(label);
  pieces.ours.je(label);
  EXPECT_EQ(pieces.ours.open_jumps(), 2u);
}

TEST_F(AssemblerTest, AJumpToTheNextInstructionHasAPlaceToBeChanged) {
  pieces.ours.cqo();
  EXPECT_EQ(pieces.ours.jump_to_next(), 3u);
  EXPECT_THAT(Pieces::bytes_of(pieces.ours, 2), ElementsAre(0xE9, 0, 0, 0, 0));
}

// Both write into one buffer, which grows.
TEST_F(AssemblerTest, TakesTurnsWithAsmjit) {
  for (int n = 0; n < 10000; ++n) {
    for (int more = 0; more < n % 7; ++more) SAME(mov(host::rax, u64{0x123456789ABCDEF0}));
    if (n % 3 == 0) SAME(cqo());
  }
  EXPECT_EQ(Pieces::bytes_of(pieces.ours), Pieces::bytes_of(pieces.reference));
}

TEST_F(AssemblerTest, BeginsAgain) {
  pieces.ours.cqo();
  pieces.ours.jmp(pieces.ours.new_label());
  pieces.ours.begin(nullptr);
  EXPECT_EQ(pieces.ours.offset(), 0u);
  EXPECT_EQ(pieces.ours.open_jumps(), 0u);
}

}  // namespace
}  // namespace replica
