// Operating systems that nobody in this project wrote print in virtual machines of `replica vm` what they print on the bare
// machine, on their consoles and on paper. Consoles are compared with a run of `replica run`, print with that of Hercules.
//
// The deterministic runs are the same whatever executes the instructions, which tests/real_guests proves of the bare machine.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "devices/dasd/geometry.h"
#include "devices/dasd/volume_tools.h"
#include "tests/equivalence/virtual_run.h"
#include "tests/tools/foreign_guests.h"
#include "tools/overhead/without_times.h"

namespace replica::tools {
namespace {

namespace fs = std::filesystem;
using overhead::without_times;
using testing::HasSubstr;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<u8> read_bytes(const fs::path& path) {
  const std::string text = read(path);
  return {text.begin(), text.end()};
}

class ForeignGuests : public testing::TestWithParam<Way> {
 protected:
  // Skips the test if there is no such guest.
  bool find(const std::string& name) {
    original_ = foreign_guests_folder() / name;
    return fs::is_directory(original_);
  }

  std::string original(const std::string& file) const { return (original_ / file).string(); }
  std::string expected(const std::string& file) const { return read(original_ / "expected" / file); }

  // The guest's own configuration and command file on the bare machine. `blanks` are copies of blank.aws that it writes on.
  std::string run_bare(const std::string& name, const std::vector<std::string>& blanks = {}) const {
    const TemporaryFolder folder;
    copy_guest(original_, folder.path("guest"));
    for (const std::string& blank : blanks)
      fs::copy_file(original("blank.aws"), folder.path("guest/" + blank + ".aws"));
    return run_replica({"run", name + ".cnf", "--rc", name + ".rc", "--deterministic"}, folder.path("guest")).out;
  }

  // A file that the run may write to.
  void copy(const std::string& file, const std::string& name) {
    fs::copy_file(original(file), run_.path(name));
    fs::permissions(run_.path(name), fs::perms::owner_write, fs::perm_options::add);
  }

  std::string run_all(const std::vector<std::string>& users, const Way& way) {
    run_.log_on(users);
    const ProcessResult result = run_.run(way);
    EXPECT_EQ(result.status, 0) << result.out;
    EXPECT_EQ(result.err, "");
    return result.out;
  }

