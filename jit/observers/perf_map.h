// Translated code for `perf`: the file /tmp/perf-PID.map, in which that looks up addresses that belong to no file. A line for
// each piece of code: address and size in hexadecimal, and the name.
#pragma once

#include <cstdio>
#include <memory>

#include "base/result.h"
#include "jit/code_observer.h"

namespace replica {

class PerfMap final : public CodeObserver {
 public:
  // Errors: the file cannot be written.
  static Result<std::unique_ptr<PerfMap>> create();

  // Where perf expects the file of this process.
  static std::string path();

  void begins(std::span<const NamedCode> shared) override;
  void translated(const ir::Block& block, const GeneratedCode& code) override;
  void compiled(const Region& region, const CompiledRegion& code, const u8* place) override;
  // perf knows no time: an address that is used again has the names of all that stood there.
  void discarded_all() override {}

 private:
  using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
  explicit PerfMap(File file) : file_(std::move(file)) {}
  void add(const NamedCode& code);

  File file_;
};

}  // namespace replica
