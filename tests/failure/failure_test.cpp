// Something goes wrong for one virtual machine of `replica vm`, or for the program as a whole: it is told clearly, other machines
// run on, and the spool is intact.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "tests/devices/terminal/telnet_client.h"
#include "tests/equivalence/built_in_guest.h"
#include "tests/equivalence/ipl_deck.h"

namespace replica::tools {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

const Way kWay{"tiered", "vma"};
constexpr u32 kWork = 0x2000;

// ---- Guests: an image from location 0 on; two hexadecimal digits a byte, a line begins with its location ----

// Stores into one page after the other, of 16 MB and round again.
constexpr const char* kToucher =
    "0:00000000 00000200\n"
    "200:1B11\n"                                  // SR 1,1
    "202:50101000 41101FFF 41101001 47F00202\n";  // ST 1,0(1)  LA 1,4095(1)  LA 1,1(1)  B 202

// Prints for ever. An end without channel end and device end alone is told by a disabled wait, BAD.
constexpr const char* kPrinter =
    "0:00000000 00000200\n"
    "200:4120000E 41300280 50300048\n"                    // LA 2,00E  LA 3,280  ST 3,72
    "20C:9C002000 9D002000 47200210 950C0044 4780020C\n"  // SIO 0(2)  TIO 0(2)  BC 2,210  CLI 44,0C  BE 20C
    "220:82000288\n"                                      // LPSW 288
    "280:09000290 20000050 00020000 00000BAD\n"
    "290:C1C2C3C4 C5C6C7C8 C1C2C3C4 C5C6C7C8\n";

// One cylinder after the other, of a hundred and round again: seeks, searches R0, and does {}.
constexpr const char* kDiskUser =
    "0:00000000 00000200\n"
    "200:41200150 41300280 50300048\n"                    // LA 2,150  LA 3,280  ST 3,72
    "20C:484002C2 41404001 494002C8 47400220 1B440700\n"  // LH 4,2C2  LA 4,1(4)  CH 4,2C8  BL 220  SR 4,4
    "220:404002C2 404002D0 404002D8\n"                    // STH 4,2C2  STH 4,2D0  STH 4,2D8
    "22C:9C002000 9D002000 47200230 950C0044 4780020C\n"  // SIO 0(2)  TIO 0(2)  BC 2,230  CLI 44,0C  BE 20C
    "240:820002B8\n"                                      // LPSW 2B8
    "280:070002C0 40000006 310002D0 40000005 08000288 00000001 {}\n"
    "2B8:00020000 00000BAD 00000000 00000000 00640000\n"
    "2D0:00000000 00000000 00000000 01000050 C1C2C3C4\n";
constexpr const char* kReads = "06000300 20000008";   // the data of R0
constexpr const char* kWrites = "1D0002D8 00000058";  // a record of 80 bytes behind R0

std::vector<u8> image_of(const std::string& text) {
  std::vector<u8> image(0x380);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(':');
    std::size_t at = std::stoul(line.substr(0, colon), nullptr, 16);
    std::erase(line, ' ');
    for (std::size_t n = line.find(':') + 1; n < line.size(); n += 2)
      image[at++] = static_cast<u8>(std::stoul(line.substr(n, 2), nullptr, 16));
  }
  return image;
}

// ---- Runs ----

// While it lives, programs that are started write no file of more bytes.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

class Failure : public testing::Test {
 protected:
  // A user whose reader has the image; more statements of the directory follow.
  void add_user(const std::string& user, const std::string& storage, const std::string& image,
                const std::string& devices = "") {
    run_.add_user(
        fmt::format("USER {} NOLOG {} {} G\n IPL 00C\n SPOOL 00C 3505 A\n{}", user, storage, storage, devices));
    run_.add_deck(user, make_ipl_deck(image_of(image), kWork));
  }

