#include "vmm/cp/trace.h"

#include "base/big_endian.h"
#include "frontend/disassembler.h"
#include "frontend/instruction_table.h"
#include "vmm/cp/console_spool.h"

namespace replica::vmm {
namespace {

constexpr u32 kCsw = 64, kCaw = 72;
constexpr u8 kStartIo = 0x9C, kTestIo = 0x9D, kTestChannel = 0x9F;
constexpr u8 kTransferInChannel = 0x08;
constexpr u32 kMostCcws = 64;
// Where new PSWs are.
constexpr u32 kExternalNew = 88, kSvcNew = 96, kProgramNew = 104, kIoNew = 120;

struct Kind {
  InterruptionClass cls;
  Tracer::Event event;
  const char* name;
  u32 new_psw;
};
constexpr Kind kKinds[] = {
    {InterruptionClass::supervisor_call, Tracer::supervisor_calls, "SVC", kSvcNew},
    {InterruptionClass::program, Tracer::program_interruptions, "PROG", kProgramNew},
    {InterruptionClass::external, Tracer::external_interruptions, "EXT", kExternalNew},
    {InterruptionClass::input_output, Tracer::io_interruptions, "I/O", kIoNew},
};

}  // namespace

void Tracer::add(u32 events, const Output& output) {
  events_ |= events;
  output_ = output;
  watch();
}

void Tracer::remove(u32 events) {
  events_ &= ~events;
  watch();
}

void Tracer::set_address_stop(std::optional<u32> address) {
  address_stop_ = address;
  watch();
}

// The virtual CPU tells of what is wanted, and no more.
void Tracer::watch() {
  Cpu& cpu = session_.machine->cpu();
  const bool every_instruction = (events_ & ~kInterruptions) != 0;
  begun_.reset();
  cpu.interceptor = events_ != 0 ? this : nullptr;
  cpu.trace = nullptr;
  cpu.holds_before = nullptr;
  if (every_instruction) {
    cpu.trace = [this](Cpu& its_cpu, u32 address, const u8* bytes) { begin(its_cpu, address, bytes); };
  }
  if (every_instruction || address_stop_) {
    cpu.holds_before = [this](Cpu& its_cpu, u32 address) { return holds_before(its_cpu, address); };
  }
}

u32 Tracer::word(u32 real) const {
  VirtualMachine& machine = *session_.machine;
  const u32 absolute = apply_prefix(real & ~3u, machine.cpu().prefix);
  return machine.storage().contains(absolute) ? load_be32(machine.storage().at(absolute)) : 0;
}

void Tracer::tell(const std::string& line) {
  if (output_.to_terminal) cp_.tell(session_, line);
  SpoolOutput* printer = output_.to_printer ? first_printer(session_) : nullptr;
  if (!printer) return;
  if (Status printed = print_line(*printer, cp_.code_page(), line); !printed) {
    output_.to_printer = false;
    cp_.tell(session_, printed.error().message);
  }
}

void Tracer::stop() {
  cp_.monitor().after_instruction(*session_.machine, [this] { cp_.monitor().stop(*session_.machine); });
}

// ---- Interruptions ----

bool Tracer::intercept(Cpu& cpu, const Interruption& interruption) {
  finish();
  for (const Kind& kind : kKinds) {
    if (kind.cls != interruption.cls || (events_ & kind.event) == 0) continue;
    const bool is_io = kind.event == io_interruptions;
    const bool ended_instruction = kind.event == supervisor_calls;
    const u32 address = (cpu.psw.address - (ended_instruction ? 2 * interruption.ilc : 0)) & kAddressMask;
    tell(fmt::format(
        "*** {:06X} {:4} {:0{}X} ==> {:06X}{}", address, kind.name, interruption.code, ended_instruction ? 2 : 4,
        word(kind.new_psw + 4) & kAddressMask,
        is_io && (events_ & csws) != 0 ? fmt::format(" CSW {:08X} {:08X}", word(kCsw), word(kCsw + 4)) : ""));
    stop_wanted_ |= !output_.runs_on;
  }
  if (std::exchange(stop_wanted_, false)) stop();
  return false;
}

// ---- Instructions ----

void Tracer::begin(Cpu& cpu, u32 address, const u8* bytes) {
  const InstructionInfo* info = find_instruction(bytes[0], bytes[1]);
  const u32 length = instruction_length(bytes[0]);
  const bool is_io = bytes[0] >= kStartIo && bytes[0] <= kTestChannel;
  const u32 base = load_be16(bytes + 2) >> 12;
  const u32 operand = (base == 0 ? 0 : cpu.gr[base]) + (load_be16(bytes + 2) & 0xFFF);
  begun_ = Begun{.address = address,
                 .next = (address + length) & kAddressMask,
                 .first = bytes[0],
                 .second = bytes[1],
                 .is_privileged = info && info->privilege == Privilege::privileged,
                 .is_io = is_io,
                 .io_address = is_io ? static_cast<u16>(operand) : u16{0},
                 .text = disassemble(bytes, length)};
  if (is_io && bytes[0] == kStartIo && (events_ & ccws) != 0) tell_of_ccws();
}

bool Tracer::holds_before(Cpu&, u32 address) {
  if (begun_) tell_of(*std::exchange(begun_, std::nullopt), address);
  if (address_stop_ == address) {
    // Not while this is being called.
    address_stop_.reset();
    cp_.tell(session_, fmt::format("ADSTOP AT {:06X}", address));
    cp_.monitor().after_instruction(*session_.machine, [this] {
      watch();
      cp_.monitor().stop(*session_.machine);
    });
    stop_wanted_ = false;
    return true;
  }
  if (!std::exchange(stop_wanted_, false)) return false;
  stop();
  return true;
}

void Tracer::finish() {
  if (begun_) tell_of(*std::exchange(begun_, std::nullopt), std::nullopt);
}

void Tracer::tell_of(const Begun& begun, std::optional<u32> next) {
  const Cpu& cpu = session_.machine->cpu();
  const bool branched = next && *next != begun.next;
  const bool is_meant = (events_ & instructions) != 0 || (branched && (events_ & branches) != 0) ||
                        (begun.is_privileged && (events_ & privileged) != 0);
  const bool is_io_meant = begun.is_io && (events_ & io_instructions) != 0;
  if (is_meant) {
    std::string line = fmt::format("    {:06X} {:28} CC {}", begun.address, begun.text, cpu.psw.cc);
    if (branched) line += fmt::format(" ==> {:06X}", *next);
    tell(line);
  }
  if (is_io_meant) {
    std::string line =
        fmt::format("I/O {:06X} {:28} {:03X} CC {}", begun.address, begun.text, begun.io_address, cpu.psw.cc);
    if (begun.first == kStartIo) line += fmt::format(" CAW {:08X}", word(kCaw));
    tell(line);
  }
  const bool stores_csw = begun.is_io && (begun.first == kStartIo || begun.first == kTestIo) && cpu.psw.cc == 1;
  const bool shows_csw = stores_csw && (events_ & csws) != 0;
  if (shows_csw) tell(fmt::format("CSW {:08X} {:08X}", word(kCsw), word(kCsw + 4)));
  stop_wanted_ |= (is_meant || is_io_meant || shows_csw) && !output_.runs_on;
}

// The channel program that is going to be started.
void Tracer::tell_of_ccws() {
  const GuestStorage& storage = session_.machine->storage();
  u32 address = word(kCaw) & kAddressMask;
  for (u32 n = 0; n < kMostCcws && address % 8 == 0 && storage.contains(address); ++n) {
    const u32 first = word(address), second = word(address + 4);
    tell(fmt::format("CCW {:06X} {:08X} {:08X}", address, first, second));
    const bool transfers = (first >> 24 & 0x0F) == kTransferInChannel;
    const bool chains = (second >> 24 & (Ccw::kChainCommand | Ccw::kChainData)) != 0;
    if (!transfers && !chains) return;
    address = transfers ? first & kAddressMask : address + 8;
  }
}

}  // namespace replica::vmm
