// Translated code for GDB, by its JIT compilation interface ("JIT Compilation Interface" in the GDB manual): a list of symbol
// files in the memory of the process, and a function in which GDB has a breakpoint, called at every change of the list.
#pragma once

#include <memory>
#include <vector>

#include "jit/code_observer.h"

namespace replica {

class GdbRegistration final : public CodeObserver {
 public:
  GdbRegistration();
  // Takes everything back.
  ~GdbRegistration() override;

  void begins(std::span<const NamedCode> shared) override;
  void translated(const ir::Block& block, const GeneratedCode& code) override;
  void compiled(const Region& region, const CompiledRegion& code, const u8* place) override;
  void discarded_all() override;

 private:
  class Entry;
  std::vector<std::unique_ptr<Entry>> shared_;
  std::vector<std::unique_ptr<Entry>> blocks_;
};

}  // namespace replica
