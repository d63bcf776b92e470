#include "tools/overhead/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/text_table.h"

namespace replica::overhead {

std::string overhead_table(const std::vector<Measurement>& measurements) {
  tools::TextTable table{.headings = {"workload", "assist", "machines", "bare s", "overhead", "MI"}, .rows = {}};
  for (const Measurement& each : measurements) {
    std::vector<double> overheads, bare;
    for (const Pair& pair : each.pairs) {
      overheads.push_back(pair.overhead(each.setting.guests));
      bare.push_back(pair.bare_seconds);
    }
    std::sort(overheads.begin(), overheads.end());
    std::sort(bare.begin(), bare.end());
    table.rows.push_back({each.workload, std::string(name_of(each.setting.assist)), fmt::to_string(each.setting.guests),
                          fmt::format("{:.3f}", bare[bare.size() / 2]),
                          fmt::format("{:.1f}% [{:.1f}..{:.1f}]", 100 * overheads[overheads.size() / 2],
                                      100 * overheads.front(), 100 * overheads.back()),
                          fmt::format("{:.1f}", double(each.pairs[0].bare_instructions) / 1e6)});
  }
  return table.as_text();
}

}  // namespace replica::overhead
