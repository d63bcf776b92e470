// A machine: storage, clocks, CPU and engine put together, and the loop that gives the engine its budget and takes
// interruptions between instructions.
#pragma once

#include <atomic>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "cpu/cpu.h"

namespace replica {

enum class StopReason : u8 {
  instruction_limit,
  time_limit,         // machine time has come to what run() was asked for
  requested,          // request_return()
  stopped,            // the manual stopped state: stop key, SIGNAL PROCESSOR
  disabled_wait,      // the wait state with every interruption masked off
  idle_wait,          // an enabled wait in which nothing is left that could interrupt
  interruption_loop,  // a new PSW causes or allows again the interruption that loaded it; only a reset breaks this
};

std::string_view describe(StopReason reason);

struct MachineOptions {
  u32 storage_bytes = kMaxStorage;
  Clocks::Options clocks;
  Cpu::Identity identity;
};

class Machine {
 public:
  // A machine after power-on reset, stopped. `channels` may be null for a machine without any; else it must outlive the
  // machine. Errors: the storage size.
  static Result<std::unique_ptr<Machine>> create(const MachineOptions& options, Channels* channels = nullptr);
  // The same with storage that exists already, so that channels can be built on it. `options` says nothing of its size.
  // `translator`, unless null, decides accesses in the place of tables and keys alone.
  static std::unique_ptr<Machine> create(std::unique_ptr<Storage> storage, const MachineOptions& options,
                                         Channels* channels, std::unique_ptr<Translator> translator = nullptr);
  ~Machine();

  Storage& storage() { return *storage_; }
  Cpu& cpu() { return *cpu_; }
  Clocks& clocks() { return *clocks_; }

  // Replaces the interpreter. The engine must outlive the machine.
  void set_engine(Engine& engine) { engine_ = &engine; }

  // The start key: runs until at most `limit` instructions have been executed since the machine was made, or machine time
  // has come to `until`, or something else ends it. Call again to go on.
  StopReason run(u64 limit = kNever, u64 until = kNever);

  // How many instructions the present run() may still execute.
  u64 instructions_left() const { return limit_ - cpu_->instructions(); }
  // In virtual time: how many may be executed before something may happen, or the present run() ends. At least 1.
  u64 instructions_to_event() const;

  // The stop key, from any thread: run() returns soon, at an instruction boundary.
  void request_stop() { stop_requested_.store(true, std::memory_order_relaxed); }
  // Makes run() return soon, from any thread, without stopping the CPU.
  void request_return() { return_requested_.store(true, std::memory_order_relaxed); }
  // The interrupt key, from any thread.
  void request_interrupt_key() { key_requested_.store(true, std::memory_order_relaxed); }

  // The restart key: takes a restart interruption, and leaves the CPU in the operating state.
  void restart();
  // System reset: initial program reset, or with `clear` also storage, keys and registers.
  void system_reset(bool clear);
  // Initial program load: resets, loads from the device, and loads the PSW that it brought. `clear` also clears storage, keys
  // and registers. Errors: how the load failed.
  Status initial_program_load(u16 address, bool clear);

 private:
  Machine() = default;
  // The operating state, until something ends it.
  StopReason operate();
  // In the wait state: moves time on. Returns false with the reason if nothing can end the wait.
  bool wait(StopReason& reason);
  void grant_budget();
  // Takes a program that polls to the end of its last round before the next event. False if nothing has been done.
  bool skip_polling();
  void adapt_slice(u64 time);

  std::unique_ptr<Storage> storage_;
  std::unique_ptr<Clocks> clocks_;
  std::unique_ptr<Translator> translator_;
  std::unique_ptr<Channels> no_channels_;
  std::unique_ptr<Cpu> cpu_;
  std::unique_ptr<Engine> interpreter_;
  Engine* engine_ = nullptr;
  u64 limit_ = 0;  // of the present run()
  u64 until_ = kNever;
  std::atomic<bool> stop_requested_ = false;
  std::atomic<bool> return_requested_ = false;
  std::atomic<bool> key_requested_ = false;

  // In real time: how many instructions are granted at a time, when the last of them began, and where they end.
  struct Slice {
    u64 length = 2'000;
    u64 begun = 0;
    u64 end = 0;
  };
  Slice slice_;
};

}  // namespace replica
