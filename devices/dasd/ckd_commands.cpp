// The commands of CKD drives: one row each.
#include <algorithm>
#include <array>

#include "devices/dasd/ckd_commands.h"

namespace replica {

// Has the members of CkdDevice at hand.
struct CkdCommands {
  using D = CkdDevice;
  using Kind = CkdCommand::Kind;
  using Needs = CkdCommand::Needs;

  // clang-format off
  static constexpr CkdCommand kRows[] = {
      // code  MT     kind           needs               us  begin                        finish
      {0x03, false, Kind::control, Needs::nothing,     10, &D::begin_immediate,       &D::finish_immediate},        // no-operation
      {0x17, false, Kind::control, Needs::nothing,     10, &D::begin_immediate,       &D::finish_immediate},        // restore
      {0x07, false, Kind::control, Needs::nothing,    100, &D::begin_seek,            &D::finish_seek},             // seek
      {0x0B, false, Kind::control, Needs::nothing,    100, &D::begin_seek,            &D::finish_seek},             // seek cylinder
      {0x1B, false, Kind::control, Needs::nothing,     20, &D::begin_seek,            &D::finish_seek},             // seek head
      {0x13, false, Kind::control, Needs::nothing,    100, &D::begin_recalibrate,     &D::finish_immediate},        // recalibrate
      {0x1F, false, Kind::control, Needs::nothing,     20, &D::begin_set_file_mask,   &D::finish_set_file_mask},    // set file mask
      {0x23, false, Kind::control, Needs::sectors,     20, &D::begin_set_sector,      &D::finish_set_sector},       // set sector
      {0x0F, false, Kind::control, Needs::nothing,     30, &D::begin_space_count,     &D::finish_space_count},      // space count

      {0x04, false, Kind::sense,   Needs::nothing,     20, &D::begin_sense,           &D::finish_read},             // sense
      {0x14, false, Kind::sense,   Needs::nothing,     20, &D::begin_sense,           &D::finish_read},             // unconditional reserve
      {0x94, false, Kind::sense,   Needs::nothing,     20, &D::begin_sense,           &D::finish_read},             // device release
      {0xB4, false, Kind::sense,   Needs::nothing,     20, &D::begin_sense,           &D::finish_read},             // device reserve
      {0xA4, false, Kind::sense,   Needs::long_sense,  20, &D::begin_read_log,        &D::finish_read},             // read and reset buffered log
      {0xE4, false, Kind::sense,   Needs::sense_id,    20, &D::begin_sense_id,        &D::finish_read},             // sense ID

      {0x02, false, Kind::read,    Needs::nothing,    100, &D::begin_read_ipl,        &D::finish_read},             // read IPL
      {0x06, true,  Kind::read,    Needs::nothing,     40, &D::begin_read_data,       &D::finish_read},             // read data
      {0x0E, true,  Kind::read,    Needs::nothing,     40, &D::begin_read_key_data,   &D::finish_read},             // read key and data
      {0x12, true,  Kind::read,    Needs::nothing,     20, &D::begin_read_count,      &D::finish_read},             // read count
      {0x16, true,  Kind::read,    Needs::nothing,     30, &D::begin_read_r0,         &D::finish_read},             // read R0
      {0x1A, true,  Kind::read,    Needs::nothing,     30, &D::begin_read_home,       &D::finish_read},             // read home address
      {0x1E, true,  Kind::read,    Needs::nothing,     40, &D::begin_read_ckd,        &D::finish_read},             // read count, key and data
      {0x22, false, Kind::read,    Needs::sectors,     20, &D::begin_read_sector,     &D::finish_read},             // read sector
      {0x5E, false, Kind::read,    Needs::long_sense,  50, &D::begin_read_multiple,   &D::finish_read},             // read multiple count, key and data

      {0x29, true,  Kind::search,  Needs::nothing,     20, &D::begin_search_key,      &D::finish_search_key},       // search key equal
      {0x49, true,  Kind::search,  Needs::nothing,     20, &D::begin_search_key,      &D::finish_search_key},       //            high
      {0x69, true,  Kind::search,  Needs::nothing,     20, &D::begin_search_key,      &D::finish_search_key},       //            equal or high
      {0x31, true,  Kind::search,  Needs::nothing,     20, &D::begin_search_id,       &D::finish_search_id},        // search ID equal
      {0x51, true,  Kind::search,  Needs::nothing,     20, &D::begin_search_id,       &D::finish_search_id},        //           high
      {0x71, true,  Kind::search,  Needs::nothing,     20, &D::begin_search_id,       &D::finish_search_id},        //           equal or high
      {0x39, true,  Kind::search,  Needs::nothing,     20, &D::begin_search_home,     &D::finish_search_home},      // search home address equal
      {0x2D, true,  Kind::search,  Needs::file_scan,   40, &D::begin_search_key_data, &D::finish_search_key_data},  // search key and data equal
      {0x4D, true,  Kind::search,  Needs::file_scan,   40, &D::begin_search_key_data, &D::finish_search_key_data},  //                     high
      {0x6D, true,  Kind::search,  Needs::file_scan,   40, &D::begin_search_key_data, &D::finish_search_key_data},  //                     equal or high

      {0x05, false, Kind::write,   Needs::nothing,     40, &D::begin_write_data,      &D::finish_write_data},       // write data
      {0x0D, false, Kind::write,   Needs::nothing,     40, &D::begin_write_key_data,  &D::finish_write_key_data},   // write key and data
      {0x1D, false, Kind::write,   Needs::nothing,     40, &D::begin_write_ckd,       &D::finish_write_ckd},        // write count, key and data
      {0x01, false, Kind::write,   Needs::overflow,    40, &D::begin_write_ckd,       &D::finish_write_ckd},        // write special count, key and data
      {0x11, false, Kind::write,   Needs::nothing,     40, &D::begin_write_ckd,       &D::finish_erase},            // erase
      {0x15, false, Kind::write,   Needs::nothing,     40, &D::begin_write_r0,        &D::finish_write_r0},         // write R0
      {0x19, false, Kind::write,   Needs::nothing,     40, &D::begin_write_home,      &D::finish_write_home},       // write home address
  };
  // clang-format on
};

const CkdCommand* find_ckd_command(u8 code) {
  static const auto kByCode = [] {
    std::array<const CkdCommand*, 256> table{};
    for (const CkdCommand& row : CkdCommands::kRows) {
      table[row.code] = &row;
      if (row.multitrack) table[row.code | 0x80] = &row;
    }
    return table;
  }();
  return kByCode[code];
}

}  // namespace replica
