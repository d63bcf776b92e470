// The generator's inside: what the emission of one block shares. Each group of operations has a file of its own.
#pragma once

#include <algorithm>

#include "jit/asmjit/code_generator.h"
#include "jit/asmjit/value_locations.h"

namespace replica {

class BlockGenerator {
 public:
  // What to do without when registers do not suffice: shared look-ups, code of its own for instructions.
  struct Restrictions {
    bool no_groups = false;
    std::vector<u32> whole;  // the numbers of instructions that are to be done by their handlers
    bool is_whole(u32 number) const { return std::find(whole.begin(), whole.end(), number) != whole.end(); }
  };
  BlockGenerator(const ir::Block& block, const Surroundings& surroundings, Emitter& emitter,
                 const Restrictions& restrictions);

  // Empty if something cannot be done; for one instruction, perhaps.
  std::unique_ptr<GeneratedCode> generate();
  std::optional<u32> refused_instruction() const { return refused_instruction_; }

 private:
  using Ref = ir::Ref;
  using Condition = host::CondCode;

  // A way out of the block: where its code is to be bound, and what is true there.
  struct Exit {
    Label label;
    CcKind cc;
    u32 left;  // instructions of the block that have not been begun
    bool is_constant;
    u32 address;                // if it is constant
    host::Gp address_register;  // else
  };
  // A look-up in the access map: the register of the entry, and the address, which is known or in a register.
  struct LookUp {
    host::Gp entry;
    u32 known;
    host::Gp address;
    bool is_known() const { return !address.isValid(); }
  };
  // A rarer case of an instruction, emitted behind the block.
  struct OutOfLine {
    u32 number;  // of its instruction
    Label cold;
    const void* closure;
    void (*call)(const void* closure);
  };
  // An instruction that is done as a whole if it cannot be done inline.
  struct ColdStub {
    Label label;
    Label end;
    CcKind cc_after;
    bool has_flags;  // to be set for the next instruction
    CallSite* site;
  };

  const ir::Operation& operation(Ref at) const { return block_.operations[at]; }
  const ir::GuestInstruction& instruction() const { return block_.instructions[number_]; }
  u32 left() const { return static_cast<u32>(block_.instructions.size()) - number_ - 1; }

  // ---- code_generator.cpp: the block as a whole ----
  void begin_piece(CodePiece::Part part, u32 number);
  // The number of the instruction behind which there are `left` more.
  u32 number_before(u32 left) const { return static_cast<u32>(block_.instructions.size()) - left - 1; }
  void emit_entry();
  // Where the block is not entered after all.
  void emit_ways_back();
  void emit_instruction(Ref first, Ref end);
  bool is_done_whole(Ref first, Ref end) const;
  void emit_operations(Ref first, Ref end);
  void begin_or_end_group();
  bool is_grouped(Ref at) const { return group_ != ir::Operation::kNoGroup && operation(at).group == group_; }
  void emit_whole(Ref first, Ref end);
  const u8* thunk_for_last();
  // The operation of the instruction that may find an overflow, if it needs a check of its own.
  std::optional<Ref> overflow_to_check(Ref first, Ref end) const;
  bool changes_register(Ref at) const;
  CallSite* make_call_site();
  void emit(Ref at);
  void emit_fall_through();
  void emit_exits();
  void emit_cold_stubs();
  template <typename Emit>
  void out_of_line(const Emit& emit) {
    const auto call = [](const void* closure) { (*static_cast<const Emit*>(closure))(); };
    out_of_line_.push_back({number_, cold(), scratch_.keep(emit), call});
  }
  void emit_out_of_line();

  // ---- emit_values.cpp: registers and arithmetic ----
  void emit_set_gr(Ref at);
  void emit_get_fpr(Ref at);
  void emit_set_fpr(Ref at);
  void emit_address(Ref at);
  void emit_arithmetic(Ref at);
  void emit_shift(Ref at);
  void emit_shift_by_register(Ref at);
  void emit_multiply(Ref at);
  void emit_division(Ref at);
  void emit_join(Ref at);
  void emit_half(Ref at);
  void emit_sign_extend(Ref at);
  void emit_select(Ref at);
  // Emits a comparison; the flag is true if the condition holds.
  Condition emit_flag(Ref flag);
  // The register for the result of the operation: that of the guest register that it is set to next, or a scratch register.
  host::Gp result(Ref at);
  // That guest register, if it is pinned.
  std::optional<unsigned> pinned_result(Ref at) const;
  // Puts copies of two values into these scratch registers. All others are then free for use.
  void load_pair(Ref first, const host::Gp& to_first, Ref second, const host::Gp& to_second, Ref at);

