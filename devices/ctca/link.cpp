#include "devices/ctca/link.h"

#include <utility>

#include "devices/ctca/commands.h"

namespace replica {
namespace {

bool writes(u8 command) {
  const AdapterCommand kind = adapter_command(command);
  return kind == AdapterCommand::write || kind == AdapterCommand::write_end_mark;
}

bool reads(u8 command) {
  const AdapterCommand kind = adapter_command(command);
  return kind == AdapterCommand::read || kind == AdapterCommand::read_backward;
}

}  // namespace

void AdapterLink::join(Side side, Listener listener) {
  const std::lock_guard lock(mutex_);
  end(side) = {};
  end(side).listener = std::move(listener);
}

// What the other end waits for will not come.
void AdapterLink::leave(Side side) {
  const std::lock_guard lock(mutex_);
  end(side) = {};
  End& peer = end(other(side));
  if (peer.waiting != kNothing) answer(peer);
  peer.is_answered = false;
}

bool AdapterLink::is_joined(Side side) const {
  const std::lock_guard lock(mutex_);
  return end(side).listener.has_value();
}

bool AdapterLink::is_ready() const {
  const std::lock_guard lock(mutex_);
  return ends_[0].listener && ends_[1].listener;
}

// The end has nothing to wait for any more.
void AdapterLink::answer(End& peer) {
  peer.waiting = kNothing;
  peer.is_answered = true;
  if (peer.listener) peer.listener->go_on();
}

// The first command of the two, or one that waits already and was given again.
AdapterLink::Reaction AdapterLink::wait_alone(End& own, End& peer, u8 command) {
  if (peer.waiting != kNothing) return Reaction::busy;
  const bool is_new = std::exchange(own.waiting, command) != command;
  if (is_new && peer.listener) peer.listener->attention();
  return Reaction::wait;
}

AdapterLink::Reaction AdapterLink::give(Side side, u8 command) {
  const std::lock_guard lock(mutex_);
  End& own = end(side);
  End& peer = end(other(side));
  switch (adapter_command(command)) {
    case AdapterCommand::write:
    case AdapterCommand::write_end_mark: return write(own, peer, command);
    case AdapterCommand::read:
    case AdapterCommand::read_backward: return read(own, peer, command);
    default: return std::exchange(own.is_answered, false) ? Reaction::done : wait_alone(own, peer, command);
  }
}

AdapterLink::Reaction AdapterLink::write(End& own, End& peer, u8 command) {
  if (!reads(peer.waiting)) return wait_alone(own, peer, command);
  own.waiting = kNothing;
  if (adapter_command(command) == AdapterCommand::write) return Reaction::write;
  peer.has_end_mark = true;
  answer(peer);
  return Reaction::done;
}

AdapterLink::Reaction AdapterLink::read(End& own, End& peer, u8 command) {
  if (std::exchange(own.is_answered, false)) {
    if (own.data) return Reaction::read;
    if (std::exchange(own.has_end_mark, false)) return Reaction::end_mark;
  }
  if (!writes(peer.waiting)) return wait_alone(own, peer, command);
  // The writer is told to go on, and finds that this end reads.
  if (std::exchange(own.waiting, command) != command) peer.listener->go_on();
  return Reaction::wait;
}

u8 AdapterLink::sense_command(Side side) {
  const std::lock_guard lock(mutex_);
  End& peer = end(other(side));
  const u8 command = peer.waiting;
  if (adapter_command(command) == AdapterCommand::control) answer(peer);
  return command;
}

void AdapterLink::written(Side side, std::span<const u8> data) {
  const std::lock_guard lock(mutex_);
  End& peer = end(other(side));
  if (!reads(peer.waiting)) return;  // it has given up meanwhile
  peer.data.emplace(data.begin(), data.end());
  answer(peer);
}

std::vector<u8> AdapterLink::take_data(Side side) {
  const std::lock_guard lock(mutex_);
  auto data = std::exchange(end(side).data, std::nullopt);
  return data ? std::move(*data) : std::vector<u8>();
}

void AdapterLink::cancel(Side side) {
  const std::lock_guard lock(mutex_);
  End& own = end(side);
  auto listener = std::move(own.listener);
  own = {};
  own.listener = std::move(listener);
}

}  // namespace replica
