// Which regions there are, and which are wanted: it counts where the budget of translated code ends, which costs that code
// nothing, has regions compiled that are worth it, and takes them back when their instructions change.
//
// A sample weighs the host's cycles since the last one: instructions differ too much in what they take. A region is worth it
// when those around it have taken some times as long as compiling it takes.
#pragma once

#include <unordered_map>

#include "base/cycle_counter.h"
#include "jit/code_pages.h"
#include "jit/regions/compile_queue.h"

namespace replica {

struct RegionOptions {
  enum class Use : u8 {
    never,
    when_hot,  // compiled beside the program
    at_once,   // whatever is translated is compiled as well, before it goes on: for tests
  };
  Use use = Use::never;
  RegionLimits limits;
  // What samples at a place must weigh for a region there to be worth it, for each of its instructions: some third of a
  // millisecond to a millisecond, as hosts are.
  u64 weight_of_instruction = 2'000'000;
  // The same for the compiler, which takes much longer to load than a region to compile: at all places together that would be
  // worth a small region. So a run of a tenth of a second does without.
  u64 weight_of_compiler = 300'000'000;
};

struct RegionCounters {
  u64 compiled = 0;
  u64 instructions = 0;  // in them
  u64 bytes = 0;
  u64 nanoseconds = 0;   // compiling, mostly on another thread
  u64 without_loop = 0;  // places around which nothing leads back
  u64 dropped = 0;       // by a store, also while they were compiled
  u64 given_up = 0;      // accesses that were not in the access map too often
  u64 not_compiled = 0;  // errors
};

// Some lines, after those of the engine.
std::string report(const RegionCounters& counters);

class HotRegions {
 public:
  using Job = std::shared_ptr<RegionJob>;

  HotRegions(Cpu& cpu, const RegionOptions& options, const RegionEnvironment& environment)
      : cpu_(cpu), options_(options), queue_(environment) {}

  // The budget was too small for the block at the address of the page, in code that is not a region's. True if a region that
  // is entered there is wanted.
  bool sample(const TranslatedPage& page, u32 address);
  // The budget ended in a region: what has been executed since the last sample says nothing about other places.
  void pass_sample() { sampled_at_ = cycle_count(); }
  // That region, or nullptr. The caller sees to it that stores into its instructions are noticed, and adds it.
  Job find(const TranslatedPage& page, u32 address);
  void add(const Job& job);
  void compile_later(const Job& job) { queue_.submit(job); }
  // At once. False if it cannot be, which is counted.
  bool compile(const Job& job);

  bool has_finished() const { return queue_.has_finished(); }
  // Those that have been compiled, and are as good as they were.
  std::vector<Job> take_finished();
  void installed(const Job& job);

  // The code of a 2K block is given up: so are regions that have instructions there. Returns the blocks in which others of
  // them are entered.
  std::vector<u32> drop(u32 block);
  void drop_all();
  void forget_dropped() { dropped_.clear(); }

  // Regions of which accesses were too often not in the access map; each is asked for less eagerly from now on.
  std::vector<Job> take_failing();

  void set_wants_text() { queue_.set_wants_text(); }
  RegionCounters& counters() { return counters_; }
  const std::string& error() const { return error_; }

 private:
  struct Place {
    u64 weight = 0;
    u64 needed = 0;
    u32 failures = 0;            // regions that were given up
    std::vector<u32> unaligned;  // instructions, by address
    bool is_taken = false;       // a region is there, or on its way
  };
  Place& place_of(u32 block, u32 address, ir::Mode mode) {
    return places_[u64{block} << 32 | address << 1 | mode.fixed_point_overflow];
  }
  Place& place_of(const Region& region, u32 entry) { return place_of(region.pages[0].block, entry, region.mode); }
  void forget(const Job& job);
  bool is_compiled(const Job& job);

  Cpu& cpu_;
  RegionOptions options_;
  std::unordered_map<u64, Place> places_;
  std::vector<Job> jobs_;  // on their way, or installed
  std::vector<Job> dropped_;
  u64 sampled_at_ = cycle_count();
  u64 hot_weight_ = 0;  // at places that would be worth a small region
  u64 looked_at_ = 0;
  RegionCounters counters_;
  std::string error_;
  CompileQueue queue_;
};

}  // namespace replica
