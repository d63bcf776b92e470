#include "devices/channels.h"

#include <algorithm>
#include <chrono>

#include "base/big_endian.h"
#include "base/check.h"
#include "base/part_clock.h"
#include "cpu/clocks.h"

namespace replica {
namespace {

constexpr u32 kIoAddressLocation = 186;

// How many steps of one program, and in real time how much of the host's time, may be due at once before the others and the
// CPU have their turn.
constexpr unsigned kStepsAtOnce = 64;
constexpr std::chrono::microseconds kHostTimeAtOnce{200};
// In real time, how many steps go by between looks at the clock, which cost as much as a short step.
constexpr unsigned kStepsByTheClock = 8;
// How many steps a program may take that is carried out at once. An initial program load takes a few dozen.
constexpr unsigned kStepsAtMost = 100'000;

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
  Status flushed = unit->device->flush();
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

ChannelSubsystem::Unit* ChannelSubsystem::holder(u16 address) const {
  const auto found = std::find_if(active_.begin(), active_.end(), [&](const Unit* unit) {
    return unit->holds_channel && channel_of(unit->address) == channel_of(address);
  });
  return found == active_.end() ? nullptr : *found;
}

ChannelSubsystem::Unit* ChannelSubsystem::find(u16 address) {
  const auto found = units_.find(address);
  return found == units_.end() ? nullptr : found->second.get();
}

bool ChannelSubsystem::channel_exists(u16 address) const {
  const auto first = units_.lower_bound(static_cast<u16>(address & 0xFF00));
  return first != units_.end() && channel_of(first->first) == channel_of(address);
}

Result<std::unique_ptr<Device>> ChannelSubsystem::take(u16 address) {
  Unit* unit = find(address);
  if (!unit) return fail("there is no device {:04X}", address);
  if (unit->active) return fail("device {:04X} is busy", address);
  unit->device->set_events(nullptr);
  std::unique_ptr<Device> device = std::move(unit->device);
  std::erase(pending_, unit);
  units_.erase(address);
  return device;
}

// ---- Running programs ----

// In real time a program goes on at once, but for a while after a program-controlled interruption, in which the CPU may look
// at what has come and change what follows.
void ChannelSubsystem::schedule(Unit& unit, const IoContext& context, u64 now) {
  const u64 later = now + unit.program.microseconds() * kUnitsPerMicrosecond;
  unit.due = unit.program.is_waiting() ? kNever : context.real_time && !unit.has_pending ? now : later;
}

void ChannelSubsystem::run_step(Unit& unit, const IoContext& context) {
  const u64 now = context.real_time ? context.now : unit.due;
  unit.program.step();
  if (unit.program.take_program_controlled_interruption()) make_pending(unit, {}, false);
  if (unit.program.has_ended()) {
    operation_ended(unit);
  } else {
    schedule(unit, context, now);
  }
}

void ChannelSubsystem::stop(Unit& unit) {
  unit.active = unit.holds_channel = false;
  unit.due = kNever;
  std::erase(active_, &unit);
  if (unit.presented.load() != 0) outside_event_.store(true);  // its turn may have come
}

void ChannelSubsystem::operation_ended(Unit& unit) {
  stop(unit);
  // A program-controlled interruption that was not taken yet is reported with the ending.
  Csw csw = unit.program.csw();
  if (unit.has_pending) {
    csw.channel_status |= channel_status::kProgramControlledInterruption;
    clear_pending(unit);
  }
  make_pending(unit, csw, true);
}

void ChannelSubsystem::advance(const IoContext& context) {
  notice_outside_events(context.now);
  // The clock is not looked at unless there is something to do.
  if (std::none_of(active_.begin(), active_.end(), [&](const Unit* unit) { return unit->due <= context.now; })) return;
  const PartScope scope(part::kChannel);
  const auto begun = context.real_time ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point();
  const auto may_go_on = [&](unsigned steps) {
    if (!context.real_time) return steps < kStepsAtOnce;
    return steps % kStepsByTheClock != 0 || std::chrono::steady_clock::now() - begun < kHostTimeAtOnce;
  };
  for (std::size_t n = 0; n < active_.size();) {
    Unit* unit = active_[n];
    for (unsigned steps = 0; unit->active && unit->due <= context.now; ++steps) {
      if (steps != 0 && !may_go_on(steps)) break;
      run_step(*unit, context);
    }
    if (unit->active) ++n;
  }
}

u64 ChannelSubsystem::next_event() const {
  u64 next = kNever;
  for (const Unit* unit : active_) next = std::min(next, unit->due);
  return next;
}

void ChannelSubsystem::reset(Unit& unit) {
  if (unit.active) unit.program.halt();
  stop(unit);
  unit.has_pending = false;
  std::erase(pending_, &unit);
  unit.presented.store(0);
  unit.is_ready.store(false);
  unit.device->reset();
}

Status ChannelSubsystem::reset(u16 address) {
  Unit* unit = find(address);
  if (!unit) return fail("there is no device {:04X}", address);
  reset(*unit);
  return {};
}

void ChannelSubsystem::reset() {
  for (auto& [address, unit] : units_) reset(*unit);
}

// What does not end is given up.
ChannelSubsystem::RunEnd ChannelSubsystem::run_to_end(ChannelProgram& program) {
  for (unsigned steps = 0; !program.has_ended(); ++steps) {
    const bool waits = program.is_waiting();
    if (waits || steps == kStepsAtMost) {
      program.halt();
      return waits ? RunEnd::device_waits : RunEnd::too_long;
    }
    program.step();
  }
  return RunEnd::ended;
}

tl::expected<Csw, ChannelSubsystem::NotCarriedOut> ChannelSubsystem::carry_out(u16 address, u8 key, u32 ccw_address) {
  Unit* unit = find(address);
  if (!unit) return tl::unexpected(NotCarriedOut::no_device);
  if (unit->active || unit->has_pending || holder(address)) return tl::unexpected(NotCarriedOut::busy);
  ++started_operations_;
  unit->program.start(key, ccw_address);
  if (run_to_end(unit->program) != RunEnd::ended) return tl::unexpected(NotCarriedOut::does_not_end);
  static_cast<void>(unit->program.take_program_controlled_interruption());
  return unit->program.csw();
}

Status ChannelSubsystem::load(u16 address, const IoContext& context) {
  Unit* unit = find(address);
  if (!unit) return fail("IPL from {:04X}: there is no such device", address);
  ChannelProgram& program = unit->program;
  program.start_initial_load();
  switch (run_to_end(program)) {
    case RunEnd::ended: break;
    case RunEnd::device_waits: return fail("IPL from {:04X}: the device is not ready", address);
    case RunEnd::too_long:
      return fail("IPL from {:04X}: the channel program does not end after {} steps", address, kStepsAtMost);
  }
  const Csw& csw = program.csw();
  const u8 unexpected = csw.unit_status & static_cast<u8>(~(unit_status::kEnd | unit_status::kStatusModifier));
  const u8 checks = csw.channel_status & static_cast<u8>(~channel_status::kProgramControlledInterruption);
  if (unexpected != 0 || checks != 0) {
    return fail("IPL from {:04X}: the channel program ended with CSW {:016X}", address, csw.pack());
  }
  const bool ec_mode = storage_.at(context.prefix)[1] & 0x08;
  const u32 location = context.prefix + (ec_mode ? kIoAddressLocation : 2);
  store_be16(storage_.at(location), address);
  storage_.record_store(location, 2);
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
  const PartScope scope(part::kChannel);
  Unit* unit = find_pending(channel_mask);
  CHECK(unit);
  if (unit->active) {
    // A program-controlled interruption: where the program is now, which may be further on than the CCW with the flag.
    const Csw& now = unit->program.csw();
    unit->csw = {.key = now.key,
                 .ccw_address = now.ccw_address,
                 .channel_status = channel_status::kProgramControlledInterruption};
  }
  store_csw(context, unit->csw);
  clear_pending(*unit);
  return unit->address;
}

// ---- Outside events ----

void ChannelSubsystem::wake() {
  const std::lock_guard lock(mutex_);
  outside_event_.store(true);
  condition_.notify_all();
  if (wake_observer_) wake_observer_();
}

void ChannelSubsystem::on_wake(std::function<void()> observer) {
  const std::lock_guard lock(mutex_);
  wake_observer_ = std::move(observer);
}

void ChannelSubsystem::wait_for_outside_event(std::chrono::microseconds most) {
  if (most.count() == 0) return;
  std::unique_lock lock(mutex_);
  condition_.wait_for(lock, most, [this] { return outside_event_.load(); });
}

// Unsolicited status waits while the device is busy or has other status.
void ChannelSubsystem::notice_outside_events(u64 now) {
  if (!outside_event_.load() || !outside_event_.exchange(false)) return;
  for (auto& [address, unit] : units_) {
    if (unit->is_ready.exchange(false) && unit->active && unit->program.is_waiting()) {
      unit->program.ready();
      unit->due = now;
    }
    if (unit->presented.load() != 0 && !unit->active && !unit->has_pending) {
      make_pending(*unit, {.unit_status = unit->presented.exchange(0)}, false);
    }
  }
}

}  // namespace replica
