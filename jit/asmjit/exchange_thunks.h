// SUPERVISOR CALL and LOAD PSW without leaving generated code.
//
// That is so as long as the new PSW is one of those that the CPU knows (ExchangeState) and allows no interruption that is
// pending, and the locations that SUPERVISOR CALL stores into have their bits recorded already and hold no code. Whatever else
// is done by the handler.
#pragma once

#include "jit/asmjit/assembler.h"
#include "mmu/storage.h"

namespace replica {

class ExchangeThunks {
 public:
  // `whole`: calls the instruction whose call site is in rax, as the last of its block. `materialize_cc` and `leave_to_address`
  // are as in Thunks.
  ExchangeThunks(Assembler& assembler, const Storage& storage, const Label& whole, const u8* materialize_cc,
                 const Label& leave_to_address)
      : a_(assembler), storage_(storage), whole_(whole), materialize_cc_(materialize_cc), leave_(leave_to_address) {}

  // Expects the call site in rax.
  void emit_supervisor_call();
  // And the address of the operand in ecx.
  void emit_load_psw();

 private:
  void emit_require_nothing_due();
  void emit_find_low_storage();
  void emit_store_old_psw();
  void emit_load_image();

  Assembler& a_;
  const Storage& storage_;
  Label whole_;
  const u8* materialize_cc_;
  Label leave_;
};

}  // namespace replica
