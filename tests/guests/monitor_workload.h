// The files of a workload for the monitor (guests/monitor/README.md), made from its cards in a folder of their own.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "devices/code_page.h"
#include "devices/dasd/geometry.h"
#include "devices/dasd/volume_tools.h"
#include "tests/tools/temporary_folder.h"

namespace replica::test {

inline std::string read_monitor_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

// The cards, or the expected print, of one that is in guests/monitor/workloads.
inline std::string workload_file(const std::string& name) {
  return read_monitor_file(REPLICA_SOURCE_DIR "/guests/monitor/workloads/" + name);
}

inline std::vector<u8> to_ebcdic(const std::string& text) {
  std::vector<u8> bytes;
  for (const char character : text) bytes.push_back(default_code_page().to_ebcdic[static_cast<u8>(character)]);
  return bytes;
}

// The lines of a text as cards.
inline std::vector<u8> punch(const std::string& lines) {
  std::vector<u8> cards;
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line);) {
    line.resize(80, ' ');
    const std::vector<u8> card = to_ebcdic(line);
    cards.insert(cards.end(), card.begin(), card.end());
  }
  return cards;
}

// work.deck, work.ckd with the label MON001, work.cnf and monitor.rc; it prints into work.txt.
class MonitorWorkload {
 public:
  explicit MonitorWorkload(const std::string& cards, const std::string& in_front = "") {
    std::vector<u8> deck = punch(in_front);
    for (const char byte : read_monitor_file(REPLICA_BINARY_DIR "/guests/monitor.deck"))
      deck.push_back(static_cast<u8>(byte));
    for (const u8 byte : punch(cards)) deck.push_back(byte);
    folder_.write("work.deck", deck);
    const NewVolume volume{.geometry = find_ckd_geometry("3330"), .cylinders = 17, .format = {.raw = true}};
    const Status made = create_volume(path("work.ckd"), volume, [&](TrackAddress address) -> Result<Track> {
      if (address.cylinder == 0 && address.head == 0) return label_track(to_ebcdic("MON001"));
      return Track(address);
    });
    EXPECT_TRUE(made) << made.error().message;
    std::string configuration = read_monitor_file(REPLICA_SOURCE_DIR "/guests/monitor/monitor.cnf.in");
    for (std::size_t at = 0; (at = configuration.find("@workload@")) != std::string::npos;)
      configuration.replace(at, 10, "work");
    write("work.cnf", configuration);
    write("monitor.rc", read_monitor_file(REPLICA_SOURCE_DIR "/guests/monitor/monitor.rc"));
  }

  void write(const std::string& name, const std::string& text) { folder_.write(name, {text.begin(), text.end()}); }
  std::string path(const std::string& name) const { return folder_.path(name); }
  std::string printed() const { return folder_.read("work.txt"); }

 private:
  tools::TemporaryFolder folder_;
};

// A number that the summary gives for these words; -1 if it has no such line.
inline double counted(const std::string& printed, const std::string& what) {
  std::istringstream in(printed);
  for (std::string line; std::getline(in, line);) {
    const std::size_t at = line.find_first_not_of(' ');
    if (at == std::string::npos) continue;
    const std::size_t behind = line.find(' ', at);
    if (behind != std::string::npos && line.substr(behind + 1) == what) return std::stod(line.substr(at, behind - at));
  }
  return -1;
}

}  // namespace replica::test
