// DISPLAY, STORE and DUMP.
#include "tests/vmm/cp/control_program_fixture.h"
#include "vmm/cp/storage_range.h"

namespace replica::vmm {
namespace {

class Display : public ControlProgramTest {
 protected:
  Display() { log_on("ONE"); }
  Lines display(const std::string& what) { return type("ONE", "DISPLAY " + what); }
};

TEST(Ranges, AreReadAsTheManualHasThem) {
  const auto range = [](std::string_view text) {
    const auto parsed = parse_range(text, 0xFFF, 4);
    return parsed ? std::pair(parsed->first, parsed->last) : std::pair(~0u, 0u);
  };
  const std::pair bad(~0u, 0u);
  EXPECT_EQ(range("100"), std::pair(0x100u, 0x103u));
  EXPECT_EQ(range("100-1FF"), std::pair(0x100u, 0x1FFu));
  EXPECT_EQ(range("100:1FF"), std::pair(0x100u, 0x1FFu));
  EXPECT_EQ(range("100.20"), std::pair(0x100u, 0x11Fu));
  EXPECT_EQ(range("-20"), std::pair(0u, 0x20u));
  EXPECT_EQ(range("F00.END"), std::pair(0xF00u, 0xFFFu));
  EXPECT_EQ(range("F00-END"), std::pair(0xF00u, 0xFFFu));
  EXPECT_EQ(range("F00.FFFFFFFF"), std::pair(0xF00u, 0xFFFu));
  EXPECT_EQ(range("FFF"), std::pair(0xFFFu, 0xFFFu));
  EXPECT_EQ(range(""), std::pair(0u, 0xFFFu));
  for (const char* wrong : {"1000", "XYZ", "100-FF", "100.0", "100-", "100-X", "100.-1", "-X", "1FFFFFFFF"})
    EXPECT_EQ(range(wrong), bad) << wrong;
}

TEST_F(Display, StorageIsShownInRows) {
  put("ONE", 0x2000, "C1C2C300 00000001 00000002 00000003 00000004");
  EXPECT_THAT(display("2000"), ElementsAre("002000  C1C2C300 00000001 00000002 00000003"));
  EXPECT_THAT(display("L2000.14"), ElementsAre("002000  C1C2C300 00000001 00000002 00000003",  //
                                               "002010  00000004 00000000 00000000 00000000"));
  EXPECT_THAT(display("T2000"), ElementsAre("002000  C1C2C300 00000001 00000002 00000003  *ABC.............*"));
  EXPECT_EQ(display("2000-203F").size(), 4u);
  EXPECT_EQ(display("2000:2040").size(), 5u);
  EXPECT_THAT(display("2000 3000"), testing::SizeIs(2));
}

TEST_F(Display, KeysAreShownByBlocks) {
  machine("ONE").storage().set_key(2, 0xF0);
  EXPECT_THAT(display("K0-1FFF"), ElementsAre("000000 TO 000FFF KEY = 00", "001000 TO 0017FF KEY = F0",  //
                                              "001800 TO 001FFF KEY = 00"));
  EXPECT_THAT(display("K1000"), ElementsAre("001000 TO 0017FF KEY = F0"));
}

TEST_F(Display, RegistersAreShown) {
  monitor_->release_cpu();
  gr("ONE", 5) = 0xABCD;
  machine("ONE").cpu().fpr[1] = 0x4110000000000000;
  EXPECT_EQ(display("G").size(), 4u);
  EXPECT_THAT(display("G5"), ElementsAre("GPR  5 = 0000ABCD"));
  EXPECT_THAT(display("G4-6"), ElementsAre("GPR  4 = 00000000 0000ABCD 00000000"));
  EXPECT_THAT(display("GE.2"), ElementsAre("GPR 14 = 00000000 00000000"));
  EXPECT_THAT(display("X0"), ElementsAre("ECR  0 = 000000E0"));
  EXPECT_THAT(display("Y2"), ElementsAre("FPR 2 = 4110000000000000"));
  EXPECT_EQ(display("Y").size(), 4u);
  machine("ONE").cpu().load_psw(0x1234);
  EXPECT_THAT(display("PSW"), ElementsAre("PSW = 00000000 00001234"));
  put("ONE", 0x40, "0102030405060708 11223344");
  EXPECT_THAT(display("CSW CAW"), ElementsAre("CSW = 01020304 05060708", "CAW = 11223344"));
}

TEST_F(Display, WhatIsNotThereIsAnError) {
  for (const char* wrong : {"", "40000", "3FFFF.X", "G10", "G-X", "Y1", "Y8", "X20", "0-3FFFF", "K40000", "NONSENSE"})
    EXPECT_THAT(display(wrong), ElementsAre(StartsWith("DMKCDB"))) << wrong;
  EXPECT_THAT(display("3FFFC.100"), ElementsAre(StartsWith("03FFF0")));
}

// ---- STORE ----

TEST_F(Display, StoragesAndRegistersAreStoredInto) {
  EXPECT_THAT(type("ONE", "STORE 2000 C1C2 5"), ElementsAre("STORE COMPLETE"));
  EXPECT_EQ(word("ONE", 0x2000), 0xC1C2u);
  EXPECT_EQ(word("ONE", 0x2004), 5u);
  type("ONE", "STORE S2001 AABB CC G5 1 2 X3 77 Y2 41 PSW 1234");
  EXPECT_EQ(word("ONE", 0x2000), 0x00AABBCCu);
  EXPECT_EQ(gr("ONE", 5), 1u);
  EXPECT_EQ(gr("ONE", 6), 2u);
  EXPECT_EQ(machine("ONE").cpu().cr[3], 0x77u);
  EXPECT_EQ(machine("ONE").cpu().fpr[1], 0x41ull << 56);
  EXPECT_EQ(machine("ONE").cpu().psw.address, 0x1234u);
  type("ONE", "STORE PSW 00080000 5678");
  EXPECT_TRUE(machine("ONE").cpu().psw.ec_mode);
  EXPECT_EQ(machine("ONE").cpu().psw.address, 0x5678u);
}

TEST_F(Display, AWrongStoreStoresNothing) {
  for (const char* wrong : {"",
                            "2000",
                            "2000 X",
                            "2002 1",
                            "40000 1",
                            "3FFFC 1 2",
                            "2000 123456789",
                            "S2000 ABC",
                            "S2000",
                            "S3FFFF AABB",
                            "G10 1",
                            "GF 1 2",
                            "G5",
                            "Y1 41",
                            "Y2",
                            "Y2 11111111111111111",
                            "PSW",
                            "PSW X",
                            "2000 1 NONSENSE",
                            "2000 1 G5 X"})
    EXPECT_THAT(type("ONE", std::string("STORE ") + wrong), ElementsAre(StartsWith("DMKC"))) << wrong;
  EXPECT_EQ(word("ONE", 0x2000), 0u);
  EXPECT_EQ(gr("ONE", 15), 0u);
}

TEST_F(Display, StatusIsStored) {
  monitor_->release_cpu();
  gr("ONE", 1) = 0x12345678;
  type("ONE", "STORE STATUS");
  EXPECT_EQ(word("ONE", 0x184), 0x12345678u);  // the save area of the general registers
}

TEST_F(Display, AStoredInstructionIsExecuted) {
  run_guest("ONE", "4110 0001");
  type("ONE", "STORE 1000 41100002#STORE PSW 0 1000#BEGIN");
  run();
  monitor_->release_cpu();
  EXPECT_EQ(gr("ONE", 1), 2u);
}

// ---- DUMP ----

TEST_F(Display, ADumpGoesToTheVirtualPrinter) {
  put("ONE", 0x2000, "C1C2C3");
  EXPECT_THAT(type("ONE", "DUMP 2000-20FF *A title"), ElementsAre("COMMAND COMPLETE"));
  type("ONE", "CLOSE E");
  const Lines lines = text_of(1);
  EXPECT_EQ(lines.at(0), "DUMP OF ONE *A title");
  EXPECT_THAT(lines, Contains(StartsWith("PSW = ")));
  EXPECT_THAT(lines, Contains(StartsWith("GPR 12 = ")));
  EXPECT_THAT(lines, Contains(StartsWith("002000 TO 0027FF KEY = ")));
  EXPECT_THAT(lines, Contains(AllOf(StartsWith("002000  C1C2C300"), HasSubstr("*ABC."))));
  EXPECT_EQ(lines.back(), "        6 LINES SUPPRESSED SAME AS ABOVE");
}

TEST_F(Display, ADumpOfEverythingIsShortIfLittleIsThere) {
  type("ONE", "DUMP");
  type("ONE", "CLOSE E");
  EXPECT_LT(text_of(1).size(), 40u);
  for (const char* wrong : {"DUMP 40000", "DUMP X", "DUMP 2000-1000"})
    EXPECT_THAT(type("ONE", wrong), ElementsAre(StartsWith("DMKC"))) << wrong;
}

}  // namespace
}  // namespace replica::vmm
