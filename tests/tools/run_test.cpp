#include "tools/run.h"

#include <gmock/gmock.h>

#include "tests/tools/sample_guests.h"
#include "tests/tools/temporary_folder.h"

namespace replica::tools {
namespace {

using testing::HasSubstr;

class Run : public testing::Test {
 protected:
  RunRequest request_for(const std::vector<u8>& image) {
    RunRequest request;
    request.cores = {folder_.write("guest.core", image)};
    return request;
  }
  std::string refusal(const RunRequest& request) {
    const auto prepared = prepare_run(request);
    return prepared ? "accepted" : prepared.error().message;
  }

  TemporaryFolder folder_;
};

TEST_F(Run, StartsWithTheRestartNewPsw) {
  auto prepared = prepare_run(request_for(adding_guest()));
  ASSERT_TRUE(prepared);
  EXPECT_EQ(prepared->machine->cpu().psw.address, 0x80u);
  EXPECT_EQ(execute(*prepared).reason, StopReason::disabled_wait);
  EXPECT_EQ(prepared->machine->cpu().gr[1], 30u);
  EXPECT_EQ(prepared->machine->cpu().instructions(), 3u);
}

TEST_F(Run, StartsWithThePswAndTheRegistersOfTheUser) {
  RunRequest request = request_for(adding_guest());
  request.psw = "0000000000000084";
  request.registers = {"1=100", "15=DEADBEEF"};
  auto prepared = prepare_run(request);
  ASSERT_TRUE(prepared);
  execute(*prepared);
  EXPECT_EQ(prepared->machine->cpu().gr[1], 0x200u);
  EXPECT_EQ(prepared->machine->cpu().gr[15], 0xDEADBEEFu);
}

TEST_F(Run, LoadsEveryCoreAtItsAddress) {
  RunRequest request = request_for(adding_guest());
  request.cores.push_back(folder_.write("patch.core", {0x00, 0x07}) + "@82");  // LA 1,7
  auto prepared = prepare_run(request);
  ASSERT_TRUE(prepared);
  execute(*prepared);
  EXPECT_EQ(prepared->machine->cpu().gr[1], 14u);
}

TEST_F(Run, StopsAtTheLimitExactlyWithProgressAndWithout) {
  for (const bool progress : {false, true}) {
    RunRequest request = request_for(looping_guest());
    request.max_instructions = "12345678";  // more than two slices of the progress line
    request.progress = progress;
    auto prepared = prepare_run(request);
    ASSERT_TRUE(prepared);
    EXPECT_EQ(execute(*prepared).reason, StopReason::instruction_limit);
    EXPECT_EQ(prepared->machine->cpu().instructions(), 12345678u);
  }
}

TEST_F(Run, TakesTheStorageSizeAndTheTimeMode) {
  RunRequest request = request_for(looping_guest());
  request.storage = "64K";
  request.time = "real";
  const auto prepared = prepare_run(request);
  ASSERT_TRUE(prepared);
  EXPECT_EQ(prepared->machine->storage().size(), 65536u);
  EXPECT_EQ(prepared->machine->clocks().mode(), TimeMode::real_time);
}

TEST_F(Run, SucceedsIfTheGuestSaysSoOrTheLimitIsReached) {
  Psw zero, code;
  code.address = 0xDEA028;
  EXPECT_EQ(exit_status({StopReason::disabled_wait, false, 0}, zero), kSuccess);
  EXPECT_EQ(exit_status({StopReason::disabled_wait, false, 0}, code), kFailure);
  EXPECT_EQ(exit_status({StopReason::instruction_limit, false, 0}, code), kSuccess);
  EXPECT_EQ(exit_status({StopReason::interruption_loop, false, 0}, zero), kFailure);
  EXPECT_EQ(exit_status({StopReason::idle_wait, false, 0}, zero), kFailure);
  EXPECT_EQ(exit_status({StopReason::stopped, false, 0}, zero), kFailure);
  EXPECT_EQ(exit_status({StopReason::stopped, true, 0}, zero), kInterrupted);
}

TEST_F(Run, MakesNoTraceFileIfAnythingIsRefused) {
  RunRequest request = request_for(looping_guest());
  request.trace_file = folder_.path("trace");
  request.max_instructions = "many";
  EXPECT_THAT(refusal(request), HasSubstr("--max-instructions: expected a decimal number"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path("trace")));
}

}  // namespace
}  // namespace replica::tools
