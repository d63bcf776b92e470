// Each condition of an access-map entry counts: when entries are given that it forbids, translated code does what it must
// not, and the lockstep runs notice.
//
// Nothing in the product is switched off. An engine gives the entries itself, before each run of the one that translates.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "jit/translating_engine.h"
#include "mmu/dat.h"
#include "tests/robustness/lockstep.h"
#include "tests/robustness/loop_guest.h"

namespace replica {
namespace {

using testing::HasSubstr;

enum class Condition : u8 {
  none,
  key,
  fetch_protection,
  valid_page,
  reference_bit,
  change_bit,
  per_storage_alteration,
  low_address_protection,
  no_code_in_block,
};

std::string name_of(Condition condition) {
  constexpr const char* kNames[] = {"None",         "Key",       "FetchProtection",      "ValidPage",
                                    "ReferenceBit", "ChangeBit", "PerStorageAlteration", "LowAddressProtection",
                                    "NoCodeInBlock"};
  return kNames[static_cast<std::size_t>(condition)];
}

// While it lives, the pages of a guest of loops are all valid.
class ValidPages {
 public:
  explicit ValidPages(Cpu& cpu)
      : storage_(cpu.storage()),
        invalid_(dat_format(cpu.cr[0]).page_invalid()),
        before_(storage_.data() + LoopGuest::kPageTables, storage_.data() + LoopGuest::kPageTablesEnd) {
    for (u32 entry = LoopGuest::kPageTables; entry < LoopGuest::kPageTablesEnd; entry += 2) {
      u8* bytes = storage_.data() + entry;
      store_be16(bytes, static_cast<u16>(load_be16(bytes) & ~invalid_));
    }
  }
  ~ValidPages() { std::copy(before_.begin(), before_.end(), storage_.data() + LoopGuest::kPageTables); }
  ValidPages(const ValidPages&) = delete;
  ValidPages& operator=(const ValidPages&) = delete;

 private:
  Storage& storage_;
  u16 invalid_;
  std::vector<u8> before_;
};

// Translates whatever it meets, with a map that has every entry of which all conditions hold but perhaps one.
class GenerousEngine final : public Engine {
 public:
  GenerousEngine(Cpu& cpu, Condition off, const TranslatingOptions& options)
      : engine_(std::move(*TranslatingEngine::create(cpu, options))),
        storage_(cpu.storage()),
        translator_(storage_),
        maps_(cpu.maps()),
        off_(off) {
    // The maps do not know of the entries given here, nor would the tables be referenced again.
    storage_.on_key_change([this](u32 block) {
      maps_.revoke(block);
      if (block == kBlockOfTables) take_all_back();
      take_back(block);
    });
    storage_.on_first_code([this](u32 block) {
      maps_.hold_back_stores(block);
      if (off_ != Condition::no_code_in_block) take_back(block);
    });
  }
  ~GenerousEngine() override {
    storage_.on_key_change([&maps = maps_](u32 block) { maps.revoke(block); });
    storage_.on_first_code([&maps = maps_](u32 block) { maps.hold_back_stores(block); });
  }

  void run(Cpu& cpu) override {
    take_all_back();
    std::optional<ValidPages> pages;
    if (off_ == Condition::valid_page) pages.emplace(cpu);
    for (u32 block = 0; block < LoopGuest::kVirtual >> kBlockShift; ++block) {
      give(cpu, block, AccessKind::fetch);
      give(cpu, block, AccessKind::store);
    }
    pages.reset();
    engine_->run(cpu);
  }

 private:
  static constexpr u32 kBlockOfTables = LoopGuest::kSegmentTable >> kBlockShift;
  static_assert(kBlockOfTables == (LoopGuest::kPageTablesEnd - 1) >> kBlockShift);

  struct Given {
    AccessMap* map;
    u32 block;
    AccessKind kind;
    u32 absolute_block;

    void take_back() const { map->entries(kind)[block] = AccessMap::kAsk; }
  };

  void take_back(u32 absolute_block) {
    for (const Given& given : given_) {
      if (given.absolute_block == absolute_block) given.take_back();
    }
  }
  void take_all_back() {
    for (const Given& given : given_) given.take_back();
    given_.clear();
  }

  void give(Cpu& cpu, u32 block, AccessKind kind) {
    i64& entry = cpu.map->entries(kind)[block];
    const u32 address = block << kBlockShift;
    if (entry >= 0) return;
    const Access access = translator_.access(context_for(*cpu.map, kind), address, kind, false);
    if (access.code != ProgramCode::none || !is_recorded(access, kind)) return;
    if (cpu.map->context.dat && !(storage_.key(kBlockOfTables) & storage_key::kReference)) return;
    if (kind == AccessKind::store && is_store_watched(cpu, access, address)) return;
    // This also lists the entry, so that it goes when a key changes; it would record the access, if it were not already.
    if (off_ == Condition::none) return cpu.maps().record(*cpu.map, address, 1, kind, access);
    entry = reinterpret_cast<i64>(access.host) - address;
    cpu.map->used.set(block);
    given_.push_back({cpu.map, block, kind, access.absolute >> kBlockShift});
  }

