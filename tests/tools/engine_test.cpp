#include "tools/engine.h"

#include <gmock/gmock.h>

#include "tests/cpu/guest.h"
#include "tests/tools/temporary_folder.h"

namespace replica::tools {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string refusal(const EngineRequest& request) {
  const auto options = check_engine(request);
  return options ? "accepted" : options.error().message;
}

TEST(EngineOptions, AsmjitTranslatesAtOnceAndTieredWhatIsExecutedOften) {
  EXPECT_EQ(check_engine({})->name, "tiered");
  EXPECT_FALSE(check_engine({.name = "interpreter"})->translates);
  EXPECT_EQ(check_engine({.name = "asmjit"})->translating.threshold, 0u);
  EXPECT_EQ(check_engine({.name = "tiered"})->translating.threshold, 20u);
}

TEST(EngineOptions, TakeThresholdAndCache) {
  for (const char* name : {"asmjit", "tiered"}) {
    const auto options = check_engine({.name = name, .threshold = "255", .cache = "1024"});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->translating.threshold, 255u);
    EXPECT_EQ(options->translating.cache_bytes, std::size_t{1} << 30);
  }
  EXPECT_EQ(check_engine({.name = "tiered", .threshold = "0", .cache = "1"})->translating.cache_bytes, 1u << 20);
}

TEST(EngineOptions, RefuseNumbersOutOfBounds) {
  for (const char* bad : {"256", "-1", "", "x", "99999999999999999999"}) {
    EXPECT_EQ(refusal({.name = "tiered", .threshold = bad}),
              fmt::format("--threshold: expected a decimal number from 0 to 255, found '{}'", bad));
  }
  for (const char* bad : {"0", "1025", "1M"}) {
    EXPECT_EQ(refusal({.name = "tiered", .cache = bad}),
              fmt::format("--cache: expected a decimal number from 1 to 1024, found '{}'", bad));
  }
}

TEST(EngineOptions, TakeRangesAsTheConsoleDoes) {
  const auto options = check_engine({.name = "tiered", .dump_ir = "1000-10FF", .dump_code = "1000.100"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->dumped.ir, (AddressRange{0x1000, 0x10FF}));
  EXPECT_EQ(options->dumped.code, (AddressRange{0x1000, 0x10FF}));
  EXPECT_EQ(check_engine({.name = "tiered", .dump_ir = "400"})->dumped.ir, (AddressRange{0x400, 0x400}));
}

TEST(EngineOptions, RefuseWhatIsNoRange) {
  for (const char* bad : {"", "10FF-1000", "0-1000000", "1000-", "loop"}) {
    EXPECT_THAT(refusal({.name = "tiered", .dump_code = bad}),
                AllOf(StartsWith("--dump-code: expected ADDRESS, ADDRESS-ADDRESS or ADDRESS.LENGTH"),
                      HasSubstr(fmt::format("found '{}'", bad))));
  }
}

TEST(EngineOptions, OfTranslationNeedAnEngineThatTranslates) {
  const auto message = [](const char* option) {
    return fmt::format("{}: expected --engine asmjit, tiered or llvm with it, found --engine interpreter", option);
  };
  EXPECT_EQ(refusal({.name = "interpreter", .threshold = "1"}), message("--threshold"));
  EXPECT_EQ(refusal({.name = "interpreter", .cache = "1"}), message("--cache"));
  EXPECT_EQ(refusal({.name = "interpreter", .dump_ir = "1"}), message("--dump-ir"));
  EXPECT_EQ(refusal({.name = "interpreter", .dump_code = "1"}), message("--dump-code"));
  EXPECT_EQ(refusal({.name = "interpreter", .dump_file = "x"}), message("--dump-file"));
  EXPECT_EQ(refusal({.name = "interpreter", .perf_map = true}), message("--perf-map"));
  EXPECT_EQ(refusal({.name = "interpreter", .gdb_jit = true}), message("--gdb-jit"));
  EXPECT_EQ(refusal({.name = "interpreter", .statistics = true}), "accepted");
}

TEST(EngineOptions, RefuseAFileForNoDump) {
  EXPECT_EQ(refusal({.name = "tiered", .dump_file = "x"}),
            "--dump-file: expected --dump-ir or --dump-code with it, found neither");
}

// LA 1,1(1); BC 15,1024.
constexpr const char* kLoop = "41110001 47F00400";

std::unique_ptr<ChosenEngine> engine_for(Guest& guest, const EngineRequest& request) {
  auto engine = ChosenEngine::create(*check_engine(request), guest.cpu());
  if (!engine) ADD_FAILURE() << engine.error().message;
  if ((*engine)->engine()) guest.machine().set_engine(*(*engine)->engine());
  return std::move(*engine);
}

TEST(ChosenEngine, ReportsWhatTheInterpreterDid) {
  Guest guest;
  const auto engine = engine_for(guest, {.name = "interpreter"});
  EXPECT_EQ(engine->engine(), nullptr);
  guest.execute(kLoop, 1000);
  EXPECT_THAT(engine->report(), testing::MatchesRegex("Engine interpreter\nInstructions executed +1000\n"));
}

TEST(ChosenEngine, TranslatesAfterTheThreshold) {
  for (const char* threshold : {"10", "200"}) {
    Guest guest;
    const auto engine = engine_for(guest, {.name = "tiered", .threshold = threshold, .cache = "2"});
    guest.execute(kLoop, 200);
    EXPECT_THAT(engine->report(),
                StartsWith(fmt::format("Engine tiered: translates after {} executions, into 2 MB\n", threshold)));
    const std::string blocks = threshold == std::string("10") ? "1" : "0";
    EXPECT_THAT(engine->report(), testing::ContainsRegex("Blocks translated +" + blocks + "\n"));
  }
}

TEST(ChosenEngine, DumpsIntoAFile) {
  TemporaryFolder folder;
  Guest guest;
  const auto engine =
      engine_for(guest, {.name = "tiered", .dump_ir = "400", .dump_code = "400", .dump_file = folder.path("dump")});
  guest.execute(kLoop, 1000);
  EXPECT_TRUE(engine->finish());
  EXPECT_THAT(folder.read("dump"),
              AllOf(StartsWith("IR of the block 000400-000407: 2 instructions\n000400  LA    1,1(1,0)\n"),
                    HasSubstr("Code of the block 000400-000407: 2 instructions\n")));
}

TEST(ChosenEngine, RefusesAFileThatCannotBeWritten) {
  Guest guest;
  const auto options = check_engine({.name = "tiered", .dump_ir = "400", .dump_file = "/absent/dump"});
  const auto engine = ChosenEngine::create(*options, guest.cpu());
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().message,
            "--dump-file /absent/dump: No such file or directory; expected a file that can be written");
}

}  // namespace
}  // namespace replica::tools
