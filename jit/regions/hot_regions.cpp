#include "jit/regions/hot_regions.h"

#include <fmt/format.h>

#include <algorithm>

namespace replica {
namespace {

// How many instructions pass between two looks at the failures of regions, and how many failures are too many then.
constexpr u64 kBetweenLooks = 4'000'000;
constexpr u32 kMostFailures = 20'000;
// The most that a sample weighs: what a slice takes at most. In between the CPU may have waited, or the process.
constexpr u64 kLongestSample = 400'000;
constexpr u64 kSmallRegion = 10;  // instructions
// What a region must weigh more each time that it was given up, as a shift.
constexpr u32 kBackOff = 3;

bool has_instructions_in(const Region& region, u32 block) {
  return std::any_of(region.pages.begin(), region.pages.end(),
                     [&](const RegionPage& page) { return page.block == block; });
}

std::string line(const char* name, u64 count) { return fmt::format("  {:<34} {:>16}\n", name, count); }

}  // namespace

std::string report(const RegionCounters& c) {
  std::string text = fmt::format("Regions compiled                     {:>16}\n", c.compiled);
  const u64 divisor = std::max<u64>(c.instructions, 1);
  text += line("guest instructions", c.instructions);
  text += fmt::format("  {:<34} {:>16}  {:5.1f} for a guest instruction\n", "bytes of host code", c.bytes,
                      static_cast<double>(c.bytes) / static_cast<double>(divisor));
  text += fmt::format("  {:<34} {:>16}  {:5.0f} for a guest instruction\n", "nanoseconds compiling", c.nanoseconds,
                      static_cast<double>(c.nanoseconds) / static_cast<double>(divisor));
  text += line("places without a loop", c.without_loop);
  text += line("dropped: code changed by a store", c.dropped);
  text += line("given up: accesses not in the map", c.given_up);
  text += line("not compiled", c.not_compiled);
  return text;
}

bool HotRegions::sample(const TranslatedPage& page, u32 address) {
  const u64 now = cycle_count();
  const u64 weight = std::min(now - std::exchange(sampled_at_, now), kLongestSample);
  Place& place = place_of(page.block, address, page.mode);
  place.weight += weight;
  if (place.weight >= kSmallRegion * options_.weight_of_instruction) hot_weight_ += weight;
  if (place.needed == 0) place.needed = options_.weight_of_instruction;
  if (place.is_taken || place.weight < place.needed || hot_weight_ < options_.weight_of_compiler) return false;
  // One region for each loop: perhaps that on its way takes this place in.
  const bool is_on_its_way = std::any_of(jobs_.begin(), jobs_.end(), [&](const Job& job) {
    return !job->is_installed && job->region.has(address) && has_instructions_in(job->region, page.block);
  });
  if (is_on_its_way) place.weight = 0;
  return !is_on_its_way;
}

HotRegions::Job HotRegions::find(const TranslatedPage& page, u32 address) {
  Place& place = place_of(page.block, address, page.mode);
  if (place.is_taken) return nullptr;
  auto job = std::make_shared<RegionJob>();
  job->region = find_region(cpu_, address, page.mode, options_.limits);
  job->weight = place.weight;
  const u64 instructions = job->region.instructions.size();
  if (instructions == 0) {
    ++counters_.without_loop;
    place.needed = ~u64{0};
    return nullptr;
  }
  if (options_.use == RegionOptions::Use::when_hot) {
    place.needed =
        std::max(place.needed, (options_.weight_of_instruction * instructions) << (kBackOff * place.failures));
    if (place.weight < place.needed) return nullptr;
  }
  job->region.unaligned = place.unaligned;
  std::erase_if(job->region.entries,
                [&](u32 entry) { return entry != address && place_of(job->region, entry).is_taken; });
  return job;
}

void HotRegions::add(const Job& job) {
  for (const u32 entry : job->region.entries) place_of(job->region, entry).is_taken = true;
  jobs_.push_back(job);
}

bool HotRegions::compile(const Job& job) {
  queue_.compile(*job);
  return is_compiled(job);
}

bool HotRegions::is_compiled(const Job& job) {
  counters_.nanoseconds += job->nanoseconds;
  if (job->is_stale) return false;
  if (job->compiled) return true;
  ++counters_.not_compiled;
  error_ = job->compiled.error().message;
  std::erase(jobs_, job);  // its place stays taken
  return false;
}

std::vector<HotRegions::Job> HotRegions::take_finished() {
  std::vector<Job> finished = queue_.take_finished();
  std::erase_if(finished, [this](const Job& job) { return !is_compiled(job); });
  return finished;
}

void HotRegions::installed(const Job& job) {
  ++counters_.compiled;
  counters_.instructions += job->region.instructions.size();
  counters_.bytes += job->compiled->code.size();
  job->compiled->code = {};
  job->is_installed = true;
}

void HotRegions::forget(const Job& job) {
  job->is_stale = true;
  for (const u32 entry : job->region.entries) {
    place_of(job->region, entry).is_taken = false;
    place_of(job->region, entry).weight = 0;
  }
  dropped_.push_back(job);
}

std::vector<u32> HotRegions::drop(u32 block) {
  std::vector<u32> entered;
  std::erase_if(jobs_, [&](const Job& job) {
    if (!has_instructions_in(job->region, block)) return false;
    ++counters_.dropped;
    forget(job);
    if (job->region.pages[0].block != block) entered.push_back(job->region.pages[0].block);
    return true;
  });
  return entered;
}

void HotRegions::drop_all() {
  for (const Job& job : jobs_) forget(job);
  jobs_.clear();
}

// Perhaps its operands are only not aligned: the first time it is made for that.
std::vector<HotRegions::Job> HotRegions::take_failing() {
  std::vector<Job> failing;
  if (cpu_.instructions() - looked_at_ < kBetweenLooks) return failing;
  looked_at_ = cpu_.instructions();
  for (const Job& job : jobs_) {
    u64 failures = 0;
    std::vector<u32> unaligned;
    for (CallSite& site : job->region.call_sites) {
      const u32 calls = std::exchange(site.calls, 0);
      failures += calls;
      if (calls > kMostFailures / 10) unaligned.push_back(site.address);
    }
    if (failures < kMostFailures) continue;
    for (const u32 entry : job->region.entries) {
      Place& place = place_of(job->region, entry);
      place.unaligned.insert(place.unaligned.end(), unaligned.begin(), unaligned.end());
      ++place.failures;
    }
    ++counters_.given_up;
    failing.push_back(job);
  }
  return failing;
}

}  // namespace replica
