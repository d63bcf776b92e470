// Regions on their way through the compiler: a thread of low priority, which compiles the one that is wanted most next.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "jit/regions/region_compiler.h"

namespace replica {

struct RegionJob {
  Region region;
  u64 weight = 0;  // how much it is wanted
  bool is_installed = false;
  // Its instructions have changed, or nobody wants it any more.
  std::atomic<bool> is_stale = false;
  // Given by the thread.
  Result<CompiledRegion> compiled = CompiledRegion{};
  u64 nanoseconds = 0;  // of the thread
};

class CompileQueue {
 public:
  explicit CompileQueue(const RegionEnvironment& environment) : environment_(environment) {}
  // Waits for the region that is being compiled, no longer.
  ~CompileQueue();

  void submit(std::shared_ptr<RegionJob> job);
  // Compiles it at once, on the caller's thread. Not beside submit().
  void compile(RegionJob& job);
  bool has_finished() const { return has_finished_.load(std::memory_order_acquire); }
  std::vector<std::shared_ptr<RegionJob>> take_finished();

  // Must be known before the first region is.
  void set_wants_text() { environment_.wants_text = true; }

 private:
  void work();
  std::shared_ptr<RegionJob> next();

  RegionEnvironment environment_;
  std::unique_ptr<RegionCompiler> compiler_;  // the thread's
  std::optional<Error> no_compiler_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<RegionJob>> waiting_, finished_;
  std::atomic<bool> has_finished_ = false;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace replica
