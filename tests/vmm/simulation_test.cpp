// What differs for the VMM from one instruction to another: state that is in the real CPU, and time. That instructions do in a
// virtual machine what they do on the bare one is seen by tests/robustness.
#include "tests/vmm/shadow_tables_fixture.h"

namespace replica::vmm {
namespace {

class Simulation : public ShadowTablesTest {};
INSTANTIATE_TEST_SUITE_P(All, Simulation, testing::ValuesIn(all_ways()),
                         [](const auto& test) { return std::string(test.param.name); });

// The floating-point registers are the real CPU's until then.
TEST_P(Simulation, StopAndStoreStatusStoresTheFloatingPointRegisters) {
  for (const std::string_view signal : {"AE06 0009", "4400 B010"}) {
    put_word(guest, kOperands, 0x41123456);
    put_word(guest, kOperands + 4, 0x789ABCDE);
    put_hex(guest, kOperands + 0x10, "AE06 0009");
    put_word(guest, 0x160, 0);
    begin(guest, "6800 B000  1766 " + std::string(signal), 0);  // LD, XR, SIGP
    system.run();
    system.monitor->release_cpu();
    EXPECT_EQ(load_be64(guest.storage().at(0x160)), 0x41123456'789ABCDEu) << signal;
  }
}

// While PER is on, instructions are interpreted on the virtual CPU.
TEST_P(Simulation, AClockComparatorThatIsPendingInterruptsAtOnceUnderPer) {
  constexpr u32 kExternalNew = 88, kExternalOld = 24, kExternalMask = 0x01000000, kPer = 0x40000000;
  put_word(guest, kExternalNew, 0x000A0000);
  put_word(guest, kExternalNew + 4, kExternalNew);
  put_word(guest, kOperands, kFormat4K | 0x800);
  put_word(guest, kOperands + 4, kPer);  // events are fetches of instructions where there are none
  put_word(guest, kOperands + 8, 0x800000);
  put_word(guest, kOperands + 12, 0x800000);
  put_hex(guest, kOperands + 16, "0000 0000 0000 0001");
  // LCTL 9-11; LCTL 0; SCKC; then what is not reached
  begin(guest, "B79B B004  B700 B000  B206 B010  4110 0001  4110 0002", kExternalMask | kPer);
  guest.cpu().clocks().set_comparator(~u64{0});
  guest.cpu().gr[1] = 0;
  system.run();
  system.monitor->release_cpu();
  EXPECT_EQ(guest.cpu().psw.address, kExternalNew);
  EXPECT_EQ(load_be32(guest.storage().at(kExternalOld + 4)), kProgram + 12);
  EXPECT_EQ(gr(1), 0u);
}

// RRB, LRA, ISK, SSK, IPK, STNSM and STOSM do not leave the guest's code at `vma`.
TEST_P(Simulation, WhatOnlyComputesIsCountedAsATrap) {
  EXPECT_EQ(run("B213 B000  B120 B000  091B  081B  B20B 0000  ACFF B000  AD00 B000"), 0);
  const std::pair<u8, u8> instructions[] = {{0xB2, 0x13}, {0xB1, 0}, {0x09, 0}, {0x08, 0},
                                            {0xB2, 0x0B}, {0xAC, 0}, {0xAD, 0}};
  for (const auto& [first, second] : instructions) {
    EXPECT_EQ(guest.counters.instructions[TrapCounters::index(first, second)].count, 1u) << u32{first};
  }
}

// LA 1,4095; SLL 1,12; RRB 0(1): there is no such storage.
TEST_P(Simulation, WhatCannotBeCarriedOutEndsAsOnTheBareMachine) {
  EXPECT_EQ(run("4110 0FFF  8910 000C  B213 1000"), static_cast<u16>(ProgramCode::addressing));
  EXPECT_EQ(guest.counters.instructions[TrapCounters::index(0xB2, 0x13)].count, 1u);
}

// STOSM allows what is pending.
TEST_P(Simulation, WhatIsPendingIsTakenBehindTheInstructionThatAllowsIt) {
  constexpr u32 kExternalNew = 88, kExternalOld = 24;
  put_word(guest, kExternalNew, 0x000A0000);
  put_word(guest, kExternalNew + 4, kExternalNew);
  begin(guest, "AD01 B000  4110 0001", 0);
  guest.cpu().cr[0] |= 0x40;
  guest.cpu().request_external(Cpu::kInterruptKey);
  system.run();
  system.monitor->release_cpu();
  EXPECT_EQ(load_be32(guest.storage().at(kExternalOld + 4)), kProgram + 4);
}

TEST_P(Simulation, AskingADeviceIsNoReasonToLookAtAllMachines) {
  std::string program;
  for (int n = 0; n < 40; ++n) program += "9D00 B000";  // TIO 0(11): not operational
  const u64 looks = system.monitor->looks();
  EXPECT_EQ(run(program), 0);
  EXPECT_EQ(guest.counters.instructions[TrapCounters::index(0x9D, 0)].count, 40u);
  if (GetParam().options.assist == AssistLevel::vma) EXPECT_LT(system.monitor->looks() - looks, 10u);
}

}  // namespace
}  // namespace replica::vmm
