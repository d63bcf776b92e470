// Commands that are keys and lights of the CPU.
#include <fmt/format.h>

#include "base/big_endian.h"
#include "base/bits.h"
#include "tools/engine.h"
#include "tools/hercules/display.h"
#include "tools/hercules/operands.h"
#include "tools/hercules/panel.h"
#include "tools/hercules/text_file.h"
#include "tools/parse.h"

namespace replica::tools {
namespace {

// ---- Keys ----

void load(Panel& panel, const CommandLine& line, bool clear) {
  if (line.words.size() < 2) return panel.log("HHCPN031E Missing device number");
  if (panel.processor().is_operating()) return panel.log("HHCPN053E ipl rejected: All CPU's must be stopped");
  const auto address = parse_device_number(line.words[1]);
  if (!address) return panel.log(address.error().message);
  std::string parameter;
  if (line.words.size() > 2) {
    const std::string option = upper_case(line.words[2]);
    if (option == "PARM") {
      parameter = upper_case(line.rest(3));
    } else if (option == "CLEAR") {
      clear = true;
    } else {
      return panel.log(fmt::format("HHCPN039E Invalid arguments: expected clear or parm, found '{}'", line.words[2]));
    }
  }
  if (!panel.system().channels->device_at(*address)) {
    return panel.log(
        fmt::format("HHCCP027E Device {:04X} not in configuration or not connected to channelset", *address));
  }
  if (Status status = panel.processor().load(*address, clear, parameter); !status) {
    panel.log("HHCCP029E S/370 mode IPL failed: " + status.error().message);
  }
}

void ipl(Panel& panel, const CommandLine& line) { load(panel, line, false); }
void ipl_clear(Panel& panel, const CommandLine& line) { load(panel, line, true); }

void start_all(Panel& panel, const CommandLine&) { panel.processor().start(); }
void stop_all(Panel& panel, const CommandLine&) { panel.processor().stop(); }

void restart(Panel& panel, const CommandLine&) {
  panel.log("HHCPN038I Restart key depressed");
  panel.processor().restart();
}

void external(Panel& panel, const CommandLine&) {
  panel.log("HHCPN050I Interrupt key depressed");
  panel.processor().interrupt();
}

void reset(Panel& panel, bool clear) {
  if (panel.processor().is_operating()) {
    return panel.log("HHCPN053E System reset/clear rejected: All CPU's must be stopped");
  }
  panel.processor().system_reset(clear);
}

void system_reset(Panel& panel, const CommandLine&) { reset(panel, false); }
void system_clear(Panel& panel, const CommandLine&) { reset(panel, true); }

void store_status(Panel& panel, const CommandLine&) {
  if (panel.processor().is_operating()) return panel.log("HHCPN035E store status rejected: CPU not stopped");
  panel.cpu().store_status();
  panel.log("HHCCP010I CPU0000 store status completed.");
}

// ---- Lights ----

void general(Panel& panel, const CommandLine& line) {
  if (line.words.size() > 2) return panel.log("HHCPN162E Invalid format. Enter \"help gpr\" for help.");
  if (line.words.size() == 2) {
    const auto operand = parse_register_value(line.words[1]);
    if (!operand) return panel.log("HHCPN162E Invalid format. .Enter \"help gpr\" for help.");
    panel.cpu().gr[operand->number] = operand->value;
  }
  panel.log(general_registers(panel.cpu()));
}

void control(Panel& panel, const CommandLine& line) {
  if (line.words.size() > 1) {
    const auto operand = parse_register_value(line.words[1]);
    if (!operand || line.words.size() > 2) {
      return panel.log("HHCPN164E Invalid format. .Enter \"help cr\" for help.");
    }
    panel.cpu().cr[operand->number] = operand->value;
    panel.cpu().control_register_changed();
  }
  panel.log(control_registers(panel.cpu()));
}

void floating_point(Panel& panel, const CommandLine&) { panel.log(floating_point_registers(panel.cpu())); }

void prefix(Panel& panel, const CommandLine&) { panel.log(fmt::format("Prefix={:08X}", panel.cpu().prefix)); }

// Changes what one operand of `psw` says. False if it is none.
bool alter(Psw& psw, const std::string& operand) {
  const std::size_t equals = operand.find('=');
  if (equals == std::string::npos) return false;
  const std::string name = upper_case(operand.substr(0, equals));
  const std::string_view value = std::string_view(operand).substr(equals + 1);
  const bool is_decimal = name == "PK" || name == "CC" || name == "AM";
  const auto number = is_decimal ? parse_decimal(value) : parse_hex(value, 16);
  const auto is_at_most = [&](u64 most) { return number && *number <= most; };
  if (name == "AS") return upper_case(std::string(value)) == "PRI";
  if (name == "AM") return number && *number == 24;
  if (name == "SM" && is_at_most(0xFF)) return psw.system_mask = static_cast<u8>(*number), true;
  if (name == "PK" && is_at_most(15)) return psw.key = static_cast<u8>(*number), true;
  if (name == "CC" && is_at_most(3)) return psw.cc = static_cast<u8>(*number), true;
  if (name == "PM" && is_at_most(15)) return psw.program_mask = static_cast<u8>(*number), true;
  if (name == "IA" && is_at_most(0xFFFFFF)) return psw.address = static_cast<u32>(*number), true;
  if (name != "CMWP" || !is_at_most(15)) return false;
  psw.ec_mode = *number & 8;
  psw.machine_check = *number & 4;
  psw.wait = *number & 2;
  psw.problem = *number & 1;
  return true;
}

void program_status_word(Panel& panel, const CommandLine& line) {
  Psw psw = panel.cpu().psw;
  for (std::size_t n = 1; n < line.words.size(); ++n) {
    if (!alter(psw, line.words[n])) return panel.log("HHCPN165E Invalid operand " + line.words[n]);
  }
  if (line.words.size() > 1) panel.cpu().load_psw(psw.pack());
  panel.log(psw_fields(panel.cpu().psw) + "\n" + psw_line(panel.cpu().psw));
}

// Location 80 counts down at 76,800 units a second, read as a word.
std::string interval_timer(u32 value) {
  const u64 microseconds = u64{value} * 1'000'000 / 76'800;
  const Date time{std::chrono::microseconds(microseconds)};
  return fmt::format("          itm = {:08X}                     {}.{:06}", value, time_of_day(time),
                     microseconds % 1'000'000);
}

void clocks(Panel& panel, const CommandLine&) {
  Cpu& cpu = panel.cpu();
  const u64 now = cpu.now(), tod = panel.machine().clocks().tod(now), host = tod_of(panel.now());
  const u64 offset = tod - host, distance = tod >= host ? offset : host - tod;
  const u64 comparator = panel.machine().clocks().comparator();
  const u64 days = distance / kUnitsPerMicrosecond / 86'400'000'000;
  const Date rest{std::chrono::microseconds(distance / kUnitsPerMicrosecond % 86'400'000'000)};
  std::string text = fmt::format("HHCPN028I tod = {:016X}    {}\n", tod, tod_date(tod));
  text += fmt::format("          h/w = {:016X}    {}\n", host, tod_date(host));
  text += fmt::format("          off = {:016X}   {}{:4}.{:03} {}\n", offset, tod >= host ? ' ' : '-', days / 365,
                      days % 365, tod_date(tod_of(rest)).substr(9));
  text += fmt::format("          ckc = {:016X}    {}\n", comparator, tod_date(comparator));
  const u64 timer = panel.machine().clocks().cpu_timer(now);
  text += panel.processor().is_operating() ? fmt::format("          cpt = {:016X}\n", timer)
                                           : "          cpt = not decrementing\n";
  panel.log(text + interval_timer(load_be32(cpu.fetch_low(80))));
}

void pending_interruptions(Panel& panel, const CommandLine&) {
  Cpu& cpu = panel.cpu();
  const Clocks& clock = panel.machine().clocks();
  const u64 now = cpu.now();
  const auto line = [&](const char* what, bool is_pending) {
    panel.log(fmt::format("          CPU0000: {} {}", what, is_pending ? "pending" : "not pending"));
  };
  cpu.look_at_time();
  const bool io = cpu.channels().any_pending();
  const bool comparator = clock.comparator_pending(now), timer = clock.cpu_timer_pending(now);
  panel.log(fmt::format("HHCPN123I CPU0000: CPUint={:08X} (State:{:08X})&(Mask:{:08X})",
                        cpu.external_pending() & cpu.cr[0], cpu.external_pending(), cpu.cr[0]));
  line("Interrupt", io || cpu.external_pending() != 0);
  line("I/O interrupt", io);
  line("Clock comparator", comparator);
  line("CPU timer", timer);
  line("Interval timer", cpu.external_pending() & ibm_mask<u32>(24));
  line("External call", cpu.external_call_pending());
  line("Emergency signal", cpu.external_pending() & ibm_mask<u32>(17));
  line("Machine check interrupt", false);
  panel.log("          CPU0000: Connected to channelset 0000");
  panel.log(fmt::format("          CPU0000: state {}", panel.processor().is_operating() ? "STARTED" : "STOPPED"));
  panel.log(fmt::format("          CPU0000: instcount {}", cpu.instructions()));
  panel.log(fmt::format("          CPU0000: siocount {}", panel.system().channels->started_operations()));
  const u64 psw = cpu.psw.pack();
  panel.log(fmt::format("          CPU0000: psw {:08x} {:08x}", psw >> 32, psw & 0xFFFFFFFF));
  std::string queue;
  for (const u16 address : panel.system().channels->addresses()) {
    if (panel.system().channels->has_pending_status(address)) queue += fmt::format(" {:04X}", address);
  }
  panel.log("          I/O interrupt queue:" + (queue.empty() ? " (NULL)" : queue));
}

void engine(Panel& panel, const CommandLine&) {
  const auto& report = panel.options().engine_report;
  panel.log(report ? report() : interpreter_report(panel.cpu()));
}

// ---- Properties ----

void select_cpu(Panel& panel, const CommandLine& line) {
  if (line.words.size() < 2) return panel.log("HHCPN054E Missing argument");
  const auto number = parse_hex(line.words[1], 4);
  if (!number || *number != 0) return panel.log(fmt::format("HHCPN055E Target CPU {} is invalid", line.words[1]));
  if (line.words.size() > 2) panel.execute(line.rest(2));
}

void architecture(Panel& panel, const CommandLine& line) {
  if (line.words.size() < 2) return panel.log("HHCPN126I Architecture mode = S/370");
  const std::string mode = upper_case(line.words[1]);
  if (mode == "S/370" || mode == "S370") return;
  panel.log("HHCPN128E Invalid architecture mode " + line.words[1]);
}

void load_parameter(Panel& panel, const CommandLine& line) {
  constexpr std::size_t kLongest = 8;
  if (line.words.size() < 2) return panel.log("HHCPN051I LOADPARM=" + panel.options().load_parameter);
  if (line.words[1].size() > kLongest) {
    return panel.log(fmt::format("HHCPN039E Invalid arguments: expected at most {} characters, found '{}'", kLongest,
                                 line.words[1]));
  }
  panel.options().load_parameter = upper_case(line.words[1]);
}

void tailor(Panel& panel, const CommandLine& line) {
  if (line.words.size() < 2) return panel.log("OSTAILOR " + panel.options().operating_system);
  const Tailoring* tailoring = find_tailoring(line.words[1]);
  if (!tailoring) return panel.log("Unknown OS tailor specification " + line.words[1]);
  panel.options().operating_system = tailoring->name;
  panel.processor().watch().set_suppressed(tailoring->suppressed);
}

constexpr Command kCommands[] = {
    {"ipl", ipl, "IPL Normal from device xxxx", "Format: \"ipl nnnn [clear | parm xxxxxxxxxxxxxx]\""},
    {"iplc", ipl_clear, "IPL Clear from device xxxx"},
    {"startall", start_all, "start all CPU's"},
    {"stopall", stop_all, "stop all CPU's"},
    {"restart", restart, "generate restart interrupt"},
    {"ext", external, "generate external interrupt"},
    {"sysreset", system_reset, "issue SYSTEM Reset manual operation"},
    {"sysclear", system_clear, "issue SYSTEM Clear Reset manual operation"},
    {"store", store_status, "store CPU status at absolute zero"},
    {"psw", program_status_word, "display or alter program status word",
     "Format: \"psw [operand ...]\" where 'operand ...' is one or more of\n"
     "  sm=xx (system mask)  pk=n (key, 0 to 15)  cmwp=x  cc=n (condition code)  pm=x (program mask)\n"
     "  ia=xxxxxx (instruction address)"},
    {"gpr", general, "display or alter general purpose registers",
     "Format: \"gpr [nn=xxxxxxxx]\" where 'nn' is the register number (0 to 15)\n"
     "and 'xxxxxxxx' is the register value in hexadecimal."},
    {"fpr", floating_point, "display floating point registers"},
    {"cr", control, "display or alter control registers",
     "Format: \"cr [nn=xxxxxxxx]\" where 'nn' is the control register number (0 to 15)\n"
     "and 'xxxxxxxx' is the control register value in hexadecimal."},
    {"pr", prefix, "display prefix register"},
    {"clocks", clocks, "display tod clkc and cpu timer"},
    {"ipending", pending_interruptions, "display pending interrupts"},
    {"engine", engine, "display who executed the instructions, and what was translated"},
    {"cpu", select_cpu, "Define target cpu for panel display and commands"},
    {"archmode", architecture, "Set architecture mode"},
    {"loadparm", load_parameter, "set IPL parameter"},
    {"ostailor", tailor, "trace program interrupts",
     "Format: \"ostailor quiet | os/390 | z/os | vm | vse | linux | null\".\n"
     "Specifies the intended operating system. The effect is to reduce the amount\n"
     "of console message traffic by suppressing program check trace messages."},
};

}  // namespace

std::span<const Command> cpu_commands() { return kCommands; }

}  // namespace replica::tools
