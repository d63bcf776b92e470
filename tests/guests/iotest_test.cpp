// The guest that does I/O with every kind of device: it prints what guests/iotest.expected says, on this machine in virtual and
// in real time, and on Hercules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "devices/dasd/geometry.h"
#include "devices/dasd/volume_tools.h"
#include "tests/tools/replica_process.h"

namespace replica {
namespace {

using tools::ProcessResult;

// What PUNCH CARDS and PUNCH LONG have punched.
constexpr const char* kPunched =
    "THE FIRST OF TWO CARDS THAT ARE PUNCHED BY IOTEST AND WRITTEN ONTO ITS TAPE, 1..\n"
    "THE SECOND OF TWO CARDS THAT ARE PUNCHED BY IOTEST AND WRITTEN ON TAPE IN PART,\n"
    "THE FIRST OF TWO CARDS THAT ARE PUNCHED BY IOTEST AND WRITTEN ONTO ITS TAPE, 1..\n";

class IoTest : public testing::Test {
 protected:
  IoTest() {
    const std::filesystem::path sources = REPLICA_SOURCE_DIR "/guests", built = REPLICA_BINARY_DIR "/guests";
    for (const char* name : {"iotest.cnf", "iotest.rc", "iotest_answer.rc"}) copy(sources / name);
    copy(built / "iotest.deck");
    const NewVolume volume{.geometry = find_ckd_geometry("3330"), .cylinders = 3, .format = {.raw = true}};
    const Status made = create_volume(folder_.path("disk.ckd"), volume, [&](TrackAddress address) -> Result<Track> {
      if (address.cylinder == 0 && address.head == 0) return label_track(std::vector<u8>(6, 0xC1));
      return Track(address);
    });
    EXPECT_TRUE(made) << made.error().message;
    folder_.write("tape.aws", {0, 0, 0, 0, 0x40, 0});  // a tape mark
    folder_.write("blocks.fba", std::vector<u8>(100 * 512));
  }

  void copy(const std::filesystem::path& file) {
    std::filesystem::copy_file(file, folder_.path(file.filename().string()));
  }

  void expect_output() {
    std::ifstream in(REPLICA_SOURCE_DIR "/guests/iotest.expected", std::ios::binary);
    const std::string expected{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(folder_.read("printed.txt"), expected);
    EXPECT_EQ(folder_.read("punched.txt"), kPunched);
  }

  tools::TemporaryFolder folder_;
};

TEST_F(IoTest, PrintsWhatIsExpectedInVirtualTime) {
  const ProcessResult run =
      tools::run_replica({"run", "iotest.cnf", "--rc", "iotest.rc", "--deterministic"}, folder_.path(""));
  EXPECT_THAT(run.out + run.err, testing::HasSubstr("Disabled wait state"));
  expect_output();
}

TEST_F(IoTest, PrintsWhatIsExpectedInRealTime) {
  const ProcessResult run = tools::run_replica({"run", "iotest.cnf", "--rc", "iotest.rc"}, folder_.path(""));
  EXPECT_THAT(run.out + run.err, testing::HasSubstr("Disabled wait state"));
  expect_output();
}

TEST_F(IoTest, HerculesPrintsTheSame) {
  if (std::system("command -v hercules >/dev/null 2>&1") != 0) GTEST_SKIP() << "needs hercules";
  // It hangs in its own shutdown now and then.
  const std::string command = "cd " + folder_.path("") +
                              " && HERCULES_RC=iotest.rc timeout -s KILL 60 hercules -d -f iotest.cnf "
                              "</dev/null >hercules.log 2>&1";
  static_cast<void>(std::system(command.c_str()));
  SCOPED_TRACE(folder_.read("hercules.log"));
  expect_output();
}

}  // namespace
}  // namespace replica
