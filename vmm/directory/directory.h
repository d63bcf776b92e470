// The user directory: which virtual machines there are, and what each consists of when its user logs on.
//
// The source is that of VM/370 Release 6 for its command DIRECT: VM/370 Planning and System Generation Guide (GC20-1801),
// "Directory Control Statements". docs/directory.md is the user's reference and tells the differences.
//
// A directory is checked as a whole before anybody uses it. One that this header hands out has these properties:
//
//   1. User names are unique, and so are the virtual addresses of the devices of one user.
//   2. Minidisks are inside of their device type, and no two of them share a cylinder.
//   3. Every link leads, over other links perhaps, to a minidisk that is not temporary.
//   4. No password is kept in plain text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "vmm/directory/link_mode.h"
#include "vmm/directory/password.h"
#include "vmm/directory/privilege_classes.h"

namespace replica::vmm {

// Addresses are 0 to X'FFF'. `place` is the "file:line" of a statement, for messages. Names are in capitals.

// One of the logical line-editing symbols of a user's terminal.
struct EditSymbol {
  enum class Kind : u8 { system, off, own };  // the system's own one (ON), none, or `character`
  Kind kind = Kind::system;
  char character = 0;

  bool operator==(const EditSymbol&) const = default;
};

struct UserOptions {
  bool real_timer = false;           // REALTIMER: the interval timer runs on while the virtual machine waits
  bool extended_control = false;     // ECMODE
  bool self_modifying_isam = false;  // ISAM: channel programs that change themselves as ISAM's do
  bool virtual_is_real = false;      // VIRT=REAL
  bool accounting = false;           // ACCT
  bool svc_by_cp = false;            // SVCOFF: no assist for SVC
  bool block_multiplexer = false;    // BMX: all channels but 0
  bool save_on_failure = false;      // VMSAVE
  std::optional<u32> cpu_id;         // CPUID: the 24-bit serial number for STORE CPU ID
  std::optional<u8> affinity;        // AFFINITY
};

struct Console {
  u16 address = 0;
  std::string type;  // "1052", "3210", "3215"
  char spool_class = 'T';
  std::string place;
};

struct SpoolDevice {
  enum class Kind : u8 { reader, punch, printer };
  u16 address = 0;
  Kind kind = Kind::printer;
  std::string type;        // "2540", "1403", ...
  char spool_class = 'A';  // a reader may have '*', which takes any
  std::string place;
};

struct Minidisk {
  enum class Kind : u8 {
    extent,     // `cylinders` from `first_cylinder` of the volume that is labelled `volume`
    whole,      // DEVNO: all of the volume at the real address `real_address`
    temporary,  // T-DISK: `cylinders` from wherever there is room, as long as the user is logged on
  };
  u16 address = 0;
  std::string type;  // "3330", "3330-11", ...; find_ckd_geometry() knows it, or it is "2319"
  Kind kind = Kind::extent;
  u32 first_cylinder = 0;
  u32 cylinders = 0;
  std::string volume;
  u16 real_address = 0;
  LinkMode mode = LinkMode::W;   // what the owner gets when logging on
  bool reserve_release = false;  // V behind the mode
  Password read, write, multiple;
  std::string place;

  const Password& password(LinkAccess access) const;
};

// A minidisk of another user, or a link of that user's.
struct Link {
  std::string owner;
  u16 owner_address = 0;
  u16 address = 0;
  LinkMode mode = LinkMode::R;
  std::string place;
};

struct DedicatedDevice {
  u16 address = 0;
  std::optional<u16> real_address;  // this, or `volume`
  std::string volume;
  bool read_only = false;
  std::string place;
};

struct SpecialDevice {
  enum class Kind : u8 { channel_adapter, display, timer };  // CTCA, 3270, TIMER
  u16 address = 0;
  Kind kind = Kind::timer;
  std::string place;
};

struct User {
  std::string name;
  Password password;  // none: may not log on
  u32 storage = 128 << 10;
  u32 maximum_storage = 1 << 20;
  PrivilegeClasses classes{"G"};
  u8 priority = 64;  // 1 is the highest, 99 the lowest
  EditSymbol line_end, line_delete, character_delete, escape;
  std::string account;       // empty: none given
  std::string distribution;  // the name if none was given
  UserOptions options;
  std::string ipl;  // a system's name or a virtual address; empty: none
  std::optional<Console> console;
  std::vector<SpoolDevice> spool_devices;
  std::vector<Minidisk> minidisks;
  std::vector<Link> links;
  std::vector<DedicatedDevice> dedicated_devices;
  std::vector<SpecialDevice> special_devices;
  std::string place;

  // The minidisk or link at a virtual address, or nullptr.
  const Minidisk* find_minidisk(u16 address) const;
  const Link* find_link(u16 address) const;
};

// Nobody logs on by this name: its minidisks are the cylinders from which temporary ones are made.
inline constexpr std::string_view kTemporarySpaceOwner = "$TDISK$";

struct Directory {
  std::vector<User> users;         // in the order of the source
  std::vector<std::string> notes;  // what was accepted but has no effect or may surprise, a line with its place each

  // By name in any case of letters; nullptr if there is none.
  const User* find(std::string_view id) const;
  // The minidisk that a link leads to.
  const Minidisk& target(const Link& link) const;
};

// What to do about passwords in plain text.
enum class PlainPasswords : u8 {
  refuse,  // an error, which names the command that replaces them
  hash,    // hash them, for this run; each takes some 15 ms
};

// Errors: all that is wrong, one line for each with its place, what was found and what was expected.
Result<Directory> parse_directory(std::string_view text, const std::string& name,
                                  PlainPasswords plain = PlainPasswords::refuse);

// Likewise from a file. Errors beside these: it cannot be read, or is too large for a directory.
Result<Directory> read_directory(const std::string& path, PlainPasswords plain = PlainPasswords::refuse);

}  // namespace replica::vmm
