#include "tests/oracle/our_machine.h"

#include <algorithm>
#include <cstring>

#include "base/big_endian.h"
#include "base/check.h"
#include "cpu/machine.h"
#include "frontend/insn.h"
#include "mmu/dat.h"
#include "tests/oracle/compare.h"
#include "tests/oracle/instruction_filter.h"

namespace replica::oracle {
namespace {

constexpr u64 kImageLimit = 2'000'000'000;
constexpr u64 kTrialLimit = 10'000;
constexpr u8 kRecorded = storage_key::kReference | storage_key::kChange;
constexpr u8 kGuardKey = 0xF8;
// How far the interval timer may count down during a trial.
constexpr u32 kTimerProgress = 0x10000;
// Far from zero, and different in every bit between them.
constexpr u32 kTimerValues[] = {0x7FFFFFFF, 0x5A5A5A5A, 0x25A5A5A5, 0x40000000};
constexpr u32 kNewPsws = 88, kNewPswsEnd = 128;
constexpr u32 kMonitorBlock = kMonitorStart / kBlockBytes;
constexpr u32 kMonitorConstants = kParameters - kMonitorStart;

std::unique_ptr<Machine> make_machine(u32 storage_bytes) {
  MachineOptions options;
  options.storage_bytes = storage_bytes;
  auto machine = Machine::create(options);
  CHECK(machine);
  return std::move(*machine);
}

void start(Machine& machine, std::span<const u8> image) {
  machine.system_reset(false);
  std::ranges::copy(image, machine.storage().data());
  machine.restart();
}

bool is_done(Machine& machine, StopReason reason) {
  return reason == StopReason::disabled_wait && machine.cpu().psw.address == kDoneWait;
}

// The target of the EXECUTE at `bytes`, with its second byte as in storage; null if it cannot be reached.
const u8* execute_target(Cpu& cpu, const u8* bytes) {
  const u32 index = bytes[1] & 15, base = bytes[2] >> 4;
  u32 address = load_be16(bytes + 2) & 0xFFF;
  if (index) address += cpu.gr[index];
  if (base) address += cpu.gr[base];
  address &= 0xFFFFFF;
  if (cpu.psw.dat()) {
    const Translation translation =
        translate(cpu.storage(), {cpu.cr[0], cpu.cr[1], cpu.prefix}, address, WalkMode::look);
    if (translation.code != ProgramCode::none) return nullptr;
    address = translation.real;
  }
  return cpu.storage().contains(address + 5) ? cpu.storage().data() + address : nullptr;
}

// True if the interruption is that of an EDIT whose pattern was part of the program.
bool edits_program(const Case& c, const Interruption& entry) {
  const Placed* edit = interrupted_edit(c, entry);
  if (!edit) return false;
  const u32 field = load_be16(&edit->bytes[2]);
  const u32 pattern = ((field >> 12 ? entry.gr[field >> 12] : 0) + (field & 0xFFF)) & 0xFFFFFF;
  return pattern <= c.program.back().logical && pattern + edit->bytes[1] >= c.program.front().logical;
}

}  // namespace

std::string_view describe(Verdict verdict) {
  switch (verdict) {
    case Verdict::good: return "good";
    case Verdict::too_long: return "too long";
    case Verdict::wait: return "wait state";
    case Verdict::touched_outside: return "touched other storage";
    case Verdict::stored_in_monitor: return "stored into the monitor";
    case Verdict::excluded: return "executed an excluded instruction";
    case Verdict::lost: return "lost the monitor";
  }
  return "";
}

std::vector<u8> run_ours(const Image& image) {
  const auto machine = make_machine(image.storage_bytes());
  start(*machine, image.bytes());
  if (!is_done(*machine, machine->run(kImageLimit))) return {};
  const u8* storage = machine->storage().data();
  return {storage, storage + image.storage_bytes()};
}

TrialMachine::TrialMachine(u32 storage_bytes) : storage_bytes_(storage_bytes), machine_(make_machine(storage_bytes)) {
  machine_->cpu().paranoid = true;
  machine_->cpu().trace = [this](Cpu& cpu, u32 address, const u8* bytes) { observe(cpu, address, bytes); };
}

TrialMachine::~TrialMachine() = default;

// True for blocks that a case has no business in. The monitor's own block is looked at at every instruction instead: to
// take the interruption that ends the case refers to it.
bool TrialMachine::is_outside(u32 block) const {
  const u32 real = block * kBlockBytes;
  return block != kMonitorBlock && !offset_of_real(real, storage_bytes_);
}

// SSK, ISK, RRB and their kind leave no trace in the key of the block that they name.
bool TrialMachine::names_key_outside(Cpu& cpu, const u8* bytes) const {
  const u16 op = operation_code(bytes);
  u32 real = 0;
  if (op == 0x08 || op == 0x09)
    real = cpu.gr[bytes[1] & 15];
  else if (op >= 0xB229 && op <= 0xB22B)
    real = cpu.gr[bytes[3] & 15] & 0x00FFF000;
  else if (op == 0xB213)
    real = (bytes[2] >> 4 ? cpu.gr[bytes[2] >> 4] : 0) + (load_be16(bytes + 2) & 0xFFF);
  else
    return false;
  real &= 0xFFFFFF;
  if (cpu.psw.problem || real >= storage_bytes_) return false;
  // When the interval timer refers to its own block is the machine's affair.
  const bool is_timer_block = op != 0x08 && real < kBlockBytes;
  return is_timer_block || !offset_of_real(real, storage_bytes_);
}

void TrialMachine::enter_case() {
  in_case_ = true;
  Storage& storage = machine_->storage();
  for (u32 block = 0; block < storage.blocks(); ++block) {
    const bool watched = is_outside(block) || block == kMonitorBlock;
    if (watched && (storage.key(block) & kRecorded)) storage.set_key(block, storage.key(block) & ~kRecorded);
  }
}

void TrialMachine::leave_case() {
  in_case_ = false;
  const Storage& storage = machine_->storage();
  for (u32 block = 0; block < storage.blocks(); ++block)
    if (is_outside(block) && (storage.key(block) & storage_key::kReference)) fault_ = Verdict::touched_outside;
  for (u32 real = kNewPsws; real < kNewPswsEnd; ++real)
    if (storage.data()[real] != pristine_region()[real]) fault_ = Verdict::stored_in_monitor;
}

// `bytes` is the target of the EXECUTE at `execute`, or the instruction itself.
bool TrialMachine::is_fit(Cpu& cpu, const u8* bytes, const u8* execute) {
  u8 subject[6] = {bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]};
  if (execute != bytes && execute[1] >> 4) subject[1] = static_cast<u8>(subject[1] | cpu.gr[execute[1] >> 4]);
  if (is_excluded(subject)) fault_ = Verdict::excluded;
  if (names_key_outside(cpu, subject)) fault_ = Verdict::touched_outside;
  if (cpu.storage().key(kMonitorBlock) & storage_key::kReference) fault_ = Verdict::touched_outside;
  return fault_ == Verdict::good;
}

