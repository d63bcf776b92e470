// Made-up results with values that can be reckoned with by hand.
#pragma once

#include "tools/overhead/results.h"

namespace replica::overhead {

// Three pairs with overheads of 10, 20 and 30%; of one second and a million instructions bare, with 500 LPSW and 100 supervisor
// calls; parts of 5% trap, 10% simulation of LPSW, and 2% that the guest itself is slower, of which the clock has cost nothing.
inline Measurement sample_measurement(const std::string& workload = "mixed", unsigned guests = 1) {
  Measurement measurement{.workload = workload,
                          .setting = {.assist = vmm::AssistLevel::vma, .guests = guests},
                          .pairs = {},
                          .part_pairs = {}};
  for (const double factor : {1.3, 1.1, 1.2}) {
    measurement.pairs.push_back({.bare_seconds = 1,
                                 .virtual_seconds = factor * guests,
                                 .bare_elapsed = 2,
                                 .virtual_elapsed = 2 * factor * guests,
                                 .bare_instructions = 1'000'000,
                                 .virtual_instructions = 1'000'000 * u64{guests},
                                 .events = {{"LPSW", 500 * guests}, {"supervisor call", 100 * guests}}});
  }
  PartPair pair;
  pair.bare[PartGroup::guest] = {0.9, 0};
  pair.bare[PartGroup::simulation] = {0.1, 0};
  pair.bare.instructions["LPSW"] = {0.1, 0};
  pair.in_virtual[PartGroup::guest] = {0.92 * guests, 0};
  pair.in_virtual[PartGroup::simulation] = {0.2 * guests, 0};
  pair.in_virtual[PartGroup::trap] = {0.05 * guests, 0};
  pair.in_virtual.instructions["LPSW"] = {0.2 * guests, 0};
  measurement.part_pairs.push_back(pair);
  return measurement;
}

inline Results sample_results() {
  return {.date = "1974-05-06T12:00:00+00:00",
          .host = "here",
          .engine = "tiered",
          .measurements = {sample_measurement(), sample_measurement("io <script>", 4)}};
}

}  // namespace replica::overhead
