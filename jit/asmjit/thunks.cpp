#include "jit/asmjit/thunks.h"

#include "jit/asmjit/code_generator.h"
#include "jit/asmjit/emitter.h"
#include "jit/asmjit/exchange_thunks.h"
#include "jit/call_instruction.h"

namespace replica {
namespace {

const host::Gp kSaved[] = {host::rbp, host::rbx, host::r12, host::r13, host::r14, host::r15};
// What a C++ function may change, beside rax.
const host::Gp kVolatile[] = {host::rcx, host::rdx, host::rsi, host::rdi, host::r8, host::r9, host::r10, host::r11};

// Called from generated code.
CallOutcome call_instruction_of(CpuState* cpu, const CallSite* site) {
  return call_instruction(*static_cast<Cpu*>(cpu), *site);
}
CallOutcome call_last_instruction_of(CpuState* cpu, const CallSite* site) {
  return call_last_instruction(*static_cast<Cpu*>(cpu), *site);
}
void materialize_cc_of(CpuState* cpu) { materialize_cc(*cpu); }

class ThunkEmitter {
 public:
  ThunkEmitter(CodeMemory& memory, const Storage& storage)
      : storage_(storage), emitter_(memory), a_(emitter_.assembler()) {}

  Thunks emit() {
    const Label enter = begin();
    emit_enter();
    const Label leave_to_address = begin();
    a_.mov(psw_address(), host::eax);
    const Label leave = begin();
    store_pinned();
    const Label leave_stored = begin();
    restore_host();
    const Label leave_by_link = begin();
    a_.mov(link_operand(), host::rax);
    a_.mov(host::eax, host::dword_ptr(host::rax, static_cast<i32>(offsetof(Link, address))));
    a_.jmp(leave_to_address);
    const Label not_entered = begin();
    a_.mov(not_entered_operand(), 1);
    a_.jmp(leave_to_address);
    const Label assumption_failed = begin();
    a_.mov(assumption_failed_operand(), 1);
    a_.jmp(leave_to_address);
    const Label call = begin();
    const Label elsewhere = a_.new_label();
    emit_call_instruction(leave_stored, elsewhere);
    const Label call_last = begin();
    emit_call_last_instruction(leave_stored, elsewhere, leave_to_address);
    const Label materialize = begin();
    emit_materialize_cc();
    const Label test_line = begin();
    emit_test_line();
    const Label enter_region = begin();
    emit_enter_region();
    const Label go_to_address = begin();
    emit_lookup_of_code(a_, leave_to_address);
    const Label region_not_entered = begin();
    a_.mov(link_operand(), kCpuRegister);  // no link, but not null
    a_.jmp(not_entered);
    ExchangeThunks exchange(a_, storage_, call_last, emitter_.address_of(materialize), leave_to_address);
    const Label supervisor_call = begin();
    exchange.emit_supervisor_call();
    const Label load_psw = begin();
    exchange.emit_load_psw();
    CHECK(emitter_.finish());

    Thunks thunks;
    thunks.enter = reinterpret_cast<Thunks::Enter*>(reinterpret_cast<u64>(emitter_.address_of(enter)));
    thunks.leave = emitter_.address_of(leave);
    thunks.leave_to_address = emitter_.address_of(leave_to_address);
    thunks.leave_by_link = emitter_.address_of(leave_by_link);
    thunks.call_instruction = emitter_.address_of(call);
    thunks.call_last_instruction = emitter_.address_of(call_last);
    thunks.not_entered = emitter_.address_of(not_entered);
    thunks.assumption_failed = emitter_.address_of(assumption_failed);
    thunks.test_line = emitter_.address_of(test_line);
    thunks.materialize_cc = emitter_.address_of(materialize);
    thunks.enter_region = emitter_.address_of(enter_region);
    thunks.go_to_address = emitter_.address_of(go_to_address);
    thunks.supervisor_call = emitter_.address_of(supervisor_call);
    thunks.load_psw = emitter_.address_of(load_psw);
    thunks.region_not_entered = emitter_.address_of(region_not_entered);
    return thunks;
  }

