#include "jit/llvm/region_lowering.h"

#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/MDBuilder.h>

#include "jit/regions/region_code.h"

namespace replica {
namespace {

using ir::Code;

template <typename Member>
std::size_t offset_in_state(Member CpuState::*member) {
  static const CpuState state;
  return static_cast<std::size_t>(reinterpret_cast<const u8*>(&(state.*member)) - reinterpret_cast<const u8*>(&state));
}

std::size_t gr_offset(unsigned n) { return offset_in_state(&CpuState::gr) + sizeof(u32) * n; }
std::size_t fpr_offset(unsigned n) { return offset_in_state(&CpuState::fpr) + sizeof(u64) * n; }
std::size_t engine_offset(std::size_t member) { return offset_in_state(&CpuState::engine) + member; }
std::size_t psw_offset(std::size_t member) { return offset_in_state(&CpuState::psw) + member; }
std::size_t psw_cc_offset() { return psw_offset(offsetof(Psw, cc)); }

// Whether a condition code that was set so is made from two operands.
bool has_second_operand(CcKind kind) {
  return kind != CcKind::sign_word && kind != CcKind::sign_long && kind != CcKind::nonzero;
}

}  // namespace

RegionLowering::RegionLowering(const Region& region, const RegionEnvironment& environment, llvm::Module& module)
    : region_(region), environment_(environment), module_(module), b_(module.getContext()) {
  llvm::MDBuilder tags(module.getContext());
  llvm::MDNode* const root = tags.createTBAARoot("replica");
  const auto tag = [&](const char* name) {
    llvm::MDNode* const type = tags.createTBAAScalarTypeNode(name, root);
    return tags.createTBAAStructTagNode(type, type, 0);
  };
  table_tag_ = tag("access map");
  lines_tag_ = tag("code lines");
  guest_tag_ = tag("guest storage");
  state_tag_ = tag("state");
  unlikely_ = tags.createBranchWeights(1, 2000);
}

llvm::Function* RegionLowering::lower() {
  exit_type_ = llvm::StructType::get(b_.getInt64Ty(), b_.getInt64Ty());
  auto* const type = llvm::FunctionType::get(exit_type_, {b_.getPtrTy(), b_.getPtrTy(), b_.getInt64Ty()}, false);
  function_ = llvm::Function::Create(type, llvm::Function::ExternalLinkage, kName, module_);
  function_->setDoesNotThrow();
  function_->addFnAttr("no-jump-tables", "true");
  // The whole map can be read, so that LLVM may look up ahead of a branch.
  function_->addParamAttr(1, llvm::Attribute::getWithDereferenceableBytes(b_.getContext(), sizeof(AccessMap)));
  function_->addParamAttr(1, llvm::Attribute::getWithAlignment(b_.getContext(), llvm::Align(alignof(AccessMap))));
  cpu_ = function_->getArg(0);
  map_ = function_->getArg(1);
  divide();
  find_known();
  lower_entries();
  for (const Segment& segment : segments_) lower_segment(segment);
  return failed_ ? nullptr : function_;
}

// ---- Segments, and what is known at each instruction ----

void RegionLowering::divide() {
  const auto& all = region_.instructions;
  segment_of_.resize(all.size());
  for (std::size_t n = 0; n < all.size(); ++n) {
    const bool follows = n != 0 && all[n - 1].falls_through && all[n - 1].next() == all[n].address();
    // The next page is asked for where control goes to a segment.
    const bool goes_on = follows && !all[n].is_target && all[n - 1].page == all[n].page;
    if (!goes_on) segments_.push_back({n, n, nullptr});
    segments_.back().end = n + 1;
    segment_of_[n] = segments_.size() - 1;
  }
}

RegionLowering::Known RegionLowering::behind(std::size_t index) const {
  Known known = known_[index];
  for (const ir::Operation& o : region_.instructions[index].code.operations) {
    if (const auto kind = cc_kind_of(region_.instructions[index].code, o)) {
      known.cc = *kind;
      known.is_cc_changed = true;
    }
    if (o.code == Code::set_gr) known.changed_gr |= 1u << o.n;
    if (o.code == Code::routine) known.changed_gr |= registers_set_by_routine(region_.instructions[index].code);
    if (o.code == Code::set_fpr || o.code == Code::set_fpr_short) known.changed_fpr |= 1u << o.n;
    if (o.code == Code::float_long || o.code == Code::float_short) known.changed_fpr |= 1u << o.imm;
  }
  return known;
}

// True if that changes what is known at the instruction.
bool RegionLowering::merge(std::size_t index, const Known& known) {
  if (index == known_.size()) return false;
  Known& there = known_[index];
  const Known before = there;
  if (!there.is_reached) {
    there = known;
  } else {
    if (there.cc != known.cc) there.cc = CcKind::unknown;
    there.is_cc_changed |= known.is_cc_changed;
    there.changed_gr |= known.changed_gr;
    there.changed_fpr |= known.changed_fpr;
  }
  return there != before;
}

void RegionLowering::find_known() {
  known_.resize(region_.instructions.size());
  for (const u32 entry : region_.entries) known_[region_.index_of(entry)].is_reached = true;
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t n = 0; n < known_.size(); ++n) {
      if (!known_[n].is_reached) continue;
      const RegionInstruction& i = region_.instructions[n];
      const Known known = behind(n);
      if (i.falls_through) changed |= merge(region_.index_of(i.next()), known);
      if (i.target) changed |= merge(region_.index_of(*i.target), known);
      if (i.branch != BranchKind::dynamic) continue;
      for (std::size_t to = 0; to < known_.size(); ++to) {
        if (region_.instructions[to].is_return_point) changed |= merge(to, known);
      }
    }
  }
}

