// The monitor of guests/ in a virtual machine with card reader, printer and disk: it prints what it prints on the bare machine,
// at every assist level and on every engine; and what its dials ask for is what the VMM is entered for.
#include "devices/card_reader.h"
#include "devices/dasd/ckd_factory.h"
#include "devices/line_printer.h"
#include "tests/guests/monitor_workload.h"
#include "tests/vmm/fixture.h"

namespace replica::vmm {
namespace {

using test::MonitorWorkload;
using test::workload_file;

class MonitorGuest {
 public:
  MonitorGuest(const FixtureOptions& options, const std::string& cards)
      : workload_(cards), system_(options), machine_(system_.add("GUEST")) {
    environment_.directory = workload_.path("");
    attach(0x00C, make_card_reader, "3505", {"work.deck", "ebcdic", "eof"});
    attach(0x00E, make_line_printer, "1403", {"work.txt"});
    attach(0x150, make_ckd_device, "3330", {"work.ckd"});
  }

  void run() {
    const Status loaded = system_.monitor->load(machine_, 0x00C, true);
    ASSERT_TRUE(loaded) << loaded.error().message;
    system_.monitor->start(machine_);
    EXPECT_EQ(system_.run(), StopReason::idle_wait);
    system_.monitor->release_cpu();
    EXPECT_THAT(system_.stops, testing::ElementsAre("GUEST: DISABLED WAIT PSW '00020000 00000000'"));
    machine_.channels().reset();
  }

  std::string printed() const { return workload_.printed(); }
  double million_instructions() { return static_cast<double>(system_.monitor->real().cpu().instructions()) / 1e6; }
  double simulated(u8 opcode) const { return static_cast<double>(machine_.counters.instructions[opcode].count); }
  double entries(Cause cause) const { return static_cast<double>(machine_.counters[cause].count); }

 private:
  template <class Make>
  void attach(u16 address, Make make, const char* type, const std::vector<std::string>& arguments) {
    auto device = make(type, arguments, environment_);
    ASSERT_TRUE(device) << device.error().message;
    EXPECT_TRUE(machine_.channels().attach(address, std::move(*device)));
  }

  MonitorWorkload workload_;
  DeviceEnvironment environment_;
  VirtualSystem system_;
  VirtualMachine& machine_;
};

class MonitorInVirtualMachine : public testing::TestWithParam<std::tuple<const char*, NamedOptions>> {};

TEST_P(MonitorInVirtualMachine, PrintsWhatIsExpected) {
  const auto& [name, way] = GetParam();
  MonitorGuest guest(way.options, workload_file(std::string(name) + ".cards"));
  guest.run();
  EXPECT_EQ(guest.printed(), workload_file(std::string(name) + ".expected"));
}
INSTANTIATE_TEST_SUITE_P(All, MonitorInVirtualMachine,
                         testing::Combine(testing::Values("compute", "commercial", "io", "mixed", "spaces", "trials"),
                                          testing::ValuesIn(all_ways())),
                         [](const auto& test) {
                           return std::string(std::get<0>(test.param)) + "_" + std::get<1>(test.param).name;
                         });

// Without assists the VMM is entered for each event; what it has counted is what the cards ask for, within 5%.
TEST(MonitorInVirtualMachine, EntersTheMonitorAsOftenAsTheDialsSay) {
  MonitorGuest guest({.assist = AssistLevel::none},
                     "RUN MILLIONS=10 PARTITIONS=4 JOBS=2 MODE=EC DAT=EACH\nVOLUME LABEL=MON001\nJOB PROGRAM=MIXED\n"
                     "DIAL SVC=600 SIO=40 LPSW=900 SSM=500 TIMER=20 SWITCH=120\nEND\n");
  guest.run();
  const double millions = guest.million_instructions();
  EXPECT_NEAR(guest.entries(Cause::supervisor_call) / millions, 600, 0.05 * 600);
  EXPECT_NEAR(guest.simulated(0x82) / millions, 900, 0.05 * 900);  // LPSW
  EXPECT_NEAR(guest.simulated(0x80) / millions, 500, 0.05 * 500);  // SSM
  EXPECT_NEAR(guest.simulated(0x9C) / millions, 40, 0.05 * 40);    // SIO
  EXPECT_NEAR(guest.simulated(0xB7) / millions, 120, 0.05 * 120);  // LCTL
}

// Compute is what its name says: fewer than ten entries in a million instructions.
TEST(MonitorInVirtualMachine, HardlyEntersTheMonitorToCompute) {
  std::string cards = workload_file("compute.cards");
  cards.replace(cards.find("MILLIONS=10"), 11, "MILLIONS=100");
  MonitorGuest guest({.assist = AssistLevel::none, .translates = true}, cards);
  guest.run();
  const double entries = guest.entries(Cause::simulated) + guest.entries(Cause::supervisor_call) +
                         guest.entries(Cause::program) + guest.entries(Cause::interruption);
  EXPECT_LT(entries / guest.million_instructions(), 10 + 1000.0 / guest.million_instructions());
}

}  // namespace
}  // namespace replica::vmm
