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

// What happens in a million instructions of the streams: the difference of a long and a short run, so that loading and printing
// do not count.
class Rates {
 public:
  explicit Rates(const std::string& cards)
      : short_(kOptions, "RUN MILLIONS=5\n" + cards), long_(kOptions, "RUN MILLIONS=25\n" + cards) {
    short_.run();
    long_.run();
    millions_ = long_.million_instructions() - short_.million_instructions();
  }
  double simulated(u8 opcode) const { return (long_.simulated(opcode) - short_.simulated(opcode)) / millions_; }
  double entries(Cause cause) const { return (long_.entries(cause) - short_.entries(cause)) / millions_; }

 private:
  static constexpr FixtureOptions kOptions{.assist = AssistLevel::none, .translates = true};

  MonitorGuest short_;
  MonitorGuest long_;
  double millions_ = 0;
};

// Without assists the VMM is entered for each event; what it has counted is what the cards ask for, within 5%.
TEST(MonitorInVirtualMachine, EntersTheMonitorAsOftenAsTheDialsSay) {
  const Rates rates(
      "RUN PARTITIONS=4 JOBS=2 MODE=EC DAT=EACH\nVOLUME LABEL=MON001\nJOB PROGRAM=MIXED\n"
      "DIAL SVC=600 SIO=40 LPSW=900 SSM=500 TIMER=20 SWITCH=120\nEND\n");
  EXPECT_NEAR(rates.entries(Cause::supervisor_call), 600, 0.05 * 600);
  EXPECT_NEAR(rates.simulated(0x82), 900, 0.05 * 900);  // LPSW
  EXPECT_NEAR(rates.simulated(0x80), 500, 0.05 * 500);  // SSM
  EXPECT_NEAR(rates.simulated(0x9C), 40, 0.05 * 40);    // SIO
  EXPECT_NEAR(rates.simulated(0xB7), 120, 0.05 * 120);  // LCTL
}

// Computing is what its name says: two calls and two ticks in a million instructions, each with its LPSW.
TEST(MonitorInVirtualMachine, HardlyEntersTheMonitorToCompute) {
  std::string cards = workload_file("compute.cards");
  cards.erase(cards.find("MILLIONS=10 "), 12);
  const Rates rates(cards);
  for (const Cause cause : {Cause::simulated, Cause::supervisor_call, Cause::program})
    EXPECT_LT(rates.entries(cause), 8) << static_cast<int>(cause);
}

}  // namespace
}  // namespace replica::vmm
