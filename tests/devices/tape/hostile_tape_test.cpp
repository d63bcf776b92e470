// Images of garbage: whatever the bytes are, a tape moves or says what is wrong. Run under the address and undefined
// behaviour sanitizers, these tests are about memory as well.
#include "devices/tape/tape_device.h"
#include "tests/devices/channel_driver.h"
#include "tests/devices/tape/tape_fixture.h"

#include <random>

namespace replica::tape_test {
namespace {

using test::ChannelDriver;

// Reads, spaces and backs up through the image; every movement ends.
void travel(const std::string& path) {
  const auto opened = open_tape(path, {.read_only = true});
  if (!opened) return;
  TapeFile& tape = **opened;
  Bytes block;
  u64 blocks = 0;
  for (;;) {
    const auto passed = tape.read(block);
    ASSERT_LE(block.size(), kMaximumTapeBlock + 0u);
    if (!passed) {
      ASSERT_FALSE(passed.error().message.empty());
      if (tape.position().record == blocks) break;  // nobody knows where it ends
    } else if (*passed == Passed::end_of_data) {
      break;
    }
    ++blocks;
  }
  while (!tape.at_load_point()) {
    const auto passed = tape.read_backward(block);
    ASSERT_TRUE(!passed || *passed != Passed::load_point);
  }
  (void)tape.space_file();
  (void)tape.space_file();
  (void)tape.backspace_file();
}

std::vector<TapeRecord> sample_records() {
  return {Bytes(80, 0x40), Bytes(80, 0xF0), kMark, Bytes(3000, 7), noise(900, 4), noise(5000, 5), kMark, kMark};
}

class HostileTape : public testing::Test {
 protected:
  Bytes sample(const std::string& name, const TapeOptions& options = {}) {
    write_all(folder_.path(name), sample_records(), options);
    return contents(folder_.path(name));
  }
  // Four images: AWS, HET with zlib, HET with bzip2 in chunks, SIMH.
  std::vector<std::pair<std::string, Bytes>> samples() {
    Bytes simh;
    for (const TapeRecord& record : sample_records()) {
      const auto length = static_cast<u32>(record ? record->size() : 0);
      const Bytes word = {static_cast<u8>(length), static_cast<u8>(length >> 8), 0, 0};
      simh = record ? simh + word + *record + word : simh + word;
    }
    return {{"s.aws", sample("a.aws")},
            {"s.het", sample("z.het")},
            {"t.het", sample("b.het", {.method = Compression::bzip2, .chunk_size = 4096})},
            {"s.tap", simh}};
  }

