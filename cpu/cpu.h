// The CPU: architected state, storage access through the access maps, interruptions. Engines run instructions on it; the
// machine (cpu/machine.h) gives it a budget and takes interruptions between instructions.
//
// Invariants:
//  1. `map` is the access map of the present context (PSW, control registers, prefix); whoever changes one of these calls
//     psw_changed() or context_changed().
//  2. budget_end - budget is the number of instructions begun since the machine was made, the present one included.
//  3. exchange.external_pending and exchange.io_pending tell which interruption conditions exist, whether the masks allow them
//     or not, as of the last look at the time. Whoever changes a mask or adds a condition leaves the engine if one is then
//     allowed.
#pragma once

#include <array>
#include <functional>

#include "base/big_endian.h"
#include "base/program_code.h"
#include "cpu/clocks.h"
#include "cpu/interfaces.h"
#include "cpu/polling_loop.h"
#include "cpu/psw.h"
#include "frontend/insn.h"
#include "mmu/access_map.h"

namespace replica {

// Thrown by an instruction that cannot go on, caught by the engine, never seen outside of it. Nothing of the instruction
// has been done, unless the exception is of a completing kind.
struct ProgramException {
  ProgramCode code;
};

// Bytes of an operand in host memory: [0, split) at `first`, the rest, if any, at `second`. An operand has at most 2 KB, so it
// touches at most two blocks.
struct Area {
  u8* first;
  u8* second;
  u32 split;

  u8* at(u32 offset) const { return offset < split ? first + offset : second + (offset - split); }
  bool is_contiguous(u32 length) const { return length <= split; }
};

// What a PER interruption will report of the present instruction. GA22-7000 "Program-Event Recording".
struct PerEvents {
  static constexpr u8 kBranch = 0x80;
  static constexpr u8 kFetch = 0x40;
  static constexpr u8 kStore = 0x20;
  static constexpr u8 kRegister = 0x10;

  u32 address = 0;
  u8 events = 0;
  // Part of the instruction is done, so its events stand even if an exception that is not of a completing kind ends it:
  // units of MVCL and CLCL, CVB with its divide exception.
  bool stand = false;
};

// What an engine keeps beside the architected state while it runs. An engine leaves nothing here that counts.
struct EngineState {
  // The condition code as generated code last set it: how, and from what. 0 means that it is in the PSW.
  u32 cc_kind = 0;
  u64 cc_a = 0;
  u64 cc_b = 0;
  void* link = nullptr;            // the jump that led out of the code
  bool code_changed = false;       // a store has hit translated code
  bool not_entered = false;        // the budget was too small for a block
  bool assumption_failed = false;  // a block was not entered since it is made for another value of a register
  bool left_by_call = false;       // a called instruction has spent the budget
  // Where control went on behind an instruction that stored into translated code.
  static constexpr u32 kNowhere = ~u32{0};
  u32 changed_before = kNowhere;
  // Instructions that were called: those that have no code, and those in the cold.
  u64 calls[2] = {};
};

// A PSW that has been loaded, valid and neither of the wait state nor with PER active, and what it selects while control
// registers and prefix stay as they are. `context` is its image without address and condition code; of none, it is odd, as no
// context is.
struct KnownPsw {
  u64 context = 1;
  Psw psw;
  AccessMap* map = nullptr;
};

// What decides whether PSWs can be exchanged at once.
struct ExchangeState {
  // All but the address, the condition code, and the ILC and code of an interruption.
  static constexpr u64 kContextOfEc = 0xFFFF'CFFF'FF00'0000;
  static constexpr u64 kContextOfBc = 0xFFFF'0000'0F00'0000;
  static constexpr u64 kHashFactor = 0x9E37'79B9'7F4A'7C15;
  static constexpr unsigned kHashShift = 60;

  std::array<KnownPsw, 16> known{};  // each at a hash of its context
  KnownPsw& at(u64 context) { return known[context * kHashFactor >> kHashShift]; }