  // ---- emit_storage.cpp ----
  // Looks up the block of the address for an access to `length` bytes, and jumps to the cold stub if it is not all in a
  // block that the map allows. The operand is then at the returned address, which is made with entry_register_: the caller
  // releases that when it has made the access.
  host::Mem emit_lookup(Ref address, u32 length, std::size_t entries, bool must_be_aligned);
  // The entry for the address, with the host's flags for its sign, if the operand lies in one block; else to `outside`.
  void emit_entry_of(const host::Gp& address, u32 length, std::size_t entries, bool must_be_aligned,
                     const host::Gp& entry, const Label& outside);
  bool is_beside_code(u32 known, u32 length, std::size_t entries) const;
  host::Mem emit_store_beside_code(u32 known, u32 length, const host::Gp& entry);
  // As emit_lookup() for the access at `at`, which may share the look-up of a group.
  host::Mem emit_operand(Ref at, u32 length, std::size_t entries, bool must_be_aligned);
  host::Mem emit_grouped_operand(Ref at, u32 length, std::size_t entries, bool must_be_aligned);
  void emit_group_look_up(const ir::LookUpGroup& group, const host::Gp& scratch, const Label& look_up);
  // An access of a group that looks up for itself after all: `entry` is as if that of the group held.
  void emit_look_up_beside_group(const ir::LookUpGroup& group, u32 displacement, u32 length, std::size_t entries,
                                 bool must_be_aligned, const host::Gp& entry, const host::Gp& address);
  // The base of a group, with a displacement, to a register.
  void emit_group_address(const ir::LookUpGroup& group, u32 displacement, const host::Gp& to);
  void emit_load(Ref at, u32 length);
  void emit_store(Ref at, u32 length);
  void emit_area(Ref at, std::size_t entries);
  void emit_move(Ref at);
  // The operands of an operation on areas of storage: the second, then the first, each in a register of its own.
  struct Operands {
    host::Gp first, second;
  };
  Operands emit_operands(Ref at, std::size_t entries_of_first);
  // Jumps to the cold stub if the first operand begins within the second, behind its first byte.
  void emit_overlap_check(const Operands& operands, u32 length, const host::Gp& scratch);
  void emit_combine(Ref at);
  void emit_compare(Ref at);
  void emit_area_load(Ref at, u32 length);
  void emit_area_store(Ref at, u32 length);
  void load_big_endian(const host::Gp& to, host::Mem from, u32 length);
  void store_big_endian(host::Mem to, Ref value, u32 length);
  // Where a look-up goes on whose entry is negative: of a store, back to `access` if that is only held back and there is no
  // code in the lines.
  Label negative_entry(const LookUp& look_up, u32 length, std::size_t entries, const Label& access);
  // `byte` is free for use.
  void emit_held_back_store(const LookUp& look_up, u32 length, const host::Gp& byte, const Label& access,
                            const Label& cold);
  Label cold();

  // ---- emit_float.cpp ----
  // Where an operation goes on: with the image of the result in rbx; with the zero that is its result.
  struct FloatResult {
    Label done;
    Label zero;
  };
  void emit_float(Ref at);
  void emit_float_finish(bool is_long, const host::Gp& digits, const host::Gp& characteristic, i32 bias);
  void emit_float_sum(Ref at, const FloatResult& result);
  void emit_general_float_sum(bool is_long, const FloatResult& result);
  void emit_float_product(Ref at, const FloatResult& result);
  void emit_float_quotient(Ref at, const FloatResult& result);
  void emit_float_half(Ref at, const FloatResult& result);
  void emit_cc_float_sign(Ref at);
  void emit_cc_float_compare(Ref at);

  // ---- emit_condition_code.cpp ----
  void emit_cc(Ref at);
  void emit_cc_flags(Ref at);
  void emit_stored_cc_flags(const host::Gp& scratch);
  void emit_set_cc(Ref at);
  void store_cc_operand(Ref value, const host::Mem& to);
  // Jumps if the condition code is one that the mask of BRANCH ON CONDITION names.
  void emit_branch_on_cc(u32 mask, const Label& taken);
  void emit_branch_on_number(u32 mask, const Label& taken);
  void emit_branch_on_comparison(u32 mask, const Label& taken);
  void emit_branch_on_sum(u32 mask, const Label& taken);
  void emit_branch_on_logical_sum(u32 mask, const Label& taken);
  void make_cc_known();
  void emit_link_information(Ref at);
  void emit_cc_number(const host::Gp& to);
  void emit_cc_sign_or_overflow(Ref at);
  void emit_branch_on_test(u32 mask, const Label& taken);
  // Jumps to the cold stub if the operation finds an overflow; `at` is the operation that comes next.
  void emit_overflow_check(Ref cc, Ref at);

  // ---- emit_control.cpp ----
  void emit_branch(Ref at);
  void emit_branch_if(Ref at);
  Exit make_exit(Ref target);
  void emit_exit(const Exit& exit);
  void emit_link(u32 address);
  void emit_lookup_of_code(u32 address);
  void emit_lookup_of_code(const host::Gp& address);

  const ir::Block& block_;
  const Restrictions& restrictions_;
  const Surroundings& surroundings_;
  const Thunks& thunks_;
  Emitter& emitter_;
  Assembler& a_;
  Scratch scratch_;
  ValueLocations values_;
  std::unique_ptr<GeneratedCode> code_;

  Label entry_;
  Label not_entered_, assumption_failed_;
  Label loop_;                          // behind the assumptions
  u32 assumed_ = 0;                     // general registers of which the block assumes a value, a bit each
  u32 changed_ = 0;                     // general registers that the block has set until here, a bit each
  u32 number_ = 0;                      // of the present instruction
  u8 group_ = ir::Operation::kNoGroup;  // that the block is in
  bool is_group_looked_up_ = false;
  host::Gp entry_register_;
  Label cold_;  // its cold stub; not valid if it has none
  CcKind cc_ = CcKind::unknown;
  CcKind cc_before_ = CcKind::unknown;  // the present instruction
  std::optional<u32> flags_by_;  // the number of the instruction behind which the host's flags tell the condition code
  bool ended_ = false;           // control does not come here
  bool failed_ = false;
  std::optional<u32> refused_instruction_;
  std::pmr::vector<Exit> exits_ = scratch_.vector<Exit>();
  std::pmr::vector<ColdStub> cold_stubs_ = scratch_.vector<ColdStub>();
  std::pmr::vector<OutOfLine> out_of_line_ = scratch_.vector<OutOfLine>();
  struct PatchedJump {
    Link* link;
    u32 place;  // of its displacement
  };
  std::pmr::vector<PatchedJump> jumps_ = scratch_.vector<PatchedJump>();
};

}  // namespace replica
