// Who gets how much of the CPU, in virtual time, where it can be said exactly: a machine that loops takes from another no more
// than its share, and machines that wait cost nothing.
#include "tests/vmm/fixture.h"

namespace replica::vmm {
namespace {

constexpr u32 kProgram = 0x800;

class Fairness : public testing::TestWithParam<NamedOptions> {
 protected:
  Fairness() : system_(GetParam().options) {}

  // B *
  void start_loop() {
    VirtualMachine& machine = system_.add("LOOP", 64 * 1024);
    VirtualSystem::put(machine, kProgram, {{0x47, 0xF0, 0x08, 0x00}});
    machine.cpu().load_psw(kProgram);
    system_.monitor->start(machine);
  }

  // BCT 1,*  and a disabled wait.
  VirtualMachine& start_job(u32 rounds) {
    VirtualMachine& machine = system_.add("JOB", 64 * 1024);
    VirtualSystem::put(machine, kProgram,
                       {{0x46, 0x10, 0x08, 0x00, 0x82, 0x00, 0x08, 0x08, 0x00, 0x02, 0, 0, 0, 0, 0, 0}});
    machine.cpu().gr[1] = rounds;
    machine.cpu().load_psw(kProgram);
    system_.monitor->start(machine);
    return machine;
  }
  // Runs until the job has ended; the units of machine time that it took.
  u64 time_of_job(VirtualMachine& job) {
    const u64 begun = system_.monitor->real().cpu().now();
    constexpr int kMostPieces = 20'000;
    for (int n = 0; n < kMostPieces && job.state() != VirtualMachine::State::stopped; ++n) {
      system_.run(system_.monitor->real().cpu().instructions() + 10'000);
    }
    EXPECT_EQ(job.state(), VirtualMachine::State::stopped);
    return system_.monitor->real().cpu().now() - begun;
  }

  VirtualSystem system_;
};

TEST_P(Fairness, AJobBesideALoopTakesAtMostTwiceAsLong) {
  constexpr u32 kRounds = 10'000'000;
  const u64 alone = time_of_job(start_job(kRounds));
  system_.monitor->destroy_machine(*system_.monitor->machines()[0]);
  start_loop();
  const u64 beside = time_of_job(start_job(kRounds));
  EXPECT_LE(static_cast<double>(beside), 2.2 * static_cast<double>(alone));
  EXPECT_GE(static_cast<double>(beside), 1.8 * static_cast<double>(alone)) << "the loop has its share too";
}

// A job that waits and is waked by its timer a hundred times is served at once each time: it hardly notices the loop.
TEST_P(Fairness, AJobThatWaitsIsNotHeldUpByALoop) {
  // 800: BCT 1,80C  LPSW 820 (disabled wait)  80C: L 2,830  ST 2,50 (the timer)  LPSW 818 (wait for an external interruption,
  // of which the new PSW leads to 800). The timer counts a unit in 3.3 ms.
  // clang-format off
  const std::vector<u8> program = {
      0x46, 0x10, 0x08, 0x0C,  0x82, 0x00, 0x08, 0x20,  0x00, 0x00, 0x00, 0x00,  0x58, 0x20, 0x08, 0x30,
      0x50, 0x20, 0x00, 0x50,  0x82, 0x00, 0x08, 0x18,  0x01, 0x02, 0x00, 0x00,  0x00, 0x00, 0x00, 0x00,
      0x00, 0x02, 0x00, 0x00,  0x00, 0x00, 0x00, 0x00,  0x00, 0x00, 0x00, 0x00,  0x00, 0x00, 0x00, 0x00,
      0x00, 0x00, 0x01, 0x00};
  // clang-format on
  const auto run_job = [&] {
    VirtualMachine& job = system_.add("JOB", 64 * 1024);
    VirtualSystem::put(job, kProgram, program);
    VirtualSystem::put(job, 88, {{0, 0, 0, 0, 0, 0, 0x08, 0}});
    job.cpu().gr[1] = 100;
    job.cpu().load_psw(kProgram);
    system_.monitor->start(job);
    return time_of_job(job);
  };
  const u64 alone = run_job();
  system_.monitor->destroy_machine(*system_.monitor->machines()[0]);
  start_loop();
  EXPECT_LE(static_cast<double>(run_job()), 1.2 * static_cast<double>(alone));
}

// Eight machines in an enabled wait, their interval timers running: for ten seconds the monitor has nothing to look at.
TEST_P(Fairness, MachinesThatWaitAreNotLookedAt) {
  // LPSW 808: an enabled wait, and so is the external new PSW.
  const std::vector<u8> wait = {0x01, 0x02, 0, 0, 0, 0, 0, 0};
  for (int n = 0; n < 8; ++n) {
    VirtualMachine& machine = system_.add("IDLE" + std::to_string(n), 64 * 1024);
    VirtualSystem::put(machine, 80, {{0x7F, 0xFF, 0xFF, 0xFF}});
    VirtualSystem::put(machine, 88, wait);
    VirtualSystem::put(machine, kProgram, {{0x82, 0x00, 0x08, 0x08}});
    VirtualSystem::put(machine, kProgram + 8, wait);
    machine.cpu().load_psw(kProgram);
    system_.monitor->start(machine);
  }
  constexpr u64 kSecond = 1'000'000 * kUnitsPerMicrosecond;
  Machine& real = system_.monitor->real();
  real.run(kNever, kSecond);
  const u64 looks = system_.monitor->looks(), instructions = real.cpu().instructions();
  EXPECT_EQ(real.run(kNever, 11 * kSecond), StopReason::time_limit);
  EXPECT_LE(system_.monitor->looks() - looks, 20u);
  EXPECT_EQ(real.cpu().instructions(), instructions);
}

INSTANTIATE_TEST_SUITE_P(All, Fairness,
                         testing::ValuesIn({NamedOptions{"none", {.assist = AssistLevel::none}},
                                            NamedOptions{"vma", {.assist = AssistLevel::vma}},
                                            NamedOptions{"vma_translated",
                                                         {.assist = AssistLevel::vma, .translates = true}}}),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace replica::vmm
