// What a device model is to a channel. A model knows its commands and formats, never its address, the channel program it
// serves or the storage it is moved to and from.
//
// A channel carries out one command like this:
//
//   begin(command)    the model looks at the command. It ends it at once (control commands, rejected commands), or says
//                     in which direction data goes, or asks to be called again when it is ready.
//   read() / write()  as often as the channel likes, with pieces of any size, until the count of the CCW is exhausted or
//                     the model has transferred less than it was asked for, which means that its record is at an end
//   end()             the model finishes the command and gives the ending status
//
// All calls come on one thread, except those of DeviceEvents, which a model may make from any.
#pragma once

#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica {

// Unit-status bits of the CSW. GA22-7000 "Unit Status".
namespace unit_status {
inline constexpr u8 kAttention = 0x80;
inline constexpr u8 kStatusModifier = 0x40;
inline constexpr u8 kControlUnitEnd = 0x20;
inline constexpr u8 kBusy = 0x10;
inline constexpr u8 kChannelEnd = 0x08;
inline constexpr u8 kDeviceEnd = 0x04;
inline constexpr u8 kUnitCheck = 0x02;
inline constexpr u8 kUnitException = 0x01;
inline constexpr u8 kEnd = kChannelEnd | kDeviceEnd;
}  // namespace unit_status

// Sense byte 0, common to all devices.
namespace sense {
inline constexpr u8 kCommandReject = 0x80;
inline constexpr u8 kInterventionRequired = 0x40;
inline constexpr u8 kBusOutCheck = 0x20;
inline constexpr u8 kEquipmentCheck = 0x10;
inline constexpr u8 kDataCheck = 0x08;
inline constexpr u8 kOverrun = 0x04;
}  // namespace sense

// How a model tells its channel what happens outside of a command. Safe to call from any thread.
class DeviceEvents {
 public:
  virtual ~DeviceEvents() = default;
  // Unsolicited status: attention, device end after not-ready to ready.
  virtual void present(u8 status) = 0;
  // A command that answered Answer::later() can now go on.
  virtual void ready() = 0;
};

class Device {
 public:
  enum class Direction : u8 {
    none,          // the command has ended, with `status`
    to_storage,    // read, sense
    backward,      // read backward: bytes go to descending addresses
    from_storage,  // write, and control commands with parameters
    later,         // begin() is to be called again after DeviceEvents::ready()
  };
  struct Answer {
    Direction direction;
    u8 status = 0;

    static Answer ended(u8 status) { return {Direction::none, status}; }
    static Answer done() { return ended(unit_status::kEnd); }
    static Answer reading() { return {Direction::to_storage}; }
    static Answer writing() { return {Direction::from_storage}; }
    static Answer later() { return {Direction::later}; }
  };
  struct Ending {
    u8 status;
    // The record was longer than what the channel took, or took less than the command wants: incorrect length.
    bool wrong_length = false;
  };

  virtual ~Device() = default;

  // The type number, as in a configuration: "3330".
  virtual std::string_view type() const = 0;
  // One line for the operator: file, options, position.
  virtual std::string description() const = 0;

  // The first command of a channel program follows (a chain begins). `file mask` and the like start anew.
  virtual void begin_chain() {}
  virtual Answer begin(u8 command) = 0;
  // Gives up to bytes.size() bytes of the record; fewer if it ends.
  virtual u32 read(std::span<u8> bytes) = 0;
  // Takes up to bytes.size() bytes; fewer if the model wants no more.
  virtual u32 write(std::span<const u8> bytes) = 0;
  virtual Ending end() = 0;

  // How long the command that has begun takes on the device, in microseconds of machine time.
  virtual u32 microseconds() const { return 50; }

  // HALT I/O, HALT DEVICE: the command that has begun, or waits, is given up.
  virtual void halt() {}
  // System reset: sense and pending conditions are forgotten; media stay where they are.
  virtual void reset() {}
  // Writes what is buffered to the host. Called when the machine stops and before exit.
  virtual Status flush() { return {}; }

  // Where events go; null before the device is attached and after it is detached. When this returns, no thread is about to
  // use what was there before. Not to be called by an event.
  void set_events(DeviceEvents* events);

 protected:
  // Raise the events, wherever they go. Safe to call from any thread.
  void raise_status(u8 status);
  void raise_ready();

 private:
  std::mutex events_mutex_;
  DeviceEvents* events_ = nullptr;
};

// What most models share: sense bytes, and the transfer of a buffer that the command has prepared or fills.
class BufferedDevice : public Device {
 public:
  u32 read(std::span<u8> bytes) override;
  u32 write(std::span<const u8> bytes) override;
  void reset() override;

 protected:
  // Begins a command that sends `record` to storage.
  Answer send(std::vector<u8> record);
  // Begins a command that takes up to `most` bytes from storage; end() finds them in buffer().
  Answer receive(u32 most);
  // Begins SENSE: sends the sense bytes and clears them.
  Answer send_sense();
  // Ends with unit check, sense byte 0 being `sense0`. `status` may add channel end and device end.
  Answer check(u8 sense0, u8 status = unit_status::kEnd);

  std::vector<u8>& buffer() { return buffer_; }
  // True if the channel took less than the record has.
  bool has_more() const { return position_ < buffer_.size(); }

  std::vector<u8> sense_ = std::vector<u8>(1);

 private:
  std::vector<u8> buffer_;
  u32 position_ = 0;
  u32 most_ = 0;
};

}  // namespace replica
