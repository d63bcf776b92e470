// docs/cp-commands.md has the commands that there are.
#include <fstream>
#include <set>
#include <sstream>

#include "tests/vmm/cp/control_program_fixture.h"

namespace replica::vmm {
namespace {

using Rows = std::set<std::string>;

// "NAME SHORTEST CLASSES" of the tables under a heading.
Rows documented(const std::string& heading) {
  std::ifstream file(REPLICA_SOURCE_DIR "/docs/cp-commands.md");
  Rows rows;
  bool is_there = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) is_there = line == "## " + heading;
    if (!is_there || !line.starts_with("| ") || line.ends_with("class | |")) continue;
    std::istringstream words(line);
    std::string bar, name, shortest, classes;
    words >> bar >> name >> bar >> shortest >> bar >> classes;
    rows.insert(name + " " + shortest + " " + classes);
  }
  return rows;
}

Rows in_code(const std::vector<std::span<const CpCommand>>& groups) {
  Rows rows;
  for (const auto group : groups) {
    for (const CpCommand& command : group) {
      const bool is_new =
          rows.insert(fmt::format("{} {} {}", command.name, command.name.substr(0, command.shortest), command.classes))
              .second;
      EXPECT_TRUE(is_new) << command.name << " is there twice";
    }
  }
  return rows;
}

TEST(Documentation, HasEveryCommandAndNoOther) { EXPECT_EQ(documented("Commands"), in_code(all_commands())); }
TEST(Documentation, HasEveryQueryAndNoOther) { EXPECT_EQ(documented("QUERY"), in_code(all_queries())); }

}  // namespace
}  // namespace replica::vmm
