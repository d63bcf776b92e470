#include "jit/translating_counters.h"

#include <fmt/format.h>

namespace replica {
namespace {

constexpr std::array<const char*, kExitCauses> kCauses = {
    "budget spent",          "an instruction asked for it", "jump not linked yet",
    "no code at the target", "code changed by a store",     "assumption failed",
};

double ratio(u64 part, u64 whole) { return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole); }

std::string tier(const char* name, u64 part, u64 whole) {
  return fmt::format("  {:<34} {:>16}  {:5.1f} %\n", name, part, 100 * ratio(part, whole));
}

std::string line(const char* name, u64 count) { return fmt::format("  {:<34} {:>16}\n", name, count); }

}  // namespace

std::string report(const TranslatingCounters& c) {
  std::string text = fmt::format("Instructions executed                {:>16}\n", c.executed);
  text += tier("by translated code", c.translated(), c.executed);
  text += tier("called: access not in the map", c.cold_calls, c.executed);
  text += tier("called: without code of its own", c.whole_calls, c.executed);
  text += tier("by the interpreter", c.interpreted, c.executed);
  text += line("runs of the interpreter", c.interpreter_runs);
  text += fmt::format("Blocks translated                    {:>16}\n", c.blocks);
  text += line("guest instructions", c.instructions);
  text += fmt::format("  {:<34} {:>16}  {:5.1f} for a guest instruction\n", "bytes of host code", c.bytes,
                      ratio(c.bytes, c.instructions));
  text += fmt::format("  {:<34} {:>16}  {:5.0f} for a guest instruction\n", "nanoseconds translating", c.nanoseconds,
                      ratio(c.nanoseconds, c.instructions));
  text += line("blocks refused", c.refused);
  text += fmt::format("Entries into translated code         {:>16}\n", c.entries);
  for (std::size_t cause = 0; cause < kExitCauses; ++cause) {
    text += line(fmt::format("left: {}", kCauses[cause]).c_str(), c.exits[cause]);
  }
  text += line("jumps linked", c.links);
  text += fmt::format("Stores into translated code          {:>16}\n", c.invalidations);
  text += fmt::format("Flushes of the cache                 {:>16}\n", c.flushes);
  return text;
}

}  // namespace replica