// ---- The function ----

RegionLowering::BasicBlock RegionLowering::block(const char* name) {
  return llvm::BasicBlock::Create(b_.getContext(), name, function_);
}

RegionLowering::Value RegionLowering::joined(BasicBlock where, const Incoming& one, const Incoming& other) {
  b_.SetInsertPoint(where);
  llvm::PHINode* const value = b_.CreatePHI(one.value->getType(), 2);
  for (const Incoming& way : {one, other}) value->addIncoming(way.value, way.from);
  return value;
}

RegionLowering::Value RegionLowering::in_state(std::size_t offset) {
  return b_.CreateConstInBoundsGEP1_64(b_.getInt8Ty(), cpu_, offset);
}

llvm::LoadInst* RegionLowering::tagged(llvm::LoadInst* load, llvm::MDNode* tag) {
  load->setMetadata(llvm::LLVMContext::MD_tbaa, tag);
  return load;
}
llvm::StoreInst* RegionLowering::tagged(llvm::StoreInst* store, llvm::MDNode* tag) {
  store->setMetadata(llvm::LLVMContext::MD_tbaa, tag);
  return store;
}

void RegionLowering::make_variables() {
  const auto make = [&](llvm::Type* type, std::size_t offset) {
    auto* const variable = b_.CreateAlloca(type);
    b_.CreateStore(tagged(b_.CreateLoad(type, in_state(offset)), state_tag_), variable);
    return variable;
  };
  for (unsigned n = 0; n < 16; ++n) gr_[n] = make(b_.getInt32Ty(), gr_offset(n));
  for (unsigned n = 0; n < 8; n += 2) fpr_[n] = make(b_.getInt64Ty(), fpr_offset(n));
  cc_kind_ = make(b_.getInt32Ty(), engine_offset(offsetof(EngineState, cc_kind)));
  cc_a_ = make(b_.getInt64Ty(), engine_offset(offsetof(EngineState, cc_a)));
  cc_b_ = make(b_.getInt64Ty(), engine_offset(offsetof(EngineState, cc_b)));
  cc_in_psw_ = make(b_.getInt8Ty(), psw_cc_offset());
  budget_ = make(b_.getInt64Ty(), offset_in_state(&CpuState::budget));
}

