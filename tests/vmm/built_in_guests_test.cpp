// The programs of guests/ print in a virtual machine what they print on the bare machine: at every assist level, on every
// engine, and with less real storage than they have.
#include <fstream>
#include <sstream>

#include "tests/vmm/fixture.h"
#include "tools/guest_text.h"

namespace replica::vmm {
namespace {

constexpr u32 kReportArea = 0x600;

std::string read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void load(VirtualMachine& machine, const std::string& guest) {
  const std::string core = read_file(REPLICA_BINARY_DIR "/guests/" + guest + ".core");
  VirtualSystem::put(machine, 0, {reinterpret_cast<const u8*>(core.data()), core.size()});
  machine.machine().restart();
}

std::string printed(VirtualMachine& machine) {
  return tools::read_guest_text(machine.cpu(), machine.storage(), kReportArea).value_or("no text");
}

std::string expected(const std::string& guest) {
  return read_file(REPLICA_SOURCE_DIR "/guests/" + guest + ".expected");
}

class BuiltInGuest : public testing::TestWithParam<std::tuple<const char*, NamedOptions>> {};

TEST_P(BuiltInGuest, PrintsWhatIsExpected) {
  const auto& [guest, way] = GetParam();
  VirtualSystem system(way.options);
  VirtualMachine& machine = system.add("GUEST", 16 * 1024 * 1024);
  load(machine, guest);
  system.monitor->start(machine);
  EXPECT_EQ(system.run(), StopReason::idle_wait);
  system.monitor->release_cpu();
  EXPECT_THAT(system.stops, testing::ElementsAre("GUEST: DISABLED WAIT PSW '00020000 00000000'"));
  EXPECT_EQ(printed(machine), expected(guest));
}

INSTANTIATE_TEST_SUITE_P(
    All, BuiltInGuest,
    testing::Combine(testing::Values("primes", "pi", "payroll", "mandelbrot", "supervisor", "selftest"),
                     testing::ValuesIn(all_ways())),
    [](const auto& test) { return std::string(std::get<0>(test.param)) + "_" + std::get<1>(test.param).name; });

}  // namespace
}  // namespace replica::vmm
