#include "vmm/minidisk/reservable_drive.h"

#include <utility>

namespace replica::vmm {
namespace {

constexpr u8 kReserve = 0xB4, kUnconditionalReserve = 0x14, kRelease = 0x94;

}  // namespace

ReservableDrive::ReservableDrive(std::unique_ptr<Device> drive, std::shared_ptr<Reservation> reservation)
    : drive_(std::move(drive)), reservation_(std::move(reservation)) {
  drive_->set_events(this);
}

ReservableDrive::~ReservableDrive() {
  drive_->set_events(nullptr);
  std::erase(reservation_->waiting, this);
  release();
}

void ReservableDrive::begin_chain() {
  chain_begins_ = true;
  drive_->begin_chain();
}

Device::Answer ReservableDrive::begin(u8 command) {
  const bool is_first = std::exchange(chain_begins_, false);
  const bool is_others = reservation_->holder && reservation_->holder != this;
  if (is_first && is_others && command != kUnconditionalReserve) {
    std::erase(reservation_->waiting, this);
    reservation_->waiting.push_back(this);
    return Answer::ended(unit_status::kBusy);
  }
  if (command == kReserve || command == kUnconditionalReserve) reservation_->holder = this;
  releases_ = command == kRelease;
  return drive_->begin(command);
}

Device::Ending ReservableDrive::end() {
  if (std::exchange(releases_, false)) release();
  return drive_->end();
}

void ReservableDrive::reset() {
  std::erase(reservation_->waiting, this);
  release();
  drive_->reset();
}

void ReservableDrive::release() {
  if (reservation_->holder != this) return;
  reservation_->holder = nullptr;
  for (ReservableDrive* drive : std::exchange(reservation_->waiting, {})) drive->raise_status(unit_status::kDeviceEnd);
}

}  // namespace replica::vmm