void RegionLowering::lower_entries() {
  b_.SetInsertPoint(block("entry"));
  make_variables();
  if (region_.usual_entry) usual_entry_ = opaque(long_constant(static_cast<u64>(*region_.usual_entry)));
  for (Segment& segment : segments_) segment.head = block("segment");
  auto* const by_number = b_.CreateSwitch(function_->getArg(2), block("enter"));
  b_.SetInsertPoint(by_number->getDefaultDest());
  lower_entry(region_.entries.front());
  for (std::size_t n = 1; n < region_.entries.size(); ++n) {
    const BasicBlock enter = block("enter");
    by_number->addCase(b_.getInt64(n), enter);
    b_.SetInsertPoint(enter);
    lower_entry(region_.entries[n]);
  }
}

// Where a register is not what is expected, the first instruction is called: so control goes on.
void RegionLowering::lower_entry(u32 address) {
  index_ = region_.index_of(address);
  segment_ = &segments_[segment_of_[index_]];
  now_ = {.is_reached = true};
  Value is_other = b_.getFalse();
  for (unsigned n = 0; n < 16; ++n) {
    if (!region_.expected[n]) continue;
    Value gr = b_.CreateLoad(b_.getInt32Ty(), gr_[n]);
    is_other = b_.CreateOr(is_other, b_.CreateICmpNE(gr, constant(*region_.expected[n])));
  }
  Value budget = b_.CreateLoad(b_.getInt64Ty(), budget_);
  const BasicBlock unexpected = block("unexpected");
  leave_if(is_other, unexpected);
  for (unsigned n = 0; n < 16; ++n) {
    if (region_.expected[n]) b_.CreateStore(constant(*region_.expected[n]), gr_[n]);
  }
  go_to(address, segment_->end - segment_->first);
  // The instruction itself is called only if there is budget for it.
  b_.SetInsertPoint(unexpected);
  Value rest = b_.CreateSub(budget, long_constant(1));
  const BasicBlock spent = block("spent");
  leave_if(b_.CreateICmpSLT(rest, long_constant(0)), spent);
  leave(long_constant(reinterpret_cast<u64>(&region_.call_sites[index_])), environment_.call_last_instruction, rest,
        now_);
  b_.SetInsertPoint(spent);
  leave(long_constant(address), environment_.not_entered, budget, now_);
}

void RegionLowering::lower_segment(const Segment& segment) {
  segment_ = &segment;
  b_.SetInsertPoint(segment.head);
  for (index_ = segment.first; index_ < segment.end; ++index_) {
    now_ = known_[index_];
    lower_instruction();
    if (!instruction().falls_through) break;
  }
  if (index_ != segment.end) return;
  now_ = behind(--index_);
  go_to(instruction().next(), segment.end - segment.first);
}

void RegionLowering::lower_instruction() {
  const ir::Block& code = instruction().code;
  values_.assign(code.operations.size(), nullptr);
  sets_.clear();
  new_cc_ = {};
  called_ = nullptr;
  for (Ref at = 0; at < code.operations.size(); ++at) {
    const ir::Operation& o = code.operations[at];
    if (o.code == Code::branch) return lower_branch(nullptr, operand(o, 0));
    if (o.code == Code::branch_if) return lower_branch(flag(o.operands[0]), operand(o, 1));
    lower_operation(at);
  }
  commit();
}

// The program mask, which nothing in a region changes.
RegionLowering::Value RegionLowering::program_mask() {
  Value place = in_state(psw_offset(offsetof(Psw, program_mask)));
  return b_.CreateZExt(tagged(b_.CreateLoad(b_.getInt8Ty(), place), state_tag_), b_.getInt32Ty());
}

