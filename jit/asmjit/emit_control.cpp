// Where control goes: branches, the ways out of a block, and the way to the next.

#include "jit/asmjit/block_generator.h"
#include "mmu/storage.h"

namespace replica {
namespace {

constexpr u32 kPointersForByte = sizeof(void*) / 2;

host::Mem entries_of_block(u32 block) {
  return host::qword_ptr(kMapRegister, static_cast<i32>(offsetof(AccessMap, code) + 8 * block));
}

}  // namespace

void BlockGenerator::emit_branch(Ref at) {
  Exit exit = make_exit(operation(at).operands[0]);
  emit_exit(exit);
  ended_ = true;
}

void BlockGenerator::emit_branch_if(Ref at) {
  const Ref flag = operation(at).operands[0];
  Exit exit = make_exit(operation(at).operands[1]);
  exit.label = a_.new_label();
  if (operation(flag).code == ir::Code::cc_in) {
    emit_branch_on_cc(operation(flag).n, exit.label);
    exit.cc = cc_;                                          // it may have become known
    if (operation(at).is_branched_on) flags_by_ = number_;  // a jump leaves them as they are
  } else {
    a_.j(emit_flag(flag), exit.label);
  }
  exits_.push_back(exit);
}

BlockGenerator::Exit BlockGenerator::make_exit(Ref target) {
  Exit exit{.label = {},
            .cc = cc_,
            .left = left(),
            .is_constant = values_.is_constant(target),
            .address = 0,
            .address_register = {}};
  if (exit.is_constant) {
    exit.address = values_.constant(target);
  } else {
    exit.address_register = values_.in_register(target);
  }
  return exit;
}

void BlockGenerator::emit_exit(const Exit& exit) {
  if (exit.cc != CcKind::unknown) a_.mov(cc_kind_operand(), static_cast<u32>(exit.cc));
  if (exit.left != 0) a_.add(budget_operand(), exit.left);
  if (!exit.is_constant) return emit_lookup_of_code(exit.address_register);
  if (exit.address == block_.address && exit.address % 2 == 0) {
    a_.jmp((assumed_ & changed_) == 0 ? loop_ : entry_);
  } else if (exit.address >> kBlockShift == block_.address >> kBlockShift && exit.address % 2 == 0) {
    emit_link(exit.address);
  } else {
    emit_lookup_of_code(exit.address);
  }
}

// Blocks of one 2K block come and go together, so a jump between them needs no check.
void BlockGenerator::emit_link(u32 address) {
  Link& link = code_->links.emplace_back(Link{.address = address});
  jumps_.push_back({&link, a_.jump_to_next()});
  a_.mov(host::rax, reinterpret_cast<u64>(&link));
  a_.jmp(reinterpret_cast<u64>(thunks_.leave_by_link));
}

void BlockGenerator::emit_lookup_of_code(u32 address) {
  a_.mov(host::eax, address);
  if (address & 1) {
    a_.jmp(reinterpret_cast<u64>(thunks_.leave_to_address));
    return;
  }
  a_.mov(host::rcx, entries_of_block(address >> kBlockShift));
  a_.jmp(host::qword_ptr(host::rcx, static_cast<i32>((address & kEntryPointMask) * kPointersForByte)));
}

void BlockGenerator::emit_lookup_of_code(const host::Gp& address) {
  if (address.id() != host::Gp::kIdAx) a_.mov(host::eax, address.r32());
  replica::emit_lookup_of_code(a_, reinterpret_cast<u64>(thunks_.leave_to_address));
}

}  // namespace replica
