// The intermediate representation: a block of instructions as a list of typed operations in SSA form.
//
// A block is a run of guest instructions in one 2K block of storage, entered at its first instruction. Control leaves it at
// a branch that is taken, at an exception, or behind its last instruction. Operations refer to earlier ones by index; each
// belongs to the instruction whose marker stands before it.
//
// Invariants, which verify() checks:
//  1. The first operations are assumptions, if there are any; then comes an instruction marker, and markers number the
//     instructions from 0 upwards.
//  2. Operands refer to earlier operations that have the type which the list asks for.
//  3. A value is used within the instruction that made it, or is of kind pure or get, and then no pass may have moved a get
//     over a set of the same register.
//  4. Nothing follows an operation that always leaves the block: raise, branch.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "frontend/insn.h"

namespace replica::ir {

enum class Type : u8 { none, word, long_word, flag, area };
enum class Kind : u8 { pure, get, set, access, check, flow, whole };

enum class Code : u8 {
#define OPERATION(name, ...) name,
#include "jit/ir/operations.def"
#undef OPERATION
};

// What operations.def says of an operation.
struct OperationInfo {
  std::string_view name;
  Type result;
  std::string_view operands;
  Kind kind;
  // It sets the condition code, and does nothing else.
  bool only_sets_cc = name == "set_cc" || (name.starts_with("cc_") && name != "cc_in");
  // It sets the condition code; not all floating-point operations do.
  bool may_set_cc = only_sets_cc || name == "combine" || name == "compare" || name.starts_with("float_");
};

namespace operations {

constexpr Type N = Type::none, W = Type::word, L = Type::long_word, F = Type::flag, A = Type::area;
inline constexpr OperationInfo kInfo[] = {
#define OPERATION(name, result, operands, kind) {#name, result, operands, Kind::kind},
#include "jit/ir/operations.def"
#undef OPERATION
};

}  // namespace operations

constexpr const OperationInfo& info_of(Code code) { return operations::kInfo[static_cast<u8>(code)]; }

// What a function says of each code, as a table with codes as index.
template <typename Function>
constexpr auto table_of(Function function) {
  using Value = decltype(function(Code{}));
  struct Table {
    std::array<Value, std::size(operations::kInfo)> values;
    constexpr Value operator[](Code code) const { return values[static_cast<u8>(code)]; }
  } table{};
  for (u8 code = 0; code < table.values.size(); ++code) table.values[code] = function(static_cast<Code>(code));
  return table;
}

// The index of an operation, as an operand.
using Ref = u32;
inline constexpr Ref kNoRef = ~Ref{0};

struct Operation {
  Code code;
  u8 n = 0;
  u32 imm = 0;
  std::array<Ref, 3> operands = {kNoRef, kNoRef, kNoRef};
  // What passes have found out about an operation that sets the condition code: nobody sees it; the next instruction is a
  // branch that asks for it, and no code is needed in between.
  bool has_dead_cc = false;
  bool is_branched_on = false;
  // Of an access: which of Block::groups it belongs to. Of the address of such an access: the same, and nobody else uses it.
  u8 group = kNoGroup;

  static constexpr u8 kNoGroup = 0xFF;
  const OperationInfo& info() const { return info_of(code); }
  // The operands for which the list has a place; some of them may be left out.
  std::span<Ref> places() { return {operands.data(), info().operands.size()}; }
  std::span<const Ref> places() const { return {operands.data(), info().operands.size()}; }
};

// True if the CPU may be in another context behind the instruction, or what is pending may have changed; it is the last of
// its block.
bool changes_context(Opcode opcode);

struct GuestInstruction {
  Opcode opcode;
  Insn insn;
  std::array<u8, 6> bytes;  // the instruction's, then zero
  u8 observed = 0;  // of EXECUTE: the first byte of what it executed, which does not change the context; 0: unknown
  u32 length() const { return 2u * insn.ilc; }
  // True if control may not simply go on behind it.
  bool may_change_context() const { return changes_context(opcode) && observed == 0; }
};

// The part of the PSW that a translation depends on.
struct Mode {
  bool fixed_point_overflow = false;  // the mask
  bool operator==(const Mode&) const = default;
};

// Accesses off one base register, near one another, that share a look-up while the base stays as it is. They go on to look
// up for themselves if the area of all of them is not in one block of storage, or not accessible.
struct LookUpGroup {
  u8 base = 0;           // general register
  bool stores = false;   // some of them
  u32 displacement = 0;  // of the leftmost byte
  u32 length = 0;        // of the area of all
  u32 first = 0;         // the numbers of the instructions with the first and the last of them
  u32 last = 0;
};

struct Block {
  u32 address = 0;  // of the first instruction
  Mode mode;
  std::vector<GuestInstruction> instructions;
  std::vector<Operation> operations;
  std::vector<LookUpGroup> groups;  // one behind the other

  void clear() {
    instructions.clear();
    operations.clear();
    groups.clear();
  }
  // The address behind the last instruction.
  u32 next() const { return instructions.back().insn.next(); }
};

// True if the operation sets the condition code, unless it ends its instruction by an exception.
bool sets_cc_as_well(const Operation& operation);  // of those that may, and have another effect
inline bool sets_cc(const Operation& operation) {
  return operation.info().may_set_cc && (operation.info().only_sets_cc || sets_cc_as_well(operation));
}
// True if it sets the condition code and may find a fixed-point overflow.
inline bool may_overflow(const Operation& operation) {
  return operation.code == Code::cc_add_signed || operation.code == Code::cc_subtract_signed ||
         operation.code == Code::cc_sign_or_overflow;
}

}  // namespace replica::ir
