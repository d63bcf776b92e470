// The state of a machine as a case sees it: everything that an instruction can change, as one value that can be made
// from a case, loaded into a machine, read back and compared.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "cpu/machine.h"
#include "tools/vectors/case.h"
#include "tools/vectors/scripted_channels.h"

namespace replica::vectors {

// Unless a case says otherwise, GR n and FPR n hold the digit n eight or sixteen times (F for register 0), control
// registers what an initial CPU reset gives them, storage zeros but for the new PSWs, and keys zero.
struct State {
  std::array<u32, 16> gr{};
  std::array<u64, 4> fpr{};  // 0, 2, 4, 6
  std::array<u32, 16> cr{};
  u64 psw = 0;
  u32 prefix = 0;
  u64 tod = 0;
  u64 comparator = 0;
  u64 cpu_timer = 0;
  u64 stopped = 0;
  u64 asked = 0;  // of the channels: 1 + instruction, and I/O address in the low 16 bits
  std::vector<u8> storage;
  std::vector<u8> keys;
};

// What a state must be. A one in `known` means that the bit counts.
struct Expectation {
  State value;
  State known;
};

// The circumstances under which a case is run, beyond what it says itself.
struct Variation {
  bool ec_mode = false;
  bool under_execute = false;  // the instruction is the target of an EXECUTE
  bool warm = false;           // it has been executed in this machine before
  // Program-event recording: CR9-CR11, and the events that must be reported.
  struct Per {
    u32 cr9 = 0;
    u32 first = 0;
    u32 last = 0;
    u8 events = 0;
  };
  std::optional<Per> per{};
};

State state_before(const Case& c, const Variation& variation);
// `before` is the case's state before under the same variation.
Expectation state_after(const Case& c, const Variation& variation, const State& before);

// Puts the state into the machine. A key keeps its reference and change bits if the rest is as wanted.
void load_state(const State& state, Machine& machine);
State read_state(Machine& machine, const ScriptedChannels& channels);

// One line for each difference: "r1 = 00000001, expected 80000000".
std::vector<std::string> differences(const State& found, const Expectation& expected);

// ---- Small facts about PSWs that the runner needs too ----

bool is_ec(u64 psw);
bool is_dat_on(u64 psw);

}  // namespace replica::vectors
