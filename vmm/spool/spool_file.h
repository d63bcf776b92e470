// What a spool file is: its attributes, as CP of VM/370 has them in its spool file block, and its records, which are the channel
// commands that made it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"

namespace replica::vmm {

// Which queue the file stands in: files to be read by a virtual machine, to be printed, to be punched.
enum class SpoolKind : u8 { reader, printer, punch };
enum class SpoolHold : u8 { none, user, system };
// An open file is being written by its device, an active one being read, printed or punched. Files that stand in a queue are
// closed.
enum class SpoolState : u8 { open, closed, active };

using SpoolId = u32;
inline constexpr SpoolId kLastSpoolId = 9900;

// What the user and the operator decide. Names are of 1 to 8 characters; where it says so, they may be empty.
struct SpoolAttributes {
  std::string owner{};   // whose file it is
  std::string origin{};  // who made it
  SpoolKind kind = SpoolKind::printer;
  char spool_class = 'A';  // A-Z, 0-9
  u32 copies = 1;          // 1-99
  SpoolHold hold = SpoolHold::none;
  std::string distribution{};  // may be empty
  std::string name{};          // may be empty; up to 24 characters, a data set name, if there is no type
  std::string type{};          // may be empty
  std::string device{};        // the type of the device that made it, "1403"
};

struct SpoolFile : SpoolAttributes {
  SpoolId id = 0;
  SpoolState state = SpoolState::open;
  u64 records = 0;
  u64 bytes = 0;            // of its records as the spool's limit counts them
  i64 created = 0;          // in seconds since 1970, UTC
  i64 place = 0;            // files of a queue come in ascending places
  bool incomplete = false;  // it was open when the program was killed, and ends with its last checkpoint
};

// One channel command and its data. The data are valid until the next call of whoever gave the record.
struct SpoolRecord {
  static constexpr u32 kMostData = 65536;
  static constexpr u8 kBeginsChain = 0x01;  // as the fields of CompletedCommand
  static constexpr u8 kLacksChannel = 0x02;

  u8 command = 0;
  u8 flags = 0;
  std::span<const u8> data{};

  bool has(u8 flag) const { return (flags & flag) != 0; }
  // It has a line or a card, rather than motion or what a printer is loaded with.
  bool is_write() const { return (command & 7) == 1; }
};

// Errors tell which attribute is wrong, what was found and what was expected.
Status check_attributes(const SpoolAttributes& attributes);
Status check_user(std::string_view what, std::string_view user);
bool is_spool_class(char character);

// "RDR", "PRT", "PUN".
std::string_view spool_kind_name(SpoolKind kind);

}  // namespace replica::vmm