  fs::path original_;
  VirtualRun run_;
};

#define FIND_OR_SKIP(name) \
  if (!find(name)) GTEST_SKIP() << "the guest '" << (name) << "' is not in " << foreign_guests_folder()

// ---- Decks ----

TEST_P(ForeignGuests, DecksPrintAndRepeatWhatIsTyped) {
  FIND_OR_SKIP("decks");
  for (const std::string user : {"HELLO", "ECHO"}) {
    run_.add_user("USER " + user +
                  " NOLOG 2M 2M G\n IPL 00C\n CONSOLE 01F 3215\n SPOOL 00C 3505 A\n SPOOL 00E 1403 A\n");
  }
  run_.add_deck("HELLO", read_bytes(original("hello.deck")));
  run_.add_deck("ECHO", read_bytes(original("echo.deck")));
  run_.when("HELLO", "DISABLED WAIT", {"/force HELLO"});
  run_.when("AUTO LOGON AS ECHO",
            {"/send ECHO said once", "pause 0.02", "/send ECHO said again", "pause 0.1", "/force ECHO"});
  const std::string log = run_all({"HELLO", "ECHO"}, GetParam());
  EXPECT_EQ(console_of(log, "HELLO"),
            "Hello Bare-Metal World!\n"
            "DMKDSP450W CP ENTERED; DISABLED WAIT PSW '00020000 00000000'\n");
  EXPECT_EQ(console_of(log, "ECHO"), "ENTER: \nsaid once\nENTER: \nsaid again\nENTER: \n");
}

// ---- SOS ----

TEST_P(ForeignGuests, SampleOperatingSystem) {
  FIND_OR_SKIP("sos");
  std::string user = "USER SOS NOLOG 16M 16M G\n IPL 00C\n";
  for (const char* channel : {"0", "1", "2", "3"})
    user += fmt::format(" SPOOL {0}0C 3505 A\n SPOOL {0}0E 1403 A\n", channel);
  run_.configure("00C0 3270");
  run_.add_user(user + " DEDICATE 0C0 0C0\n");
  run_.add_deck("SOS", read_bytes(original("sample_operating_system_version_2.00.ipldeck")));
  run_.when("AUTO LOGON AS SOS", {"pause 0.02", "/send cp SOS display psw", "/force SOS"});
  const std::string log = run_all({"SOS"}, GetParam());
  EXPECT_EQ(console_of(log, "SOS"), "PSW = FE020000 0000056A\n") << log;
}

// ---- TOS/360 ----

TEST_P(ForeignGuests, Tos360AssemblesAndRunsAProgram) {
  FIND_OR_SKIP("tos360");
  const std::vector<std::string> blanks = {"sys001", "sys002", "sys003", "syslnk", "scratch1", "scratch2", "scratch3"};
  std::string user =
      "USER TOS NOLOG 2M 2M G\n OPTION REALTIMER\n IPL 180\n CONSOLE 01F 3215\n SPOOL 00C 3505 A\n SPOOL 00D 3525 A\n";
  user += " SPOOL 00E 1403 A\n DEDICATE 180 180\n";
  run_.configure("CPUSERIAL 000360\n000D 3525 pch00d.txt ascii crlf\n000E 1403 prt00e.txt");
  run_.configure("0180 3420 tos360.aws ro");
  copy("tos360.aws", "tos360.aws");
  for (unsigned n = 0; n < blanks.size(); ++n) {
    copy("blank.aws", blanks[n] + ".aws");
    run_.configure(fmt::format("{:04X} 3420 {}.aws", 0x181 + n, blanks[n]));
    user += fmt::format(" DEDICATE {0:03X} {0:03X}\n", 0x181 + n);
  }
  run_.add_user(user);
  run_.add_text_deck("TOS", read(original("demo_asm.jcl")));
  run_.when("AUTO LOGON AS TOS", {"pause 0.02", "/send TOS"});
  run_.when("TOS", "0I10A", {"/send TOS set date=01/01/75,clock=00/00/00"});
  run_.when("TOS", "1I00A", {"/send TOS log", "pause 0.02", "/send TOS"});
  run_.when("TOS", "EOJ DEMOASM", {"/force TOS"});
  const std::string log = run_all({"TOS"}, GetParam());
  EXPECT_EQ(without_times(console_of(log, "TOS")), without_times(console_of_bare_machine(run_bare("tos", blanks))));
  EXPECT_EQ(without_times(run_.folder().read("prt00e.txt")), without_times(expected("demo_asm.prt00e.txt")));
}

const auto way_name = [](const auto& test) { return test.param.name(); };
INSTANTIATE_TEST_SUITE_P(All, ForeignGuests, testing::ValuesIn(all_ways()), way_name);

// ---- OS/VS1 ----

class OsVs1 : public ForeignGuests {
 protected:
  // A machine with a minidisk of the volume, a printer of its own, and the operator's answers. `minidisk` is what follows the
  // address and the type of an MDISK statement.
  void add_machine(const std::string& user, const std::string& minidisk) {
    const char own_class = user.back();
    run_.add_user(
        fmt::format("USER {} NOLOG 8M 8M G\n OPTION ECMODE REALTIMER\n IPL 150\n CONSOLE 01F 3215\n"
                    " SPOOL 00C 3505 A\n SPOOL 00D 3525 A\n SPOOL 00E 1403 {}\n MDISK 150 3330 {} MW\n",
                    user, own_class, minidisk));
    run_.set_pause(1);  // in which what it has begun ends, as in vs1.rc
    run_.add_text_deck(user, read(original("asmgo.jcl")));
    const auto printer = static_cast<u16>(0x50E + 16 * users_.size());
    run_.configure(fmt::format("{:04X} 1403 {}.txt crlf", printer, user));
    run_.command(fmt::format("/drain {:03X}", printer));
    run_.command(fmt::format("/start {:03X} class {}", printer, own_class));
    const std::pair<const char*, const char*> answers[] = {
        {"IEA760A", ""},
        {"IEA101A", "r 00,'auto=starter,page=(v=dliba1,blk=4096),q=(,f)'"},
        {"IEA135A", ""},
        {"00 IEF068A", "r 00,formatv"},
        {"01 IEC107D", "r 1,u"},
        {"02 IEC107D", "r 2,u"},
        {"IEE048I INITIALIZATION COMPLETED", "s rdr.p,00c"},
        {"IEF404I ASMGO", "s wtr,00e"},
    };
    for (const auto& [question, answer] : answers)
      run_.when(user, question, {fmt::format("/send {} {}", user, answer)});
    run_.when(user, "IEF868I 00E WTR", {"/force " + user});
    users_.push_back(user);
  }

