// Random privileged instructions whose operands mostly make sense, so that most of them do what they are for. Most find
// their operands in a pool in the first 4 KB, where no base register is needed; each prefix area has one.
#pragma once

#include <array>
#include <vector>

#include "mmu/storage.h"
#include "tests/oracle/random.h"

namespace replica {

struct PrivilegedInstruction {
  std::vector<u32> before;     // halfwords: what loads its registers
  std::vector<u32> halfwords;  // of the instruction itself
};

// Registers 0, 1, 6 and 7 are used, and 2 by IPK.
PrivilegedInstruction random_privileged_instruction(oracle::Random& random);

// What a pool has.
struct PrivilegedOperands {
  std::array<u32, 8> prefixes;
  std::array<std::array<u32, 16>, 4> control_registers;
  std::array<u64, 8> psws;
  std::array<u64, 4> clocks;
  std::array<u32, 16> frames;      // real addresses
  std::array<u32, 16> addresses;   // virtual ones
  std::array<u32, 4> page_tables;  // origins
  std::array<u32, 8> keys;
  std::array<u8, 8> masks;
};

// Puts it into the 4 KB at `absolute`.
void put_privileged_operands(Storage& storage, u32 absolute, const PrivilegedOperands& operands);

}  // namespace replica
