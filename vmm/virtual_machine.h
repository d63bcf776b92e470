// A virtual machine: a replica of the machine, of which everything exists but the time on a CPU. The monitor lends it that.
//
// It has storage of its own (pages, see storage/guest_storage.h), channels with its virtual devices, clocks, and a virtual
// CPU: the same Cpu that a real machine has, with the state as the guest sees it. What the real machine does not do by
// itself, the virtual CPU does: the same routines carry out the same instructions, with the guest's storage and channels.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "cpu/machine.h"
#include "devices/channels.h"
#include "vmm/dispatcher.h"
#include "vmm/shadow_tables.h"
#include "vmm/trap_counters.h"

namespace replica::vmm {

// The virtual interval timer and CPU timer: as the SET TIMER command.
enum class TimerMode : u8 {
  off,   // they stand still
  on,    // they advance while the machine has the CPU
  real,  // and while it waits
};

class VirtualMachine {
 public:
  struct Options {
    std::string name;
    u32 storage_bytes = 1024 * 1024;  // as in Storage::create
    u32 most_storage_bytes = 0;       // up to which Monitor::resize() may go, if it is more
    Cpu::Identity identity;
    TimerMode timer = TimerMode::on;
    bool extended_control = true;  // else it is as basic_control.h tells
    u32 share = 100;
    // In the place of channels of its own, which must outlive the machine; for tests.
    Channels* other_channels = nullptr;
  };

  // `clocks` gives the machine time of the real machine. The rest must outlive the virtual machine.
  VirtualMachine(Options options, const Clocks::Options& clocks, FrameTable& frames, PagingFile& paging,
                 AccessMaps& real_maps);

  const std::string& name() const { return options_.name; }
  TimerMode timer() const { return options_.timer; }
  void set_timer(TimerMode mode) { options_.timer = mode; }

  // Only between resets.
  bool has_extended_control() const { return options_.extended_control; }
  void set_extended_control(bool has) { options_.extended_control = has; }

  Machine& machine() { return *machine_; }
  Cpu& cpu() { return machine_->cpu(); }
  GuestStorage& storage() { return *storage_; }
  ChannelSubsystem& channels() { return *channels_; }
  ShadowTables& shadow_tables() { return shadow_tables_; }

  // As the operator sees it; what it waits for is its PSW's affair.
  enum class State : u8 {
    stopped,  // by CP, a command, or itself
    ready,
    waiting,  // in the wait state, until an interruption
    polling,  // asks again and again for a device that waits for the world outside; there is nothing new for it yet
  };
  State state() const { return state_; }

  Schedule schedule;
  TrapCounters counters;
  u64 cpu_time = 0;  // in units of machine time
  u64 resets = 0;    // resets and loads

 private:
  friend class Monitor;

  Options options_;
  GuestStorage* storage_;  // the machine's
  std::unique_ptr<ChannelSubsystem> channels_;
  std::unique_ptr<Machine> machine_;
  ShadowTables shadow_tables_;
  State state_ = State::stopped;
  std::function<void()> after_instruction_;  // what is to be done before it goes on
  u64 due_ = kNever;                         // when to look at its clocks and channels
  u64 pause_ = 0;     // for how long it has just been told by its channels that asking is useless
  u64 polls_at_ = 0;  // while polling: when it asks again
};

}  // namespace replica::vmm
