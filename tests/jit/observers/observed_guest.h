// A guest whose engine translates whatever it meets, under the eyes of an observer.
#pragma once

#include "jit/translating_engine.h"
#include "tests/cpu/guest.h"

namespace replica {

class ObservedGuest {
 public:
  explicit ObservedGuest(CodeObserver& observer, std::size_t cache_bytes = 1 << 20)
      : engine_(std::move(*TranslatingEngine::create(guest_.cpu(), {.threshold = 0, .cache_bytes = cache_bytes}))) {
    engine_->observe(observer);
    guest_.machine().set_engine(*engine_);
  }

  Guest& guest() { return guest_; }
  TranslatingEngine& engine() { return *engine_; }

  // Executes them at X'400', some hundred times if they are a loop.
  void execute(std::string_view instructions) { guest_.execute(instructions, 1000); }

  // Translates more blocks than 4 KB have room for, which is what a cache of kSmallCache has beyond the reserve.
  static constexpr std::size_t kSmallCache = 132 << 10;
  void fill_small_cache() {
    constexpr u32 kBlocks = 60;
    for (u32 n = 0; n < kBlocks; ++n) {
      const u32 at = 0x400 + 8 * n, next = n + 1 < kBlocks ? at + 8 : 0x400;
      guest_.put(at, fmt::format("41110001 47F0{:04X}", next));
    }
    execute("41110001");
  }

 private:
  Guest guest_;
  std::unique_ptr<TranslatingEngine> engine_;
};

}  // namespace replica
