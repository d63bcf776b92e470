// The compiler of regions: an interface, so that whoever runs regions does not know what makes their code. What implements
// it is a plug-in, loaded when it is first needed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "jit/regions/region.h"

namespace replica {

// The addresses that code of regions refers to. A region is a function of the C calling convention,
//     RegionExit region(CpuState*, AccessMap*, u64 number of the entry)
// and where it leaves, it has stored what it changed, and tells where to jump with which value in rax.
struct RegionExit {
  u64 value;
  u64 jump;
};
struct RegionEnvironment {
  u64 go_to_address = 0;          // value: an instruction address
  u64 call_last_instruction = 0;  // value: a CallSite
  u64 not_entered = 0;            // value: the address for which the budget is too small
  u64 storage = 0;                // its first byte
  u64 code_lines = 0;             // Storage::code_lines()
  u64 number_of_cc = 0;           // u32(u32 kind, u64 a, u64 b, u32 in_psw)
  bool wants_text = false;
};

struct CompiledRegion {
  std::vector<u8> code;  // runs anywhere, on a multiple of kAlignment
  u32 entry = 0;         // its offset
  std::string text;      // what it was compiled from, after the passes; if wanted
  static constexpr std::size_t kAlignment = 64;
};

class RegionCompiler {
 public:
  virtual ~RegionCompiler() = default;
  // May be called on any thread, by one at a time. Errors: the compiler's; what cannot be done.
  virtual Result<CompiledRegion> compile(const Region& region, const RegionEnvironment& environment) = 0;
};

// Loads the plug-in, which stays. Errors: it is not there, or not ours.
Result<std::unique_ptr<RegionCompiler>> load_region_compiler();

}  // namespace replica
