// The table of CKD commands, and codes that several files of the model need.
#pragma once

#include "devices/dasd/ckd_device.h"

namespace replica {

// Null for a code that no drive knows.
const CkdCommand* find_ckd_command(u8 code);

// Sense byte 1.
namespace ckd_sense1 {
inline constexpr u8 kPermanentError = 0x80;
inline constexpr u8 kInvalidTrackFormat = 0x40;
inline constexpr u8 kEndOfCylinder = 0x20;
inline constexpr u8 kNoRecordFound = 0x08;
inline constexpr u8 kFileProtected = 0x04;
inline constexpr u8 kWriteInhibited = 0x02;
inline constexpr u8 kOperationIncomplete = 0x01;
}  // namespace ckd_sense1

// Messages of format 0 in sense byte 7.
namespace ckd_message {
inline constexpr u8 kInvalidCommand = 1;
inline constexpr u8 kInvalidSequence = 2;
inline constexpr u8 kCountTooSmall = 3;
inline constexpr u8 kInvalidArgument = 4;
}  // namespace ckd_message

// The file mask.
namespace ckd_mask {
inline constexpr u8 kWrites = 0xC0;
inline constexpr u8 kNoHomeAndR0 = 0x00;
inline constexpr u8 kNoWrites = 0x40;
inline constexpr u8 kNoFormatWrites = 0x80;
inline constexpr u8 kAllWrites = 0xC0;
inline constexpr u8 kReserved = 0x20;
inline constexpr u8 kSeeks = 0x18;
inline constexpr u8 kAllSeeks = 0x00;
inline constexpr u8 kCylinderAndHead = 0x08;
inline constexpr u8 kHeadOnly = 0x10;
inline constexpr u8 kNoSeeks = 0x18;  // and no head switching
}  // namespace ckd_mask

}  // namespace replica
