// Operating systems that nobody in this project wrote, run by their own Hercules configuration and command files, unchanged,
// in real time and in virtual time. What they print is compared with what they print on Hercules, but for times and dates;
// runs in virtual time, on each engine, are compared with one another, to the byte.
//
// They are looked for in $REPLICA_GUESTS, then in ../shared/guests beside the source tree; without them the tests are skipped.
#include <gmock/gmock.h>

#include <filesystem>
#include <span>

#include "tests/tools/engine_names.h"
#include "tests/tools/foreign_guests.h"
#include "tests/tools/replica_process.h"
#include "tools/engine.h"
#include "tools/overhead/guest_run.h"
#include "tools/overhead/without_times.h"

namespace replica::tools {
namespace {

namespace fs = std::filesystem;
using overhead::without_times;
using testing::ContainsRegex;
using testing::HasSubstr;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

enum class Time : u8 { real, virtual_time };

class RealGuests : public testing::Test {
 protected:
  struct Run {
    int status = 0;
    std::string log;
    std::string print;
    std::string volume;  // the image of the disk as the run left it

    bool operator==(const Run&) const = default;
  };

  // Skips the test if there is no such guest.
  bool find(const std::string& name) {
    original_ = foreign_guests_folder() / name;
    return fs::is_directory(original_);
  }

  // Runs NAME.cnf with NAME.rc in a fresh copy of the guest's folder. `blanks` are copies of blank.aws that it writes on.
  Run run(const std::string& name, Time time, const std::vector<std::string>& blanks = {},
          const std::string& engine = "interpreter") const {
    const TemporaryFolder folder;
    const fs::path copy = folder.path("guest");
    copy_guest(original_, copy);
    for (const std::string& blank : blanks) fs::copy_file(copy / "blank.aws", copy / (blank + ".aws"));

    std::vector<std::string> arguments = {"run", name + ".cnf", "--rc", name + ".rc", "--engine", engine};
    if (time == Time::virtual_time) arguments.push_back("--deterministic");
    const ProcessResult result = run_replica(arguments, copy.string());
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.status, 0);
    return {result.status, result.out, read(copy / "prt00e.txt"), read(copy / "dliba1.cckd")};
  }

  std::string expected(const std::string& file) const { return read(original_ / "expected" / file); }

