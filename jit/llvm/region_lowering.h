// From a region to LLVM's intermediate representation: one function.
//
// What the guest sees (registers, condition code, budget) are variables of the function, which LLVM turns into values. An
// instruction changes them when all of its checks have been made, so that a check that fails finds them as the
// instruction began: it stores them and has the instruction called, outside of the region. Nothing comes back from there.
// That is why entries of the access map, which are looked up anew for each access, cannot change while the function runs:
// loads of them are of an alias class of their own, and LLVM may do them once for many accesses, and ahead of a loop. An entry
// that is found to be the usual one is replaced by that: the access itself does not wait for the look-up then, which matters
// where each address is loaded from the one before.
//
// Instructions that follow each other and are branched to at the first only are a segment. The budget of a segment is taken
// when control goes to it, and nobody goes to a segment that the budget is too small for.
#pragma once

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include "jit/regions/region_compiler.h"

namespace replica {

class RegionLowering {
 public:
  RegionLowering(const Region& region, const RegionEnvironment& environment, llvm::Module& module);

  // The function. Nullptr if the region asks for more than there is.
  llvm::Function* lower();

  static constexpr const char* kName = "region";

 private:
  using Value = llvm::Value*;
  using BasicBlock = llvm::BasicBlock*;
  using Ref = ir::Ref;

  // What is known about the state in front of an instruction, whichever way control came there.
  struct Known {
    bool is_reached = false;
    CcKind cc = CcKind::unknown;
    bool is_cc_changed = false;
    u32 changed_gr = 0;  // a bit for each register that may have been set since the entry
    u32 changed_fpr = 0;
    bool operator==(const Known&) const = default;
  };
  struct Segment {
    std::size_t first = 0, end = 0;
    BasicBlock head = nullptr;
  };
  struct Set {
    ir::Code code;
    unsigned n;
    Value value;
  };
  enum class Access : u8 { fetch, store };

  // ---- region_lowering.cpp: the function, and ways out of it ----
  void divide();
  void find_known();
  bool merge(std::size_t index, const Known& known);
  Known behind(std::size_t index) const;
  void make_variables();
  void lower_entries();
  void lower_entry(u32 address);
  void lower_segment(const Segment& segment);
  void lower_instruction();
  void lower_branch(Value condition, Value target);
  void commit();
  void check_expected(u32 set);
  // Control goes to a known address, when `executed` instructions of the segment have been.
  void go_to(u32 address, std::size_t executed);
  void check_page(const RegionInstruction& to, Value budget);
  Value is_unlikely(Value condition);
  // Goes on in a new block unless the condition is true; then to `otherwise`.
  void leave_if(Value condition, BasicBlock otherwise);
  BasicBlock block(const char* name);
  // Goes on in a block to which two ways lead: the value that each comes with.
  struct Incoming {
    Value value;
    BasicBlock from;
  };
  Value joined(BasicBlock where, const Incoming& one, const Incoming& other);
  // The way out that calls the present instruction.
  BasicBlock called();
  void leave(Value value, u64 jump, Value budget, const Known& known);
  Value opaque(Value value);
  Value budget_behind(std::size_t executed);
  std::size_t executed() const { return index_ - segment_->first; }

  // ---- lower_operations.cpp ----
  void lower_operation(Ref at);
  Value lower_value(Ref at);
  Value lower_arithmetic(const ir::Operation& o);
  Value lower_shift(const ir::Operation& o);
  void lower_division_check(const ir::Operation& o);
  Value operand(const ir::Operation& o, unsigned n) { return values_[o.operands[n]]; }
  Value get_gr(unsigned n);
  Value get_fpr(unsigned n);
  Value program_mask();
  Value flag(Ref at);

  // ---- lower_storage.cpp ----
  // Where an operand is in host memory; leaves by called() if it cannot be accessed at once.
  Value look_up(Value address, u32 length, Access access, bool must_be_aligned);
  const RegionPage* page_beside_code(Value address, u32 length) const;
  void check_place(Value address, u32 length, bool must_be_aligned);
  Value entry_for(Value address, Access access);
  std::array<BasicBlock, 2> unless_usual(Value entry);
  bool is_expected_aligned() const;
  void store_operand(Value address, Value value, u32 length);
  Value held_back(Value entry, Value address, u32 length);
  Value load(Value host, u32 length, bool is_big_endian = true);
  void store(Value host, Value value, u32 length);
  void lower_move(const ir::Operation& o);
  void lower_combine(const ir::Operation& o);
  void lower_compare(const ir::Operation& o);
  void check_overlap(Value to, Value from, u32 length);
  Value at(Value host, u32 offset);

