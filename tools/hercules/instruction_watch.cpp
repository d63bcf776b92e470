#include "tools/hercules/instruction_watch.h"

#include <fmt/format.h>

#include <utility>

#include "frontend/insn.h"
#include "tools/hercules/display.h"

namespace replica::tools {
namespace {

// Hercules' names of program interruptions, which are those of later machines.
const char* exception_name(u8 code) {
  switch (code) {
    case 0x01: return "Operation exception";
    case 0x02: return "Privileged-operation exception";
    case 0x03: return "Execute exception";
    case 0x04: return "Protection exception";
    case 0x05: return "Addressing exception";
    case 0x06: return "Specification exception";
    case 0x07: return "Data exception";
    case 0x08: return "Fixed-point-overflow exception";
    case 0x09: return "Fixed-point-divide exception";
    case 0x0A: return "Decimal-overflow exception";
    case 0x0B: return "Decimal-divide exception";
    case 0x0C: return "HFP-exponent-overflow exception";
    case 0x0D: return "HFP-exponent-underflow exception";
    case 0x0E: return "HFP-significance exception";
    case 0x0F: return "HFP-floating-point-divide exception";
    case 0x10: return "Segment-translation exception";
    case 0x11: return "Page-translation exception";
    case 0x12: return "Translation-specification exception";
    case 0x13: return "Special-operation exception";
    case 0x40: return "Monitor event";
    default: return "Unassigned exception";
  }
}

}  // namespace

InstructionWatch::InstructionWatch(Machine& machine, const CodePage& code_page, Log log)
    : machine_(machine), code_page_(code_page), log_(std::move(log)) {
  // A VMM that stands there already sees them all, and none is taken.
  if (!machine_.cpu().interceptor) machine_.cpu().interceptor = this;
}

InstructionWatch::~InstructionWatch() {
  step_ = trace_ = {};
  apply();
  if (machine_.cpu().interceptor == this) machine_.cpu().interceptor = nullptr;
}

void InstructionWatch::set_step(const Switch& value) {
  step_ = value;
  apply();
}

void InstructionWatch::set_trace(const Switch& value) {
  trace_ = value;
  apply();
}

void InstructionWatch::set_suppressed(u64 codes) { suppressed_ = codes; }

void InstructionWatch::apply() {
  Cpu& cpu = machine_.cpu();
  cpu.holds_before = nullptr;
  cpu.trace = nullptr;
  if (step_.on) {
    cpu.holds_before = [this](Cpu& c, u32 address) { return holds_before(c, address); };
  }
  if (trace_.on) {
    cpu.trace = [this](Cpu& c, u32 address, const u8*) {
      if (trace_.covers(address) && shown_at_ != c.instructions() - 1) show(c, psw_line(c.psw), address);
    };
  }
}

// The count is that of the instructions before this one, so a loop of one instruction is held each time round.
bool InstructionWatch::holds_before(Cpu& cpu, u32 address) {
  if (!step_.covers(address) || allowed_ == cpu.instructions()) return false;
  show(cpu, psw_line(cpu.psw), address);
  shown_at_ = cpu.instructions();
  held_ = true;
  machine_.request_return();
  return true;
}

void InstructionWatch::show(Cpu& cpu, const std::string& psw, u32 address) {
  const auto bytes = instruction_at(cpu, Space::logical, address);
  log_(bytes ? instruction_state(cpu, psw, bytes->data(), code_page_) : psw + " Instruction fetch error");
}

bool InstructionWatch::take_held() { return std::exchange(held_, false); }

void InstructionWatch::allow_next() {
  if (shown_at_ == machine_.cpu().instructions()) allowed_ = shown_at_;
}

bool InstructionWatch::intercept(Cpu& cpu, const Interruption& interruption) {
  const u8 code = interruption.code & 0x7F;  // without the PER event
  if (interruption.cls != InterruptionClass::program || code == 0 || code > 64) return false;
  if (suppressed_ >> (64 - code) & 1) return false;
  log_(fmt::format("HHCCP014I CPU0000: {} CODE={:04X} ILC={}", exception_name(code), interruption.code,
                   interruption.ilc * 2));
  // The PSW is that after the instruction, or of a nullified one itself.
  const bool nullified = is_nullifying(static_cast<ProgramCode>(code));
  const u32 address = (cpu.psw.address - (nullified ? 0 : interruption.ilc * 2u)) & kAddressMask;
  show(cpu, psw_line(cpu.psw, interruption.code, interruption.ilc), address);
  return false;
}

}  // namespace replica::tools
