#include "tools/vectors/parser.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <sstream>

#include "tools/vectors/assembler.h"
#include "tools/vectors/items.h"
#include "tools/vectors/text.h"

namespace replica::vectors {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator, std::size_t most = std::string_view::npos) {
  std::vector<std::string_view> parts;
  while (parts.size() + 1 < most) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) break;
    parts.push_back(trim(text.substr(0, at)));
    text.remove_prefix(at + 1);
  }
  parts.push_back(trim(text));
  return parts;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (text = trim(text); !text.empty(); text = trim(text)) {
    const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

bool is_hex_text(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || hex_digit(c); });
}

Result<Bytes> parse_hex_instruction(std::string_view text) {
  Bytes bytes;
  unsigned digits = 0;
  for (const char c : text) {
    const auto digit = hex_digit(c);
    if (!digit) continue;
    if (digits++ % 2 == 0) bytes.push_back(0);
    bytes.back() = static_cast<u8>(bytes.back() << 4 | *digit);
  }
  const unsigned length = instruction_length(bytes[0]);
  if (digits % 2 != 0 || bytes.size() != length) {
    return fail("'{}' is not an instruction: one that begins so has {} bytes", text, length);
  }
  return bytes;
}

// "A 1,800", "5A10 0800", or both joined by "=", which must agree.
Result<Bytes> parse_instruction(std::string_view text, bool& in_hex) {
  const std::size_t equals = text.find('=');
  const std::string_view first = trim(text.substr(0, equals));
  if (!is_hex_text(first)) {
    if (equals != std::string_view::npos) return fail("'{}' before '=' is not hexadecimal", first);
    return assemble(first);
  }
  in_hex = true;
  auto bytes = parse_hex_instruction(first);
  if (!bytes || equals == std::string_view::npos) return bytes;
  const auto assembled = assemble(text.substr(equals + 1));
  if (!assembled) return tl::unexpected(assembled.error());
  if (*assembled != *bytes) {
    return fail("'{}' is not {:02X}", trim(text.substr(equals + 1)), fmt::join(*bytes, ""));
  }
  return bytes;
}

class Parser {
 public:
  explicit Parser(const std::string& name) { file_.path = name; }

  Result<VectorFile> parse(std::string_view text) {
    std::istringstream lines{std::string(text)};
    std::string line, statement;
    for (unsigned number = 1; std::getline(lines, line); ++number) {
      if (trim(line).empty() || line[0] == '#') continue;
      if (line[0] == ' ' || line[0] == '\t') {
        if (statement.empty())
          return fail("{}:{}: a continuation line without anything to continue", file_.path, number);
        statement += ' ';
        statement += trim(line);
        continue;
      }
      if (const auto status = finish(statement); !status) return tl::unexpected(status.error());
      statement = line;
      line_ = number;
    }
    if (const auto status = finish(statement); !status) return tl::unexpected(status.error());
    return std::move(file_);
  }

 private:
  // Parses what the lines since the last call make up.
  Status finish(std::string& statement) {
    if (statement.empty()) return {};
    const auto status = parse_statement(statement);
    statement.clear();
    if (!status) return fail("{}:{}: {}", file_.path, line_, status.error().message);
    return {};
  }

  Status parse_statement(std::string_view statement) {
    const std::string_view first = statement.substr(0, statement.find(' '));
    if (first == "let") return parse_let(statement.substr(3));
    if (first == "never") return parse_never(statement.substr(5));
    static constexpr std::array<std::string_view, 3> kAccess = {"fetch", "store", "update"};
    const auto access = std::find(kAccess.begin(), kAccess.end(), first);
    if (access == kAccess.end()) return parse_case(statement);
    return parse_pattern(statement, static_cast<OperandAccess>(access - kAccess.begin()));
  }

  // let $name = items
  Status parse_let(std::string_view text) {
    const std::size_t equals = text.find('=');
    const std::string_view name = trim(text.substr(0, equals));
    if (equals == std::string_view::npos || name.size() < 2 || name[0] != '$') {
      return fail("expected 'let $name = items'");
    }
    abbreviations_[std::string(name)] = trim(text.substr(equals + 1));
    return {};
  }

  // never MNEMONIC outcome... | reason
  Status parse_never(std::string_view text) {
    const auto parts = split(text, '|', 2);
    const auto words = words_of(parts[0]);
    if (parts.size() != 2 || words.size() < 2 || parts[1].empty()) {
      return fail("expected 'never MNEMONIC outcome ... | reason'");
    }
    const auto row = std::find_if(std::begin(kInstructionTable), std::end(kInstructionTable),
                                  [&](const InstructionInfo& info) { return info.mnemonic == words[0]; });
    if (row == std::end(kInstructionTable)) return fail("'{}' is not a mnemonic", words[0]);
    for (std::size_t n = 1; n < words.size(); ++n) {
      file_.unreachable.push_back({.file = file_.path,
                                   .line = line_,
                                   .opcode = row->opcode,
                                   .outcome = std::string(words[n]),
                                   .reason = std::string(parts[1])});
    }
    return {};
  }

