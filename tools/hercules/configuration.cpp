#include "tools/hercules/configuration.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

namespace replica::tools {
namespace {

constexpr unsigned kMostIncludes = 8;
constexpr std::size_t kMostDevices = 4096;
constexpr std::uintmax_t kLargestFile = 1 << 20;

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

std::optional<u32> number(std::string_view text, int base) {
  u32 value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

// Words are separated by blanks; quotes keep blanks in a word; a word that begins with # ends the line.
Result<std::vector<std::string>> split_words(const std::string& line, const std::string& place) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < line.size();) {
    if (std::isspace(static_cast<unsigned char>(line[at]))) {
      ++at;
      continue;
    }
    if (line[at] == '#') break;
    const char quote = line[at];
    if (quote == '"' || quote == '\'') {
      const std::size_t end = line.find(quote, at + 1);
      if (end == std::string::npos) return fail("{}: a quoted word does not end: {}", place, line.substr(at));
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

class Parser {
 public:
  Status parse(const std::string& text, const std::string& name, unsigned depth);
  Configuration take() { return std::move(configuration_); }

 private:
  Status statement(const std::vector<std::string>& words, const std::string& place, unsigned depth);
  Status system_parameter(const std::vector<std::string>& words, const std::string& place);
  Status device(const std::vector<std::string>& words, const std::string& place);
  Result<std::vector<u16>> device_numbers(const std::string& word, const std::string& place);
  std::string substitute(const std::string& line) const;

  Configuration configuration_;
  std::map<std::string, std::string> symbols_;
};

// $(NAME), ${NAME} and ${NAME=default}. A name that nobody defines is replaced by nothing.
std::string Parser::substitute(const std::string& line) const {
  std::string result;
  for (std::size_t at = 0; at < line.size();) {
    const bool opens = line[at] == '$' && at + 1 < line.size() && (line[at + 1] == '(' || line[at + 1] == '{');
    const std::size_t end = opens ? line.find(line[at + 1] == '(' ? ')' : '}', at) : std::string::npos;
    if (end == std::string::npos) {
      result += line[at++];
      continue;
    }
    std::string name = line.substr(at + 2, end - at - 2), value;
    if (const std::size_t equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    if (const auto found = symbols_.find(name); found != symbols_.end()) {
      value = found->second;
    } else if (const char* environment = std::getenv(name.c_str())) {
      value = environment;
    }
    result += value;
    at = end + 1;
  }
  return result;
}

Status Parser::parse(const std::string& text, const std::string& name, unsigned depth) {
  std::istringstream lines(text);
  std::string line;
  for (unsigned number = 1; std::getline(lines, line); ++number) {
    const std::string place = fmt::format("{}:{}", name, number);
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos || line[first] == '*' || line[first] == '#') continue;
    auto words = split_words(substitute(line), place);
    if (!words) return tl::unexpected(words.error());
    if (words->empty()) continue;
    if (Status status = statement(*words, place, depth); !status) return status;
  }
  return {};
}

Status Parser::statement(const std::vector<std::string>& words, const std::string& place, unsigned depth) {
  const std::string keyword = upper(words[0]);
  if (keyword == "INCLUDE") {
    if (words.size() != 2) return fail("{}: INCLUDE: expected one file name", place);
    if (depth == kMostIncludes) return fail("{}: INCLUDE: more than {} files include each other", place, kMostIncludes);
    std::ifstream file(words[1], std::ios::binary);
    if (!file) return fail("{}: INCLUDE: cannot read {}", place, words[1]);
    std::stringstream text;
    text << file.rdbuf();
    return parse(text.str(), words[1], depth + 1);
  }
  if (keyword == "DEFSYM") {
    if (words.size() < 2) return fail("{}: DEFSYM: expected a name and a value", place);
    symbols_[words[1]] = words.size() > 2 ? words[2] : "";
    return {};
  }
  const bool is_device = std::isxdigit(static_cast<unsigned char>(words[0][0])) && words.size() >= 2 &&
                         keyword.find_first_not_of("0123456789ABCDEF:.,-") == std::string::npos;
  return is_device ? device(words, place) : system_parameter(words, place);
}

Status Parser::system_parameter(const std::vector<std::string>& words, const std::string& place) {
  const std::string keyword = upper(words[0]);
  const std::string value = words.size() > 1 ? words[1] : "";
  Configuration& c = configuration_;
  // Stores a number into a field, if it lies in the range.
  const auto into = [&](auto& field, int base, u32 least, u32 most) -> Status {
    const auto parsed = number(value, base);
    if (!parsed || *parsed < least || *parsed > most) {
      return base == 16 ? fail("{}: {} {}: expected {:X} to {:X}, hexadecimal", place, keyword, value, least, most)
                        : fail("{}: {} {}: expected {} to {}", place, keyword, value, least, most);
    }
    field = static_cast<std::remove_reference_t<decltype(field)>>(*parsed);
    return {};
  };
  const auto offset = [&](const std::string& text, int least, int most, int& field) -> Status {
    const bool negative = !text.empty() && text[0] == '-';
    const auto digits = number(std::string_view(text).substr(text.empty() || std::isdigit(text[0]) ? 0 : 1), 10);
    const int signed_value = digits ? (negative ? -static_cast<int>(*digits) : static_cast<int>(*digits)) : most + 1;
    if (!digits || *digits > 9999 || signed_value < least || signed_value > most) {
      return fail("{}: {} {}: expected {} to {}", place, keyword, text, least, most);
    }
    field = signed_value;
    return {};
  };

  if (keyword == "MAINSIZE") return into(c.main_storage, 10, 1, 16);
  if (keyword == "CPUSERIAL") return into(c.cpu_serial, 16, 0, 0xFFFFFF);
  if (keyword == "CPUMODEL") return into(c.cpu_model, 16, 0, 0xFFFF);
  if (keyword == "CPUVERID") return into(c.cpu_version, 16, 0, 0xFF);
  if (keyword == "YROFFSET") return offset(value, -142, 142, c.year_offset);
  if (keyword == "SYSEPOCH") {
    if (Status status = into(c.epoch_year, 10, 1800, 2100); !status) return status;
    return words.size() > 2 ? offset(words[2], -142, 142, c.year_offset) : Status{};
  }
  if (keyword == "TZOFFSET") {
    int hours_minutes = 0;
    if (Status status = offset(value, -2359, 2359, hours_minutes); !status) return status;
    c.zone_offset_minutes = hours_minutes / 100 * 60 + hours_minutes % 100;
    return {};
  }
  if (keyword == "CNSLPORT") {
    u16 port = 0;
    const std::size_t colon = value.rfind(':');
    const auto parsed = number(std::string_view(value).substr(colon == std::string::npos ? 0 : colon + 1), 10);
    if (!parsed || *parsed == 0 || *parsed > 65535) return fail("{}: CNSLPORT {}: expected 1 to 65535", place, value);
    port = static_cast<u16>(*parsed);
    c.console_port = port;
    return {};
  }
  if (keyword == "CODEPAGE") {
    c.code_page = value;
    return {};
  }
  if (keyword == "ARCHMODE" || keyword == "ARCHLVL") {
    if (const std::string mode = upper(value); mode != "S/370" && mode != "S370") {
      return fail("{}: {} {}: expected S/370, the only architecture of this machine", place, keyword, value);
    }
    return {};
  }
  if (keyword == "NUMCPU" || keyword == "MAXCPU") {
    u32 count = 0;
    if (Status status = into(count, 10, 1, 64); !status) return status;
    if (count > 1) c.notes.push_back(fmt::format("{}: {} {}: this machine has one CPU", place, keyword, count));
    return {};
  }
  // Everything else that Hercules knows is about its own inner life.
  static const char* const kWithoutEffect[] = {
      "XPNDSIZE", "LOADPARM",  "OSTAILOR",      "CONKPALV",     "HTTPPORT",     "HTTPROOT", "PANRATE",  "PANTITLE",
      "DIAG8CMD", "SHCMDOPT",  "ECPSVM",        "TIMERINT",     "TODDRAG",      "TODPRIO",  "CPUPRIO",  "HERCPRIO",
      "DEVPRIO",  "DEVTMAX",   "CCKD",          "MODPATH",      "LDMOD",        "LPARNAME", "LPARNUM",  "MANUFACTURER",
      "MODEL",    "PLANT",     "PGMPRDOS",      "IGNORE",       "AUTOMOUNT",    "SHRDPORT", "LOGOPT",   "LEGACYSENSEID",
      "HERCLOGO", "CPUIDFMT",  "TRACEOPT",      "CONCPSLOCKOUT", "AUTO_SCSI_MOUNT", "SCSIMOUNT", "MOUNTED_TAPE_REINIT",
      "TODDRAG",  "ASN_AND_LX_REUSE", "DEFSTORE", "CAPPING",    "ENGINES",      "MESSAGELEVEL", "QUITMOUT"};
  for (const char* known : kWithoutEffect) {
    if (keyword != known) continue;
    c.notes.push_back(fmt::format("{}: {} has no effect here", place, keyword));
    return {};
  }
  return fail("{}: unknown statement {}: expected a Hercules system parameter or a device number and type", place,
              words[0]);
}

// devnum, devnum-devnum, devnum.count, and lists of these with commas; a channel-set prefix "0:" may precede.
Result<std::vector<u16>> Parser::device_numbers(const std::string& word, const std::string& place) {
  std::vector<u16> numbers;
  const auto bad = [&] {
    return fail("{}: device number {}: expected up to four hexadecimal digits, as 00C, 010-01F, 010.16 or a list",
                place, word);
  };
  std::istringstream list(word.find(':') == 1 ? word.substr(2) : word);
  std::string item;
  while (std::getline(list, item, ',')) {
    const std::size_t separator = item.find_first_of("-.");
    const std::string first_text = item.substr(0, separator);
    const auto first = number(first_text, 16);
    if (!first || *first > 0xFFFF || first_text.size() > 4) return bad();
    u32 last = *first;
    if (separator != std::string::npos) {
      const bool is_count = item[separator] == '.';
      const auto second = number(std::string_view(item).substr(separator + 1), is_count ? 10 : 16);
      if (!second || *second > 0xFFFF || (is_count && *second == 0)) return bad();
      last = is_count ? *first + *second - 1 : *second;
    }
    if (last < *first || last > 0xFFFF || numbers.size() + (last - *first) > kMostDevices) return bad();
    for (u32 n = *first; n <= last; ++n) numbers.push_back(static_cast<u16>(n));
  }
  if (numbers.empty()) return bad();
  return numbers;
}

Status Parser::device(const std::vector<std::string>& words, const std::string& place) {
  const auto numbers = device_numbers(words[0], place);
  if (!numbers) return tl::unexpected(numbers.error());
  for (u16 address : *numbers) {
    for (const DeviceStatement& other : configuration_.devices) {
      if (other.address == address) return fail("{}: device {:04X} is there already, by {}", place, address, other.place);
    }
    configuration_.devices.push_back(
        {.address = address, .type = upper(words[1]), .arguments = {words.begin() + 2, words.end()}, .place = place});
  }
  return {};
}

}  // namespace

Result<Configuration> parse_configuration(const std::string& text, const std::string& name) {
  Parser parser;
  if (Status status = parser.parse(text, name, 0); !status) return tl::unexpected(status.error());
  return parser.take();
}

Result<Configuration> read_configuration(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error) return fail("{}: cannot read the configuration: {}", file.string(), error.message());
  if (size > kLargestFile) return fail("{}: {} bytes: expected a configuration of at most 1 MB", file.string(), size);
  std::ifstream stream(file, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  if (!stream) return fail("{}: cannot read the configuration", file.string());
  auto configuration = parse_configuration(text.str(), file.string());
  if (configuration) configuration->directory = file.parent_path();
  return configuration;
}

}  // namespace replica::tools
