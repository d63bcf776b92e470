// A machine of 16 MB with a storage image and the engine that is measured, in virtual time.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "cpu/machine.h"
#include "jit/translating_engine.h"
#include "tools/files.h"

namespace replica {

// How `replica run --engine NAME` translates; nothing for the interpreter. The name must be that of an engine.
std::optional<TranslatingOptions> engine_options(const std::string& name);

class BenchmarkMachine {
 public:
  // The image is a file, for address 0. Without options the interpreter runs it. Errors: the file; no memory for code.
  static Result<std::unique_ptr<BenchmarkMachine>> create(const std::string& image,
                                                          const std::optional<TranslatingOptions>& options);

  // Loads the image anew, and the PSW with which it begins: its restart new PSW.
  void load();
  // The same, and runs it. Errors: it did not end in the disabled wait of success.
  Status start();
  // After start(), if the image is of a kernel: runs the kernel once more. Errors: as there.
  Status repeat();

  Machine& machine() { return *machine_; }
  Cpu& cpu() { return machine_->cpu(); }
  // There must be one: create() was given options.
  TranslatingEngine& engine() { return *engine_; }

 private:
  BenchmarkMachine() = default;
  Status run_to_success();

  tools::Core image_;
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<TranslatingEngine> engine_;
};

}  // namespace replica
