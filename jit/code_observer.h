// Whoever wants to see what is translated: listings, profilers, debuggers. The engine tells them and knows none of them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "jit/asmjit/code_generator.h"
#include "jit/regions/region_compiler.h"

namespace replica {

// A piece of host code under a name: "guest_001000" for the block at that address, "region_001000" for
// the region that is entered there, "replica_leave" for what blocks share.
struct NamedCode {
  std::string name;
  std::span<const u8> code;  // where it runs
};

NamedCode named_code(const ir::Block& block, const GeneratedCode& code);
NamedCode named_code(const Region& region, const CompiledRegion& code, const u8* place);
// The thunks, which end in front of `end`.
std::vector<NamedCode> named_code(const Thunks& thunks, const u8* end);

// Called on the engine's thread, between two instructions of the guest.
class CodeObserver {
 public:
  virtual ~CodeObserver() = default;

  // Whether it looks at GeneratedCode::pieces, which is empty otherwise.
  virtual bool wants_pieces() const { return false; }

  // The code that blocks share, which stays as long as the engine. Called once, before the others.
  virtual void begins(std::span<const NamedCode> shared) = 0;
  // A block, after the passes, and its code. The bytes of the code stay until discarded_all(), even if the code is not
  // used any more; the rest may go after the call.
  virtual void translated(const ir::Block& block, const GeneratedCode& code) = 0;
  // A region, and its code, which stays in the same way.
  virtual void compiled(const Region& region, const CompiledRegion& code, const u8* place) = 0;
  // The code of all blocks is given up: other code may come into its place.
  virtual void discarded_all() = 0;
};

}  // namespace replica