  // ---- lower_decimal.cpp ----
  void lower_routine();
  Value operand_address(unsigned base, unsigned index, u32 displacement);
  Value load_field(Value host, u32 length);
  void store_field(Value host, Value field, u32 length);
  template <typename Function>
  std::array<Value, 2> compute(Function* function, Value first, Value second, u32 length1 = 0, u32 length2 = 0);
  Value checked_cc(Value cc);
  Value edit(Value pattern, Value source, u32 length);

  // ---- lower_float.cpp ----
  struct FloatFormat;
  void lower_float(const ir::Operation& o);
  void set_fpr_short(unsigned n, Value image);
  Value float_finish(const FloatFormat& f, Value sign, Value characteristic, Value digits, i32 bias);
  Value float_sum(const FloatFormat& f, Value x, Value y);
  Value general_float_sum(const FloatFormat& f, Value x, Value y);
  Value float_product(const FloatFormat& f, Value x, Value y);
  Value float_quotient(const FloatFormat& f, Value x, Value y);
  Value float_half(const FloatFormat& f, Value y);
  void lower_float_sign(const ir::Operation& o);
  void lower_float_compare(const ir::Operation& o);

  // ---- lower_condition_code.cpp ----
  void set_cc(CcKind kind, Value a, Value b = nullptr);
  void lower_cc(const ir::Operation& o);
  void check_overflow(const ir::Operation& o);
  Value cc_in(u32 mask);
  Value comparison(u32 mask, Value a, Value b, bool is_signed);
  Value sum_in(u32 mask, CcKind kind, Value a, Value b);
  Value number_in(u32 mask, Value number);
  Value cc_number();
  Value word_of(llvm::AllocaInst* variable);

  // ---- shared ----
  Value constant(u32 value) { return b_.getInt32(value); }
  Value long_constant(u64 value) { return b_.getInt64(value); }
  Value pointer(u64 address) { return b_.CreateIntToPtr(b_.getInt64(address), b_.getPtrTy()); }
  Value in_state(std::size_t offset);
  llvm::LoadInst* tagged(llvm::LoadInst* load, llvm::MDNode* tag);
  llvm::StoreInst* tagged(llvm::StoreInst* store, llvm::MDNode* tag);
  const RegionInstruction& instruction() const { return region_.instructions[index_]; }

  const Region& region_;
  const RegionEnvironment& environment_;
  llvm::Module& module_;
  llvm::IRBuilder<> b_;
  llvm::Function* function_ = nullptr;
  llvm::StructType* exit_type_ = nullptr;
  Value cpu_ = nullptr;
  Value map_ = nullptr;
  Value usual_entry_ = nullptr;  // not known to be a constant; nullptr if there is none

  // Alias classes, none of which is ever the other.
  llvm::MDNode* table_tag_ = nullptr;  // access map
  llvm::MDNode* lines_tag_ = nullptr;  // Storage::code_lines()
  llvm::MDNode* guest_tag_ = nullptr;  // storage
  llvm::MDNode* state_tag_ = nullptr;  // CpuState
  llvm::MDNode* unlikely_ = nullptr;

  std::array<llvm::AllocaInst*, 16> gr_{};
  std::array<llvm::AllocaInst*, 8> fpr_{};
  llvm::AllocaInst* cc_kind_ = nullptr;
  llvm::AllocaInst* cc_a_ = nullptr;
  llvm::AllocaInst* cc_b_ = nullptr;
  llvm::AllocaInst* cc_in_psw_ = nullptr;
  llvm::AllocaInst* budget_ = nullptr;

  std::vector<Segment> segments_;
  std::vector<std::size_t> segment_of_;  // by instruction
  std::vector<Known> known_;             // by instruction, in front of it

  // The present instruction.
  const Segment* segment_ = nullptr;
  std::size_t index_ = 0;
  Known now_;  // in front of it; of its condition code, behind it when that has been set
  std::vector<Value> values_;
  std::vector<Set> sets_;  // not done yet
  struct {
    std::optional<CcKind> kind;
    Value a = nullptr;
    Value b = nullptr;
  } new_cc_;
  BasicBlock called_ = nullptr;
  bool failed_ = false;
};

}  // namespace replica
