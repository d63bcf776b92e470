// One channel program: CCWs fetched, checked and carried out against a device, until the chain ends and a CSW tells how.
// GA22-7000 "Channel-Command Word", "Command Execution", "Chaining".
//
// Data moves a whole command at a time; the program rests between the steps of step(), so that the CPU may change CCWs that
// have not been fetched yet and every command takes its time. A chain of data also rests in front of a CCW with the PCI flag,
// whose interruption tells the program that the areas before it are full, and when it has moved much: a step is short.
#pragma once

#include <utility>

#include "devices/device.h"
#include "mmu/storage.h"

namespace replica {

namespace channel_status {
inline constexpr u8 kProgramControlledInterruption = 0x80;
inline constexpr u8 kIncorrectLength = 0x40;
inline constexpr u8 kProgramCheck = 0x20;
inline constexpr u8 kProtectionCheck = 0x10;
}  // namespace channel_status

// The channel-status word.
struct Csw {
  u8 key = 0;
  u32 ccw_address = 0;
  u8 unit_status = 0;
  u8 channel_status = 0;
  u16 count = 0;

  u64 pack() const {
    return u64{key} << 60 | u64{ccw_address} << 32 | u64{unit_status} << 24 | u64{channel_status} << 16 | count;
  }
  u16 status() const { return static_cast<u16>(unit_status << 8 | channel_status); }
};

struct Ccw {
  static constexpr u8 kChainData = 0x80;
  static constexpr u8 kChainCommand = 0x40;
  static constexpr u8 kSuppressLength = 0x20;
  static constexpr u8 kSkip = 0x10;
  static constexpr u8 kPci = 0x08;
  static constexpr u8 kIndirect = 0x04;
  static constexpr u8 kMustBeZero = 0x03;

  u8 command = 0;
  u32 address = 0;
  u8 flags = 0;
  u16 count = 0;

  bool has(u8 flag) const { return flags & flag; }
};

class ChannelProgram {
 public:
  // Both must outlive the program.
  ChannelProgram(Storage& storage, Device& device) : storage_(storage), device_(device) {}

  // Fetches the first CCW and begins its command. `key` is 0-15.
  void start(u8 key, u32 ccw_address);
  // IPL: begins as if the CCW had been fetched from location 0, as the manual has it.
  void start_initial_load();

  // Goes on by one step: moves the data of the command that has begun, or begins the next one. Not while is_waiting().
  void step();

  bool has_ended() const { return phase_ == Phase::ended; }
  // The device has asked to be called when it is ready; ready() lets it go on.
  bool is_waiting() const { return phase_ == Phase::waiting; }
  void ready() { phase_ = Phase::begin; }
  // How long the next step takes, in microseconds of machine time.
  u32 microseconds() const { return device_.microseconds(); }

  // HALT I/O: the command is given up, the chain ends.
  void halt();

  // How the program ended; before, key and address tell where it is.
  const Csw& csw() const { return csw_; }
  // True if a CCW with the PCI flag has taken control since the last time; asking clears the condition.
  bool take_program_controlled_interruption() { return std::exchange(pci_, false); }

 private:
  enum class Phase : u8 { begin, transfer, next, waiting, ended };
  enum class Chain : u8 { none, command, data };

  bool fetch_ccw(u32 address, Chain chain);
  bool accept_ccw(const Ccw& ccw, Chain chain);
  void begin_command();
  void transfer();
  // Moves data for the present CCW. False if the device or a check ended it early.
  bool transfer_ccw();
  bool skips() const { return ccw_.has(Ccw::kSkip) && direction_ != Device::Direction::from_storage; }
  void command_ended(const Device::Ending& ending, bool immediate);
  bool fail(u8 channel_status_bits);

  // Storage for the next bytes, from its lowest address on; or the check that forbids it.
  struct Piece {
    u8* bytes = nullptr;
    u32 length = 0;
    u8 check = 0;
  };
  Piece locate();
  // Takes the next IDAW into use. Gives 0 or the check.
  u8 fetch_idaw();
  bool may_access(u32 block) const;
  u32 move(const Piece& piece);
  u32 discard();
  void advance(u32 moved);

  Storage& storage_;
  Device& device_;
  Phase phase_ = Phase::ended;
  Csw csw_;
  bool pci_ = false;
  Ccw ccw_;
  u8 command_ = 0;        // of the chain of data: that of its first CCW
  u32 next_ccw_ = 0;      // address of the CCW after the present one
  u32 data_address_ = 0;  // of the next byte
  u32 idaw_address_ = 0;  // of the next IDAW
  bool idaw_wanted_ = false;
  bool first_idaw_ = false;
  Device::Direction direction_ = Device::Direction::none;
};

}  // namespace replica
