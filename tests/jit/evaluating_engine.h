// An engine that translates each block anew and evaluates its intermediate representation: slow, and exact.
#pragma once

#include "cpu/interpreter.h"
#include "jit/ir/evaluate.h"
#include "jit/ir/print.h"
#include "jit/ir/verify.h"
#include "jit/passes/passes.h"
#include "jit/translate.h"

namespace replica {

class EvaluatingEngine final : public Engine {
 public:
  struct Report {
    u64 blocks = 0;
    std::string wrong;  // what verify() said of the first wrong block
  };

  explicit EvaluatingEngine(Report& report) : report_(report) {}

  void run(Cpu& cpu) override {
    if (cpu.is_watched()) return interpreter_.run(cpu);
    while (cpu.budget > 0) {
      if (!run_block(cpu)) Interpreter::run_plain(cpu, cpu.budget - 1);
    }
  }

 private:
  // False if there is no block here that the budget allows for.
  bool run_block(Cpu& cpu) {
    const u32 address = cpu.psw.address;
    const i64 entry = cpu.map->instruction[address >> kBlockShift];
    if (entry < 0) return false;
    const u8* page = reinterpret_cast<const u8*>(entry + (address & ~(kBlockSize - 1)));
    ir::Block block = translate(page, address, {(cpu.psw.program_mask & Psw::kFixedPointOverflow) != 0});
    if (report_.wrong.empty()) report_.wrong = ir::verify(block);
    if (block.instructions.empty() || static_cast<i64>(block.instructions.size()) > cpu.budget) return false;
    ir::optimize(block, cpu.gr);
    if (report_.wrong.empty()) report_.wrong = ir::verify(block);
    ++report_.blocks;
    ir::evaluate(block, cpu);
    return true;
  }

  Interpreter interpreter_;
  Report& report_;
};

}  // namespace replica
