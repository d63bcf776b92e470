// The engine that runs a machine's instructions: the options by which users choose it and look into it, and the engine itself
// with those who observe what it translates.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "jit/observers/code_listing.h"
#include "jit/translating_engine.h"
#include "tools/files.h"

namespace replica::tools {

// The options as the user wrote them. All but the name and `statistics` need an engine that translates.
struct EngineRequest {
  // "interpreter", "asmjit" (translates what is executed for the first time), "tiered" (translates what is executed often).
  std::string name = "tiered";
  std::optional<std::string> threshold = std::nullopt;
  std::optional<std::string> cache = std::nullopt;  // MB
  std::optional<std::string> dump_ir = std::nullopt;
  std::optional<std::string> dump_code = std::nullopt;
  std::optional<std::string> dump_file = std::nullopt;
  bool perf_map = false;
  bool gdb_jit = false;
  bool statistics = false;
};

// A checked request.
struct EngineOptions {
  std::string name;
  bool translates = false;
  TranslatingOptions translating = {};
  CodeListing::Ranges dumped = {};
  std::optional<std::string> dump_file = std::nullopt;
  bool perf_map = false;
  bool gdb_jit = false;
  bool statistics = false;
};

// Errors name the option, what was found and what was expected.
Result<EngineOptions> check_engine(const EngineRequest& request);

class ChosenEngine {
 public:
  // For a CPU that outlives it. Errors: no memory for code; a file that cannot be written.
  static Result<std::unique_ptr<ChosenEngine>> create(const EngineOptions& options, Cpu& cpu);

  // Null for the interpreter, which every machine has.
  Engine* engine() { return engine_.get(); }

  // Some lines for people: the counters.
  std::string report() const;

  // At the end of a run: the report on standard error if it was asked for, and the end of the dump. False, with a message, if
  // that could not be written.
  bool finish();

 private:
  ChosenEngine(const EngineOptions& options, Cpu& cpu) : options_(options), cpu_(cpu) {}
  Status add_observers();

  EngineOptions options_;
  Cpu& cpu_;
  File dump_{nullptr, std::fclose};
  std::vector<std::unique_ptr<CodeObserver>> observers_;
  std::unique_ptr<TranslatingEngine> engine_;  // goes before its observers
};

// The report of a machine without another engine.
std::string interpreter_report(const Cpu& cpu);

}  // namespace replica::tools
