#include "tools/vectors/state.h"

#include <algorithm>
#include <functional>

#include "base/big_endian.h"
#include "base/bits.h"

namespace replica::vectors {
namespace {

constexpr u32 kDefaultAddress = 0x400;
// Where the target of the EXECUTE stands, behind it.
constexpr u32 kTargetDistance = 8;

// ---- PSW images ----

constexpr u64 kEcBit = ibm_mask<u64>(12), kMachineCheckBit = ibm_mask<u64>(13), kWaitBit = ibm_mask<u64>(14),
              kProblemBit = ibm_mask<u64>(15), kPerBit = ibm_mask<u64>(1), kTranslationBit = ibm_mask<u64>(5);

void set_bits(u64& image, unsigned first, unsigned last, u64 value) {
  image = (image & ~ibm_mask<u64>(first, last)) | (value << (63 - last) & ibm_mask<u64>(first, last));
}
unsigned cc_position(u64 image) { return is_ec(image) ? 18 : 34; }
void set_cc(u64& image, u64 cc) { set_bits(image, cc_position(image), cc_position(image) + 1, cc); }
void set_program_mask(u64& image, u64 mask) { set_bits(image, cc_position(image) + 2, cc_position(image) + 5, mask); }

// The new PSW of each class: EC mode, wait state, everything disabled, and an address that tells the class.
constexpr u64 new_psw(u32 location) { return u64{0x000A0000} << 32 | 0xF000 | location; }
constexpr u32 kNewPsws[] = {0x00, 0x58, 0x60, 0x68, 0x70, 0x78};

// ---- Items ----

u32 block_of(u32 address) { return address >> kBlockShift; }

// Applies an item of the state to PSW fields; returns false if it is about something else.
bool apply_to_psw(const Item& item, u64& psw) {
  switch (item.field) {
    case Field::psw: psw = item.value; return true;
    case Field::system_mask: set_bits(psw, 0, 7, item.value); return true;
    case Field::psw_key: set_bits(psw, 8, 11, item.value); return true;
    case Field::condition_code: set_cc(psw, item.value); return true;
    case Field::program_mask: set_program_mask(psw, item.value); return true;
    case Field::ec_mode: psw |= kEcBit; return true;
    case Field::bc_mode: psw &= ~kEcBit; return true;
    case Field::problem_state: psw |= kProblemBit; return true;
    case Field::wait_state: psw |= kWaitBit; return true;
    case Field::machine_check_mask: psw |= kMachineCheckBit; return true;
    case Field::instruction_address: set_bits(psw, 40, 63, item.value); return true;
    default: return false;
  }
}

void apply(const Item& item, State& state) {
  if (apply_to_psw(item, state.psw)) return;
  switch (item.field) {
    case Field::general_register: state.gr[item.index] = static_cast<u32>(item.value); break;
    case Field::floating_register: state.fpr[item.index / 2] = item.value; break;
    case Field::control_register: state.cr[item.index] = static_cast<u32>(item.value); break;
    case Field::storage: std::copy(item.bytes.begin(), item.bytes.end(), state.storage.begin() + item.index); break;
    case Field::storage_key: state.keys[block_of(item.index)] = static_cast<u8>(item.value); break;
    case Field::prefix: state.prefix = static_cast<u32>(item.value); break;
    case Field::tod_clock: state.tod = item.value; break;
    case Field::clock_comparator: state.comparator = item.value; break;
    case Field::cpu_timer: state.cpu_timer = item.value; break;
    case Field::stopped: state.stopped = 1; break;
    case Field::asked_channel: state.asked = u64{item.index + 1} << 16 | item.value; break;
    default: break;
  }
}

// What the item leaves open.
void apply_known(const Item& item, State& known) {
  switch (item.field) {
    case Field::psw: known.psw = item.known; break;
    case Field::condition_code:
      if (item.known == ~u64{0}) break;
      set_bits(known.psw, 18, 19, 0);  // in one of the modes; in the other the bits are always zero
      set_bits(known.psw, 34, 35, 0);
      break;
    case Field::general_register: known.gr[item.index] = static_cast<u32>(item.known); break;
    case Field::floating_register: known.fpr[item.index / 2] = item.known; break;
    case Field::storage: std::copy(item.mask.begin(), item.mask.end(), known.storage.begin() + item.index); break;
    case Field::storage_key: known.keys[block_of(item.index)] = static_cast<u8>(item.known & storage_key::kAll); break;
    case Field::tod_clock: known.tod = item.known; break;
    case Field::cpu_timer: known.cpu_timer = item.known; break;
    default: break;
  }
}

// What lies behind the end of storage is left out.
void put(State& state, u32 address, const Bytes& bytes) {
  for (std::size_t n = 0; n < bytes.size() && address + n < state.storage.size(); ++n) {
    state.storage[address + n] = bytes[n];
  }
}

// Instructions one after the other, or an EXECUTE of the only one.
void place_instructions(const Case& c, const Variation& variation, State& state) {
  const Item* location = Case::find(c.before, Field::code_location);
  u32 address = static_cast<u32>(location ? location->value : ibm_bits(state.psw, 40, 63));
  if (variation.under_execute) {
    put(state, address + kTargetDistance, c.instructions[0]);
    Bytes execute = {0x44, 0, 0, 0};
    store_be16(execute.data() + 2, static_cast<u16>(address + kTargetDistance));
    put(state, address, execute);
    return;
  }
  for (const Bytes& bytes : c.instructions) {
    put(state, address, bytes);
    address += static_cast<u32>(bytes.size());
  }
}

// ---- Expectations ----

// Builds what a case leads to: first the instruction's own results, then the interruption, if there is one.
class Outcome {
 public:
  Outcome(const Case& c, const Variation& variation, const State& before)
      : case_(c), variation_(variation), before_(before) {
    expected_.value = before;
    everything_known();
  }