  u32 external_pending = 0;  // pending external conditions, each as the bit of CR0 that enables it
  bool io_pending = false;
  bool per_active = false;
};

// The state that generated code reaches by offset.
struct CpuState {
  u32 gr[16] = {};
  u64 fpr[8] = {};  // 0, 2, 4, 6
  Psw psw;
  i64 budget = 0;
  u64 budget_end = 0;
  AccessMap* map = nullptr;
  u32 cr[16] = {};
  u32 prefix = 0;
  EngineState engine;
  ExchangeState exchange;
  // Sees interruptions first; may be null.
  Interceptor* interceptor = nullptr;
};

class Cpu : public CpuState {
 public:
  // All must outlive the CPU.
  Cpu(Storage& storage, Clocks& clocks, Translator& translator, Channels& channels);

  Storage& storage() { return storage_; }
  Clocks& clocks() { return clocks_; }
  AccessMaps& maps() { return maps_; }
  Channels& channels() { return channels_; }

  // CPU identification, for STIDP.
  struct Identity {
    u8 version = 0xFD;
    u32 serial = 0;  // 24 bits
    u16 model = 0x0158;
  };
  Identity identity;

  // ---- Time and budget ----

  u64 instructions() const { return budget_end - static_cast<u64>(budget); }
  u64 now() const { return clocks_.now(instructions()); }
  IoContext io_context() const { return io_context(now()); }
  IoContext io_context(u64 time) const {
    return {.prefix = prefix,
            .block_multiplexing = (cr[0] >> 31) != 0,
            .now = time,
            .real_time = clocks_.mode() == TimeMode::real_time};
  }

  // Makes the engine leave after the present instruction.
  void leave() {
    budget_end -= static_cast<u64>(budget);
    budget = 0;
  }

  // ---- Storage by logical address: 24-bit addresses, big-endian values. Each throws ProgramException. ----

  u8 load8(u32 address) { return *fetch_area(address, 1).first; }
  u16 load16(u32 address);
  u32 load32(u32 address);
  u64 load64(u32 address);
  void store8(u32 address, u8 value) { *store_area(address, 1).first = value; }
  void store16(u32 address, u16 value);
  void store32(u32 address, u32 value);
  void store64(u32 address, u64 value);

  // Access to `length` bytes, 1 to 2048: all of it is checked, then recorded, or nothing is.
  Area fetch_area(u32 address, u32 length) { return area(address, length, AccessKind::fetch); }
  Area store_area(u32 address, u32 length) { return area(address, length, AccessKind::store); }

  // Throws as store_area() would, but records nothing: the instruction may yet end otherwise.
  void check_store(u32 address, u32 length);

  // The bytes of the instruction at `address`: a pointer to all of them, in storage or, if they cross a block, in
  // `buffer`, which has room for 6.
  const u8* fetch_instruction(u32 address, u8* buffer);

  // Where the fast path of an access to `length` bytes finds its operand, or nullptr. Inlined into the engines.
  u8* mapped(const std::array<i64, kMaxBlocks>& entries, u32 address, u32 length) const {
    const i64 entry = entries[address >> kBlockShift];
    if (entry < 0 || (address & (kBlockSize - 1)) > kBlockSize - length) return nullptr;
    return reinterpret_cast<u8*>(entry + address);
  }

  // Real addresses 0-4095, with prefixing. GA22-7000 "Assigned Main-Storage Locations".
  const u8* fetch_low(u32 real) {
    storage_.record_fetch((real | prefix) >> kBlockShift);
    return storage_.at(real | prefix);
  }
  u8* store_low(u32 real) {
    storage_.record_store(real | prefix, 8);  // no location that the CPU stores is longer
    return storage_.at(real | prefix);
  }
  // A real address anywhere, with prefixing; addressing exception if there is no such storage.
  u32 absolute_or_throw(u32 real) const;

  // ---- Registers ----

