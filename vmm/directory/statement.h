// A line of a directory source as words, and what words mean by themselves. VM/370 Planning Guide (GC20-1801), "Directory
// Control Statements".
//
// Columns 1 to 71 are looked at. A hash is longer than a line of the time had room for: it takes kHashColumns columns, as
// many as the longest password that it can stand for. So a line means the same before and after its passwords were hashed.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica::vmm {

inline constexpr std::size_t kLastColumn = 71;
inline constexpr std::size_t kHashColumns = 8;

struct Word {
  std::string_view text;
  std::size_t offset;  // bytes from the beginning of the line
};

// The words of the line; none of a comment, whose first word begins with '*'. Errors: a byte that no text has; a word that
// goes on behind column 71, of which VM/370 took a part.
Result<std::vector<Word>> split_statement(std::string_view line);

// The words of a statement that are passwords, hashed or not, in the order of the statement. NOLOG and ALL are not counted
// out.
std::span<const Word> password_words(std::span<const Word> statement);

// A keyword may be abbreviated: "DEDICATE" to its first letter.
struct Keyword {
  std::string_view name;      // in capitals
  std::size_t least_letters;  // of the shortest abbreviation
};
bool is_keyword(std::string_view word, Keyword keyword);

// NOLOG in place of a user's password: nobody logs on; ALL in place of a minidisk's: no password is needed.
bool is_no_logon(std::string_view word);
bool is_all(std::string_view word);

std::string upper_case(std::string_view text);

// In quotes for a message, the end cut off if it is long.
std::string shown(std::string_view word);

// The errors of these have what was found and what was expected, and no place.

// 1 to 3 hexadecimal digits.
Result<u16> parse_address(std::string_view word);
Result<u32> parse_number(std::string_view word, u32 least, u32 most);
// Bytes, or with the suffix K or M: 8K to 16M, a multiple of 4K.
Result<u32> parse_storage(std::string_view word);
// 1 to `longest` letters, digits and the characters in `others`; small letters become capitals.
Result<std::string> parse_name(std::string_view word, std::size_t longest, std::string_view others = "$#@");

}  // namespace replica::vmm
