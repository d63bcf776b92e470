// Registers, storage and instructions as Hercules 3.13 prints them. The expected texts are its output for the same bytes and
// registers; only the name behind an instruction is the manual's here.
#include "tools/hercules/display.h"

#include <gmock/gmock.h>

#include "tests/tools/hercules/panel_fixture.h"
#include "tools/hercules/instruction_text.h"

namespace replica::tools {
namespace {

class Display : public PanelTest {};

TEST_F(Display, ShowsGeneralRegisters) {
  EXPECT_EQ(print({"gpr 1=12345678"}),
            "GR00=00000000  GR01=12345678  GR02=00000000  GR03=00000000\n"
            "GR04=00000000  GR05=00000000  GR06=00000000  GR07=00000000\n"
            "GR08=00000000  GR09=00000000  GR10=00000000  GR11=00000000\n"
            "GR12=00000000  GR13=00000000  GR14=00000000  GR15=00000000\n");
  EXPECT_EQ(cpu().gr[1], 0x12345678u);
}

TEST_F(Display, ShowsControlRegistersAsTheyAreAfterReset) {
  panel_->execute("sysclear");
  EXPECT_EQ(print({"cr"}),
            "CR00=000000E0  CR01=00000000  CR02=FFFFFFFF  CR03=00000000\n"
            "CR04=00000000  CR05=00000000  CR06=00000000  CR07=00000000\n"
            "CR08=00000000  CR09=00000000  CR10=00000000  CR11=00000000\n"
            "CR12=00000000  CR13=00000000  CR14=C2000000  CR15=00000200\n");
  print({"cr 2=12345678"});
  EXPECT_EQ(cpu().cr[2], 0x12345678u);
}

TEST_F(Display, ShowsFloatingPointRegistersAndPrefix) {
  cpu().fpr[4] = 0x4110000000000000;
  EXPECT_EQ(print({"fpr"}),
            "FPR0=00000000 00000000  FPR2=00000000 00000000\n"
            "FPR4=41100000 00000000  FPR6=00000000 00000000\n");
  EXPECT_EQ(print({"pr"}), "Prefix=00000000\n");
}

TEST_F(Display, ShowsAndAltersThePsw) {
  EXPECT_EQ(print({"psw"}), "psw sm=00 pk=0 cmwp=0 as=pri cc=0 pm=0 am=24 ia=0\nPSW=00000000 00000000\n");
  EXPECT_EQ(print({"psw ia=1000 cc=2"}),
            "psw sm=00 pk=0 cmwp=0 as=pri cc=2 pm=0 am=24 ia=1000\nPSW=00000000 20001000\n");
  EXPECT_EQ(print({"psw sm=00 pk=0 cmwp=8"}),
            "psw sm=00 pk=0 cmwp=8 as=pri cc=2 pm=0 am=24 ia=1000\nPSW=00082000 00001000\n");
  EXPECT_EQ(print({"psw cmwp=2 pm=F cc=3 pk=3 sm=FE ia=123"}),
            "psw sm=FE pk=3 cmwp=2 as=pri cc=3 pm=F am=24 ia=123\nPSW=FE320000 3F000123\n");
}

TEST_F(Display, ShowsRealStorageWithKeyAndCharacters) {
  store(0x200, {0x41, 0x10, 0x00, 0x0F, 0x1A, 0x11, 0x50, 0x10, 0x03, 0x00, 0x47, 0x20, 0x02, 0x00, 0x92, 0x00,  //
                0x03, 0x10, 0xD2, 0x03, 0x03, 0x04, 0x03, 0x00, 0x82, 0x00, 0x02, 0x20});
  panel_->machine().storage().set_key(0, 0x06);
  EXPECT_EQ(print({"r 200.20"}),
            "R:00000200:K:06=4110000F 1A115010 03004720 02009200  ......&.......k.\n"
            "R:00000210:K:06=0310D203 03040300 82000220 00000000  ..K.....b.......\n");
}

// An address that is not on a word boundary: the groups are those of storage.
TEST_F(Display, ShowsStorageFromAnyAddress) {
  store(0x300, {0xF1, 0, 0, 0xF4, 0xF5, 0xC1, 0xC4, 0x00, 0xC4});
  panel_->machine().storage().set_key(0, 0x06);
  EXPECT_EQ(print({"r 305-316"}),
            "R:00000305:K:06=C1C400 C4000000 00000000 00000000 00 AD.D............\n"
            "R:00000315:K:06=000000 00000000 00000000 00000000 00 ................\n");
  EXPECT_EQ(print({"v 305.1"}),
            "V:00000305 (dat off) R:00000305\n"
            "V:00000305:K:06=C1C400 C4000000 00000000 00000000 00 AD.D............\n");
}

TEST_F(Display, StopsAtTheEndOfStorage) {
  EXPECT_EQ(print({"r 1FFFFF=01"}), "R:001FFFFF:K:06=01                                   .               \n");
  EXPECT_EQ(print({"r 1FFFF0-200010"}),
            "R:001FFFF0:K:06=00000000 00000000 00000000 00000001  ................\n"
            "R:00200000: Real address is not valid\n"
            "R:00200010: Real address is not valid\n");
  EXPECT_EQ(print({"r 200000=01"}), "R:00200000: Real address is not valid\n");
}

TEST_F(Display, AltersStorageAndItsChangeBit) {
  EXPECT_EQ(print({"r 200=0102030405"}), "R:00000200:K:06=01020304 05000000 00000000 00000000  ................\n");
  EXPECT_EQ(print({"r 200=0102030405060708090A0B0C0D0E0F10111213141516171819"}),
            "R:00000200:K:06=01020304 05060708 090A0B0C 0D0E0F10  ................\n"
            "R:00000210:K:06=11121314 15161718 19000000 00000000  ................\n");
  EXPECT_EQ(print({"v 200=AABB"}),
            "V:00000200 (dat off) R:00000200\n"
            "V:00000200:K:06=AABB0304 05060708 090A0B0C 0D0E0F10  ................\n");
}

// 64K segments, 4K pages: segment 0 has a page table at 3000 whose page 5 is invalid, the others are themselves.
TEST_F(Display, ShowsVirtualStorage) {
  store(0x2000, {0xF0, 0x00, 0x30, 0x00});
  for (u32 page = 0; page < 16; ++page) store(0x3000 + 2 * page, {0, static_cast<u8>(page << 4 | (page == 5 ? 8 : 0))});
  store(0x1000, {0xB7, 0x11, 0x03, 0x40});
  print({"cr 0=008000E0", "cr 1=00002000", "psw sm=04 cmwp=8 ia=1000"});
  panel_->machine().storage().set_key(2, 0x06);
  EXPECT_EQ(print({"v 1000.10"}),
            "V:00001000 (primary) R:00001000\n"
            "V:00001000:K:06=B7110340 00000000 00000000 00000000  ... ............\n");
  EXPECT_EQ(print({"v 5000.20"}),
            "V:00005000 (primary)\n"
            "V:00005000: Translation exception 0011\n"
            "V:00005010: Translation exception 0011\n");
  EXPECT_EQ(print({"u 1000.4"}), "P00001000: B7110340     LCTL  1,1,832(0)             load_control\n");
  EXPECT_EQ(print({"u 5000.4"}), "Translation exception 0011\n");
}

TEST_F(Display, Disassembles) {
  store(0x200, {0x41, 0x10, 0x00, 0x0F, 0x1A, 0x11, 0xD2, 0x03, 0x03, 0x04, 0x03, 0x00, 0x82, 0x00, 0x02, 0x20, 0, 0});
  EXPECT_EQ(print({"u 200.12"}),
            "R00000200: 4110000F     LA    1,15(0,0)              load_address\n"
            "R00000204: 1A11         AR    1,1                    add\n"
            "R00000206: D20303040300 MVC   772(4,0),768(0)        move\n"
            "R0000020C: 82000220     LPSW  544(0)                 load_psw\n"
            "R00000210: 0000         ????? ,                      ?\n");
  EXPECT_EQ(print({"u 1FFFFE"}), "R001FFFFE: 0000         ????? ,                      ?\nAddressing exception\n");
}

// One instruction of each format: Hercules' line without the name.
struct Sample {
  std::vector<u8> bytes;
  const char* text;
};
const Sample kSamples[] = {
    {{0x04, 0x23}, "0423         SPM   2                      "},
    {{0x05, 0x23}, "0523         BALR  2,3                    "},
    {{0x0A, 0x23}, "0A23         SVC   35                     "},
    {{0x2A, 0x23}, "2A23         ADR   2,3                    "},
    {{0x47, 0x23, 0x45, 0x67}, "47234567     BC    2,1383(3,4)            "},
    {{0x60, 0x23, 0x45, 0x67}, "60234567     STD   2,1383(3,4)            "},
    {{0x80, 0x23, 0x45, 0x67}, "80234567     SSM   1383(4)                "},
    {{0x87, 0x23, 0x45, 0x67}, "87234567     BXLE  2,3,1383(4)            "},
    {{0x8F, 0x23, 0x45, 0x67}, "8F234567     SLDA  2,1383(4)              "},
    {{0x91, 0x23, 0x45, 0x67}, "91234567     TM    1383(4),35             "},
    {{0xB2, 0x0B, 0x45, 0x67}, "B20B4567     IPK   ,                      "},
    {{0xB2, 0x29, 0x45, 0x67}, "B2294567     ISKE  6,7                    "},
    {{0xBD, 0x23, 0x45, 0x67}, "BD234567     CLM   2,3,1383(4)            "},
    {{0xD2, 0x23, 0x45, 0x67, 0x89, 0xAB}, "D223456789AB MVC   1383(36,4),2475(8)     "},
    {{0xDA, 0x23, 0x45, 0x67, 0x89, 0xAB}, "DA23456789AB MVCP  1383(2,4),2475(8),3    "},
    {{0xE5, 0x01, 0x45, 0x67, 0x89, 0xAB}, "E501456789AB TPROT 1383(4),2475(8)        "},
    {{0xF0, 0x23, 0x45, 0x67, 0x89, 0xAB}, "F023456789AB SRP   1383(2,4),2475(8),3    "},
    {{0xFA, 0x23, 0x45, 0x67, 0x89, 0xAB}, "FA23456789AB AP    1383(3,4),2475(4,8)    "},
};

TEST(InstructionText, HasHerculesColumns) {
  for (const Sample& sample : kSamples) {
    EXPECT_THAT(instruction_bytes_and_text(sample.bytes.data()), testing::StartsWith(sample.text));
  }
}

// Bad operands: Hercules' message, and nothing changes.
TEST_F(Display, RefusesBadOperands) {
  const std::pair<const char*, const char*> bad[] = {
      {"r", "HHCPN144E Invalid operand:  \n"},
      {"r zz", "HHCPN144E Invalid operand:  zz\n"},
      {"r 305.5x", "HHCPN144E Invalid operand:  305.5x\n"},
      {"r 305..5", "HHCPN144E Invalid operand:  305..5\n"},
      {"r 300.10 extra", "HHCPN144E Invalid operand:  300.10 extra\n"},
      {"r 305-300", "HHCPN145E Invalid range:  305-300\n"},
      {"r 0.0", "HHCPN145E Invalid range:  0.0\n"},
      {"r FFFFFFFF", "HHCPN145E Invalid range:  FFFFFFFF\n"},
      {"r 1000000.10", "HHCPN145E Invalid range:  1000000.10\n"},
      {"r FFFFFFFFFFFFFFFFF", "HHCPN144E Invalid operand:  FFFFFFFFFFFFFFFFF\n"},
      {"r FFFFFFFFFFFFFFFF.FFFFFFFFFFFFFFFF", "HHCPN145E Invalid range:  FFFFFFFFFFFFFFFF.FFFFFFFFFFFFFFFF\n"},
      {"r 200=xyz", "HHCPN144E Invalid operand:  200=xyz\n"},
      {"r 200=010", "HHCPN144E Invalid operand:  200=010\n"},
      {"r 200=", "HHCPN144E Invalid operand:  200=\n"},
      {"r 200.4=01", "HHCPN144E Invalid operand:  200.4=01\n"},
      {"r =01", "HHCPN144E Invalid operand:  =01\n"},
      {"r 0=0102030405060708091011121314151617181920212223242526272829303132333",
       "HHCPN144E Invalid operand:  0=0102030405060708091011121314151617181920212223242526272829303132333\n"},
      {"r 0=010203040506070809101112131415161718192021222324252627282930313233",
       "HHCPN143E Invalid value: expected at most 32 bytes, found 33\n"},
      {"v zz", "HHCPN144E Invalid operand: zz\n"},
      {"u zz", "HHCPN144E Invalid operand: zz\n"},
      {"u 200.0", "HHCPN145E Invalid range: 200.0\n"},
      {"gpr 16=1", "HHCPN162E Invalid format. .Enter \"help gpr\" for help.\n"},
      {"gpr -1=5", "HHCPN162E Invalid format. .Enter \"help gpr\" for help.\n"},
      {"gpr 3=", "HHCPN162E Invalid format. .Enter \"help gpr\" for help.\n"},
      {"gpr 3=123456789", "HHCPN162E Invalid format. .Enter \"help gpr\" for help.\n"},
      {"gpr 1=12345678x", "HHCPN162E Invalid format. .Enter \"help gpr\" for help.\n"},
      {"gpr 0=1 1=2", "HHCPN162E Invalid format. Enter \"help gpr\" for help.\n"},
      {"cr 16=0", "HHCPN164E Invalid format. .Enter \"help cr\" for help.\n"},
      {"cr 0=1x", "HHCPN164E Invalid format. .Enter \"help cr\" for help.\n"},
      {"psw foo", "HHCPN165E Invalid operand foo\n"},
      {"psw ia=xx", "HHCPN165E Invalid operand ia=xx\n"},
      {"psw ia=1000000", "HHCPN165E Invalid operand ia=1000000\n"},
      {"psw cc=4", "HHCPN165E Invalid operand cc=4\n"},
      {"psw sm=100", "HHCPN165E Invalid operand sm=100\n"},
      {"psw cmwp=10", "HHCPN165E Invalid operand cmwp=10\n"},
      {"psw am=31", "HHCPN165E Invalid operand am=31\n"},
      {"psw cc=1 pk=16", "HHCPN165E Invalid operand pk=16\n"},
  };
  for (const auto& [command, message] : bad) EXPECT_EQ(print({command}), message) << command;
  EXPECT_EQ(cpu().psw.cc, 0);
  EXPECT_EQ(panel_->machine().storage().key(0), 0);
}

}  // namespace
}  // namespace replica::tools
