// Instructions as text. The expected lines are assembled by hand from the formats in GA22-7000 "Instruction Formats".
#include "frontend/disassembler.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "frontend/instruction_table.h"

namespace replica {
namespace {

using Bytes = std::vector<u8>;

std::string text_of(const Bytes& bytes) { return disassemble(bytes.data(), bytes.size()); }
std::size_t length_of(const Bytes& bytes) { return disassembled_length(bytes.data(), bytes.size()); }

struct FormatCase {
  Format format;
  Bytes bytes;
  std::string text;
};

const FormatCase kFormatCases[] = {
    {Format::RR, {0x1A, 0x73}, "AR    7,3"},
    {Format::RR_M, {0x07, 0xFE}, "BCR   15,14"},
    {Format::RR_I, {0x0A, 0x0D}, "SVC   13"},
    {Format::RR_R, {0x04, 0x30}, "SPM   3"},
    {Format::RR_F, {0x2A, 0x24}, "ADR   2,4"},
    {Format::RRE, {0xB2, 0x21, 0x00, 0x12}, "IPTE  1,2"},
    {Format::RRE_F, {0xB2, 0x2D, 0x00, 0x04}, "DXR   0,4"},
    {Format::RX, {0x58, 0x12, 0x30, 0x10}, "L     1,16(2,3)"},
    {Format::RX, {0x58, 0x10, 0x30, 0x10}, "L     1,16(,3)"},
    {Format::RX, {0x58, 0x12, 0x00, 0x10}, "L     1,16(2,0)"},
    {Format::RX, {0x58, 0x10, 0x00, 0x10}, "L     1,16"},
    {Format::RX, {0x41, 0xFE, 0xDF, 0xFF}, "LA    15,4095(14,13)"},
    {Format::RX_M, {0x47, 0x80, 0xC0, 0x1A}, "BC    8,26(,12)"},
    {Format::RX_F, {0x68, 0x40, 0xA0, 0x08}, "LD    4,8(,10)"},
    {Format::RS, {0x90, 0xEC, 0xD0, 0x0C}, "STM   14,12,12(13)"},
    {Format::RS, {0xB7, 0x0F, 0x02, 0x00}, "LCTL  0,15,512"},
    {Format::RS_S, {0x8B, 0x10, 0x00, 0x04}, "SLA   1,4"},
    {Format::RS_S, {0x88, 0x90, 0x20, 0x00}, "SRL   9,0(2)"},
    {Format::RS_M, {0xBD, 0x17, 0x20, 0x00}, "CLM   1,7,0(2)"},
    {Format::SI, {0x91, 0x80, 0x10, 0x05}, "TM    5(1),X'80'"},
    {Format::SI, {0x92, 0x05, 0x06, 0x00}, "MVI   1536,X'05'"},
    {Format::S, {0x82, 0x00, 0x10, 0x08}, "LPSW  8(1)"},
    {Format::S, {0xB2, 0x05, 0xD0, 0x48}, "STCK  72(13)"},
    {Format::S_0, {0xB2, 0x0D, 0x00, 0x00}, "PTLB"},
    {Format::SS_L, {0xD2, 0x07, 0x10, 0x00, 0x20, 0x04}, "MVC   0(8,1),4(2)"},
    {Format::SS_L, {0xD7, 0xFF, 0x00, 0x00, 0x00, 0x00}, "XC    0(256,0),0"},
    {Format::SS_LL, {0xF8, 0x21, 0x10, 0x00, 0x20, 0x03}, "ZAP   0(3,1),3(2,2)"},
    {Format::SS_LL, {0xF3, 0xF0, 0x10, 0x00, 0x20, 0x03}, "UNPK  0(16,1),3(1,2)"},
    {Format::SS_I, {0xF0, 0x75, 0x10, 0x00, 0x00, 0x3E}, "SRP   0(8,1),62,5"},
    {Format::SS_R, {0xD9, 0x12, 0x30, 0x04, 0x50, 0x08}, "MVCK  4(1,3),8(5),2"},
    {Format::SSE, {0xE5, 0x01, 0x10, 0x08, 0x20, 0x10}, "TPROT 8(1),16(2)"},
};

TEST(Disassembler, WritesEveryFormat) {
  std::set<Format> seen;
  for (const FormatCase& c : kFormatCases) {
    const InstructionInfo* info = find_instruction(c.bytes[0], c.bytes[1]);
    ASSERT_NE(info, nullptr) << c.text;
    EXPECT_EQ(info->format, c.format) << c.text;
    EXPECT_EQ(text_of(c.bytes), c.text);
    EXPECT_EQ(length_of(c.bytes), c.bytes.size()) << c.text;
    seen.insert(c.format);
  }
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(Format::SSE) + 1);
}

TEST(Disassembler, TellsTheInputOutputInstructionsApartByBit15) {
  EXPECT_EQ(text_of({0x9C, 0x00, 0x01, 0x90}), "SIO   400");
  EXPECT_EQ(text_of({0x9C, 0x01, 0x01, 0x90}), "SIOF  400");
  EXPECT_EQ(text_of({0x9E, 0x01, 0x20, 0x00}), "HDV   0(2)");
}

TEST(Disassembler, PutsOneBlankAfterALongMnemonic) {
  EXPECT_EQ(text_of({0xE5, 0x08, 0x10, 0x00, 0x20, 0x04}), "TRACE_SVC_INTERRUPTION 0(1),4(2)");
}

TEST(Disassembler, WritesTheMnemonicOfEveryRow) {
  for (const InstructionInfo& info : kInstructionTable) {
    // 9C02 is SIO on a machine without the suspend-and-resume facility: only bit 15 is looked at.
    if (info.opcode == Opcode::RIO) continue;
    Bytes bytes(instruction_length(info.first_byte()), 0);
    bytes[0] = info.first_byte();
    if (info.is_two_byte()) bytes[1] = static_cast<u8>(info.code);
    const std::string text = text_of(bytes);
    EXPECT_EQ(text.substr(0, text.find(' ')), info.mnemonic);
  }
}

TEST(Disassembler, WritesAnUnassignedOpcodeAsOneHalfword) {
  for (const Bytes& bytes : {Bytes{0x00, 0x00}, Bytes{0x51, 0xAB, 0x12, 0x34}, Bytes{0xB2, 0xFF, 0x00, 0x00},
                             Bytes{0xFF, 0xFE, 0, 0, 0, 0}}) {
    const std::string digits = text_of(bytes).substr(6);
    EXPECT_EQ(text_of(bytes).substr(0, 6), "DC    ");
    EXPECT_EQ(length_of(bytes), 2u);
    EXPECT_EQ(digits.size(), 7u);
  }
  EXPECT_EQ(text_of({0x00, 0x00}), "DC    X'0000'");
  EXPECT_EQ(text_of({0x51, 0xAB, 0x12, 0x34}), "DC    X'51AB'");
  EXPECT_EQ(text_of({0xB2, 0xFF, 0x00, 0x00}), "DC    X'B2FF'");
}

TEST(Disassembler, WritesAnIncompleteInstructionAsData) {
  EXPECT_EQ(text_of({0x58, 0x12}), "DC    X'5812'");
  EXPECT_EQ(length_of({0x58, 0x12, 0x30}), 2u);
  EXPECT_EQ(text_of({0xD2, 0x07, 0x10, 0x00, 0x20}), "DC    X'D207'");
  EXPECT_EQ(text_of({0x1A}), "DC    X'1A'");
  EXPECT_EQ(length_of({0x1A}), 1u);
  EXPECT_EQ(text_of({}), "");
  EXPECT_EQ(length_of({}), 0u);
}

// A readable page in front of one that is not.
class GuardedPage {
 public:
  GuardedPage()
      : size_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))),
        page_(mmap(nullptr, 2 * size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    EXPECT_NE(page_, MAP_FAILED);
    EXPECT_EQ(mprotect(end(), size_, PROT_NONE), 0);
  }
  ~GuardedPage() { munmap(page_, 2 * size_); }

  u8* end() { return static_cast<u8*>(page_) + size_; }

 private:
  std::size_t size_;
  void* page_;
};

TEST(Disassembler, NeverReadsBeyondWhatIsAvailable) {
  GuardedPage page;
  std::mt19937 random(370);
  for (int round = 0; round < 200'000; ++round) {
    const std::size_t available = random() % 8;
    u8* const bytes = page.end() - available;
    std::generate(bytes, page.end(), [&] { return static_cast<u8>(random()); });
    const std::size_t length = disassembled_length(bytes, available);
    ASSERT_LE(length, available);
    ASSERT_EQ(length == 0, available == 0);
    ASSERT_EQ(disassemble(bytes, available), disassemble(bytes, length));
  }
}

}  // namespace
}  // namespace replica
