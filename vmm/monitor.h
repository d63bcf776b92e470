// The virtual machine monitor. It stands where CP stands: on the interruptions of the real machine, which runs one virtual
// machine at a time, in the problem state and with DAT on. Whatever that may not do by itself interrupts, and ends up here.
//
// The real machine's loop (Machine::run) is the monitor's loop too. Its channels are the monitor: when something is to be
// done between two instructions of the guest, an I/O interruption is pending, and serve() is its handler. With the assist
// level `vma`, what a guest's instruction needs is done at once, in intercept(), and translated code goes on; with `none`
// every trap leaves the engine first.
//
// Invariants:
//  1. While registers_in_real_ is true, the general registers, condition code, program mask and instruction address of the
//     present virtual machine are those of the real CPU, and the virtual CPU's are old; its floating-point registers
//     are the real CPU's while it is present at all. The rest of the guest's state is always that of the virtual CPU.
//  2. The real CPU runs guest instructions only in the problem state, with CR1 naming a shadow table of the present
//     virtual machine, so that every address it can reach is in a frame which that machine owns.
//  3. Nothing in here runs while generated code holds anything of the CPU's state.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "vmm/virtual_machine.h"

namespace replica::vmm {

enum class AssistLevel : u8 { none, vma };

struct MonitorOptions {
  u32 real_storage = 64 * 1024 * 1024;     // bytes, as in Storage::create_first_level
  std::filesystem::path paging_directory;  // where the paging file is
  u32 paging_bytes = 256 * 1024 * 1024;
  Clocks::Options clocks;
  AssistLevel assist = AssistLevel::vma;
};

class Monitor final : public Interceptor, private Channels {
 public:
  // Errors: real storage or paging file cannot be had.
  static Result<std::unique_ptr<Monitor>> create(const MonitorOptions& options);
  ~Monitor() override;

  // The real machine. Its run() runs the virtual machines; it returns when none has anything left to do.
  Machine& real() { return *real_; }
  // Gives the real machine to an owner, who lets the monitor go first.
  std::unique_ptr<Machine> take_real() { return std::move(owned_); }
  FrameTable& frames() { return *frames_; }
  const PagingFile& paging() const { return paging_; }
  AssistLevel assist() const { return assist_; }
  void set_assist(AssistLevel level) { assist_ = level; }

  // ---- All that follows is called while real().run() does not run, or from a callback of the monitor ----

  // Makes a virtual machine, stopped. Errors: its storage size; frames and paging file together cannot hold it.
  Result<VirtualMachine*> create_machine(VirtualMachine::Options options);
  void destroy_machine(VirtualMachine& machine);
  // Gives a machine another size of storage, as DEFINE STORAGE does: reset, cleared and stopped. Errors: as of
  // create_machine(), and the size is more than the machine was made for; nothing has happened then.
  Status resize(VirtualMachine& machine, u32 storage_bytes);
  const std::vector<std::unique_ptr<VirtualMachine>>& machines() const { return machines_; }

  // Initial program load. Errors: how the load failed; the machine is stopped then.
  Status load(VirtualMachine& machine, u16 address, bool clear);
  void start(VirtualMachine& machine);
  void stop(VirtualMachine& machine);
  void system_reset(VirtualMachine& machine, bool clear);
  // A condition has been requested of the virtual CPU.
  void look_again(VirtualMachine& machine) { machine.due_ = std::min(machine.due_, real_->cpu().now()); }
  // How long the machine has had the CPU, up to now, in units of machine time.
  u64 cpu_time(const VirtualMachine& machine) const {
    return machine.cpu_time + (&machine == present_ ? real_->cpu().now() - given_at_ : 0);
  }
  // The state of the virtual CPU has been, or will be, looked at or changed: it is all there after this, and the machine
  // gets the CPU again when it is its turn.
  void release_cpu();

  // Does something to a machine when its present instruction has ended, before anything else happens to it: `work` may do
  // whatever a command may. For callbacks that come in the middle of an instruction.
  void after_instruction(VirtualMachine& machine, std::function<void()> work);

  // Why a machine has stopped by itself, for its console.
  void on_stop(std::function<void(VirtualMachine&, const std::string& why)> observer) {
    on_stop_ = std::move(observer);
  }
  // Tells whether somebody may bring something from outside at any time (a terminal).
  void on_outside_events(std::function<bool()> are_possible) { outside_events_are_possible_ = std::move(are_possible); }
  // Something has come: the machine does not sleep on. From any thread.
  void ring();
  // Work that is done beside the machines, some at a time: called soon after want_background_work(), and then again and
  // again as long as it returns true.
  void on_background_work(std::function<bool()> work) { background_work_ = std::move(work); }
  // At the latest after so many units of machine time.
  void want_background_work(u64 units = kBackgroundInterval);
  // Performs DIAGNOSE for a machine; throws ProgramException as an instruction does. Empty: specification exception.
  std::function<void(VirtualMachine&, Cpu&, const Insn&)> diagnose;