  TemporaryFolder folder_;
};

TEST_F(HostileTape, Truncated) {
  for (const auto& [name, bytes] : samples()) {
    for (size_t length = 0; length <= bytes.size(); length += length < 120 ? 1 : 197) {
      SCOPED_TRACE(name + " of " + std::to_string(length) + " bytes");
      travel(folder_.write(name, Bytes(bytes.begin(), bytes.begin() + length)));
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(HostileTape, FlippedBits) {
  std::mt19937 random(370);
  for (const auto& [name, bytes] : samples()) {
    for (int round = 0; round < 120; ++round) {
      Bytes damaged = bytes;
      for (int flips = 0; flips <= round % 5; ++flips) {
        // Mostly where headers are: near the beginning.
        const size_t range = round % 2 ? damaged.size() : std::min<size_t>(damaged.size(), 300);
        damaged[random() % range] ^= static_cast<u8>(1u << random() % 8);
      }
      SCOPED_TRACE(name + " round " + std::to_string(round));
      travel(folder_.write(name, damaged));
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(HostileTape, RandomBytes) {
  std::mt19937 random(3420);
  for (int round = 0; round < 300; ++round) {
    Bytes bytes(random() % 2000);
    for (u8& byte : bytes) byte = random() % 3 ? static_cast<u8>(random() % 4) : static_cast<u8>(random());
    // A few headers that are plausible.
    for (size_t at = 0; at + 6 < bytes.size(); at += 6 + random() % 50) bytes[at + 4] = random() % 2 ? 0xA1 : 0xA0;
    SCOPED_TRACE(round);
    travel(folder_.write(round % 3 == 0 ? "r.aws" : round % 3 == 1 ? "r.het" : "r.tap", bytes));
    if (HasFatalFailure()) return;
  }
}

std::string error_of(const std::string& path, const Bytes& good) {
  const auto tape = open_or_fail(path);
  Bytes block;
  if (!tape || tape->read(block) != Passed::block || block != good) return "no good block";
  const auto passed = tape->read(block);
  return passed ? "no error" : passed.error().message.substr(path.size());
}

TEST_F(HostileTape, ErrorsTellOffsetFoundAndExpected) {
  const auto error = [&](std::string_view digits) {
    return error_of(folder_.write("e.het", hex("0100 0000 A000 01") + hex(digits) + Bytes(70000)), hex("01"));
  };
  EXPECT_EQ(
      error("0100 0100 2000 02"),
      ": offset 7: found a header that begins no block (length 1, flags 2000); expected flag X'80' or a tape mark");
  EXPECT_EQ(error("0500 0100 4000"),
            ": offset 7: found a tape mark with a length (length 5, flags 4000); expected length 0");
  EXPECT_EQ(error("0100 0100 8000 02 0000 0100 4000"),
            ": offset 14: found a tape mark within a block (length 0, flags 4000); expected the rest of the block");
  EXPECT_EQ(error("0100 0100 8000 02 0100 0100 A000 03"),
            ": offset 14: found another block (length 1, flags A000); expected the rest of the block before it");
  EXPECT_EQ(error("0100 0100 8000 02 0000 0100 2000"),
            ": offset 14: found an empty piece of a block (length 0, flags 2000); expected at least one byte");
  EXPECT_EQ(error("0100 0100 8000 02 0100 0100 2100 03"),
            ": offset 14: found another compression than at the beginning of the block (length 1, flags 2100); "
            "expected the same");
  EXPECT_EQ(error("0100 0100 8000 02 FFFF 0100 2000"),
            ": offset 14: found a block that is too long (length 65535, flags 2000); expected at most 65535 bytes");
  EXPECT_EQ(
      error("0200 0100 A300 0203"),
      ": offset 7: found flags A300, two methods of compression; expected a compressed block of 1 to 65535 bytes");
  EXPECT_EQ(error("0200 0100 A100 0203"),
            ": offset 7: found damaged zlib stream (code -3); expected a compressed block of 1 to 65535 bytes");
  EXPECT_EQ(
      error_of(folder_.write("e.aws", hex("0100 0000 A000 01 0500 0100 A000 0203")), hex("01")),
      ": offset 7: found 2 bytes up to the end of the file (length 5, flags A000); expected as many as the length "
      "says");
}

TEST_F(HostileTape, CompressedBlockOfTooMuchIsRefused) {
  const Bytes bomb = compress(Compression::zlib, 9, Bytes(10'000'000));
  ASSERT_LT(bomb.size(), 65536u);
  const auto length = static_cast<u16>(bomb.size());
  const Bytes header = {static_cast<u8>(length), static_cast<u8>(length >> 8), 0, 0, 0xA1, 0};
  const auto tape = open_or_fail(folder_.write("b.het", header + bomb + hex("0100 0000 A000 05")));
  ASSERT_TRUE(tape);
  Bytes block;
  EXPECT_FALSE(tape->read(block));
  EXPECT_EQ(tape->read(block), Passed::block) << "where the damaged block ends is known";
  EXPECT_EQ(block, hex("05"));
}

TEST_F(HostileTape, NothingIsWrittenBehindDamage) {
  const Bytes damaged = hex("0100 0000 A000 01") + hex("0500 0100 2000 0203040506") + Bytes(70000, 0xAA);
  const std::string path = folder_.write("d.aws", damaged);
  const auto tape = open_or_fail(path);
  ASSERT_TRUE(tape);
  EXPECT_EQ(tape->space_block(), Passed::block);
  EXPECT_FALSE(tape->space_block());
  EXPECT_FALSE(tape->write_block(hex("FF")));
  EXPECT_FALSE(tape->write_tape_mark());
  EXPECT_FALSE(tape->erase_rest());
  EXPECT_EQ(contents(path), damaged);
  EXPECT_EQ(tape->backspace_block(), Passed::block);
  EXPECT_EQ(tape->write_tape_mark(), Passed::tape_mark) << "before it, the guest may write";
  EXPECT_EQ(contents(path), hex("0100 0000 A000 01") + hex("0000 0100 4000"));
}

TEST_F(HostileTape, NothingIsWrittenBehindDamageAtTheLoadPoint) {
  const Bytes damaged = hex("0500 0000 2000 0203040506");
  const std::string path = folder_.write("d.aws", damaged);
  const auto tape = open_or_fail(path);
  ASSERT_TRUE(tape);
  EXPECT_FALSE(tape->space_block());
  EXPECT_FALSE(tape->at_load_point());
  EXPECT_FALSE(tape->write_block(hex("FF")));
  EXPECT_FALSE(tape->write_tape_mark());
  EXPECT_FALSE(tape->erase_rest());
  EXPECT_EQ(contents(path), damaged);
  EXPECT_EQ(tape->backspace_block(), Passed::block);
  EXPECT_TRUE(tape->at_load_point());
}

// Every command in random order, over good and bad images, with odd counts: no status without channel end and device end,
// but for a drive that is not ready.
TEST_F(HostileTape, AllCommandsInRandomOrder) {
  std::mt19937 random(2400);
  const auto images = samples();
  DeviceEnvironment environment;
  environment.directory = folder_.path("");
  environment.sense_id = true;
  for (const char* type : {"2400", "3410", "3420"}) {
    const auto made = make_tape_device(type, {}, environment);
    ASSERT_TRUE(made);
    auto& drive = static_cast<TapeDevice&>(**made);
    ChannelDriver driver(drive);
    for (int step = 0; step < 6000; ++step) {
      if (step % 200 == 0) {
        auto [name, bytes] = images[random() % images.size()];
        if (random() % 2) bytes[random() % bytes.size()] ^= 0x10;
        drive.unmount();
        folder_.write(name, bytes);
        ASSERT_TRUE(drive.mount(std::vector<std::string>{name, random() % 2 ? "maxsize=20000" : "rw"}));
      }
      const auto command = static_cast<u8>(random());
      const auto outcome = driver.run(command, static_cast<u32>(1 + random() % (random() % 8 ? 100 : 70000)));
      const bool ready = drive.is_mounted() || (outcome.status & unit_status::kControlUnitEnd);
      ASSERT_TRUE(!ready || (outcome.status & unit_status::kEnd) == unit_status::kEnd) << "command " << int{command};
      ASSERT_LE(drive.microseconds(), 250u);
      ASSERT_FALSE(drive.description().empty());
      if (outcome.status & unit_status::kUnitCheck) {
        ASSERT_GE(driver.run(0x04, 24).data.size(), 6u);
      }
    }
  }
}

}  // namespace
}  // namespace replica::tape_test
