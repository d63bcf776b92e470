#include "tools/overhead/parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "frontend/instruction_table.h"

namespace replica::overhead {
namespace {

constexpr std::string_view kNames[kPartGroups] = {
    "trap and decode", "simulation",  "reflection", "virtual I/O", "shadow tables",
    "paging",          "dispatching", "spooling",   "translation", "guest instructions"};

// SIO to TCH and CLRCH have first bytes 9C to 9F; STIDC is B203.
bool is_io(std::size_t index) { return (index >= 0x9C && index <= 0x9F) || index == 256 + 0x03; }

PartGroup group_of(Part part) {
  switch (part) {
    case part::kMachine:
    case part::kDispatch: return PartGroup::dispatching;
    case part::kEngine: return PartGroup::guest;
    case part::kTranslation: return PartGroup::translation;
    case part::kInterruption: return PartGroup::reflection;
    case part::kChannel: return PartGroup::io;
    case part::kFill: return PartGroup::shadow;
    case part::kTrap: return PartGroup::trap;
    case part::kPaging: return PartGroup::paging;
    case part::kSpool: return PartGroup::spooling;
    default: return is_io(part - part::kInstructions) ? PartGroup::io : PartGroup::simulation;
  }
}

}  // namespace

std::string_view name_of(PartGroup group) { return kNames[static_cast<std::size_t>(group)]; }

PartTime PartTimes::total() const {
  PartTime sum;
  for (const PartTime& group : groups) sum += group;
  return sum;
}

PartTimes PartTimes::scaled(double factor) const {
  PartTimes times = *this;
  for (PartTime& group : times.groups) group.seconds *= factor;
  for (auto& [name, time] : times.instructions) time.seconds *= factor;
  return times;
}

PartTimes PartTimes::without_clock(double seconds) const {
  PartTimes times = *this;
  const PartTime all = total();
  if (all.pieces == 0) return times;
  const double each = (all.seconds - seconds) / all.pieces;
  for (PartTime& group : times.groups) group.seconds -= group.pieces * each;
  for (auto& [name, time] : times.instructions) time.seconds -= time.pieces * each;
  return times;
}

PartTimes part_times(const std::array<PartClock::Count, kParts>& counts, double seconds, double cost) {
  double all = 0;
  for (const PartClock::Count& count : counts) all += static_cast<double>(count.cycles);
  const double seconds_per_cycle = all == 0 ? 0 : seconds / all;
  PartTimes times;
  for (std::size_t part = 0; part < kParts; ++part) {
    const PartClock::Count& count = counts[part];
    if (count.pieces == 0) continue;
    const double cycles = static_cast<double>(count.cycles) - static_cast<double>(count.pieces) * cost;
    const PartTime spent{std::max(cycles, 0.0) * seconds_per_cycle, static_cast<double>(count.pieces)};
    times[group_of(static_cast<Part>(part))] += spent;
    if (part >= part::kInstructions) times.instructions[mnemonic_at(part - part::kInstructions)] += spent;
  }
  return times;
}

std::string mnemonic_at(std::size_t index) {
  const bool is_b2 = index >= 256;
  const InstructionInfo* info =
      is_b2 ? find_instruction(0xB2, static_cast<u8>(index - 256)) : find_instruction(static_cast<u8>(index), 0);
  return info ? std::string(info->mnemonic) : fmt::format("opcode {:02X}", index);
}

}  // namespace replica::overhead
