// The channels: which device stands at which address, the I/O instructions, and the interruptions that wait to be taken.
// GA22-7000 "Input/Output Operations".
//
// Channel 0 is a byte multiplexer, all others are block multiplexers; every device has a subchannel of its own. While the
// block-multiplexing control, bit 0 of control register 0, is zero, a block multiplexer starts operations as a selector channel
// does: the channel as a whole is working until the operation ends. See docs/decisions/0008-kinds-of-channels.md.
//
// In virtual time every step of a channel program takes the time that its device says; in real time it takes the host's
// time and no more. See docs/decisions/0009-files-on-the-cpu-thread.md.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "cpu/interfaces.h"
#include "devices/channel_program.h"

namespace replica {

class ChannelSubsystem final : public Channels {
 public:
  // The storage must outlive the channels.
  explicit ChannelSubsystem(Storage& storage) : storage_(storage) {}

  // Configuration, on the CPU's thread while the machine is stopped or between instructions. Errors: the address is in use,
  // or not.
  Status attach(u16 address, std::unique_ptr<Device> device);
  Status detach(u16 address);
  // Takes the device out without an end to it, to be attached elsewhere. Errors: there is none, or it is busy.
  Result<std::unique_ptr<Device>> take(u16 address);
  // nullptr if there is none.
  Device* device_at(u16 address);
  std::vector<u16> addresses() const;
  bool is_busy(u16 address) const;
  bool has_pending_status(u16 address) const;
  // Gives the device another address. Errors: there is no such device, or the new address is in use.
  Status move(u16 from, u16 to);
  // The CSW with which the device's last operation or status was reported; all zero before the first.
  Csw last_csw(u16 address) const;
  // Makes the device present status, as its attention key does. Errors: there is none, or it is busy.
  Status present(u16 address, u8 status);
  // Carries out a whole channel program at once, without an interruption, for a VMM that does it in the place of an instruction.
  // `key` is 0-15. Gives the CSW. Errors: there is no such device, it is busy or has an interruption pending, it waits for the
  // world outside, or the program does not end.
  enum class NotCarriedOut : u8 { no_device, busy, does_not_end };
  tl::expected<Csw, NotCarriedOut> carry_out(u16 address, u8 key, u32 ccw_address);
  // Resets one device: what it does is given up, and what it has to report. Error: there is none.
  Status reset(u16 address);
  // START I/O instructions that a device has accepted.
  u64 started_operations() const { return started_operations_; }

  // ---- Channels ----
  u8 instruction(const IoContext& context, IoInstruction instruction, u16 address) override;
  Status load(u16 address, const IoContext& context) override;
  bool any_pending() const override { return !pending_.empty(); }
  bool pending(u32 channel_mask) const override { return find_pending(channel_mask) != nullptr; }
  u16 accept(const IoContext& context, u32 channel_mask) override;
  u64 next_event() const override;
  void advance(const IoContext& context) override;
  bool expects_outside_event() const override { return outside_events_possible_; }
  void wait_for_outside_event(std::chrono::microseconds most) override;
  void reset() override;

  // Whether a terminal or a network may bring something at any time.
  void set_outside_events_possible(bool possible) { outside_events_possible_ = possible; }
  // Ends wait_for_outside_event(), from any thread.
  void wake();
  // Called by wake(), so from any thread: for a VMM, which sleeps for all of its virtual machines together. When this returns,
  // the observer before is not being called and will not be: nullptr for one that is about to go.
  void on_wake(std::function<void()> observer);
  // When a program asks in a tight loop for a device that waits, the CPU sleeps; or this is called with the units of machine
  // time for which there is nothing new, unless wake() comes before: for a VMM, which has others to run.
  void on_polling(std::function<void(u64 units)> observer) { polling_observer_ = std::move(observer); }

 private:
  // A device at its address, with its subchannel.
  struct Unit final : DeviceEvents {
    Unit(ChannelSubsystem& owner, u16 unit_address, std::unique_ptr<Device> unit_device);
    void present(u8 status) override;
    void ready() override;

    ChannelSubsystem& channels;
    u16 address;
    std::unique_ptr<Device> device;
    ChannelProgram program;
    bool active = false;           // the program runs
    bool holds_channel = false;    // and no other operation may begin on its channel
    u64 due = kNever;              // time of its next step
    bool has_pending = false;      // `csw` waits to be taken
    bool operation_ended = false;  // it is that of an operation, as against the device's alone
    Csw csw;
    std::atomic<u8> presented = 0;
    std::atomic<bool> is_ready = false;
  };

  Unit* find(u16 address);
  Unit* find_pending(u32 channel_mask) const;
  bool channel_exists(u16 address) const;

  // The operation that keeps its channel working as a whole; nullptr if there is none.
  Unit* holder(u16 address) const;

  u8 start_io(const IoContext& context, Unit& unit);
  void found_busy(const IoContext& context, Unit& unit);
  u8 test_io(const IoContext& context, Unit& unit);
  u8 clear_io(const IoContext& context, Unit& unit);
  u8 halt_io(const IoContext& context, Unit& unit);
  u8 while_working(const IoContext& context, Unit& holder, IoInstruction instruction, u16 address);
  u8 test_channel(u16 address) const;
  u8 clear_channel(u16 address);
  u8 store_channel_id(const IoContext& context, u16 address);

  enum class RunEnd : u8 { ended, device_waits, too_long };
  static RunEnd run_to_end(ChannelProgram& program);
  void schedule(Unit& unit, const IoContext& context, u64 now);
  void run_step(Unit& unit, const IoContext& context);
  void stop(Unit& unit);
  void operation_ended(Unit& unit);
  void make_pending(Unit& unit, const Csw& csw, bool operation_ended);
  void clear_pending(Unit& unit);
  void reset(Unit& unit);
  void notice_outside_events(u64 now);
  void store_csw(const IoContext& context, const Csw& csw);
  void store_status(const IoContext& context, u16 status);

  Storage& storage_;
  std::map<u16, std::unique_ptr<Unit>> units_;
  std::vector<Unit*> active_;
  std::vector<Unit*> pending_;  // in order of arrival
  u64 started_operations_ = 0;
  u64 last_poll_ = 0;  // when TEST I/O last found a device that waits for the world outside
  u32 polls_ = 0;      // how many times in a row
  bool outside_events_possible_ = false;
  std::function<void()> wake_observer_;
  std::function<void(u64)> polling_observer_;
  std::atomic<bool> outside_event_ = false;
  std::mutex mutex_;
  std::condition_variable condition_;
};

}  // namespace replica
