// What the VMM would have cost on a machine of the time: microseconds for each event that the experiment counts.
//
// The table that is built in is a model with its assumptions told; --cost-table gives another, a JSON file of the same
// form:
//
//   { "machine": "VM/370 on a System/370 Model 158",
//     "million_instructions_per_second": 0.9,
//     "microseconds": { "none": { "SIO": 450, ..., "other instruction": 120 }, "vma": { ... } } }
//
// docs/overhead.md tells where the numbers come from.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "tools/overhead/guest_run.h"

namespace replica::overhead {

struct CostTable {
  std::string machine;
  double mips = 1;  // million instructions that it executes in a second of its own
  // By assist level, then by event. An event without a cost of its own is as "other instruction".
  std::map<std::string, std::map<std::string, double>> microseconds;

  // The overhead on that machine, as a fraction of the time that the guest's instructions take: of so many instructions
  // of one guest, with the events of `guests` of them.
  double overhead(const std::string& assist, const Events& events, u64 instructions, unsigned guests) const;
};

CostTable default_cost_table();
// Errors: the file, the line or the field, what was found and what was expected.
Result<CostTable> read_cost_table(const std::string& path);
Result<CostTable> parse_cost_table(const std::string& text, const std::string& name);

}  // namespace replica::overhead