  // What decides the access, without what is off.
  AccessContext context_for(const AccessMap& map, AccessKind kind) const {
    AccessContext context = map.context;
    if (off_ == (kind == AccessKind::store ? Condition::key : Condition::fetch_protection)) context.key = 0;
    if (off_ == Condition::low_address_protection) context.low_address_protection = false;
    return context;
  }
  bool is_recorded(const Access& access, AccessKind kind) const {
    u8 needed = off_ == Condition::reference_bit ? 0 : storage_key::kReference;
    if (kind == AccessKind::store && off_ != Condition::change_bit) needed |= storage_key::kChange;
    return (storage_.key(access.absolute >> kBlockShift) & needed) == needed;
  }
  bool is_store_watched(Cpu& cpu, const Access& access, u32 address) const {
    const AccessContext& context = cpu.map->context;
    const bool by_per = context.per_storage && context.per_range.intersects(address, kBlockSize);
    const bool by_protection = context.low_address_protection && address == 0;
    const bool by_code = storage_.has_code(access.absolute >> kBlockShift);
    return (by_per && off_ != Condition::per_storage_alteration) ||
           (by_protection && off_ != Condition::low_address_protection) ||
           (by_code && off_ != Condition::no_code_in_block);
  }

  std::unique_ptr<TranslatingEngine> engine_;
  Storage& storage_;
  RealTranslator translator_;
  AccessMaps& maps_;
  Condition off_;
  std::vector<Given> given_;
};

// So many are enough for each condition that is off; with all of them on, some must do.
constexpr u64 kFirstGuest = 2000;  // any would do: from this one on all are noticed soon
constexpr u64 kGuests = 300, kGuestsWithoutDifference = 60;

// Blocks alone, or regions as well, of whatever is executed for the second time.
TranslatingOptions options_of(bool with_regions) {
  TranslatingOptions options{.threshold = 0, .cache_bytes = 1 << 20};
  if (!with_regions) return options;
  options.threshold = 1;
  options.regions = {.use = RegionOptions::Use::at_once, .limits = {.instructions = 8, .must_loop = false}};
  return options;
}

// The first difference between this engine and the watched interpreter.
std::string difference_without(Condition off, bool with_regions = false) {
  const TranslatingOptions options = options_of(with_regions);
  const auto make_engine = [&](Cpu& cpu) { return std::make_unique<GenerousEngine>(cpu, off, options); };
  const u64 guests = off == Condition::none ? kGuestsWithoutDifference : kGuests;
  for (u64 seed = kFirstGuest; seed < kFirstGuest + guests; ++seed) {
    const LockstepOutcome outcome = run_lockstep({.seed = seed, .guests = GuestKind::loops, .engine = make_engine});
    if (!outcome.difference.empty()) return fmt::format("guest {}: {}", seed, outcome.difference);
  }
  return "";
}

TEST(AccessConditions, EntriesOfWhichAllConditionsHoldMakeNoDifference) {
  EXPECT_EQ(difference_without(Condition::none), "");
}

class AccessCondition : public testing::TestWithParam<std::tuple<Condition, bool>> {};

TEST_P(AccessCondition, IsMissedWhenItIsOff) {
  const auto [condition, with_regions] = GetParam();
  const std::string difference = difference_without(condition, with_regions);
  EXPECT_NE(difference, "");
  const bool is_of_key = condition == Condition::reference_bit || condition == Condition::change_bit;
  if (is_of_key) {
    EXPECT_THAT(difference, HasSubstr("key of block"));
  }
}

const auto kName = [](const auto& of) { return name_of(std::get<0>(of.param)); };

INSTANTIATE_TEST_SUITE_P(
    InBlocks, AccessCondition,
    testing::Combine(testing::Values(Condition::key, Condition::fetch_protection, Condition::valid_page,
                                     Condition::reference_bit, Condition::change_bit, Condition::per_storage_alteration,
                                     Condition::low_address_protection, Condition::no_code_in_block),
                     testing::Values(false)),
    kName);
// Compiling makes these slow, and that for code in the block takes half a minute until it is missed.
INSTANTIATE_TEST_SUITE_P(InRegions, AccessCondition,
                         testing::Combine(testing::Values(Condition::key, Condition::fetch_protection,
                                                          Condition::valid_page, Condition::reference_bit,
                                                          Condition::change_bit, Condition::per_storage_alteration,
                                                          Condition::low_address_protection),
                                          testing::Values(true)),
                         kName);

}  // namespace
}  // namespace replica
