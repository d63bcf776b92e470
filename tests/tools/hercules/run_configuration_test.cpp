// `replica run CONFIG.cnf` from outside: pipes, signals, exit status, and that bad input is refused before anything is opened
// for writing.
#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/tools/replica_process.h"

namespace replica::tools {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class RunConfiguration : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    return folder_.write(name, {text.begin(), text.end()});
  }
  std::string configuration(const std::string& devices = "") {
    return file("x.cnf", "MAINSIZE 2\n001F 1052-C\n" + devices);
  }
  std::vector<std::string> arguments(const std::string& configuration, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"run", configuration});
    return more;
  }
  ProcessResult run(const std::string& configuration, const std::string& input, std::vector<std::string> more = {}) {
    return run_replica(arguments(configuration, std::move(more)), folder_.path(""), input);
  }
  // Waits until the program has printed `text`.
  static bool prints(const ReplicaProcess& process, const std::string& text) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (process.out_so_far().find(text) == std::string::npos) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
  }

  TemporaryFolder folder_;
};

constexpr const char* kShutdown = "HHCIN900I Begin Hercules shutdown\nHHCIN099I Hercules terminated\n";

TEST_F(RunConfiguration, TakesCommandsFromAFileAndThenFromAPipe) {
  const std::string rc = file("x.rc", "msgnoh * file\n");
  const std::string expected = "HHCPN008I Script file processing started using file \"" + rc +
                               "\"\nmsgnoh * file\nfile\nHHCPN013I EOF reached on SCRIPT file. Processing complete.\n"
                               "msgnoh * pipe\npipe\nquit\n" +
                               kShutdown;
  for (const std::vector<std::string>& more : {std::vector<std::string>{"--rc", rc}, {"--rc", rc, "--deterministic"}}) {
    const ProcessResult result = run(configuration(), "msgnoh * pipe\nquit\nmsgnoh * never\n", more);
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "");
    EXPECT_THAT(result.out, StartsWith(expected));
    const std::string rest = result.out.substr(expected.size());
    EXPECT_THAT(rest, more.size() == 2 ? testing::Matcher<std::string>(IsEmpty())
                                       : StartsWith("Executed 0 instructions; storage "));
  }
}

TEST_F(RunConfiguration, NamesStatementsAndDevicesThatDoNotApply) {
  const std::string text = "HTTPPORT 8081\n0010 9347 x\n001F 1052-C\n";
  const std::string name = file("y.cnf", text);
  const ProcessResult result = run(name, "devlist\n");
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, StartsWith(name + ":1: HTTPPORT has no effect on this machine\n" + name +
                                     ":2: 0010 9347: this machine has no such device; the guest will not find it\n"
                                     "devlist\n0:001F 1052 "));
}

// BC 15,X'200' for a while of virtual time, in translated code.
TEST_F(RunConfiguration, TellsWhatTheEngineDidByCommandAndAtTheEnd) {
  const ProcessResult result = run(configuration(), "r 200=47F00200\npsw ia=200\nstart\npause 0.01\nengine\nquit\n",
                                   {"--deterministic", "--engine", "tiered", "--threshold", "5", "--statistics"});
  const std::string heading = "Engine tiered: translates after 5 executions, into 64 MB\nInstructions executed ";
  EXPECT_THAT(result.out, AllOf(HasSubstr("\nengine\n" + heading), HasSubstr("\nFlushes of the cache ")));
  EXPECT_THAT(result.out, testing::ContainsRegex("by translated code +639[0-9]+ +100.0 %\n"));
  EXPECT_THAT(result.err, StartsWith(heading));
}

// In real time the commands are executed while the guest runs, and their end does not end it.
TEST_F(RunConfiguration, GoesOnAfterTheEndOfItsInput) {
  ReplicaProcess process(arguments(configuration()), folder_.path(""), "r 200=47F00200\npsw ia=200\nstart\n");
  process.type("msgnoh * running\n");
  EXPECT_TRUE(prints(process, "\nrunning\n"));
  process.close_input();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  process.send_signal(SIGTERM);
  const ProcessResult result = process.wait();
  EXPECT_EQ(result.status, 143);
  EXPECT_THAT(result.out, EndsWith(kShutdown));
}