  fs::path original_;
};

// With which a run in virtual time ends.
constexpr const char* kCounted = "\nExecuted [0-9]+ instructions; storage [0-9A-F]+ ";

#define FIND_OR_SKIP(name) \
  if (!find(name)) GTEST_SKIP() << "the guest '" << (name) << "' is not in " << foreign_guests_folder()

TEST_F(RealGuests, HelloFromCards) {
  FIND_OR_SKIP("decks");
  for (const Time time : {Time::real, Time::virtual_time}) {
    EXPECT_THAT(run("hello", time).log, HasSubstr("\nHello Bare-Metal World!\n"
                                                  "HHCCP011I CPU0000: Disabled wait state\n"
                                                  "          PSW=00020000 "));
  }
}

TEST_F(RealGuests, SampleOperatingSystem) {
  FIND_OR_SKIP("sos");
  for (const Time time : {Time::real, Time::virtual_time}) {
    EXPECT_THAT(run("sos", time).log, HasSubstr("\nPSW=FE020000 0000056A\n"));
  }
}

TEST_F(RealGuests, Tos360AssemblesAndRunsAProgram) {
  FIND_OR_SKIP("tos360");
  const std::vector<std::string> blanks = {"sys001", "sys002", "sys003", "syslnk", "scratch1", "scratch2", "scratch3"};
  for (const Time time : {Time::real, Time::virtual_time}) {
    const Run run = this->run("tos", time, blanks);
    EXPECT_THAT(run.log, HasSubstr("EOJ DEMOASM\n"));
    EXPECT_EQ(without_times(run.print), without_times(expected("demo_asm.prt00e.txt")));
  }
}

TEST_F(RealGuests, Tos360IsTheSameRunOnEveryEngineInVirtualTime) {
  FIND_OR_SKIP("tos360");
  const std::vector<std::string> blanks = {"sys001", "sys002", "sys003", "syslnk", "scratch1", "scratch2", "scratch3"};
  const Run first = run("tos", Time::virtual_time, blanks);
  EXPECT_THAT(first.log, ContainsRegex(kCounted));
  for (const char* engine : kEngines) EXPECT_TRUE(run("tos", Time::virtual_time, blanks, engine) == first) << engine;
}

class OsVs1 : public RealGuests {
 protected:
  void expect_good(const Run& run) const {
    EXPECT_THAT(run.log, HasSubstr("+SIEVE PRIMES OK= 01899"));
    EXPECT_THAT(run.log, HasSubstr("IEF404I ASMGO    ENDED"));
    EXPECT_EQ(without_times(run.print), without_times(expected("asmgo.prt00e.txt")));
  }
};

TEST_F(OsVs1, RunsAJobInRealTime) {
  FIND_OR_SKIP("osvs1");
  expect_good(run("vs1", Time::real));
}

// Paging, hundreds of disk operations, timers, the operator's answers: the same number of instructions, the same storage at
// the end, the same image of the disk, whatever runs the instructions.
TEST_F(OsVs1, IsTheSameRunOnEveryEngineInVirtualTime) {
  FIND_OR_SKIP("osvs1");
  const Run first = run("vs1", Time::virtual_time);
  expect_good(first);
  EXPECT_THAT(first.log, ContainsRegex(kCounted));
  EXPECT_GT(first.volume.size(), 1'000'000u);
  for (const char* engine : std::span(kEngines).subspan(1)) {
    SCOPED_TRACE(engine);
    const Run other = run("vs1", Time::virtual_time, {}, engine);
    EXPECT_EQ(first.log, other.log);
    EXPECT_EQ(first.print, other.print);
    EXPECT_TRUE(first.volume == other.volume);
  }
}

TEST_F(OsVs1, PrintsInVirtualMachinesWhatItPrintsOnTheBareOne) {
  FIND_OR_SKIP("osvs1");
  const auto workload =
      overhead::read_workload("vs1", (original_ / "vs1.cnf").string(), (original_ / "vs1.rc").string());
  ASSERT_TRUE(workload) << workload.error().message;
  const EngineOptions engine = check_engine({}).value();
  const overhead::RunOptions options{.engine = &engine, .most_instructions = 5'000'000'000};
  const TemporaryFolder folder;
  const auto run = [&](const std::string& name, auto how) {
    fs::create_directory(folder.path(name));
    auto result = how(folder.path(name));
    EXPECT_TRUE(result) << result.error().message;
    return result ? result->outputs : std::vector<overhead::Output>();
  };
  const auto bare = run("bare", [&](const fs::path& path) { return overhead::run_bare(*workload, path, options); });
  const auto one = run("one", [&](const fs::path& path) {
    return overhead::run_virtual(*workload, path, 1, vmm::AssistLevel::none, options);
  });
  const auto two = run("two", [&](const fs::path& path) {
    return overhead::run_virtual(*workload, path, 2, vmm::AssistLevel::vma, options);
  });
  ASSERT_EQ(bare.size() + one.size() + two.size(), 4u);
  EXPECT_THAT(bare[0].console, HasSubstr("+SIEVE PRIMES OK= 01899"));
  EXPECT_EQ(without_times(bare[0].files.at(0x00E)), without_times(expected("asmgo.prt00e.txt")));
  EXPECT_EQ(overhead::difference(bare[0], one[0]), "");
  EXPECT_EQ(overhead::difference(bare[0], two[0]), "");
  EXPECT_EQ(overhead::difference(bare[0], two[1]), "");
}

}  // namespace
}  // namespace replica::tools
