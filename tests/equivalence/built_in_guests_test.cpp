// The programs of guests/ print in virtual machines of `replica vm` what they print on the bare machine: all of them beside each
// other, on every engine and at both assist levels. What that is, guests/derive_expected.py has computed another way.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "base/big_endian.h"
#include "devices/code_page.h"
#include "devices/dasd/geometry.h"
#include "devices/dasd/volume_tools.h"
#include "tests/equivalence/ipl_deck.h"
#include "tests/equivalence/virtual_run.h"

namespace replica::tools {
namespace {

constexpr const char* kGuests[] = {"primes", "pi", "payroll", "mandelbrot", "supervisor", "selftest"};
constexpr const char* kEnd = "CP ENTERED; DISABLED WAIT PSW '00020000 00000000'";
constexpr u8 kNewLine = 0x15;
// Behind every image, and behind what a guest needs at its start.
constexpr u32 kWork = 0xF0000;

std::string read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string expected(const std::string& guest) {
  return read_file(REPLICA_SOURCE_DIR "/guests/" + guest + ".expected");
}

// Userids have up to 8 letters.
std::string user_of(std::string guest) {
  for (char& character : guest) character = static_cast<char>(std::toupper(character));
  return guest.substr(0, 8);
}

// The report area as DISPLAY 600-DFF has shown it: "000600  0000002A C8C5D3D3 ..." and so on.
std::string displayed_report(const std::string& console) {
  std::istringstream stream(console);
  std::vector<u8> bytes;
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with("000")) continue;
    std::istringstream words(line.substr(6));
    for (std::string word; words >> word;) {
      bytes.resize(bytes.size() + 4);
      store_be32(&bytes[bytes.size() - 4], static_cast<u32>(std::stoul(word, nullptr, 16)));
    }
  }
  if (bytes.size() < 4 || load_be32(bytes.data()) > bytes.size() - 4) return "no report:\n" + console;
  std::string text;
  for (u32 n = 0; n < load_be32(bytes.data()); ++n) {
    const u8 byte = bytes[4 + n];
    text += byte == kNewLine ? '\n' : static_cast<char>(default_code_page().to_host[byte]);
  }
  return text;
}

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
  // They have no devices but the reader that they are loaded from; what they print stays in storage.
  void add_program(const std::string& name) {
    const std::string core = read_file(fmt::format("{}/guests/{}.core", REPLICA_BINARY_DIR, name));
    const std::string user = user_of(name);
    run_.add_user(
        fmt::format("USER {} NOLOG 16M 16M G\n OPTION ECMODE REALTIMER\n IPL 00C\n SPOOL 00C 3505 A\n", user));
    run_.add_deck(user, make_ipl_deck({reinterpret_cast<const u8*>(core.data()), core.size()}, kWork));
    run_.when(user, kEnd, {fmt::format("/send {} display 600-DFF", user), fmt::format("/force {}", user)});
    users_.push_back(user);
  }

  // iotest has all devices: spooled, dedicated ones, and a minidisk.
  void add_iotest() {
    const std::string deck = read_file(REPLICA_BINARY_DIR "/guests/iotest.deck");
    run_.add_user(
        "USER IOTEST NOLOG 2M 2M G\n OPTION ECMODE REALTIMER\n IPL 00C\n CONSOLE 009 3215\n SPOOL 00C 3505 A\n"
        " SPOOL 00D 3525 A\n SPOOL 00E 1403 A\n MDISK 150 3330 004 003 AAAAAA MR\n DEDICATE 180 180\n"
        " DEDICATE 240 240\n");
    run_.configure("000D 3525 punched.txt ascii\n000E 1403 printed.txt\n0250 3330 disk.ckd\n0180 3420 tape.aws");
    run_.configure("0240 3310 blocks.fba");
    run_.add_deck("IOTEST", {reinterpret_cast<const u8*>(deck.data()), deck.size()});
    make_volume(run_.path("disk.ckd"));
    run_.folder().write("tape.aws", {0, 0, 0, 0, 0x40, 0});  // a tape mark
    run_.folder().write("blocks.fba", std::vector<u8>(100 * 512));
    run_.when("IOTEST", "SAY HELLO", {"/send IOTEST HELLO"});
    run_.when("IOTEST", kEnd, {"/force IOTEST"});
    users_.push_back("IOTEST");
  }

  VirtualRun run_;
  std::vector<std::string> users_;
};

TEST_P(BuiltInGuests, PrintWhatTheyPrintOnTheBareMachine) {
  for (const char* guest : kGuests) add_program(guest);
  add_iotest();
  run_.log_on(users_);
  const ProcessResult result = run_.run(GetParam());
  EXPECT_EQ(result.status, 0) << result.out;
  EXPECT_EQ(result.err, "");
  for (const std::string guest : kGuests) {
    EXPECT_EQ(displayed_report(console_of(result.out, user_of(guest))), expected(guest)) << guest;
  }
  EXPECT_EQ(run_.folder().read("printed.txt"), expected("iotest"));
}

INSTANTIATE_TEST_SUITE_P(All, BuiltInGuests, testing::ValuesIn(all_ways()),
                         [](const auto& test) { return test.param.name(); });

}  // namespace
}  // namespace replica::tools
