// Read by readelf, which came with the compiler.
#include "jit/observers/elf_symbol_file.h"

#include <gmock/gmock.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace replica {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

std::string output_of(const std::string& command) {
  std::string text;
  std::FILE* pipe = popen(command.c_str(), "r");
  for (int c; pipe && (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
  if (pipe) pclose(pipe);
  return text;
}

TEST(ElfSymbolFile, TellsTheNameOfTheCode) {
  const u8* const address = reinterpret_cast<const u8*>(u64{0x7F0012345000});
  const std::string path = std::filesystem::temp_directory_path() / fmt::format("replica-{}.elf", getpid());
  std::ofstream(path, std::ios::binary) << elf_symbol_file({"guest_001000", {address, 0x123}});
  const std::string text = output_of("readelf --wide --file-header --sections --symbols " + path + " 2>&1");
  std::filesystem::remove(path);
  if (text.find("ELF Header") == std::string::npos) GTEST_SKIP() << "there is no readelf: " << text;

  EXPECT_THAT(text,
              AllOf(HasSubstr("Advanced Micro Devices X86-64"), Not(HasSubstr("Warning")), Not(HasSubstr("rror"))));
  EXPECT_THAT(text, ContainsRegex("\\.text +NOBITS +00007f0012345000 [0-9a-f]+ 000123 00 +AX "));
  EXPECT_THAT(text, ContainsRegex("00007f0012345000 +291 FUNC +GLOBAL DEFAULT +1 guest_001000\n"));
}

}  // namespace
}  // namespace replica
