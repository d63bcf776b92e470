#include "vmm/cp/pseudo_timer.h"

#include "base/big_endian.h"
#include "devices/code_page.h"
#include "vmm/cp/calendar.h"

namespace replica::vmm {
namespace {

enum : u8 { kRead = 0x02, kNoOperation = 0x03, kSense = 0x04 };

}  // namespace

Device::Answer PseudoTimer::begin(u8 command) {
  switch (command) {
    case kRead: return send(reading());
    case kNoOperation: return Answer::done();
    case kSense: return send_sense();
    default: return check(sense::kCommandReject);
  }
}

// Date and time in EBCDIC, 8 bytes each; virtual and total CPU time, 4 bytes each, in the unit of the interval timer.
std::vector<u8> PseudoTimer::reading() const {
  constexpr u32 kTimes = 16;
  Cpu& cpu = machine_.cpu();
  std::vector<u8> bytes;
  for (const char c : date_and_time(cpu.clocks().tod_at(cpu.now())))
    bytes.push_back(default_code_page().to_ebcdic[static_cast<u8>(c)]);
  bytes.resize(kTimes + 8);
  const u64 used = machine_.cpu_time / kUnitsPerMicrosecond * Clocks::kTimerRate / 1'000'000;
  store_be32(&bytes[kTimes], static_cast<u32>(used));
  store_be32(&bytes[kTimes + 4], static_cast<u32>(used));
  return bytes;
}

}  // namespace replica::vmm