  // Sets a general register for a routine, and notes it for PER.
  void set_gr(unsigned n, u32 value) {
    gr[n] = value;
    registers_changed |= 0x8000u >> n;
  }
  // General registers changed by the present instruction: bit n from the left of 16.
  u32 registers_changed = 0;

  // ---- Control ----

  [[noreturn, gnu::cold]] void throw_program(ProgramCode code) const;

  // Replaces the PSW, by LPSW or an interruption. An invalid one takes its exception at the next boundary.
  void load_psw(u64 image);
  void set_program_mask(u8 mask) {
    psw.program_mask = mask;
    psw_changed();
  }
  // After the system mask changed by SSM or STOSM: `ilc` is stored if the new PSW is invalid.
  void system_mask_changed();
  void control_register_changed();
  // A clock was set, a condition requested or an I/O instruction performed: leaves the engine, so that the machine looks at the
  // time, since what is pending and when the next event is due may differ.
  void clock_changed() { leave(); }
  // The PSW, a control register or the prefix changed: selects the access map.
  void context_changed() {
    forget_maps();
    select_map();
  }
  // The PSW alone did: nearly always back to what it was not long ago.
  void psw_changed() {
    AccessMap* known = exchange.per_active || psw.per() ? nullptr : known_maps_->by_psw[map_index()];
    if (known) [[likely]] {
      map = known;
    } else {
      select_map();
    }
  }

  // What a PSW without PER selects while control registers and prefix stay as they are: the maps that have been selected
  // already, by what they depend on.
  struct KnownMaps {
    std::array<AccessMap*, 64> by_psw{};
    u64 evictions = 0;  // of maps, until then
  };
  // Control registers or prefix have been changed to those that `known` belongs to; it must outlive its use. A VMM, which
  // goes from one address space to another all the time, keeps one for each.
  void context_changed(KnownMaps& known) {
    if (known.evictions != maps_.evictions()) known = {{}, maps_.evictions()};
    known_maps_ = &known;
    exchange.known.fill({});
    psw_changed();
  }

  // Exchanges PSWs. The PSW's address is that of the next instruction, except in a nullifying interruption. `completed`
  // tells whether the instruction's PER events stand.
  void program_interruption(ProgramCode code, u8 ilc, bool completed);
  void program_interruption(ProgramCode code, u8 ilc) { program_interruption(code, ilc, is_completing(code)); }
  void supervisor_call_interruption(u8 code, u8 ilc);
  void restart_interruption();

  // Takes the interruption of highest priority that is pending and enabled, and returns true if there was one.
  bool take_pending_interruption();
  // True if it would, as of the last look at the time.
  bool has_interruption_to_take() const { return early_exception_ || interruption_is_due(); }

  // The channels from which the PSW and CR2 allow interruptions: bit n from the left for channel n.
  u32 enabled_channels() const;
  // True if some kind of external interruption is allowed at all.
  bool external_interruption_possible() const;

  bool has_early_exception() const { return early_exception_; }
  // True if an interruption condition is pending, whether the masks allow it or not, as of the last look at the time.
  bool has_pending_condition() const {
    return early_exception_ || exchange.external_pending != 0 || exchange.io_pending;
  }

  // External interruption conditions that stay until taken: bits of the interruption code 00xx and those below.
  static constexpr u16 kIntervalTimer = 0x0080;
  static constexpr u16 kInterruptKey = 0x0040;
  void request_external(u16 condition) {
    external_latches_ |= condition;
    clock_changed();
  }
  void request_emergency_signal() {
    emergency_signal_ = true;
    clock_changed();
  }
  // False if one is pending already.
  bool request_external_call();
  bool external_call_pending() const { return external_call_; }
  // The external conditions that are pending, each as the bit of CR0 that enables it, as of the last look at the time.
  u32 external_pending() const { return exchange.external_pending; }

