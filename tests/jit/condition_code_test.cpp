// The deferred condition code: what the operands of each kind make of it, by the sections "Condition Code" of the
// instructions in GA22-7000.

#include "jit/condition_code.h"

#include <gtest/gtest.h>

#include "tests/cpu/guest.h"

namespace replica {
namespace {

class ConditionCodeTest : public testing::Test {
 protected:
  u32 cc_of(CcKind kind, u64 a, u64 b = 0) {
    cpu.engine.cc_kind = static_cast<u32>(kind);
    cpu.engine.cc_a = a;
    cpu.engine.cc_b = b;
    materialize_cc(cpu);
    EXPECT_EQ(cpu.engine.cc_kind, static_cast<u32>(CcKind::in_psw));
    return cpu.psw.cc;
  }

  Guest guest;
  Cpu& cpu = guest.cpu();
};

TEST_F(ConditionCodeTest, OfSigns) {
  EXPECT_EQ(cc_of(CcKind::sign_word, 0), 0u);
  EXPECT_EQ(cc_of(CcKind::sign_word, 0x80000000), 1u);
  EXPECT_EQ(cc_of(CcKind::sign_word, 5), 2u);
  EXPECT_EQ(cc_of(CcKind::sign_long, 0), 0u);
  EXPECT_EQ(cc_of(CcKind::sign_long, u64{1} << 63), 1u);
  EXPECT_EQ(cc_of(CcKind::sign_long, 0x80000000), 2u);
  EXPECT_EQ(cc_of(CcKind::nonzero, 0), 0u);
  EXPECT_EQ(cc_of(CcKind::nonzero, 0x80), 1u);
}

TEST_F(ConditionCodeTest, OfSignedSums) {
  EXPECT_EQ(cc_of(CcKind::add_signed, 5, 0xFFFFFFFB), 0u);
  EXPECT_EQ(cc_of(CcKind::add_signed, 5, 0xFFFFFFFA), 1u);
  EXPECT_EQ(cc_of(CcKind::add_signed, 5, 6), 2u);
  EXPECT_EQ(cc_of(CcKind::add_signed, 0x7FFFFFFF, 1), 3u);
  EXPECT_EQ(cc_of(CcKind::add_signed, 0x80000000, 0x80000000), 3u);
  EXPECT_EQ(cc_of(CcKind::subtract_signed, 5, 5), 0u);
  EXPECT_EQ(cc_of(CcKind::subtract_signed, 5, 6), 1u);
  EXPECT_EQ(cc_of(CcKind::subtract_signed, 6, 5), 2u);
  EXPECT_EQ(cc_of(CcKind::subtract_signed, 0, 0x80000000), 3u);
}

TEST_F(ConditionCodeTest, OfLogicalSums) {
  EXPECT_EQ(cc_of(CcKind::add_logical, 0, 0), 0u);
  EXPECT_EQ(cc_of(CcKind::add_logical, 1, 1), 1u);
  EXPECT_EQ(cc_of(CcKind::add_logical, 0xFFFFFFFF, 1), 2u);
  EXPECT_EQ(cc_of(CcKind::add_logical, 0xFFFFFFFF, 2), 3u);
  EXPECT_EQ(cc_of(CcKind::subtract_logical, 1, 2), 1u);
  EXPECT_EQ(cc_of(CcKind::subtract_logical, 2, 2), 2u);
  EXPECT_EQ(cc_of(CcKind::subtract_logical, 2, 1), 3u);
}

TEST_F(ConditionCodeTest, OfComparisons) {
  EXPECT_EQ(cc_of(CcKind::compare_signed, 7, 7), 0u);
  EXPECT_EQ(cc_of(CcKind::compare_signed, 0x80000000, 1), 1u);
  EXPECT_EQ(cc_of(CcKind::compare_signed, 1, 0x80000000), 2u);
  EXPECT_EQ(cc_of(CcKind::compare_logical, 7, 7), 0u);
  EXPECT_EQ(cc_of(CcKind::compare_logical, 1, 0x80000000), 1u);
  EXPECT_EQ(cc_of(CcKind::compare_logical, 0x80000000, 1), 2u);
}

TEST_F(ConditionCodeTest, InThePswStaysAsItIs) {
  cpu.psw.cc = 3;
  EXPECT_EQ(cc_of(CcKind::in_psw, 0, 0), 3u);
}

// Each with the codes that it can make.
TEST_F(ConditionCodeTest, CanBeDeferredAgain) {
  struct Codes {
    CcKind kind;
    std::vector<u8> codes;
  };
  const Codes kCodes[] = {{CcKind::sign_word, {0, 1, 2}},
                          {CcKind::sign_long, {0, 1, 2}},
                          {CcKind::nonzero, {0, 1}},
                          {CcKind::add_signed, {0, 1, 2, 3}},
                          {CcKind::subtract_signed, {0, 1, 2, 3}},
                          {CcKind::add_logical, {0, 1, 2, 3}},
                          {CcKind::subtract_logical, {1, 2, 3}},
                          {CcKind::compare_signed, {0, 1, 2}},
                          {CcKind::compare_logical, {0, 1, 2}}};
  for (const auto& [kind, codes] : kCodes) {
    for (const u8 code : codes) {
      cpu.psw.cc = code;
      defer_cc(cpu, kind);
      EXPECT_EQ(cpu.engine.cc_kind, static_cast<u32>(kind));
      cpu.psw.cc = static_cast<u8>(~code & 3);
      materialize_cc(cpu);
      EXPECT_EQ(cpu.psw.cc, code) << "kind " << static_cast<u32>(kind);
    }
  }
}

}  // namespace
}  // namespace replica
