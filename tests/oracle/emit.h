// Emits random instructions into a program, one of generator_rows.def at a time.
#pragma once

#include "tests/oracle/program.h"
#include "tests/oracle/rows.h"

namespace replica::oracle {

// A PSW without an instruction address: random mode, masks, key, state, condition code. `dat`: the tables exist and the
// code lies at its real address, so that DAT may be on or off.
u64 random_psw(Random& random, bool dat);

// A plausible value of control register `number` for this case.
u32 control_register(Random& random, u32 number, const Space& tables);

class Emitter {
 public:
  // `tables`: the DAT tables of the case, whether or not its PSW has DAT on. `may_switch_dat`: see random_psw.
  Emitter(Program& program, const Space& tables, bool may_switch_dat)
      : p_(program), random_(program.random()), tables_(tables), may_switch_dat_(may_switch_dat) {}

  // Emits one random instruction, with what it needs in front of it.
  void emit_random(bool supervisor);

  // A counted loop round some random instructions.
  void emit_loop(bool supervisor);

  // Every mnemonic that is chosen must be emitted by one of these.
  void emit(const Row& row);

 private:
  const Row& choose(bool supervisor);
  Operand storage_operand(const Row& row, u32 bytes);
  std::vector<u8> planted(Plant plant, u32 bytes);

  void emit_rr(const Row& row);
  void emit_branch(const Row& row);
  void emit_bxh(const Row& row);
  void emit_execute(const Row& row);
  void emit_long_move(const Row& row);
  void emit_rx(const Row& row);
  void emit_rs(const Row& row);
  void emit_multiple(const Row& row);
  void emit_swap(const Row& row);
  void emit_si(const Row& row);
  void emit_ss(const Row& row);
  void emit_decimal(const Row& row);
  void emit_invalid(const Row& row);
  void emit_control(const Row& row);
  void emit_key_rr(const Row& row);
  void emit_lpsw(const Row& row);
  void emit_system_mask(const Row& row);
  void emit_lctl(const Row& row);
  void emit_s(const Row& row);
  void emit_rre(const Row& row);
  u8 mask_byte();

  Program& p_;
  Random& random_;
  const Space& tables_;
  bool may_switch_dat_;
};

}  // namespace replica::oracle
