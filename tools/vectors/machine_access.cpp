// Loading a state into a machine, reading it back, and comparing.
#include <algorithm>
#include <cstring>

#include "base/big_endian.h"
#include "tools/vectors/state.h"

namespace replica::vectors {
namespace {

constexpr u8 kProtection = storage_key::kAccess | storage_key::kFetchProtection;

class Differences {
 public:
  template <typename T>
  void check(std::string_view name, T found, T expected, T known) {
    if (((found ^ expected) & known) == 0) return;
    const std::string mask = known == static_cast<T>(~T{0}) ? "" : fmt::format(" in the bits {:X}", known);
    lines_.push_back(
        fmt::format("{} = {:0{}X}, expected {:0{}X}{}", name, found, 2 * sizeof(T), expected, 2 * sizeof(T), mask));
  }

  void check_storage(const State& found, const Expectation& expected) {
    const u8* a = found.storage.data();
    const u8* b = expected.value.storage.data();
    for (std::size_t block = 0; block < found.storage.size() && lines_.size() < kMostLines; block += kBlockSize) {
      if (std::memcmp(a + block, b + block, kBlockSize) != 0) check_block(found, expected, block);
    }
  }

  std::vector<std::string> take() { return std::move(lines_); }

 private:
  // Every stretch of bytes that differ, with gaps of less than 4.
  void check_block(const State& found, const Expectation& expected, std::size_t block) {
    const auto differs = [&](std::size_t n) {
      return ((found.storage[n] ^ expected.value.storage[n]) & expected.known.storage[n]) != 0;
    };
    const std::size_t block_end = block + kBlockSize;
    for (std::size_t n = block; n < block_end; ++n) {
      if (!differs(n)) continue;
      std::size_t end = n + 1;
      for (std::size_t m = end; m < std::min(end + 4, block_end); ++m) {
        if (differs(m)) end = m + 1;
      }
      const std::size_t shown = std::min(end, n + kMostBytes);
      const auto bytes = [&](const State& state) {
        return fmt::format("{:02X}", fmt::join(state.storage.begin() + n, state.storage.begin() + shown, ""));
      };
      lines_.push_back(fmt::format("storage {:X} = {}, expected {}", n, bytes(found), bytes(expected.value)));
      n = end;
    }
  }

  static constexpr std::size_t kMostLines = 20, kMostBytes = 32;

  std::vector<std::string> lines_;
};

}  // namespace

void load_state(const State& state, Machine& machine) {
  Cpu& cpu = machine.cpu();
  std::copy(state.gr.begin(), state.gr.end(), cpu.gr);
  for (unsigned n = 0; n < 4; ++n) cpu.fpr[2 * n] = state.fpr[n];
  std::copy(state.cr.begin(), state.cr.end(), cpu.cr);
  cpu.prefix = state.prefix;
  Storage& storage = machine.storage();
  std::copy(state.storage.begin(), state.storage.end(), storage.data());
  storage.note_change(0, storage.size());
  for (u32 block = 0; block < storage.blocks(); ++block) {
    if ((storage.key(block) ^ state.keys[block]) & kProtection) storage.set_key(block, state.keys[block]);
    // In a fresh machine nothing has been recorded yet, and what the case wants recorded is.
    const u8 recorded = state.keys[block] & static_cast<u8>(~kProtection);
    if (recorded & ~storage.key(block)) storage.set_key(block, state.keys[block]);
  }
  machine.clocks().set_tod(state.tod, cpu.now());
  machine.clocks().set_comparator(state.comparator);
  machine.clocks().set_cpu_timer(state.cpu_timer, cpu.now());
  cpu.control_register_changed();
  cpu.load_psw(state.psw);
}

State read_state(Machine& machine, const ScriptedChannels& channels) {
  Cpu& cpu = machine.cpu();
  State state;
  std::copy(std::begin(cpu.gr), std::end(cpu.gr), state.gr.begin());
  for (unsigned n = 0; n < 4; ++n) state.fpr[n] = cpu.fpr[2 * n];
  std::copy(std::begin(cpu.cr), std::end(cpu.cr), state.cr.begin());
  state.psw = cpu.psw.pack();
  state.prefix = cpu.prefix;
  state.tod = machine.clocks().tod(cpu.now());
  state.comparator = machine.clocks().comparator();
  state.cpu_timer = machine.clocks().cpu_timer(cpu.now());
  state.stopped = cpu.stopped;
  if (channels.asked) state.asked = (u64{static_cast<u8>(*channels.asked)} + 1) << 16 | channels.asked_address;
  const Storage& storage = machine.storage();
  state.storage.assign(storage.data(), storage.data() + storage.size());
  for (u32 block = 0; block < storage.blocks(); ++block) state.keys.push_back(storage.key(block));
  return state;
}

std::vector<std::string> differences(const State& found, const Expectation& expected) {
  const State& value = expected.value;
  const State& known = expected.known;
  Differences list;
  list.check("psw", found.psw, value.psw, known.psw);
  for (unsigned n = 0; n < 16; ++n) list.check(fmt::format("r{:X}", n), found.gr[n], value.gr[n], known.gr[n]);
  for (unsigned n = 0; n < 4; ++n) list.check(fmt::format("f{}", 2 * n), found.fpr[n], value.fpr[n], known.fpr[n]);
  for (unsigned n = 0; n < 16; ++n) list.check(fmt::format("c{:X}", n), found.cr[n], value.cr[n], known.cr[n]);
  list.check("prefix", found.prefix, value.prefix, known.prefix);
  list.check("tod", found.tod, value.tod, known.tod);
  list.check("comparator", found.comparator, value.comparator, known.comparator);
  list.check("timer", found.cpu_timer, value.cpu_timer, known.cpu_timer);
  list.check("stopped", found.stopped, value.stopped, known.stopped);
  list.check("asked of the channels", found.asked, value.asked, known.asked);
  list.check_storage(found, expected);
  for (std::size_t n = 0; n < found.keys.size(); ++n) {
    list.check(fmt::format("key of {:X}", n << kBlockShift), found.keys[n], value.keys[n], known.keys[n]);
  }
  return list.take();
}

}  // namespace replica::vectors
