// External and I/O interruptions, their masks and their order; and the interceptor. GA22-7000 "Interruptions".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "tests/cpu/fake_channels.h"
#include "tests/cpu/guest.h"

namespace replica {
namespace {

using testing::ElementsAre;

constexpr u64 kEc = ec_psw(0x400);

// CR0 masks of the external conditions.
constexpr u32 kEmergencySignalMask = 0x00004000, kExternalCallMask = 0x00002000, kComparatorMask = 0x00000800,
              kCpuTimerMask = 0x00000400, kIntervalTimerMask = 0x00000080, kKeyMask = 0x00000040,
              kSignalMask = 0x00000020;

// ---- External interruptions ----

class ExternalInterruptionTest : public testing::Test {
 protected:
  // The code of the external interruption that is taken under this PSW, 0 if none is.
  u16 taken_code(u64 psw = kEc | kExternal) {
    guest.put(134, "0000");
    guest.set_psw(psw);
    guest.take_interruptions();
    if (!guest.waits_at(kExternalNew)) return 0;
    return psw & ec_psw(0) ? guest.halfword(134) : guest.halfword(kExternalOld + 2);
  }
  void raise_clock_comparator() {
    guest.clocks().set_tod(1000, guest.cpu().now());
    guest.clocks().set_comparator(999);
  }
  void raise_cpu_timer() { guest.clocks().set_cpu_timer(u64{1} << 63, guest.cpu().now()); }
  void raise_all() {
    guest.cpu().request_external(Cpu::kIntervalTimer);
    guest.cpu().request_external(Cpu::kInterruptKey);
    guest.cpu().request_emergency_signal();
    guest.cpu().request_external_call();
    raise_clock_comparator();
    raise_cpu_timer();
  }

