// The parts of a run find what is wasted on purpose, to the cycle: the clock counts its readings instead of measuring time.
#include "vmm/slow_exit.h"

#include <fstream>

#include "tests/vmm/fixture.h"

namespace replica::vmm {
namespace {

u64 readings = 0;
u64 count_readings() { return ++readings; }

struct Measured {
  std::array<u64, kParts> cycles{};
  u64 traps = 0;
};

Measured run_supervisor(AssistLevel assist, u64 wasted) {
  std::ifstream file(REPLICA_BINARY_DIR "/guests/supervisor.core", std::ios::binary);
  const std::string core{std::istreambuf_iterator<char>(file), {}};
  EXPECT_FALSE(core.empty());
  VirtualSystem system({.assist = assist});
  VirtualMachine& machine = system.add("GUEST");
  VirtualSystem::put(machine, 0, {reinterpret_cast<const u8*>(core.data()), core.size()});
  machine.machine().restart();
  system.monitor->start(machine);
  const SlowExit slow_exit(wasted);
  PartClock clock(count_readings);
  EXPECT_EQ(system.run(), StopReason::idle_wait);
  clock.enter(part::kMachine);
  Measured measured;
  for (std::size_t part = 0; part < kParts; ++part) measured.cycles[part] = clock.counts()[part].cycles;
  for (const Cause cause : {Cause::simulated, Cause::supervisor_call, Cause::program, Cause::page_fault}) {
    measured.traps += machine.counters[cause].count;
  }
  return measured;
}

class WastedCycles : public testing::TestWithParam<AssistLevel> {};

TEST_P(WastedCycles, AreInThePartOfTrapsAndNowhereElse) {
  constexpr u64 kWasted = 500;
  const Measured usual = run_supervisor(GetParam(), 0), slow = run_supervisor(GetParam(), kWasted);
  ASSERT_GT(usual.traps, 100u);
  EXPECT_EQ(slow.traps, usual.traps);
  for (std::size_t part = 0; part < kParts; ++part) {
    const u64 found = slow.cycles[part] - usual.cycles[part];
    // One more reading than cycles wasted, at the beginning.
    EXPECT_EQ(found, part == part::kTrap ? usual.traps * (kWasted + 1) : 0) << part;
  }
}

INSTANTIATE_TEST_SUITE_P(All, WastedCycles, testing::Values(AssistLevel::none, AssistLevel::vma),
                         [](const auto& test) { return test.param == AssistLevel::none ? "none" : "vma"; });

}  // namespace
}  // namespace replica::vmm
