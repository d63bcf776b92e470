// The architected state of a machine as text, one line for each register or block, so that two can be compared and the
// difference read.
#pragma once

#include <fmt/format.h>

#include <ostream>
#include <string>
#include <vector>

#include "cpu/machine.h"

namespace replica {

class Snapshot {
 public:
  explicit Snapshot(Machine& machine) {
    const Cpu& cpu = machine.cpu();
    add("PSW", cpu.psw.pack());
    add("instructions", cpu.instructions());
    add("prefix", cpu.prefix);
    for (unsigned n = 0; n < 16; ++n) add(fmt::format("GR{}", n), cpu.gr[n]);
    for (unsigned n = 0; n < 16; ++n) add(fmt::format("CR{}", n), cpu.cr[n]);
    for (unsigned n = 0; n < 8; n += 2) add(fmt::format("FPR{}", n), cpu.fpr[n]);
    add("clock comparator", machine.clocks().comparator());
    add("CPU timer", machine.clocks().cpu_timer(cpu.now()));
    const Storage& storage = machine.storage();
    for (u32 block = 0; block < storage.blocks(); ++block) {
      add(fmt::format("key of {:06X}", block << kBlockShift), storage.key(block));
      add(fmt::format("block {:06X}", block << kBlockShift), hash(storage.data() + (block << kBlockShift)));
    }
  }

  bool operator==(const Snapshot&) const = default;

  // The lines in which the two differ, at most `limit` of them.
  std::string difference(const Snapshot& other, unsigned limit = 20) const {
    std::string text;
    for (std::size_t n = 0; n < values_.size() && limit > 0; ++n) {
      if (values_[n] == other.values_[n]) continue;
      text += fmt::format("{}: {:X} and {:X}\n", names_[n], values_[n], other.values_[n]);
      --limit;
    }
    return text;
  }

  friend void PrintTo(const Snapshot& snapshot, std::ostream* out) {
    for (std::size_t n = 0; n < 40; ++n) *out << fmt::format("{} {:X}; ", snapshot.names_[n], snapshot.values_[n]);
  }

 private:
  void add(std::string name, u64 value) {
    names_.push_back(std::move(name));
    values_.push_back(value);
  }
  static u64 hash(const u8* block) {
    u64 result = 0xCBF29CE484222325;
    for (u32 n = 0; n < kBlockSize; n += 8) {
      result = (result ^ load_be64(block + n)) * 0x9E3779B97F4A7C15;
      result ^= result >> 32;
    }
    return result;
  }

  std::vector<std::string> names_;
  std::vector<u64> values_;
};

}  // namespace replica
