// A difference between two records, traced to one instruction, with what can be worked out about it.
#pragma once

#include <initializer_list>
#include <vector>

#include "tests/oracle/access_model.h"
#include "tests/oracle/compare.h"

namespace replica::oracle {

namespace code {
inline constexpr u16 kProtection = 0x04, kAddressing = 0x05, kSpecification = 0x06, kData = 0x07, kDecimalDivide = 0x0B,
                     kSegment = 0x10, kPage = 0x11, kTranslationFormat = 0x12, kMonitorEvent = 0x40, kPer = 0x80;
inline bool is_access(u16 code) {
  return code == kProtection || code == kAddressing || code == kSegment || code == kPage || code == kTranslationFormat;
}
inline bool is_translation(u16 code) { return code == kSegment || code == kPage; }
}  // namespace code

// A storage operand of the instruction.
struct OperandRange {
  u32 address;
  u32 length;
  bool store;
  bool packed;  // checked for valid digits and sign
};

class Finding {
 public:
  // `subject`: the case, cut short behind the instruction. `guilty`: its number in the program. `before`: our record without
  // the instruction. The records differ.
  Finding(const Case& subject, std::size_t guilty, const Record& before, const Record& ours, const Record& theirs);

  const Case& subject() const { return subject_; }
  std::size_t guilty() const { return guilty_; }
  const Record& before() const { return before_; }
  const Record& our_record() const { return our_record_; }
  const Record& their_record() const { return their_record_; }
  const std::vector<Difference>& differences() const { return differences_; }

  // The interruptions in which the records first differ; the last ones if they agree in all. Every record has one.
  const Interruption& ours() const { return *ours_; }
  const Interruption& theirs() const { return *theirs_; }
  u16 our_code() const { return program_code(ours()); }
  u16 their_code() const { return program_code(theirs()); }
  // A program interruption's code without the PER bit; 0 for other classes and for PER alone.
  static u16 program_code(const Interruption& entry);
  static bool has_per(const Interruption& entry);
  // The PER events that we indicate.
  u8 our_per_events() const { return ours().locations[150 - 128]; }

  bool extended() const { return ours().old_psw & kPswExtendedControl; }
  u32 cc(const Interruption& entry) const {
    return static_cast<u32>(extended() ? entry.old_psw >> 44 & 3 : entry.old_psw >> 28 & 3);
  }
  // True if the old PSWs differ in the condition code at most; and in the ILC under EXECUTE in BC mode, which Hercules has
  // from the target.
  bool psw_differs_in_cc_alone() const;

  // True if the guilty instruction, or one that it has branched to, was interrupted; else it was completed, and the
  // interruption is that of the end of the program.
  bool is_interrupted() const { return interrupted_; }
  // The instruction that was interrupted: mostly the guilty one, which may also have branched to it.
  u32 address() const { return address_; }
  const std::vector<u8>& bytes() const { return bytes_; }
  // What it executed, if it is an EXECUTE; else the same bytes.
  const std::vector<u8>& target() const { return target_; }
  u16 op() const { return op_; }
  bool is_one_of(std::initializer_list<u16> ops) const;
  bool is_decimal() const;
  // The general registers when it began.
  const std::array<u32, 16>& gr() const { return gr_; }

  // The address that the base-displacement field at byte `place` of the target gives.
  u32 effective_address(std::size_t place) const;
  // Its operands, for SS instructions, MVCL, CLCL and those with one operand of at most 8 bytes; LM, STM, LCTL, STCTL.
  std::vector<OperandRange> operands() const;
  // True if `code` can be due to one of the operands: an access, a decimal digit or sign.
  bool can_be_due(u16 code) const;
  // True if the instruction refers to this block of the region: with an operand, its own bytes, or through DAT.
  bool refers_to(u32 block) const;
  bool is_table(u32 block) const;
  // True if two operands have storage in common under different logical addresses.
  bool operands_share_real_storage() const;
  // True if an access exception `code` can be due to the fetching of the instruction at `address`.
  bool fetching_can_cause(u16 code, u32 address) const;
  const AccessModel& access() const { return access_; }

  // True if all differences are in these fields.
  bool only_in(std::initializer_list<Difference::Field> fields) const;
  // True if keys differ in these bits at most.
  bool keys_differ_in(u8 bits) const;
  // True if storage differs in the assigned locations alone, which follows from a difference between interruptions.
  bool storage_is_assigned_locations() const;

 private:
  void identify();
  std::vector<u8> instruction_at(u32 logical) const;
  std::vector<u8> find_target() const;
  bool has_invalid_decimal(const OperandRange& operand) const;

  const Case& subject_;
  std::size_t guilty_;
  Record before_;
  Record our_record_;
  Record their_record_;
  std::vector<Difference> differences_;
  const Interruption* ours_;
  const Interruption* theirs_;
  AccessModel access_;  // after the instruction
  AccessModel access_before_;
  bool interrupted_ = true;
  u32 address_ = 0;
  std::vector<u8> bytes_;
  std::vector<u8> target_;
  u16 op_ = 0;
  std::array<u32, 16> gr_{};
};

// All that is known about a finding, to read.
std::string describe(const Finding& finding);

// The program of a case, `count` instructions of it, as it stands in storage.
std::string listing(const Case& c, std::size_t count);

}  // namespace replica::oracle
