// What a measurement says: medians with intervals, and the parts as parts of the bare run's time.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "tools/overhead/cost_table.h"
#include "tools/overhead/experiment.h"
#include "tools/statistics/sample.h"

namespace replica::overhead {

// What Madnick and Donovan expected of a virtual machine monitor, as parts of the bare machine's time.
inline constexpr double kBandLow = 0.10, kBandHigh = 0.15;

struct Summary {
  std::string workload;
  Setting setting;
  statistics::Estimate overhead{};  // the median of the pairs, with its bootstrap interval of 95%
  double bare_seconds = 0;          // the median
  double million_instructions = 0;  // of one guest on the bare machine
  // Each part: the median of what the virtual runs spent on it more than the bare ones, over the bare run's time; empty if parts
  // were not measured.
  std::vector<double> parts;
  double rest = 0;                                   // of the overhead, what the parts leave
  std::map<std::string, double> instructions;        // likewise, simulated ones
  std::map<std::string, double> events_per_million;  // instructions, of one guest
  double privileged_per_million = 0;                 // instructions that trapped
  double then = 0;                                   // overhead on the machine of the cost table

  double part(PartGroup group) const { return parts.empty() ? 0 : parts[static_cast<std::size_t>(group)]; }
};

Summary summarize(const Measurement& measurement, const CostTable& costs);

// Whether an event is an instruction, rather than another cause.
bool is_instruction(const std::string& event);

}  // namespace replica::overhead
