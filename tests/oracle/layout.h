// The map of an oracle image: where the monitor, the test region, the cases and their records lie in real storage. The
// monitor (monitor.s) knows these places only through the parameter words at X'F00', which build_image fills.
//
//   000000-0007FF  block 0: assigned storage locations and free space; part of the test region
//   000800-000FFF  the monitor
//   001000-0013FF  addresses of the region's chunks and blocks
//   008000-00FFFF  the main part of the test region
//   010000-        pristine copy of the region, shadow copy, cases, records
//   end - 4096     the last 4K of storage: the rest of the test region, for operands that wrap at 16,777,216
//
// The test region is addressed in two ways: by real address and by *region offset* 0-X'97FF', which counts its three
// parts without the gaps. Copies, patches and records use region offsets.
#pragma once

#include <optional>

#include "base/types.h"

namespace replica::oracle {

inline constexpr u32 kBlockBytes = 2048;
inline constexpr u32 kChunkBytes = 256;
inline constexpr u32 kPieceBytes = 32;

inline constexpr u32 kLowBytes = kBlockBytes;
inline constexpr u32 kMainStart = 0x8000;
inline constexpr u32 kMainBytes = 0x8000;
inline constexpr u32 kTailBytes = 2 * kBlockBytes;
inline constexpr u32 kRegionBytes = kLowBytes + kMainBytes + kTailBytes;
inline constexpr u32 kRegionBlocks = kRegionBytes / kBlockBytes;
inline constexpr u32 kRegionChunks = kRegionBytes / kChunkBytes;

// The DAT tables of a case lie in the last 8K of the main part; operands and code in the 24K before.
inline constexpr u32 kTablesStart = 0xE000;
inline constexpr u32 kTablesEnd = kMainStart + kMainBytes;

inline constexpr u32 kMonitorStart = 0x800;
inline constexpr u32 kMonitorEnd = 0x1000;
inline constexpr u32 kParameters = 0xF00;
inline constexpr u32 kChunkTable = 0x1000;
inline constexpr u32 kBlockTable = kChunkTable + 4 * kRegionChunks;
inline constexpr u32 kPristine = 0x10000;
inline constexpr u32 kShadow = kPristine + kRegionBytes;
inline constexpr u32 kCases = kShadow + kRegionBytes;

// The instruction addresses of the monitor's disabled wait PSWs.
inline constexpr u32 kDoneWait = 0xC0DE00;
inline constexpr u32 kFullWait = 0xBAD100;

inline constexpr u32 kIntervalTimer = 80;
inline constexpr u32 kTranslationAddress = 144;

// The real address of a region offset.
constexpr u32 real_of_offset(u32 offset, u32 storage_bytes) {
  if (offset < kLowBytes) return offset;
  if (offset < kLowBytes + kMainBytes) return offset - kLowBytes + kMainStart;
  return offset - kLowBytes - kMainBytes + storage_bytes - kTailBytes;
}

// The region offset of a real address, if it lies in the region.
constexpr std::optional<u32> offset_of_real(u32 real, u32 storage_bytes) {
  if (real < kLowBytes) return real;
  if (real >= kMainStart && real < kMainStart + kMainBytes) return real - kMainStart + kLowBytes;
  if (real >= storage_bytes - kTailBytes && real < storage_bytes)
    return real - (storage_bytes - kTailBytes) + kLowBytes + kMainBytes;
  return std::nullopt;
}

}  // namespace replica::oracle
