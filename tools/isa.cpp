#include "tools/isa.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

#include "frontend/instruction_table.h"
#include "tools/text_table.h"

namespace replica::tools {
namespace {

struct FormatInfo {
  std::string_view name;
  std::string_view operands;
};

// By the number of the format.
constexpr FormatInfo kFormats[] = {
    {"RR", "R1,R2"},
    {"RR", "M1,R2"},
    {"RR", "I"},
    {"RR", "R1"},
    {"RR", "R1,R2"},
    {"RRE", "R1,R2"},
    {"RRE", "R1,R2"},
    {"RX", "R1,D2(X2,B2)"},
    {"RX", "M1,D2(X2,B2)"},
    {"RX", "R1,D2(X2,B2)"},
    {"RS", "R1,R3,D2(B2)"},
    {"RS", "R1,D2(B2)"},
    {"RS", "R1,M3,D2(B2)"},
    {"SI", "D1(B1),I2"},
    {"S", "D2(B2)"},
    {"S", "-"},
    {"SS", "D1(L,B1),D2(B2)"},
    {"SS", "D1(L1,B1),D2(L2,B2)"},
    {"SS", "D1(L1,B1),D2(B2),I3"},
    {"SS", "D1(R1,B1),D2(B2),R3"},
    {"SSE", "D1(B1),D2(B2)"},
};
static_assert(std::size(kFormats) == static_cast<std::size_t>(Format::SSE) + 1);

struct ExceptionInfo {
  std::string_view code;
  std::string_view meaning;
};

constexpr ExceptionInfo kExceptions[] = {
    {"Af", "operand access for fetch: addressing, protection, segment, page or translation specification"},
    {"As", "operand access for store, likewise"},
    {"Au", "operand access for update, likewise"},
    {"Ad", "addressing of a real address"},
    {"M", "privileged operation"},
    {"SP", "specification"},
    {"D", "data"},
    {"EX", "execute"},
    {"IF", "fixed-point overflow"},
    {"IK", "fixed-point divide"},
    {"DF", "decimal overflow"},
    {"DK", "decimal divide"},
    {"EO", "exponent overflow"},
    {"EU", "exponent underflow"},
    {"LS", "significance"},
    {"FK", "floating-point divide"},
    {"SO", "special operation"},
    {"TS", "translation specification"},
    {"MO", "monitor event"},
    {"II", "no exception: the instruction is interruptible"},
};

const FormatInfo& format_of(const InstructionInfo& info) { return kFormats[static_cast<std::size_t>(info.format)]; }

std::string opcode_of(const InstructionInfo& info) {
  return info.is_two_byte() ? fmt::format("{:04X}", info.code) : fmt::format("{:02X}", info.code);
}

std::string_view privilege_of(const InstructionInfo& info) {
  switch (info.privilege) {
    case Privilege::problem: return "problem";
    case Privilege::semiprivileged: return "semiprivileged";
    case Privilege::privileged: return "privileged";
  }
  return "";
}

std::string facility_of(const InstructionInfo& info) {
  const FacilityInfo& facility = info_of(info.facility);
  return fmt::format("{}{}", facility.name, facility.installed ? "" : " (not installed)");
}

struct Column {
  std::string_view heading;
  std::string (*cell)(const InstructionInfo& info);
};

// The columns of the table of instructions. One more is one more row here.
constexpr Column kColumns[] = {
    {"opcode", opcode_of},
    {"mnemonic", [](const InstructionInfo& info) { return std::string(info.mnemonic); }},
    {"format", [](const InstructionInfo& info) { return std::string(format_of(info).name); }},
    {"operands", [](const InstructionInfo& info) { return std::string(format_of(info).operands); }},
    {"privilege", [](const InstructionInfo& info) { return std::string(privilege_of(info)); }},
    {"facility", facility_of},
    {"CC", [](const InstructionInfo& info) { return std::string(info.condition_codes); }},
    {"exceptions", [](const InstructionInfo& info) { return std::string(info.exceptions); }},
    {"title", [](const InstructionInfo& info) { return std::string(info.title); }},
};

TextTable instruction_table() {
  TextTable table;
  for (const Column& column : kColumns) table.headings.emplace_back(column.heading);
  for (const InstructionInfo& info : kInstructionTable) {
    auto& row = table.rows.emplace_back();
    for (const Column& column : kColumns) row.push_back(column.cell(info));
  }
  return table;
}

TextTable exception_table() {
  TextTable table{{"code", "meaning"}, {}};
  for (const ExceptionInfo& exception : kExceptions) {
    table.rows.push_back({std::string(exception.code), std::string(exception.meaning)});
  }
  return table;
}

// The mnemonics of a facility's instructions.
std::vector<std::string_view> mnemonics_of(const FacilityInfo& facility) {
  std::vector<std::string_view> mnemonics;
  for (const InstructionInfo& info : kInstructionTable) {
    if (&info_of(info.facility) == &facility) mnemonics.push_back(info.mnemonic);
  }
  return mnemonics;
}

TextTable installed_facilities() {
  TextTable table{{"facility", "instructions"}, {}};
  for (const FacilityInfo& facility : kFacilityTable) {
    if (!facility.installed) continue;
    table.rows.push_back({std::string(facility.name), fmt::format("{}", mnemonics_of(facility).size())});
  }
  return table;
}

TextTable missing_facilities() {
  TextTable table{{"facility", "why it is not installed", "instructions"}, {}};
  for (const FacilityInfo& facility : kFacilityTable) {
    if (facility.installed) continue;
    const std::string mnemonics = fmt::format("{}", fmt::join(mnemonics_of(facility), " "));
    table.rows.push_back({std::string(facility.name), std::string(facility.reason), mnemonics});
  }
  return table;
}

std::string summary() {
  return fmt::format("{} instructions, of which {} are installed.", std::size(kInstructionTable),
                     std::count_if(std::begin(kInstructionTable), std::end(kInstructionTable), is_installed));
}

// "012" as [0, 1, 2], "-" as [].
nlohmann::ordered_json condition_codes_of(const InstructionInfo& info) {
  auto codes = nlohmann::ordered_json::array();
  for (const char digit : info.condition_codes) {
    if (digit != '-') codes.push_back(digit - '0');
  }
  return codes;
}

// "Af SP" as ["Af", "SP"], "-" as [].
nlohmann::ordered_json exceptions_of(const InstructionInfo& info) {
  auto codes = nlohmann::ordered_json::array();
  for (std::string_view rest = info.exceptions; !rest.empty() && rest != "-";) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    codes.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return codes;
}

}  // namespace

std::string isa_text() {
  return fmt::format("{}\n{}\nExceptions, beyond those of every instruction:\n\n{}\nFacilities not installed:\n\n{}",
                     instruction_table().as_text(), summary() + "\n", exception_table().as_text(),
                     missing_facilities().as_text());
}

std::string isa_json() {
  nlohmann::ordered_json document;
  for (const InstructionInfo& info : kInstructionTable) {
    document["instructions"].push_back({{"opcode", opcode_of(info)},
                                        {"mnemonic", info.mnemonic},
                                        {"format", format_of(info).name},
                                        {"operands", format_of(info).operands},
                                        {"privilege", privilege_of(info)},
                                        {"facility", info_of(info.facility).name},
                                        {"installed", is_installed(info)},
                                        {"condition_codes", condition_codes_of(info)},
                                        {"exceptions", exceptions_of(info)},
                                        {"title", info.title}});
  }
  for (const FacilityInfo& facility : kFacilityTable) {
    document["facilities"].push_back(
        {{"name", facility.name}, {"installed", facility.installed}, {"reason", facility.reason}});
  }
  return document.dump(1) + "\n";
}

std::string isa_markdown() {
  return fmt::format(R"(# Instructions

<!-- Made by `replica isa --markdown` from frontend/instructions.def and frontend/facilities.def. Do not edit: a test compares. -->

{}

- *title* is the instruction's section in GA22-7000-10, System/370 Principles of Operation.
- *facility*: an instruction of a facility that is not installed is answered with the operation exception.
- *CC*: the condition codes that the instruction can set; `-` if it leaves the code unchanged.
- *exceptions*: those beyond what every instruction can cause (operation, access to the instruction itself, odd address,
  PER), by their codes in the second table.

{}
## Exceptions

{}
## Facilities that are installed

{}
## Facilities that are not installed

{})",
                     summary(), instruction_table().as_markdown(), exception_table().as_markdown(),
                     installed_facilities().as_markdown(), missing_facilities().as_markdown());
}

}  // namespace replica::tools