  void start(const std::vector<std::string>& arguments) { process_.emplace(arguments, run_.path("")); }
  bool prints(const std::string& text) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (process_->out_so_far().find(text) == std::string::npos) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
  }
  // A guest runs from its beginning to its end, and the system is shut down.
  void expect_that_others_run() {
    process_->type("/autolog PAYROLL\n");
    ASSERT_TRUE(prints("LOGOFF AS PAYROLL")) << process_->out_so_far();
    EXPECT_EQ(report_of(process_->out_so_far(), "payroll"), expected_report("payroll"));
  }
  void make_disk(const std::vector<std::string>& options) {
    std::vector<std::string> arguments = {"disk", "create", run_.path("disk"), "3330", "--volume", "FAILS1"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const ProcessResult made = run_replica(arguments);
    ASSERT_EQ(made.status, 0) << made.err;
  }
  // A user goes over the disk, and another is there to be logged on.
  void start_disk_user(const std::string& user, const char* command) {
    run_.configure("0250 3330 disk");
    add_user(user, "64K", fmt::format(fmt::runtime(kDiskUser), command), " MDISK 150 3330 DEVNO 250 MW\n");
    add_built_in_guest(run_, "payroll");
    run_.command("pause 0.5");
    run_.command("/autolog " + user);
    start(run_.prepare(kWay));
    ASSERT_TRUE(prints("AUTO LOGON AS " + user));
  }
  ProcessResult check_disk() const { return run_replica({"disk", "check", run_.path("disk")}); }
  // What the commands print when the system is started again, nobody logged on.
  ProcessResult run_again(const std::vector<std::string>& commands) {
    run_.folder().write("again.cnf", {'M', 'A', 'I', 'N', 'S', 'I', 'Z', 'E', ' ', '8', '\n'});
    std::string script;
    for (const std::string& command : commands) script += command + "\n";
    return run_replica({"vm", "again.cnf", "--directory", "users.direct", "--spool", "spool", "--deterministic"},
                       run_.path(""), script + "/shutdown\n");
  }

  VirtualRun run_;
  std::optional<ReplicaProcess> process_;
};

// ---- Paging ----

TEST_F(Failure, AFullPagingFileStopsTheMachineThatNeedsAPage) {
  add_user("HOG", "16M", kToucher);
  add_built_in_guest(run_, "payroll");
  run_.when("HOG", "CP ENTERED", {"/autolog PAYROLL"});
  run_.when("LOGOFF AS PAYROLL", {"/shutdown"});
  run_.command("pause 0.02");
  run_.command("/autolog HOG");
  run_.configure("MAINSIZE 1");
  const FileSizeLimit limit(1536 * 1024);
  const ProcessResult result = run_.run(kWay);
  EXPECT_EQ(result.status, 0) << result.out << result.err;
  EXPECT_THAT(console_of(result.out, "HOG"),
              ContainsRegex("CP ENTERED; PAGING ERROR: cannot write slot 384 of the paging file: .*; STORAGE CLEARED"));
  EXPECT_EQ(report_of(result.out, "payroll"), expected_report("payroll"));
}

// ---- Spool ----

TEST_F(Failure, AFullSpoolStopsTheMachineThatPrints) {
  add_user("TALKER", "64K", kPrinter, " SPOOL 00E 1403 A\n");
  add_built_in_guest(run_, "payroll");
  run_.when("TALKER", "CP ENTERED", {"/autolog PAYROLL"});
  run_.when("LOGOFF AS PAYROLL", {"/shutdown"});
  run_.command("pause 0.02");
  run_.command("/autolog TALKER");
  {
    const FileSizeLimit limit(2048 * 1024);
    const ProcessResult result = run_.run(kWay);
    EXPECT_THAT(console_of(result.out, "TALKER"), HasSubstr("DISABLED WAIT PSW '00020000 00000BAD'")) << result.out;
    EXPECT_THAT(result.out, ContainsRegex("\n1403: .*spool")) << "the operator is told";
    EXPECT_EQ(report_of(result.out, "payroll"), expected_report("payroll"));
  }
  const ProcessResult again = run_again({"/query prt system", "/purge system prt all", "/query prt system"});
  EXPECT_THAT(again.out, ContainsRegex("TALKER +[0-9]{4} A PRT [0-9]+")) << again.err;
  EXPECT_THAT(again.out, HasSubstr("NO PRT FILES"));
}

// ---- Disk images ----

