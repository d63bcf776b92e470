// What a configuration becomes: which devices it attaches, and that damaged ones are refused, with nothing left behind.
#include "tools/hercules/machine_builder.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <random>

#include "devices/dasd/block_store.h"
#include "tests/tools/temporary_folder.h"

namespace replica::tools {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class MachineBuilder : public testing::Test {
 protected:
  // Files of a configuration are relative to the working directory.
  void SetUp() override { std::filesystem::current_path(folder_.path("")); }
  void TearDown() override { std::filesystem::current_path(before_); }

  static Result<std::unique_ptr<System>> build(const std::string& text) {
    const auto configuration = parse_configuration(text, "x.cnf");
    if (!configuration) return tl::unexpected(configuration.error());
    return build_system(*configuration, true);
  }
  static std::string error_of(const std::string& text) {
    const auto system = build(text);
    return system ? "accepted" : system.error().message;
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path(""))) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  std::filesystem::path before_ = std::filesystem::current_path();
  TemporaryFolder folder_;
};

TEST_F(MachineBuilder, AttachesDisksOfFixedBlocks) {
  for (const char* image : {"a.fba", "b.fba"}) {
    ASSERT_TRUE(create_blocks(image, 1000, true, {}, [](u32, std::span<u8>) -> Status { return {}; }));
  }
  const auto system = build("0160 3370 a.fba\n0161 3310 b.fba 10 20\n");
  ASSERT_TRUE(system) << system.error().message;
  EXPECT_THAT((*system)->channels->addresses(), ElementsAre(0x160, 0x161));
  EXPECT_EQ((*system)->channels->device_at(0x160)->type(), "3370");
  EXPECT_THAT((*system)->channels->device_at(0x161)->description(), HasSubstr("20 blocks"));
}

TEST_F(MachineBuilder, NamesTheStatementOfADeviceThatCannotBeMade) {
  EXPECT_THAT(error_of("\n0160 3370 absent\n"), StartsWith("x.cnf:2: 0160 3370: absent: No such file or directory"));
  EXPECT_THAT(error_of("0160 3370\n"), StartsWith("x.cnf:1: 0160 3370: found 0 words"));
  EXPECT_THAT(error_of("0160 3371 a\n"), StartsWith("x.cnf:1: 0160 3371: found an unknown device type; expected one"));
}

// Bits that flip, bytes that come and go, and lines that change places: it is built or refused, and no file is made.
TEST_F(MachineBuilder, SurvivesDamagedConfigurations) {
  const std::string good =
      "CPUSERIAL 000360\nMAINSIZE 1\nSYSEPOCH 1900 -28\nCODEPAGE 819/1047\nDEFSYM F deck\nINCLUDE other.cnf\n"
      "000C 3505 $(F) ascii eof trunc\n000E,10E 1403 p$(CUU) crlf\n001F 3215-C noprompt\n0150 3330 absent.cckd\n"
      "0180.4 3420 *\n0160 3370 absent 10 20\n";
  folder_.write("deck", {'A', '\n'});
  folder_.write("other.cnf", {'#', '\n'});
  const std::vector<std::string> before = files();
  std::minstd_rand random(370);
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  for (int n = 0; n < 3000; ++n) {
    std::string text = good;
    for (std::size_t damage = below(4) + 1; damage-- > 0;) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0: text[at] = static_cast<char>(text[at] ^ (1 << below(8))); break;
        case 1: text.erase(at, below(20)); break;
        case 2: text.insert(at, text.substr(below(text.size()), below(20))); break;
        default: text.insert(at, 1, static_cast<char>(below(256))); break;
      }
    }
    const std::string error = error_of(text);
    if (error == "accepted") continue;
    EXPECT_THAT(error, testing::ContainsRegex("^(x|other)\\.cnf:[0-9]+: |^MAINSIZE|^CODEPAGE"));
  }
  EXPECT_EQ(files(), before);
}

}  // namespace
}  // namespace replica::tools
