#include "tests/style/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace replica::style {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

// What is wrong with a file at `path` that has just this include.
Violations include(const std::string& path, const std::string& header) {
  return check_includes({path, "// A file.\n#include " + header + "\n"});
}

auto says(const std::string& text) { return ElementsAre(Field(&Violation::message, HasSubstr(text))); }

TEST(FolderOrder, AllowsWhatStandsBelow) {
  EXPECT_THAT(include("frontend/insn.h", "\"base/types.h\""), IsEmpty());
  EXPECT_THAT(include("mmu/dat.cpp", "\"base/bits.h\""), IsEmpty());
  EXPECT_THAT(include("cpu/cpu.h", "\"mmu/access_map.h\""), IsEmpty());
  EXPECT_THAT(include("cpu/routines/io.cpp", "\"cpu/routines.h\""), IsEmpty());
  EXPECT_THAT(include("cpu/handlers.h", "\"frontend/instructions.def\""), IsEmpty());
  EXPECT_THAT(include("jit/translator.h", "\"cpu/executor.h\""), IsEmpty());
  EXPECT_THAT(include("vmm/dispatcher.cpp", "\"jit/engine.h\""), IsEmpty());
  EXPECT_THAT(include("vmm/virtual_device.h", "\"devices/channel.h\""), IsEmpty());
  EXPECT_THAT(include("tools/run.cpp", "\"vmm/directory.h\""), IsEmpty());
  EXPECT_THAT(include("tests/cpu/cpu_test.cpp", "\"cpu/cpu.h\""), IsEmpty());
}

TEST(FolderOrder, RefusesWhatGoesBackUp) {
  EXPECT_THAT(include("base/bits.h", "\"frontend/insn.h\""), says("'base/' may not include 'frontend/insn.h'"));
  EXPECT_THAT(include("frontend/insn.h", "\"cpu/cpu.h\""), says("it may include base/ and its own files"));
  EXPECT_THAT(include("frontend/insn.h", "\"mmu/storage.h\""), says("may not include"));
  EXPECT_THAT(include("mmu/dat.h", "\"frontend/insn.h\""), says("may not include"));
  EXPECT_THAT(include("mmu/dat.h", "\"cpu/psw.h\""), says("may not include"));
  EXPECT_THAT(include("devices/channel.h", "\"vmm/directory.h\""), says("may not include"));
  EXPECT_THAT(include("jit/translator.h", "\"vmm/directory.h\""), says("may not include"));
  EXPECT_THAT(include("vmm/dispatcher.h", "\"tools/run.h\""), says("may not include"));
  EXPECT_THAT(include("tools/run.cpp", "\"tests/oracle/case.h\""), says("may not include"));
}

TEST(FolderOrder, CpuKnowsNeitherJitNorDevicesNorVmm) {
  EXPECT_THAT(include("cpu/machine.cpp", "\"jit/engine.h\""), says("may not include"));
  EXPECT_THAT(include("cpu/machine.cpp", "\"devices/channel.h\""), says("may not include"));
  EXPECT_THAT(include("cpu/machine.cpp", "\"vmm/directory.h\""), says("may not include"));
}

TEST(FolderOrder, DevicesSeeOnlyTheInterfaceOfTheCpu) {
  EXPECT_THAT(include("devices/channel.h", "\"cpu/interfaces.h\""), IsEmpty());
  EXPECT_THAT(include("devices/channel.h", "\"cpu/cpu.h\""), says("may not include"));
}

TEST(FolderOrder, AngleBracketsAndBlanksHideNothing) {
  EXPECT_THAT(include("cpu/machine.cpp", "<jit/engine.h>"), says("may not include"));
  EXPECT_EQ(check_includes({"cpu/cpu.h", "// A file.\n\n  #  include\t\"vmm/x.h\"  // why\n"}).at(0).line, 3u);
}

TEST(FolderOrder, WantsNamesFromTheTopOfTheTree) {
  EXPECT_THAT(include("cpu/cpu.cpp", "\"cpu.h\""), says("from the top of the tree"));
  EXPECT_THAT(include("cpu/cpu.cpp", "\"../jit/engine.h\""), says("from the top of the tree"));
}

TEST(FolderOrder, WantsAPlaceForEveryFolder) {
  EXPECT_THAT(include("plugins/a.cpp", "\"base/types.h\""), says("no place in the order"));
}

