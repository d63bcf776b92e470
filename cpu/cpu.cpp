#include "cpu/cpu.h"

#include <algorithm>

#include "base/bits.h"
#include "base/check.h"
#include "base/part_clock.h"
#include "mmu/dat.h"

namespace replica {
namespace {

// CR0
constexpr u32 kLowAddressProtection = ibm_mask<u32>(3);
// CR9
constexpr u32 kPerInstructionFetching = ibm_mask<u32>(1);
constexpr u32 kPerStorageAlteration = ibm_mask<u32>(2);

}  // namespace

Cpu::Cpu(Storage& storage, Clocks& clocks, Translator& translator, Channels& channels)
    : storage_(storage), clocks_(clocks), channels_(channels), maps_(storage, translator) {
  initial_reset();
}

void Cpu::throw_program(ProgramCode code) const { throw ProgramException{code}; }

// ---- Storage ----

Access Cpu::check_or_throw(u32 address, AccessKind kind) {
  const Access access = maps_.check(*map, address, kind);
  if (access.code == ProgramCode::none) return access;
  if (is_nullifying(access.code)) details.translation_address = address & ~(kBlockSize - 1);
  throw ProgramException{access.code};
}

Area Cpu::area_slow(u32 address, u32 length, AccessKind kind) {
  const PartScope scope(part::kFill);
  if (paranoid) {
    CHECK(maps_.verify(*map, address, kind));
    if (u8* p = mapped(map->entries(kind), address, length)) return {p, p, length};
  }
  const u32 split = std::min(length, kBlockSize - (address & (kBlockSize - 1)));
  const u32 second_address = (address + split) & kAddressMask;
  const Access first = check_or_throw(address, kind);
  const Access second = split < length ? check_or_throw(second_address, kind) : Access{};

  maps_.record(*map, address, split, kind, first);
  if (split < length) maps_.record(*map, second_address, length - split, kind, second);
  const AccessContext& context = map->context;
  if (kind == AccessKind::store && context.per_storage && context.per_range.intersects(address, length)) {
    per.events |= PerEvents::kStore;
  }
  return {first.host, second.host, split};
}

void Cpu::check_store(u32 address, u32 length) {
  if (mapped(map->store, address, length)) return;
  const PartScope scope(part::kFill);
  const u32 split = std::min(length, kBlockSize - (address & (kBlockSize - 1)));
  check_or_throw(address, AccessKind::store);
  if (split < length) check_or_throw((address + split) & kAddressMask, AccessKind::store);
}

const u8* Cpu::fetch_instruction(u32 address, u8* buffer) {
  if (address & 1) throw_program(ProgramCode::specification);
  const u8* start = area(address, 2, AccessKind::instruction).first;
  const u32 length = instruction_length(*start);
  if (length == 2) return start;
  const Area bytes = area(address, length, AccessKind::instruction);
  if (bytes.is_contiguous(length)) return bytes.first;
  for (u32 n = 0; n < length; ++n) buffer[n] = *bytes.at(n);
  return buffer;
}

u16 Cpu::load16(u32 address) {
  const Area bytes = fetch_area(address, 2);
  if (bytes.is_contiguous(2)) return load_be16(bytes.first);
  return static_cast<u16>(*bytes.at(0) << 8 | *bytes.at(1));
}

u32 Cpu::load32(u32 address) {
  const Area bytes = fetch_area(address, 4);
  if (bytes.is_contiguous(4)) return load_be32(bytes.first);
  u32 value = 0;
  for (u32 n = 0; n < 4; ++n) value = value << 8 | *bytes.at(n);
  return value;
}

u64 Cpu::load64(u32 address) {
  const Area bytes = fetch_area(address, 8);
  if (bytes.is_contiguous(8)) return load_be64(bytes.first);
  u64 value = 0;
  for (u32 n = 0; n < 8; ++n) value = value << 8 | *bytes.at(n);
  return value;
}

void Cpu::store16(u32 address, u16 value) {
  const Area bytes = store_area(address, 2);
  if (bytes.is_contiguous(2)) return store_be16(bytes.first, value);
  *bytes.at(0) = static_cast<u8>(value >> 8);
  *bytes.at(1) = static_cast<u8>(value);
}

void Cpu::store32(u32 address, u32 value) {
  const Area bytes = store_area(address, 4);
  if (bytes.is_contiguous(4)) return store_be32(bytes.first, value);
  for (u32 n = 0; n < 4; ++n) *bytes.at(n) = static_cast<u8>(value >> (24 - 8 * n));
}

void Cpu::store64(u32 address, u64 value) {
  const Area bytes = store_area(address, 8);
  if (bytes.is_contiguous(8)) return store_be64(bytes.first, value);
  for (u32 n = 0; n < 8; ++n) *bytes.at(n) = static_cast<u8>(value >> (56 - 8 * n));
}

u32 Cpu::absolute_or_throw(u32 real) const {
  const u32 absolute = apply_prefix(real & kAddressMask, prefix);
  if (!storage_.contains(absolute)) throw_program(ProgramCode::addressing);
  return absolute;
}

// ---- Control ----

void Cpu::select_map() {
  exchange.per_active = psw.per() && (cr[9] >> 28) != 0;
  AccessContext context{.prefix = prefix,
                        .key = psw.key,
                        .dat = psw.dat(),
                        .low_address_protection = (cr[0] & kLowAddressProtection) != 0,
                        .per_storage = exchange.per_active && (cr[9] & kPerStorageAlteration),
                        .fixed_point_overflow = (psw.program_mask & Psw::kFixedPointOverflow) != 0};
  if (context.dat) {
    context.cr0_format = cr[0] & kDatFormatMask;
    context.cr1 = cr[1];
  }
  if (context.per_storage) context.per_range = {cr[10] & kAddressMask, cr[11] & kAddressMask};
  if (!map || !(map->context == context)) {
    const u64 evictions = maps_.evictions();
    map = maps_.select(context);
    if (maps_.evictions() != evictions) forget_maps();
  }
  if (!exchange.per_active) known_maps_->by_psw[map_index()] = map;
}

void Cpu::note_instruction_fetched(u32 address) {
  const AddressRange range{cr[10] & kAddressMask, cr[11] & kAddressMask};
  if (exchange.per_active && (cr[9] & kPerInstructionFetching) && range.contains(address)) {
    per.events |= PerEvents::kFetch;
  }
}

void Cpu::load_psw(u64 image) {
  const bool is_ec = image & Psw::kEcMode;
  const u64 context = image & (is_ec ? ExchangeState::kContextOfEc : ExchangeState::kContextOfBc);
  const KnownPsw& known = exchange.at(context);
  if (known.context != context || exchange.per_active) [[unlikely]]
    return load_new_psw(image, context);
  psw = known.psw;
  psw.cc = image >> (is_ec ? 44 : 28) & 3;
  psw.address = static_cast<u32>(image) & kAddressMask;
  map = known.map;
  if (interruption_is_due()) leave();
}

void Cpu::load_new_psw(u64 image, u64 context) {
  const bool per_was_active = exchange.per_active;
  psw = Psw::unpack(image);
  psw_changed();
  const bool per_matters = per_was_active || exchange.per_active;
  if (psw.is_valid() && !psw.wait && !per_matters) exchange.at(context) = {context, psw, map};
  if (!psw.is_valid()) early_exception(0);
  if (psw.wait || exchange.per_active != per_was_active || interruption_is_due()) leave();
}

void Cpu::system_mask_changed() {
  psw_changed();
  if (!psw.is_valid()) early_exception(2);
  leave();
}

void Cpu::control_register_changed() {
  context_changed();
  leave();
}

void Cpu::early_exception(u8 ilc) {
  early_exception_ = true;
  early_ilc_ = ilc;
  leave();
}

void Cpu::reset() {
  external_latches_ = 0;
  external_call_ = emergency_signal_ = false;
  early_exception_ = false;
  per = {};
  maps_.purge_translations();
  stopped = true;
  leave();
}

void Cpu::initial_reset() {
  reset();
  psw = {};
  prefix = 0;
  std::fill(std::begin(cr), std::end(cr), 0);
  cr[0] = 0x000000E0;
  cr[2] = 0xFFFFFFFF;
  cr[14] = 0xC2000000;
  cr[15] = 0x00000200;
  clocks_.reset(now());
  context_changed();
}

void Cpu::clear_registers() {
  std::fill(std::begin(gr), std::end(gr), 0);
  std::fill(std::begin(fpr), std::end(fpr), 0);
}

// GA22-7000 "Store Status": absolute locations, so without prefixing.
void Cpu::store_status() {
  u8* low = storage_.at(0);
  store_be64(low + 216, clocks_.cpu_timer(now()));
  store_be64(low + 224, clocks_.comparator());
  store_be64(low + 256, psw.pack());
  store_be32(low + 264, prefix);
  for (unsigned n = 0; n < 4; ++n) store_be64(low + 352 + 8 * n, fpr[2 * n]);
  for (unsigned n = 0; n < 16; ++n) store_be32(low + 384 + 4 * n, gr[n]);
  for (unsigned n = 0; n < 16; ++n) store_be32(low + 448 + 4 * n, cr[n]);
  storage_.record_store(0);
}

// ---- Time ----

u64 Cpu::look_at_time() {
  const u64 time = now();
  if (const u64 ticks = clocks_.ticks_due(time)) {
    u8* timer = store_low(80);
    const u32 before = load_be32(timer);
    store_be32(timer, before - static_cast<u32>(ticks * clocks_.timer_step()));
    // It turns negative when it goes below zero, which it also does after it has wrapped from most negative to positive.
    if (ticks > before / clocks_.timer_step()) external_latches_ |= kIntervalTimer;
  }
  channels_.advance(io_context(time));
  exchange.external_pending = pending_external_subclasses(time);
  exchange.io_pending = channels_.any_pending();
  return time;
}

u64 Cpu::next_event() const {
  const u64 time = now();
  return std::min(
      {clocks_.next_tick(), clocks_.comparator_event(time), clocks_.cpu_timer_event(time), channels_.next_event()});
}

}  // namespace replica
