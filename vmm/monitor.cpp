#include "vmm/monitor.h"

#include <algorithm>

#include "base/check.h"
#include "base/part_clock.h"
#include "cpu/interpreter.h"

namespace replica::vmm {
namespace {

// How many access maps the real machine keeps for each virtual one.
constexpr std::size_t kMapsForEach = AccessMaps::kMaps;
// How many instructions of a machine are interpreted before the others have their turn.
constexpr u64 kInterpretedAtOnce = 2'000;

}  // namespace

Result<std::unique_ptr<Monitor>> Monitor::create(const MonitorOptions& options) {
  auto storage = Storage::create_first_level(options.real_storage);
  if (!storage) return tl::unexpected(storage.error());
  auto paging = PagingFile::create(options.paging_directory, options.paging_bytes >> kPageShift);
  if (!paging) return tl::unexpected(paging.error());
  std::unique_ptr<Monitor> monitor(new Monitor);
  monitor->paging_ = std::move(*paging);
  monitor->assist_ = options.assist;
  monitor->frames_ = std::make_unique<FrameTable>(**storage);
  auto translator = std::make_unique<ShadowTranslator>();
  monitor->translator_ = translator.get();
  monitor->owned_ = Machine::create(std::move(*storage), {.clocks = options.clocks, .identity = {}}, monitor.get(),
                                    std::move(translator));
  monitor->real_ = monitor->owned_.get();
  Cpu& cpu = monitor->real_->cpu();
  cpu.interceptor = monitor.get();
  cpu.cr[0] = 0;  // no external interruptions
  cpu.cr[2] = ~u32{0};
  monitor->load_wait();
  return monitor;
}

Monitor::~Monitor() {
  give_up_cpu();
  machines_.clear();
  real_->cpu().interceptor = nullptr;
}

// ---- Virtual machines ----

Status Monitor::check_room(const std::string& name, u32 storage_bytes, u32 instead_of) const {
  if (storage_bytes < kMinStorage || storage_bytes > kMaxStorage || storage_bytes % kPageSize) {
    return fail("{}: found a storage size of {} bytes; expected a multiple of 4096 from 64K to 16M", name,
                storage_bytes);
  }
  const u64 room = (u64{frames_->frames() - 1} + paging_.slots()) << kPageShift;
  const u64 others = promised_storage_ - instead_of;
  if (others + storage_bytes <= room) return {};
  return fail("{}: paging space is full: found {}K of {}K promised to other machines; expected room for {}K", name,
              others >> 10, room >> 10, storage_bytes >> 10);
}

// While all machines fit into real storage, nothing is ever taken away.
void Monitor::promise(u32 storage_bytes, u32 instead_of) {
  promised_storage_ += storage_bytes - u64{instead_of};
  const bool all_fit = promised_storage_ <= u64{frames_->frames() - 1} << kPageShift;
  for (const auto& each : machines_) each->storage().set_pages_stay(all_fit);
}

Result<VirtualMachine*> Monitor::create_machine(VirtualMachine::Options options) {
  const u32 bytes = options.storage_bytes;
  if (Status room = check_room(options.name, bytes, 0); !room) return tl::unexpected(room.error());
  if (options.most_storage_bytes > kMaxStorage) {
    return fail("{}: found a maximum storage size of {} bytes; expected up to 16M", options.name,
                options.most_storage_bytes);
  }
  const Clocks::Options clocks{.mode = real_->clocks().mode(),
                               .tod = real_->clocks().tod_at(0),
                               .real = &real_->clocks(),
                               .real_budget_end = &real_->cpu().budget_end,
                               .real_budget = &real_->cpu().budget};
  auto made = std::make_unique<VirtualMachine>(std::move(options), clocks, *frames_, paging_, real_->cpu().maps());
  VirtualMachine& machine = *machines_.emplace_back(std::move(made));
  promise(bytes, 0);
  machine.channels().on_wake([this] { ring(); });
  machine.cpu().diagnose = [this, &machine](Cpu& cpu, const Insn& i) {
    if (!diagnose) cpu.throw_program(ProgramCode::specification);
    diagnose(machine, cpu, i);
  };
  machine.cpu().clocks().stop(machine.cpu().now());
  dispatcher_.add(machine.schedule);
  real_->cpu().maps().set_most_maps(kMapsForEach * machines_.size());
  return &machine;
}

void Monitor::destroy_machine(VirtualMachine& machine) {
  release_cpu();
  dispatcher_.remove(machine.schedule);
  promised_storage_ -= machine.storage().size();
  std::erase_if(machines_, [&](const auto& each) { return each.get() == &machine; });
}

Status Monitor::resize(VirtualMachine& machine, u32 storage_bytes) {
  const u32 before = machine.storage().size();
  if (Status room = check_room(machine.name(), storage_bytes, before); !room) return room;
  if (storage_bytes >> kBlockShift > machine.storage().most_blocks()) {
    return fail("{}: found a storage size of {}K; expected up to {}K", machine.name(), storage_bytes >> 10,
                machine.storage().most_blocks() << kBlockShift >> 10);
  }
  stop(machine);
  machine.storage().resize(storage_bytes);
  promise(storage_bytes, before);
  system_reset(machine, true);
  return {};
}

Status Monitor::load(VirtualMachine& machine, u16 address, bool clear) {
  stop(machine);
  ++machine.resets;
  try {
    if (Status status = machine.machine().initial_program_load(address, clear); !status) return status;
  } catch (const PagingError& error) {
    return fail("IPL from {:04X}: {}", address, error.message);
  }
  start(machine);
  return {};
}

void Monitor::start(VirtualMachine& machine) {
  release_cpu();
  if (machine.state_ != VirtualMachine::State::stopped) return;
  machine.cpu().stopped = false;
  machine.due_ = 0;
  wake_up(machine);
  attend();
}

void Monitor::stop(VirtualMachine& machine) {
  release_cpu();
  machine.state_ = VirtualMachine::State::stopped;
  machine.schedule.is_ready = false;
  machine.due_ = kNever;
  machine.cpu().clocks().stop(machine.cpu().now());
}

void Monitor::system_reset(VirtualMachine& machine, bool clear) {
  stop(machine);
  ++machine.resets;
  machine.machine().system_reset(clear);
}

void Monitor::after_instruction(VirtualMachine& machine, std::function<void()> work) {
  machine.after_instruction_ = std::move(work);
  has_put_off_ = true;
  attend();
}

void Monitor::do_what_was_put_off() {
  while (has_put_off_) {
    const auto found = std::find_if(machines_.begin(), machines_.end(),
                                    [](const auto& machine) { return machine->after_instruction_ != nullptr; });
    if (found == machines_.end()) {
      has_put_off_ = false;
      return;
    }
    const auto work = std::exchange((*found)->after_instruction_, nullptr);
    VirtualMachine* machine = found->get();
    release_cpu();
    try {
      work();
    } catch (const PagingError& error) {
      const bool is_there =
          std::any_of(machines_.begin(), machines_.end(), [&](const auto& each) { return each.get() == machine; });
      if (is_there) halt(*machine, error);
    }
  }
}

// A machine that stops by itself.
void Monitor::halt(VirtualMachine& machine, const std::string& why) {
  stop(machine);
  if (on_stop_) on_stop_(machine, why);
}

// A machine without all of its pages cannot go on. What it has of real storage and of the paging file is given to the others.
void Monitor::halt(VirtualMachine& machine, const PagingError& error) {
  system_reset(machine, true);
  halt(machine, "PAGING ERROR: " + error.message + "; STORAGE CLEARED");
}

// ---- Channels of the real machine: what the monitor waits for ----

u16 Monitor::accept(const IoContext&, u32) {
  wants_attention_ = false;
  return 0;
}

u64 Monitor::next_event() const {
  u64 next = std::min(slice_end_, background_due_);
  for (const auto& machine : machines_) next = std::min(next, machine->due_);
  return next;
}

u64 Monitor::next_operation() const {
  u64 next = kNever;
  for (const auto& machine : machines_) {
    if (machine->state_ != VirtualMachine::State::stopped)
      next = std::min(next, machine->cpu().channels().next_event());
  }
  return next;
}

// The context's time is later than the clock's if operations happen before their time. An instruction that has trapped is in
// that time: it comes first.
void Monitor::advance(const IoContext& context) {
  const PartScope scope(part::kDispatch);
  simulate_trapped();
  ++looks_;
  const bool rung = rung_.load(std::memory_order_relaxed) && rung_.exchange(false);
  if (context.now >= slice_end_) attend();
  if (rung || context.now >= background_due_) {
    background_due_ = kNever;
    const PartScope spooling(part::kSpool);
    if (background_work_ && background_work_()) want_background_work();
  }
  for (const auto& machine : machines_) {
    if (machine->state_ == VirtualMachine::State::stopped || (!rung && context.now < machine->due_)) continue;
    const bool early = machine->cpu().channels().next_event() <= context.now;
    if (rung || early) machine->polls_at_ = 0;
    look_at(*machine, context.now);
  }
}

bool Monitor::expects_outside_event() const {
  return (outside_events_are_possible_ && outside_events_are_possible_()) ||
         std::any_of(machines_.begin(), machines_.end(),
                     [](const auto& machine) { return machine->cpu().channels().expects_outside_event(); });
}

void Monitor::ring() {
  {
    const std::lock_guard lock(mutex_);
    rung_.store(true);
  }
  bell_.notify_all();
}

void Monitor::want_background_work(u64 units) {
  background_due_ = std::min(background_due_, real_->cpu().now() + units);
}

void Monitor::wait_for_outside_event(std::chrono::microseconds most) {
  if (most.count() == 0) return;
  std::unique_lock lock(mutex_);
  bell_.wait_for(lock, most, [this] { return rung_.load(); });
}

// Looks at the time for one machine: its clocks and channels. What the channels do until `operations` happens too, if that
// is later.
void Monitor::look_at(VirtualMachine& machine, u64 operations) {
  Cpu& cpu = machine.cpu();
  try {
    if (cpu.channels().next_event() <= operations) cpu.channels().advance(cpu.io_context(operations));
    cpu.look_at_time();
  } catch (const PagingError& error) {
    halt(machine, error);
    return attend();
  }
  machine.due_ = time_due(machine);
  const bool polls_again = machine.state_ == VirtualMachine::State::polling && real_->cpu().now() >= machine.polls_at_;
  if (!polls_again && !cpu.has_interruption_to_take()) return;
  if (&machine == present_) return attend();
  if (machine.state_ == VirtualMachine::State::ready) return;
  wake_up(machine);
  if (!present_ || dispatcher_.preempts(machine.schedule, present_->schedule)) attend();
}

void Monitor::wake_up(VirtualMachine& machine) {
  machine.state_ = VirtualMachine::State::ready;
  dispatcher_.wakes_up(machine.schedule);
}

u64 Monitor::time_due(VirtualMachine& machine) {
  switch (machine.state_) {
    case VirtualMachine::State::stopped: return kNever;
    case VirtualMachine::State::waiting: return machine.cpu().next_wake_up();
    case VirtualMachine::State::polling: return std::min(machine.polls_at_, machine.cpu().next_event());
    case VirtualMachine::State::ready: break;
  }
  return &machine == present_ ? machine.cpu().next_event() : machine.cpu().channels().next_event();
}

// ---- Dispatching ----

// The handler of the monitor's I/O interruption: nothing of the engine runs.
void Monitor::serve() {
  simulate_trapped();
  do_what_was_put_off();
  if (present_) {
    if (registers_in_real_) fetch_registers(*present_);
    if (settle(*present_)) {
      if (polls(*present_)) skip_polling(*present_);
    } else {
      give_up_cpu();
    }
  }
  const u64 now = real_->cpu().now();
  if (present_ && now < slice_end_ && !wants_attention_) {
    const bool preempted = std::any_of(machines_.begin(), machines_.end(), [&](const auto& machine) {
      return machine->schedule.is_ready && dispatcher_.preempts(machine->schedule, present_->schedule);
    });
    if (!preempted) return go_on(*present_);
  }
  if (present_) {
    dispatcher_.charge(present_->schedule, now - given_at_);
    present_->cpu_time += now - given_at_;
    given_at_ = now;
  }
  for (;;) {
    do_what_was_put_off();
    const Schedule* chosen = dispatcher_.choose();
    const auto found = std::find_if(machines_.begin(), machines_.end(),
                                    [&](const auto& machine) { return &machine->schedule == chosen; });
    if (found == machines_.end()) {
      give_up_cpu();
      return load_wait();
    }
    switch_to(**found);
    if (!present_) continue;
    if (present_->cpu().is_watched()) return interpret(*present_);
    if (settle(*present_)) return go_on(*present_);
    give_up_cpu();
  }
}

bool Monitor::is_anyone_ready() const {
  return std::any_of(machines_.begin(), machines_.end(), [](const auto& each) { return each->schedule.is_ready; });
}

// With assist level `none`: what has left the engine.
void Monitor::simulate_trapped() {
  const auto trapped = std::exchange(trapped_, std::nullopt);
  if (trapped && present_) trap(*present_, *trapped);
}

void Monitor::switch_to(VirtualMachine& machine) {
  if (&machine != present_) {
    give_up_cpu();
    present_ = &machine;
    Cpu& cpu = machine.cpu();
    const u64 now = real_->cpu().now();
    given_at_ = now;
    if (machine.timer() != TimerMode::off) cpu.clocks().start(now);
    std::copy(std::begin(cpu.fpr), std::end(cpu.fpr), real_->cpu().fpr);
    real_->cpu().clocks().show_tod_of(cpu.clocks());
    look_at(machine);
    if (!present_) return;  // it was ended
    wants_attention_ = false;
    ++machine.counters[Cause::dispatch].count;
  }
  slice_end_ = given_at_ + dispatcher_.slice(machine.schedule);
}

// The state of the present machine goes back to its virtual CPU, which has stopped being on a real one.
void Monitor::give_up_cpu() {
  VirtualMachine* machine = std::exchange(present_, nullptr);
  slice_end_ = kNever;
  if (!machine) return;
  Cpu& real = real_->cpu();
  Cpu& cpu = machine->cpu();
  if (registers_in_real_) fetch_registers(*machine);
  std::copy(std::begin(real.fpr), std::end(real.fpr), cpu.fpr);
  const u64 now = real.now();
  dispatcher_.charge(machine->schedule, now - given_at_);
  machine->cpu_time += now - given_at_;
  const bool waits_in_real_time =
      machine->timer() == TimerMode::real && machine->state_ != VirtualMachine::State::ready;
  if (!waits_in_real_time) cpu.clocks().stop(now);
  machine->due_ = time_due(*machine);
  load_wait();
}

void Monitor::release_cpu() {
  simulate_trapped();
  give_up_cpu();
  forget_address_space();
  attend();
}

// A machine whose instructions are observed one by one, on its virtual CPU. The real CPU waits meanwhile, and its time
// passes.
void Monitor::interpret(VirtualMachine& machine) {
  const u64 begun = cycle_count();
  Cpu& real = real_->cpu();
  Cpu& cpu = machine.cpu();
  load_wait();
  if (!settle(machine) && !can_be_interpreted(machine)) {
    give_up_cpu();
    return attend();
  }
  try {
    const u64 most = std::min(kInterpretedAtOnce, real_->instructions_left());
    for (u64 n = 0; n < most && can_be_interpreted(machine) && real.now() < machine.due_; ++n) {
      interpret_one(cpu);
      look_at(machine);  // it may have set a clock
      if (cpu.has_interruption_to_take()) break;
    }
    std::copy(std::begin(cpu.fpr), std::end(cpu.fpr), real.fpr);
    real.clocks().show_tod_of(cpu.clocks());
    look_at(machine);
  } catch (const PagingError& error) {
    halt(machine, error);
  }
  if (present_) settle(machine);
  if (present_) {
    // The time and the others are looked at, and then comes the next piece.
    wants_attention_ = false;
    slice_end_ = 0;
  }
  machine.counters[Cause::interpreted].add(cycle_count() - begun);
}

bool Monitor::can_be_interpreted(VirtualMachine& machine) const {
  const Cpu& cpu = machine.cpu();
  return &machine == present_ && cpu.is_watched() && !cpu.psw.wait && !cpu.stopped && !machine.after_instruction_;
}

// Executes an instruction of the present machine on its virtual CPU. The real one counts it first, as its own: it may look at
// the time.
void Monitor::interpret_one(Cpu& cpu) {
  Cpu& real = real_->cpu();
  cpu.budget_end = cpu.instructions() + 1;
  cpu.budget = 1;
  ++real.budget_end;
  const u64 before = cpu.instructions();
  Interpreter().run(cpu);
  if (cpu.instructions() == before) --real.budget_end;
}

// True if the machine's program is in a loop of which the rounds need not all be executed, as far as can be told.
bool Monitor::polls(VirtualMachine& machine) const {
  const bool is_suspected = machine.cpu().polling.is_suspected();
  return is_suspected && real_->clocks().mode() == TimeMode::virtual_time && !machine.cpu().is_watched();
}

// As Machine::skip_polling(), for the present machine. What may happen next, to any machine, is an event of the real machine.
void Monitor::skip_polling(VirtualMachine& machine) {
  Cpu& cpu = machine.cpu();
  if (real_->instructions_to_event() <= PollingLoop::kLongest) return;
  try {
    const u64 length = cpu.polling.go_round(cpu, [&] { interpret_one(cpu); });
    if (length != 0) real_->cpu().budget_end += real_->instructions_to_event() / length * length;
  } catch (const PagingError& error) {
    halt(machine, error);
  }
}

// The real CPU has nothing to do.
void Monitor::load_wait() {
  Cpu& cpu = real_->cpu();
  registers_in_real_ = false;
  cpu.leave();
  cpu.psw = {.ec_mode = true, .wait = true, .system_mask = Psw::kIo | Psw::kExternal};
}

// The real CPU, which waits, has nothing left of a machine that may be about to go. Else its address space stays: mostly the same
// machine goes on.
void Monitor::forget_address_space() {
  translator_->set_table(nullptr);
  real_->cpu().cr[0] = real_->cpu().cr[1] = 0;
  real_->cpu().context_changed(waiting_maps_);
}

}  // namespace replica::vmm
