// Regions: how they are found, that each access has its checks, when they are compiled, and that they go with their
// instructions.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <regex>
#include <thread>

#include "jit/regions/region_compiler.h"
#include "jit/translating_engine.h"
#include "tests/cpu/guest.h"
#include "tests/jit/asmjit/access_checks.h"

namespace replica {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RegionsTest : public testing::Test {
 protected:
  Region find(const std::string& instructions, const RegionLimits& limits = {}) {
    guest.put(0x400, instructions);
    // What it will execute may be fetched.
    for (u32 at = 0x400; at < 0x1400; at += kBlockSize) {
      u8 buffer[6];
      guest.cpu().fetch_instruction(at, buffer);
    }
    return find_region(guest.cpu(), 0x400, {}, limits);
  }
  static std::vector<u32> addresses_of(const Region& region) {
    std::vector<u32> addresses;
    for (const RegionInstruction& i : region.instructions) addresses.push_back(i.address());
    return addresses;
  }
  static CompiledRegion compile(const Region& region) {
    auto compiler = load_region_compiler();
    EXPECT_TRUE(compiler) << compiler.error().message;
    auto compiled = (*compiler)->compile(region, {.storage = 0x10000, .code_lines = 0x20000, .wants_text = true});
    EXPECT_TRUE(compiled) << compiled.error().message;
    return *compiled;
  }
  static std::string text_of(const Region& region) { return compile(region).text; }

  Guest guest;
};

// ---- Finding ----

// LA 1,1(1); BCT 2,1024; LR 3,4
TEST_F(RegionsTest, AreWhatLeadsBackToTheEntry) {
  EXPECT_THAT(addresses_of(find("41110001 46200400 1834")), ElementsAre(0x400u, 0x404u));
}

TEST_F(RegionsTest, AreNothingWithoutLoop) { EXPECT_TRUE(find("41110001 47F00500").empty()); }

// LA 1,1(1); BAL 14,1280; BCT 2,1024. There LA 3,1(3); BR 14.
TEST_F(RegionsTest, FollowCallsAndReturns) {
  guest.put(0x500, "41330001 07FE");
  const Region region = find("41110001 45E00500 46200400");
  EXPECT_THAT(addresses_of(region), ElementsAre(0x400u, 0x404u, 0x408u, 0x500u, 0x504u));
  EXPECT_TRUE(region.instructions[2].is_return_point);
}

// LA 1,1(1); BC 15,2048(0), and there BC 15,1024.
TEST_F(RegionsTest, MayLieInSeveralBlocksOfStorage) {
  guest.put(0x800, "47F00400");
  const Region region = find("41110001 47F00800");
  EXPECT_EQ(region.pages.size(), 2u);
  EXPECT_EQ(region.pages[1].address, 0x800u);
}

// MVCL 4,6 changes the context as far as a translator knows: the loop is not closed.
TEST_F(RegionsTest, EndAtWhatHasNoCode) { EXPECT_TRUE(find("0E46 46200400").empty()); }

// LA 1,1(1); BCT 2,0(12)
TEST_F(RegionsTest, ExpectBasesOfBranchesToStay) {
  guest.gr(12) = 0x400;
  const Region region = find("41110001 4620C000");
  EXPECT_EQ(region.expected[12], 0x400u);
  EXPECT_EQ(region.expected[1], std::nullopt);
}

// LA 1,1(1); then LA 3,1(3); BCT 4,1028; and around both BCT 2,1024
TEST_F(RegionsTest, AreEnteredAtTheHeadsOfTheirLoops) {
  EXPECT_THAT(find("41110001 41330001 46400404 46200400").entries, ElementsAre(0x400u, 0x404u));
}

// LA 1,1(1); BC 15,2048(0), and there LA 3,1(3); BCT 4,2048; BC 15,1024.
TEST_F(RegionsTest, AreEnteredInOneBlockOfStorageAlone) {
  guest.put(0x800, "41330001 46400800 47F00400");
  const Region region = find("41110001 47F00800");
  EXPECT_EQ(region.instructions.size(), 5u);
  EXPECT_THAT(region.entries, ElementsAre(0x400u));
}

// ---- Checks ----

// The number of an alias class in the text, as it is attached to accesses.
std::string tag_of(const std::string& text, const std::string& name) {
  std::smatch type, tag;
  EXPECT_TRUE(std::regex_search(text, type, std::regex("(![0-9]+) = !\\{!\"" + name + "\"")));
  EXPECT_TRUE(std::regex_search(text, tag,
                                std::regex("(![0-9]+) = !\\{" + type[1].str() + ", " + type[1].str() + ", i64 0\\}")));
  return tag[1].str();
}

std::vector<std::string> found_in(const std::string& text, const std::string& pattern) {
  std::vector<std::string> found;
  const std::regex expression(pattern);
  for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end; ++match) {
    found.push_back(match->size() > 1 ? (*match)[1].str() : match->str());
  }
  return found;
}