TEST(Fences, KeepThirdPartyHeadersWhereTheyBelong) {
  EXPECT_THAT(include("jit/asmjit/emitter.cpp", "<asmjit/x86.h>"), IsEmpty());
  EXPECT_THAT(include("jit/translator.cpp", "<asmjit/x86.h>"), says("only in jit/asmjit/"));
  EXPECT_THAT(include("jit/llvm/engine.cpp", "<llvm/IR/IRBuilder.h>"), IsEmpty());
  EXPECT_THAT(include("jit/engine.cpp", "<llvm/IR/IRBuilder.h>"), says("only in jit/llvm/"));
  EXPECT_THAT(include("tools/main.cpp", "<CLI/CLI.hpp>"), IsEmpty());
  EXPECT_THAT(include("vmm/directory.cpp", "<CLI/CLI.hpp>"), says("only in tools/"));
  EXPECT_THAT(include("cpu/cpu.cpp", "<spdlog/spdlog.h>"), says("only in base/"));
  EXPECT_THAT(include("cpu/cpu.cpp", "<gtest/gtest.h>"), says("only in tests/"));
  EXPECT_THAT(include("cpu/cpu.cpp", "<fmt/format.h>"), IsEmpty());
}

TEST(Fences, LetTestsIntoTheFenceOfWhatTheyMirror) {
  EXPECT_THAT(include("tests/jit/llvm/convention_test.cpp", "<llvm/IR/IRBuilder.h>"), IsEmpty());
  EXPECT_THAT(include("tests/jit/engine_test.cpp", "<llvm/IR/IRBuilder.h>"), says("only in jit/llvm/"));
}

TEST(Fences, AskForAFenceForANewLibrary) {
  EXPECT_THAT(include("cpu/cpu.cpp", "<boost/hash.hpp>"), says("no fence yet"));
  EXPECT_THAT(include("cpu/cpu.cpp", "<vector>"), IsEmpty());
  EXPECT_THAT(include("cpu/cpu.cpp", "<sys/mman.h>"), IsEmpty());
  EXPECT_THAT(include("cpu/cpu.cpp", "<sys/socket.h>"), says("only in devices/"));
}

TEST(Header, BeginsWithItsComment) {
  EXPECT_THAT(check_header({"base/a.h", "// Owns a.\n#pragma once\n"}), IsEmpty());
  EXPECT_THAT(check_header({"base/a.h", "#pragma once\n// Owns a.\n"}), says("comment"));
  EXPECT_THAT(check_header({"base/a.h", "// -----\n#pragma once\n"}), says("comment"));
  EXPECT_THAT(check_header({"base/a.def", "ROW(1)\n"}), says("comment"));
}

TEST(Header, HasPragmaOnce) {
  EXPECT_THAT(check_header({"base/a.h", "// Owns a.\n#ifndef A_H\n"}), says("#pragma once"));
  EXPECT_THAT(check_header({"base/a.def", "// The rows of a.\nROW(1)\n"}), IsEmpty());
}

TEST(Document, HasLinksThatLeadSomewhere) {
  const auto exists = [](const std::string& path) { return path == "docs/style.md"; };
  EXPECT_THAT(check_document({"README.md", "See [style](docs/style.md#habits).\n"}, exists), IsEmpty());
  EXPECT_THAT(check_document({"docs/a.md", "See [style](style.md) and [it](https://a.b/c).\n"}, exists), IsEmpty());
  EXPECT_THAT(check_document({"docs/a.md", "See [style](docs/style.md).\n"}, exists), says("leads nowhere"));
}

TEST(Document, NamesSourcesThatExist) {
  const auto exists = [](const std::string& path) { return path == "mmu/dat.cpp"; };
  EXPECT_THAT(check_document({"ARCHITECTURE.md", "`mmu/dat.cpp` walks `segment/page` tables.\n"}, exists), IsEmpty());
  EXPECT_THAT(check_document({"ARCHITECTURE.md", "`mmu/gone.cpp` walks.\n"}, exists), says("does not exist"));
  EXPECT_THAT(check_document({"ARCHITECTURE.md", "`guests/NAME.s`, `cpu/*.cpp`\n"}, exists), IsEmpty());
  EXPECT_THAT(check_document({"docs/decisions/0001-a.md", "`mmu/gone.cpp` was it.\n"}, exists), IsEmpty());
}

TEST(Length, IsCountedInLines) {
  EXPECT_THAT(check_length({"A.md", "1\n2\n"}, 2), IsEmpty());
  EXPECT_THAT(check_length({"A.md", "1\n2\n3\n"}, 2), says("has 3 lines"));
}

}  // namespace
}  // namespace replica::style
