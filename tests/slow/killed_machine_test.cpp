// A machine that is killed while its operating system writes leaves a disk that every checker accepts and that it loads from
// again. OS/VS1 ($REPLICA_GUESTS/osvs1) formats its spool and runs a job; each time it is killed at another moment.
// REPLICA_KILLS says how often, 3 times without it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include "tests/devices/dasd/volumes.h"
#include "tests/tools/foreign_guests.h"
#include "tests/tools/replica_process.h"

namespace replica {
namespace {

using tools::ProcessResult;
using tools::ReplicaProcess;
using tools::TemporaryFolder;

// Runs VS1 until it has printed `text` or so long; true if it has. The machine is killed then.
bool run_and_kill(const std::string& folder, const std::string& text, std::chrono::milliseconds most) {
  ReplicaProcess machine({"run", "vs1.cnf", "--rc", "vs1.rc"}, folder);
  const auto end = std::chrono::steady_clock::now() + most;
  bool found = false;
  while (!found && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    found = !text.empty() && (machine.out_so_far() + machine.err_so_far()).find(text) != std::string::npos;
  }
  machine.send_signal(SIGKILL);
  machine.wait();
  return found;
}

class KilledMachine : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(tools::foreign_guests_folder() / "osvs1" / "dliba1.cckd")) {
      GTEST_SKIP() << "needs osvs1 in $REPLICA_GUESTS or ../shared/guests";
    }
    fresh_copy();
  }

  void fresh_copy() {
    std::filesystem::remove_all(folder_.path("vs1"));
    tools::copy_guest(tools::foreign_guests_folder() / "osvs1", folder_.path("vs1"));
  }

  void expect_good_disk() {
    const std::string disk = folder_.path("vs1/dliba1.cckd");
    const ProcessResult check = tools::run_replica({"disk", "check", disk});
    EXPECT_EQ(check.status, 0) << check.out << check.err;
    if (!test::has_program("cckdcdsk")) return;
    const std::string copy = folder_.path("copy.cckd");  // it repairs what it finds
    std::filesystem::copy_file(disk, copy, std::filesystem::copy_options::overwrite_existing);
    EXPECT_TRUE(test::accepted_by_cckdcdsk(copy, true));
  }

  TemporaryFolder folder_;
};

TEST_F(KilledMachine, LeavesADiskThatIsWhole) {
  const char* wanted = std::getenv("REPLICA_KILLS");
  const int kills = wanted ? std::atoi(wanted) : 3;
  const std::string original = folder_.read("vs1/dliba1.cckd");
  int written = 0;  // times that the disk was not as it had been
  std::mt19937 random(20261123);
  for (int n = 0; n < kills; ++n) {
    SCOPED_TRACE(n);
    fresh_copy();
    run_and_kill(folder_.path("vs1"), "", std::chrono::milliseconds(500 + random() % 9500));
    written += folder_.read("vs1/dliba1.cckd") != original ? 1 : 0;
    ASSERT_NO_FATAL_FAILURE(expect_good_disk());
    if (HasFailure()) return;
    // It asks its first question when the nucleus has been loaded and runs.
    EXPECT_TRUE(run_and_kill(folder_.path("vs1"), "IEA101A", std::chrono::seconds(60))) << "does not load again";
  }
  EXPECT_GT(written, kills / 2) << "killed too early to prove anything";
}

}  // namespace
}  // namespace replica