// Entries of the access map on whose sign nothing depends.
std::vector<std::string> unchecked_entries(const std::string& text) {
  std::vector<std::string> unchecked;
  for (const std::string& entry : found_in(text, "(%[^ ]+) = load i64[^\n]*!tbaa " + tag_of(text, "access map"))) {
    const auto signs = found_in(text, "(%[^ ]+) = icmp s[lg]t i64 " + entry + ", (?:0|-1)");
    if (signs.empty() || found_in(text, "br i1 " + signs[0] + ",").empty()) unchecked.push_back(entry);
  }
  return unchecked;
}

// L 3,0(4); ST 3,0(5); LA 4,4(4); LA 5,4(5); BCT 2,1024
TEST_F(RegionsTest, LookUpEachAccess) {
  const std::string text = text_of(find("58340000 50350000 41440004 41550004 46200400"));
  EXPECT_EQ(found_in(text, "load i64[^\n]*!tbaa " + tag_of(text, "access map")).size(), 2u) << text;
  EXPECT_EQ(found_in(text, "load i32[^\n]*!tbaa " + tag_of(text, "guest storage")).size(), 1u) << text;
  EXPECT_EQ(found_in(text, "store i32[^\n]*!tbaa " + tag_of(text, "guest storage")).size(), 1u) << text;
  EXPECT_THAT(unchecked_entries(text), IsEmpty()) << text;
  EXPECT_EQ(found_in(text, "and i32 %[^ ]+, 3\n").size(), 2u) << "both must be aligned:\n" << text;
}

// The same in the host's instructions.
TEST_F(RegionsTest, LookUpEachAccessInTheCodeThatRuns) {
  const CompiledRegion compiled = compile(find("58340000 50350000 41440004 41550004 46200400"));
  const AccessChecks checks = find_access_checks_of_region(std::span(compiled.code).subspan(compiled.entry));
  EXPECT_EQ(checks.fetch_lookups, 1u);
  EXPECT_EQ(checks.store_lookups, 1u);
  EXPECT_EQ(checks.accesses, 2u);
  EXPECT_THAT(checks.wrong, IsEmpty());
}

// L 3,0(4); ST 3,0(5); LA 4,4(4); LA 5,4(5); BCT 2,1024: where all that has been fetched from lies as far from its address.
TEST_F(RegionsTest, AskFirstForTheUsualEntry) {
  guest.cpu().load8(0x1000);
  guest.cpu().load8(0x9000);
  const Region region = find("58340000 50350000 41440004 41550004 46200400");
  ASSERT_EQ(region.usual_entry, reinterpret_cast<i64>(guest.storage().data()));
  const std::string text = text_of(region);
  const auto entries = found_in(text, "(%[^ ]+) = load i64[^\n]*!tbaa " + tag_of(text, "access map"));
  EXPECT_EQ(entries.size(), 2u) << text;
  for (const std::string& entry : entries) {
    const auto is_usual = found_in(text, "(%[^ ]+) = icmp (?:eq|ne) i64 " + entry + ", %[^ ]+\n");
    ASSERT_EQ(is_usual.size(), 1u) << text;
    EXPECT_EQ(found_in(text, "br i1 " + is_usual[0] + ",").size(), 1u) << text;
  }
  EXPECT_THAT(unchecked_entries(text), IsEmpty()) << "another one may be negative:\n" << text;
}

TEST_F(RegionsTest, KnowNoUsualEntryWhereTheyDiffer) {
  for (u32 block = 0; block < 8; ++block) guest.cpu().load8(block << kBlockShift);
  guest.cpu().map->fetch[1] += kBlockSize;
  guest.cpu().map->fetch[2] -= kBlockSize;
  EXPECT_EQ(find("58340000 50350000 41440004 41550004 46200400").usual_entry, std::nullopt);
}

// The same place twice, with a store to it in between: L 3,0(4); ST 3,0(4); L 6,0(4); BCT 2,1024
TEST_F(RegionsTest, LookUpOnceWhatCannotChange) {
  const std::string text = text_of(find("58340000 50340000 58640000 46200400"));
  EXPECT_EQ(found_in(text, "load i64[^\n]*!tbaa " + tag_of(text, "access map")).size(), 2u) << text;
}

// ---- The engine ----

class RegionEngineTest : public testing::Test {
 protected:
  void make_engine(RegionOptions::Use use) {
    TranslatingOptions options{.threshold = 1, .cache_bytes = 1 << 20};
    options.regions = {.use = use, .limits = {}, .weight_of_instruction = 1000, .weight_of_compiler = 0};
    engine = std::move(*TranslatingEngine::create(guest.cpu(), options));
    guest.machine().set_engine(*engine);
  }
  RegionCounters counters() const { return *engine->region_counters(); }

