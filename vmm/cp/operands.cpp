#include "vmm/cp/operands.h"

#include <charconv>

namespace replica::vmm {
namespace {

Result<u32> parse_number(std::string_view word, int base, u32 least, u32 most) {
  u32 value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, base);
  if (word.empty() || error != std::errc() || end != word.data() + word.size() || value < least || value > most) {
    return fail("DMKCFC026E OPERAND MISSING OR INVALID - {}", word);
  }
  return value;
}

}  // namespace

bool abbreviates(std::string_view word, std::string_view name, std::size_t shortest) {
  return word.size() >= shortest && name.starts_with(word);
}

Result<u32> parse_hexadecimal(std::string_view word, u32 most) { return parse_number(word, 16, 0, most); }
Result<u32> parse_decimal(std::string_view word, u32 least, u32 most) { return parse_number(word, 10, least, most); }

Result<u16> parse_device_address(std::string_view word) {
  const auto address = parse_number(word, 16, 0, 0xFFF);
  if (!address) return fail("DMKCFC022E VADDR MISSING OR INVALID - {}", word);
  return static_cast<u16>(*address);
}

Result<Session*> own_session(const Requester& requester) {
  if (!requester.session) return fail("DMKCFC001E THERE IS NO VIRTUAL MACHINE HERE");
  return requester.session;
}

std::string name_of(const Requester& requester) { return requester.session ? requester.session->name() : "OPERATOR"; }

bool Operands::take(std::string_view name, std::size_t shortest) {
  if (at_end() || !abbreviates(peek(), name, shortest)) return false;
  ++next_;
  return true;
}

Status Operands::expect_end() const {
  if (at_end()) return {};
  return fail("DMKCFC003E INVALID OPTION - {}", peek());
}

Status Operands::expect_more(std::string_view what) const {
  if (!at_end()) return {};
  return fail("DMKCFC026E OPERAND MISSING OR INVALID: expected {}", what);
}

}  // namespace replica::vmm