void TrialMachine::observe(Cpu& cpu, u32 address, const u8* bytes) {
  if (address == kMonitorStart && !in_case_ && instructions_ == 0) return;  // the restart PSW is of BC mode
  const bool monitor = address >= kMonitorStart && address < kMonitorEnd && cpu.psw.ec_mode && !cpu.psw.dat() &&
                       !cpu.psw.problem && cpu.psw.key == 0;
  if (monitor) {
    if (in_case_) leave_case();
    return;
  }
  if (!in_case_) enter_case();
  ++instructions_;
  ++coverage_[operation_code(bytes)];
  const u8* subject = bytes;
  if (bytes[0] == 0x44) {
    const u8* target = execute_target(cpu, bytes);
    if (target) {
      subject = target;
      ++coverage_[operation_code(target)];
    }
  }
  if (is_fit(cpu, subject, bytes)) return;
  machine_->request_stop();
  cpu.leave();
}

void TrialMachine::prepare(const Image& image, u32 interval_timer) {
  in_case_ = false;
  fault_ = Verdict::good;
  instructions_ = 0;
  coverage_.clear();
  start(*machine_, image.bytes());
  // The monitor would give all blocks this key, at a cost of 32,000 instructions: it is told that there are none.
  Storage& storage = machine_->storage();
  store_be32(storage.data() + kParameters + 4 * kMemorySize, kBlockBytes);
  store_be32(storage.data() + kPristine + kIntervalTimer, interval_timer);
  for (u32 block = 0; block < storage.blocks(); ++block)
    if ((storage.key(block) & ~kRecorded) != kGuardKey) storage.set_key(block, kGuardKey);
}

Trial TrialMachine::run(const Case& c, Coverage& coverage) {
  const Trial trial = run(c, kTimerValues[0]);
  if (trial.verdict == Verdict::good)
    for (const auto& [op, count] : coverage_) coverage[op] += count;
  return trial;
}

bool TrialMachine::depends_on_timer(const Case& c) {
  const Trial first = run(c, kTimerValues[0]);
  return std::ranges::any_of(kTimerValues, [&](u32 value) {
    const Trial other = run(c, value);
    return other.stored_in_timer || first.verdict != other.verdict || !compare(c, first.record, other.record).empty();
  });
}

Trial TrialMachine::run(const Case& c, u32 interval_timer) {
  Image image(storage_bytes_);
  CHECK(image.add(c, 0));
  prepare(image, interval_timer);
  const StopReason reason = machine_->run(machine_->cpu().instructions() + kTrialLimit);
  const std::span<const u8> storage(machine_->storage().data(), storage_bytes_);
  Trial trial;
  trial.stored_in_timer = interval_timer - load_be32(&storage[kIntervalTimer]) > kTimerProgress;
  trial.instructions = instructions_;
  if (fault_ != Verdict::good)
    trial.verdict = fault_;
  else if (reason == StopReason::instruction_limit)
    trial.verdict = Verdict::too_long;
  else if (!is_done(*machine_, reason))
    trial.verdict = Verdict::wait;
  else if (!std::ranges::equal(storage.subspan(kMonitorStart, kMonitorConstants),
                               std::span<const u8>(image.bytes()).subspan(kMonitorStart, kMonitorConstants)))
    trial.verdict = Verdict::stored_in_monitor;
  else {
    const std::vector<Record> records = image.records(storage);
    trial.verdict = records.size() == 1 ? Verdict::good : Verdict::lost;
    if (records.size() == 1) {
      const auto edits = [&](const Interruption& entry) { return edits_program(c, entry); };
      if (std::ranges::any_of(records[0].interruptions, edits)) trial.verdict = Verdict::excluded;
      trial.record = records[0];
      trial.record_bytes = load_be32(&storage[image.bytes().size()]);
    }
  }
  if (trial.verdict != Verdict::good) machine_->system_reset(true);
  return trial;
}

}  // namespace replica::oracle