  Guest guest;
  std::unique_ptr<TranslatingEngine> engine;
};

// LA 1,1(1); BC 15,1024
TEST_F(RegionEngineTest, CompilesHotLoopsBesideTheProgram) {
  make_engine(RegionOptions::Use::when_hot);
  for (unsigned run = 0; run < 10'000 && counters().compiled == 0; ++run) {
    guest.execute("41110001 47F00400", 10'001);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ASSERT_EQ(counters().compiled, 1u) << engine->region_error();
  EXPECT_EQ(counters().instructions, 2u);
  guest.gr(1) = 0;
  guest.execute("41110001 47F00400", 100'001);
  EXPECT_EQ(guest.gr(1), 50'001u);
}

// LA 1,1(1); BC 15,1024
TEST_F(RegionEngineTest, CompilesNothingThatIsNotHot) {
  make_engine(RegionOptions::Use::when_hot);
  guest.execute("41110001 47F00400", 900);
  EXPECT_EQ(counters().compiled + counters().without_loop, 0u);
}

// LA 4,3; LA 1,1(1); LA 3,1(3); BCT 4,1028; BC 15,1024: 11 instructions a round. The
// budget ends everywhere.
TEST_F(RegionEngineTest, AreEnteredWhereControlHasLeftThem) {
  make_engine(RegionOptions::Use::at_once);
  const std::string instructions = "41400003 41110001 41330001 46400404 47F00400";
  guest.execute(instructions, 11 * 100);
  EXPECT_EQ(counters().compiled, 1u) << "for both loops";
  for (unsigned piece = 0; piece < 11 * 100; ++piece) guest.run(7);
  EXPECT_EQ(guest.gr(1), 3u * 800);
  EXPECT_EQ(guest.gr(3), 3u * 800);
  EXPECT_LT(engine->counters().interpreted, 5'000u) << "of 7,700, since less than a segment is left";
}

// BC 7,1034, never taken; LA 3,1(3); MVC 16(8,5),2820(12), in the middle of which, at 1034, ST 1,2820(12) stands; BCT 2,1024.
TEST_F(RegionEngineTest, AreRightWhereInstructionsOverlap) {
  make_engine(RegionOptions::Use::at_once);
  guest.put(0xD04, "0102030405060708");
  guest.gr(1) = 0xFFFFFFFF;
  guest.gr(2) = 100;
  guest.gr(5) = 0x900;
  guest.gr(12) = 0x200;
  guest.execute("4770040A 41330001 D2075010CB04 46200400", 4 * 50);
  EXPECT_GE(counters().compiled, 1u);
  EXPECT_EQ(load_be64(guest.storage().data() + 0xD04), 0x0102030405060708u);
  EXPECT_EQ(load_be64(guest.storage().data() + 0x910), 0x0102030405060708u);
  EXPECT_EQ(guest.gr(3), 50u);
}

// LA 1,1(1); STC 1,1027: into the displacement of the first instruction; BCT 2,1024.
TEST_F(RegionEngineTest, DropsRegionsThatAreStoredInto) {
  make_engine(RegionOptions::Use::at_once);
  guest.gr(2) = 100;
  guest.execute("41110001 42100403 46200400", 12);
  EXPECT_GT(counters().dropped, 0u);
  EXPECT_EQ(guest.gr(1), 8u) << "1, then each time twice as many";
}

// L 3,1(4) is not aligned; BC 15,1024.
TEST_F(RegionEngineTest, CompilesAgainForOperandsThatAreNotAligned) {
  make_engine(RegionOptions::Use::at_once);
  guest.gr(4) = 0x600;
  guest.execute("58340001 47F00400", 10'000'000);
  guest.execute("58340001 47F00400", 1000);
  EXPECT_EQ(counters().given_up, 1u);
  const u64 calls = engine->counters().cold_calls;
  guest.execute("58340001 47F00400", 1000);
  guest.execute("58340001 47F00400", 100'000);
  EXPECT_LT(engine->counters().cold_calls - calls, 100u) << "of 50,000 loads";
}

// L 3,2046 always crosses a block; BC 15,1024.
TEST_F(RegionEngineTest, GivesUpWhatFailsAllTheTime) {
  make_engine(RegionOptions::Use::when_hot);
  for (unsigned run = 0; run < 2000 && counters().given_up < 2; ++run) {
    guest.execute("583007FE 47F00400", 1'000'000);
  }
  EXPECT_GE(counters().given_up, 1u);
}

}  // namespace
}  // namespace replica
