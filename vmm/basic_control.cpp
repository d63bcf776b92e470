#include "vmm/basic_control.h"

#include <algorithm>

#include "cpu/interpreter.h"
#include "frontend/instruction_table.h"

namespace replica::vmm {
namespace {

constexpr u8 kExecute = 0x44;

bool comes_with_extended_control(u8 first, u8 second) {
  const InstructionInfo* info = find_instruction(first, second);
  return info && (info->facility == Facility::translation || info->facility == Facility::cpu_timer ||
                  info->facility == Facility::extended);
}

// The address of an RX instruction's second operand.
u32 second_address(const Cpu& cpu, const u8* bytes) {
  const unsigned index = bytes[1] & 15, base = bytes[2] >> 4;
  u32 address = (bytes[2] & 15u) << 8 | bytes[3];
  if (index != 0) address += cpu.gr[index];
  if (base != 0) address += cpu.gr[base];
  return address & kAddressMask;
}

// Of the instruction at `bytes`, or the one that it executes. Throws ProgramException as fetching that one does.
bool needs_extended_control(Cpu& cpu, const u8* bytes) {
  if (bytes[0] != kExecute) return comes_with_extended_control(bytes[0], bytes[1]);
  const u32 target = second_address(cpu, bytes);
  if ((target & 1) != 0) return false;  // EXECUTE itself has something to say
  u8 buffer[6];
  const u8* executed = cpu.fetch_instruction(target, buffer);
  const unsigned modifier = bytes[1] >> 4;
  const u8 modified = modifier == 0 ? executed[1] : executed[1] | static_cast<u8>(cpu.gr[modifier]);
  return comes_with_extended_control(executed[0], modified);
}

}  // namespace

u32 execute_in_basic_control(Cpu& cpu, const u8* bytes, u32 address) {
  if (needs_extended_control(cpu, bytes)) cpu.throw_program(ProgramCode::operation);
  u32 before[16];
  std::copy(std::begin(cpu.cr), std::end(cpu.cr), before);
  const u32 next = kPlainHandlers[bytes[0]](cpu, bytes, address);
  // There is no register but 0 that LOAD CONTROL could have loaded.
  if (!std::equal(std::begin(cpu.cr) + 1, std::end(cpu.cr), before + 1)) {
    std::copy(before + 1, std::end(before), cpu.cr + 1);
    cpu.control_register_changed();
  }
  return next;
}

}  // namespace replica::vmm