  void run_machines(const Way& way) {
    run_.configure("CPUSERIAL 060305\nSYSEPOCH 1900 -28\nCODEPAGE 437/037");
    const std::string log = run_all(users_, way);
    const std::string bare = without_times(console_of_bare_machine(run_bare("vs1")));
    EXPECT_THAT(bare, HasSubstr("IEF404I ASMGO    ENDED"));
    for (const std::string& user : users_) {
      EXPECT_EQ(without_times(console_of(log, user)), bare) << user;
      EXPECT_EQ(without_times(run_.folder().read(user + ".txt")), without_times(expected("asmgo.prt00e.txt"))) << user;
    }
  }

  // The volume twice on one of twice the size.
  void make_double_volume(const std::string& name) {
    const auto single = open_volume({.file = original("dliba1.cckd"), .shadow = {}, .read_only = true});
    ASSERT_TRUE(single) << single.error().message;
    const NewVolume volume{.geometry = find_ckd_geometry("3330-11"), .cylinders = 2 * kCylinders, .format = {}};
    const Status made = create_volume(run_.path(name), volume, [&](TrackAddress address) {
      auto track = (*single)->read(address.cylinder % kCylinders * volume.geometry->heads + address.head);
      if (track) track->set_cylinder(address.cylinder);
      return track;
    });
    ASSERT_TRUE(made) << made.error().message;
  }

  static constexpr u32 kCylinders = 404;
  std::vector<std::string> users_;
};

TEST_P(OsVs1, RunsAJobAlone) {
  FIND_OR_SKIP("osvs1");
  copy("dliba1.cckd", "a.cckd");
  run_.configure("0250 3330 a.cckd");
  add_machine("VS1A", "DEVNO 250");
  run_machines(GetParam());
}

class FourOsVs1 : public OsVs1 {};

// Two of them have halves of one volume, which is found by its label, two have volumes of their own.
TEST_P(FourOsVs1, RunTheirJobsAtOnce) {
  FIND_OR_SKIP("osvs1");
  make_double_volume("double.cckd");
  for (const char* image : {"c.cckd", "d.cckd"}) copy("dliba1.cckd", image);
  run_.configure("0250 3330 double.cckd\n0251 3330 c.cckd\n0252 3330 d.cckd");
  add_machine("VS1A", "000 404 DLIBA1");
  add_machine("VS1B", "404 404 DLIBA1");
  add_machine("VS1C", "DEVNO 251");
  add_machine("VS1D", "DEVNO 252");
  run_machines(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Chosen, OsVs1, testing::Values(Way{"asmjit", "none"}, Way{"tiered", "vma"}), way_name);
INSTANTIATE_TEST_SUITE_P(Chosen, FourOsVs1, testing::Values(Way{"tiered", "vma"}), way_name);
// All of them take some minutes: docs/testing.md has what came of it.
INSTANTIATE_TEST_SUITE_P(DISABLED_Table, OsVs1, testing::ValuesIn(all_ways()), way_name);
INSTANTIATE_TEST_SUITE_P(DISABLED_Table, FourOsVs1, testing::ValuesIn(all_ways()), way_name);

}  // namespace
}  // namespace replica::tools
