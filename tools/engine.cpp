#include "tools/engine.h"

#include "jit/translating_engine.h"

namespace replica::tools {

Result<std::unique_ptr<Engine>> make_engine(const std::string& name, Cpu& cpu) {
  if (name == "interpreter") return nullptr;
  TranslatingOptions options;
  if (name == "asmjit") {
    options.threshold = 0;
  } else if (name != "tiered") {
    return fail("--engine: expected interpreter, asmjit or tiered; found '{}'", name);
  }
  auto engine = TranslatingEngine::create(cpu, options);
  if (!engine) return tl::unexpected(engine.error());
  return std::move(*engine);
}

}  // namespace replica::tools
