#include "jit/observers/host_disassembler.h"

#include <gmock/gmock.h>

namespace replica {
namespace {

using testing::ElementsAre;

constexpr u64 kAddress = 0x10000;

std::vector<std::string> texts(const std::vector<u8>& code, const NameOfTarget& name = {}) {
  std::vector<std::string> texts;
  for (const HostInstruction& host : disassemble_host(code, kAddress, name)) texts.push_back(host.text);
  return texts;
}

// Encodings of the Intel manual, volume 2.
TEST(HostDisassembler, WritesInTheSyntaxOfIntel) {
  EXPECT_THAT(texts({0x89, 0xC8, 0x41, 0x8B, 0x54, 0x24, 0x08, 0xC3}),
              ElementsAre("mov eax, ecx", "mov edx, dword ptr [r12 + 8]", "ret"));
}

TEST(HostDisassembler, TellsWhereInstructionsBegin) {
  const auto code = disassemble_host(std::vector<u8>{0x90, 0x89, 0xC8, 0xC3}, kAddress);
  ASSERT_EQ(code.size(), 3u);
  EXPECT_EQ(code[1].offset, 1u);
  EXPECT_EQ(code[1].length, 2u);
  EXPECT_EQ(code[2].offset, 3u);
}

TEST(HostDisassembler, WritesTargetsInTheCodeAsOffsets) {
  EXPECT_THAT(texts({0x75, 0x01, 0x90, 0xC3}), ElementsAre("jne +003", "nop", "ret"));
}

TEST(HostDisassembler, NamesTargetsElsewhere) {
  const auto name = [](u64 address) { return address == kAddress + 0x105 ? "far_away" : ""; };
  EXPECT_THAT(texts({0xE9, 0x00, 0x01, 0x00, 0x00}, name), ElementsAre("jmp far_away"));
  EXPECT_THAT(texts({0xE8, 0x00, 0x01, 0x00, 0x00}), ElementsAre("call 0x10105"));
}

TEST(HostDisassembler, GoesOnBehindWhatIsNoInstruction) {
  EXPECT_THAT(texts({0x06, 0xC3}), ElementsAre(".byte 0x06", "ret"));
}

TEST(HostDisassembler, HasNothingToSayOfNothing) { EXPECT_THAT(texts({}), ElementsAre()); }

}  // namespace
}  // namespace replica