TEST_F(RunConfiguration, ExecutesCommandsWhileTheGuestRunsOrWaits) {
  for (const std::string guest : {"r 200=47F00200\npsw ia=200\n", "cr 0=0\npsw sm=FF cmwp=2\n"}) {
    ReplicaProcess process(arguments(configuration()), folder_.path(""), guest + "start\n");
    process.type("msgnoh * one\n");
    EXPECT_TRUE(prints(process, "\none\n"));
    process.type("stop\npsw\nmsgnoh * two\n");
    EXPECT_TRUE(prints(process, "\ntwo\n"));
    process.type("quit\n");
    EXPECT_EQ(process.wait().status, 0);
  }
}

TEST_F(RunConfiguration, QuitsOnSigintWithItsDevicesFlushed) {
  ReplicaProcess process(arguments(configuration("000E 1403 print.txt\n")), folder_.path(""), "msgnoh * here\n");
  EXPECT_TRUE(prints(process, "\nhere\n"));
  process.send_signal(SIGINT);
  const ProcessResult result = process.wait();
  EXPECT_EQ(result.status, 130);
  EXPECT_THAT(result.out, EndsWith(kShutdown));
}

// A pipe that stays open and silent does not keep a repeatable run from its end.
TEST_F(RunConfiguration, DoesNotWaitForASilentPipeIfDeterministic) {
  const std::string rc = file("x.rc", "pause 100\nquit\n");
  ReplicaProcess process(arguments(configuration(), {"--rc", rc, "--deterministic"}), folder_.path(""));
  EXPECT_TRUE(prints(process, "HHCIN099I"));
  EXPECT_EQ(process.wait().status, 0);
}

struct BadRun {
  std::string configuration;
  std::vector<std::string> more;
  std::string message;  // FOLDER stands for the test's folder
};

TEST_F(RunConfiguration, RefusesBadInputBeforeItWritesAnything) {
  file("readonly-text", "x");
  const std::string printer = "000E 1403 print.txt\n000D 3525 punch.txt\n";
  const BadRun bad[] = {
      {"MAINSIZE eight\n", {}, "FOLDER/bad.cnf:1: MAINSIZE: expected a size in megabytes, 1 to 16; found 'eight'"},
      {printer + "FOOBAR\n", {}, "FOLDER/bad.cnf:3: found the unknown statement 'FOOBAR'"},
      {printer + "000C 9999 x\n", {}, "FOLDER/bad.cnf:3: 000C 9999: found an unknown device type; expected one of"},
      {printer + "000E 3505\n", {}, "FOLDER/bad.cnf:3: device 000E is there already, by FOLDER/bad.cnf:1"},
      {printer + "CODEPAGE nonsense\n", {}, "FOLDER/bad.cnf:3: CODEPAGE: "},
      {printer + "0150 3330 absent.cckd\n", {}, "FOLDER/bad.cnf:3: 0150 3330: "},
      {printer + "000C 3505 absent.jcl\n", {}, "FOLDER/bad.cnf:3: 000C 3505: "},
      {printer + "000C 3505 readonly-text frobnicate\n", {}, "FOLDER/bad.cnf:3: 000C 3505: "},
      {printer, {"--rc", "FOLDER/absent.rc"}, "--rc FOLDER/absent.rc: No such file or directory"},
      {printer, {"--rc", "FOLDER"}, "--rc FOLDER: is a directory"},
  };
  const std::string folder = std::filesystem::path(folder_.path("x")).parent_path().string();
  const auto with_folder = [&](std::string text) {
    for (std::size_t at; (at = text.find("FOLDER")) != std::string::npos;) text.replace(at, 6, folder);
    return text;
  };
  for (const BadRun& b : bad) {
    SCOPED_TRACE(b.message);
    std::vector<std::string> more;
    for (const std::string& argument : b.more) more.push_back(with_folder(argument));
    const ProcessResult result = run(file("bad.cnf", b.configuration), "quit\n", more);
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, AllOf(StartsWith("replica: "), HasSubstr(with_folder(b.message))));
    EXPECT_FALSE(std::filesystem::exists(folder_.path("print.txt")));
    EXPECT_FALSE(std::filesystem::exists(folder_.path("punch.txt")));
  }
}

TEST_F(RunConfiguration, RefusesWhatIsNoConfiguration) {
  EXPECT_THAT(run(folder_.path("absent"), "").err, HasSubstr("absent: No such file or directory; expected a file"));
  EXPECT_THAT(run(folder_.path(""), "").err, HasSubstr("is a directory; expected a file"));
  EXPECT_EQ(run(file("garbage", std::string("\x7F"
                                            "ELF\0\x01\x02",
                                            7)),
                "")
                .status,
            2);
}

}  // namespace
}  // namespace replica::tools