  // For the cycles in the counters.
  const CycleScale& cycle_scale() const { return scale_; }
  u64 shadow_fills() const { return translator_->fills(); }
  // How often the monitor has looked at the time and at devices.
  u64 looks() const { return looks_; }

 private:
  // How soon background work has its next turn.
  static constexpr u64 kBackgroundInterval = 1'000 * kUnitsPerMicrosecond;

  Monitor() = default;

  // ---- Interceptor ----
  bool intercept(Cpu& cpu, const Interruption& interruption) override;
  bool carry_out(Cpu& cpu, const u8* bytes, u32 address) override;

  // ---- Channels of the real machine ----
  u8 instruction(const IoContext&, IoInstruction, u16) override { return 3; }
  bool any_pending() const override { return wants_attention_; }
  bool pending(u32) const override { return wants_attention_; }
  u16 accept(const IoContext&, u32) override;
  u64 next_event() const override;
  u64 next_operation() const override;
  void advance(const IoContext& context) override;
  bool expects_outside_event() const override;
  void wait_for_outside_event(std::chrono::microseconds most) override;
  void reset() override {}

  // ---- Traps ----
  bool trap(VirtualMachine& machine, const Interruption& interruption);
  struct Trapped {
    Cause cause;
    std::size_t instruction = 0;  // if it was simulated: its index in the counters
    bool goes_on = false;         // in the same context, with nothing to be done for the guest
  };
  Trapped simulate(VirtualMachine& machine, const Interruption& interruption);
  Trapped step(VirtualMachine& machine, u8 ilc);
  bool is_due_early() const;
  bool take_interruptions(VirtualMachine& machine);
  // Takes the interruptions that the guest now allows. False if it cannot go on by itself.
  bool settle(VirtualMachine& machine);
  void go_on(VirtualMachine& machine);
  void resume(VirtualMachine& machine);

  // ---- Dispatching ----
  void serve();
  void simulate_trapped();
  void do_what_was_put_off();
  void look_at(VirtualMachine& machine, u64 operations = 0);
  void wake_up(VirtualMachine& machine);
  void switch_to(VirtualMachine& machine);
  void give_up_cpu();
  void interpret(VirtualMachine& machine);
  bool can_be_interpreted(VirtualMachine& machine) const;
  void interpret_one(Cpu& cpu);
  bool polls(VirtualMachine& machine) const;
  void skip_polling(VirtualMachine& machine);
  void halt(VirtualMachine& machine, const std::string& why);
  void halt(VirtualMachine& machine, const PagingError& error);
  u64 time_due(VirtualMachine& machine);
  bool is_anyone_ready() const;
  void attend() { wants_attention_ = true; }
  void leave_engine() {
    attend();
    real_->cpu().leave();
  }

  // Whether machines may have so much more storage together.
  Status check_room(const std::string& name, u32 storage_bytes, u32 instead_of) const;
  void promise(u32 storage_bytes, u32 instead_of);

  // ---- State ----
  void fetch_registers(VirtualMachine& machine);
  void store_registers(VirtualMachine& machine);
  void load_wait();
  void forget_address_space();

  CycleScale scale_;
  PagingFile paging_;
  std::unique_ptr<Machine> owned_;  // the real machine, unless it was taken
  Machine* real_ = nullptr;
  ShadowTranslator* translator_ = nullptr;  // the real machine's
  Cpu::KnownMaps waiting_maps_;             // of the real CPU without a virtual machine
  std::unique_ptr<FrameTable> frames_;
  std::vector<std::unique_ptr<VirtualMachine>> machines_;
  Dispatcher dispatcher_;
  AssistLevel assist_ = AssistLevel::vma;
  std::function<void(VirtualMachine&, const std::string&)> on_stop_;

  VirtualMachine* present_ = nullptr;  // has the CPU
  bool registers_in_real_ = false;
  u64 given_at_ = 0;  // when it got the CPU
  u64 slice_end_ = kNever;
  std::optional<Interruption> trapped_;  // what is to be simulated
  bool wants_attention_ = false;
  u64 looks_ = 0;
  bool has_put_off_ = false;  // some machine has something to be done after its instruction
  u64 promised_storage_ = 0;  // of all machines

  std::function<bool()> outside_events_are_possible_;
  std::function<bool()> background_work_;
  u64 background_due_ = kNever;
  std::mutex mutex_;
  std::condition_variable bell_;
  std::atomic<bool> rung_ = false;
};

}  // namespace replica::vmm
