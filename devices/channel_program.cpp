#include "devices/channel_program.h"

#include <algorithm>

#include "base/big_endian.h"

namespace replica {
namespace {

constexpr u32 kAddressMask24 = 0x00FFFFFF;
constexpr u8 kTransferInChannel = 0x08;
constexpr u8 kRead = 0x02;

// How much a step may do before the CPU and other programs have their turn: bytes, after which no further CCW begins, and CCWs
// of a chain of data.
constexpr u32 kBytesAtOnce = 65536;
constexpr u32 kCcwsAtOnce = 256;

bool is_transfer_in_channel(u8 command) { return (command & 0x0F) == kTransferInChannel; }

}  // namespace

void ChannelProgram::start(u8 key, u32 ccw_address) {
  csw_ = {.key = key};
  pci_ = false;
  device_.begin_chain();
  if (fetch_ccw(ccw_address, Chain::none)) begin_command();
}

void ChannelProgram::start_initial_load() {
  csw_ = {};
  pci_ = false;
  device_.begin_chain();
  next_ccw_ = 8;
  ccw_ = {.command = kRead, .flags = Ccw::kChainCommand | Ccw::kSuppressLength, .count = 24};
  if (accept_ccw(ccw_, Chain::none)) begin_command();
}

bool ChannelProgram::fail(u8 channel_status_bits) {
  csw_.channel_status |= channel_status_bits;
  phase_ = Phase::ended;
  return false;
}

// Fetches the CCW at `address`, through a TIC if there is one, and checks it.
bool ChannelProgram::fetch_ccw(u32 address, Chain chain) {
  for (bool after_tic = false;; after_tic = true) {
    csw_.ccw_address = (address + 8) & kAddressMask24;
    if ((address & 7) != 0 || !storage_.contains(address)) return fail(channel_status::kProgramCheck);
    const u32 block = address >> kBlockShift;
    if (!key_allows_fetch(storage_.key(block), csw_.key)) return fail(channel_status::kProtectionCheck);
    storage_.record_fetch(block);
    const u64 image = load_be64(storage_.at(address));
    const Ccw ccw{.command = static_cast<u8>(image >> 56),
                  .address = static_cast<u32>(image >> 32) & kAddressMask24,
                  .flags = static_cast<u8>(image >> 24),
                  .count = static_cast<u16>(image)};
    if (!is_transfer_in_channel(ccw.command)) {
      next_ccw_ = (address + 8) & kAddressMask24;
      return accept_ccw(ccw, chain);
    }
    // A TIC may be neither the first CCW nor the target of another.
    if (chain == Chain::none || after_tic) return fail(channel_status::kProgramCheck);
    if ((ccw.address & 7) != 0 || !storage_.contains(ccw.address)) return fail(channel_status::kProgramCheck);
    address = ccw.address;
  }
}

bool ChannelProgram::accept_ccw(const Ccw& ccw, Chain chain) {
  const bool invalid_command = chain != Chain::data && (ccw.command & 0x0F) == 0;
  if (invalid_command || ccw.count == 0 || ccw.has(Ccw::kMustBeZero)) return fail(channel_status::kProgramCheck);
  ccw_ = ccw;
  if (chain != Chain::data) command_ = ccw.command;
  csw_.count = ccw.count;
  data_address_ = ccw.address;
  idaw_wanted_ = first_idaw_ = ccw.has(Ccw::kIndirect);
  idaw_address_ = ccw.address;
  pci_ |= ccw.has(Ccw::kPci);
  return true;
}

void ChannelProgram::begin_command() {
  const Device::Answer answer = device_.begin(command_);
  direction_ = answer.direction;
  switch (answer.direction) {
    case Device::Direction::later: phase_ = Phase::waiting; break;
    case Device::Direction::none: command_ended({.status = answer.status}, true); break;
    default: phase_ = Phase::transfer;
  }
}

void ChannelProgram::step() {
  switch (phase_) {
    case Phase::begin: begin_command(); break;
    case Phase::transfer: transfer(); break;
    case Phase::next:
      if (fetch_ccw(next_ccw_, Chain::command)) begin_command();
      break;
    case Phase::waiting:
    case Phase::ended: break;
  }
}

void ChannelProgram::transfer() {
  u32 bytes = 0;
  for (u32 ccws = 1; transfer_ccw() && ccw_.has(Ccw::kChainData); ++ccws) {
    bytes += ccw_.count;
    if (!fetch_ccw(next_ccw_, Chain::data)) break;
    if (ccw_.has(Ccw::kPci) || bytes >= kBytesAtOnce || ccws == kCcwsAtOnce) return;
  }
  // After a check the device is told to stop, and its own status is reported with the check.
  command_ended(device_.end(), false);
}

bool ChannelProgram::transfer_ccw() {
  while (csw_.count != 0) {
    Piece piece{.length = csw_.count};
    if (!skips()) piece = locate();
    if (piece.check != 0) {
      // Storage that no data come for is not accessed, so that nothing is wrong with it.
      u8 lost;
      const bool has_data = direction_ == Device::Direction::from_storage || device_.read({&lost, 1}) != 0;
      return has_data && fail(piece.check);
    }
    const u32 moved = skips() ? discard() : move(piece);
    advance(moved);
    if (moved < piece.length) return false;
  }
  return true;
}

u32 ChannelProgram::move(const Piece& piece) {
  if (direction_ == Device::Direction::from_storage) {
    storage_.record_fetch(data_address_ >> kBlockShift);
    return device_.write({piece.bytes, piece.length});
  }
  // What the device does not bring is not stored, and not recorded.
  if (direction_ == Device::Direction::to_storage) {
    const u32 moved = device_.read({piece.bytes, piece.length});
    if (moved != 0) storage_.record_store(data_address_, moved);
    return moved;
  }
  u8 ascending[kBlockSize];
  const u32 moved = device_.read({ascending, piece.length});
  std::reverse_copy(ascending, ascending + moved, piece.bytes + (piece.length - moved));
  if (moved != 0) storage_.record_store(data_address_ - (moved - 1), moved);
  return moved;
}

u32 ChannelProgram::discard() {
  u8 bytes[kBlockSize];
  u32 discarded = 0;
  while (discarded < csw_.count) {
    const u32 length = std::min<u32>(csw_.count - discarded, sizeof bytes);
    const u32 moved = device_.read({bytes, length});
    discarded += moved;
    if (moved < length) break;
  }
  return discarded;
}

void ChannelProgram::advance(u32 moved) {
  csw_.count = static_cast<u16>(csw_.count - moved);
  const bool descends = direction_ == Device::Direction::backward;
  data_address_ = (descends ? data_address_ - moved : data_address_ + moved) & kAddressMask24;
  const u32 next_block = descends ? kBlockSize - 1 : 0;
  if (ccw_.has(Ccw::kIndirect) && moved != 0 && (data_address_ & (kBlockSize - 1)) == next_block) idaw_wanted_ = true;
}

bool ChannelProgram::may_access(u32 block) const {
  const u8 key = storage_.key(block);
  return direction_ == Device::Direction::from_storage ? key_allows_fetch(key, csw_.key)
                                                       : key_allows_store(key, csw_.key);
}

u8 ChannelProgram::fetch_idaw() {
  const u32 address = idaw_address_;
  if ((address & 3) != 0 || !storage_.contains(address)) return channel_status::kProgramCheck;
  const u32 block = address >> kBlockShift;
  if (!key_allows_fetch(storage_.key(block), csw_.key)) return channel_status::kProtectionCheck;
  storage_.record_fetch(block);
  const u32 idaw = load_be32(storage_.at(address));
  const u32 expected = direction_ == Device::Direction::backward ? kBlockSize - 1 : 0;
  const bool misplaced = !first_idaw_ && (idaw & (kBlockSize - 1)) != expected;
  if ((idaw & ~kAddressMask24) != 0 || misplaced) return channel_status::kProgramCheck;
  data_address_ = idaw;
  idaw_address_ = (address + 4) & kAddressMask24;
  idaw_wanted_ = first_idaw_ = false;
  return 0;
}

ChannelProgram::Piece ChannelProgram::locate() {
  if (idaw_wanted_) {
    if (const u8 check = fetch_idaw()) return {.check = check};
  }
  if (!storage_.contains(data_address_)) return {.check = channel_status::kProgramCheck};
  if (!may_access(data_address_ >> kBlockShift)) return {.check = channel_status::kProtectionCheck};
  const u32 offset = data_address_ & (kBlockSize - 1);
  if (direction_ == Device::Direction::backward) {
    const u32 length = std::min<u32>(csw_.count, offset + 1);
    return {.bytes = storage_.at(data_address_ - (length - 1)), .length = length};
  }
  return {.bytes = storage_.at(data_address_), .length = std::min<u32>(csw_.count, kBlockSize - offset)};
}

void ChannelProgram::command_ended(const Device::Ending& ending, bool immediate) {
  csw_.unit_status = ending.status;
  const bool chains_data = ccw_.has(Ccw::kChainData);
  if (!immediate && csw_.channel_status == 0) {
    const bool wrong_length = csw_.count != 0 || ending.wrong_length;
    if (wrong_length && (chains_data || !ccw_.has(Ccw::kSuppressLength))) {
      csw_.channel_status |= channel_status::kIncorrectLength;
    }
  }
  const bool normal = (ending.status & ~unit_status::kStatusModifier) == unit_status::kEnd;
  if (!ccw_.has(Ccw::kChainCommand) || chains_data || !normal || csw_.channel_status != 0) {
    phase_ = Phase::ended;
    return;
  }
  // The status modifier skips a CCW: a search has found what it looks for.
  if (ending.status & unit_status::kStatusModifier) next_ccw_ = (next_ccw_ + 8) & kAddressMask24;
  csw_.unit_status = 0;
  phase_ = Phase::next;
}

void ChannelProgram::halt() {
  device_.halt();
  csw_.unit_status = unit_status::kEnd;
  phase_ = Phase::ended;
}

}  // namespace replica
