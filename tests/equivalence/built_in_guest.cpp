#include "tests/equivalence/built_in_guest.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "base/big_endian.h"
#include "base/check.h"
#include "devices/code_page.h"
#include "tests/equivalence/ipl_deck.h"

namespace replica::tools {
namespace {

constexpr u8 kNewLine = 0x15;
// Behind every image, and behind what a guest needs at its start.
constexpr u32 kWork = 0xF0000;

std::string read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  CHECK(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Userids have up to 8 letters.
std::string user_of(std::string guest) {
  for (char& character : guest) character = static_cast<char>(std::toupper(character));
  return guest.substr(0, 8);
}

}  // namespace

std::vector<u8> read_built(const std::string& name) {
  const std::string text = read_file(REPLICA_BINARY_DIR "/guests/" + name);
  return {text.begin(), text.end()};
}

std::string add_built_in_guest(VirtualRun& run, const std::string& guest) {
  const std::string user = user_of(guest);
  run.add_user(fmt::format("USER {} NOLOG 16M 16M G\n OPTION ECMODE REALTIMER\n IPL 00C\n SPOOL 00C 3505 A\n", user));
  run.add_deck(user, make_ipl_deck(read_built(guest + ".core"), kWork));
  run.when(user, kGoodEnd, {fmt::format("/send {} display 600-DFF", user), fmt::format("/force {}", user)});
  return user;
}

// DISPLAY has shown it as "000600  0000002A C8C5D3D3 ..." and so on.
std::string report_of(const std::string& log, const std::string& guest) {
  const std::string console = console_of(log, user_of(guest));
  std::istringstream stream(console);
  std::vector<u8> bytes;
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with("000")) continue;
    std::istringstream words(line.substr(6));
    for (std::string word; words >> word;) {
      bytes.resize(bytes.size() + 4);
      store_be32(&bytes[bytes.size() - 4], static_cast<u32>(std::stoul(word, nullptr, 16)));
    }
  }
  if (bytes.size() < 4 || load_be32(bytes.data()) > bytes.size() - 4) return "no report:\n" + console;
  std::string text;
  for (u32 n = 0; n < load_be32(bytes.data()); ++n) {
    const u8 byte = bytes[4 + n];
    text += byte == kNewLine ? '\n' : static_cast<char>(default_code_page().to_host[byte]);
  }
  return text;
}

std::string expected_report(const std::string& guest) {
  return read_file(REPLICA_SOURCE_DIR "/guests/" + guest + ".expected");
}

}  // namespace replica::tools
