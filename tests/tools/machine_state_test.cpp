#include "tools/machine_state.h"

#include <gmock/gmock.h>

#include "cpu/machine.h"

namespace replica::tools {
namespace {

using testing::HasSubstr;

std::string refusal(const std::vector<std::string>& lists) {
  const auto settings = parse_registers(lists);
  return settings ? "accepted" : settings.error().message;
}

class MachineState : public testing::Test {
 protected:
  MachineState() : machine_(std::move(*Machine::create({}))), cpu_(machine_->cpu()) {}

  std::unique_ptr<Machine> machine_;
  Cpu& cpu_;
};

TEST_F(MachineState, SetsRegistersOfAllKinds) {
  const auto settings = parse_registers({"1=100,R15=DEADBEEF,r0=a", "F6=4110000000000000,C1=1800,c15=200"});
  ASSERT_TRUE(settings);
  set_registers(*settings, cpu_);
  EXPECT_EQ(cpu_.gr[0], 0xAu);
  EXPECT_EQ(cpu_.gr[1], 0x100u);
  EXPECT_EQ(cpu_.gr[15], 0xDEADBEEFu);
  EXPECT_EQ(cpu_.fpr[6], 0x4110000000000000u);
  EXPECT_EQ(cpu_.cr[1], 0x1800u);
  EXPECT_EQ(cpu_.cr[15], 0x200u);
}

TEST_F(MachineState, MakesTheCpuNoticeAChangedControlRegister) {
  cpu_.load_psw(0x4008000000000000);  // EC mode with PER
  ASSERT_FALSE(cpu_.per_active());
  set_registers(*parse_registers({"C9=80000000"}), cpu_);
  EXPECT_TRUE(cpu_.per_active());
}

TEST_F(MachineState, RefusesRegistersThatDoNotExist) {
  for (const char* name : {"16", "R16", "C16", "G1", "", "R", "1x", "-1", "RR1", "R 1"}) {
    EXPECT_EQ(refusal({name + std::string("=1")}),
              "expected a register 0 to 15, R0 to R15, F0, F2, F4, F6 or C0 to C15; found '" + std::string(name) + "'");
  }
  for (const char* name : {"F1", "F8"}) {
    EXPECT_EQ(refusal({name + std::string("=0000000000000000")}),
              "expected the floating-point register F0, F2, F4 or F6; found '" + std::string(name) + "'");
  }
}

TEST_F(MachineState, RefusesBadValues) {
  EXPECT_EQ(refusal({"1=123456789"}), "1: expected 1 to 8 hexadecimal digits, found '123456789'");
  EXPECT_EQ(refusal({"R2=5x"}), "R2: expected 1 to 8 hexadecimal digits, found '5x'");
  EXPECT_EQ(refusal({"1="}), "1: expected 1 to 8 hexadecimal digits, found ''");
  EXPECT_EQ(refusal({"F0=41"}), "F0: expected 16 hexadecimal digits, found '41' (2 characters)");
  EXPECT_EQ(refusal({"1"}), "expected REGISTER=VALUE, found '1'");
  EXPECT_EQ(refusal({"1=1,"}), "expected REGISTER=VALUE, found ''");
}

TEST_F(MachineState, RefusesToSetARegisterTwice) {
  EXPECT_EQ(refusal({"1=1,R1=2"}), "expected each register once; 'R1=2' sets one again");
  EXPECT_EQ(refusal({"C1=1", "C1=1"}), "expected each register once; 'C1=1' sets one again");
  EXPECT_EQ(refusal({"1=1,C1=1"}), "accepted");
}

TEST_F(MachineState, WritesThePswAsTwoWords) {
  EXPECT_EQ(format_psw(Psw::unpack(0x0002000000DEA028)), "00020000 00DEA028");
  EXPECT_EQ(format_psw(Psw::unpack(0x070C2F0000ABCDEF)), "070C2F00 00ABCDEF");
}

TEST_F(MachineState, WritesAllRegisters) {
  for (unsigned n = 0; n < 16; ++n) cpu_.gr[n] = 0x11111111 * n;
  for (unsigned n = 0; n < 16; ++n) cpu_.cr[n] = n;
  cpu_.fpr[2] = 0x4120000000000000;
  cpu_.load_psw(0x00020000000001F0);
  EXPECT_EQ(format_registers(cpu_),
            "PSW       00020000 000001F0\n"
            "GR  0-3   00000000 11111111 22222222 33333333\n"
            "GR  4-7   44444444 55555555 66666666 77777777\n"
            "GR  8-11  88888888 99999999 AAAAAAAA BBBBBBBB\n"
            "GR 12-15  CCCCCCCC DDDDDDDD EEEEEEEE FFFFFFFF\n"
            "FR  0-6   0000000000000000 4120000000000000 0000000000000000 0000000000000000\n"
            "CR  0-3   00000000 00000001 00000002 00000003\n"
            "CR  4-7   00000004 00000005 00000006 00000007\n"
            "CR  8-11  00000008 00000009 0000000A 0000000B\n"
            "CR 12-15  0000000C 0000000D 0000000E 0000000F\n");
}

TEST_F(MachineState, WritesWhatChanged) {
  const CpuState before = cpu_;
  EXPECT_EQ(format_changes(before, cpu_), "");
  cpu_.gr[3] = 0x1F;
  cpu_.fpr[4] = 0x4110000000000000;
  cpu_.cr[1] = 0x800;
  EXPECT_EQ(format_changes(before, cpu_), "R3=0000001F F4=4110000000000000 C1=00000800");
}

}  // namespace
}  // namespace replica::tools
