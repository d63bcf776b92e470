// Behaviour cases: an instruction, the state before it, and what must be different afterwards. They are written in
// tests/vectors/*.vec (the language is described in tests/vectors/README.md), parsed by parser.h and run by runner.h.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "frontend/instruction_table.h"

namespace replica::vectors {

// What an item of a case sets, asks for or expects.
enum class Field : u8 {
  // State, before and after.
  general_register,
  floating_register,
  control_register,
  storage,      // absolute address
  storage_key,  // of the block that holds the address
  prefix,
  psw,
  system_mask,
  psw_key,
  condition_code,
  program_mask,
  ec_mode,
  bc_mode,
  problem_state,
  wait_state,
  machine_check_mask,
  instruction_address,  // before: of the first instruction; after: of the next one
  tod_clock,
  clock_comparator,
  cpu_timer,
  // Circumstances.
  storage_size,
  code_location,  // where the instructions are in absolute storage, if not at their address
  steps,
  action,
  channel_cc,
  pending_io,
  only_direct,  // not to be repeated under EXECUTE
  no_per,       // not to be repeated under program-event recording
  cold,         // not to be repeated in the same machine
  // Outcomes.
  program_interruption,
  supervisor_call_interruption,
  external_interruption,
  io_interruption,
  restart_interruption,
  ilc,
  old_address,
  translation_address,
  per_events,
  per_address,
  stopped,
  asked_channel,
};

// What is done to the machine from outside, before the first instruction.
enum class Action : u8 {
  restart_key,
  interrupt_key,
  emergency_signal,
  external_call,
  cpu_reset,
  initial_cpu_reset,
  system_reset,
  system_clear,
  store_status,
};

// One item. Of `value`, only the bits in `known` count; storage has `bytes`, and `mask` in the place of `known`.
struct Item {
  Field field{};
  u32 index = 0;  // number of a register, address of storage or of a block
  u64 value = 0;
  u64 known = ~u64{0};
  std::vector<u8> bytes{};
  std::vector<u8> mask{};
};

using Bytes = std::vector<u8>;

struct Case {
  std::string file;
  unsigned line = 0;
  std::string text;    // the instructions as written
  std::string source;  // where the expected values come from, with any note
  std::vector<Bytes> instructions;
  bool in_hex = false;  // the instructions are given in hexadecimal, not in mnemonics alone
  std::vector<Item> before;
  std::vector<Item> after;

  // The row of the instruction that the case is about, which is the last one; nullptr if there is none.
  const InstructionInfo* subject() const;
  // In bytes.
  u32 storage_size() const;
  bool has_before(Field field) const { return find(before, field) != nullptr; }
  bool has_after(Field field) const { return find(after, field) != nullptr; }
  // The last item for the field, which is the one that counts, or nullptr.
  static const Item* find(const std::vector<Item>& items, Field field);
};

enum class OperandAccess : u8 { fetch, store, update };

// A pattern for access exceptions: an instruction whose operand of `length` bytes is at an address that the expansion
// chooses (access_cases.h). `before` holds the placeholder's registers in `placed`.
struct AccessPattern {
  Case base;  // without `after`
  OperandAccess access{};
  u32 length = 1;
  std::vector<unsigned> placed;  // general registers that receive the operand's address
};

// An outcome that instructions.def gives to an instruction and that this machine cannot produce.
struct Unreachable {
  std::string file;
  unsigned line = 0;
  Opcode opcode{};
  std::string outcome;  // "normal", "cc=N" or an exception's letters
  std::string reason;
};

struct VectorFile {
  std::string path;
  std::vector<Case> cases;
  std::vector<AccessPattern> patterns;
  std::vector<Unreachable> unreachable;
};

}  // namespace replica::vectors
