#include "tools/engine.h"

#include <fmt/format.h>

#include <algorithm>

#include "jit/observers/gdb_registration.h"
#include "jit/observers/perf_map.h"
#include "tools/hercules/operands.h"
#include "tools/parse.h"

namespace replica::tools {
namespace {

constexpr u32 kMostExecutions = 255;
// All that is executed twice is compiled, loops or not.
constexpr RegionOptions kAtOnce = {.use = RegionOptions::Use::at_once, .limits = {.must_loop = false}};
constexpr u64 kMostMegabytes = 1024;

// The first option that only an engine with translated code has; nullptr if there is none.
const char* option_of_translation(const EngineRequest& request) {
  const std::pair<const char*, bool> options[] = {
      {"--threshold", request.threshold.has_value()},
      {"--cache", request.cache.has_value()},
      {"--dump-ir", request.dump_ir.has_value()},
      {"--dump-code", request.dump_code.has_value()},
      {"--dump-file", request.dump_file.has_value()},
      {"--perf-map", request.perf_map},
      {"--gdb-jit", request.gdb_jit},
  };
  const auto given = std::find_if(std::begin(options), std::end(options), [](auto& option) { return option.second; });
  return given == std::end(options) ? nullptr : given->first;
}

// A decimal number in these bounds, or `otherwise` if there is none.
Result<u64> number(const char* option, const std::optional<std::string>& text, u64 least, u64 most, u64 otherwise) {
  if (!text) return otherwise;
  const auto value = parse_decimal(*text);
  if (!value || *value < least || *value > most) {
    return fail("{}: expected a decimal number from {} to {}, found '{}'", option, least, most, *text);
  }
  return *value;
}

Result<std::optional<AddressRange>> range(const char* option, const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const AddressOperand operand = parse_address_range(*text, 1);
  if (operand.fault != AddressOperand::Fault::none) {
    return fail("{}: expected ADDRESS, ADDRESS-ADDRESS or ADDRESS.LENGTH, hexadecimal and up to FFFFFF, found '{}'",
                option, *text);
  }
  return operand.range;
}

}  // namespace

Result<EngineOptions> check_engine(const EngineRequest& request) {
  EngineOptions options{.name = request.name,
                        .translating = {},
                        .dumped = {},
                        .dump_file = request.dump_file,
                        .perf_map = request.perf_map,
                        .gdb_jit = request.gdb_jit,
                        .statistics = request.statistics};
  options.translates = request.name == "asmjit" || request.name == "tiered" || request.name == "llvm";
  if (!options.translates && request.name != "interpreter") {
    return fail("--engine: expected interpreter, asmjit, tiered or llvm; found '{}'", request.name);
  }
  if (const char* option = option_of_translation(request); option && !options.translates) {
    return fail("{}: expected --engine asmjit, tiered or llvm with it, found --engine {}", option, request.name);
  }
  TranslatingOptions& translating = options.translating;
  const u64 usual = request.name == "asmjit" ? 0 : request.name == "llvm" ? 1 : translating.threshold;
  if (request.name == "tiered") translating.regions.use = RegionOptions::Use::when_hot;
  if (request.name == "llvm") translating.regions = kAtOnce;
  const auto threshold = number("--threshold", request.threshold, 0, kMostExecutions, usual);
  if (!threshold) return tl::unexpected(threshold.error());
  translating.threshold = static_cast<u32>(*threshold);
  const auto cache = number("--cache", request.cache, 1, kMostMegabytes, translating.cache_bytes >> 20);
  if (!cache) return tl::unexpected(cache.error());
  translating.cache_bytes = *cache << 20;
  const auto ir = range("--dump-ir", request.dump_ir), code = range("--dump-code", request.dump_code);
  if (!ir) return tl::unexpected(ir.error());
  if (!code) return tl::unexpected(code.error());
  options.dumped = {.ir = *ir, .code = *code};
  if (options.dump_file && !options.dumped.ir && !options.dumped.code) {
    return fail("--dump-file: expected --dump-ir or --dump-code with it, found neither");
  }
  return options;
}

Result<std::unique_ptr<ChosenEngine>> ChosenEngine::create(const EngineOptions& options, Cpu& cpu) {
  std::unique_ptr<ChosenEngine> chosen(new ChosenEngine(options, cpu));
  if (!options.translates) return chosen;
  auto engine = TranslatingEngine::create(cpu, options.translating);
  if (!engine) return tl::unexpected(engine.error());
  chosen->engine_ = std::move(*engine);
  if (Status status = chosen->add_observers(); !status) return tl::unexpected(status.error());
  for (const auto& observer : chosen->observers_) chosen->engine_->observe(*observer);
  return chosen;
}

Status ChosenEngine::add_observers() {
  if (options_.dump_file) {
    auto file = create_file(*options_.dump_file);
    if (!file) return fail("--dump-file {}", file.error().message);
    dump_ = std::move(*file);
  }
  if (options_.dumped.ir || options_.dumped.code) {
    std::FILE* const to = dump_ ? dump_.get() : stderr;
    const auto print = [to](const std::string& text) { std::fputs(text.c_str(), to); };
    observers_.push_back(std::make_unique<CodeListing>(options_.dumped, print));
  }
  if (options_.perf_map) {
    auto map = PerfMap::create();
    if (!map) return fail("--perf-map: {}", map.error().message);
    observers_.push_back(std::move(*map));
  }
  if (options_.gdb_jit) observers_.push_back(std::make_unique<GdbRegistration>());
  return {};
}

std::string ChosenEngine::report() const {
  if (!engine_) return interpreter_report(cpu_);
  std::string text = fmt::format("Engine {}: translates after {} executions, into {} MB\n", options_.name,
                                 options_.translating.threshold, options_.translating.cache_bytes >> 20) +
                     replica::report(engine_->counters());
  if (const auto regions = engine_->region_counters()) text += replica::report(*regions);
  if (!engine_->region_error().empty()) text += fmt::format("  {}\n", engine_->region_error());
  return text;
}

bool ChosenEngine::finish() {
  if (options_.statistics) std::fputs(report().c_str(), stderr);
  if (!dump_) return true;
  const Status closed = close_file(std::move(dump_));
  if (closed) return true;
  fmt::print(stderr, "replica: --dump-file {}: the dump is not complete: {}\n", *options_.dump_file,
             closed.error().message);
  return false;
}

std::string interpreter_report(const Cpu& cpu) {
  return fmt::format("Engine interpreter\nInstructions executed                {:>16}\n", cpu.instructions());
}

}  // namespace replica::tools