  Expectation build() {
    finish_instructions();
    apply_results(
        [](Field field) { return field != Field::psw && field != Field::storage && field != Field::storage_key; });
    interrupt();
    for (const Item& item : case_.after) {
      if (item.field == Field::storage) note_item_stored(item);
    }
    apply_results([](Field field) { return field == Field::psw || field == Field::storage; });
    apply_results([](Field field) { return field == Field::storage_key; });
    return std::move(expected_);
  }

 private:
  // Reference bits may be on for more than one reason, and clocks run: only what a case mentions of these counts.
  void everything_known() {
    State& known = expected_.known;
    known.gr.fill(~u32{0});
    known.fpr.fill(~u64{0});
    known.cr.fill(~u32{0});
    known.psw = known.comparator = known.stopped = known.asked = ~u64{0};
    known.prefix = ~u32{0};
    known.storage.assign(before_.storage.size(), 0xFF);
    const u8 key_mask = storage_key::kAll & static_cast<u8>(~storage_key::kReference);
    known.keys.assign(before_.keys.size(), variation_.warm ? key_mask & ~storage_key::kChange : key_mask);
  }

  template <typename Selection>
  void apply_results(Selection is_selected) {
    for (const Item& item : case_.after) {
      if (!is_selected(item.field)) continue;
      apply(item, expected_.value);
      apply_known(item, expected_.known);
    }
  }

  u32 address_before() const { return static_cast<u32>(ibm_bits(before_.psw, 40, 63)); }

  void finish_instructions() {
    last_address_ = next_address_ = address_before();
    for (const Bytes& bytes : case_.instructions) {
      last_address_ = next_address_;
      const u32 length = variation_.under_execute ? 4 : static_cast<u32>(bytes.size());
      ilc_ = static_cast<u8>(length / 2);
      next_address_ = (next_address_ + length) & kAddressMask;
    }
    set_bits(expected_.value.psw, 40, 63, next_address_);
  }

  // Counts a store: the block's change bit must be on.
  void note_stored(u32 absolute, u32 length) {
    for (u32 block = block_of(absolute); block <= block_of(absolute + length - 1); ++block) {
      expected_.value.keys[block] |= storage_key::kChange;
    }
  }

  // Bytes none of which counts may or may not have been stored.
  void note_item_stored(const Item& item) {
    const u32 length = static_cast<u32>(item.bytes.size());
    if (std::any_of(item.mask.begin(), item.mask.end(), [](u8 byte) { return byte != 0; })) {
      return note_stored(item.index, length);
    }
    for (u32 block = block_of(item.index); block <= block_of(item.index + length - 1); ++block) {
      expected_.known.keys[block] &= static_cast<u8>(~storage_key::kChange);
    }
  }

  // Bytes that an interruption stores at a real address below 4096.
  void store_low(u32 real, u64 value, u32 length, u64 known = ~u64{0}) {
    const u32 absolute = apply_prefix(real, expected_.value.prefix);
    for (u32 n = 0; n < length; ++n) {
      const unsigned shift = 8 * (length - 1 - n);
      expected_.value.storage[absolute + n] = static_cast<u8>(value >> shift);
      expected_.known.storage[absolute + n] = static_cast<u8>(known >> shift);
    }
    note_stored(absolute, length);
  }