TEST_F(Failure, ATruncatedImageStopsTheMachineThatReadsIt) {
  ASSERT_NO_FATAL_FAILURE(make_disk({"--format", "raw"}));
  ASSERT_NO_FATAL_FAILURE(start_disk_user("READER", kReads));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_THAT(process_->out_so_far(), testing::Not(HasSubstr("READER: DMK"))) << "it reads";
  std::filesystem::resize_file(run_.path("disk"), 100'000);
  ASSERT_TRUE(prints("DISABLED WAIT PSW '00020000 00000BAD'")) << process_->out_so_far();
  EXPECT_THAT(process_->out_so_far(), HasSubstr("disk: the file ends at offset"));
  expect_that_others_run();
  process_->type("/shutdown\n");
  process_->wait();
}

TEST_F(Failure, AnImageThatHasBeenRemovedIsToldAtTheEnd) {
  ASSERT_NO_FATAL_FAILURE(make_disk({}));
  ASSERT_NO_FATAL_FAILURE(start_disk_user("WRITER", kWrites));
  std::filesystem::remove(run_.path("disk"));
  expect_that_others_run();
  EXPECT_THAT(process_->out_so_far(), testing::Not(HasSubstr("BAD'"))) << "it writes";
  process_->type("/shutdown\n");
  EXPECT_THAT(process_->wait().out, HasSubstr("disk: the file has been removed; what was written to it is lost"));
}

// ---- The program ----

TEST_F(Failure, WhatWasSpooledAndWrittenSurvivesAKilledProgram) {
  ASSERT_NO_FATAL_FAILURE(make_disk({}));
  run_.configure("0250 3330 disk");
  add_user("TALKER", "64K", kPrinter, " SPOOL 00E 1403 A\n");
  add_user("WRITER", "64K", fmt::format(fmt::runtime(kDiskUser), kWrites), " MDISK 150 3330 DEVNO 250 MW\n");
  run_.command("pause 0.5");
  run_.command("/autolog TALKER");
  run_.command("/autolog WRITER");
  run_.command("pause 0.5");
  run_.command("/send cp TALKER close 00e");
  start(run_.prepare(kWay));
  ASSERT_TRUE(prints("/send cp TALKER close 00e"));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  process_->send_signal(SIGKILL);
  EXPECT_EQ(process_->wait().status, 128 + SIGKILL);

  const ProcessResult again = run_again({"/query prt system"});
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_THAT(again.out, ContainsRegex("TALKER +[0-9]{4} A PRT [0-9]+ .*\n(.*\n)*TALKER +[0-9]{4} A PRT [0-9]+ "))
      << "the file that was closed, and what there was of the next";
  const ProcessResult check = check_disk();
  EXPECT_EQ(check.status, 0) << check.out << check.err;
}

// ---- The world outside ----

TEST_F(Failure, GarbageAtTheTerminalsDisturbsNobody) {
  const u16 port = terminal::free_port();
  run_.configure(fmt::format("CNSLPORT {}\n0010 3215\n0011 3215\n0020 3270\n0021 3270", port));
  add_built_in_guest(run_, "payroll");
  start(run_.prepare(kWay));
  ASSERT_TRUE(prints("HHCTE003I"));
  std::mt19937 random(20261130);
  for (int n = 0; n < 40; ++n) {
    terminal::TelnetClient client(port);
    if (n % 2) client.negotiate(n % 4 == 1 ? "IBM-3278-2" : "XTERM");
    terminal::Bytes garbage(n % 3 == 0 ? 100'000 : 500);
    std::generate(garbage.begin(), garbage.end(), [&] { return static_cast<u8>(random()); });
    client.send(garbage);
  }
  expect_that_others_run();
  terminal::TelnetClient person(port);
  const terminal::Bytes greeting = person.negotiate("XTERM");
  const terminal::Bytes more = person.receive_until(terminal::bytes("LOGON USERID"));
  EXPECT_THAT(std::string(greeting.begin(), greeting.end()) + std::string(more.begin(), more.end()),
              HasSubstr("ENTER LOGON USERID"));
  process_->type("/shutdown\n");
  const ProcessResult ended = process_->wait();
  EXPECT_EQ(ended.status, 0) << ended.err;
}

// ---- Channel programs ----

// The deck of make_ipl_deck() is a channel program whose CCWs are read by the channel program itself. In VM/370 such a program
// failed, because CP had translated its CCWs before it began; here channels carry out the guest's own, one by one.
TEST_F(Failure, AChannelProgramThatChangesItselfIsCarriedOut) {
  add_built_in_guest(run_, "payroll");
  run_.log_on({"PAYROLL"});
  const ProcessResult result = run_.run(kWay);
  EXPECT_EQ(report_of(result.out, "payroll"), expected_report("payroll"));

  run_.folder().write("bare.deck", make_ipl_deck(read_built("payroll.core"), 0xF0000));
  const std::string configuration = "MAINSIZE 2\n000C 3505 bare.deck ebcdic eof\n";
  run_.folder().write("bare.cnf", {configuration.begin(), configuration.end()});
  const ProcessResult bare = run_replica({"run", "bare.cnf", "--deterministic"}, run_.path(""), "ipl 00c\n");
  EXPECT_THAT(bare.out, HasSubstr("PSW=00020000 00000000"));
}

}  // namespace
}  // namespace replica::tools
