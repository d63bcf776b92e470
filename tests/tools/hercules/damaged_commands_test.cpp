// Command lines with flipped bits, with bytes that come and go, and with pieces of each other: the panel answers them or does
// them, and goes on.
#include <filesystem>
#include <random>

#include "tests/tools/hercules/panel_fixture.h"

namespace replica::tools {
namespace {

constexpr const char* kGood[] = {
    "r 200=47F00200",
    "r 200.20",
    "v 200-220",
    "u 200.20",
    "gpr 1=12345678",
    "fpr",
    "engine",
    "cr 0=000000E0",
    "psw sm=FF ia=200",
    "b 200-210",
    "t+ 200.10",
    "s+ 204",
    "s-",
    "pgmtrace -7",
    "ostailor null",
    "hao tgt ^IEF[0-9]+I (A|B)",
    "hao cmd psw",
    "hao list",
    "hao del 0",
    "devlist 00C",
    "attach 00C 3505 deck ascii eof",
    "detach 00C",
    "define 00C 00D",
    "devinit 00C deck",
    "i 01F",
    "ds 01F",
    "loadcore deck 0",
    "start",
    "stop",
    "restart",
    "sysreset",
    "ipl 00C parm A",
    "/text $(SYMBOL)",
    "defsym SYMBOL text",
    "script commands",
    "pause 0.5",
    "maxrates 10",
    "help psw",
    "msg a b",
    "fingerprint",
    "ext",
};

class DamagedCommands : public PanelTest {};

TEST_F(DamagedCommands, AreSurvived) {
  script("deck", "A CARD\n");
  script("commands", "gpr\n");
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path(""));
  std::minstd_rand random(370);
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  for (int n = 0; n < 10'000; ++n) {
    std::string line = kGood[below(std::size(kGood))];
    for (std::size_t damage = below(4); damage-- > 0;) {
      const std::size_t at = below(line.size() + 1);
      switch (below(4)) {
        case 0: line.insert(at, 1, static_cast<char>(below(256))); break;
        case 1: line.erase(at, below(4)); break;
        case 2: line.insert(at, kGood[below(std::size(kGood))]); break;
        default:
          if (at < line.size()) line[at] = static_cast<char>(line[at] ^ (1 << below(8)));
      }
    }
    panel_->execute(line);
  }
  std::filesystem::current_path(here);
  desk_.lines.clear();
  EXPECT_EQ(print({"help foo"}), "HHCPN142I Command foo not found - no help available\n");
}

}  // namespace
}  // namespace replica::tools
