// A monitor with one virtual machine, in virtual time, and what tests do with it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "jit/translating_engine.h"
#include "vmm/monitor.h"

namespace replica::vmm {

struct FixtureOptions {
  AssistLevel assist = AssistLevel::vma;
  u32 real_storage = 64 * 1024 * 1024;
  bool translates = false;
  u32 threshold = 20;
};

// "none", "vma_translated", "vma_paged" and so on.
struct NamedOptions {
  const char* name;
  FixtureOptions options;
};
inline void PrintTo(const NamedOptions& named, std::ostream* stream) { *stream << named.name; }

inline std::vector<NamedOptions> all_ways() {
  constexpr u32 kLittle = 256 * 1024;
  return {
      {"none", {.assist = AssistLevel::none}},
      {"vma", {.assist = AssistLevel::vma}},
      {"none_translated", {.assist = AssistLevel::none, .translates = true, .threshold = 0}},
      {"vma_translated", {.assist = AssistLevel::vma, .translates = true, .threshold = 0}},
      {"vma_tiered", {.assist = AssistLevel::vma, .translates = true}},
      {"none_paged", {.assist = AssistLevel::none, .real_storage = kLittle}},
      {"vma_paged", {.assist = AssistLevel::vma, .real_storage = kLittle, .translates = true, .threshold = 0}},
  };
}

class VirtualSystem {
 public:
  explicit VirtualSystem(const FixtureOptions& options = {}) {
    MonitorOptions monitor_options;
    monitor_options.real_storage = options.real_storage;
    monitor_options.paging_directory = testing::TempDir();
    monitor_options.assist = options.assist;
    monitor = std::move(Monitor::create(monitor_options).value());
    monitor->on_stop(
        [this](VirtualMachine& machine, const std::string& why) { stops.push_back(machine.name() + ": " + why); });
    if (!options.translates) return;
    engine = std::move(TranslatingEngine::create(monitor->real().cpu(), {.threshold = options.threshold}).value());
    monitor->real().set_engine(*engine);
  }

  VirtualMachine& add(const std::string& name, u32 bytes = 1024 * 1024) {
    return *monitor->create_machine({.name = name, .storage_bytes = bytes, .identity = {}, .timer = TimerMode::real})
                .value();
  }

  // Puts bytes into guest storage, as a loader does.
  static void put(VirtualMachine& machine, u32 address, std::span<const u8> bytes) {
    for (u32 n = 0; n < bytes.size(); ++n) {
      machine.storage().record_store(address + n, 1);
      *machine.storage().at(address + n) = bytes[n];
    }
  }

  // Runs until nothing is left to do or the limit is reached.
  StopReason run(u64 limit = 400'000'000) { return monitor->real().run(limit); }

  std::unique_ptr<Monitor> monitor;
  std::unique_ptr<Engine> engine;
  std::vector<std::string> stops;
};

}  // namespace replica::vmm
