// The trace of a program of three instructions, followed by hand.
#include "tools/tracer.h"

#include <gtest/gtest.h>

#include "cpu/machine.h"
#include "tests/tools/sample_guests.h"
#include "tests/tools/temporary_folder.h"
#include "tools/files.h"

namespace replica::tools {
namespace {

class TracerTest : public testing::Test {
 protected:
  TracerTest() : machine_(std::move(*Machine::create({}))) {}

  // Runs an image, traced, and returns the trace.
  std::string trace(const std::vector<u8>& image, u64 limit) {
    load_core({"", 0, image}, machine_->storage());
    machine_->restart();
    const File file(std::fopen(folder_.path("trace").c_str(), "w"), std::fclose);
    {
      const Tracer tracer(machine_->cpu(), file.get());
      machine_->run(limit);
    }
    std::fflush(file.get());
    return folder_.read("trace");
  }

  TemporaryFolder folder_;
  std::unique_ptr<Machine> machine_;
};

TEST_F(TracerTest, ShowsEachInstructionAndTheRegistersItChanged) {
  EXPECT_EQ(trace(adding_guest(), kNever),
            "           1  00000000 00000080  000080  4110000F      LA    1,15\n"
            "                                                       R1=0000000F\n"
            "           2  00000000 00000084  000084  1A11          AR    1,1\n"
            "                                                       R1=0000001E\n"
            "           3  00000000 20000086  000086  82000090      LPSW  144\n");
}

TEST_F(TracerTest, ShowsWhatTheLastInstructionChanged) {
  EXPECT_EQ(trace(adding_guest(), 1),
            "           1  00000000 00000080  000080  4110000F      LA    1,15\n"
            "                                                       R1=0000000F\n");
}

TEST_F(TracerTest, EndsWithTheTracer) {
  trace(looping_guest(), 1);
  EXPECT_FALSE(machine_->cpu().is_watched());
}

}  // namespace
}  // namespace replica::tools
