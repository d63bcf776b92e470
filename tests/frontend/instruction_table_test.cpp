#include "frontend/instruction_table.h"

#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <set>
#include <string>

#include "tests/frontend/expected_instructions.h"

namespace replica {
namespace {

// "RX_F" has the layout RX.
std::string_view layout_of(Format format) {
  switch (format) {
    case Format::RR:
    case Format::RR_M:
    case Format::RR_I:
    case Format::RR_R:
    case Format::RR_F: return "RR";
    case Format::RRE:
    case Format::RRE_F: return "RRE";
    case Format::RX:
    case Format::RX_M:
    case Format::RX_F: return "RX";
    case Format::RS:
    case Format::RS_S:
    case Format::RS_M: return "RS";
    case Format::SI: return "SI";
    case Format::S:
    case Format::S_0: return "S";
    case Format::SS_L:
    case Format::SS_LL:
    case Format::SS_I:
    case Format::SS_R: return "SS";
    case Format::SSE: return "SSE";
  }
  return "none";
}

unsigned length_of_layout(std::string_view layout) {
  if (layout == "RR") return 2;
  return layout.starts_with("SS") ? 6 : 4;
}

const InstructionInfo* row_named(std::string_view mnemonic) {
  for (const InstructionInfo& info : kInstructionTable) {
    if (info.mnemonic == mnemonic) return &info;
  }
  return nullptr;
}

bool has_16_bit_opcodes(unsigned first) { return first == 0xB2 || first == 0xE5 || first == 0xE6; }

// The mnemonic that the manual gives to an instruction beginning with these two bytes, empty if none. Of the second byte of
// 9C, 9D, 9E and 9F only the rightmost bit decides, on a machine without suspend and resume (GA22-7000 "Start I/O").
std::string_view expected_mnemonic(unsigned first, unsigned second) {
  static const auto by_code = [] {
    std::map<unsigned, std::string_view> map;
    for (const ExpectedInstruction& expected : kExpectedInstructions) map[expected.code] = expected.mnemonic;
    return map;
  }();
  unsigned code = first;
  if (has_16_bit_opcodes(first)) code = first << 8 | second;
  if (first >= 0x9C && first <= 0x9F && (second & 1)) code = first << 8 | 1;
  const auto found = by_code.find(code);
  return found == by_code.end() ? std::string_view() : found->second;
}

TEST(InstructionTable, HasExactlyTheInstructionsOfTheManual) {
  EXPECT_EQ(std::size(kInstructionTable), 245u);
  EXPECT_EQ(std::size(kExpectedInstructions), 245u);
  for (const ExpectedInstruction& expected : kExpectedInstructions) {
    const InstructionInfo* info = row_named(expected.mnemonic);
    ASSERT_TRUE(info) << expected.mnemonic;
    EXPECT_EQ(info->code, expected.code) << expected.mnemonic;
    EXPECT_EQ(layout_of(info->format), expected.layout) << expected.mnemonic;
  }
}

TEST(InstructionTable, NoTwoRowsShareAnOpcodeOrAMnemonic) {
  std::set<u16> codes;
  std::set<std::string_view> mnemonics;
  for (const InstructionInfo& info : kInstructionTable) {
    EXPECT_TRUE(codes.insert(info.code).second) << info.mnemonic;
    EXPECT_TRUE(mnemonics.insert(info.mnemonic).second) << info.mnemonic;
  }
}

TEST(InstructionTable, AnOpcodeIsNeverAlsoThePageOf16BitOpcodes) {
  for (const InstructionInfo& info : kInstructionTable) {
    EXPECT_TRUE(info.is_two_byte() || !has_16_bit_opcodes(info.code)) << info.mnemonic;
  }
}

TEST(InstructionTable, OpcodesIndexTheirRows) {
  for (const InstructionInfo& info : kInstructionTable) EXPECT_EQ(&info_of(info.opcode), &info);
  EXPECT_EQ(info_of(Opcode::A).code, 0x5A);
  EXPECT_EQ(info_of(Opcode::MVC).code, 0xD2);
  EXPECT_EQ(info_of(Opcode::TPROT).code, 0xE501);
}

TEST(InstructionTable, LayoutAgreesWithTheLengthThatBits0And1Give) {
  for (const InstructionInfo& info : kInstructionTable) {
    EXPECT_EQ(instruction_length(info.first_byte()), length_of_layout(layout_of(info.format))) << info.mnemonic;
  }
}

// SPKA and IPK are semiprivileged only together with the dual-address-space facility, which this machine does not have.
TEST(InstructionTable, PrivilegeIsTheManuals) {
  for (const ExpectedInstruction& expected : kExpectedInstructions) {
    const InstructionInfo* info = row_named(expected.mnemonic);
    ASSERT_TRUE(info) << expected.mnemonic;
    Privilege privilege = Privilege::privileged;
    if (expected.privilege == 'P') privilege = Privilege::problem;
    if (expected.privilege == 'Q' && !is_installed(*info)) privilege = Privilege::semiprivileged;
    EXPECT_EQ(info->privilege, privilege) << expected.mnemonic;
  }
}

// The manual lists "M" among the exceptions of every instruction that needs the supervisor state.
TEST(InstructionTable, PrivilegedInstructionsOfInstalledFacilitiesListTheException) {
  for (const InstructionInfo& info : kInstructionTable) {
    if (!is_installed(info)) continue;
    const bool lists_it = info.exceptions.substr(0, info.exceptions.find(' ')) == "M";
    EXPECT_EQ(lists_it, info.privilege == Privilege::privileged) << info.mnemonic;
  }
}

TEST(InstructionTable, ConditionCodesAreDashOrAscendingDigits) {
  for (const InstructionInfo& info : kInstructionTable) {
    if (info.condition_codes == "-") continue;
    ASSERT_FALSE(info.condition_codes.empty()) << info.mnemonic;
    for (std::size_t n = 0; n < info.condition_codes.size(); ++n) {
      EXPECT_TRUE(info.condition_codes[n] >= '0' && info.condition_codes[n] <= '3') << info.mnemonic;
      EXPECT_TRUE(n == 0 || info.condition_codes[n - 1] < info.condition_codes[n]) << info.mnemonic;
    }
  }
}

TEST(FacilityTable, SaysWhyAFacilityIsNotInstalled) {
  for (const FacilityInfo& facility : kFacilityTable) {
    EXPECT_EQ(facility.reason.empty(), facility.installed) << facility.name;
  }
}

TEST(FindInstruction, AgreesWithTheManualForEveryPairOfBytes) {
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      const InstructionInfo* info = find_instruction(static_cast<u8>(first), static_cast<u8>(second));
      const std::string_view expected = expected_mnemonic(first, second);
      ASSERT_EQ(info ? info->mnemonic : "", expected) << std::hex << first << ' ' << second;
    }
  }
}