  void interrupt() {
    if (const Item* item = after(Field::ilc)) ilc_ = static_cast<u8>(item->value);
    if (const Item* item = after(Field::old_address)) set_bits(expected_.value.psw, 40, 63, item->value);
    if (const Item* item = after(Field::program_interruption)) {
      program(static_cast<u16>(item->value));
    } else if (const Item* call = after(Field::supervisor_call_interruption)) {
      if (is_ec(psw())) store_low(0x88, u64{ilc_} << 17 | call->value, 4);
      exchange(0x20, 0x60, static_cast<u16>(call->value), ilc_);
    } else if (const Item* external = after(Field::external_interruption)) {
      if (is_ec(psw())) store_low(0x86, external->value, 2);
      if (is_ec(psw()) && external->value >> 8 == 0x12) store_low(0x84, 0, 2);
      exchange(0x18, 0x58, static_cast<u16>(external->value), {});
    } else if (const Item* io = after(Field::io_interruption)) {
      if (is_ec(psw())) store_low(0xB9, io->value, 3, 0xFFFF);
      exchange(0x38, 0x78, static_cast<u16>(io->value), {});
    } else if (after(Field::restart_interruption)) {
      exchange(0x08, 0x00, 0, {});
    } else if (variation_.per && variation_.per->events != 0) {
      program(0);
    }
  }

  // `code` without a PER event; 0 if there is only that.
  void program(u16 code) {
    const bool nullified = code == 0x10 || code == 0x11;
    const u8 events = variation_.per ? variation_.per->events : 0;
    if (events != 0) code |= 0x80;
    if (nullified && !after(Field::old_address)) set_bits(expected_.value.psw, 40, 63, last_address_);
    if (is_ec(psw())) {
      store_low(0x8C, u64{ilc_} << 17 | code, 4);
      const Item* translation = after(Field::translation_address);
      if (translation) store_low(0x90, translation->value, 4, translation->known);
      if (code & 0x80) {
        const Item* reported = after(Field::per_events);
        const Item* address = after(Field::per_address);
        store_low(0x96, reported ? reported->value << 8 : u64{events} << 8, 2);
        store_low(0x98, address ? address->value : last_address_, 4);
      }
    }
    exchange(0x28, 0x68, code, ilc_);
  }

  // Without an ILC, what the old PSW holds there is unpredictable.
  void exchange(u32 old_location, u32 new_location, u16 code, std::optional<u8> ilc) {
    u64 image = psw();
    u64 known = expected_.known.psw;
    if (!is_ec(image)) {
      set_bits(image, 16, 31, code);
      set_bits(image, 32, 33, ilc.value_or(0));
      if (!ilc) set_bits(known, 32, 33, 0);
    }
    store_low(old_location, image, 8, known);
    const u32 absolute = apply_prefix(new_location, expected_.value.prefix);
    expected_.value.psw = load_be64(expected_.value.storage.data() + absolute);
    expected_.known.psw = ~u64{0};
  }

  const Item* after(Field field) const { return Case::find(case_.after, field); }
  u64 psw() const { return expected_.value.psw; }

  const Case& case_;
  const Variation& variation_;
  const State& before_;
  Expectation expected_;
  u32 last_address_ = 0;
  u32 next_address_ = 0;
  u8 ilc_ = 0;
};

}  // namespace

bool is_ec(u64 psw) { return psw & kEcBit; }
bool is_dat_on(u64 psw) { return is_ec(psw) && (psw & kTranslationBit); }

State state_before(const Case& c, const Variation& variation) {
  State state;
  for (unsigned n = 0; n < 16; ++n) state.gr[n] = 0x11111111 * (n == 0 ? 15 : n);
  for (unsigned n = 0; n < 4; ++n) state.fpr[n] = 0x1111111111111111 * (n == 0 ? 15 : 2 * n);
  state.cr[0] = 0x000000E0;
  state.cr[2] = 0xFFFFFFFF;
  state.cr[14] = 0xC2000000;
  state.cr[15] = 0x00000200;

  state.storage.assign(c.storage_size(), 0);
  state.keys.assign(state.storage.size() >> kBlockShift, 0);

  state.psw = variation.ec_mode ? kEcBit : 0;
  set_bits(state.psw, 40, 63, kDefaultAddress);
  // A condition code that the instruction must change if it is expected to set one.
  const Item* cc = Case::find(c.after, Field::condition_code);
  set_cc(state.psw, cc ? (cc->value + 1) & 3 : 1);

  const Item* prefix = Case::find(c.before, Field::prefix);
  for (const u32 location : kNewPsws) {
    u8* place = state.storage.data() + apply_prefix(location, prefix ? static_cast<u32>(prefix->value) : 0);
    store_be64(place, new_psw(location));
  }
  for (const Item& item : c.before) {
    if (item.field != Field::storage) apply(item, state);
  }
  place_instructions(c, variation, state);
  for (const Item& item : c.before) {
    if (item.field == Field::storage) apply(item, state);
  }
  if (variation.per) {
    state.psw |= kPerBit;
    state.cr[9] = variation.per->cr9;
    state.cr[10] = variation.per->first;
    state.cr[11] = variation.per->last;
  }
  return state;
}

Expectation state_after(const Case& c, const Variation& variation, const State& before) {
  return Outcome(c, variation, before).build();
}

}  // namespace replica::vectors
