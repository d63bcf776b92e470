#include "vmm/trap_counters.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "frontend/instruction_table.h"

namespace replica::vmm {
namespace {

constexpr const char* kCauseNames[kCauses] = {"privileged instructions",
                                              "supervisor calls reflected",
                                              "program interruptions reflected",
                                              "page faults",
                                              "interruptions",
                                              "dispatches",
                                              "interpreted pieces"};

std::string line_of(std::string_view name, const TrapCount& count, const CycleScale& scale) {
  const double total = scale.nanoseconds(count.all_cycles());
  return fmt::format("{:32} {:>12} {:>10.3f} ms {:>8.0f} ns each\n", name, count.count, total / 1e6,
                     count.count == 0 ? 0 : total / static_cast<double>(count.count));
}

std::string_view name_of(std::size_t index) {
  const bool is_b2 = index >= 256;
  const InstructionInfo* info =
      is_b2 ? find_instruction(0xB2, static_cast<u8>(index - 256)) : find_instruction(static_cast<u8>(index), 0);
  return info ? info->mnemonic : "?";
}

}  // namespace

std::string describe_traps(const TrapCounters& counters, const CycleScale& scale) {
  std::string text;
  for (std::size_t n = 0; n < kCauses; ++n) {
    if (counters.causes[n].count != 0) text += line_of(kCauseNames[n], counters.causes[n], scale);
  }
  std::vector<std::size_t> used;
  for (std::size_t n = 0; n < counters.instructions.size(); ++n) {
    if (counters.instructions[n].count != 0) used.push_back(n);
  }
  std::sort(used.begin(), used.end(), [&](std::size_t one, std::size_t other) {
    return counters.instructions[one].all_cycles() > counters.instructions[other].all_cycles();
  });
  for (const std::size_t n : used) text += line_of(fmt::format("  {}", name_of(n)), counters.instructions[n], scale);
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace replica::vmm
