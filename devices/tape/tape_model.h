// What distinguishes the tape drives: which commands they know and what their sense bytes say.
// Sources: GA22-6866 (2400), GA32-0022 (3410), GA32-0020 (3803, 3420); docs of Hercules for what its guests expect.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/types.h"

namespace replica {

enum class TapeAction : u8 {
  none,  // not a command of this drive
  no_operation,
  write,
  read,
  read_backward,
  write_tape_mark,
  erase_gap,
  data_security_erase,
  backspace_block,
  forward_space_block,
  backspace_file,
  forward_space_file,
  rewind,
  rewind_unload,
  set_800,
  set_1600,
  set_6250,
  request_track_in_error,
  loop_write_to_read,
  sense,
  sense_id,
};

// Whether the drive must be ready, with a tape on it. It need not for sense.
bool needs_tape(TapeAction action);
// Whether a tape without a write ring rejects it.
bool needs_write_ring(TapeAction action);

enum class TapeTrouble : u8 {
  none,  // sense without a unit check before it: the state alone
  command_reject,
  protected_tape,
  not_ready,
  load_point,  // a backward movement came upon it
  ran_off,     // the tape has run off its reel: nothing is recorded there, or there is no more tape
  read_failed,
  write_failed,
  no_data,  // a write with not one byte
};

struct TapeState {
  bool ready = false;
  bool at_load_point = false;
  bool is_protected = false;
  bool writing = false;  // the last movement was a write
  bool past_end_marker = false;
  bool is_1600 = false;
};

class TapeModel {
 public:
  // The model of that type number; null if there is none.
  static const TapeModel* find(std::string_view type);
  // The type numbers, with commas between them.
  static std::string_view all_types() { return "2400, 2401, 2415, 2420, 3410, 3411, 3420"; }

  std::string_view type() const { return type_; }
  TapeAction action(u8 command) const;
  std::vector<u8> sense(TapeTrouble trouble, const TapeState& state) const;
  // What SENSE ID gives. Empty: the drive has no such command.
  std::vector<u8> sense_id() const { return {identification_.begin(), identification_.end()}; }

 private:
  // Families of drives, as bits.
  static constexpr u8 k2400 = 1;
  static constexpr u8 k3410 = 2;
  static constexpr u8 k3420 = 4;

  constexpr TapeModel(std::string_view type, u8 family, u8 sense_length, std::span<const u8> identification)
      : type_(type), family_(family), sense_length_(sense_length), identification_(identification) {}

  static const TapeModel kModels[];
  struct Command;
  static const Command kCommands[];

  std::string_view type_;
  u8 family_;
  u8 sense_length_;
  std::span<const u8> identification_;
};

}  // namespace replica
