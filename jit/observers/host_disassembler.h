// Host code as text, by capstone, which is seen in this file alone.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/types.h"

namespace replica {

struct HostInstruction {
  u32 offset;  // of its first byte in the code
  u32 length;
  std::string text;  // in the syntax of Intel: "mov eax, dword ptr [r12 + 8]"
};

// What to call the target of a jump or call out of the code; empty if that has no name.
using NameOfTarget = std::function<std::string(u64 address)>;

// The instructions of code that runs at `address`. A jump within the code has its target as an offset: "jne +1A". A byte
// that begins no instruction becomes a ".byte".
std::vector<HostInstruction> disassemble_host(std::span<const u8> code, u64 address, const NameOfTarget& name = {});

}  // namespace replica
