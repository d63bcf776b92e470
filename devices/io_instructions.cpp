// The I/O instructions: what each stores and answers in every state of channel, subchannel and device. GA22-7000
// "Input/Output Instructions", the table "Condition-Code Settings for I/O States and Functions".
#include <algorithm>
#include <chrono>

#include "base/big_endian.h"
#include "base/part_clock.h"
#include "cpu/clocks.h"
#include "devices/channels.h"

namespace replica {
namespace {

constexpr u32 kCswLocation = 64, kCawLocation = 72, kChannelIdLocation = 168;
constexpr u32 kByteMultiplexerId = 0x10000000, kBlockMultiplexerId = 0x20000000;
constexpr u32 kCawMustBeZero = 0x0F000000;
// How long in real time the quickest device takes. There are programs that start one with interruptions allowed and rely on
// a few more instructions, which prepare for its end.
constexpr u64 kQuickest = 50 * kUnitsPerMicrosecond;
// A tight loop of TEST I/O: the time from one to the next, how many there must have been before the CPU sleeps, and for how
// long at most, which is how late a timer's interruption may come then.
constexpr u64 kBetweenPolls = 20 * kUnitsPerMicrosecond;
constexpr u32 kPatience = 1000;
constexpr u64 kNap = 1000 * kUnitsPerMicrosecond;

constexpr bool is_byte_multiplexer(u16 address) { return address >> 8 == 0; }

}  // namespace

u8 ChannelSubsystem::instruction(const IoContext& context, IoInstruction instruction, u16 address) {
  const PartScope scope(part::kChannel);
  if (!channel_exists(address)) return 3;
  notice_outside_events(context.now);
  switch (instruction) {
    case IoInstruction::test_channel: return test_channel(address);
    case IoInstruction::clear_channel: return clear_channel(address);
    case IoInstruction::store_channel_id: return store_channel_id(context, address);
    default: break;
  }
  // CLEAR I/O is TEST I/O while block multiplexing is not allowed.
  if (instruction == IoInstruction::clear_io && !context.block_multiplexing) instruction = IoInstruction::test_io;
  if (Unit* working = holder(address); working && instruction != IoInstruction::clear_io) {
    return while_working(context, *working, instruction, address);
  }
  Unit* unit = find(address);
  if (!unit) return instruction == IoInstruction::clear_io ? 0 : 3;
  switch (instruction) {
    case IoInstruction::start_io:
    case IoInstruction::start_io_fast_release: return start_io(context, *unit);
    case IoInstruction::test_io: return test_io(context, *unit);
    case IoInstruction::clear_io: return clear_io(context, *unit);
    default: return halt_io(context, *unit);
  }
}

// SIO, SIOF: 0 started, 1 status stored, 2 busy, 3 not operational. START I/O FAST RELEASE may be executed as START I/O.
u8 ChannelSubsystem::start_io(const IoContext& context, Unit& unit) {
  if (unit.active) return 2;
  if (unit.has_pending) {
    if (unit.operation_ended) return 2;
    store_status(context, static_cast<u16>(unit.csw.status() | unit_status::kBusy << 8));
    clear_pending(unit);
    return 1;
  }
  const u32 caw_address = apply_prefix(kCawLocation, context.prefix);
  const u32 caw = load_be32(storage_.at(caw_address));
  storage_.record_fetch(caw_address >> kBlockShift);
  if ((caw & kCawMustBeZero) != 0) {
    store_status(context, channel_status::kProgramCheck);
    return 1;
  }
  unit.program.start(static_cast<u8>(caw >> 28), caw & 0x00FFFFFF);
  const bool interrupts = unit.program.take_program_controlled_interruption();
  if (unit.program.has_ended()) {
    // Ended in the initial selection: an immediate command, a rejected one, or a program check.
    const u8 pci = interrupts ? channel_status::kProgramControlledInterruption : 0;
    store_status(context, unit.program.csw().status() | pci);
    return 1;
  }
  unit.active = true;
  unit.holds_channel = !context.block_multiplexing && !is_byte_multiplexer(unit.address);
  ++started_operations_;
  active_.push_back(&unit);
  if (interrupts) make_pending(unit, {}, false);
  schedule(unit, context, context.now);
  if (unit.due == context.now) unit.due += kQuickest;
  return 0;
}

// A program that asks whether a device is busy is prepared for its end, and waits for nothing else. In real time the operation
// goes on at once; if it waits for the world outside, as a console does, and the program has asked in a tight loop for a while,
// so does the CPU.
void ChannelSubsystem::found_busy(const IoContext& context, Unit& unit) {
  if (!context.real_time) return;
  if (!unit.program.is_waiting()) {
    if (!unit.has_pending) unit.due = std::min(unit.due, context.now);
    return;
  }
  const bool at_once = static_cast<i64>(context.now - last_poll_) < static_cast<i64>(kBetweenPolls);
  polls_ = at_once ? polls_ + 1 : 0;
  last_poll_ = context.now;
  if (polls_ < kPatience) return;
  const u64 next = next_event();
  const u64 nap = next > context.now ? std::min(next - context.now, kNap) : 0;
  last_poll_ += kNap;
  if (polling_observer_) return polling_observer_(nap);
  wait_for_outside_event(std::chrono::microseconds(nap / kUnitsPerMicrosecond));
}

// TIO: 0 available, 1 CSW stored, 2 busy, 3 not operational.
u8 ChannelSubsystem::test_io(const IoContext& context, Unit& unit) {
  if (unit.active) {
    found_busy(context, unit);
    return 2;
  }
  if (!unit.has_pending) return 0;
  store_csw(context, unit.csw);
  clear_pending(unit);
  return 1;
}

// CLRIO: 0 no operation in progress, 1 CSW stored, 3 not operational. What the device alone has to say stays.
u8 ChannelSubsystem::clear_io(const IoContext& context, Unit& unit) {
  if (unit.active) {
    unit.program.halt();
    Csw csw = unit.program.csw();
    csw.unit_status = 0;
    if (unit.has_pending) csw.channel_status |= channel_status::kProgramControlledInterruption;
    clear_pending(unit);
    stop(unit);
    store_csw(context, csw);
    return 1;
  }
  return unit.has_pending && unit.operation_ended ? test_io(context, unit) : 0;
}

// HIO, HDV: 0 interruption pending in the subchannel, 1 status stored, 3 not operational. Every subchannel has one device, so
// that both do the same.
u8 ChannelSubsystem::halt_io(const IoContext& context, Unit& unit) {
  if (unit.has_pending && unit.operation_ended) return 0;
  if (unit.active) {
    unit.program.halt();
    operation_ended(unit);
  }
  store_status(context, 0);
  return 1;
}

// The channel is working: 2 whatever is asked of it. HIO ends the operation whoever it is for, HDV if it is the device's.
u8 ChannelSubsystem::while_working(const IoContext& context, Unit& holder, IoInstruction instruction, u16 address) {
  const bool halts =
      instruction == IoInstruction::halt_io || (instruction == IoInstruction::halt_device && holder.address == address);
  if (halts) {
    holder.program.halt();
    operation_ended(holder);
  } else if (instruction == IoInstruction::test_io) {
    found_busy(context, holder);
  }
  return 2;
}

// TCH: 0 available, 1 interruption pending, 2 working, 3 not operational.
u8 ChannelSubsystem::test_channel(u16 address) const {
  if (holder(address)) return 2;
  const auto is_here = [&](const Unit* unit) { return unit->address >> 8 == address >> 8; };
  return std::any_of(pending_.begin(), pending_.end(), is_here) ? 1 : 0;
}

// CLRCH: 0 all subchannels and devices of the channel are reset, 3 not operational.
u8 ChannelSubsystem::clear_channel(u16 address) {
  for (auto& [other, unit] : units_) {
    if (other >> 8 == address >> 8) reset(*unit);
  }
  return 0;
}

// STIDC: 0 stored, 3 not operational.
u8 ChannelSubsystem::store_channel_id(const IoContext& context, u16 address) {
  const u32 location = apply_prefix(kChannelIdLocation, context.prefix);
  store_be32(storage_.at(location), is_byte_multiplexer(address) ? kByteMultiplexerId : kBlockMultiplexerId);
  storage_.record_store(location, 4);
  return 0;
}

void ChannelSubsystem::store_csw(const IoContext& context, const Csw& csw) {
  const u32 location = apply_prefix(kCswLocation, context.prefix);
  store_be64(storage_.at(location), csw.pack());
  storage_.record_store(location, 8);
}

// Condition code 1 of SIO and HIO stores bits 32-47 alone.
void ChannelSubsystem::store_status(const IoContext& context, u16 status) {
  const u32 location = apply_prefix(kCswLocation, context.prefix);
  store_be16(storage_.at(location + 4), status);
  storage_.record_store(location + 4, 2);
}

}  // namespace replica
