#include "devices/channels.h"

#include <algorithm>

#include "base/big_endian.h"
#include "base/check.h"
#include "cpu/clocks.h"

namespace replica {
namespace {

constexpr u32 kCswLocation = 64, kCawLocation = 72, kChannelIdLocation = 168;
constexpr u32 kByteMultiplexerId = 0x10000000, kBlockMultiplexerId = 0x20000000;

// How many steps of one program may be due at once before the others and the CPU have their turn.
constexpr unsigned kStepsAtOnce = 64;
// How many steps an initial program load may take. A real one takes a few dozen.
constexpr unsigned kStepsOfInitialLoad = 100'000;

constexpr unsigned channel_of(u16 address) { return address >> 8; }

}  // namespace

ChannelSubsystem::Unit::Unit(ChannelSubsystem& owner, u16 unit_address, std::unique_ptr<Device> unit_device)
    : channels(owner), address(unit_address), device(std::move(unit_device)), program(owner.storage_, *device) {
  device->set_events(this);
}

void ChannelSubsystem::Unit::present(u8 status) {
  presented.fetch_or(status);
  channels.wake();
}

void ChannelSubsystem::Unit::ready() {
  is_ready.store(true);
  channels.wake();
}

// ---- Configuration ----

Status ChannelSubsystem::attach(u16 address, std::unique_ptr<Device> device) {
  if (units_.contains(address))
    return fail("device {:04X} is there already: {}", address, units_[address]->device->type());
  units_[address] = std::make_unique<Unit>(*this, address, std::move(device));
  return {};
}

Status ChannelSubsystem::detach(u16 address) {
  Unit* unit = find(address);
  if (!unit) return fail("there is no device {:04X}", address);
  unit->device->set_events(nullptr);
  const Status flushed = unit->device->flush();
  std::erase(active_, unit);
  std::erase(pending_, unit);
  units_.erase(address);
  return flushed;
}

Device* ChannelSubsystem::device_at(u16 address) {
  Unit* unit = find(address);
  return unit ? unit->device.get() : nullptr;
}

std::vector<u16> ChannelSubsystem::addresses() const {
  std::vector<u16> addresses;
  for (const auto& [address, unit] : units_) addresses.push_back(address);
  return addresses;
}

bool ChannelSubsystem::is_busy(u16 address) const {
  const auto found = units_.find(address);
  return found != units_.end() && found->second->active;
}

bool ChannelSubsystem::has_pending_status(u16 address) const {
  const auto found = units_.find(address);
  return found != units_.end() && (found->second->has_pending || found->second->presented.load() != 0);
}

Status ChannelSubsystem::move(u16 from, u16 to) {
  if (!find(from)) return fail("there is no device {:04X}", from);
  if (const Unit* other = find(to)) return fail("device {:04X} is there already: {}", to, other->device->type());
  auto node = units_.extract(from);
  node.key() = to;
  node.mapped()->address = to;
  units_.insert(std::move(node));
  return {};
}

Csw ChannelSubsystem::last_csw(u16 address) const {
  const auto found = units_.find(address);
  return found == units_.end() ? Csw{} : found->second->csw;
}

Status ChannelSubsystem::present(u16 address, u8 status) {
  Unit* unit = find(address);
  if (!unit) return fail("there is no device {:04X}", address);
  if (unit->active || unit->has_pending) return fail("device {:04X} is busy", address);
  unit->present(status);
  return {};
}

ChannelSubsystem::Unit* ChannelSubsystem::find(u16 address) {
  const auto found = units_.find(address);
  return found == units_.end() ? nullptr : found->second.get();
}

bool ChannelSubsystem::channel_exists(u16 address) const {
  const auto first = units_.lower_bound(static_cast<u16>(address & 0xFF00));
  return first != units_.end() && channel_of(first->first) == channel_of(address);
}

// ---- Instructions ----

u8 ChannelSubsystem::instruction(const IoContext& context, IoInstruction instruction, u16 address) {
  switch (instruction) {
    case IoInstruction::test_channel: return test_channel(address);
    case IoInstruction::clear_channel: return channel_exists(address) ? 0 : 3;
    case IoInstruction::store_channel_id: return store_channel_id(context, address);
    default: break;
  }
  notice_outside_events();
  Unit* unit = find(address);
  if (!unit) return 3;
  switch (instruction) {
    case IoInstruction::start_io:
    case IoInstruction::start_io_fast_release: return start_io(context, *unit);
    case IoInstruction::test_io: return test_io(context, *unit);
    case IoInstruction::clear_io: return clear_io(context, *unit);
    default: return halt(context, *unit);
  }
}

u8 ChannelSubsystem::start_io(const IoContext& context, Unit& unit) {
  if (unit.active) return 2;
  if (unit.has_pending) {
    if (unit.operation_ended) return 2;
    store_status(context, static_cast<u16>(unit.csw.status() | unit_status::kBusy << 8));
    clear_pending(unit);
    return 1;
  }
  const u32 caw_address = apply_prefix(kCawLocation, context.prefix);
  const u32 caw = load_be32(storage_.data() + caw_address);
  storage_.record_fetch(caw_address >> kBlockShift);
  if ((caw & 0x0F000000) != 0) {
    store_status(context, channel_status::kProgramCheck);
    return 1;
  }
  unit.program.start(static_cast<u8>(caw >> 28), caw & 0x00FFFFFF);
  if (unit.program.has_ended()) {
    // Ended in the initial selection: an immediate command, a rejected one, or a program check.
    store_status(context, unit.program.csw().status());
    return 1;
  }
  unit.active = true;
  ++started_operations_;
  active_.push_back(&unit);
  if (const auto csw = unit.program.take_program_controlled_interruption()) make_pending(unit, *csw, false);
  schedule(unit, context.now);
  return 0;
}

u8 ChannelSubsystem::test_io(const IoContext& context, Unit& unit) {
  if (unit.active) return 2;
  if (!unit.has_pending) return 0;
  store_csw(context, unit.csw);
  clear_pending(unit);
  return 1;
}

u8 ChannelSubsystem::clear_io(const IoContext& context, Unit& unit) {
  if (unit.active) {
    unit.program.halt();
    Csw csw = unit.program.csw();
    csw.unit_status = 0;
    unit.active = false;
    std::erase(active_, &unit);
    store_csw(context, csw);
    return 1;
  }
  if (!unit.has_pending || !unit.operation_ended) return 0;
  return test_io(context, unit);
}

u8 ChannelSubsystem::halt(const IoContext& context, Unit& unit) {
  if (unit.has_pending && unit.operation_ended) return 0;
  if (unit.active) {
    unit.program.halt();
    operation_ended(unit);
  }
  store_status(context, 0);
  return 1;
}

u8 ChannelSubsystem::test_channel(u16 address) const { return channel_exists(address) ? 0 : 3; }

u8 ChannelSubsystem::store_channel_id(const IoContext& context, u16 address) {
  if (!channel_exists(address)) return 3;
  const u32 location = apply_prefix(kChannelIdLocation, context.prefix);
  store_be32(storage_.data() + location, channel_of(address) == 0 ? kByteMultiplexerId : kBlockMultiplexerId);
  storage_.record_store(location >> kBlockShift);
  return 0;
}

void ChannelSubsystem::store_csw(const IoContext& context, const Csw& csw) {
  const u32 location = apply_prefix(kCswLocation, context.prefix);
  store_be64(storage_.data() + location, csw.pack());
  storage_.record_store(location >> kBlockShift);
}

// Condition code 1 of SIO and HIO stores bits 32-47 alone.
void ChannelSubsystem::store_status(const IoContext& context, u16 status) {
  const u32 location = apply_prefix(kCswLocation, context.prefix);
  store_be16(storage_.data() + location + 4, status);
  storage_.record_store(location >> kBlockShift);
}

// ---- Running programs ----

void ChannelSubsystem::schedule(Unit& unit, u64 now) {
  unit.due = unit.program.is_waiting() ? kNever : now + unit.program.microseconds() * kUnitsPerMicrosecond;
}

void ChannelSubsystem::run_step(Unit& unit, u64 now) {
  unit.program.step();
  if (auto csw = unit.program.take_program_controlled_interruption(); csw && !unit.has_pending) {
    make_pending(unit, *csw, false);
  }
  if (unit.program.has_ended()) {
    operation_ended(unit);
  } else {
    schedule(unit, now);
  }
}

void ChannelSubsystem::operation_ended(Unit& unit) {
  unit.active = false;
  unit.due = kNever;
  std::erase(active_, &unit);
  // A program-controlled interruption that was not taken yet is reported with the ending.
  Csw csw = unit.program.csw();
  if (unit.has_pending) {
    csw.channel_status |= unit.csw.channel_status & channel_status::kProgramControlledInterruption;
    clear_pending(unit);
  }
  make_pending(unit, csw, true);
}

void ChannelSubsystem::advance(const IoContext& context) {
  notice_outside_events();
  for (std::size_t n = 0; n < active_.size();) {
    Unit* unit = active_[n];
    for (unsigned steps = 0; unit->active && unit->due <= context.now && steps < kStepsAtOnce; ++steps) {
      run_step(*unit, unit->due);
    }
    if (unit->active) ++n;
  }
}

u64 ChannelSubsystem::next_event() const {
  u64 next = kNever;
  for (const Unit* unit : active_) next = std::min(next, unit->due);
  return next;
}

void ChannelSubsystem::reset() {
  for (auto& [address, unit] : units_) {
    if (unit->active) unit->program.halt();
    unit->active = unit->has_pending = false;
    unit->due = kNever;
    unit->presented.store(0);
    unit->is_ready.store(false);
    unit->device->reset();
  }
  active_.clear();
  pending_.clear();
}

Status ChannelSubsystem::load(u16 address, const IoContext& context) {
  Unit* unit = find(address);
  if (!unit) return fail("IPL from {:04X}: there is no such device", address);
  ChannelProgram& program = unit->program;
  program.start_initial_load();
  for (unsigned steps = 0; !program.has_ended(); ++steps) {
    if (program.is_waiting()) return fail("IPL from {:04X}: the device is not ready", address);
    if (steps == kStepsOfInitialLoad) {
      program.halt();
      return fail("IPL from {:04X}: the channel program does not end after {} steps", address, steps);
    }
    program.step();
  }
  const Csw& csw = program.csw();
  const u8 unexpected = csw.unit_status & static_cast<u8>(~(unit_status::kEnd | unit_status::kStatusModifier));
  const u8 checks = csw.channel_status & static_cast<u8>(~channel_status::kProgramControlledInterruption);
  if (unexpected != 0 || checks != 0) {
    return fail("IPL from {:04X}: the channel program ended with CSW {:016X}", address, csw.pack());
  }
  u8* low = storage_.data() + context.prefix;
  const bool ec_mode = low[1] & 0x08;
  store_be16(ec_mode ? low + 186 : low + 2, address);
  return {};
}

// ---- Interruptions ----

void ChannelSubsystem::make_pending(Unit& unit, const Csw& csw, bool operation_ended) {
  unit.csw = csw;
  unit.operation_ended = operation_ended;
  if (!unit.has_pending) pending_.push_back(&unit);
  unit.has_pending = true;
}

void ChannelSubsystem::clear_pending(Unit& unit) {
  unit.has_pending = false;
  std::erase(pending_, &unit);
  if (unit.presented.load() != 0) outside_event_.store(true);  // its turn has come
}

// The lowest channel goes first, within it the condition that came first.
ChannelSubsystem::Unit* ChannelSubsystem::find_pending(u32 channel_mask) const {
  Unit* first = nullptr;
  for (Unit* unit : pending_) {
    const unsigned channel = channel_of(unit->address);
    if (channel > 31 || !(channel_mask << channel & 0x80000000)) continue;
    if (!first || channel < channel_of(first->address)) first = unit;
  }
  return first;
}

u16 ChannelSubsystem::accept(const IoContext& context, u32 channel_mask) {
  Unit* unit = find_pending(channel_mask);
  CHECK(unit);
  store_csw(context, unit->csw);
  clear_pending(*unit);
  return unit->address;
}

// ---- Outside events ----

void ChannelSubsystem::wake() {
  {
    const std::lock_guard lock(mutex_);
    outside_event_.store(true);
  }
  condition_.notify_all();
}

void ChannelSubsystem::wait_for_outside_event(std::chrono::microseconds most) {
  std::unique_lock lock(mutex_);
  condition_.wait_for(lock, most, [this] { return outside_event_.load(); });
}

// Unsolicited status waits while the device is busy or has other status.
void ChannelSubsystem::notice_outside_events() {
  if (!outside_event_.exchange(false)) return;
  for (auto& [address, unit] : units_) {
    if (unit->is_ready.exchange(false) && unit->active && unit->program.is_waiting()) {
      unit->program.ready();
      unit->due = 0;
    }
    if (unit->presented.load() != 0 && !unit->active && !unit->has_pending) {
      make_pending(*unit, {.unit_status = unit->presented.exchange(0)}, false);
    }
  }
}

}  // namespace replica
