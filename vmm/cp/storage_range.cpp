#include "vmm/cp/storage_range.h"

#include <algorithm>

#include "vmm/cp/operands.h"

namespace replica::vmm {

Result<Range> parse_range(std::string_view text, u32 most, u32 alone) {
  if (text.empty()) return Range{0, most};
  const std::size_t mark = text.find_first_of("-:.");
  u32 first = 0;
  if (mark != 0) {
    const auto given = parse_hexadecimal(text.substr(0, mark), most);
    if (!given) return fail("DMKCDB004E INVALID HEXLOC - {}", text);
    first = *given;
  }
  if (mark == std::string_view::npos) return Range{first, std::min(first + (alone - 1), most)};
  const std::string_view end = text.substr(mark + 1);
  if (end == "END") return Range{first, most};
  const auto given = parse_hexadecimal(end, ~u32{0});
  const bool is_count = text[mark] == '.';
  if (!given || (is_count ? *given == 0 : *given < first)) return fail("DMKCDB009E INVALID RANGE - {}", text);
  const u32 last = is_count ? (*given - 1 > most - first ? most : first + (*given - 1)) : std::min(*given, most);
  return Range{first, last};
}

}  // namespace replica::vmm
