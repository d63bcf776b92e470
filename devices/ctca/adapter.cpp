#include "devices/ctca/adapter.h"

#include <fmt/format.h>

#include "devices/ctca/commands.h"

namespace replica {
namespace {

// Of the extended mode, which is not there.
constexpr u8 kSetExtendedMode = 0xC3, kPrepare = 0xE3;
constexpr u8 kSenseId = 0xE4;

constexpr u32 kLongestWrite = 0xFFFF;
// A 3088 as a channel-to-channel adapter of parallel channels.
const std::vector<u8> kIdentity = {0xFF, 0x30, 0x88, 0x08, 0x00, 0x00, 0x00};

}  // namespace

ChannelAdapter::ChannelAdapter(std::shared_ptr<AdapterLink> link, AdapterLink::Side side, std::string name,
                               const DeviceEnvironment& environment)
    : link_(std::move(link)), side_(side), name_(std::move(name)), sense_id_(environment.sense_id) {
  join();
}

ChannelAdapter::~ChannelAdapter() { link_->leave(side_); }

void ChannelAdapter::join() {
  link_->join(side_,
              {.attention = [this] { raise_status(unit_status::kAttention); }, .go_on = [this] { raise_ready(); }});
}

void ChannelAdapter::move_to(std::shared_ptr<AdapterLink> link, AdapterLink::Side side) {
  link_->leave(side_);
  link_ = std::move(link);
  side_ = side;
  join();
  raise_ready();
}

void ChannelAdapter::couple_to(const ChannelAdapter& other) {
  move_to(other.link_, other.side_ == AdapterLink::Side::x ? AdapterLink::Side::y : AdapterLink::Side::x);
}

void ChannelAdapter::uncouple() { move_to(std::make_shared<AdapterLink>(), AdapterLink::Side::x); }

std::string ChannelAdapter::description() const {
  return fmt::format("{}, {}", name_, link_->is_ready() ? "joined" : "the other side is not there");
}

Device::Answer ChannelAdapter::begin(u8 command) {
  command_ = command;
  if (command == kSenseId) return sense_id_ ? send(kIdentity) : check(sense::kCommandReject);
  if (command == kSetExtendedMode || command == kPrepare) return check(sense::kCommandReject);
  switch (adapter_command(command)) {
    case AdapterCommand::none: return check(sense::kCommandReject);
    case AdapterCommand::sense: return send_sense();
    case AdapterCommand::no_operation: return Answer::done();
    default: break;
  }
  if (!link_->is_ready()) {
    link_->cancel(side_);
    return check(sense::kInterventionRequired, 0);
  }
  if (adapter_command(command) == AdapterCommand::sense_command) return send({link_->sense_command(side_)});
  return react(link_->give(side_, command));
}

Device::Answer ChannelAdapter::react(AdapterLink::Reaction reaction) {
  switch (reaction) {
    case AdapterLink::Reaction::wait: return Answer::later();
    case AdapterLink::Reaction::busy: return Answer::ended(unit_status::kBusy | unit_status::kAttention);
    case AdapterLink::Reaction::end_mark: return Answer::ended(unit_status::kEnd | unit_status::kUnitException);
    case AdapterLink::Reaction::write: return receive(kLongestWrite);
    case AdapterLink::Reaction::read: break;
    default: return Answer::done();
  }
  const Answer answer = send(link_->take_data(side_));
  return adapter_command(command_) == AdapterCommand::read_backward ? Answer{Direction::backward} : answer;
}

// The writer's count is taken whole: how much the reader wants is not known on this side. What the reader does not want is
// an incorrect length there.
Device::Ending ChannelAdapter::end() {
  if (adapter_command(command_) == AdapterCommand::write) {
    link_->written(side_, buffer());
    return {unit_status::kEnd};
  }
  return {unit_status::kEnd, has_more()};
}

void ChannelAdapter::halt() { link_->cancel(side_); }

void ChannelAdapter::reset() {
  BufferedDevice::reset();
  link_->cancel(side_);
}

}  // namespace replica
