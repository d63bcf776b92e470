// Decimal instructions in regions: each does there what its routine does, with numbers and with anything else, and what ends by
// an exception does so outside of the region with the operands as they were.

#include <gtest/gtest.h>

#include <random>

#include "jit/translating_engine.h"
#include "tests/cpu/guest.h"
#include "tests/cpu/snapshot.h"

namespace replica {
namespace {

constexpr u32 kStorage = 64 * 1024;
constexpr u32 kFirst = 0x900, kSecond = 0x940;
constexpr u64 kDecimalOverflow = u64{4} << 40;

struct Case {
  const char* name;
  const char* instruction;  // its first operand begins at 900, with register 4 for base, the second at 940
  u32 length1, length2;
};

class DecimalRegionsTest : public testing::TestWithParam<Case> {
 protected:
  DecimalRegionsTest() {
    TranslatingOptions options{.threshold = 0, .cache_bytes = 1 << 20};
    options.regions = {.use = RegionOptions::Use::at_once, .limits = {}};
    engine = std::move(*TranslatingEngine::create(translated.cpu(), options));
    translated.machine().set_engine(*engine);
    both([&](Guest& guest) { guest.put(0x400, std::string(GetParam().instruction) + "46300400"); });  // BCT 3,400
  }
  template <typename Change>
  void both(Change change) {
    change(interpreted);
    change(translated);
  }

  // The instruction and the branch, so many times.
  void expect_alike(u64 psw, u64 rounds) {
    both([&](Guest& guest) {
      guest.gr(3) = 100;
      guest.gr(4) = 0x900;
      guest.set_psw(psw | 0x400);
      guest.run(2 * rounds);
    });
    const Snapshot expected(interpreted.machine()), found(translated.machine());
    ASSERT_TRUE(found == expected) << "interpreted and in a region: " << expected.difference(found);
  }

  void put_bytes(u32 address, const std::array<u8, 16>& bytes) {
    both([&](Guest& guest) { std::copy(bytes.begin(), bytes.end(), guest.storage().data() + address); });
  }

  // Mostly a number of so many bytes, with any sign and some leading zeros; at times something else.
  std::array<u8, 16> random_field(u32 length) {
    std::array<u8, 16> field;
    for (u8& byte : field) byte = static_cast<u8>(random());
    if (random() % 8 == 0) return field;
    const u32 zeros = random() % (2 * length);
    for (u32 digit = 0; digit < 2 * length - 1; ++digit) {
      const u8 value = digit < zeros ? 0 : static_cast<u8>(random() % 10);
      u8& byte = field[digit / 2];
      byte = digit % 2 == 0 ? static_cast<u8>(value << 4) : static_cast<u8>(byte | value);
    }
    field[length - 1] = static_cast<u8>((field[length - 1] & 0xF0) | (10 + random() % 6));
    return field;
  }

  std::array<u8, 16> random_pattern() {
    constexpr u8 kControls[] = {0x20, 0x20, 0x20, 0x20, 0x21, 0x22, 0x6B, 0x4B};
    std::array<u8, 16> pattern;
    for (u8& byte : pattern) byte = kControls[random() % std::size(kControls)];
    pattern[0] = 0x40;
    return pattern;
  }

  std::mt19937 random{1};
  Guest interpreted{nullptr, {}, kStorage};
  Guest translated{nullptr, {}, kStorage};
  std::unique_ptr<TranslatingEngine> engine;
};

TEST_P(DecimalRegionsTest, DoesWhatTheRoutineDoes) {
  const auto& [name, instruction, length1, length2] = GetParam();
  for (unsigned n = 0; n < 500; ++n) {
    put_bytes(kFirst, name == std::string("ED") ? random_pattern() : random_field(length1));
    put_bytes(kSecond, random_field(length2));
    both([value = static_cast<u32>(random() >> random() % 32)](Guest& guest) { guest.gr(5) = value; });
    expect_alike(n % 2 == 0 ? bc_psw(0) : ec_psw(0) | kDecimalOverflow, 2);
    if (HasFatalFailure()) return;
  }
  EXPECT_GE(engine->region_counters()->compiled, 1u);
}

// Zero divided by or multiplied with one, and the like.
TEST_P(DecimalRegionsTest, IsDoneInTheRegion) {
  const auto& [name, instruction, length1, length2] = GetParam();
  for (unsigned n = 0; n < 10; ++n) {
    put_bytes(kFirst, {});
    put_bytes(kSecond, {});
    both([&, l1 = length1, l2 = length2](Guest& guest) {
      guest.storage().data()[kFirst + l1 - 1] = 0x0C;
      guest.storage().data()[kSecond + l2 - 1] = 0x1C;
      guest.gr(5) = 1;
    });
    expect_alike(bc_psw(0), 1);
    if (HasFatalFailure()) return;
  }
  EXPECT_LT(engine->counters().cold_calls, 5u) << "of 10, until the access map knows the operands";
  EXPECT_EQ(engine->counters().whole_calls, 0u);
}

INSTANTIATE_TEST_SUITE_P(, DecimalRegionsTest,
                         testing::Values(Case{"ZAP", "F87740004040", 8, 8}, Case{"ZapShort", "F82540004040", 3, 6},
                                         Case{"AP", "FA7740004040", 8, 8}, Case{"ApOfThreeBytes", "FA7240004040", 8, 3},
                                         Case{"ApToOneByte", "FA0640004040", 1, 7}, Case{"SP", "FB5740004040", 6, 8},
                                         Case{"SpFromItself", "FB7740004000", 8, 8},
                                         Case{"ApOverlapping", "FA7440004003", 8, 5}, Case{"CP", "F97340004040", 8, 4},
                                         Case{"CpShort", "F92540004040", 3, 6}, Case{"MP", "FC7240004040", 8, 3},
                                         Case{"MpOfOneByte", "FC4040004040", 5, 1}, Case{"DP", "FD7240004040", 8, 3},
                                         Case{"DpShort", "FD3040004040", 4, 1}, Case{"SrpLeft", "F0754000000B", 8, 8},
                                         Case{"SrpByRegister", "F07540005000", 8, 8},
                                         Case{"SrpRight", "F0754000003E", 8, 8}, Case{"CVB", "4F504040", 8, 8},
                                         Case{"CVD", "4E504000", 8, 8}, Case{"PACK", "F27E40004040", 8, 15},
                                         Case{"PackShort", "F22440004040", 3, 5}, Case{"UNPK", "F3E740004040", 15, 8},
                                         Case{"UnpkShort", "F34240004040", 5, 3}, Case{"MVO", "F17340004040", 8, 4},
                                         Case{"ED", "DE0940004040", 10, 5}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace replica
