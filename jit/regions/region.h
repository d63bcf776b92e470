// A region: the hot instructions around one at which it is entered, for the compiler of whole loops (jit/llvm). Unlike a
// block it has inner control flow, and it may lie in several 2K blocks of storage.
//
// It is entered where it was found and at the heads of its other loops, so that control which has left a loop in the middle is
// back soon, and left at any instruction: to go on elsewhere, or since an access of an instruction is not in the access map.
// Nothing that is outside of it runs in between, so that no access map changes while control is in it.
#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <vector>

#include "cpu/cpu.h"
#include "jit/call_instruction.h"
#include "jit/ir/block.h"

namespace replica {

// A 2K block of storage in which the region has instructions.
struct RegionPage {
  u32 address = 0;  // virtual, of its first byte
  u32 block = 0;    // absolute
  i64 entry = 0;    // what the access map has for instruction fetch there
  // Lines of 64 bytes, a bit each: those into which the region stores at addresses that are known; and those of them that
  // have never held code. When one of these is to get some, the region is given up.
  u32 stored_lines = 0;
  u32 free_lines = 0;
};

// Why an instruction may go elsewhere than to the next one.
enum class BranchKind : u8 {
  none,
  known,    // to `target`, if the registers that make it are what they are expected to be
  dynamic,  // to the address in a register: perhaps one of the region's return points
};

struct RegionInstruction {
  ir::Block code;  // the instruction alone
  u32 page = 0;    // its index
  BranchKind branch = BranchKind::none;
  bool falls_through = true;     // control may go on behind it
  std::optional<u32> target;     // of a branch: where it was seen, or is expected, to go
  bool is_return_point = false;  // it stands behind a branch that left its address in a register
  bool is_target = false;        // control may come here otherwise than from the one in front of it in the list

  u32 address() const { return code.address; }
  u32 next() const { return code.next(); }
};

struct Region {
  u32 address = 0;  // where it was found
  ir::Mode mode;
  std::vector<u32> entries;                     // addresses: `address` is the first
  std::vector<RegionPage> pages;                // the first is that of all entries
  std::vector<RegionInstruction> instructions;  // in the order of their addresses
  // General registers that are expected to have these values wherever an instruction of the region begins: bases of branches.
  std::array<std::optional<u32>, 16> expected{};
  // What most of the access map's entries for fetch are, if there is such a value. It is so where addresses are not translated,
  // or lead to the same addresses. Code asks first for this entry, and needs not wait for it then.
  std::optional<i64> usual_entry;
  // How to call each instruction, in the same order. They do not move.
  std::vector<CallSite> call_sites;
  // Instructions whose operands are not expected to be aligned, by address.
  std::vector<u32> unaligned;

  bool empty() const { return instructions.empty(); }
  // The index of the instruction at an address, or the number of instructions.
  std::size_t index_of(u32 instruction) const;
  bool has(u32 instruction) const { return index_of(instruction) != instructions.size(); }
};

struct RegionLimits {
  u32 instructions = 160;
  u32 pages = 8;
  u32 entries = 8;
  bool must_loop = true;  // only what leads back to the entry is wanted
};

// The region around `address`, as far as the CPU's present registers and storage tell where its branches go.
// Empty if there is none.
Region find_region(Cpu& cpu, u32 address, ir::Mode mode, const RegionLimits& limits);

}  // namespace replica
