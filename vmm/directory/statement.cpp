#include "vmm/directory/statement.h"

#include <algorithm>
#include <charconv>

#include "vmm/directory/password.h"

namespace replica::vmm {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr u32 kLeastStorage = 8 << 10;
constexpr u32 kMostStorage = 16 << 20;
constexpr u32 kStorageUnit = 4 << 10;

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool is_alphanumeric(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// All of the text as a number. False if it is not one, or too large.
bool convert(std::string_view text, int base, u32& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc() && end == text.data() + text.size();
}

// The first byte that no word may have, if there is one.
std::size_t find_garbage(std::string_view word) {
  const auto* found = std::find_if(word.begin(), word.end(), [](char c) { return c <= ' ' || c > '~'; });
  return found == word.end() ? std::string_view::npos : static_cast<std::size_t>(found - word.begin());
}

}  // namespace

Result<std::vector<Word>> split_statement(std::string_view line) {
  std::vector<Word> words;
  std::size_t column = 1;
  for (std::size_t at = 0;;) {
    const std::size_t begin = std::min(line.find_first_not_of(kBlanks, at), line.size());
    column += begin - at;
    if (begin == line.size() || column > kLastColumn) return words;
    if (words.empty() && line[begin] == '*') return words;
    at = std::min(line.find_first_of(kBlanks, begin), line.size());
    const std::string_view word = line.substr(begin, at - begin);
    if (const std::size_t garbage = find_garbage(word); garbage != std::string_view::npos) {
      return fail("found the byte X'{:02X}' in column {}, expected text", static_cast<u8>(word[garbage]),
                  column + garbage);
    }
    column += is_hash(word) ? kHashColumns : word.size();
    if (column > kLastColumn + 1) {
      return fail("found a word that goes on behind column {}, expected the statement in columns 1 to {}", kLastColumn,
                  kLastColumn);
    }
    words.push_back({word, begin});
  }
}

std::span<const Word> password_words(std::span<const Word> statement) {
  const auto words = [&](std::size_t first, std::size_t most) {
    first = std::min(first, statement.size());
    return statement.subspan(first, std::min(most, statement.size() - first));
  };
  if (statement.empty()) return {};
  if (is_keyword(statement[0].text, {"USER", 1})) return words(2, 1);
  if (!is_keyword(statement[0].text, {"MDISK", 1}) || statement.size() < 4) return {};
  const std::string form = upper_case(statement[3].text);
  if (form == "T-DISK") return {};
  return words(form == "DEVNO" ? 6 : 7, 3);
}

bool is_keyword(std::string_view word, Keyword keyword) {
  return word.size() >= keyword.least_letters && keyword.name.starts_with(upper_case(word));
}

bool is_no_logon(std::string_view word) { return upper_case(word) == "NOLOG"; }

bool is_all(std::string_view word) { return upper_case(word) == "ALL"; }

std::string upper_case(std::string_view text) {
  std::string capitals(text);
  std::transform(capitals.begin(), capitals.end(), capitals.begin(), upper);
  return capitals;
}

std::string shown(std::string_view word) {
  constexpr std::size_t kLongest = 20;
  return word.size() <= kLongest ? fmt::format("'{}'", word) : fmt::format("'{}...'", word.substr(0, kLongest));
}

Result<u16> parse_address(std::string_view word) {
  u32 address = 0;
  if (word.size() > 3 || !convert(word, 16, address)) {
    return fail("found {}, expected an address of 1 to 3 hexadecimal digits", shown(word));
  }
  return static_cast<u16>(address);
}

Result<u32> parse_number(std::string_view word, u32 least, u32 most) {
  u32 number = 0;
  if (!convert(word, 10, number) || number < least || number > most) {
    return fail("found {}, expected a number from {} to {}", shown(word), least, most);
  }
  return number;
}

Result<u32> parse_storage(std::string_view word) {
  const char suffix = word.empty() ? ' ' : upper(word.back());
  const u32 unit = suffix == 'K' ? 1 << 10 : suffix == 'M' ? 1 << 20 : 1;
  u32 number = 0;
  const bool is_number = convert(unit == 1 ? word : word.substr(0, word.size() - 1), 10, number);
  const u64 bytes = is_number ? u64{number} * unit : 0;
  if (bytes < kLeastStorage || bytes > kMostStorage || bytes % kStorageUnit != 0) {
    return fail("found {}, expected storage from 8K to 16M, a multiple of 4K", shown(word));
  }
  return static_cast<u32>(bytes);
}

Result<std::string> parse_name(std::string_view word, std::size_t longest, std::string_view others) {
  std::string name = upper_case(word);
  const bool allowed = std::all_of(
      name.begin(), name.end(), [&](char c) { return is_alphanumeric(c) || others.find(c) != std::string_view::npos; });
  if (name.empty() || name.size() > longest || !allowed) {
    return fail("found {}, expected 1 to {} letters, digits or {}", shown(word), longest, others);
  }
  return name;
}

}  // namespace replica::vmm
