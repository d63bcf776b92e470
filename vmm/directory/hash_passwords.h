// Replaces the passwords in a directory source by their hashes, and leaves everything else byte for byte as it is: comments,
// blanks, line ends, what stands behind column 71.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"

namespace replica::vmm {

struct HashedSource {
  std::string text;
  u32 replaced = 0;  // passwords that were in plain text
};

// Errors: those of parse_directory(), but for passwords in plain text; and lines that would not mean the same afterwards,
// because a word comes to stand behind column 71. `name` is for their places.
Result<HashedSource> hash_passwords_in(std::string_view text, const std::string& name);

// The same for a file, which is replaced as a whole or, after an error, left as it was. If no password is in plain text
// it is not touched. Gives the number of passwords that were replaced.
Result<u32> hash_passwords(const std::string& path);

}  // namespace replica::vmm
