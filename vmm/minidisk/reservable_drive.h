// A minidisk that machines may reserve for themselves: V behind its mode in the directory. VM/370 Planning Guide (GC20-1801),
// "MDISK", virtual reserve/release; GA26-1592 "Device Reserve".
//
// Each machine has a drive of its own, which shares a Reservation with the others'. While one has it, the others are busy; when
// it is released, they present device end if they were asked for anything. Reset and detaching release it.
#pragma once

#include <memory>
#include <vector>

#include "devices/device.h"

namespace replica::vmm {

class ReservableDrive;

// Who has a minidisk, and who waits for it.
struct Reservation {
  ReservableDrive* holder = nullptr;
  std::vector<ReservableDrive*> waiting;
};

class ReservableDrive final : public Device, private DeviceEvents {
 public:
  ReservableDrive(std::unique_ptr<Device> drive, std::shared_ptr<Reservation> reservation);
  ~ReservableDrive() override;

  std::string_view type() const override { return drive_->type(); }
  std::string description() const override { return drive_->description(); }
  void begin_chain() override;
  Answer begin(u8 command) override;
  u32 read(std::span<u8> bytes) override { return drive_->read(bytes); }
  u32 write(std::span<const u8> bytes) override { return drive_->write(bytes); }
  Ending end() override;
  u32 microseconds() const override { return drive_->microseconds(); }
  void halt() override { drive_->halt(); }
  void reset() override;
  Status flush() override { return drive_->flush(); }

 private:
  // ---- DeviceEvents of the drive ----
  void present(u8 status) override { raise_status(status); }
  void ready() override { raise_ready(); }

  void release();

  std::unique_ptr<Device> drive_;
  std::shared_ptr<Reservation> reservation_;
  bool chain_begins_ = false;
  bool releases_ = false;  // the command that has begun
};

}  // namespace replica::vmm