// Puts what the instruction sets into the variables: none of its checks has failed.
void RegionLowering::commit() {
  u32 set_registers = 0;
  for (const Set& set : sets_) {
    switch (set.code) {
      case Code::set_gr:
        b_.CreateStore(set.value, gr_[set.n]);
        set_registers |= 1u << set.n;
        break;
      case Code::set_fpr: b_.CreateStore(set.value, fpr_[set.n]); break;
      default: break;
    }
  }
  if (new_cc_.kind) {
    b_.CreateStore(constant(static_cast<u32>(*new_cc_.kind)), cc_kind_);
    if (*new_cc_.kind == CcKind::in_psw) {
      b_.CreateStore(b_.CreateTrunc(new_cc_.a, b_.getInt8Ty()), cc_in_psw_);
    } else {
      b_.CreateStore(b_.CreateZExt(new_cc_.a, b_.getInt64Ty()), cc_a_);
      if (new_cc_.b) b_.CreateStore(b_.CreateZExt(new_cc_.b, b_.getInt64Ty()), cc_b_);
    }
  }
  now_ = behind(index_);
  check_expected(set_registers);
}

void RegionLowering::check_expected(u32 set) {
  for (unsigned n = 0; n < 16; ++n) {
    if (!(set >> n & 1) || !region_.expected[n]) continue;
    const BasicBlock unexpected = block("unexpected");
    leave_if(b_.CreateICmpNE(b_.CreateLoad(b_.getInt32Ty(), gr_[n]), constant(*region_.expected[n])), unexpected);
    const auto here = b_.saveIP();
    b_.SetInsertPoint(unexpected);
    leave(long_constant(instruction().next()), environment_.go_to_address, budget_behind(executed() + 1), now_);
    b_.restoreIP(here);
    b_.CreateStore(constant(*region_.expected[n]), gr_[n]);
  }
}

// ---- Control ----

RegionLowering::Value RegionLowering::budget_behind(std::size_t executed) {
  const u64 left = segment_->end - segment_->first - executed;
  return b_.CreateAdd(b_.CreateLoad(b_.getInt64Ty(), budget_), long_constant(left));
}

void RegionLowering::leave_if(Value condition, BasicBlock otherwise) {
  const BasicBlock go_on = block("on");
  b_.CreateCondBr(condition, otherwise, go_on, unlikely_);
  b_.SetInsertPoint(go_on);
}

// Stores what may have been changed.
void RegionLowering::leave(Value value, u64 jump, Value budget, const Known& known) {
  const auto put = [&](Value what, std::size_t offset) { tagged(b_.CreateStore(what, in_state(offset)), state_tag_); };
  const auto put_variable = [&](llvm::AllocaInst* variable, std::size_t offset) {
    put(b_.CreateLoad(variable->getAllocatedType(), variable), offset);
  };
  for (unsigned n = 0; n < 16; ++n) {
    if (known.changed_gr >> n & 1) put_variable(gr_[n], gr_offset(n));
  }
  for (unsigned n = 0; n < 8; n += 2) {
    if (known.changed_fpr >> n & 1) put_variable(fpr_[n], fpr_offset(n));
  }
  if (known.is_cc_changed) {
    if (known.cc == CcKind::unknown) {
      put_variable(cc_kind_, engine_offset(offsetof(EngineState, cc_kind)));
    } else {
      put(constant(static_cast<u32>(known.cc)), engine_offset(offsetof(EngineState, cc_kind)));
    }
    if (known.cc == CcKind::unknown || known.cc == CcKind::in_psw) put_variable(cc_in_psw_, psw_cc_offset());
    if (known.cc != CcKind::in_psw) {
      put_variable(cc_a_, engine_offset(offsetof(EngineState, cc_a)));
      if (has_second_operand(known.cc)) put_variable(cc_b_, engine_offset(offsetof(EngineState, cc_b)));
    }
  }
  put(budget, offset_in_state(&CpuState::budget));
  Value exit = llvm::PoisonValue::get(exit_type_);
  exit = b_.CreateInsertValue(exit, b_.CreateZExt(value, b_.getInt64Ty()), 0);
  b_.CreateRet(b_.CreateInsertValue(exit, long_constant(jump), 1));
}

