// Random programs that run for long: loops, mostly valid, over data in their own and in other 2K blocks. They reach what
// random instructions alone hardly do: code that has been translated, linked, and entered many times.
#pragma once

#include <span>
#include <vector>

#include "base/types.h"
#include "tests/oracle/random.h"

namespace replica {

// Addresses that a program may use.
struct LoopPlaces {
  std::vector<u32> data;     // operands, of any alignment
  std::vector<u32> pools;    // operands of decimal and floating-point instructions, kPoolBytes each
  std::vector<u32> entries;  // programs to go to
  // Whether programs have many privileged instructions, whose operands are in the first 4 KB (privileged_instructions.h).
  bool are_privileged = false;
};

// A pool begins with packed decimal numbers, and goes on with floating-point numbers, of 8 bytes each.
inline constexpr u32 kPoolNumbers = 16;
inline constexpr u32 kPoolBytes = 2 * 8 * kPoolNumbers;

// The room that a program may take.
inline constexpr u32 kLoopProgramBytes = 0x600;

class LoopProgram {
 public:
  using Random = oracle::Random;

  // `psws`: to go on with, by LPSW.
  LoopProgram(Random& random, const LoopPlaces& places, std::span<const u64> psws);

  // The program, which may stand anywhere on a halfword.
  const std::vector<u8>& bytes() const { return code_; }
  // Offsets of bytes that may be changed and leave valid instructions.
  const std::vector<u32>& soft_bytes() const { return soft_; }

 private:
  enum class Shape : u8;
  struct Kind;
  static const Kind kKinds[];

  // Where storage operands lie: base register and displacement.
  struct Operand {
    u32 base;
    u32 displacement;
    u32 field() const { return base << 12 | displacement; }
  };

  void emit(u32 halfword);
  void emit_rx(u32 opcode, u32 r1, u32 x2, Operand operand);
  void put_literal(u32 value);
  void load_literal(u32 r1, u32 value);
  Operand here() const { return in_program(static_cast<u32>(code_.size())); }
  Operand in_program(u32 offset) const;
  void branch_to_here(u32 at);  // gives the branch at this offset its address

  void emit_beginning();
  void emit_loop();
  void emit_body(u32 length);
  void emit_item();
  void emit_plain();
  void emit_plain(const Kind& kind);
  void emit_decimal();
  void emit_edit();
  void emit_skip();
  void emit_alternation();
  void emit_execute();
  void emit_modification();
  void emit_control();
  void emit_privileged();
  void emit_exit();
  void emit_subroutine();

  u32 value_register();
  u32 even_register() { return random_.chance(50) ? 0 : 6; }
  u32 index_register() { return random_.chance(15) ? 4 : 0; }
  Operand operand(u32 bytes);
  Operand pool_operand(bool is_float);
  Operand decimal_operand(u32 length);

  Random& random_;
  const LoopPlaces& places_;
  std::span<const u64> psws_;
  std::vector<u8> code_;
  std::vector<u8> rest_;    // literals and targets of EXECUTE, behind the code
  std::vector<u32> calls_;  // of the subroutine
  std::vector<u32> soft_;
  bool modifies_itself_;
  bool in_rest_ = false;  // emit() goes there
};

}  // namespace replica
