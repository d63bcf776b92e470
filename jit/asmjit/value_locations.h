// Where the values of a block are while its code is emitted, and the scratch registers that hold some of them.
#pragma once

#include <optional>

#include "jit/asmjit/emitter.h"
#include "jit/ir/block.h"
#include "jit/scratch.h"

namespace replica {

class ValueLocations {
 public:
  enum class Kind : u8 {
    nowhere,   // not made yet, no longer needed, or without a place (flags)
    constant,  // a word that is known
    scratch,   // a host register
    guest,     // the general register that holds it, in its host register or in the CPU's state
  };
  struct Location {
    Kind kind = Kind::nowhere;
    u8 n = 0;  // register
    u32 value = 0;
  };

  ValueLocations(const ir::Block& block, Assembler& assembler, Scratch& scratch);

  const Location& of(ir::Ref ref) const { return locations_[ref]; }
  bool is_constant(ir::Ref ref) const { return of(ref).kind == Kind::constant; }
  u32 constant(ir::Ref ref) const { return of(ref).value; }
  bool is_guest(ir::Ref ref, unsigned n) const { return of(ref).kind == Kind::guest && of(ref).n == n; }
  // True if the operation at `at` is the last that uses the value.
  bool is_last_use(ir::Ref ref, ir::Ref at) const { return last_use_[ref] <= at; }
  bool is_used(ir::Ref ref) const { return last_use_[ref] != 0; }

  // A free scratch register, which is taken until release(). Out of registers: none is taken, failed() turns true.
  host::Gp allocate();
  // The result is in this scratch register, which is taken.
  void take(ir::Ref ref, const host::Gp& scratch) {
    owner_free_ &= ~(1u << scratch.id());
    set_scratch(ref, scratch);
  }
  void release(const host::Gp& scratch) { owner_free_ |= 1u << scratch.id(); }
  // One that is free at this point, for code out of line. It is not taken.
  std::optional<host::Gp> spare_register() const;
  bool failed() const { return failed_; }
  int free_registers() const { return __builtin_popcount(owner_free_); }

  // Results.
  void set_constant(ir::Ref ref, u32 value) { locations_[ref] = {Kind::constant, 0, value}; }
  void set_guest(ir::Ref ref, unsigned n) { locations_[ref] = {Kind::guest, static_cast<u8>(n), 0}; }
  void set_scratch(ir::Ref ref, const host::Gp& scratch) {
    locations_[ref] = {Kind::scratch, static_cast<u8>(scratch.id()), 0};
  }

  // The value in a host register, which must not be changed; it may get a scratch register by that.
  host::Gp in_register(ir::Ref ref);
  // The word as the second operand of an operation: register, storage or immediate.
  asmjit::Operand as_operand(ir::Ref ref);
  // A scratch register with a copy of the value that may be changed, taken by the caller. If the value is not needed behind
  // `at`, its own.
  host::Gp copy(ir::Ref ref, ir::Ref at);

  // Before a guest register changes: moves the values that are in it, and are needed behind `at`, elsewhere.
  void save_values_of(unsigned guest, ir::Ref at);
  // Frees the register of a value that is not needed behind `at`.
  void release_value(ir::Ref ref, ir::Ref at);
  // The same for all operands.
  void release_operands(ir::Ref at);
  // Frees the register of the result of `at` if nobody uses it.
  void release_unused(ir::Ref at);
  // All scratch registers are free: an instruction ends.
  void release_all();
  // Takes a scratch register away, until it is given back. Between instructions.
  void reserve(const host::Gp& scratch);
  void give_back() { reserved_ = 0, release_all(); }

 private:
  void note_uses(ir::Ref at, ir::Ref user);
  // A scratch register with what is there.
  host::Gp load(const Location& from);
  // True if another value is in the same scratch register.
  bool is_shared(ir::Ref ref, ir::Ref at) const;

  const ir::Block& block_;
  Assembler& a_;
  std::pmr::vector<Location> locations_;
  std::pmr::vector<ir::Ref> last_use_;
  u32 owner_free_ = 0;  // scratch registers, by host number
  u32 reserved_ = 0;
  bool failed_ = false;
};

}  // namespace replica
