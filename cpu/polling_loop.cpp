#include "cpu/polling_loop.h"

#include <algorithm>

#include "cpu/cpu.h"
#include "frontend/instruction_table.h"

namespace replica {
namespace {

enum class Effect : u8 {
  none,      // beyond general registers and condition code
  branches,  // the same, and goes elsewhere
  other,
};

constexpr Effect effect_of(const InstructionInfo& info) {
  switch (info.opcode) {
    case Opcode::BC:
    case Opcode::BCR:
    case Opcode::BAL:
    case Opcode::BALR:
    case Opcode::BAS:
    case Opcode::BASR:
    case Opcode::BCT:
    case Opcode::BCTR:
    case Opcode::BXH:
    case Opcode::BXLE: return Effect::branches;
    case Opcode::TIO: return Effect::none;  // but for a CSW, with which the answer is another
    case Opcode::SVC:
    case Opcode::SPM:
    case Opcode::EX:
    case Opcode::MC:
    case Opcode::CLCL: return Effect::other;
    default: break;
  }
  const auto has = [&](std::string_view exception) {
    return info.exceptions.find(exception) != std::string_view::npos;
  };
  const bool is_float = info.format == Format::RR_F || info.format == Format::RRE_F || info.format == Format::RX_F;
  const bool is_plain = info.privilege == Privilege::problem && !is_float && !has("As") && !has("Au");
  return is_plain && is_installed(info) ? Effect::none : Effect::other;
}

// Executes the next instruction if it has no effect on anything but general registers, condition code and address.
bool step_without_effect(Cpu& cpu, const std::function<void()>& step) {
  u8 buffer[6];
  const u32 address = cpu.psw.address;
  u32 length = 0;
  Effect effect = Effect::other;
  try {
    const u8* bytes = cpu.fetch_instruction(address, buffer);
    length = instruction_length(bytes[0]);
    if (const InstructionInfo* info = find_instruction(bytes[0], bytes[1])) effect = effect_of(*info);
  } catch (const ProgramException&) {
    return false;  // it will be thrown again
  }
  if (effect == Effect::other) return false;
  step();
  // Else a program interruption was taken.
  return effect == Effect::branches || cpu.psw.address == ((address + length) & kAddressMask);
}

struct Registers {
  explicit Registers(const Cpu& cpu) : address(cpu.psw.address), cc(cpu.psw.cc) {
    std::copy(std::begin(cpu.gr), std::end(cpu.gr), gr);
  }
  bool operator==(const Registers&) const = default;

  u32 gr[16];
  u32 address;
  u8 cc;
};

}  // namespace

u64 PollingLoop::go_round(Cpu& cpu, const std::function<void()>& step) {
  const Registers before(cpu);
  const u64 streak = streak_;
  for (u64 length = 1; length <= kLongest && step_without_effect(cpu, step); ++length) {
    if (Registers(cpu) != before) continue;
    // Not a loop around the question, in which case it would not be asked again and suspected again.
    if (streak_ == streak) break;
    patience_ = kPatience;
    return length;
  }
  streak_ = 0;
  patience_ = std::min(2 * patience_, kMostPatience);
  return 0;
}

}  // namespace replica
