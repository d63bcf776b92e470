// Which host register holds what in generated code, everywhere between instructions.
//
//   r12            the CPU's state
//   r13            the access map
//   kPinned        guest general registers, as words with zeros to the left; the others are in the CPU's state
//   kScratch       free for the values of an instruction
//
// The order is that of the arguments of LLVM's preserve_nonecc convention, so that both code generators can share it.
#pragma once

#include <asmjit/x86.h>

#include <array>

#include "base/types.h"

namespace replica {

namespace host = asmjit::x86;

inline constexpr unsigned kNotPinned = 0xFF;

struct Pinned {
  unsigned guest;
  unsigned host;
};

// The general registers that translated code uses most. Reads and writes that are left after the passes were counted, each as
// often as it was executed; bases that became constants are none. These eight have 82 % of them in OS/VS1's cold start and
// job in virtual time, 88 % in TOS/360 (15 alone: 77 %, most of them in a few loops), 81 % as a mean of the guests primes, pi,
// mandelbrot and supervisor, and 82 % as a mean of the kernels of benchmarks/: of all sets, the highest mean of the four.
// 3 and 4, with a quarter each in OS/VS1, have the host registers that need no prefix. Outside of OS/VS1's hottest loops no
// register stands out: 3 to 12 % each.
inline constexpr std::array<Pinned, 8> kPinned = {{
    {15, host::Gp::kIdR14},
    {2, host::Gp::kIdR15},
    {3, host::Gp::kIdDi},
    {4, host::Gp::kIdSi},
    {5, host::Gp::kIdR8},
    {6, host::Gp::kIdR9},
    {7, host::Gp::kIdR10},
    {8, host::Gp::kIdR11},
}};

inline constexpr std::array<unsigned, 5> kScratch = {host::Gp::kIdAx, host::Gp::kIdDx, host::Gp::kIdBx, host::Gp::kIdBp,
                                                     host::Gp::kIdCx};

// The host register of a guest register, or kNotPinned.
constexpr unsigned host_of(unsigned guest) {
  for (const Pinned& pinned : kPinned) {
    if (pinned.guest == guest) return pinned.host;
  }
  return kNotPinned;
}

// The scratch register that a group of accesses may take for its look-up; calls of C++ preserve it.
inline const host::Gp kGroupRegister = host::rbp;

inline const host::Gp kCpuRegister = host::r12;
inline const host::Gp kMapRegister = host::r13;

}  // namespace replica
