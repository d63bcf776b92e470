// New tapes: copies of others, and of files of the host. `replica tape copy` and `replica tape make`.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "devices/code_page.h"
#include "devices/tape/tape_options.h"

namespace replica::tools {

// Copies every record of one image to a new one, AWS or HET by its name. Error: a record cannot be read, or the new image
// cannot be made; there is then no file of that name, but what was copied stays under the name with `.new` behind it.
Status copy_tape(const std::string& from, const std::string& to, const TapeOptions& options);

struct TapeRecipe {
  std::string image;               // .aws or .het
  std::vector<std::string> files;  // of the host; each becomes a file of the tape
  TapeOptions options;
  u32 record_length = 0;  // 0: blocks are not divided into records, and the last of a file is as long as it is
  u32 block_length = 0;   // 0: one record, or for undivided blocks 32760
  bool text = false;      // lines of text: each becomes a record, in EBCDIC, filled with blanks
  const CodePage* code_page = &default_code_page();
  std::string volume;  // standard labels with this serial number; empty: an unlabelled tape
  std::string owner;
};

// Error: something about the recipe, named; a file cannot be read, or has a line that is too long; the image cannot be made.
Status make_tape(const TapeRecipe& recipe);

}  // namespace replica::tools
