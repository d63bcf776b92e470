#include "devices/device.h"

#include <algorithm>

namespace replica {

void Device::set_events(DeviceEvents* events) {
  const std::lock_guard lock(events_mutex_);
  events_ = events;
}

void Device::raise_status(u8 status) {
  const std::lock_guard lock(events_mutex_);
  if (events_) events_->present(status);
}

void Device::raise_ready() {
  const std::lock_guard lock(events_mutex_);
  if (events_) events_->ready();
}

u32 BufferedDevice::read(std::span<u8> bytes) {
  const u32 count = std::min<u32>(static_cast<u32>(bytes.size()), static_cast<u32>(buffer_.size()) - position_);
  std::copy_n(buffer_.begin() + position_, count, bytes.begin());
  position_ += count;
  return count;
}

u32 BufferedDevice::write(std::span<const u8> bytes) {
  const u32 count = std::min<u32>(static_cast<u32>(bytes.size()), most_ - static_cast<u32>(buffer_.size()));
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.begin() + count);
  return count;
}

void BufferedDevice::reset() { std::fill(sense_.begin(), sense_.end(), u8{0}); }

Device::Answer BufferedDevice::send(std::vector<u8> record) {
  buffer_ = std::move(record);
  position_ = 0;
  return Answer::reading();
}

Device::Answer BufferedDevice::receive(u32 most) {
  buffer_.clear();
  most_ = most;
  position_ = 0;
  return Answer::writing();
}

Device::Answer BufferedDevice::send_sense() {
  std::vector<u8> bytes(sense_.size());
  bytes.swap(sense_);
  return send(std::move(bytes));
}

Device::Answer BufferedDevice::check(u8 sense0, u8 status) {
  std::fill(sense_.begin(), sense_.end(), u8{0});
  sense_[0] = sense0;
  return Answer::ended(static_cast<u8>(status | unit_status::kUnitCheck));
}

}  // namespace replica
