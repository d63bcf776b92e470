// The PSW in both modes. Images are written as two words, as the manual and listings do. GA22-7000 "Program-Status Word".

#include "cpu/psw.h"

#include <gtest/gtest.h>

namespace replica {
namespace {

constexpr u64 image(u32 left, u32 right) { return u64{left} << 32 | right; }

// ---- BC mode ----

TEST(BcPsw, UnpacksItsFields) {
  const Psw psw = Psw::unpack(image(0xA357FFFF, 0xEA123456));
  EXPECT_FALSE(psw.ec_mode);
  EXPECT_EQ(psw.system_mask, 0xA3);
  EXPECT_EQ(psw.key, 5);
  EXPECT_EQ(psw.cc, 2);
  EXPECT_EQ(psw.program_mask, 0xA);
  EXPECT_EQ(psw.address, 0x123456u);
}

TEST(BcPsw, HasMachineCheckWaitAndProblemBits) {
  EXPECT_TRUE(Psw::unpack(image(0x00040000, 0)).machine_check);
  EXPECT_TRUE(Psw::unpack(image(0x00020000, 0)).wait);
  EXPECT_TRUE(Psw::unpack(image(0x00010000, 0)).problem);
  const Psw none = Psw::unpack(0);
  EXPECT_FALSE(none.machine_check || none.wait || none.problem);
}

// The interruption code and the instruction-length code of a PSW that is loaded are ignored.
TEST(BcPsw, StoresTheCodeAndLengthOfTheInterruptionNotThoseLoaded) {
  const Psw psw = Psw::unpack(image(0x0010FFFF, 0xC0000400));
  EXPECT_EQ(psw.pack(), image(0x00100000, 0x00000400));
  EXPECT_EQ(psw.pack(0x1234, 2), image(0x00101234, 0x80000400));
}

TEST(BcPsw, PacksWhatItUnpacked) {
  for (const u64 psw : {image(0xFFF70000, 0x3FFFFFFF), image(0x00000000, 0x00000000), image(0x80410000, 0x15ABCDEE)}) {
    EXPECT_EQ(Psw::unpack(psw).pack(), psw);
  }
}

TEST(BcPsw, IsAlwaysValid) {
  EXPECT_TRUE(Psw::unpack(image(0xFFF7FFFF, 0xFFFFFFFF)).is_valid());
  EXPECT_TRUE(Psw::unpack(0).is_valid());
}

TEST(BcPsw, HasNoTranslationAndNoPer) {
  const Psw psw = Psw::unpack(image(0xFF000000, 0));
  EXPECT_FALSE(psw.dat());
  EXPECT_FALSE(psw.per());
  EXPECT_TRUE(psw.external_enabled());
}

// ---- EC mode ----

TEST(EcPsw, UnpacksItsFields) {
  const Psw psw = Psw::unpack(image(0x475A2500, 0x00123456));
  EXPECT_TRUE(psw.ec_mode);
  EXPECT_EQ(psw.system_mask, 0x47);
  EXPECT_EQ(psw.key, 5);
  EXPECT_FALSE(psw.machine_check);
  EXPECT_TRUE(psw.wait);
  EXPECT_FALSE(psw.problem);
  EXPECT_EQ(psw.cc, 2);
  EXPECT_EQ(psw.program_mask, 5);
  EXPECT_EQ(psw.address, 0x123456u);
  EXPECT_TRUE(psw.per());
  EXPECT_TRUE(psw.dat());
  EXPECT_TRUE(psw.external_enabled());
}

TEST(EcPsw, SystemMaskBitsAreIndependent) {
  EXPECT_TRUE(Psw::unpack(image(0x40080000, 0)).per());
  EXPECT_FALSE(Psw::unpack(image(0x40080000, 0)).dat());
  EXPECT_TRUE(Psw::unpack(image(0x04080000, 0)).dat());
  EXPECT_FALSE(Psw::unpack(image(0x04080000, 0)).external_enabled());
  EXPECT_TRUE(Psw::unpack(image(0x01080000, 0)).external_enabled());
  EXPECT_FALSE(Psw::unpack(image(0x02080000, 0)).external_enabled());
}

TEST(EcPsw, StoresNeitherCodeNorLength) {
  EXPECT_EQ(Psw::unpack(image(0x00080000, 0x00000400)).pack(0x1234, 2), image(0x00080000, 0x00000400));
}

TEST(EcPsw, PacksWhatItUnpackedEvenIfInvalid) {
  for (const u64 psw : {image(0x47FF3F00, 0x00FFFFFF), image(0xFFFFFFFF, 0xFFFFFFFF), image(0x0008C0FF, 0xFF000400),
                        image(0x00080000, 0x00000401)}) {
    EXPECT_EQ(Psw::unpack(psw).pack(), psw);
  }
}

TEST(EcPsw, IsInvalidWithAnyOneOfItsZeroBitsOn) {
  const u64 valid = image(0x47F73F00, 0x00FFFFFF) | image(0x00080000, 0);
  ASSERT_TRUE(Psw::unpack(valid).is_valid());
  for (unsigned bit = 0; bit < 64; ++bit) {
    const bool must_be_zero = bit == 0 || (bit >= 2 && bit <= 4) || bit == 16 || bit == 17 || (bit >= 24 && bit <= 39);
    const u64 psw = valid | u64{1} << (63 - bit);
    EXPECT_EQ(Psw::unpack(psw).is_valid(), !must_be_zero) << "bit " << bit;
  }
}

// An odd instruction address is not an error of the PSW but of the next instruction.
TEST(EcPsw, IsValidWithAnOddAddress) { EXPECT_TRUE(Psw::unpack(image(0x00080000, 0x00000401)).is_valid()); }

}  // namespace
}  // namespace replica