  Guest guest;
};

TEST_F(ExternalInterruptionTest, EcModeStoresTheCodeAt134) {
  guest.cpu().request_external(Cpu::kInterruptKey);
  EXPECT_EQ(taken_code(), 0x0040);
  EXPECT_EQ(guest.doubleword(kExternalOld), kEc | kExternal);
}

TEST_F(ExternalInterruptionTest, BcModeStoresItInTheOldPsw) {
  guest.put(134, "7777");
  guest.cpu().request_external(Cpu::kInterruptKey);
  guest.set_psw(bc_psw(0x400) | kExternal);
  guest.take_interruptions();
  EXPECT_EQ(guest.doubleword(kExternalOld), 0x01000040'00000400u);
  EXPECT_EQ(guest.halfword(134), 0x7777);
}

// The CPU address is stored with emergency signal and external call, in both modes.
TEST_F(ExternalInterruptionTest, SignalsStoreTheAddressOfTheCpuThatSent) {
  guest.set_cr(0, kEmergencySignalMask | kExternalCallMask);
  for (const u64 psw : {kEc, bc_psw(0x400)}) {
    guest.put(132, "7777");
    guest.cpu().request_emergency_signal();
    EXPECT_EQ(taken_code(psw | kExternal), 0x1201);
    EXPECT_EQ(guest.halfword(132), 0) << std::hex << psw;
    guest.put(132, "7777");
    guest.cpu().request_external_call();
    EXPECT_EQ(taken_code(psw | kExternal), 0x1202);
    EXPECT_EQ(guest.halfword(132), 0) << std::hex << psw;
  }
}

TEST_F(ExternalInterruptionTest, EachConditionHasItsMaskInCr0) {
  struct {
    std::function<void()> raise;
    u32 mask;
    u16 code;
  } const cases[] = {
      {[&] { guest.cpu().request_external(Cpu::kIntervalTimer); }, kIntervalTimerMask, 0x0080},
      {[&] { guest.cpu().request_external(Cpu::kInterruptKey); }, kKeyMask, 0x0040},
      {[&] { guest.cpu().request_external(0x0020); }, kSignalMask, 0x0020},
      {[&] { guest.cpu().request_external(0x0001); }, kSignalMask, 0x0001},
      {[&] { guest.cpu().request_emergency_signal(); }, kEmergencySignalMask, 0x1201},
      {[&] { guest.cpu().request_external_call(); }, kExternalCallMask, 0x1202},
      {[&] { raise_clock_comparator(); }, kComparatorMask, 0x1004},
      {[&] { raise_cpu_timer(); }, kCpuTimerMask, 0x1005},
  };
  for (const auto& c : cases) {
    guest.cpu().initial_reset();
    c.raise();
    guest.set_cr(0, ~c.mask);
    guest.clocks().set_tod(0, guest.cpu().now());  // the initial comparator of zero is not below the clock
    c.raise();
    EXPECT_NE(taken_code(), c.code) << std::hex << c.code;
    guest.cpu().initial_reset();
    c.raise();
    guest.set_cr(0, c.mask);
    EXPECT_EQ(taken_code(), c.code);
  }
}

TEST_F(ExternalInterruptionTest, NothingIsTakenWhilePswBit7IsOff) {
  guest.set_cr(0, 0xFFFFFFFF);
  raise_all();
  EXPECT_EQ(taken_code(kEc), 0);
  EXPECT_EQ(taken_code(kEc | kIo), 0);
  EXPECT_EQ(taken_code(bc_psw(0x400)), 0);
  EXPECT_EQ(guest.cpu().psw.address, 0x400u);
}

TEST_F(ExternalInterruptionTest, TimerKeyAndSignalsAreReportedTogether) {
  guest.cpu().request_external(Cpu::kIntervalTimer);
  guest.cpu().request_external(Cpu::kInterruptKey);
  guest.cpu().request_external(0x0011);
  EXPECT_EQ(taken_code(), 0x00D1);
  EXPECT_EQ(taken_code(), 0) << "they are taken once";
}

TEST_F(ExternalInterruptionTest, MaskedConditionsStayBehind) {
  guest.cpu().request_external(Cpu::kIntervalTimer);
  guest.cpu().request_external(Cpu::kInterruptKey);
  guest.set_cr(0, kKeyMask);
  EXPECT_EQ(taken_code(), 0x0040);
  EXPECT_EQ(taken_code(), 0);
  guest.set_cr(0, kIntervalTimerMask);
  EXPECT_EQ(taken_code(), 0x0080);
}

TEST_F(ExternalInterruptionTest, AreTakenInTheManualsOrder) {
  guest.set_cr(0, 0x0000FFE0);
  raise_all();
  EXPECT_EQ(taken_code(), 0x00C0);
  EXPECT_EQ(taken_code(), 0x1201);
  EXPECT_EQ(taken_code(), 0x1202);
  EXPECT_EQ(taken_code(), 0x1004);
  guest.clocks().set_comparator(~u64{0});
  EXPECT_EQ(taken_code(), 0x1005);
}

// They are conditions, not events: the interruption does not clear them.
TEST_F(ExternalInterruptionTest, ClockComparatorAndCpuTimerPersist) {
  guest.set_cr(0, kComparatorMask | kCpuTimerMask);
  raise_clock_comparator();
  EXPECT_EQ(taken_code(), 0x1004);
  EXPECT_EQ(taken_code(), 0x1004);
  guest.clocks().set_comparator(~u64{0});
  raise_cpu_timer();
  EXPECT_EQ(taken_code(), 0x1005);
  EXPECT_EQ(taken_code(), 0x1005);
  guest.clocks().set_cpu_timer(1'000'000, guest.cpu().now());
  EXPECT_EQ(taken_code(), 0);
}

TEST_F(ExternalInterruptionTest, OneExternalCallCanBePending) {
  EXPECT_TRUE(guest.cpu().request_external_call());
  EXPECT_FALSE(guest.cpu().request_external_call());
  guest.set_cr(0, kExternalCallMask);
  EXPECT_EQ(taken_code(), 0x1202);
  EXPECT_FALSE(guest.cpu().external_call_pending());
  EXPECT_TRUE(guest.cpu().request_external_call());
}

TEST_F(ExternalInterruptionTest, AreClearedByCpuReset) {
  guest.cpu().request_external(Cpu::kIntervalTimer);
  guest.cpu().request_emergency_signal();
  guest.cpu().request_external_call();
  guest.cpu().reset();
  guest.set_cr(0, kIntervalTimerMask | kEmergencySignalMask | kExternalCallMask);
  EXPECT_EQ(taken_code(), 0);
}

TEST_F(ExternalInterruptionTest, AreTakenAfterTheInstructionThatEnablesThem) {
  guest.cpu().request_external(Cpu::kInterruptKey);
  guest.put(0x600, "01");
  guest.execute("80000600 1B11", 10);  // SSM, SR
  EXPECT_TRUE(guest.waits_at(kExternalNew));
  EXPECT_EQ(guest.doubleword(kExternalOld), kExternal | ec_psw(0x404));

  guest.set_cr(0, 0);
  guest.cpu().request_external(Cpu::kInterruptKey);
  guest.put_word(0x600, kKeyMask);
  guest.execute("B7000600 1B11", 10, kEc | kExternal);  // LCTL 0,0
  EXPECT_EQ(guest.doubleword(kExternalOld), kExternal | ec_psw(0x404));
}

TEST_F(ExternalInterruptionTest, AfterLoadPswTheLoadedPswIsTheOldOne) {
  guest.cpu().request_external(Cpu::kInterruptKey);
  guest.put_doubleword(0x600, ec_psw(0x500) | kExternal);
  guest.execute("82000600", 10);
  EXPECT_EQ(guest.doubleword(kExternalOld), ec_psw(0x500) | kExternal);
}

// ---- Input/output interruptions ----

class IoInterruptionTest : public testing::Test {
 protected:
  // Whether a condition of the channel is taken under this PSW and CR2.
  bool is_taken(u16 address, u64 psw, u32 cr2) {
    channels.raise(address);
    guest.set_cr(2, cr2);
    guest.set_psw(psw);
    guest.take_interruptions();
    const bool taken = guest.waits_at(kIoNew);
    channels.reset();
    return taken;
  }

  FakeChannels channels;
  Guest guest{&channels};
};

TEST_F(IoInterruptionTest, EcModeStoresTheAddressAt186) {
  guest.put_word(184, 0x77777777);
  EXPECT_TRUE(is_taken(0x0130, kEc | kIo, 0x40000000));
  EXPECT_EQ(guest.word(184) & 0x00FFFFFF, 0x000130u);
  EXPECT_EQ(guest.doubleword(kIoOld), kEc | kIo);
}

TEST_F(IoInterruptionTest, BcModeStoresTheAddressInTheOldPsw) {
  guest.put_word(184, 0x77777777);
  EXPECT_TRUE(is_taken(0x0130, 0x40000000'2F000400, 0));
  EXPECT_EQ(guest.doubleword(kIoOld), 0x40000130'2F000400u);
  EXPECT_EQ(guest.word(184), 0x77777777u);
}

TEST_F(IoInterruptionTest, EcModeMasksEveryChannelByBit6AndCr2) {
  for (unsigned channel = 0; channel < 32; ++channel) {
    const u16 address = static_cast<u16>(channel << 8 | 0x30);
    const u32 own_mask = 0x80000000u >> channel;
    EXPECT_TRUE(is_taken(address, kEc | kIo, own_mask)) << channel;
    EXPECT_FALSE(is_taken(address, kEc | kIo, ~own_mask)) << channel;
    EXPECT_FALSE(is_taken(address, kEc, 0xFFFFFFFF)) << channel;
  }
}

TEST_F(IoInterruptionTest, BcModeMasksChannels0To5ByPswBitsAlone) {
  for (unsigned channel = 0; channel < 6; ++channel) {
    const u16 address = static_cast<u16>(channel << 8 | 0x30);
    const u64 own_mask = u64{1} << (63 - channel);
    EXPECT_TRUE(is_taken(address, own_mask | 0x400, 0)) << channel;
    EXPECT_FALSE(is_taken(address, (0xFE00'0000'0000'0000 & ~own_mask) | 0x400, 0xFFFFFFFF)) << channel;
  }
}

TEST_F(IoInterruptionTest, BcModeMasksOtherChannelsByBit6AndCr2) {
  for (unsigned channel = 6; channel < 32; ++channel) {
    const u16 address = static_cast<u16>(channel << 8 | 0x30);
    const u32 own_mask = 0x80000000u >> channel;
    EXPECT_TRUE(is_taken(address, kIo | 0x400, own_mask)) << channel;
    EXPECT_FALSE(is_taken(address, kIo | 0x400, ~own_mask)) << channel;
    EXPECT_FALSE(is_taken(address, 0xFC00'0000'0000'0400, 0xFFFFFFFF)) << channel;
  }
}

TEST_F(IoInterruptionTest, IsTakenWhenItsTimeHasCome) {
  guest.put(0x400, "47F00400");  // B *
  channels.raise(0x0130, 64'000);
  guest.set_psw(kEc | kIo);
  EXPECT_EQ(guest.machine().run(2000), StopReason::disabled_wait);
  EXPECT_TRUE(guest.waits_at(kIoNew));
  EXPECT_EQ(guest.cpu().instructions(), 1000u);
}

// ---- Order among the classes ----

TEST_F(IoInterruptionTest, ExternalComesFirstAndIsTheOldPswOfIoIfItAllowsIo) {
  guest.put_doubleword(kExternalNew, ec_psw(0x500) | kIo);
  guest.cpu().request_external(Cpu::kInterruptKey);
  EXPECT_TRUE(is_taken(0x0130, kEc | kIo | kExternal, 0xFFFFFFFF));
  EXPECT_EQ(guest.doubleword(kExternalOld), kEc | kIo | kExternal);
  EXPECT_EQ(guest.doubleword(kIoOld), ec_psw(0x500) | kIo);
}

TEST_F(IoInterruptionTest, WaitsIfTheExternalNewPswDoesNotAllowIt) {
  guest.cpu().request_external(Cpu::kInterruptKey);
  channels.raise(0x0130);
  guest.set_psw(kEc | kIo | kExternal);
  guest.take_interruptions();
  EXPECT_TRUE(guest.waits_at(kExternalNew));
  guest.set_psw(kEc | kIo);
  guest.take_interruptions();
  EXPECT_TRUE(guest.waits_at(kIoNew));
}

TEST_F(IoInterruptionTest, ProgramInterruptionComesBeforeExternalAndIo) {
  guest.put(0x400, "0000");
  guest.put_doubleword(kProgramNew, ec_psw(0x600) | kExternal);
  guest.set_psw(kEc);
  guest.cpu().request_external(Cpu::kInterruptKey);
  guest.run(1);
  EXPECT_EQ(guest.doubleword(kProgramOld), ec_psw(0x402));
  EXPECT_EQ(guest.doubleword(kExternalOld), ec_psw(0x600) | kExternal);
}

TEST_F(IoInterruptionTest, EarlySpecificationComesBeforeExternal) {
  guest.cpu().request_external(Cpu::kInterruptKey);
  guest.set_psw(kEc | kExternal | 1ull << 63);
  guest.take_interruptions();
  EXPECT_TRUE(guest.waits_at(kProgramNew));
  EXPECT_EQ(guest.doubleword(kExternalOld), 0u);
}

// ---- Interception ----

class Recorder final : public Interceptor {
 public:
  bool intercept(Cpu&, const Interruption& interruption) override {
    seen.push_back(fmt::format("{} {:X} {}", static_cast<int>(interruption.cls), interruption.code, interruption.ilc));
    return deals_with_it;
  }
  std::vector<std::string> seen;
  bool deals_with_it = true;
};

class InterceptorTest : public IoInterruptionTest {
 protected:
  InterceptorTest() { guest.cpu().interceptor = &recorder; }
  Recorder recorder;
};

TEST_F(InterceptorTest, SeesEveryClassWithCodeAndLength) {
  guest.execute("0AC7");
  guest.execute("51000000");
  guest.cpu().request_external(Cpu::kInterruptKey);
  guest.set_psw(kEc | kExternal);
  guest.take_interruptions();
  is_taken(0x0130, kEc | kIo, 0xFFFFFFFF);
  guest.machine().restart();
  EXPECT_THAT(recorder.seen, ElementsAre("2 C7 1", "3 1 2", "1 40 0", "5 130 0", "0 0 0"));
}

TEST_F(InterceptorTest, WhatItDealsWithLeavesNoTraceInStorage) {
  guest.execute("0AC7 1B11", 2);
  EXPECT_EQ(guest.doubleword(kSvcOld), 0u);
  EXPECT_EQ(guest.word(136), 0u);
  EXPECT_EQ(guest.psw(), ec_psw(0x404));
}

TEST_F(InterceptorTest, WhatItLeavesIsTakenByTheMachine) {
  recorder.deals_with_it = false;
  guest.execute("0AC7");
  EXPECT_TRUE(guest.waits_at(kSvcNew));
  EXPECT_EQ(recorder.seen.size(), 1u);
}

// A PER event that came with a program exception is part of that interruption, and is not reported again.
TEST_F(InterceptorTest, SeesAnExceptionAndItsPerEventAsOneInterruption) {
  guest.set_cr(9, 0x40000000);
  guest.set_cr(10, 0);
  guest.set_cr(11, 0x00FFFFFF);
  guest.execute("0000", 1, ec_psw(0) | kPer);
  EXPECT_THAT(recorder.seen, ElementsAre("3 81 1"));
}

}  // namespace
}  // namespace replica