 private:
  Label begin() {
    const Label label = a_.new_label();
    a_.bind(label);
    return label;
  }
  void store_pinned() {
    for (const Pinned& pinned : kPinned) a_.mov(gr_operand(pinned.guest), host::gpd(pinned.host));
  }
  void load_pinned() {
    for (const Pinned& pinned : kPinned) a_.mov(host::gpd(pinned.host), gr_operand(pinned.guest));
  }

  // The stack is aligned in generated code, so that a call from there finds it as a function would.
  void emit_enter() {
    for (const host::Gp& saved : kSaved) a_.push(saved);
    a_.sub(host::rsp, 8);
    a_.mov(kCpuRegister, host::rdi);
    a_.mov(host::rax, host::rsi);
    a_.mov(kMapRegister, in_cpu(&CpuState::map, 8));
    load_pinned();
    a_.jmp(host::rax);
  }
  void restore_host() {
    a_.add(host::rsp, 8);
    for (auto saved = std::rbegin(kSaved); saved != std::rend(kSaved); ++saved) a_.pop(*saved);
    a_.ret();
  }
  template <typename Function>
  void call(Function* function) {
    store_pinned();
    a_.mov(host::rdi, kCpuRegister);
    a_.mov(host::rsi, host::rax);
    a_.mov(host::rax, reinterpret_cast<u64>(function));
    a_.call(host::rax);
    a_.cmp(host::al, static_cast<u8>(CallOutcome::leave));
  }
  void emit_call_instruction(const Label& leave_stored, const Label& elsewhere) {
    const Label go_on = a_.new_label();
    a_.sub(host::rsp, 8);
    call(&call_instruction_of);
    a_.lea(host::rsp, host::ptr(host::rsp, 8));
    a_.jb(go_on);
    a_.lea(host::rsp, host::ptr(host::rsp, 8));  // the return address
    a_.je(leave_stored);
    a_.jmp(elsewhere);
    a_.bind(go_on);
    load_pinned();
    a_.ret();
  }
  void emit_call_last_instruction(const Label& leave_stored, const Label& elsewhere, const Label& leave_to_address) {
    call(&call_last_instruction_of);
    a_.je(leave_stored);
    a_.bind(elsewhere);
    load_pinned();
    a_.mov(kMapRegister, in_cpu(&CpuState::map, 8));
    a_.mov(host::eax, psw_address());
    emit_lookup_of_code(a_, leave_to_address);
  }
  void emit_enter_region() {
    store_pinned();
    a_.pop(host::rdx);
    a_.mov(host::rdi, kCpuRegister);
    a_.mov(host::rsi, kMapRegister);
    a_.call(host::rax);
    load_pinned();
    a_.jmp(host::rdx);
  }
  void emit_materialize_cc() {
    a_.push(host::rax);
    for (const host::Gp& changed : kVolatile) a_.push(changed);
    static_assert(std::size(kVolatile) % 2 == 0);
    a_.mov(host::rdi, kCpuRegister);
    a_.mov(host::rax, reinterpret_cast<u64>(&materialize_cc_of));
    a_.call(host::rax);
    for (auto changed = std::rbegin(kVolatile); changed != std::rend(kVolatile); ++changed) a_.pop(*changed);
    a_.pop(host::rax);
    a_.ret();
  }

  void emit_test_line() {
    a_.push(host::rax);
    a_.push(host::rcx);
    a_.mov(host::rax, host::qword_ptr(host::rsp, 24));
    a_.mov(host::rcx, reinterpret_cast<u64>(storage_.data()));
    a_.sub(host::rax, host::rcx);
    a_.mov(host::rcx, reinterpret_cast<u64>(storage_.code_lines()));
    a_.push(host::rax);
    a_.shr(host::rax, kBlockShift);
    a_.mov(host::ecx, host::dword_ptr(host::rcx, host::rax, 2));
    a_.pop(host::rax);
    a_.shr(host::eax, Storage::kLineShift);  // of which bits 27-31 count
    a_.bt(host::ecx, host::eax);
    a_.pop(host::rcx);
    a_.pop(host::rax);
    a_.ret();
  }

  const Storage& storage_;
  Emitter emitter_;
  Assembler& a_;
};

}  // namespace

Thunks emit_thunks(CodeMemory& memory, const Storage& storage) { return ThunkEmitter(memory, storage).emit(); }

}  // namespace replica
