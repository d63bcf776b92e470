// The engine that translates: counts executions, translates what is executed often, and goes from one piece of code to the
// next until the budget is spent. What is not translated, or may not be, is interpreted.
#pragma once

#include "cpu/interpreter.h"
#include "jit/code_observer.h"
#include "jit/code_pages.h"
#include "jit/regions/hot_regions.h"
#include "jit/translating_counters.h"

namespace replica {

struct TranslatingOptions {
  u32 threshold = 20;  // executions of a block before it is translated; at most 255
  std::size_t cache_bytes = 64 << 20;
  // Code that a store has ended after fewer instructions of the CPU was not worth its making: see CodePages.
  u64 short_life = 100'000;
  u8 most_failures = 4;  // of a block's assumptions
  RegionOptions regions = {};
};

class TranslatingEngine final : public Engine {
 public:
  // For one CPU, which must outlive the engine or never run again. Errors: no memory for code.
  static Result<std::unique_ptr<TranslatingEngine>> create(Cpu& cpu, const TranslatingOptions& options);
  ~TranslatingEngine() override;

  void run(Cpu& cpu) override;

  // Tells the observer of all that is translated from now on. It must outlive the engine.
  void observe(CodeObserver& observer);

  // Of this engine's life until now.
  TranslatingCounters counters() const;
  // The same of its regions; nothing if it makes none.
  std::optional<RegionCounters> region_counters() const;
  // Why regions could not be compiled; empty if they could.
  std::string region_error() const { return regions_ ? regions_->error() : ""; }

 private:
  TranslatingEngine(Cpu& cpu, const TranslatingOptions& options, std::unique_ptr<CodeMemory> memory);

  // The page of the present instruction address, which the access map then leads to; nullptr if it cannot be fetched from
  // or is odd.
  TranslatedPage* page_here();
  // The code of the present instruction address, made if it is time; nullptr if there is none.
  const void* code_here();
  const void* translate_here(TranslatedPage& page);
  void enter(const void* code);
  ExitCause exit_cause() const;
  // Counts what `run` interprets.
  template <typename Run>
  void interpret(Run run);
  void interpret_to_branch();
  void assumption_failed();
  void link_jump(const void* code);
  // Writes the displacement of a jump whose last byte is in front of `behind`.
  void write_jump(const u8* behind, const void* to);
  void flush();
  void code_stored(u32 block);
  void give_up(u32 block);
  void drop_regions(u32 block);
  // Notes that there is code in these lines of the block; of which no store may then assume otherwise.
  void claim_lines(u32 block, u32 lines);

  // ---- Regions ----
  void look_after_regions();
  void sample();
  HotRegions::Job claim_region(TranslatedPage& page, u32 address);
  // The code of a region instead of a block's, if there is one; for tests.
  const void* compile_at_once(TranslatedPage& page, const void* code);
  const void* install(const HotRegions::Job& job);
  const void* emit_entry(const void* region, std::size_t number);
  // What has been linked to the code of a block goes on to the region.
  void lead_on(const TranslatedPage& page, const void* from, const void* to);
  void write_jump_at(const u8* place, const void* to);

  Cpu& cpu_;
  TranslatingOptions options_;
  std::unique_ptr<CodeMemory> memory_;
  std::unique_ptr<Emitter> emitter_;
  Thunks thunks_;
  Surroundings surroundings_;
  ir::Block block_;  // that was translated last
  std::size_t thunk_bytes_;
  CodePages pages_;
  Interpreter interpreter_;
  TranslatingCounters counters_;
  std::unique_ptr<HotRegions> regions_;  // null if there are to be none
  std::vector<CodeObserver*> observers_;
};

}  // namespace replica