  // instructions | before -> after | source
  Status parse_case(std::string_view statement) {
    const auto parts = split(statement, '|', 3);
    if (parts.size() != 3) return fail("expected 'instruction | state before -> state after | source'");
    const std::size_t arrow = parts[1].find("->");
    if (arrow == std::string_view::npos) return fail("'->' between the states before and after is missing");
    Case c;
    if (const auto status = parse_head(parts[0], parts[2], c); !status) return status;
    if (const auto status = parse_items(parts[1].substr(0, arrow), Side::before, c.before); !status) return status;
    if (const auto status = parse_items(parts[1].substr(arrow + 2), Side::after, c.after); !status) return status;
    if (const auto status = check_addresses(c); !status) return status;
    file_.cases.push_back(std::move(c));
    return {};
  }

  // All of what a case mentions must lie in its storage.
  static Status check_addresses(const Case& c) {
    for (const auto* items : {&c.before, &c.after}) {
      for (const Item& item : *items) {
        const bool is_frame = item.value % 0x1000 == 0 && item.value < c.storage_size();
        if (item.field == Field::prefix && !is_frame) {
          return fail("'prefix={:X}' is not the address of 4K in storage", item.value);
        }
        if (item.field != Field::storage && item.field != Field::storage_key) continue;
        const std::size_t length = std::max<std::size_t>(item.bytes.size(), 1);
        if (item.index + length > c.storage_size()) {
          return fail("{:X} is behind the end of storage, which has {:X} bytes here", item.index, c.storage_size());
        }
      }
    }
    return {};
  }

  // fetch LENGTH | instruction | before | source
  Status parse_pattern(std::string_view statement, OperandAccess access) {
    const auto parts = split(statement, '|', 4);
    const auto head = words_of(parts[0]);
    const auto length = head.size() == 2 ? parse_hex(head[1], 3) : std::nullopt;
    if (parts.size() != 4 || !length || *length == 0) {
      return fail("expected '{} LENGTH | instruction | state before | source'", head[0]);
    }
    AccessPattern pattern{.base = {}, .access = access, .length = static_cast<u32>(*length), .placed = {}};
    if (const auto status = parse_head(parts[1], parts[3], pattern.base); !status) return status;
    const auto status = parse_items(parts[2], Side::before, pattern.base.before, &pattern.placed);
    if (!status) return status;
    if (pattern.placed.empty()) return fail("no register has the operand's address '@'");
    if (const auto outside = check_addresses(pattern.base); !outside) return outside;
    file_.patterns.push_back(std::move(pattern));
    return {};
  }

  Status parse_head(std::string_view instructions, std::string_view source, Case& c) {
    c.file = file_.path;
    c.line = line_;
    c.text = instructions;
    c.source = source;
    static constexpr std::array<std::string_view, 4> kSources = {"facts ", "manual ", "hand", "hercules"};
    if (std::none_of(kSources.begin(), kSources.end(), [&](auto prefix) { return source.starts_with(prefix); })) {
      return fail("the source '{}' does not begin with 'facts N', 'manual \"Section\"', 'hand' or 'hercules'", source);
    }
    if (instructions == "-") return {};
    for (const std::string_view text : split(instructions, ';')) {
      auto bytes = parse_instruction(text, c.in_hex);
      if (!bytes) return tl::unexpected(bytes.error());
      c.instructions.push_back(std::move(*bytes));
    }
    return {};
  }

  Status parse_items(std::string_view text, Side side, std::vector<Item>& items,
                     std::vector<unsigned>* placed = nullptr) {
    for (const std::string_view word : words_of(text)) {
      if (word[0] == '$') {
        const auto found = abbreviations_.find(std::string(word));
        if (found == abbreviations_.end()) return fail("'{}' has not been defined by 'let'", word);
        if (const auto status = parse_items(found->second, side, items, placed); !status) return status;
        continue;
      }
      auto item = parse_item(word, side, placed);
      if (!item) return tl::unexpected(item.error());
      items.push_back(std::move(*item));
    }
    return {};
  }

  VectorFile file_;
  unsigned line_ = 0;
  std::map<std::string, std::string> abbreviations_;
};

}  // namespace

Result<VectorFile> parse_text(std::string_view text, const std::string& name) { return Parser(name).parse(text); }

Result<VectorFile> parse_file(const std::filesystem::path& path) {
  std::ifstream stream(path);
  if (!stream) return fail("{}: cannot be read", path.string());
  std::ostringstream text;
  text << stream.rdbuf();
  return parse_text(text.str(), path.string());
}

Result<std::vector<VectorFile>> parse_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".vec") paths.push_back(entry.path());
  }
  if (error) return fail("{}: {}", folder.string(), error.message());
  if (paths.empty()) return fail("{}: there are no case files (*.vec) here", folder.string());
  std::sort(paths.begin(), paths.end());
  std::vector<VectorFile> files;
  for (const auto& path : paths) {
    auto file = parse_file(path);
    if (!file) return tl::unexpected(file.error());
    files.push_back(std::move(*file));
  }
  return files;
}

}  // namespace replica::vectors
