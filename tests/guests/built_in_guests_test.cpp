// Whole-system runs of the programs in guests/: each prints what its NAME.expected says, in the plain loop and in the watched
// one; and a run full of timer interruptions is the same run every time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

#include "cpu/machine.h"
#include "tools/guest_text.h"

namespace replica {
namespace {

constexpr u32 kReportArea = 0x600;
constexpr u64 kLimit = 200'000'000;

std::string read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::unique_ptr<Machine> load(const std::string& guest) {
  auto machine = Machine::create(MachineOptions{});
  EXPECT_TRUE(machine.has_value());
  const std::string core = read_file(REPLICA_BINARY_DIR "/guests/" + guest + ".core");
  std::memcpy((*machine)->storage().data(), core.data(), core.size());
  return std::move(*machine);
}

// Runs to the end and gives the text.
std::string run(Machine& machine) {
  machine.restart();
  EXPECT_EQ(machine.run(kLimit), StopReason::disabled_wait);
  EXPECT_EQ(machine.cpu().psw.pack(), 0x0002000000000000u);
  return tools::read_guest_text(machine.cpu(), machine.storage(), kReportArea).value_or("no text");
}

std::string expected(const std::string& guest) {
  return read_file(REPLICA_SOURCE_DIR "/guests/" + guest + ".expected");
}

class BuiltInGuest : public testing::TestWithParam<const char*> {};

TEST_P(BuiltInGuest, PrintsWhatIsExpected) {
  const auto machine = load(GetParam());
  EXPECT_EQ(run(*machine), expected(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(All, BuiltInGuest,
                         testing::Values("primes", "pi", "payroll", "mandelbrot", "supervisor", "selftest"),
                         [](const auto& test) { return std::string(test.param); });

class ShortGuest : public testing::TestWithParam<const char*> {};

TEST_P(ShortGuest, PrintsTheSameInParanoidMode) {
  const auto machine = load(GetParam());
  machine->cpu().paranoid = true;
  EXPECT_EQ(run(*machine), expected(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(All, ShortGuest, testing::Values("payroll", "mandelbrot", "selftest"),
                         [](const auto& test) { return std::string(test.param); });

// FNV-1a over everything that a program can see.
u64 hash_of(Machine& machine) {
  u64 hash = 0xCBF29CE484222325;
  const auto add = [&](const void* data, std::size_t size) {
    for (std::size_t n = 0; n < size; ++n) hash = (hash ^ static_cast<const u8*>(data)[n]) * 0x100000001B3;
  };
  Storage& storage = machine.storage();
  add(storage.data(), storage.size());
  for (u32 block = 0; block < storage.blocks(); ++block) {
    const u8 key = storage.key(block);
    add(&key, 1);
  }
  const Cpu& cpu = machine.cpu();
  add(cpu.gr, sizeof cpu.gr);
  add(cpu.fpr, sizeof cpu.fpr);
  add(cpu.cr, sizeof cpu.cr);
  const u64 psw = cpu.psw.pack();
  add(&psw, sizeof psw);
  return hash;
}

// The supervisor ends some hundred time slices by each of the three timers.
TEST(VirtualTime, TheSameRunEveryTime) {
  u64 instructions[2], hashes[2];
  for (int n = 0; n < 2; ++n) {
    const auto machine = load("supervisor");
    run(*machine);
    instructions[n] = machine->cpu().instructions();
    hashes[n] = hash_of(*machine);
  }
  EXPECT_GT(instructions[0], 20'000'000u);
  EXPECT_EQ(instructions[0], instructions[1]);
  EXPECT_EQ(hashes[0], hashes[1]);
}

// Stopping the run at any point and going on changes nothing.
TEST(VirtualTime, TheSameRunInPieces) {
  const auto whole = load("supervisor"), pieces = load("supervisor");
  run(*whole);
  pieces->restart();
  u64 limit = 0;
  while (pieces->run(limit) == StopReason::instruction_limit) limit += 777'777;
  EXPECT_EQ(whole->cpu().instructions(), pieces->cpu().instructions());
  EXPECT_EQ(hash_of(*whole), hash_of(*pieces));
}

}  // namespace
}  // namespace replica
