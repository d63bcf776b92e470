// The CPU as the operator sees it: stopped or operating, with the keys and the messages of Hercules.
#pragma once

#include <functional>
#include <string>

#include "tools/hercules/instruction_watch.h"
#include "tools/hercules/machine_builder.h"

namespace replica::tools {

class Processor {
 public:
  using Log = std::function<void(const std::string&)>;
  // The system must outlive the processor.
  Processor(System& system, Log log);

  // How the CPU came to be stopped, or that it is not.
  enum class State : u8 { operating, stopped, disabled_wait, interruption_loop };
  State state() const { return state_; }
  bool is_operating() const { return state_ == State::operating; }
  // It is in an enabled wait that nothing in the machine can end. look_again() after whatever may have ended it.
  bool is_idle() const { return is_operating() && idle_; }
  void look_again() { idle_ = false; }

  // Runs until `until`, in machine time, or until something wants to be looked at. Only while operating.
  void run(u64 until);

  // The keys. Each of these may change how the next run() ends.
  void start();
  void stop();
  void restart();
  void interrupt();
  void system_reset(bool clear);
  // Errors: what went wrong with the load.
  Status load(u16 address, bool clear, const std::string& parameter);

  InstructionWatch& watch() { return watch_; }

 private:
  void operate();

  System& system_;
  Log log_;
  InstructionWatch watch_;
  State state_ = State::stopped;
  bool idle_ = false;
};

}  // namespace replica::tools
