#include "jit/translating_engine.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "base/part_clock.h"
#include "jit/asmjit/emitter.h"
#include "jit/passes/passes.h"
#include "jit/translate.h"

namespace replica {
namespace {

// Room that the code of a block may need.
constexpr std::size_t kLargestCode = 128 * 1024;

u32 offset_of(u32 address) { return address & (kBlockSize - 1); }

u64 address_of(const void* place) { return reinterpret_cast<u64>(place); }

u64 nanoseconds_since(std::chrono::steady_clock::time_point begin) {
  return static_cast<u64>(std::chrono::nanoseconds(std::chrono::steady_clock::now() - begin).count());
}

}  // namespace

Result<std::unique_ptr<TranslatingEngine>> TranslatingEngine::create(Cpu& cpu, const TranslatingOptions& options) {
  auto memory = CodeMemory::create(options.cache_bytes);
  if (!memory) return tl::unexpected(memory.error());
  return std::unique_ptr<TranslatingEngine>(new TranslatingEngine(cpu, options, std::move(*memory)));
}

TranslatingEngine::TranslatingEngine(Cpu& cpu, const TranslatingOptions& options, std::unique_ptr<CodeMemory> memory)
    : cpu_(cpu),
      options_(options),
      memory_(std::move(memory)),
      emitter_(std::make_unique<Emitter>(*memory_)),
      thunks_(emit_thunks(*memory_, cpu.storage())),
      surroundings_{thunks_},
      thunk_bytes_(memory_->used_bytes()),
      pages_(cpu.storage().blocks(), thunks_.leave_to_address, options.short_life) {
  cpu_.maps().set_no_code(pages_.no_entries().data());
  cpu_.storage().on_code_store([this](u32 block) { code_stored(block); });
  std::fill(std::begin(cpu_.engine.calls), std::end(cpu_.engine.calls), 0);
  if (options_.regions.use == RegionOptions::Use::never) return;
  const RegionEnvironment environment = {
      .go_to_address = address_of(thunks_.go_to_address),
      .call_last_instruction = address_of(thunks_.call_last_instruction),
      .not_entered = address_of(thunks_.region_not_entered),
      .storage = address_of(cpu.storage().data()),
      .code_lines = address_of(cpu.storage().code_lines()),
      .number_of_cc = reinterpret_cast<u64>(&number_of_cc),
  };
  regions_ = std::make_unique<HotRegions>(cpu_, options_.regions, environment);
}

TranslatingEngine::~TranslatingEngine() {
  for (CodeObserver* observer : observers_) observer->discarded_all();
  cpu_.maps().set_no_code(nullptr);
  for (u32 block = 0; block < cpu_.storage().blocks(); ++block) cpu_.storage().remove_code(block);
  cpu_.storage().on_code_store(nullptr);
}

template <typename Run>
void TranslatingEngine::interpret(Run run) {
  const u64 before = cpu_.instructions();
  run();
  const u64 executed = cpu_.instructions() - before;
  counters_.interpreted += executed;
  if (executed != 0) ++counters_.interpreter_runs;
}

void TranslatingEngine::run(Cpu& cpu) {
  const u64 before = cpu.instructions();
  if (regions_) look_after_regions();
  while (cpu.budget > 0) {
    pages_.forget_discarded();
    if (regions_) regions_->forget_dropped();
    if (cpu.is_watched()) {
      interpret([&] { interpreter_.run(cpu); });
    } else if (const void* code = code_here()) {
      enter(code);
    } else {
      interpret_to_branch();
    }
  }
  counters_.executed += cpu.instructions() - before;
}

void TranslatingEngine::observe(CodeObserver& observer) {
  observers_.push_back(&observer);
  surroundings_.wants_pieces |= observer.wants_pieces();
  if (regions_) regions_->set_wants_text();
  observer.begins(named_code(thunks_, memory_->end_of_first(thunk_bytes_)));
}

TranslatingCounters TranslatingEngine::counters() const {
  TranslatingCounters counters = counters_;
  counters.whole_calls = cpu_.engine.calls[false];
  counters.cold_calls = cpu_.engine.calls[true];
  return counters;
}

std::optional<RegionCounters> TranslatingEngine::region_counters() const {
  return regions_ ? std::optional(regions_->counters()) : std::nullopt;
}

void TranslatingEngine::interpret_to_branch() {
  interpret([this] { Interpreter::run_to_branch(cpu_); });
}

TranslatedPage* TranslatingEngine::page_here() {
  const u32 address = cpu_.psw.address;
  const i64 entry = cpu_.map->instruction[address >> kBlockShift];
  if (entry < 0 || (address & 1)) return nullptr;
  const u8* host = reinterpret_cast<const u8*>(entry + (address & ~(kBlockSize - 1)));
  const u32 block = static_cast<u32>(host - cpu_.storage().data()) >> kBlockShift;
  TranslatedPage& page = pages_.page(block, address & ~(kBlockSize - 1), {cpu_.map->context.fixed_point_overflow});
  cpu_.map->code[address >> kBlockShift] = page.entries.data();
  return &page;
}

const void* TranslatingEngine::code_here() {
  const u32 address = cpu_.psw.address;
  const void* entry = cpu_.map->code[address >> kBlockShift][offset_of(address) / 2];
  if (entry != thunks_.leave_to_address && !(address & 1)) return entry;
  TranslatedPage* page = page_here();
  if (!page) return nullptr;
  entry = page->entries[offset_of(address) / 2];
  if (entry != thunks_.leave_to_address) return entry;
  u8& executions = page->executions[offset_of(address) / 2];
  if (executions < options_.threshold) {
    ++executions;
    return nullptr;
  }
  if (cpu_.instructions() < page->rests_until) return nullptr;
  const void* const code = translate_here(*page);
  const bool compiles = code && options_.regions.use == RegionOptions::Use::at_once;
  return compiles ? compile_at_once(*page, code) : code;
}

const void* TranslatingEngine::translate_here(TranslatedPage& page) {
  const PartScope scope(part::kTranslation);
  const auto begin = std::chrono::steady_clock::now();
  if (memory_->free_bytes() < kLargestCode) flush();
  const u32 address = cpu_.psw.address;
  const u8* bytes = cpu_.storage().data() + (page.block << kBlockShift);
  ir::Block& block = block_ = translate(bytes, address, page.mode, {.cpu = &cpu_}, std::move(block_));
  if (block.instructions.empty()) return nullptr;
  const bool may_assume = page.failures[offset_of(address) / 2] < options_.most_failures;
  ir::optimize(block, cpu_.gr, may_assume);
  claim_lines(page.block, Storage::lines_of(offset_of(address), block.next() - address));
  auto& lines = pages_.lines(page.block);
  surroundings_.block = bytes;
  surroundings_.lines_with_code = lines.with_code;
  auto code = generate(block, surroundings_, *emitter_);
  counters_.nanoseconds += nanoseconds_since(begin);
  if (!code) {
    ++counters_.refused;
    return nullptr;
  }
  ++counters_.blocks;
  counters_.instructions += block.instructions.size();
  counters_.bytes += code->bytes;
  for (CodeObserver* observer : observers_) observer->translated(block, *code);
  lines.assumed_free |= code->assumed_lines;
  const void* entry = code->entry;
  if (page.codes.empty()) page.translated_at = cpu_.instructions();
  page.entries[offset_of(address) / 2] = entry;
  page.codes.push_back(std::move(code));
  cpu_.storage().add_code((page.block << kBlockShift) | offset_of(address), block.next() - address);
  return entry;
}

void TranslatingEngine::enter(const void* code) {
  ++counters_.entries;
  EngineState& engine = cpu_.engine;
  engine.link = nullptr;
  engine.code_changed = false;
  engine.not_entered = engine.assumption_failed = engine.left_by_call = false;
  engine.changed_before = EngineState::kNowhere;
  thunks_.enter(&cpu_, code);
  materialize_cc(cpu_);
  ++counters_.exits_by(exit_cause());
  if (engine.assumption_failed) {
    assumption_failed();
  } else if (engine.not_entered) {
    if (regions_ && engine.link) regions_->pass_sample();
    if (regions_ && !engine.link) sample();
    interpret_to_branch();
  } else if (engine.link) {
    const u64 flushes = counters_.flushes;
    const void* next = code_here();
    if (next && counters_.flushes == flushes) link_jump(next);
  }
}

ExitCause TranslatingEngine::exit_cause() const {
  const EngineState& engine = cpu_.engine;
  if (engine.assumption_failed) return ExitCause::assumption_failed;
  if (engine.left_by_call) return ExitCause::left_by_call;
  if (engine.not_entered || cpu_.budget <= 0) return ExitCause::budget_spent;
  if (engine.link) return ExitCause::not_linked;
  return engine.changed_before == cpu_.psw.address ? ExitCause::code_changed : ExitCause::no_code;
}

// The old code leads on to the new, for the jumps that have been linked to it.
void TranslatingEngine::assumption_failed() {
  const u32 place = offset_of(cpu_.psw.address) / 2;
  TranslatedPage* page = page_here();
  if (!page || ++page->failures[place] < options_.most_failures) return interpret_to_branch();
  const u64 flushes = counters_.flushes;
  const u8* old = static_cast<const u8*>(page->entries[place]);
  const void* code = translate_here(*page);
  if (!code || old == thunks_.leave_to_address || counters_.flushes != flushes) return;
  write_jump_at(old, code);
}

void TranslatingEngine::write_jump_at(const u8* place, const void* to) {
  constexpr u8 kJump = 0xE9;
  *memory_->writable(place) = kJump;
  write_jump(place + 5, to);
}

// The jump is that of a block which may have been discarded in the meantime, but is still there.
void TranslatingEngine::link_jump(const void* code) {
  ++counters_.links;
  const Link& link = *static_cast<const Link*>(cpu_.engine.link);
  write_jump(link.jump + 4, code);
}

void TranslatingEngine::write_jump(const u8* behind, const void* to) {
  const i32 displacement = static_cast<i32>(static_cast<const u8*>(to) - behind);
  std::memcpy(memory_->writable(behind - sizeof displacement), &displacement, sizeof displacement);
}

// Nothing may run in the cache.
void TranslatingEngine::flush() {
  ++counters_.flushes;
  pages_.discard_all();
  for (u32 block = 0; block < cpu_.storage().blocks(); ++block) cpu_.storage().remove_code(block);
  if (regions_) regions_->drop_all();
  memory_->release_behind(thunk_bytes_);
  for (CodeObserver* observer : observers_) observer->discarded_all();
}

void TranslatingEngine::code_stored(u32 block) {
  ++counters_.invalidations;
  pages_.discard(block, cpu_.instructions());
  cpu_.storage().remove_code(block);
  drop_regions(block);
  cpu_.engine.code_changed = true;
}

void TranslatingEngine::give_up(u32 block) {
  pages_.give_up(block);
  cpu_.storage().remove_code(block);
  drop_regions(block);
}

void TranslatingEngine::claim_lines(u32 block, u32 lines) {
  CodePages::Lines& known = pages_.lines(block);
  if (known.assumed_free & lines) give_up(block);
  known.with_code |= lines;
}

// ---- Regions ----

void TranslatingEngine::drop_regions(u32 block) {
  if (!regions_) return;
  for (const u32 entered : regions_->drop(block)) give_up(entered);
}

void TranslatingEngine::look_after_regions() {
  for (const auto& job : regions_->take_failing()) give_up(job->region.pages[0].block);
  if (!regions_->has_finished()) return;
  for (const auto& job : regions_->take_finished()) {
    if (!job->is_stale) install(job);
  }
}

void TranslatingEngine::sample() {
  TranslatedPage* const page = page_here();
  const u32 address = cpu_.psw.address;
  if (!page || !regions_->sample(*page, address)) return;
  if (const auto job = claim_region(*page, address)) regions_->compile_later(job);
}

HotRegions::Job TranslatingEngine::claim_region(TranslatedPage& page, u32 address) {
  auto job = regions_->find(page, address);
  if (!job) return nullptr;
  Region& region = job->region;
  // First all lines, since that may drop regions and code.
  for (const RegionInstruction& i : region.instructions) {
    claim_lines(region.pages[i.page].block, Storage::lines_of(offset_of(i.address()), i.next() - i.address()));
  }
  for (const RegionInstruction& i : region.instructions) {
    cpu_.storage().add_code((region.pages[i.page].block << kBlockShift) | offset_of(i.address()),
                            i.next() - i.address());
  }
  for (RegionPage& own : region.pages) {
    CodePages::Lines& lines = pages_.lines(own.block);
    own.free_lines = own.stored_lines & ~lines.with_code;
    lines.assumed_free |= own.free_lines;
  }
  regions_->add(job);
  return job;
}

const void* TranslatingEngine::compile_at_once(TranslatedPage& page, const void* code) {
  const auto job = claim_region(page, cpu_.psw.address);
  if (!job || !regions_->compile(job)) return page.entries[offset_of(cpu_.psw.address) / 2] == code ? code : nullptr;
  return install(job);
}

const void* TranslatingEngine::install(const HotRegions::Job& job) {
  const Region& region = job->region;
  const std::vector<u8>& bytes = job->compiled->code;
  if (memory_->free_bytes() < bytes.size() + kLargestCode) {
    flush();
    return nullptr;
  }
  memory_->take(-memory_->used_bytes() % CompiledRegion::kAlignment);
  const CodeMemory::Piece piece = memory_->rest();
  std::memcpy(piece.writable, bytes.data(), bytes.size());
  memory_->take(bytes.size());
  TranslatedPage& page = pages_.page(region.pages[0].block, region.pages[0].address, region.mode);
  for (std::size_t n = 0; n < region.entries.size(); ++n) {
    const void* const entry = emit_entry(piece.executable + job->compiled->entry, n);
    lead_on(page, std::exchange(page.entries[offset_of(region.entries[n]) / 2], entry), entry);
  }
  for (CodeObserver* observer : observers_) observer->compiled(region, *job->compiled, piece.executable);
  regions_->installed(job);
  return page.entries[offset_of(region.address) / 2];
}

const void* TranslatingEngine::emit_entry(const void* region, std::size_t number) {
  emitter_->begin();
  Assembler& a = emitter_->assembler();
  a.push(asmjit::Imm(number));
  a.mov(host::rax, address_of(region));
  a.jmp(address_of(thunks_.enter_region));
  CHECK(emitter_->finish());
  return emitter_->address_of(0);
}

void TranslatingEngine::lead_on(const TranslatedPage& page, const void* from, const void* to) {
  for (const auto& code : page.codes) {
    if (code->entry != from) continue;
    write_jump_at(code->entry, to);
    write_jump_at(code->loop, to);
  }
}

}  // namespace replica
