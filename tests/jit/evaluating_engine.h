// An engine that translates each block anew and evaluates its intermediate representation: slow, and exact.
#pragma once

#include "cpu/interpreter.h"
#include "jit/ir/evaluate.h"
#include "jit/ir/print.h"
#include "jit/ir/verify.h"
#include "jit/translate.h"

namespace replica {

class EvaluatingEngine final : public Engine {
 public:
  void run(Cpu& cpu) override {
    if (cpu.is_watched()) return interpreter_.run(cpu);
    while (cpu.budget > 0) {
      if (!run_block(cpu)) Interpreter::run_plain(cpu, cpu.budget - 1);
    }
  }

  u64 blocks() const { return blocks_; }
  // What verify() said of the first wrong block.
  const std::string& wrong() const { return wrong_; }

 private:
  // False if there is no block here that the budget allows for.
  bool run_block(Cpu& cpu) {
    const u32 address = cpu.psw.address;
    const i64 entry = cpu.map->instruction[address >> kBlockShift];
    if (entry < 0) return false;
    const u8* page = reinterpret_cast<const u8*>(entry + (address & ~(kBlockSize - 1)));
    ir::Block block = translate(page, address, {cpu.psw.program_mask});
    if (wrong_.empty()) wrong_ = ir::verify(block);
    if (block.instructions.empty() || static_cast<i64>(block.instructions.size()) > cpu.budget) return false;
    ++blocks_;
    ir::evaluate(block, cpu);
    return true;
  }

  Interpreter interpreter_;
  u64 blocks_ = 0;
  std::string wrong_;
};

}  // namespace replica