// Only bit 15 of the I/O opcodes is looked at; the others never cause an operation exception.
TEST(FindInstruction, TheModifierBitAloneChoosesAmongTheIoInstructions) {
  const auto mnemonic = [](u8 first, u8 second) { return find_instruction(first, second)->mnemonic; };
  EXPECT_EQ(mnemonic(0x9C, 0x00), "SIO");
  EXPECT_EQ(mnemonic(0x9C, 0x01), "SIOF");
  EXPECT_EQ(mnemonic(0x9C, 0x02), "SIO");  // RIO only with suspend and resume
  EXPECT_EQ(mnemonic(0x9C, 0xFF), "SIOF");
  EXPECT_EQ(mnemonic(0x9D, 0xFE), "TIO");
  EXPECT_EQ(mnemonic(0x9D, 0x81), "CLRIO");
  EXPECT_EQ(mnemonic(0x9E, 0x10), "HIO");
  EXPECT_EQ(mnemonic(0x9E, 0x11), "HDV");
  EXPECT_EQ(mnemonic(0x9F, 0xF0), "TCH");
  EXPECT_EQ(mnemonic(0x9F, 0x01), "CLRCH");
}

// ESA/390 instructions that other emulators leave enabled in System/370 mode.
TEST(FindInstruction, LaterArchitecturesAreNotAssigned) {
  EXPECT_FALSE(find_instruction(0x00, 0x00));
  EXPECT_FALSE(find_instruction(0x0B, 0x00));  // BSM
  EXPECT_FALSE(find_instruction(0x0C, 0x00));  // BASSM
  EXPECT_FALSE(find_instruction(0x51, 0x00));  // LAE
  EXPECT_FALSE(find_instruction(0x71, 0x00));  // MS
  EXPECT_FALSE(find_instruction(0xA7, 0x04));  // BRC
  EXPECT_FALSE(find_instruction(0xA8, 0x00));  // MVCLE
  EXPECT_FALSE(find_instruction(0xB2, 0x22));  // IPM
  EXPECT_FALSE(find_instruction(0xB2, 0x52));  // MSR
  EXPECT_FALSE(find_instruction(0xB3, 0x00));
  EXPECT_FALSE(find_instruction(0xFF, 0xFF));
}

TEST(InstructionLength, IsTwoFourFourSixByBits0And1) {
  for (unsigned first = 0; first < 256; ++first) {
    constexpr unsigned kLengths[] = {2, 4, 4, 6};
    EXPECT_EQ(instruction_length(static_cast<u8>(first)), kLengths[first >> 6]) << std::hex << first;
  }
}

}  // namespace
}  // namespace replica
