// Tier 0: the interpreter. A loop fetches through the access map, and calls the handler of the first byte; the handler
// decodes by format, runs the instruction's meaning on an Executor and returns the next instruction address.
//
// There are two sets of handlers, plain and watched. The watched ones serve PER, traces and paranoid mode, which then cost
// the plain ones nothing. Each set has a second table for the targets of EXECUTE.
#pragma once

#include <array>

#include "cpu/cpu.h"

namespace replica {

// Runs the instruction at `bytes`, which stands at `address`, and returns the address of the next one.
using Handler = u32(Cpu& cpu, const u8* bytes, u32 address);

// Handlers by the first byte of the instruction.
using HandlerTable = std::array<Handler*, 256>;

extern const HandlerTable kPlainHandlers;
extern const HandlerTable kPlainExecuteHandlers;
extern const HandlerTable kWatchedHandlers;
extern const HandlerTable kWatchedExecuteHandlers;

// Takes the interruption by a program exception that ended the instruction at `address`, of length 2 * `ilc`, and returns
// where to go on.
u32 end_by_exception(Cpu& cpu, ProgramCode code, u32 address, u8 ilc);

class Interpreter final : public Engine {
 public:
  void run(Cpu& cpu) override;

  // Runs until the budget is `rest` or less, for an engine that has no better way to execute what comes next. The CPU must
  // not be watched.
  static void run_plain(Cpu& cpu, i64 rest);

  // The same, until control has gone elsewhere than to the next sequential instruction, or the budget is spent.
  static void run_to_branch(Cpu& cpu);

 private:
  template <bool ToBranch>
  static void run_until(Cpu& cpu, i64 rest);
  void run_watched(Cpu& cpu);
};

}  // namespace replica
