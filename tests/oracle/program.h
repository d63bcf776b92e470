// The program of a case under construction: instructions, the constants they refer to, and the operands planted where
// they point.
//
// The code and its constants take one stretch of kProgramBytes bytes in front of the register `code_base()`:
//   0 .. kCodeBytes    instructions, ended by an invalid operation code
//   .. kProgramBytes   constants and EXECUTE targets, allocated upwards
// Some registers get a role at the start: the code base, pointers to operands, a pointer to a real storage block, a
// small index. The rest are scratch, and are what instructions mostly change; nothing stops them from changing the others.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/types.h"
#include "tests/oracle/case.h"
#include "tests/oracle/overlay.h"
#include "tests/oracle/random.h"
#include "tests/oracle/space.h"

namespace replica::oracle {

inline constexpr u32 kCodeBytes = 0x2C0;
inline constexpr u32 kProgramBytes = 0x580;

// A storage operand: base register and displacement, and the address they give if nothing has changed the register.
struct Operand {
  u8 base;
  u16 displacement;
  u32 address;

  u16 field() const { return static_cast<u16>(base << 12 | displacement); }
};

class Program {
 public:
  Program(Random& random, Overlay& overlay, const Space& space, Case& c);

  Random& random() { return random_; }
  const Space& space() const { return space_; }
  Case& target() { return case_; }

  // --- registers -------------------------------------------------------------------------------------------------
  u8 code_base() const { return roles_[0]; }
  u8 real_pointer() const { return roles_[5]; }
  u8 index() const { return roles_[6]; }
  u8 destination();    // a general register to change: mostly a scratch one
  u8 source();         // any
  u8 even_register();  // mostly even, and not the code base
  u8 float_register();
  u8 extended_register();
  void keep(u8 reg) { kept_ = reg; }  // destination() leaves this loop counter alone; 0 = none
  u32 initial(u8 reg) const { return case_.gr[reg]; }

  // --- instructions ----------------------------------------------------------------------------------------------
  void begin(const char* mnemonic);
  // The next instruction begins something new: after an interruption the program may be resumed there. It may not be
  // resumed between an instruction and those that set up its registers, nor inside of a loop.
  void begin_group() { group_begins_ = true; }
  void emit16(u32 halfword);
  void emit_rx(u8 op, u8 r1, const Operand& operand);
  bool room() const { return code_.size() + 40 < kCodeBytes; }
  std::size_t instructions() const { return starts_.size(); }
  // From here on halfwords go into the constants, for an EXECUTE target; end_target gives the target's displacement.
  void begin_target() { in_target_ = true; }
  std::optional<u32> end_target();
  bool in_target() const { return in_target_; }

  // --- operands --------------------------------------------------------------------------------------------------
  Operand operand(u32 bytes);            // somewhere near a pointer, aligned to `bytes` more often than not
  Operand aligned(u32 bytes, u32 unit);  // almost always on a multiple of `unit`
  Operand absolute(u32 displacement) const { return {0, static_cast<u16>(displacement & 0xFFF), displacement}; }
  void plant(u32 address, std::span<const u8> bytes);
  std::optional<u32> constant(std::span<const u8> bytes, u32 unit = 4);  // its displacement from the code base
  Operand at_code(u32 displacement) const;
  // L reg,=value. False when there is no room for the constant.
  bool load_constant(u8 reg, u32 value);

  // --- branch targets: resolved by finish, when the instructions behind are known ---------------------------------
  void branch_operand();                     // emits the B2 D2 halfword of a branch to a later instruction
  void emit_branch_back(std::size_t to);     // the same to instruction number `to`
  bool load_later_address(u8 reg, u8 high);  // L reg,=A(later instruction)
  std::optional<u32> later_psw(u64 psw);  // a doubleword constant whose last 3 bytes are a later instruction's address

  // Ends the program: the invalid operation code, fixups, landing points; lays it all down in the overlay.
  void finish();

 private:
  struct Fixup {
    enum class Kind : u8 { displacement_in_code, displacement_in_constants, address_in_constants };
    Kind kind;
    u32 place;          // in the code or in the constants
    std::size_t after;  // the target comes behind this instruction
  };

  u32 later_start(std::size_t after);
  void choose_roles();
  void choose_code_address();
  u32 pointer_value();
  void choose_landings();
  void resolve(const Fixup& fixup);
  void lay_down(u32 displacement, std::span<const u8> bytes);

  Random& random_;
  Overlay& overlay_;
  const Space& space_;
  Case& case_;
  std::array<u8, 15> roles_{};
  u8 kept_ = 0;
  u32 base_ = 0;  // logical address of the code
  std::vector<u8> code_;
  std::vector<u8> constants_;
  std::vector<u8> target_;
  bool in_target_ = false;
  std::optional<u32> target_fixup_;
  bool group_begins_ = false;
  std::vector<bool> begins_group_;
  std::vector<u32> starts_;
  std::vector<const char*> names_;
  std::vector<Fixup> fixups_;
};

}  // namespace replica::oracle
