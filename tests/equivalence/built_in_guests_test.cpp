// The programs of guests/ print in virtual machines of `replica vm` what they print on the bare machine: all of them beside each
// other, on every engine and at both assist levels. What that is, guests/derive_expected.py has computed another way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "devices/dasd/geometry.h"
#include "devices/dasd/volume_tools.h"
#include "tests/equivalence/built_in_guest.h"

namespace replica::tools {
namespace {

constexpr const char* kGuests[] = {"primes", "pi", "payroll", "mandelbrot", "supervisor", "selftest"};
// The disk of iotest, on the last cylinders of a volume.
void make_volume(const std::string& path) {
  constexpr u32 kFirst = 4, kCylinders = 3;
  const NewVolume volume{
      .geometry = find_ckd_geometry("3330"), .cylinders = kFirst + kCylinders, .format = {.raw = true}};
  const std::vector<u8> label(6, 0xC1);
  const Status made = create_volume(path, volume, [&](TrackAddress address) -> Result<Track> {
    if (address.head != 0 || (address.cylinder != 0 && address.cylinder != kFirst)) return Track(address);
    Track track = label_track(label);
    track.set_cylinder(address.cylinder);
    return track;
  });
  ASSERT_TRUE(made) << made.error().message;
}

class BuiltInGuests : public testing::TestWithParam<Way> {
 protected:
  // iotest has all devices: spooled, dedicated ones, and a minidisk.
  void add_iotest() {
    run_.add_user(
        "USER IOTEST NOLOG 2M 2M G\n OPTION ECMODE REALTIMER\n IPL 00C\n CONSOLE 009 3215\n SPOOL 00C 3505 A\n"
        " SPOOL 00D 3525 A\n SPOOL 00E 1403 A\n MDISK 150 3330 004 003 AAAAAA MR\n DEDICATE 180 180\n"
        " DEDICATE 240 240\n");
    run_.configure("000D 3525 punched.txt ascii\n000E 1403 printed.txt\n0250 3330 disk.ckd\n0180 3420 tape.aws");
    run_.configure("0240 3310 blocks.fba");
    run_.add_deck("IOTEST", read_built("iotest.deck"));
    make_volume(run_.path("disk.ckd"));
    run_.folder().write("tape.aws", {0, 0, 0, 0, 0x40, 0});  // a tape mark
    run_.folder().write("blocks.fba", std::vector<u8>(100 * 512));
    run_.when("IOTEST", "SAY HELLO", {"/send IOTEST HELLO"});
    run_.when("IOTEST", kGoodEnd, {"/force IOTEST"});
    users_.push_back("IOTEST");
  }

  VirtualRun run_;
  std::vector<std::string> users_;
};

TEST_P(BuiltInGuests, PrintWhatTheyPrintOnTheBareMachine) {
  for (const char* guest : kGuests) users_.push_back(add_built_in_guest(run_, guest));
  add_iotest();
  run_.log_on(users_);
  const ProcessResult result = run_.run(GetParam());
  EXPECT_EQ(result.status, 0) << result.out;
  EXPECT_EQ(result.err, "");
  for (const std::string guest : kGuests) {
    EXPECT_EQ(report_of(result.out, guest), expected_report(guest)) << guest;
  }
  EXPECT_EQ(run_.folder().read("printed.txt"), expected_report("iotest"));
}

INSTANTIATE_TEST_SUITE_P(All, BuiltInGuests, testing::ValuesIn(all_ways()),
                         [](const auto& test) { return test.param.name(); });

}  // namespace
}  // namespace replica::tools
