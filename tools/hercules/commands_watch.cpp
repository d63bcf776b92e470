// Commands that look at single instructions: b, s, t, g, pgmtrace.
#include <fmt/format.h>

#include "tools/hercules/operands.h"
#include "tools/hercules/panel.h"
#include "tools/parse.h"

namespace replica::tools {
namespace {

using Switch = InstructionWatch::Switch;

std::string switch_state(const char* what, const Switch& value) {
  const std::string range =
      value.range ? fmt::format("range {:X}-{:X}", value.range->first, value.range->last) : std::string();
  return fmt::format("HHCPN040I Instruction {} {} {}", what, value.on ? "on" : "off", range);
}

// The name of the command: b, s or t, and +, - or ? behind it. As in Hercules, an operand of t and s is a range for the next
// time, and of b a breakpoint at once.
void change(Panel& panel, const CommandLine& line, const char* what, bool is_trace) {
  InstructionWatch& watch = panel.processor().watch();
  Switch value = is_trace ? watch.trace() : watch.step();
  const char sign = line.words[0].size() > 1 ? line.words[0][1] : ' ';
  const std::string operand = line.rest(1);
  if (!operand.empty()) {
    if (sign == '?' || sign == '-') return panel.log("HHCPN039E Invalid arguments: expected none, found " + operand);
    const AddressOperand range = parse_address_range(operand, 1);
    if (range.fault == AddressOperand::Fault::malformed) {
      return panel.log("HHCPN039E Invalid arguments: expected ADDRESS, ADDRESS-ADDRESS or ADDRESS.LENGTH, found " +
                       operand);
    }
    if (range.fault != AddressOperand::Fault::none) return panel.log("HHCPN145E Invalid range: " + operand);
    value.range = range.range;
    if (line.words[0] == "b") value.on = true;
  }
  if (sign == '+') value.on = true;
  if (sign == '-') value.on = false;
  if (is_trace) {
    watch.set_trace(value);
  } else {
    watch.set_step(value);
  }
  panel.log(switch_state(what, value));
}

void breakpoint(Panel& panel, const CommandLine& line) { change(panel, line, "break", false); }
void step(Panel& panel, const CommandLine& line) { change(panel, line, "stepping", false); }
void trace(Panel& panel, const CommandLine& line) { change(panel, line, "tracing", true); }

void go(Panel& panel, const CommandLine&) {
  Switch value = panel.processor().watch().step();
  value.on = false;
  panel.processor().watch().set_step(value);
  panel.processor().start();
}

std::string suppression_table(u64 suppressed) {
  if (suppressed == ~u64{0}) return "pgmtrace == none";
  if (suppressed == 0) return "pgmtrace == all";
  std::string high, low, marks;
  for (unsigned code = 1; code <= 64; ++code) {
    high += fmt::format("{:X}", code / 16);
    low += fmt::format("{:X}", code % 16);
    marks += suppressed >> (64 - code) & 1 ? '*' : ' ';
  }
  return fmt::format(" * = Tracing suppressed; otherwise tracing enabled\n {}\n {}\n {}", high, low, marks);
}

// N: interruptions with this code are reported; -N: they are not.
void program_trace(Panel& panel, const CommandLine& line) {
  InstructionWatch& watch = panel.processor().watch();
  if (line.words.size() < 2) return panel.log(suppression_table(watch.suppressed()));
  const std::string& operand = line.words[1];
  const bool suppress = operand[0] == '-';
  const auto code = parse_hex(std::string_view(operand).substr(suppress ? 1 : 0), 4);
  if (!code) return panel.log(fmt::format("HHCPN066E Program interrupt number {} is invalid", operand));
  if (*code == 0 || *code > 64) {
    return panel.log(fmt::format("HHCPN067E Program interrupt number out of range ({:04X})", *code));
  }
  const u64 bit = u64{1} << (64 - *code);
  watch.set_suppressed(suppress ? watch.suppressed() | bit : watch.suppressed() & ~bit);
}

constexpr Command kCommands[] = {
    {"t", trace, "instruction trace"},
    {"t+", trace, "instruction trace on",
     "Format: \"t+ addr-addr\" or \"t+ addr.length\"; without an operand, all instructions or the last range."},
    {"t-", trace, "instruction trace off"},
    {"t?", trace, "instruction trace query"},
    {"s", step, "instruction stepping"},
    {"s+", step, "instruction stepping on",
     "Format: \"s+ addr-addr\" or \"s+ addr.length\"; without an operand, all instructions or the last range.\n"
     "In front of each instruction in the range the CPU shows it and stops; \"start\" goes on."},
    {"s-", step, "instruction stepping off"},
    {"s?", step, "instruction stepping query"},
    {"b", breakpoint, "set breakpoint",
     "Format: \"b addr\" or \"b addr-addr\" where 'addr' is the instruction\n"
     "address or range of addresses where you wish to halt execution. This\n"
     "command is synonymous with the \"s+\" command."},
    {"b+", breakpoint, "set breakpoint"},
    {"b-", breakpoint, "delete breakpoint"},
    {"g", go, "turn off instruction stepping and start all CPUs"},
    {"pgmtrace", program_trace, "trace program interrupts",
     "Format: \"pgmtrace [-]intno\" where 'intno' is any valid program\n"
     "interruption number in hexadecimal. Precede the interrupt number with a '-' to stop tracing of that\n"
     "particular program interruption."},
};

}  // namespace

std::span<const Command> watch_commands() { return kCommands; }

}  // namespace replica::tools
