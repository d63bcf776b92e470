// The adapter between the fuzzer and the emulator under test.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/types.h"
#include "tests/oracle/case.h"
#include "tests/oracle/image.h"

namespace replica {
class Cpu;
class Machine;
}  // namespace replica

namespace replica::oracle {

// Runs the whole image, as fast as the machine can. Empty if it did not end in the monitor's final wait state.
std::vector<u8> run_ours(const Image& image);

// How often each operation code was executed: the first byte, or two bytes for B2xx and E5xx.
using Coverage = std::map<u16, u64>;

// What became of a trial.
enum class Verdict : u8 {
  good,
  too_long,           // a loop
  wait,               // a wait state other than the monitor's
  touched_outside,    // storage or a storage key outside of the test region
  stored_in_monitor,  // the monitor or the new PSWs, which are its entries
  excluded,           // an instruction that the comparison excludes: executed by way of a wild branch
  lost,               // the monitor did not write a record
};
inline constexpr std::size_t kVerdicts = 7;
std::string_view describe(Verdict verdict);

struct Trial {
  Verdict verdict = Verdict::lost;
  Record record;
  u32 record_bytes = 0;
  u64 instructions = 0;  // executed by the case, without the monitor's
  bool stored_in_timer = false;
};

// Tries cases one by one, watching every instruction, to find out which are fit for an image.
class TrialMachine {
 public:
  explicit TrialMachine(u32 storage_bytes);
  ~TrialMachine();

  // Runs `c` alone. `coverage` counts its instructions, if the verdict is good.
  Trial run(const Case& c, Coverage& coverage);

  // True if what `c` does depends on the value of the interval timer, which two machines do not share; or it changes it.
  bool depends_on_timer(const Case& c);

 private:
  Trial run(const Case& c, u32 interval_timer);
  void prepare(const Image& image, u32 interval_timer);
  void observe(Cpu& cpu, u32 address, const u8* bytes);
  bool is_fit(Cpu& cpu, const u8* bytes, const u8* execute);
  void enter_case();
  void leave_case();
  bool is_outside(u32 block) const;
  bool names_key_outside(Cpu& cpu, const u8* bytes) const;

  u32 storage_bytes_;
  std::unique_ptr<Machine> machine_;
  bool in_case_ = false;
  Verdict fault_ = Verdict::good;
  u64 instructions_ = 0;
  Coverage coverage_;
};

}  // namespace replica::oracle
