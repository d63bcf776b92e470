// The access modes of minidisks, and what a LINK gets. VM/370 CP Command Reference for General Users (GC20-1820), "LINK".
//
// The first letter of a mode is the access that is wanted, the second the one that will do if others are in the way:
//
//   others hold     | R    RR   W    WR   M    MR   MW
//   ----------------+----------------------------------
//   no link         | R/O  R/O  R/W  R/W  R/W  R/W  R/W
//   read links only | R/O  R/O  no   R/O  R/W  R/W  R/W
//   a write link    | no   R/O  no   R/O  no   R/O  R/W
//
// "Others" are all users who have the minidisk, its owner among them. Beside that, each mode asks for one of the minidisk's
// three passwords: R and RR for the read password, W and WR for the write password, M, MR and MW for the multiple-write
// password. No password is asked for if it is ALL, of the owner, and by LINK statements of the directory.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/types.h"

namespace replica::vmm {

enum class LinkMode : u8 { R, RR, W, WR, M, MR, MW };

std::string_view name(LinkMode mode);

// The mode of this name, in any case of letters. The error has what was found and what was expected.
Result<LinkMode> parse_link_mode(std::string_view text);

enum class LinkAccess : u8 { read, write, multiple };

// Whose password the mode asks for.
LinkAccess access_of(LinkMode mode);

// The links that others hold to the minidisk.
struct OtherLinks {
  bool read = false;   // at least one user reads only
  bool write = false;  // at least one user writes
};

// What became of the password that the mode asks for.
enum class LinkPassword : u8 {
  accepted,  // it was right, or none was needed
  absent,    // the directory has no such password: nobody but the owner gets this access
  wrong,
};

enum class LinkAnswer : u8 {
  read_only,
  read_write,
  no_password,     // refused: the directory has no password for this mode
  wrong_password,  // refused
  others_read,     // refused: a user has the minidisk in read status
  others_write,    // refused: a user has the minidisk in write status
};

constexpr bool is_granted(LinkAnswer answer) {
  return answer == LinkAnswer::read_only || answer == LinkAnswer::read_write;
}

// The password is looked at first, so that who does not know it learns nothing about the others.
LinkAnswer answer_link(LinkMode mode, OtherLinks others, LinkPassword password);

}  // namespace replica::vmm