RegionLowering::BasicBlock RegionLowering::called() {
  if (called_) return called_;
  called_ = block("called");
  const auto here = b_.saveIP();
  b_.SetInsertPoint(called_);
  leave(long_constant(reinterpret_cast<u64>(&region_.call_sites[index_])), environment_.call_last_instruction,
        budget_behind(executed() + 1), known_[index_]);
  b_.restoreIP(here);
  return called_;
}

void RegionLowering::check_page(const RegionInstruction& to, Value budget) {
  const RegionPage& page = region_.pages[to.page];
  const std::size_t offset = offsetof(AccessMap, instruction) + sizeof(i64) * (page.address >> kBlockShift);
  Value place = b_.CreateConstInBoundsGEP1_64(b_.getInt8Ty(), map_, offset);
  Value entry = tagged(b_.CreateLoad(b_.getInt64Ty(), place), table_tag_);
  const BasicBlock other = block("other_page");
  leave_if(b_.CreateICmpNE(entry, long_constant(static_cast<u64>(page.entry))), other);
  const auto here = b_.saveIP();
  b_.SetInsertPoint(other);
  leave(long_constant(to.address()), environment_.go_to_address, budget, now_);
  b_.restoreIP(here);
}

void RegionLowering::go_to(u32 address, std::size_t executed) {
  Value budget = budget_behind(executed);
  const std::size_t index = region_.index_of(address);
  if (index == region_.instructions.size()) {
    return leave(long_constant(address), environment_.go_to_address, budget, now_);
  }
  const RegionInstruction& to = region_.instructions[index];
  if (to.page != 0 && to.page != instruction().page) check_page(to, budget);
  const Segment& segment = segments_[segment_of_[index]];
  Value rest = b_.CreateSub(budget, long_constant(segment.end - segment.first));
  const BasicBlock spent = block("spent");
  leave_if(b_.CreateICmpSLT(rest, long_constant(0)), spent);
  b_.CreateStore(rest, budget_);
  b_.CreateBr(segment.head);
  b_.SetInsertPoint(spent);
  Value before = b_.CreateAdd(opaque(rest), long_constant(segment.end - segment.first));
  leave(long_constant(address), environment_.not_entered, before, now_);
}

// The value, of which LLVM does not know that. So it does not keep the budget from before a segment as well.
RegionLowering::Value RegionLowering::opaque(Value value) {
  auto* const type = llvm::FunctionType::get(value->getType(), {value->getType()}, false);
  return b_.CreateCall(type, llvm::InlineAsm::get(type, "", "=r,0", false), {value});
}

// Compares the target with the addresses to which it may lead in the region.
void RegionLowering::lower_branch(Value condition, Value target) {
  commit();
  const BasicBlock not_taken = condition ? block("not_taken") : nullptr;
  if (condition) {
    const BasicBlock taken = block("taken");
    b_.CreateCondBr(condition, taken, not_taken);
    b_.SetInsertPoint(taken);
  }
  std::vector<u32> places;
  if (instruction().target && region_.has(*instruction().target)) places.push_back(*instruction().target);
  if (instruction().branch == BranchKind::dynamic) {
    for (const RegionInstruction& i : region_.instructions) {
      if (i.is_return_point && (places.empty() || i.address() != places.front())) places.push_back(i.address());
    }
  }
  for (const u32 place : places) {
    const BasicBlock here = block("here"), elsewhere = block("elsewhere");
    b_.CreateCondBr(b_.CreateICmpEQ(target, constant(place)), here, elsewhere);
    b_.SetInsertPoint(here);
    go_to(place, executed() + 1);
    b_.SetInsertPoint(elsewhere);
  }
  leave(target, environment_.go_to_address, budget_behind(executed() + 1), now_);
  if (not_taken) b_.SetInsertPoint(not_taken);
}

}  // namespace replica
