#include "devices/tape/tape_model.h"

#include <algorithm>

#include "devices/device.h"

namespace replica {
namespace {

// Sense byte 0, beside those of every device.
constexpr u8 kWordCountZero = 0x02;
// Sense byte 1.
constexpr u8 kStatusA = 0x40;  // ready
constexpr u8 kStatusB = 0x20;  // not ready, or rewinding
constexpr u8 kLoadPoint = 0x08;
constexpr u8 kWriteStatus = 0x04;
constexpr u8 kFileProtect = 0x02;
// Sense byte 3.
constexpr u8 kVertical = 0x80;
constexpr u8 kMultipleTracks = 0x40;
constexpr u8 kSkew = 0x20;
constexpr u8 k1600BitsPerInch = 0x04;
// Sense byte 4.
constexpr u8 kTapeIndicate = 0x40;
constexpr u8 kDefective = 0x01;
// Sense byte 7.
constexpr u8 kTapeOutOfColumns = 0x60;

// Control unit type and model, device type and model.
constexpr u8 kIdentification3410[] = {0xFF, 0x31, 0x15, 0x01, 0x34, 0x10, 0x01};
constexpr u8 kIdentification3411[] = {0xFF, 0x31, 0x15, 0x01, 0x34, 0x11, 0x01};
constexpr u8 kIdentification3420[] = {0xFF, 0x38, 0x03, 0x02, 0x34, 0x20, 0x06};

constexpr u8 kLongestSense = 24;

// Sense byte 0 and what else a trouble sets.
void apply(TapeTrouble trouble, u8 (&bytes)[kLongestSense]) {
  switch (trouble) {
    case TapeTrouble::none:
    case TapeTrouble::load_point: break;
    case TapeTrouble::command_reject:
      bytes[0] = sense::kCommandReject;
      bytes[4] |= kDefective;
      break;
    case TapeTrouble::protected_tape: bytes[0] = sense::kCommandReject; break;
    case TapeTrouble::not_ready: bytes[0] = sense::kInterventionRequired; break;
    case TapeTrouble::ran_off:
      bytes[0] = sense::kEquipmentCheck;
      bytes[1] = static_cast<u8>((bytes[1] & ~kStatusA) | kStatusB);
      bytes[7] = kTapeOutOfColumns;
      break;
    case TapeTrouble::read_failed:
      bytes[0] = sense::kDataCheck;
      bytes[3] |= kVertical | kMultipleTracks;
      break;
    case TapeTrouble::write_failed:
      bytes[0] = sense::kDataCheck;
      bytes[3] |= kMultipleTracks | kSkew;
      break;
    case TapeTrouble::no_data: bytes[0] = kWordCountZero; break;
  }
}

}  // namespace

struct TapeModel::Command {
  u8 code;
  TapeAction action;
  u8 families;
};

// Mode sets of seven tracks do nothing to drives of nine. EB is none, but DOS/VS gives it.
const TapeModel::Command TapeModel::kCommands[] = {
    {0x01, TapeAction::write, k2400 | k3410 | k3420},
    {0x02, TapeAction::read, k2400 | k3410 | k3420},
    {0x03, TapeAction::no_operation, k2400 | k3410 | k3420},
    {0x04, TapeAction::sense, k2400 | k3410 | k3420},
    {0x07, TapeAction::rewind, k2400 | k3410 | k3420},
    {0x0B, TapeAction::no_operation, k3420},  // diagnostic mode set
    {0x0C, TapeAction::read_backward, k2400 | k3410 | k3420},
    {0x0F, TapeAction::rewind_unload, k2400 | k3410 | k3420},
    {0x17, TapeAction::erase_gap, k2400 | k3410 | k3420},
    {0x1B, TapeAction::request_track_in_error, k2400 | k3410 | k3420},
    {0x1F, TapeAction::write_tape_mark, k2400 | k3410 | k3420},
    {0x27, TapeAction::backspace_block, k2400 | k3410 | k3420},
    {0x2F, TapeAction::backspace_file, k2400 | k3410 | k3420},
    {0x37, TapeAction::forward_space_block, k2400 | k3410 | k3420},
    {0x3F, TapeAction::forward_space_file, k2400 | k3410 | k3420},
    {0x8B, TapeAction::loop_write_to_read, k3420},
    {0x97, TapeAction::data_security_erase, k3410 | k3420},
    {0xC3, TapeAction::set_1600, k2400 | k3410 | k3420},
    {0xCB, TapeAction::set_800, k2400 | k3410 | k3420},
    {0xD3, TapeAction::set_6250, k3420},
    {0xD4, TapeAction::sense, k3420},  // sense and release
    {0xE4, TapeAction::sense_id, k3410 | k3420},
    {0xEB, TapeAction::no_operation, k3410 | k3420},
    {0xF4, TapeAction::sense, k3420},  // sense and reserve
    {0x13, TapeAction::no_operation, k2400 | k3410 | k3420},
    {0x23, TapeAction::no_operation, k2400 | k3410 | k3420},
    {0x2B, TapeAction::no_operation, k2400 | k3410 | k3420},
    {0x33, TapeAction::no_operation, k2400 | k3410 | k3420},
    {0x3B, TapeAction::no_operation, k2400 | k3410 | k3420},
    {0x53, TapeAction::no_operation, k2400 | k3410 | k3420},
    {0x63, TapeAction::no_operation, k2400 | k3410 | k3420},
    {0x6B, TapeAction::no_operation, k2400 | k3410 | k3420},
    {0x73, TapeAction::no_operation, k2400 | k3410 | k3420},
    {0x7B, TapeAction::no_operation, k2400 | k3410 | k3420},
    {0x93, TapeAction::no_operation, k2400 | k3410 | k3420},
    {0xA3, TapeAction::no_operation, k2400 | k3410 | k3420},
    {0xAB, TapeAction::no_operation, k2400 | k3410 | k3420},
    {0xB3, TapeAction::no_operation, k2400 | k3410 | k3420},
    {0xBB, TapeAction::no_operation, k2400 | k3410 | k3420},
};

const TapeModel TapeModel::kModels[] = {
    {"2400", k2400, 6, {}},
    {"2401", k2400, 6, {}},
    {"2415", k2400, 6, {}},
    {"2420", k2400, 6, {}},
    {"3410", k3410, 9, kIdentification3410},
    {"3411", k3410, 9, kIdentification3411},
    {"3420", k3420, 24, kIdentification3420},
};

bool needs_tape(TapeAction action) {
  return action != TapeAction::none && action != TapeAction::sense && action != TapeAction::sense_id;
}

bool needs_write_ring(TapeAction action) {
  return action == TapeAction::write || action == TapeAction::write_tape_mark || action == TapeAction::erase_gap ||
         action == TapeAction::data_security_erase;
}

const TapeModel* TapeModel::find(std::string_view type) {
  const auto* model =
      std::find_if(std::begin(kModels), std::end(kModels), [&](const TapeModel& m) { return m.type_ == type; });
  return model == std::end(kModels) ? nullptr : model;
}

TapeAction TapeModel::action(u8 command) const {
  const auto* row = std::find_if(std::begin(kCommands), std::end(kCommands),
                                 [&](const Command& c) { return c.code == command && (c.families & family_) != 0; });
  return row == std::end(kCommands) ? TapeAction::none : row->action;
}

std::vector<u8> TapeModel::sense(TapeTrouble trouble, const TapeState& state) const {
  u8 bytes[kLongestSense] = {};
  if (state.ready) {
    bytes[1] = kStatusA;
    if (state.at_load_point) bytes[1] |= kLoadPoint;
    if (state.writing) bytes[1] |= kWriteStatus;
    if (state.is_1600) bytes[3] = k1600BitsPerInch;
  } else {
    bytes[0] = sense::kInterventionRequired;
    bytes[1] = kStatusB;
  }
  if (state.is_protected) bytes[1] |= kFileProtect;
  if (state.past_end_marker) bytes[4] = kTapeIndicate;
  if (family_ == k3410) {
    bytes[5] = 0x40;
    bytes[6] = 0x22;  // two densities, model 2
  } else if (family_ == k3420) {
    bytes[5] = 0xC0;   // the subsystem with a 3803
    bytes[6] = 0x03;   // model 7
    bytes[13] = 0x80;  // features of the control unit
    bytes[14] = 0x01;  // its serial number and level
    bytes[16] = 0x01;
    bytes[19] = 0xFF;  // error counts of the drives
    bytes[20] = 0xFF;
  }
  apply(trouble, bytes);
  return {bytes, bytes + sense_length_};
}

}  // namespace replica
