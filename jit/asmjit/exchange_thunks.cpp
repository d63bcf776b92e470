#include "jit/asmjit/exchange_thunks.h"

#include "jit/asmjit/emitter.h"
#include "jit/call_instruction.h"

namespace replica {
namespace {

// GA22-7000 "Assigned Main-Storage Locations".
constexpr i32 kSvcOld = 32, kSvcNew = 96, kSvcCode = 136;
// Of SVC: 1, as BC mode has it in its PSW and EC mode at the code.
constexpr u32 kIlcOfBc = 1u << 30, kIlcOfEc = 1u << 17;
constexpr unsigned kExternalBit = 56, kEcModeBit = 51;  // of an image, from the right
constexpr u32 kCcOfBc = 28, kCcOfEc = 44;

host::Mem psw_field(std::size_t offset, u32 bytes) { return in_cpu(&CpuState::psw, bytes, static_cast<i32>(offset)); }

host::Mem exchange_field(std::size_t offset, u32 bytes) {
  return in_cpu(&CpuState::exchange, bytes, static_cast<i32>(offset));
}

// A field of that KnownPsw whose place among the others, in bytes, is in rdx, with the address of the CPU's state added.
host::Mem known_field(std::size_t offset) {
  host::Mem field = exchange_field(offsetof(ExchangeState, known) + offset, 8);
  field.setBase(host::rdx);
  return field;
}

}  // namespace

void ExchangeThunks::emit_supervisor_call() {
  a_.cmp(in_cpu(&CpuState::interceptor, 8), 0);
  a_.jne(whole_);
  const Label is_known = a_.new_label();
  a_.cmp(cc_kind_operand(), 0);
  a_.je(is_known);
  a_.call(reinterpret_cast<u64>(materialize_cc_));
  a_.bind(is_known);
  emit_find_low_storage();
  emit_store_old_psw();
  a_.mov(host::rbx, host::qword_ptr(host::rbp, kSvcNew));
  a_.bswap(host::rbx);
  emit_load_image();
}

void ExchangeThunks::emit_load_psw() {
  a_.cmp(psw_field(offsetof(Psw, problem), 1), 0);
  a_.jne(whole_);
  a_.test(host::cl, 7);
  a_.jnz(whole_);
  a_.mov(host::edx, host::ecx);
  a_.shr(host::edx, kBlockShift);
  a_.mov(host::rdx, host::qword_ptr(kMapRegister, host::rdx, 3, static_cast<i32>(offsetof(AccessMap, fetch))));
  a_.test(host::rdx, host::rdx);
  a_.js(whole_);
  a_.mov(host::rbx, host::qword_ptr(host::rdx, host::rcx));
  a_.bswap(host::rbx);
  emit_load_image();
}

// Its host address in rbp.
void ExchangeThunks::emit_find_low_storage() {
  constexpr u8 kRecorded = storage_key::kReference | storage_key::kChange;
  a_.mov(host::ecx, in_cpu(&CpuState::prefix, 4));
  a_.mov(host::edx, host::ecx);
  a_.shr(host::edx, kBlockShift);
  a_.mov(host::rbx, reinterpret_cast<u64>(storage_.keys()));
  a_.movzx(host::ebx, host::byte_ptr(host::rbx, host::rdx));
  a_.and_(host::ebx, kRecorded);
  a_.cmp(host::ebx, kRecorded);
  a_.jne(whole_);
  a_.mov(host::rbx, reinterpret_cast<u64>(storage_.code_lines()));
  constexpr u32 kLines = Storage::lines_of(kSvcOld, 8) | Storage::lines_of(kSvcCode, 4);
  a_.test(host::dword_ptr(host::rbx, host::rdx, 2), kLines);
  a_.jnz(whole_);
  a_.mov(host::rbp, reinterpret_cast<u64>(storage_.data()));
  a_.add(host::rbp, host::rcx);
}

// As Psw::pack() makes it, from the right half of the left word on: flags, key and system mask; then what the modes have in
// different places; and the address.
void ExchangeThunks::emit_store_old_psw() {
  static_assert(offsetof(Psw, ec_mode) == 0 && offsetof(Psw, problem) == 3);
  constexpr u32 kGather = 1u << 27 | 1u << 18 | 1u << 9 | 1u;  // see psw_fields::gather()
  const Label ec_mode = a_.new_label(), done = a_.new_label();
  a_.mov(host::edx, psw_field(0, 4));
  a_.imul(host::edx, host::edx, kGather);
  a_.shr(host::edx, 24);
  a_.and_(host::edx, 15);
  a_.movzx(host::ecx, psw_field(offsetof(Psw, key), 1));
  a_.rol(host::ecx, 4);
  a_.or_(host::edx, host::ecx);
  a_.movzx(host::ecx, psw_field(offsetof(Psw, system_mask), 1));
  a_.rol(host::ecx, 8);
  a_.or_(host::edx, host::ecx);
  a_.shl(host::rdx, 48);
  a_.movzx(host::ecx, psw_cc());
  a_.rol(host::ecx, 4);
  a_.movzx(host::ebx, psw_program_mask());
  a_.or_(host::ecx, host::ebx);
  a_.movzx(host::ebx, host::byte_ptr(host::rax, offsetof(CallSite, bytes) + 1));
  a_.cmp(psw_field(offsetof(Psw, ec_mode), 1), 0);
  a_.jne(ec_mode);
  a_.shl(host::ecx, 24);
  a_.or_(host::ecx, kIlcOfBc);
  a_.shl(host::rbx, 32);
  a_.or_(host::rdx, host::rbx);
  a_.jmp(done);
  a_.bind(ec_mode);
  a_.or_(host::ebx, kIlcOfEc);
  a_.bswap(host::ebx);
  a_.mov(host::dword_ptr(host::rbp, kSvcCode), host::ebx);
  a_.shl(host::rcx, 40);
  a_.bind(done);
  a_.or_(host::rdx, host::rcx);
  a_.mov(host::ecx, host::dword_ptr(host::rax, offsetof(CallSite, next)));
  a_.or_(host::rdx, host::rcx);
  a_.bswap(host::rdx);
  a_.mov(host::qword_ptr(host::rbp, kSvcOld), host::rdx);
}

// No interruption, as soon as the PSW whose image is in rbx has been loaded.
void ExchangeThunks::emit_require_nothing_due() {
  const Label is_masked = a_.new_label();
  a_.cmp(exchange_field(offsetof(ExchangeState, io_pending), 1), 0);
  a_.jne(whole_);
  a_.mov(host::edx, exchange_field(offsetof(ExchangeState, external_pending), 4));
  a_.and_(host::edx, in_cpu(&CpuState::cr, 4));
  a_.jz(is_masked);
  a_.bt(host::rbx, kExternalBit);
  a_.jc(whole_);
  a_.bind(is_masked);
}

// Goes on with the PSW whose image is in rbx. Cpu::load_psw(), for a PSW that is known.
void ExchangeThunks::emit_load_image() {
  static_assert(sizeof(KnownPsw) == 32 && sizeof(Psw) == 16);
  emit_require_nothing_due();
  a_.mov(host::rcx, ExchangeState::kContextOfBc);
  a_.mov(host::rdx, ExchangeState::kContextOfEc);
  a_.mov(host::ebp, kCcOfBc);
  a_.bt(host::rbx, kEcModeBit);
  a_.cmov(host::CondCode::kC, host::rcx, host::rdx);
  a_.mov(host::edx, kCcOfEc);
  a_.cmov(host::CondCode::kC, host::ebp, host::edx);
  a_.and_(host::rcx, host::rbx);
  a_.mov(host::rdx, ExchangeState::kHashFactor);
  a_.imul(host::rdx, host::rcx);
  a_.shr(host::rdx, ExchangeState::kHashShift);
  a_.shl(host::edx, 5);
  a_.add(host::rdx, kCpuRegister);
  a_.cmp(known_field(offsetof(KnownPsw, context)), host::rcx);
  a_.jne(whole_);
  a_.mov(kMapRegister, known_field(offsetof(KnownPsw, map)));
  a_.mov(in_cpu(&CpuState::map, 8), kMapRegister);
  a_.mov(host::rcx, known_field(offsetof(KnownPsw, psw)));
  a_.mov(psw_field(0, 8), host::rcx);
  a_.mov(host::rcx, known_field(offsetof(KnownPsw, psw) + 8));
  a_.mov(psw_field(8, 8), host::rcx);
  a_.mov(host::ecx, host::ebp);
  a_.mov(host::rdx, host::rbx);
  a_.shr_by_cl(host::rdx);
  a_.and_(host::edx, 3);
  a_.mov(psw_cc(), host::dl);
  a_.mov(cc_kind_operand(), 0);
  a_.mov(host::eax, host::ebx);
  a_.and_(host::eax, kAddressMask);
  emit_lookup_of_code(a_, leave_);
}

}  // namespace replica
