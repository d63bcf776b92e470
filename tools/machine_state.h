// The registers of a machine: as text for people, and set from text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cpu/cpu.h"

namespace replica::tools {

// One register and the value it is to have.
struct RegisterSetting {
  enum class Kind : u8 { general, floating_point, control };
  Kind kind;
  u8 number;
  u64 value;
};

// Settings as in "1=100,R15=DEADBEEF,F0=4110000000000000,C0=E0": a number, alone or after R, is a general register, F a
// floating-point register (0, 2, 4, 6; 16 digits), C a control register. Several lists are one; no register may be set
// twice.
Result<std::vector<RegisterSetting>> parse_registers(const std::vector<std::string>& lists);

// Sets them, and makes the CPU notice changed control registers.
void set_registers(const std::vector<RegisterSetting>& settings, Cpu& cpu);

// PSW as two words: "00020000 00000000". In BC mode the interruption code and the ILC are zero.
std::string format_psw(const Psw& psw);

// PSW, general, floating-point and control registers, several lines.
std::string format_registers(const Cpu& cpu);

// Registers that differ, as in "R1=00000100 F0=4110000000000000 C1=00000800"; empty if none does.
std::string format_changes(const CpuState& before, const CpuState& after);

}  // namespace replica::tools
