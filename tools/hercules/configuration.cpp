#include "tools/hercules/configuration.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>

#include "devices/code_page.h"
#include "mmu/storage.h"
#include "tools/hercules/text_file.h"
#include "tools/parse.h"

namespace replica::tools {
namespace {

constexpr unsigned kMostIncludes = 8;
constexpr std::size_t kLongestLoadParameter = 8;
constexpr int kMostYears = 142;

using Words = std::vector<std::string>;

// Words are separated by blanks; quotes keep blanks in a word; a word that begins with # ends the line.
Result<Words> split_statement(const std::string& line) {
  Words words;
  for (std::size_t at = 0; at < line.size();) {
    if (std::isspace(static_cast<unsigned char>(line[at]))) {
      ++at;
      continue;
    }
    if (line[at] == '#') break;
    const char quote = line[at];
    if (quote == '"' || quote == '\'') {
      const std::size_t end = line.find(quote, at + 1);
      if (end == std::string::npos) return fail("found a quoted word without its end: {}", line.substr(at));
      words.push_back(line.substr(at + 1, end - at - 1));
      at = end + 1;
      continue;
    }
    const std::size_t end = std::min(line.find_first_of(" \t\r", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

// A decimal number with or without a sign, from `least` to `most`.
Result<int> parse_signed(const std::string& text, int least, int most) {
  const bool has_sign = !text.empty() && (text[0] == '+' || text[0] == '-');
  const auto digits = parse_decimal(std::string_view(text).substr(has_sign ? 1 : 0));
  if (digits && *digits <= 10'000) {
    const int value = text[0] == '-' ? -static_cast<int>(*digits) : static_cast<int>(*digits);
    if (value >= least && value <= most) return value;
  }
  return fail("expected a number from {} to {}, found '{}'", least, most, text);
}

class Parser {
 public:
  Status parse(const Words& lines, const std::string& name, unsigned depth);
  Configuration take() { return std::move(configuration_); }

 private:
  Status statement(const Words& words, unsigned depth);
  Status parameter(const Words& words);
  Status device(const Words& words);
  Status include(const Words& words, unsigned depth);

  // The values of one parameter; the error does not name it.
  using Take = Status (Parser::*)(const Words& values);
  struct Parameter {
    const char* name;
    Take take;
    std::size_t least = 1, most = 1;  // values
  };
  static const std::vector<Parameter>& parameters();

  Status main_storage(const Words& values);
  Status cpu_serial(const Words& values) { return hexadecimal(values[0], 6, configuration_.cpu_serial); }
  Status cpu_model(const Words& values) { return hexadecimal(values[0], 4, configuration_.cpu_model); }
  Status cpu_version(const Words& values) { return hexadecimal(values[0], 2, configuration_.cpu_version); }
  Status processors(const Words& values);
  Status architecture(const Words& values);
  Status epoch(const Words& values);
  Status year_offset(const Words& values);
  Status zone_offset(const Words& values);
  Status console_port(const Words& values);
  Status code_page(const Words& values);
  Status load_parameter(const Words& values);
  Status operating_system(const Words& values);
  Status sense_id(const Words& values);
  Status define_symbol(const Words& values);

  template <typename T>
  Status hexadecimal(const std::string& text, unsigned digits, T& field) {
    const auto value = parse_hex(text, digits);
    if (!value) return tl::unexpected(value.error());
    field = static_cast<T>(*value);
    return {};
  }
  void note(const std::string& text) { configuration_.notes.push_back(fmt::format("{}: {}", place_, text)); }

  Configuration configuration_;
  std::string place_;  // file:line of the present statement
};

const std::vector<Parser::Parameter>& Parser::parameters() {
  static const std::vector<Parameter> table = {
      {"MAINSIZE", &Parser::main_storage},      {"CPUSERIAL", &Parser::cpu_serial},
      {"CPUMODEL", &Parser::cpu_model},         {"CPUVERID", &Parser::cpu_version, 1, 2},
      {"NUMCPU", &Parser::processors},          {"MAXCPU", &Parser::processors},
      {"ARCHMODE", &Parser::architecture},      {"ARCHLVL", &Parser::architecture},
      {"SYSEPOCH", &Parser::epoch, 1, 2},       {"YROFFSET", &Parser::year_offset},
      {"TZOFFSET", &Parser::zone_offset},       {"CNSLPORT", &Parser::console_port},
      {"CODEPAGE", &Parser::code_page},         {"LOADPARM", &Parser::load_parameter, 0},
      {"OSTAILOR", &Parser::operating_system},  {"LEGACYSENSEID", &Parser::sense_id},
      {"DEFSYM", &Parser::define_symbol, 1, 2},
  };
  return table;
}

// What else Hercules knows is about its own inner life, or about machines that this one is not.
constexpr const char* kWithoutEffect[] = {
    "ASN_AND_LX_REUSE",
    "AUTO_SCSI_MOUNT",
    "AUTOMOUNT",
    "CAPPING",
    "CCKD",
    "CONCPSLOCKOUT",
    "CONKPALV",
    "CPUIDFMT",
    "CPUPRIO",
    "DEFSTORE",
    "DEVPRIO",
    "DEVTMAX",
    "DIAG8CMD",
    "ECPSVM",
    "ENGINES",
    "EVM",
    "HERCLOGO",
    "HERCPRIO",
    "HTTPPORT",
    "HTTPROOT",
    "IGNORE",
    "IODELAY",
    "LDMOD",
    "LOGOPT",
    "LPARNAME",
    "LPARNUM",
    "MANUFACTURER",
    "MESSAGELEVEL",
    "MODEL",
    "MODPATH",
    "MOUNTED_TAPE_REINIT",
    "NETDEV",
    "PANRATE",
    "PANTITLE",
    "PGMPRDOS",
    "PLANT",
    "QUITMOUT",
    "SCSIMOUNT",
    "SHCMDOPT",
    "SHRDPORT",
    "TIMERINT",
    "TODDRAG",
    "TODPRIO",
    "TRACEOPT",
    "XPNDSIZE",
};

Status Parser::parse(const Words& lines, const std::string& name, unsigned depth) {
  for (std::size_t n = 0; n < lines.size(); ++n) {
    place_ = fmt::format("{}:{}", name, n + 1);
    const std::string line = trimmed(lines[n]);
    if (line.empty() || line[0] == '*' || line[0] == '#') continue;
    const auto text = configuration_.symbols.substitute(line);
    if (!text) return fail("{}: {}", place_, text.error().message);
    const auto words = split_statement(*text);
    if (!words) return fail("{}: {}", place_, words.error().message);
    if (words->empty()) continue;
    if (Status status = statement(*words, depth); !status) return status;
  }
  return {};
}

Status Parser::statement(const Words& words, unsigned depth) {
  const std::string keyword = upper_case(words[0]);
  if (keyword == "INCLUDE") return include(words, depth);
  const bool is_number = !keyword.empty() && std::isxdigit(static_cast<unsigned char>(keyword[0])) &&
                         keyword.find_first_not_of("0123456789ABCDEF:.,-") == std::string::npos;
  return is_number ? device(words) : parameter(words);
}

Status Parser::include(const Words& words, unsigned depth) {
  const std::string place = place_;
  if (words.size() != 2) return fail("{}: INCLUDE: expected one file name, found {}", place, words.size() - 1);
  if (depth == kMostIncludes) return fail("{}: INCLUDE: more than {} files include each other", place, kMostIncludes);
  const auto lines = read_lines(words[1]);
  if (!lines) return fail("{}: INCLUDE: {}", place, lines.error().message);
  return parse(*lines, words[1], depth + 1);
}

Status Parser::parameter(const Words& words) {
  const std::string keyword = upper_case(words[0]);
  const Words values(words.begin() + 1, words.end());
  for (const Parameter& known : parameters()) {
    if (keyword != known.name) continue;
    if (values.size() < known.least) return fail("{}: {}: expected a value, found nothing", place_, keyword);
    if (values.size() > known.most) {
      return fail("{}: {}: found '{}' behind the value; expected nothing", place_, keyword, values[known.most]);
    }
    const Status status = (this->*known.take)(values);
    return status ? status : fail("{}: {}: {}", place_, keyword, status.error().message);
  }
  if (std::find(std::begin(kWithoutEffect), std::end(kWithoutEffect), keyword) != std::end(kWithoutEffect)) {
    note(keyword + " has no effect on this machine");
    return {};
  }
  return fail(
      "{}: found the unknown statement '{}'; expected a system parameter of Hercules, or a device number and type",
      place_, words[0]);
}

// A number twice is an error.
Status Parser::device(const Words& words) {
  auto statements = parse_device_statement(words, place_);
  if (!statements) return fail("{}: {}", place_, statements.error().message);
  for (DeviceStatement& statement : *statements) {
    for (const DeviceStatement& other : configuration_.devices) {
      if (other.address != statement.address) continue;
      return fail("{}: device {:04X} is there already, by {}; expected each number once", place_, other.address,
                  other.place);
    }
    configuration_.devices.push_back(std::move(statement));
  }
  return {};
}

// ---- Parameters ----

// Megabytes, or with the suffix K, M or G. Hercules gives a System/370 more than it can address; this machine does not.
Status Parser::main_storage(const Words& values) {
  std::string_view digits = values[0];
  unsigned shift = 20;
  if (!digits.empty() && std::isalpha(static_cast<unsigned char>(digits.back()))) {
    const char suffix = static_cast<char>(std::toupper(static_cast<unsigned char>(digits.back())));
    shift = suffix == 'K' ? 10 : suffix == 'M' ? 20 : suffix == 'G' ? 30 : 0;
    if (shift != 0) digits.remove_suffix(1);
  }
  const auto number = parse_decimal(digits);
  const u64 bytes = number && *number < (u64{1} << 32) ? *number << shift : 0;
  if (bytes < kMinStorage || bytes % 4096 != 0) {
    return fail("expected a size in megabytes, 1 to {}; found '{}'", kMaxStorage >> 20, values[0]);
  }
  if (bytes > kMaxStorage)
    note(fmt::format("MAINSIZE {}: this machine has {} MB at most", values[0], kMaxStorage >> 20));
  configuration_.main_storage = static_cast<u32>(std::min<u64>(bytes, kMaxStorage));
  return {};
}

Status Parser::processors(const Words& values) {
  const auto count = parse_signed(values[0], 1, 64);
  if (!count) return tl::unexpected(count.error());
  if (*count > 1) note("this machine has one CPU");
  return {};
}

Status Parser::architecture(const Words& values) {
  const std::string mode = upper_case(values[0]);
  if (mode == "S/370" || mode == "S370") return {};
  return fail("expected S/370, the only architecture of this machine; found '{}'", values[0]);
}

Status Parser::epoch(const Words& values) {
  const auto year = parse_signed(values[0], 1800, 2100);
  if (!year) return tl::unexpected(year.error());
  configuration_.epoch_year = *year;
  return values.size() > 1 ? year_offset({values[1]}) : Status{};
}

Status Parser::year_offset(const Words& values) {
  const auto years = parse_signed(values[0], -kMostYears, kMostYears);
  if (!years) return tl::unexpected(years.error());
  configuration_.year_offset = *years;
  return {};
}

// +hhmm or -hhmm.
Status Parser::zone_offset(const Words& values) {
  const auto offset = parse_signed(values[0], -2359, 2359);
  if (!offset || *offset % 100 > 59 || *offset % 100 < -59) {
    return fail("expected hours and minutes, from -2359 to +2359; found '{}'", values[0]);
  }
  configuration_.zone_offset_minutes = *offset / 100 * 60 + *offset % 100;
  return {};
}

Status Parser::console_port(const Words& values) {
  const std::size_t colon = values[0].rfind(':');
  const auto port = parse_decimal(std::string_view(values[0]).substr(colon == std::string::npos ? 0 : colon + 1));
  if (!port || *port == 0 || *port > 65535) return fail("expected a port, 1 to 65535; found '{}'", values[0]);
  configuration_.console_host = colon == std::string::npos ? "" : values[0].substr(0, colon);
  configuration_.console_port = static_cast<u16>(*port);
  configuration_.console_port_place = place_;
  return {};
}

Status Parser::code_page(const Words& values) {
  if (const auto known = find_code_page(values[0]); !known) return tl::unexpected(known.error());
  configuration_.code_page = values[0];
  return {};
}

Status Parser::load_parameter(const Words& values) {
  const std::string value = values.empty() ? "" : upper_case(values[0]);
  if (value.size() > kLongestLoadParameter) {
    return fail("expected at most {} characters, found '{}'", kLongestLoadParameter, value);
  }
  configuration_.load_parameter = value;
  return {};
}

Status Parser::operating_system(const Words& values) {
  const Tailoring* tailoring = find_tailoring(values[0]);
  if (!tailoring) return fail("expected QUIET, OS/390, Z/OS, VM, VSE, LINUX or NULL; found '{}'", values[0]);
  configuration_.operating_system = tailoring->name;
  return {};
}

Status Parser::sense_id(const Words& values) {
  const std::string value = upper_case(values[0]);
  if (value != "ON" && value != "OFF" && value != "ENABLE" && value != "DISABLE") {
    return fail("expected ON or OFF, found '{}'", values[0]);
  }
  configuration_.sense_id = value == "ON" || value == "ENABLE";
  return {};
}

Status Parser::define_symbol(const Words& values) {
  configuration_.symbols.define(values[0], values.size() > 1 ? values[1] : "");
  return {};
}

// The bits of these program-interruption codes.
constexpr u64 codes(std::initializer_list<unsigned> list) {
  u64 bits = 0;
  for (const unsigned code : list) bits |= u64{1} << (64 - code);
  return bits;
}

// As `pgmtrace` of Hercules 3.13 lists them. QUIET has every code.
constexpr std::array<Tailoring, 8> kTailorings = {{
    {"QUIET", ~u64{0}},
    {"OS/390", codes({0x02, 0x10, 0x11, 0x16, 0x1C, 0x2B, 0x2C, 0x30, 0x31, 0x34, 0x40})},
    {"Z/OS", codes({0x02, 0x10, 0x11, 0x16, 0x1C, 0x2B, 0x2C, 0x30, 0x31, 0x34, 0x38, 0x39, 0x3A, 0x3B, 0x40})},
    {"VM", codes({0x01, 0x02, 0x10, 0x11, 0x16, 0x1C, 0x40})},
    {"VSE", codes({0x10, 0x11, 0x16, 0x1C, 0x2B, 0x2C, 0x30, 0x31, 0x34, 0x40})},
    {"LINUX", codes({0x04, 0x10, 0x11, 0x16, 0x1C, 0x39, 0x3A, 0x3B, 0x40})},
    {"OPENSOLARIS", codes({0x04, 0x10, 0x11, 0x16, 0x1C, 0x39, 0x3A, 0x3B, 0x40})},
    {"NULL", 0},
}};

}  // namespace

const Tailoring* find_tailoring(const std::string& name) {
  std::string capitals = upper_case(name);
  if (capitals == "NONE") capitals = "QUIET";
  const auto* found =
      std::find_if(kTailorings.begin(), kTailorings.end(), [&](const Tailoring& t) { return capitals == t.name; });
  return found == kTailorings.end() ? nullptr : found;
}

Result<Configuration> parse_configuration(const std::string& text, const std::string& name) {
  const auto lines = split_lines(text, name);
  if (!lines) return tl::unexpected(lines.error());
  Parser parser;
  if (Status status = parser.parse(*lines, name, 0); !status) return tl::unexpected(status.error());
  return parser.take();
}

Result<Configuration> read_configuration(const std::filesystem::path& file) {
  const auto lines = read_lines(file.string());
  if (!lines) return tl::unexpected(lines.error());
  Parser parser;
  if (Status status = parser.parse(*lines, file.string(), 0); !status) return tl::unexpected(status.error());
  return parser.take();
}

}  // namespace replica::tools
