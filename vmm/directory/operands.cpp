#include "vmm/directory/operands.h"

namespace replica::vmm {

std::string_view StatementOperands::next(std::string_view what) {
  if (words_.empty()) refuse("found nothing behind the last word, expected {}", what);
  if (!more()) return {};
  const std::string_view word = words_[0].text;
  words_ = words_.subspan(1);
  return word;
}

u16 StatementOperands::address(std::string_view what) {
  const std::string_view word = next(what);
  return status_ ? take(parse_address(word), what) : u16{0};
}

u32 StatementOperands::number(std::string_view what, u32 least, u32 most) {
  const std::string_view word = next(what);
  return status_ ? take(parse_number(word, least, most), what) : 0;
}

std::string StatementOperands::name(std::string_view what, std::size_t longest, std::string_view others) {
  const std::string_view word = next(what);
  return status_ ? take(parse_name(word, longest, others), what) : std::string();
}

}  // namespace replica::vmm
