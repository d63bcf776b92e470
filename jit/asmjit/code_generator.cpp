#include "jit/asmjit/code_generator.h"

#include "frontend/semantics/floating_point.h"
#include "jit/asmjit/block_generator.h"

namespace replica {
namespace {

using ir::Code;

bool sets_cc(Opcode opcode) { return info_of(opcode).condition_codes != "-"; }

// Longer operands are compared and combined by the handler.
constexpr u32 kLongestPieces = 64;

constexpr u32 kAllRegisters = 0xFFFF;  // general ones, a bit each

bool is_unnormalized(const ir::Operation& o) {
  const auto operation = static_cast<FloatOperation>(o.n);
  return operation == FloatOperation::add_unnormalized || operation == FloatOperation::subtract_unnormalized;
}

// Operations without code of their own: their instruction is done by its handler.
bool has_no_code(const ir::Operation& o) {
  switch (o.code) {
    case Code::routine:
    case Code::raise:
    case Code::set_program_mask: return true;
    case Code::compare:
    case Code::combine: return o.n >= kLongestPieces;
    case Code::float_long:
    case Code::float_short: return is_unnormalized(o);
    default: return false;
  }
}

}  // namespace

// Where there are too few registers, first the shared look-ups are given up, then the instruction is done by its handler.
std::unique_ptr<GeneratedCode> generate(const ir::Block& block, const Surroundings& surroundings, Emitter& emitter) {
  BlockGenerator::Restrictions restrictions{.no_groups = block.groups.empty(), .whole = {}};
  for (;;) {
    BlockGenerator generator(block, surroundings, emitter, restrictions);
    auto code = generator.generate();
    const auto refused = generator.refused_instruction();
    if (code || !refused || restrictions.is_whole(*refused)) return code;
    if (restrictions.no_groups) restrictions.whole.push_back(*refused);
    restrictions.no_groups = true;
  }
}

BlockGenerator::BlockGenerator(const ir::Block& block, const Surroundings& surroundings, Emitter& emitter,
                               const Restrictions& restrictions)
    : block_(block),
      restrictions_(restrictions),
      surroundings_(surroundings),
      thunks_(surroundings.thunks),
      emitter_(emitter),
      a_(emitter_.assembler()),
      values_(block, a_, scratch_),
      code_(std::make_unique<GeneratedCode>()) {
  emitter_.begin();
}

std::unique_ptr<GeneratedCode> BlockGenerator::generate() {
  code_->call_sites.reserve(block_.instructions.size());
  code_->links.reserve(block_.instructions.size() + 1);
  cold_stubs_.reserve(block_.instructions.size());
  exits_.reserve(block_.instructions.size());
  emit_entry();
  const Ref end = static_cast<Ref>(block_.operations.size());
  for (Ref at = 0; at < end && !ended_; ++at) {
    if (operation(at).code != Code::instruction) continue;
    Ref next = at + 1;
    while (next < end && operation(next).code != Code::instruction) ++next;
    number_ = operation(at).imm;
    emit_instruction(at + 1, next);
    if (failed_ || values_.failed()) {
      refused_instruction_ = number_;
      return nullptr;
    }
  }
  if (!ended_) emit_fall_through();
  emit_ways_back();
  emit_exits();
  emit_out_of_line();
  emit_cold_stubs();
  if (failed_ || values_.failed()) return nullptr;
  const std::size_t size = a_.offset();
  if (!emitter_.finish()) return nullptr;
  for (const PatchedJump& jump : jumps_) jump.link->jump = emitter_.address_of(jump.place);
  code_->entry = emitter_.address_of(entry_);
  code_->loop = emitter_.address_of(loop_);
  code_->bytes = size;
  return std::move(code_);
}

void BlockGenerator::begin_piece(CodePiece::Part part, u32 number) {
  if (surroundings_.wants_pieces) code_->pieces.push_back({part, number, static_cast<u32>(a_.offset())});
}

void BlockGenerator::emit_entry() {
  entry_ = a_.new_label();
  loop_ = a_.new_label();
  assumption_failed_ = a_.new_label();
  not_entered_ = a_.new_label();
  begin_piece(CodePiece::Part::entry, 0);
  a_.bind(entry_);
  for (const ir::Operation& o : block_.operations) {
    if (o.code != Code::assume_gr) break;
    assumed_ |= 1u << o.n;
    const unsigned pinned = host_of(o.n);
    if (pinned == kNotPinned) {
      a_.cmp(gr_operand(o.n), o.imm);
    } else {
      a_.cmp(host::gpd(pinned), o.imm);
    }
    a_.jne(assumption_failed_);
  }
  a_.bind(loop_);
  a_.sub(budget_operand(), static_cast<u32>(block_.instructions.size()));
  a_.js(not_entered_);
}

void BlockGenerator::emit_ways_back() {
  begin_piece(CodePiece::Part::entry, 0);
  a_.bind(not_entered_);
  a_.add(budget_operand(), static_cast<u32>(block_.instructions.size()));
  a_.mov(host::eax, block_.address);
  a_.jmp(reinterpret_cast<u64>(thunks_.not_entered));
  if (assumed_ == 0) return;
  a_.bind(assumption_failed_);
  a_.mov(host::eax, block_.address);
  a_.jmp(reinterpret_cast<u64>(thunks_.assumption_failed));
}

bool BlockGenerator::is_done_whole(Ref first, Ref end) const {
  if (restrictions_.is_whole(number_)) return true;
  for (Ref at = first; at < end; ++at) {
    if (has_no_code(operation(at))) return true;
  }
  return false;
}

void BlockGenerator::emit_instruction(Ref first, Ref end) {
  begin_piece(CodePiece::Part::instruction, number_);
  cc_before_ = cc_;
  cold_ = Label();
  begin_or_end_group();
  if (is_done_whole(first, end)) {
    emit_whole(first, end);
  } else {
    emit_operations(first, end);
  }
  if (failed_ || values_.failed()) return;
  if (cold_.isValid()) {
    const Label behind = a_.new_label();
    a_.bind(behind);
    CallSite* site = make_call_site();
    site->is_cold = true;
    site->cc_after = cc_;
    cold_stubs_.push_back({cold_, behind, cc_, flags_by_ == number_, site});
  }
  values_.release_all();
}

void BlockGenerator::begin_or_end_group() {
  if (restrictions_.no_groups) return;
  if (group_ != ir::Operation::kNoGroup && number_ > block_.groups[group_].last) {
    group_ = ir::Operation::kNoGroup;
    values_.give_back();
  }
  for (u8 group = 0; group < block_.groups.size(); ++group) {
    if (block_.groups[group].first != number_) continue;
    group_ = group;
    is_group_looked_up_ = false;
    values_.reserve(kGroupRegister);
  }
}

void BlockGenerator::emit_operations(Ref first, Ref end) {
  const std::optional<Ref> overflow = overflow_to_check(first, end);
  bool is_checked = !overflow;
  for (Ref at = first; at < end; ++at) {
    if (!is_checked && changes_register(at)) {
      emit_overflow_check(*overflow, at);
      is_checked = true;
    }
    emit(at);
    if (failed_ || values_.failed()) return;
    values_.release_operands(at);
    values_.release_unused(at);
  }
}

// What an overflow does is left to the handler, so it must be known before anything is changed. Only of a sum can the
// condition code be made later, from the operands, as long as there is no exception to raise.
std::optional<BlockGenerator::Ref> BlockGenerator::overflow_to_check(Ref first, Ref end) const {
  for (Ref at = first; at < end; ++at) {
    if (operation(at).code == Code::cc_sign_or_overflow) return at;
    if (ir::may_overflow(operation(at)) && block_.mode.fixed_point_overflow) return at;
  }
  return std::nullopt;
}

// A result may be made in the register that it is set to.
bool BlockGenerator::changes_register(Ref at) const {
  return operation(at).code == Code::set_gr || pinned_result(at).has_value();
}

CallSite* BlockGenerator::make_call_site() {
  const ir::GuestInstruction& i = instruction();
  const bool executes = i.opcode == Opcode::EX;
  code_->call_sites.push_back({.handler = kPlainHandlers[i.bytes[0]],
                               .bytes = i.bytes,
                               .ilc = i.insn.ilc,
                               .sets_cc = sets_cc(i.opcode) || executes,
                               .asks_for_cc = executes,
                               .observed = i.observed,
                               .cc_before = cc_before_,
                               .cc_after = CcKind::in_psw,
                               .address = i.insn.address,
                               .next = i.insn.next(),
                               .left = left()});
  return &code_->call_sites.back();
}

void BlockGenerator::emit_whole(Ref first, Ref end) {
  CallSite* site = make_call_site();
  const bool always_raises = first < end && operation(first).code == Code::raise;
  for (Ref at = first; at < end; ++at) {
    if (operation(at).code == Code::set_gr) changed_ |= 1u << operation(at).n;
    if (operation(at).code == Code::routine) changed_ = kAllRegisters;
  }
  a_.mov(host::rax, reinterpret_cast<u64>(site));
  if (always_raises || instruction().may_change_context()) {
    a_.jmp(reinterpret_cast<u64>(thunk_for_last()));
    ended_ = true;
    return;
  }
  a_.call(reinterpret_cast<u64>(thunks_.call_instruction));
  if (site->sets_cc) cc_ = CcKind::in_psw;
}

// The thunk that does the present instruction, which is the last one, and what that expects.
const u8* BlockGenerator::thunk_for_last() {
  const ir::GuestInstruction& i = instruction();
  if (i.opcode == Opcode::SVC) {
    if (cc_ != CcKind::unknown) a_.mov(cc_kind_operand(), static_cast<u32>(cc_));
    return thunks_.supervisor_call;
  }
  if (i.opcode == Opcode::LPSW) {
    if (i.insn.b2 == 0) {
      a_.mov(host::ecx, i.insn.d2);
    } else {
      const unsigned pinned = host_of(i.insn.b2);
      a_.mov(host::ecx, pinned == kNotPinned ? asmjit::Operand(gr_operand(i.insn.b2)) : host::gpd(pinned));
      a_.add(host::ecx, i.insn.d2);
      a_.and_(host::ecx, kAddressMask);
    }
    return thunks_.load_psw;
  }
  return thunks_.call_last_instruction;
}

void BlockGenerator::emit(Ref at) {
  const ir::Operation& o = operation(at);
  switch (o.code) {
    case Code::word: return values_.set_constant(at, o.imm);
    case Code::get_gr: return values_.set_guest(at, o.n);
    case Code::set_gr: return emit_set_gr(at);
    case Code::get_fpr:
    case Code::get_fpr_short: return emit_get_fpr(at);
    case Code::set_fpr:
    case Code::set_fpr_short: return emit_set_fpr(at);
    case Code::link_information: return emit_link_information(at);
    case Code::address:
      if (is_grouped(at)) return;  // made where it is needed
      return emit_address(at);

    case Code::load8: return emit_load(at, 1);
    case Code::load16: return emit_load(at, 2);
    case Code::load32: return emit_load(at, 4);
    case Code::load64: return emit_load(at, 8);
    case Code::store8: return emit_store(at, 1);
    case Code::store16: return emit_store(at, 2);
    case Code::store32: return emit_store(at, 4);
    case Code::store64: return emit_store(at, 8);
    case Code::fetch_area: return emit_area(at, offsetof(AccessMap, fetch));
    case Code::store_area: return emit_area(at, offsetof(AccessMap, store));
    case Code::move: return emit_move(at);
    case Code::combine: return emit_combine(at);
    case Code::compare: return emit_compare(at);
    case Code::area_load8: return emit_area_load(at, 1);
    case Code::area_load32: return emit_area_load(at, 4);
    case Code::area_store8: return emit_area_store(at, 1);
    case Code::area_store32: return emit_area_store(at, 4);

    case Code::add:
    case Code::sub:
    case Code::and_:
    case Code::or_:
    case Code::xor_: return emit_arithmetic(at);
    case Code::shift_left:
    case Code::shift_right:
    case Code::shift_right_signed:
    case Code::shift_left_long:
    case Code::shift_right_long:
    case Code::shift_right_signed_long: return emit_shift(at);
    case Code::sign_extend16: return emit_sign_extend(at);
    case Code::multiply: return emit_multiply(at);
    case Code::join: return emit_join(at);
    case Code::low:
    case Code::high: return emit_half(at);
    case Code::select: return emit_select(at);
    case Code::equal:
    case Code::equal_long:
    case Code::less_signed:
    case Code::not_:
    case Code::is_divisible:
    case Code::cc_in: return;  // where they are used
    case Code::require: return emit_division(at);
    case Code::quotient:
    case Code::remainder: return;  // made by the division

    case Code::set_cc: return emit_set_cc(at);
    case Code::cc_sign:
    case Code::cc_sign_long:
    case Code::cc_nonzero:
    case Code::cc_add_logical:
    case Code::cc_subtract_logical:
    case Code::cc_compare_signed:
    case Code::cc_compare_logical:
    case Code::cc_add_signed:
    case Code::cc_subtract_signed:
    case Code::cc_test_mask: return emit_cc(at);
    case Code::cc_sign_or_overflow: return emit_cc_sign_or_overflow(at);

    case Code::float_long:
    case Code::float_short: return emit_float(at);
    case Code::cc_float_sign_long:
    case Code::cc_float_sign_short: return emit_cc_float_sign(at);
    case Code::cc_float_compare_long:
    case Code::cc_float_compare_short: return emit_cc_float_compare(at);

    case Code::branch: return emit_branch(at);
    case Code::branch_if: return emit_branch_if(at);
    default: failed_ = true;
  }
}

void BlockGenerator::emit_fall_through() {
  const Exit exit{
      .label = {}, .cc = cc_, .left = 0, .is_constant = true, .address = block_.next(), .address_register = {}};
  begin_piece(CodePiece::Part::exit, number_before(0));
  emit_exit(exit);
}

void BlockGenerator::emit_exits() {
  for (std::size_t n = 0; n < exits_.size(); ++n) {
    begin_piece(CodePiece::Part::exit, number_before(exits_[n].left));
    a_.bind(exits_[n].label);
    emit_exit(exits_[n]);
  }
}

void BlockGenerator::emit_out_of_line() {
  for (const OutOfLine& part : out_of_line_) {
    begin_piece(CodePiece::Part::out_of_line, part.number);
    cold_ = part.cold;
    part.call(part.closure);
  }
}

void BlockGenerator::emit_cold_stubs() {
  for (const ColdStub& stub : cold_stubs_) {
    begin_piece(CodePiece::Part::cold_path, number_before(stub.site->left));
    a_.bind(stub.label);
    a_.mov(host::rax, reinterpret_cast<u64>(stub.site));
    a_.call(reinterpret_cast<u64>(thunks_.call_instruction));
    if (stub.has_flags) {
      cc_ = stub.cc_after;
      emit_stored_cc_flags(host::rax);
    }
    a_.jmp(stub.end);
  }
}

}  // namespace replica
