// An image after its writer was killed at any moment: it can be read, and every block in it is one that was written.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <thread>

#include "tests/devices/tape/tape_fixture.h"

namespace replica::tape_test {
namespace {

// A block that tells whether it is whole: its length, and the noise of its number.
Bytes numbered_block(u32 number) {
  const size_t length = 8 + number * 7919 % (number % 10 == 0 ? 60000 : 3000);
  Bytes block = noise(length, number);
  if (number % 3 == 0) std::fill(block.begin() + 8, block.end(), static_cast<u8>(number));
  for (int i = 0; i < 4; ++i) block[i] = static_cast<u8>(number >> (8 * i));
  return block;
}

bool is_whole(const Bytes& block) {
  if (block.size() < 8) return false;
  u32 number = 0;
  for (int i = 0; i < 4; ++i) number |= u32{block[i]} << (8 * i);
  return block == numbered_block(number);
}

// Writes without end, and now and then goes back and writes over what is there. Does not return.
[[noreturn]] void write_until_killed(const std::string& path, const TapeOptions& options, u32 seed) {
  auto tape = open_tape(path, options);
  if (!tape) _exit(1);
  std::mt19937 random(seed);
  for (u32 number = seed * 100000;; ++number) {
    if (random() % 20 == 0) {
      for (auto back = random() % 15; back > 0; --back) (*tape)->backspace_block();
    }
    if (random() % 400 == 0) (*tape)->rewind();
    const auto passed = random() % 8 == 0 ? (*tape)->write_tape_mark() : (*tape)->write_block(numbered_block(number));
    if (!passed) _exit(1);
  }
}

void kill_a_writer(const std::string& path, const TapeOptions& options, u32 seed) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) write_until_killed(path, options, seed);
  std::this_thread::sleep_for(std::chrono::microseconds(3000 + seed * 7321 % 20000));
  kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself";
  for (const TapeRecord& record : read_all(path)) ASSERT_TRUE(!record || is_whole(*record));
}

TEST(KilledWriter, LeavesAReadableImage) {
  const TemporaryFolder folder;
  write_all(folder.path("t.aws"), {});
  write_all(folder.path("t.het"), {});
  for (u32 seed = 1; seed <= 40 && !testing::Test::HasFailure(); ++seed) {
    kill_a_writer(folder.path("t.aws"), {}, seed);
    kill_a_writer(folder.path("t.het"), {.level = 1, .chunk_size = 4096}, seed);
  }
}

// The states that the file goes through while a block is written; see invariant 3 of TapeFile.
TEST(UnfinishedRecord, IsTheEndOfTheTape) {
  const TemporaryFolder folder;
  const Bytes before = hex("0200 0000 A000 0102");
  const std::vector<TapeRecord> records = {hex("0102")};
  EXPECT_EQ(read_all(folder.write("t.aws", before)), records) << "cut";
  EXPECT_EQ(read_all(folder.write("t.aws", before + Bytes(6) + Bytes(65535, 0xA0))), records) << "data, no header";
  EXPECT_EQ(read_all(folder.write("t.aws", before + hex("FFFF 0200 0000") + Bytes(65535, 0xA0))), records)
      << "half of the header";
  for (int part = 1; part < 6; ++part) {
    EXPECT_EQ(read_all(folder.write("t.aws", before + Bytes(part, 0xA0))), records) << "part of a tape mark";
  }
  const auto tape = open_or_fail(folder.write("t.aws", before + Bytes(6) + Bytes(65535, 0xA0)));
  ASSERT_TRUE(tape);
  EXPECT_EQ(tape->space_block(), Passed::block);
  EXPECT_EQ(tape->write_block(hex("AA")), Passed::block) << "writing goes on behind the last whole record";
  EXPECT_EQ(contents(folder.path("t.aws")), before + hex("0100 0200 A000 AA"));
}

TEST(UnfinishedRecord, IsNotTakenForOneFarFromTheEnd) {
  const TemporaryFolder folder;
  const auto tape = open_or_fail(folder.write("t.aws", Bytes(100000)));
  ASSERT_TRUE(tape);
  EXPECT_FALSE(tape->space_block()) << "an image of zeros is no empty tape";
}

}  // namespace
}  // namespace replica::tape_test