  // Looks at the clocks and channels: updates the interval timer and what is pending. Gives the time.
  u64 look_at_time();
  // The time at which look_at_time() must be called next, at the latest.
  u64 next_event() const;
  // The next time at which a CPU that waits may be interrupted.
  u64 next_wake_up() const;

  // Resets (GA22-7000 "Resets"). Those of the channels and of storage are the machine's matter.
  void reset();
  void initial_reset();
  void clear_registers();
  void store_status();

  bool stopped = true;  // the manual stopped state

  PollingLoop polling;  // what TEST I/O has told it

  // ---- PER, trace, paranoia ----

  // True if instructions must run one by one under observation: PER is on, or someone looks.
  bool is_watched() const { return exchange.per_active || paranoid || trace || holds_before; }
  bool per_active() const { return exchange.per_active; }
  PerEvents per;
  // Notes the instruction-fetching event if PER watches for it at this address, that of the instruction's first byte.
  void note_instruction_fetched(u32 address);

  // Checks every use of an access-map entry against tables and keys; a difference is a CHECK failure.
  bool paranoid = false;
  // Called before each instruction with its address and bytes (6, of which the instruction's length count).
  std::function<void(Cpu&, u32 address, const u8* bytes)> trace;
  // Asked before each instruction is fetched, with its address; true makes the engine leave in front of it. Whoever holds
  // the CPU also makes the machine return, or is asked again. Empty: never.
  std::function<bool(Cpu&, u32 address)> holds_before;

  // Performs DIAGNOSE, instead of the specification exception of a model that has no such functions.
  std::function<void(Cpu&, const Insn&)> diagnose;

  // What goes with a program interruption beside its code, for an interceptor that reflects it.
  struct ProgramDetails {
    u32 translation_address = 0;  // of the last segment or page exception
    u16 monitor_class = 0;
    u32 monitor_code = 0;
  };
  ProgramDetails details;

 private:
  Area area(u32 address, u32 length, AccessKind kind);
  Area area_slow(u32 address, u32 length, AccessKind kind);
  // Decides the access to one block of an operand, or throws.
  Access check_or_throw(u32 address, AccessKind kind);

  void exchange_psw(u32 old_location, u32 new_location, u16 code, u8 ilc);
  bool intercepted(InterruptionClass cls, u16 code, u8 ilc) {
    return interceptor && interceptor->intercept(*this, {cls, code, ilc});
  }
  u32 pending_external_subclasses(u64 time) const;
  u16 accept_external_condition();
  void external_interruption(u16 code);
  void store_per_events();
  // True if an interruption is pending that the masks allow.
  bool interruption_is_due() const {
    return (psw.external_enabled() && (exchange.external_pending & cr[0])) ||
           (exchange.io_pending && channels_.pending(enabled_channels()));
  }
  void early_exception(u8 ilc);
  [[gnu::noinline]] void load_new_psw(u64 image, u64 context);
  void select_map();
  void forget_maps() {
    known_maps_->by_psw.fill(nullptr);
    known_maps_->evictions = maps_.evictions();
    exchange.known.fill({});
  }
  // What an access map depends on in a PSW without PER.
  unsigned map_index() const {
    return psw.key | unsigned{psw.dat()} << 4 | (psw.program_mask & Psw::kFixedPointOverflow ? 32u : 0u);
  }

  Storage& storage_;
  Clocks& clocks_;
  Channels& channels_;
  AccessMaps maps_;
  KnownMaps own_known_maps_;
  KnownMaps* known_maps_ = &own_known_maps_;
  u16 external_latches_ = 0;
  bool external_call_ = false;
  bool emergency_signal_ = false;
  bool early_exception_ = false;
  u8 early_ilc_ = 0;
};

inline Area Cpu::area(u32 address, u32 length, AccessKind kind) {
  if (!paranoid) [[likely]] {
    if (u8* p = mapped(map->entries(kind), address, length)) return {p, p, length};
  }
  return area_slow(address, length, kind);
}

}  // namespace replica
