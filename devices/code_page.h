// Code pages: how characters of the guest (EBCDIC) become bytes of host files (ASCII and its relatives) and back. The names
// are those of Hercules' CODEPAGE statement: HOST/GUEST, for example 819/1047, or `default`.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica {

struct CodePage {
  std::string name;
  std::array<u8, 256> to_host;
  std::array<u8, 256> to_ebcdic;
};

// Hercules' own table, which is in force when nothing is configured. EBCDIC brackets are at AD and BD, '|' is at 6A; it is
// no exact inverse of itself: both 15 and 25 become a line feed.
const CodePage& default_code_page();

// The code page of that name, in any case of letters; it lives as long as the program. Safe to call from any thread.
// An unknown name is an error that lists the names, and so is a page whose characters the host's iconv does not know.
Result<const CodePage*> find_code_page(std::string_view name);

std::vector<std::string_view> code_page_names();

}  // namespace replica
