#include "tools/isa.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "frontend/instruction_table.h"

namespace replica::tools {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

Json instructions() { return Json::parse(isa_json())["instructions"]; }

// The object of an instruction.
Json instruction(const std::string& mnemonic) {
  for (const Json& row : instructions()) {
    if (row["mnemonic"] == mnemonic) return row;
  }
  return {};
}

TEST(Isa, DocumentIsWhatTheProgramPrints) {
  std::ifstream file(REPLICA_SOURCE_DIR "/docs/instructions.md", std::ios::binary);
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(document == isa_markdown()) << "make it again: replica isa --markdown > docs/instructions.md";
}

TEST(Isa, HasALineForEveryInstruction) {
  std::istringstream lines(isa_text());
  std::string line;
  std::getline(lines, line);
  EXPECT_THAT(line, testing::StartsWith("opcode  mnemonic"));
  for (const InstructionInfo& info : kInstructionTable) {
    std::getline(lines, line);
    std::istringstream words(line);
    std::string opcode, mnemonic;
    words >> opcode >> mnemonic;
    EXPECT_EQ(std::stoul(opcode, nullptr, 16), info.code);
    EXPECT_EQ(mnemonic, info.mnemonic);
    EXPECT_THAT(line, testing::EndsWith(std::string(info.title)));
  }
}

TEST(Isa, TellsInJsonWhatTheTableTells) {
  EXPECT_EQ(instructions().size(), std::size(kInstructionTable));
  const Json add = {{"opcode", "5A"},
                    {"mnemonic", "A"},
                    {"format", "RX"},
                    {"operands", "R1,D2(X2,B2)"},
                    {"privilege", "problem"},
                    {"facility", "base"},
                    {"installed", true},
                    {"condition_codes", {0, 1, 2, 3}},
                    {"exceptions", Json::array({"Af", "IF"})},
                    {"title", "Add"}};
  EXPECT_EQ(instruction("A"), add);
  const Json write_direct = {{"opcode", "84"},
                             {"mnemonic", "WRD"},
                             {"format", "SI"},
                             {"operands", "D1(B1),I2"},
                             {"privilege", "privileged"},
                             {"facility", "direct control"},
                             {"installed", false},
                             {"condition_codes", Json::array()},
                             {"exceptions", Json::array({"M", "Af"})},
                             {"title", "Write Direct"}};
  EXPECT_EQ(instruction("WRD"), write_direct);
  EXPECT_EQ(instruction("BALR")["exceptions"], Json::array());
  EXPECT_EQ(instruction("MVCK")["privilege"], "semiprivileged");
}

TEST(Isa, WritesTheOperandsOfTheManual) {
  const std::pair<const char*, const char*> expected[] = {
      {"AR", "R1,R2"},
      {"BCR", "M1,R2"},
      {"SVC", "I"},
      {"SPM", "R1"},
      {"ADR", "R1,R2"},
      {"IPTE", "R1,R2"},
      {"DXR", "R1,R2"},
      {"L", "R1,D2(X2,B2)"},
      {"BC", "M1,D2(X2,B2)"},
      {"LD", "R1,D2(X2,B2)"},
      {"STM", "R1,R3,D2(B2)"},
      {"SLA", "R1,D2(B2)"},
      {"ICM", "R1,M3,D2(B2)"},
      {"TM", "D1(B1),I2"},
      {"LPSW", "D2(B2)"},
      {"PTLB", "-"},
      {"MVC", "D1(L,B1),D2(B2)"},
      {"AP", "D1(L1,B1),D2(L2,B2)"},
      {"SRP", "D1(L1,B1),D2(B2),I3"},
      {"MVCK", "D1(R1,B1),D2(B2),R3"},
      {"TPROT", "D1(B1),D2(B2)"},
  };
  for (const auto& [mnemonic, operands] : expected) EXPECT_EQ(instruction(mnemonic)["operands"], operands) << mnemonic;
}

TEST(Isa, ExplainsEveryExceptionCode) {
  const std::string text = isa_text();
  const std::string legend = text.substr(text.find("\ncode  meaning\n"));
  for (const Json& row : instructions()) {
    for (const std::string code : row["exceptions"]) EXPECT_THAT(legend, HasSubstr("\n" + code + " ")) << row;
  }
}

TEST(Isa, TellsWhyAFacilityIsNotInstalled) {
  const std::string markdown = isa_markdown();
  const std::string last_section = markdown.substr(markdown.find("## Facilities that are not installed"));
  for (const FacilityInfo& facility : kFacilityTable) {
    const bool is_listed = last_section.find("| " + std::string(facility.name) + " ") != std::string::npos;
    EXPECT_EQ(is_listed, !facility.installed) << facility.name;
    EXPECT_THAT(last_section, HasSubstr(std::string(facility.reason)));
  }
}

}  // namespace
}  // namespace replica::tools
