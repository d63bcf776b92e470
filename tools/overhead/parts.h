// What overhead is made of. A run under a PartClock gives the host's time for each part of it; the same parts of a run on
// the bare machine, which has instructions to decode, channel programs to carry out and access maps to fill as well, are
// taken off.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "base/part_clock.h"

namespace replica::overhead {

// In the order of reports.
enum class PartGroup : u8 {
  trap,         // into the VMM and out again, and decoding
  simulation,   // of privileged instructions but those of I/O
  reflection,   // interruptions of the guest: exchanging its PSWs
  io,           // I/O instructions and channel programs
  shadow,       // filling and purging shadow tables, and other access maps
  paging,       //
  dispatching,  // the real machine's own loop, and who is next
  spooling,     //
  translation,  // making code of the guest's instructions
  guest,        // executing them, and getting into the code and out of it
};
inline constexpr std::size_t kPartGroups = 10;
std::string_view name_of(PartGroup group);

struct PartTime {
  double seconds = 0;  // of the host's CPU
  double pieces = 0;   // into which the clock has cut it, reading the time each time

  PartTime& operator+=(const PartTime& other) {
    seconds += other.seconds;
    pieces += other.pieces;
    return *this;
  }
};

struct PartTimes {
  std::array<PartTime, kPartGroups> groups{};
  std::map<std::string, PartTime> instructions;  // simulated, by mnemonic: `simulation`, and those of I/O

  PartTime& operator[](PartGroup group) { return groups[static_cast<std::size_t>(group)]; }
  const PartTime& operator[](PartGroup group) const { return groups[static_cast<std::size_t>(group)]; }
  PartTime total() const;
  // The same on a host that is so many times slower.
  PartTimes scaled(double factor) const;
  // The same of a run that would have taken `seconds` without a clock: the difference is what readings cost more than was
  // taken off, or less, and is spread over the pieces.
  PartTimes without_clock(double seconds) const;
};

// The times of a run that has taken `seconds` of CPU. What the clock itself has cost, `cost` cycles for each reading, is
// taken off. Cycles go on while the host has others to run; it is assumed that this meets all parts alike.
PartTimes part_times(const std::array<PartClock::Count, kParts>& counts, double seconds, double cost);

// The mnemonic of a privileged instruction by its place in counters: its first byte, or 256 and the second of those of B2.
std::string mnemonic_at(std::size_t index);

}  // namespace replica::overhead
