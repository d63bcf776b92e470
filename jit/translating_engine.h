// The engine that translates: counts executions, translates what is executed often, and goes from one piece of code to the
// next until the budget is spent. What is not translated, or may not be, is interpreted.
#pragma once

#include "cpu/interpreter.h"
#include "jit/asmjit/thunks.h"
#include "jit/code_pages.h"

namespace replica {

struct TranslatingOptions {
  u32 threshold = 20;  // executions of a block before it is translated; at most 255
  std::size_t cache_bytes = 64 << 20;
  // A page that has lost its code so often is interpreted from then on.
  u32 most_invalidations = 100;
  u8 most_failures = 4;  // of a block's assumptions
};

struct TranslatingCounters {
  u64 blocks = 0;         // translated
  u64 instructions = 0;   // in them
  u64 bytes = 0;          // of host code
  u64 nanoseconds = 0;    // spent translating
  u64 entries = 0;        // from the engine into code
  u64 interpreted = 0;    // runs of the interpreter
  u64 invalidations = 0;  // stores into translated code
  u64 flushes = 0;        // of the whole cache
  u64 refused = 0;        // blocks that the generator cannot do
};

class TranslatingEngine final : public Engine {
 public:
  // For one CPU, which must outlive the engine or never run again. Errors: no memory for code.
  static Result<std::unique_ptr<TranslatingEngine>> create(Cpu& cpu, const TranslatingOptions& options);
  ~TranslatingEngine() override;

  void run(Cpu& cpu) override;

  const TranslatingCounters& counters() const { return counters_; }

 private:
  TranslatingEngine(Cpu& cpu, const TranslatingOptions& options, std::unique_ptr<CodeMemory> memory);

  // The page of the present instruction address, which the access map then leads to; nullptr if it cannot be fetched from
  // or is odd.
  CodePage* page_here();
  // The code of the present instruction address, made if it is time; nullptr if there is none.
  const void* code_here();
  const void* translate_here(CodePage& page);
  void enter(const void* code);
  void assumption_failed();
  void link_jump(const void* code);
  // Writes the displacement of a jump whose last byte is in front of `behind`.
  void write_jump(const u8* behind, const void* to);
  void flush();
  void code_stored(u32 block);

  Cpu& cpu_;
  TranslatingOptions options_;
  std::unique_ptr<CodeMemory> memory_;
  Thunks thunks_;
  Surroundings surroundings_;
  std::size_t thunk_bytes_;
  CodePages pages_;
  Interpreter interpreter_;
  TranslatingCounters counters_;
};

}  // namespace replica
