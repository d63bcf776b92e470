// Interruptions: which one is taken, what it stores, the exchange of PSWs. GA22-7000 "Interruptions".
#include <algorithm>

#include "base/bits.h"
#include "base/part_clock.h"
#include "cpu/cpu.h"

namespace replica {
namespace {

// Assigned locations: old PSW, new PSW; and in EC mode, where the code is stored.
constexpr u32 kRestartOld = 8, kRestartNew = 0;
constexpr u32 kExternalOld = 24, kExternalNew = 88, kExternalCpu = 132, kExternalCode = 134;
constexpr u32 kSvcOld = 32, kSvcNew = 96, kSvcCode = 136;
constexpr u32 kProgramOld = 40, kProgramNew = 104, kProgramCode = 140, kTranslationAddress = 144;
constexpr u32 kPerCode = 150, kPerAddress = 152;
constexpr u32 kMonitorClass = 148, kMonitorCode = 156;  // in both modes
constexpr u32 kIoOld = 56, kIoNew = 120, kIoAddress = 184;

// External interruption codes, and the subclass masks in CR0.
constexpr u16 kEmergencySignal = 0x1201, kExternalCall = 0x1202, kClockComparator = 0x1004, kCpuTimer = 0x1005;
constexpr u32 kEmergencyMask = ibm_mask<u32>(17), kExternalCallMask = ibm_mask<u32>(18);
constexpr u32 kComparatorMask = ibm_mask<u32>(20), kCpuTimerMask = ibm_mask<u32>(21);

// The word that EC mode stores for SVC and program interruptions: zeros, ILC in bits 13-14, code.
constexpr u32 identification(u16 code, u8 ilc) { return u32{ilc} << 17 | code; }

// The latched conditions (bits 8-15 of the code) are enabled by CR0 bits 24-26: interval timer, interrupt key, and all of
// external signals 2-7 together.
constexpr u16 kExternalSignals = 0x003F;
constexpr u32 kIntervalTimerMask = ibm_mask<u32>(24), kExternalSignalMask = ibm_mask<u32>(26);
constexpr u16 enabled_latches(u32 cr0) {
  return static_cast<u16>((cr0 & 0x00C0) | (cr0 & kExternalSignalMask ? kExternalSignals : 0));
}

}  // namespace

void Cpu::exchange_psw(u32 old_location, u32 new_location, u16 code, u8 ilc) {
  const PartScope scope(part::kInterruption);
  const u64 image = psw.pack(code, ilc);
  store_be64(store_low(old_location), image);
  load_psw(load_be64(fetch_low(new_location)));
}

void Cpu::store_per_events() {
  if (psw.ec_mode) {
    store_be16(store_low(kPerCode), static_cast<u16>(per.events << 8));
    store_be32(store_low(kPerAddress), per.address);
  }
  per.events = 0;
}

void Cpu::program_interruption(ProgramCode code, u8 ilc, bool completed) {
  // Of an instruction that was not completed, only its having been fetched is an event.
  if (!completed && !per.stand) per.events &= PerEvents::kFetch;
  u16 stored_code = static_cast<u16>(code);
  if (per.events != 0) stored_code |= static_cast<u16>(ProgramCode::per_event);
  if (intercepted(InterruptionClass::program, stored_code, ilc)) {
    per.events = 0;
    return;
  }
  if (per.events != 0) store_per_events();
  if (code == ProgramCode::monitor_event) {
    store_be16(store_low(kMonitorClass), details.monitor_class);
    store_be32(store_low(kMonitorCode), details.monitor_code);
  }
  if (psw.ec_mode) {
    store_be32(store_low(kProgramCode), identification(stored_code, ilc));
    if (is_nullifying(code)) store_be32(store_low(kTranslationAddress), details.translation_address);
  }
  exchange_psw(kProgramOld, kProgramNew, stored_code, ilc);
}

void Cpu::supervisor_call_interruption(u8 code, u8 ilc) {
  if (intercepted(InterruptionClass::supervisor_call, code, ilc)) return;
  if (psw.ec_mode) store_be32(store_low(kSvcCode), identification(code, ilc));
  exchange_psw(kSvcOld, kSvcNew, code, ilc);
}

void Cpu::restart_interruption() {
  if (intercepted(InterruptionClass::restart, 0, 0)) return;
  exchange_psw(kRestartOld, kRestartNew, 0, 0);
}

void Cpu::external_interruption(u16 code) {
  if (intercepted(InterruptionClass::external, code, 0)) return;
  if (code >> 8 == 0x12) store_be16(store_low(kExternalCpu), 0);  // in both modes: this CPU's address
  if (psw.ec_mode) store_be16(store_low(kExternalCode), code);
  exchange_psw(kExternalOld, kExternalNew, code, 0);
}

u32 Cpu::pending_external_subclasses(u64 time) const {
  u32 pending = external_latches_ & 0x00C0;
  if (external_latches_ & kExternalSignals) pending |= kExternalSignalMask;
  if (emergency_signal_) pending |= kEmergencyMask;
  if (external_call_) pending |= kExternalCallMask;
  if (clocks_.comparator_pending(time)) pending |= kComparatorMask;
  if (clocks_.cpu_timer_pending(time)) pending |= kCpuTimerMask;
  return pending;
}

// The code of the enabled condition of highest priority, which is cleared if it is one that does not persist. There is one.
u16 Cpu::accept_external_condition() {
  const u32 enabled = exchange.external_pending & cr[0];
  u16 code;
  if (const u16 latched = external_latches_ & enabled_latches(cr[0])) {
    external_latches_ &= static_cast<u16>(~latched);
    code = latched;
  } else if (enabled & kEmergencyMask) {
    emergency_signal_ = false;
    code = kEmergencySignal;
  } else if (enabled & kExternalCallMask) {
    external_call_ = false;
    code = kExternalCall;
  } else {
    code = enabled & kComparatorMask ? kClockComparator : kCpuTimer;
  }
  exchange.external_pending = pending_external_subclasses(now());
  return code;
}

u32 Cpu::enabled_channels() const {
  if (psw.ec_mode) return psw.system_mask & Psw::kIo ? cr[2] : 0;
  const u32 first_six = u32{psw.system_mask} << 24 & 0xFC000000;
  return first_six | (psw.system_mask & Psw::kIo ? cr[2] & 0x03FFFFFF : 0);
}

bool Cpu::take_pending_interruption() {
  if (early_exception_) {
    early_exception_ = false;
    program_interruption(ProgramCode::specification, early_ilc_, true);
    return true;
  }
  if (!interruption_is_due()) return false;
  if (psw.external_enabled() && (exchange.external_pending & cr[0])) {
    external_interruption(accept_external_condition());
    return true;
  }
  const u32 channels = enabled_channels();
  const u16 address = channels_.accept(io_context(), channels);
  exchange.io_pending = channels_.any_pending();
  if (intercepted(InterruptionClass::input_output, address, 0)) return true;
  if (psw.ec_mode) {
    u8* location = store_low(kIoAddress);
    location[1] = 0;
    store_be16(location + 2, address);
  }
  exchange_psw(kIoOld, kIoNew, address, 0);
  return true;
}

bool Cpu::request_external_call() {
  if (external_call_) return false;
  external_call_ = true;
  clock_changed();
  return true;
}

bool Cpu::external_interruption_possible() const {
  return psw.external_enabled() && (enabled_latches(cr[0]) | (cr[0] & 0x0000FC00)) != 0;
}

u64 Cpu::next_wake_up() const {
  u64 wake_up = channels_.next_event();
  if (!psw.external_enabled()) return wake_up;
  const u64 time = now();
  if (cr[0] & kComparatorMask) wake_up = std::min(wake_up, clocks_.comparator_event(time));
  if (cr[0] & kCpuTimerMask) wake_up = std::min(wake_up, clocks_.cpu_timer_event(time));
  if (cr[0] & kIntervalTimerMask) {
    const u8* timer = storage_.at(apply_prefix(80, prefix));
    wake_up = std::min(wake_up, clocks_.interval_timer_event(static_cast<i32>(load_be32(timer))));
  }
  return wake_up;
}

}  // namespace replica
