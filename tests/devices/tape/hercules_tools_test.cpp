// Our images in the tools of Hercules, and theirs in ours. Each test is skipped where its tool is not installed.
#include <sys/wait.h>

#include <array>
#include <cstdio>

#include "tests/devices/tape/tape_fixture.h"

namespace replica::tape_test {
namespace {

// What a command prints on standard output; it must end well.
std::string output_of(const std::string& command) {
  std::string output;
  FILE* const pipe = popen(("timeout 60 " + command + " 2>/dev/null").c_str(), "r");
  std::array<char, 4096> piece;
  for (size_t count = 0; (count = fread(piece.data(), 1, piece.size(), pipe)) > 0;) output.append(piece.data(), count);
  EXPECT_EQ(pclose(pipe), 0) << command;
  return output;
}

bool is_installed(const std::string& tool) {
  return WEXITSTATUS(system(("command -v " + tool + " >/dev/null").c_str())) == 0;
}

#define NEEDS(tool) \
  if (!is_installed(tool)) GTEST_SKIP() << tool << " is not installed"

// Hercules cannot compress longer noise with bzip2.
const std::vector<TapeRecord> kRecords = {
    Bytes(80, 0x40), Bytes(800, 0xF1), noise(5000, 3), kMark, noise(30000, 4), Bytes(65535, 5),
    kMark,           noise(9, 6),      kMark,          kMark};
const std::string kMap =
    "File 1: Blocks=3, block size min=80, max=5000\n"
    "File 2: Blocks=2, block size min=30000, max=65535\n"
    "File 3: Blocks=1, block size min=9, max=9\n"
    "File 4: Blocks=0, block size min=0, max=0\n"
    "End of tape.\n";

// The options that make the kinds of HET images.
const std::vector<TapeOptions> kKinds = {
    {},
    {.level = 9, .chunk_size = 4096},
    {.method = Compression::bzip2},
    {.compress = false, .chunk_size = 10000},
    {.method = Compression::bzip2, .level = 1, .chunk_size = 4096},
};

TEST(HerculesTools, TapemapReadsOurAws) {
  NEEDS("tapemap");
  const TemporaryFolder folder;
  write_all(folder.path("t.aws"), kRecords);
  EXPECT_EQ(output_of("tapemap " + folder.path("t.aws")), kMap);
}

TEST(HerculesTools, HetmapReadsOurImages) {
  NEEDS("hetmap");
  const TemporaryFolder folder;
  write_all(folder.path("t.aws"), kRecords);
  EXPECT_EQ(output_of("hetmap -t " + folder.path("t.aws")), kMap);
  for (size_t kind = 0; kind < kKinds.size(); ++kind) {
    const std::string path = folder.path(std::to_string(kind) + ".het");
    write_all(path, kRecords, kKinds[kind]);
    EXPECT_EQ(output_of("hetmap -t " + path), kMap);
  }
}

TEST(HerculesTools, HetgetExtractsFromOurImages) {
  NEEDS("hetget");
  const TemporaryFolder folder;
  for (size_t kind = 0; kind < kKinds.size(); ++kind) {
    const std::string path = folder.path(std::to_string(kind) + ".het");
    write_all(path, kRecords, kKinds[kind]);
    output_of("hetget -n " + path + " " + folder.path("1") + " 1 U 0 32760");
    EXPECT_EQ(contents(folder.path("1")), *kRecords[0] + *kRecords[1] + *kRecords[2]);
    output_of("hetget -n " + path + " " + folder.path("3") + " 3 U 0 32760");
    EXPECT_EQ(contents(folder.path("3")), *kRecords[7]);
  }
}

TEST(HerculesTools, HetinitMakesWhatWeMake) {
  NEEDS("hetinit");
  const TemporaryFolder folder;
  ASSERT_TRUE(open_or_fail(folder.path("ours.het")));
  output_of("hetinit -n " + folder.path("theirs.het"));
  EXPECT_EQ(contents(folder.path("ours.het")), contents(folder.path("theirs.het")));
}

TEST(HerculesTools, HetinitLabelsAreRead) {
  NEEDS("hetinit");
  const TemporaryFolder folder;
  output_of("hetinit " + folder.path("t.het") + " TEST01 OWNER");
  const auto records = read_all(folder.path("t.het"));
  ASSERT_EQ(records.size(), 3u);
  ASSERT_TRUE(records[0] && records[1] && !records[2]);
  const Bytes volume = hex("E5D6D3F1 E3C5E2E3F0F1");  // VOL1TEST01
  EXPECT_EQ(Bytes(records[0]->begin(), records[0]->begin() + 10), volume);
  EXPECT_EQ(records[1]->size(), 80u);
}

TEST(HerculesTools, HetupdImagesAreRead) {
  NEEDS("hetupd");
  const TemporaryFolder folder;
  write_all(folder.path("t.aws"), kRecords);
  for (const char* options : {"-z", "-b", "-z -9 -c 4096", "-b -1 -c 5000", "-d", "-s"}) {
    SCOPED_TRACE(options);
    output_of("hetupd " + std::string(options) + " " + folder.path("t.aws") + " " + folder.path("u.het"));
    EXPECT_TRUE(read_all(folder.path("u.het")) == kRecords);
    std::filesystem::remove(folder.path("u.het"));
  }
}

// Hercules goes on where we stopped, and we where it did.
TEST(HerculesTools, HetupdRewritesOurHet) {
  NEEDS("hetupd");
  const TemporaryFolder folder;
  write_all(folder.path("t.het"), kRecords, {.method = Compression::bzip2, .chunk_size = 4096});
  output_of("hetupd -d " + folder.path("t.het") + " " + folder.path("u.het"));
  EXPECT_TRUE(read_all(folder.path("u.het")) == kRecords);
  std::vector<TapeRecord> records = kRecords;
  {
    const auto tape = open_or_fail(folder.path("u.het"));
    ASSERT_TRUE(tape);
    for (int file = 0; file < 2; ++file) ASSERT_EQ(tape->space_file(), Passed::tape_mark);
    records.resize(7);
    records.push_back(Bytes(1000, 9));
    records.push_back(kMark);
    records.push_back(kMark);
    for (size_t i = 7; i < records.size(); ++i) write_record(*tape, records[i]);
  }
  output_of("hetupd -z " + folder.path("u.het") + " " + folder.path("v.het"));
  EXPECT_TRUE(read_all(folder.path("v.het")) == records);
}

}  // namespace
}  // namespace replica::tape_test
