// The architected state of a machine as a list of values, so that two can be compared and the difference read.
#pragma once

#include <fmt/format.h>

#include <ostream>
#include <string>
#include <vector>

#include "cpu/machine.h"

namespace replica {

class Snapshot {
 public:
  explicit Snapshot(Machine& machine) : Snapshot(machine, machine.cpu().instructions()) {}
  // Of a virtual machine, whose instructions the real one has counted.
  Snapshot(Machine& machine, u64 instructions) {
    const Cpu& cpu = machine.cpu();
    values_ = {cpu.psw.pack(), instructions, cpu.prefix, machine.clocks().comparator(),
               machine.clocks().cpu_timer(cpu.now())};
    for (unsigned n = 0; n < 8; n += 2) values_.push_back(cpu.fpr[n]);
    values_.insert(values_.end(), std::begin(cpu.gr), std::end(cpu.gr));
    values_.insert(values_.end(), std::begin(cpu.cr), std::end(cpu.cr));
    Storage& storage = machine.storage();
    for (u32 block = 0; block < storage.blocks(); ++block) {
      values_.push_back(storage.key(block));
      values_.push_back(hash(storage.at(block << kBlockShift)));
    }
  }

  bool operator==(const Snapshot&) const = default;

  // What differs between the two, a line each, at most 20 of them.
  std::string difference(const Snapshot& other) const {
    std::string text;
    unsigned lines = 0;
    for (std::size_t n = 0; n < values_.size() && lines < 20; ++n) {
      if (values_[n] == other.values_[n]) continue;
      text += fmt::format("{}: {:X} and {:X}\n", name(n), values_[n], other.values_[n]);
      ++lines;
    }
    return text;
  }

  friend void PrintTo(const Snapshot& snapshot, std::ostream* out) {
    for (std::size_t n = 0; n < kFirstBlock; ++n) *out << fmt::format("{} {:X}; ", name(n), snapshot.values_[n]);
  }

 private:
  static constexpr std::size_t kFirstFpr = 5, kFirstGr = 9, kFirstCr = 25, kFirstBlock = 41;

  static std::string name(std::size_t n) {
    constexpr const char* kNames[] = {"PSW", "instructions", "prefix", "clock comparator", "CPU timer"};
    if (n < kFirstFpr) return kNames[n];
    if (n < kFirstGr) return fmt::format("FPR{}", 2 * (n - kFirstFpr));
    if (n < kFirstCr) return fmt::format("GR{}", n - kFirstGr);
    if (n < kFirstBlock) return fmt::format("CR{}", n - kFirstCr);
    const std::size_t block = (n - kFirstBlock) / 2;
    return fmt::format("{} of block at {:06X}", (n - kFirstBlock) % 2 == 0 ? "key" : "hash", block << kBlockShift);
  }
  static u64 hash(const u8* block) {
    u64 result = 0xCBF29CE484222325;
    for (u32 n = 0; n < kBlockSize; n += 8) {
      result = (result ^ load_be64(block + n)) * 0x9E3779B97F4A7C15;
      result ^= result >> 32;
    }
    return result;
  }

  std::vector<u64> values_;
};

}  // namespace replica
