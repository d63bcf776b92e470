#include "jit/observers/perf_map.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/jit/observers/observed_guest.h"

namespace replica {
namespace {

// The format is that of tools/perf/Documentation/jit-interface.txt in the sources of Linux: START SIZE symbolname.
TEST(PerfMap, HasALineForEachPieceOfCode) {
  auto map = PerfMap::create();
  ASSERT_TRUE(map) << map.error().message;
  EXPECT_EQ(PerfMap::path(), "/tmp/perf-" + std::to_string(getpid()) + ".map");
  ObservedGuest guest(**map);
  guest.execute("41110001 47F00400");

  std::ifstream file(PerfMap::path());
  std::vector<std::string> names;
  std::string start, size, name;
  while (file >> start >> size >> name) {
    EXPECT_GT(std::stoull(start, nullptr, 16), 0xFFFFFFu);
    EXPECT_GT(std::stoull(size, nullptr, 16), 0u);
    EXPECT_LT(std::stoull(size, nullptr, 16), 0x1000u);
    names.push_back(name);
  }
  EXPECT_TRUE(file.eof());
  EXPECT_THAT(names, testing::IsSupersetOf({"replica_enter", "replica_leave", "guest_000400"}));
  std::filesystem::remove(PerfMap::path());
}

}  // namespace
}  // namespace replica
