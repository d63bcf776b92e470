// From a block of the intermediate representation to x86-64 code, in one pass over its operations.
//
// An instruction of which an access is not in the access map is done as a whole by the interpreter's handler: since all
// accesses of an instruction precede its first change, the state at that point is the one it began with. So a cold stub has
// nothing to save, and the hot path pays nothing for interruptions to be precise.
//
// The budget is taken for the whole block at its entry; whoever leaves earlier gives back the rest.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "jit/asmjit/thunks.h"
#include "jit/call_instruction.h"
#include "jit/ir/block.h"

namespace replica {

// A direct jump to another block of the same 2K block: until that has been linked it leads to a stub that leaves the code.
struct Link {
  u32 address = 0;           // of the other block
  const u8* jump = nullptr;  // where the 32-bit displacement of the jump is
};

// What generated code is for, from `offset` up to the next piece.
struct CodePiece {
  enum class Part : u8 { entry, instruction, exit, out_of_line, cold_path };
  Part part;
  u32 number;  // of the instruction in the block that it belongs to; 0 for the entry
  u32 offset;
};

class Emitter;

struct GeneratedCode {
  const u8* entry = nullptr;  // the first byte
  const u8* loop = nullptr;   // where the block's jumps to itself go
  std::size_t bytes = 0;
  // What the code refers to; none of it moves.
  std::vector<CallSite> call_sites;
  std::vector<Link> links;
  u32 assumed_lines = 0;          // of its 2K block: stores assume that these hold no code
  std::vector<CodePiece> pieces;  // ascending; empty unless asked for
};

// What code is generated for: the thunks of its memory, and the 2K block of storage that it stands in.
struct Surroundings {
  Thunks thunks;
  bool wants_pieces = false;
  const u8* block = nullptr;  // in host memory; null: stores into it assume nothing
  u32 lines_with_code = 0;    // of the block, a bit each: those that have held code or are about to
};

// Emits the code of a block that has at least one instruction. Empty if there is no room, or the block asks for more than
// the generator can do.
std::unique_ptr<GeneratedCode> generate(const ir::Block& block, const Surroundings& surroundings, Emitter& emitter);

}  // namespace replica
