#include "frontend/insn.h"

#include <gtest/gtest.h>

#include <array>
#include <ostream>

namespace replica {

bool operator==(const Insn& a, const Insn& b) {
  return a.address == b.address && a.ilc == b.ilc && a.r1 == b.r1 && a.r2 == b.r2 && a.r3 == b.r3 && a.x2 == b.x2 &&
         a.b1 == b.b1 && a.b2 == b.b2 && a.l1 == b.l1 && a.l2 == b.l2 && a.i2 == b.i2 && a.d1 == b.d1 && a.d2 == b.d2;
}

void PrintTo(const Insn& i, std::ostream* out) {
  *out << std::hex << "address " << i.address << " ilc " << +i.ilc << " r1 " << +i.r1 << " r2 " << +i.r2 << " r3 "
       << +i.r3 << " x2 " << +i.x2 << " b1 " << +i.b1 << " b2 " << +i.b2 << " l1 " << +i.l1 << " l2 " << +i.l2 << " i2 "
       << +i.i2 << " d1 " << i.d1 << " d2 " << i.d2;
}

namespace {

// Every hexadecimal digit after the opcode is different, so a field taken from the wrong place shows.
constexpr std::array<u8, 6> kBytes = {0x00, 0x12, 0x34, 0x56, 0x78, 0x9A};
constexpr u32 kAddress = 0x123456;

// The decoded instruction of format F and length code `ilc`, which must equal `expected` in every field: those named, and
// zero in all others.
template <Format F>
void expect_fields(u8 ilc, Insn expected) {
  expected.address = kAddress;
  expected.ilc = ilc;
  EXPECT_EQ(decode<F>(kBytes.data(), kAddress, ilc), expected);
}

TEST(Decode, RegisterToRegister) {
  expect_fields<Format::RR>(1, {.r1 = 1, .r2 = 2});
  expect_fields<Format::RR_M>(1, {.r1 = 1, .r2 = 2});
  expect_fields<Format::RR_R>(1, {.r1 = 1, .r2 = 2});
  expect_fields<Format::RR_F>(1, {.r1 = 1, .r2 = 2});
}

TEST(Decode, ImmediateByteOfSupervisorCall) { expect_fields<Format::RR_I>(1, {.i2 = 0x12}); }

// Bits 16-23 are ignored.
TEST(Decode, ExtendedOpcodeRegisters) {
  expect_fields<Format::RRE>(2, {.r1 = 5, .r2 = 6});
  expect_fields<Format::RRE_F>(2, {.r1 = 5, .r2 = 6});
}

TEST(Decode, RegisterAndIndexedStorage) {
  expect_fields<Format::RX>(2, {.r1 = 1, .x2 = 2, .b2 = 3, .d2 = 0x456});
  expect_fields<Format::RX_M>(2, {.r1 = 1, .x2 = 2, .b2 = 3, .d2 = 0x456});
  expect_fields<Format::RX_F>(2, {.r1 = 1, .x2 = 2, .b2 = 3, .d2 = 0x456});
}

TEST(Decode, RegistersAndStorage) {
  expect_fields<Format::RS>(2, {.r1 = 1, .r3 = 2, .b2 = 3, .d2 = 0x456});
  expect_fields<Format::RS_S>(2, {.r1 = 1, .r3 = 2, .b2 = 3, .d2 = 0x456});
  expect_fields<Format::RS_M>(2, {.r1 = 1, .r3 = 2, .b2 = 3, .d2 = 0x456});
}

TEST(Decode, StorageAndImmediate) { expect_fields<Format::SI>(2, {.b1 = 3, .i2 = 0x12, .d1 = 0x456}); }

TEST(Decode, StorageAlone) {
  expect_fields<Format::S>(2, {.b2 = 3, .d2 = 0x456});
  expect_fields<Format::S_0>(2, {.b2 = 3, .d2 = 0x456});
}

TEST(Decode, StorageToStorage) {
  expect_fields<Format::SS_L>(3, {.b1 = 3, .b2 = 7, .l1 = 0x12, .d1 = 0x456, .d2 = 0x89A});
  expect_fields<Format::SS_LL>(3, {.b1 = 3, .b2 = 7, .l1 = 1, .l2 = 2, .d1 = 0x456, .d2 = 0x89A});
  expect_fields<Format::SS_I>(3, {.r3 = 2, .b1 = 3, .b2 = 7, .l1 = 1, .d1 = 0x456, .d2 = 0x89A});
  expect_fields<Format::SS_R>(3, {.r1 = 1, .r3 = 2, .b1 = 3, .b2 = 7, .d1 = 0x456, .d2 = 0x89A});
  expect_fields<Format::SSE>(3, {.b1 = 3, .b2 = 7, .d1 = 0x456, .d2 = 0x89A});
}

TEST(Insn, NextFollowsTheInstruction) {
  EXPECT_EQ((Insn{.address = 0x1000, .ilc = 1}.next()), 0x1002u);
  EXPECT_EQ((Insn{.address = 0x1000, .ilc = 2}.next()), 0x1004u);
  EXPECT_EQ((Insn{.address = 0x1000, .ilc = 3}.next()), 0x1006u);
}

TEST(Insn, NextWrapsAt16M) {
  EXPECT_EQ((Insn{.address = 0xFFFFFE, .ilc = 1}.next()), 0u);
  EXPECT_EQ((Insn{.address = 0xFFFFFC, .ilc = 3}.next()), 2u);
}

}  // namespace
}  // namespace replica
