#include "tests/oracle/explained.h"

#include <algorithm>

#include "base/big_endian.h"

namespace replica::oracle {
namespace {

using Field = Difference::Field;
using F = const Finding&;

// ---- What the architecture leaves open ------------------------------------------------------------------------------

// The address is known, and how many halfwords have been added to it is not. If the program went on, it may have failed to
// fetch an instruction again.
bool instruction_fetch_ilc(F f) {
  const u32 start = interrupted_address(f.ours());
  if (f.our_code() != f.their_code() || !code::is_access(f.our_code()) || start != interrupted_address(f.theirs()) ||
      !f.fetching_can_cause(f.our_code(), start)) {
    return false;
  }
  if (&f.ours() != &f.our_record().interruptions.back()) return true;
  return f.only_in({Field::old_psw, Field::location, Field::storage, Field::key}) &&
         f.storage_is_assigned_locations() && f.keys_differ_in(6);
}

bool odd_instruction_address(F f) {
  return f.our_code() == code::kSpecification && f.their_code() == code::kSpecification && (f.ours().old_psw & 1) &&
         (f.theirs().old_psw & 1);
}

// Where we have a format error, Hercules may have an address beyond storage: see extended_real_addressing.
bool can_be_due_there(F f) {
  return f.can_be_due(f.their_code()) ||
         (f.their_code() == code::kAddressing && f.can_be_due(code::kTranslationFormat));
}

// See execute_ilc_in_bc_mode.
bool executed_in_bc_mode(F f) {
  return f.bytes()[0] == 0x44 && !f.extended() && ((f.ours().old_psw ^ f.theirs().old_psw) & 0xFFFFFF) == 0;
}

// True if the program has changed the guilty instruction. Its bytes are then those of what stands in its place in our record
// without it, and tell nothing.
bool is_modified(F f) {
  const Placed& place = f.subject().program[f.guilty()];
  return f.address() == place.logical && !std::equal(place.bytes.begin(), place.bytes.begin() + 2, f.bytes().begin());
}

bool is_operand_exception(u16 program_code) { return code::is_access(program_code) || program_code == code::kData; }

// Operands, and parts of one that crosses a block, may be looked at in any order; so may digits and accesses.
bool exception_order(F f) {
  if (is_modified(f) && interrupted_address(f.ours()) == interrupted_address(f.theirs()) &&
      is_operand_exception(f.our_code()) && is_operand_exception(f.their_code())) {
    return true;
  }
  const bool other_place =
      code::is_translation(f.our_code()) && load_be32(&f.ours().locations[16]) != load_be32(&f.theirs().locations[16]);
  return (f.our_code() != f.their_code() || other_place) &&
         (interrupted_address(f.ours()) == interrupted_address(f.theirs()) || executed_in_bc_mode(f)) &&
         f.can_be_due(f.our_code()) && can_be_due_there(f) && f.keys_differ_in(6);
}

// CLC and CLM end at the first unequal byte; whether bytes behind it are looked at is open.
bool compare_beyond_inequality(F f) {
  return f.is_one_of({0xD5, 0xBD}) && code::is_access(f.our_code()) && interrupted_address(f.ours()) == f.address() &&
         interrupted_address(f.theirs()) != f.address();
}

// A BC-mode old PSW has no ILC to tell after an external interruption.
bool external_ilc(F f) {
  return f.ours().cls == static_cast<u32>(InterruptionClass::external) && !f.extended() &&
         ((f.ours().old_psw ^ f.theirs().old_psw) & ~(u64{3} << 30)) == 0 &&
         f.only_in({Field::old_psw, Field::storage}) && f.storage_is_assigned_locations();
}

bool move_inverse_overlap(F f) {
  return f.op() == 0xE8 && f.only_in({Field::storage, Field::key}) &&
         ((f.effective_address(4) - f.effective_address(2)) & 0xFFFFFF) < 2u * (f.target()[1] + 1u);
}

// An operand of an instruction that ends in an exception may have been referred to; where the exception leaves results
// unpredictable it may also have been changed.
bool recorded_reference(F f) {
  return f.only_in({Field::key}) && f.is_interrupted() && f.our_code() != 0 && f.keys_differ_in(6);
}

// What a machine has in its TLB it need not look up in a table. And Hercules does not record every reference to an
// operand, and not in every run.
bool reference_not_recorded(F f) {
  return f.only_in({Field::key}) && std::ranges::all_of(f.differences(), [&](const Difference& d) {
           const bool only_ours = d.ours & 4;
           return (d.ours ^ d.theirs) == 4 &&
                  (f.is_table(d.index) || (only_ours && (f.refers_to(d.index) || (f.before().keys[d.index] & 4))));
         });
}

bool is_branch(F f) { return f.is_one_of({0x05, 0x06, 0x07, 0x0D, 0x45, 0x46, 0x47, 0x4D, 0x86, 0x87}); }

// True if the instruction may have branched to one of these.
bool may_branch_to(F f, std::initializer_list<std::string_view> mnemonics) {
  return is_branch(f) && std::ranges::any_of(f.subject().program, [&](const Placed& p) {
           return std::ranges::find(mnemonics, p.label) != mnemonics.end();
         });
}

// The same, as seen by INSERT STORAGE KEY or RESET REFERENCE BIT.
bool reference_not_seen(F f) {
  if (f.is_one_of({0xB213, 0xB22A}) || may_branch_to(f, {"RRB", "RRBE"})) {
    return f.psw_differs_in_cc_alone() && (f.cc(f.ours()) ^ f.cc(f.theirs())) == 2 && f.keys_differ_in(4) &&
           f.only_in({Field::old_psw, Field::key, Field::storage}) && f.storage_is_assigned_locations();
  }
  return f.is_one_of({0x09, 0xB229}) && std::ranges::all_of(f.differences(), [](const Difference& d) {
           return d.field == Field::general_register && (d.ours ^ d.theirs) == 4;
         });
}

bool swap_unequal_change(F f) {
  if (!f.only_in({Field::key}) || !f.keys_differ_in(2)) return false;
  if (f.is_one_of({0xBA, 0xBB})) return f.cc(f.ours()) == 1;
  return may_branch_to(f, {"CS", "CDS"});
}

bool long_operand_interrupted(F f) {
  return f.is_one_of({0x0E, 0x0F}) && code::is_access(f.our_code()) && f.our_code() == f.their_code() &&
         f.psw_differs_in_cc_alone() && f.keys_differ_in(6);
}

bool move_long_high_bytes(F f) {
  return f.op() == 0x0E && f.cc(f.ours()) == 3 && std::ranges::all_of(f.differences(), [](const Difference& d) {
           return d.field == Field::general_register && ((d.ours ^ d.theirs) & 0xFFFFFF) == 0;
         });
}

// EDIT also has a condition code by then, and EDIT AND MARK a mark in register 1.
bool data_exception_result(F f) {
  if (!f.is_decimal() || f.our_code() != code::kData || f.their_code() != code::kData || !f.keys_differ_in(6)) {
    return false;
  }
  if (!f.is_one_of({0xDE, 0xDF})) return f.only_in({Field::storage, Field::key});
  return f.psw_differs_in_cc_alone() && f.only_in({Field::storage, Field::key, Field::old_psw,
                                                   f.op() == 0xDF ? Field::general_register : Field::storage});
}

bool overlap_in_real_storage(F f) {
  return f.only_in({Field::storage, Field::key, Field::old_psw, Field::general_register}) && f.keys_differ_in(6) &&
         f.psw_differs_in_cc_alone() && f.operands_share_real_storage();
}

// Which an instruction behind it may show.
bool left_by_exception(F f) {
  return f.only_in({Field::storage, Field::key}) && f.keys_differ_in(6) &&
         std::ranges::any_of(f.our_record().interruptions, [&](const Interruption& entry) {
           return f.program_code(entry) == code::kData || interrupted_edit(f.subject(), entry);
         });
}

bool edit_overlap(F f) {
  if (!f.is_one_of({0xDE, 0xDF})) return false;
  const u32 length = f.target()[1] + 1u;
  const u32 pattern = f.effective_address(2), source = f.effective_address(4);
  return source - pattern < length || pattern - source < length || f.operands_share_real_storage();
}

// ---- Hercules 3.13 --------------------------------------------------------------------------------------------------

// It may have cleared itself.
bool test_block_half(F f) {
  const bool under_execute = f.bytes()[0] == 0x44 && f.op() == 0;
  const bool guilty = f.op() == 0xB22C || under_execute || f.subject().program[f.guilty()].label == "TB";
  return guilty && f.only_in({Field::key, Field::storage});
}

bool reset_reference_of_frame(F f) {
  return f.op() == 0xB213 && f.psw_differs_in_cc_alone() && f.keys_differ_in(4) &&
         f.only_in({Field::old_psw, Field::key, Field::storage}) && f.storage_is_assigned_locations();
}

bool insert_key_of_frame(F f) {
  return f.op() == 0xB229 && std::ranges::all_of(f.differences(), [](const Difference& d) {
           return d.field == Field::general_register && ((d.ours ^ d.theirs) & ~u64{0xFE}) == 0;
         });
}

bool per_register_alteration(F f) { return f.has_per(f.ours()) && (f.our_per_events() & 0x10); }

bool per_supervisor_call(F f) {
  return f.op() == 0x0A && f.has_per(f.ours()) && f.our_code() == 0 &&
         f.theirs().cls == static_cast<u32>(InterruptionClass::supervisor_call);
}

bool per_ilc(F f) {
  return f.has_per(f.ours()) && f.has_per(f.theirs()) && f.our_code() == 0 && f.their_code() == 0 &&
         f.ours().old_psw == f.theirs().old_psw && f.only_in({Field::location, Field::storage}) &&
         f.ours().locations[142 - 128] == f.theirs().locations[142 - 128] && f.storage_is_assigned_locations();
}

bool per_swap_unequal(F f) { return f.is_one_of({0xBA, 0xBB}) && f.has_per(f.theirs()) && f.cc(f.theirs()) == 1; }

bool per_turned_off(F f) {
  return f.is_one_of({0x80, 0x82, 0xAC, 0xAD}) && f.has_per(f.ours()) && !f.has_per(f.theirs()) &&
         !(f.extended() && (f.ours().old_psw & kPswPer));
}

bool per_execute_target(F f) {
  return f.bytes()[0] == 0x44 && f.has_per(f.ours()) && !f.has_per(f.theirs()) && f.our_per_events() == 0x40;
}

bool execute_ilc_in_bc_mode(F f) {
  return f.bytes()[0] == 0x44 && !f.extended() && f.our_code() == f.their_code() &&
         instruction_length_code(f.ours()) == 2 && ((f.ours().old_psw ^ f.theirs().old_psw) & ~(u64{3} << 30)) == 0 &&
         f.only_in({Field::old_psw, Field::key, Field::storage}) && f.keys_differ_in(6);
}

bool monitor_call_in_bc_mode(F f) {
  return f.op() == 0xAF && !f.extended() && f.our_code() == code::kMonitorEvent &&
         f.their_code() == code::kMonitorEvent && f.only_in({Field::location, Field::storage}) &&
         f.storage_is_assigned_locations();
}

// Hercules adds the length to the address without cutting the sum to 24 bits.
bool operand_wraps(F f) {
  const auto wraps = [](const OperandRange& operand) { return operand.address + operand.length > 0x1000000; };
  return (f.is_one_of({0xF1, 0xF2, 0xF3}) || (f.is_one_of({0xB6, 0xB7}) && f.their_code() == code::kAddressing)) &&
         std::ranges::any_of(f.operands(), wraps);
}

bool edit_interrupted(F f) {
  return f.is_one_of({0xDE, 0xDF}) && code::is_access(f.our_code()) && f.our_code() == f.their_code() &&
         f.only_in({Field::storage, Field::key, Field::general_register}) && f.keys_differ_in(6);
}

bool set_prefix_bits(F f) { return f.op() == 0xB210 && f.their_code() == code::kAddressing && !f.is_interrupted(); }

// The low byte of the doubleword, which lies in one word of the region, or in two if the doubleword is not aligned.
bool comparator_low_byte(F f) {
  const auto one_byte = [](const Difference& d) {
    const u64 bits = d.ours ^ d.theirs;
    return bits < 0x100 || (bits & 0xFFFF00FF) == 0 || (bits & 0xFF00FFFF) == 0 || (bits & 0x00FFFFFF) == 0;
  };
  return f.op() == 0xB207 && f.only_in({Field::storage}) && f.differences().size() == 1 &&
         one_byte(f.differences().front());
}

// The events of LCTL are those of the masks and the range before it.
bool per_load_control(F f) { return f.op() == 0xB7 && f.has_per(f.ours()) != f.has_per(f.theirs()); }

// The interval timer, which Hercules steps at any time, changes between the two fetches of CLCL with R1 = R2.
bool compare_timer_with_itself(F f) { return f.op() == 0x0F && f.target()[1] >> 4 == (f.target()[1] & 15); }

// LCTL has made the format in CR0 invalid; Hercules goes on fetching instructions from the same page.
bool load_control_format(F f) {
  return f.our_code() == code::kTranslationFormat && f.their_code() != code::kTranslationFormat &&
         f.access().exception(interrupted_address(f.ours()), false) == code::kTranslationFormat &&
         f.access().exception(0, false) == code::kTranslationFormat;
}

bool page_length(F f) {
  if (f.op() == 0xB1) return f.cc(f.ours()) == 3 && f.cc(f.theirs()) != 3;
  return f.our_code() == code::kPage && f.access().is_beyond_page_table(load_be32(&f.ours().locations[144 - 128]));
}

bool extended_real_addressing(F f) {
  return f.our_code() == code::kTranslationFormat && (f.our_record().cr[0] & 0x00800000);
}

constexpr Explanation kExplanations[] = {
    {"ILC of an instruction that cannot be fetched", "unpredictable; facts 2.5, GA22-7000 'Instruction-Length Code'",
     instruction_fetch_ilc},
    {"odd instruction address", "ILC unpredictable; facts 2.2", odd_instruction_address},
    {"order among exceptions of one instruction", "unpredictable; facts 2.6", exception_order},
    {"CLC or CLM with an access exception behind the first unequal byte", "recognized or not; facts 1.2",
     compare_beyond_inequality},
    {"reference and change recorded by an instruction that ends in an exception", "may be recorded; facts 4",
     recorded_reference},
    {"ILC of an external interruption in BC mode", "unpredictable; facts 2.3", external_ilc},
    {"MVCIN with overlapping operands", "unpredictable; facts 1.2", move_inverse_overlap},
    {"reference not recorded", "Hercules, if its TLB or its cache of addresses has the block; facts 3.5 and 4",
     reference_not_recorded},
    {"reference not recorded, as a key instruction tells", "the same", reference_not_seen},
    {"change recorded by CS or CDS that stores nothing", "may be recorded; facts 1.2", swap_unequal_change},
    {"MVCL or CLCL interrupted", "CC and unit of operation unpredictable; facts 1.7", long_operand_interrupted},
    {"MVCL with destructive overlap, bits 0-7 of the addresses", "zero or unchanged; facts 1.7", move_long_high_bytes},
    {"result field after a data exception", "unpredictable; facts 2.5 (code 07)", data_exception_result},
    {"operands that overlap under different logical addresses",
     "order unpredictable; GA22-7000 'Storage-Operand Consistency'", overlap_in_real_storage},
    {"what a data exception, or any of an EDIT, has left", "unpredictable; facts 2.5 (code 07). EDIT stores as it goes",
     left_by_exception},
    {"EDIT with overlapping operands", "unpredictable; GA22-7000 'Edit'", edit_overlap},
    {"TEST BLOCK clears 2K", "Hercules; GA22-7000 'Test Block': a 4K block", test_block_half},
    {"RRB of a 4K frame", "Hercules ORs the bits of two blocks; facts 11", reset_reference_of_frame},
    {"ISKE of a 4K frame with two keys", "Hercules ORs them; not defined: facts 4 knows one key for a 4K frame",
     insert_key_of_frame},
    {"PER general-register alteration", "Hercules does not know it; facts 11", per_register_alteration},
    {"PER with SVC", "Hercules drops the event; facts 2.4", per_supervisor_call},
    {"ILC of a PER event", "Hercules stores that of an earlier instruction; GA22-7000 'Instruction-Length Code'",
     per_ilc},
    {"PER event of an instruction that turns PER off", "Hercules drops it; facts 2.8", per_turned_off},
    {"PER event of LCTL that changes the PER masks or range", "Hercules uses the new ones; facts 2.8",
     per_load_control},
    {"clock comparator bits 56-63", "Hercules keeps none; GA22-7000 'Clock Comparator': model-dependent resolution",
     comparator_low_byte},
    {"PER instruction fetching of the target of EXECUTE", "Hercules looks at the EXECUTE alone; facts 2.8",
     per_execute_target},
    {"PER storage alteration by CS or CDS that stores nothing", "Hercules; facts 2.8", per_swap_unequal},
    {"PACK, UNPK, MVO, LCTL and STCTL operands that wrap at 16M", "Hercules: addressing exception; facts 1.1",
     operand_wraps},
    {"EDIT with an access exception", "Hercules has changed the pattern even when nullified; facts 0",
     edit_interrupted},
    {"ILC under EXECUTE in BC mode", "Hercules stores the target's; facts 1.8", execute_ilc_in_bc_mode},
    {"MC in BC mode", "Hercules stores no class and code; facts 11", monitor_call_in_bc_mode},
    {"SPX with ones in bits 1-7", "Hercules: part of the address; facts 1.5", set_prefix_bits},
    {"CLCL of the interval timer with itself", "the timer changes in between; facts 5.1", compare_timer_with_itself},
    {"invalid translation format in CR0", "Hercules goes on with its TLB; facts 3.3", load_control_format},
    {"page-table length", "Hercules does not scale it; facts 11", page_length},
    {"bits 13-14 of a 4K page-table entry", "Hercules has extended real addressing; facts 3.3",
     extended_real_addressing},
};

}  // namespace

std::span<const Explanation> explanations() { return kExplanations; }

const Explanation* explain(const Finding& finding) {
  for (const Explanation& explanation : kExplanations)
    if (explanation.matches(finding)) return &explanation;
  return nullptr;
}

}  // namespace replica::oracle
