#include "jit/regions/compile_queue.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

namespace replica {
namespace {

constexpr int kNiceness = 5;

u64 nanoseconds_of_thread() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<u64>(time.tv_sec) * 1'000'000'000 + static_cast<u64>(time.tv_nsec);
}

}  // namespace

CompileQueue::~CompileQueue() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void CompileQueue::submit(std::shared_ptr<RegionJob> job) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(job));
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  changed_.notify_one();
}

void CompileQueue::compile(RegionJob& job) {
  const u64 begin = nanoseconds_of_thread();
  if (!compiler_ && !no_compiler_) {
    auto loaded = load_region_compiler();
    if (loaded) {
      compiler_ = std::move(*loaded);
    } else {
      no_compiler_ = loaded.error();
    }
  }
  job.compiled = compiler_ ? compiler_->compile(job.region, environment_) : tl::unexpected(*no_compiler_);
  job.nanoseconds = nanoseconds_of_thread() - begin;
}

std::vector<std::shared_ptr<RegionJob>> CompileQueue::take_finished() {
  const std::lock_guard lock(mutex_);
  has_finished_.store(false, std::memory_order_relaxed);
  return std::exchange(finished_, {});
}

// Linux has a niceness for each thread.
void CompileQueue::work() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness);
  while (const std::shared_ptr<RegionJob> job = next()) {
    if (!job->is_stale) compile(*job);
    const std::lock_guard lock(mutex_);
    finished_.push_back(job);
    has_finished_.store(true, std::memory_order_release);
  }
}

std::shared_ptr<RegionJob> CompileQueue::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
  if (ends_) return nullptr;
  const auto wanted_most = std::max_element(waiting_.begin(), waiting_.end(),
                                            [](const auto& a, const auto& b) { return a->weight < b->weight; });
  std::shared_ptr<RegionJob> job = std::move(*wanted_most);
  waiting_.erase(wanted_most);
  return job;
}

}  // namespace replica
