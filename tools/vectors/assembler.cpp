#include "tools/vectors/assembler.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "frontend/instruction_table.h"
#include "tools/vectors/text.h"

namespace replica::vectors {
namespace {

// An operand as written: N, N(A), N(A,B) or N(,B).
struct Operand {
  u32 number = 0;
  std::optional<u32> first;
  std::optional<u32> second;
  bool in_parentheses = false;
};

const InstructionInfo* find_mnemonic(std::string_view mnemonic) {
  const auto row = std::find_if(std::begin(kInstructionTable), std::end(kInstructionTable),
                                [&](const InstructionInfo& info) { return info.mnemonic == mnemonic; });
  return row == std::end(kInstructionTable) ? nullptr : row;
}

Result<u32> number(std::string_view text) {
  if (const auto value = parse_hex(text, 8)) return static_cast<u32>(*value);
  return fail("'{}' is not a hexadecimal number", text);
}

Result<Operand> parse_operand(std::string_view text) {
  Operand operand;
  const std::size_t open = text.find('(');
  const auto value = number(text.substr(0, open));
  if (!value) return tl::unexpected(value.error());
  operand.number = *value;
  if (open == std::string_view::npos) return operand;
  if (text.back() != ')') return fail("'{}' lacks the closing parenthesis", text);
  operand.in_parentheses = true;
  const std::string_view inside = text.substr(open + 1, text.size() - open - 2);
  const std::size_t comma = inside.find(',');
  for (unsigned n = 0; n < 2; ++n) {
    if (n == 1 && comma == std::string_view::npos) break;
    const std::string_view part = n == 0 ? inside.substr(0, comma) : inside.substr(comma + 1);
    if (part.empty()) continue;
    const auto field = number(part);
    if (!field) return tl::unexpected(field.error());
    (n == 0 ? operand.first : operand.second) = *field;
  }
  return operand;
}

// Splits at the commas outside of parentheses.
Result<std::vector<Operand>> parse_operands(std::string_view text) {
  std::vector<Operand> operands;
  unsigned depth = 0;
  std::size_t start = 0;
  for (std::size_t n = 0; n <= text.size(); ++n) {
    if (n < text.size()) {
      if (text[n] == '(') ++depth;
      if (text[n] == ')') --depth;
      if (text[n] != ',' || depth != 0) continue;
    }
    const auto operand = parse_operand(text.substr(start, n - start));
    if (!operand) return tl::unexpected(operand.error());
    operands.push_back(*operand);
    start = n + 1;
  }
  return operands;
}

// Puts the operands of one instruction into its fields. The first mistake is kept in `error`.
class Encoder {
 public:
  Encoder(const InstructionInfo& info, const std::vector<Operand>& operands) : info_(info), operands_(operands) {
    bytes_.assign(instruction_length(info.first_byte()), 0);
    bytes_[0] = info.first_byte();
    if (info.is_two_byte()) bytes_[1] = static_cast<u8>(info.code);
  }

  Result<std::vector<u8>> encode() {
    encode_by_format();
    if (error_.empty() && next_ != operands_.size()) error_ = "too many operands";
    if (!error_.empty()) return fail("{} {}: {}", info_.mnemonic, "operands", error_);
    return bytes_;
  }

 private:
  void encode_by_format() {
    switch (info_.format) {
      case Format::RR:
      case Format::RR_M:
      case Format::RR_F: high(1), low(1); break;
      case Format::RR_I: whole(1); break;
      case Format::RR_R: high(1); break;
      case Format::RRE:
      case Format::RRE_F: high(3), low(3); break;
      case Format::RX:
      case Format::RX_M:
      case Format::RX_F: high(1), indexed(2); break;
      case Format::RS:
      case Format::RS_M: high(1), low(1), based(2); break;
      case Format::RS_S: high(1), based(2); break;
      case Format::SI: based(2), whole(1); break;
      case Format::S: based(2); break;
      case Format::S_0: break;
      case Format::SS_L: with_length(2, 1, 0, 256), based(4); break;
      case Format::SS_LL: with_length(2, 1, 4, 16), with_length(4, 1, 0, 16); break;
      case Format::SS_I: with_length(2, 1, 4, 16), based(4), low(1); break;
      case Format::SS_R: with_register(2), based(4), low(1); break;
      case Format::SSE: based(2), based(4); break;
    }
  }

  Operand take() {
    if (next_ < operands_.size()) return operands_[next_++];
    error_ = "too few operands";
    return {};
  }
  u8 limited(u32 value, u32 limit, std::string_view what) {
    if (value >= limit) error_ = fmt::format("{} {:X} is too large", what, value);
    return static_cast<u8>(value);
  }
  u8 plain(u32 limit, std::string_view what) {
    const Operand operand = take();
    if (operand.in_parentheses) error_ = "parentheses where there is no address";
    return limited(operand.number, limit, what);
  }
  void high(unsigned at) { bytes_[at] = static_cast<u8>(bytes_[at] | plain(16, "register") << 4); }
  void low(unsigned at) { bytes_[at] = static_cast<u8>(bytes_[at] | plain(16, "register")); }
  void whole(unsigned at) { bytes_[at] = plain(256, "immediate operand"); }

  void address(unsigned at, u32 base, u32 displacement) {
    if (displacement > 0xFFF) error_ = fmt::format("displacement {:X} is too large", displacement);
    bytes_[at] = static_cast<u8>(limited(base, 16, "base register") << 4 | displacement >> 8);
    bytes_[at + 1] = static_cast<u8>(displacement);
  }
  void based(unsigned at) {
    const Operand operand = take();
    if (operand.second) error_ = "an index where there is none";
    address(at, operand.first.value_or(0), operand.number);
  }
  void indexed(unsigned at) {
    const Operand operand = take();
    bytes_[1] = static_cast<u8>(bytes_[1] | limited(operand.first.value_or(0), 16, "index register"));
    address(at, operand.second.value_or(0), operand.number);
  }
  void with_length(unsigned at, unsigned length_at, unsigned shift, u32 longest) {
    const Operand operand = take();
    const u32 length = operand.first.value_or(0);
    if (length == 0 || length > longest) error_ = fmt::format("a length from 1 to {:X} is needed", longest);
    bytes_[length_at] = static_cast<u8>(bytes_[length_at] | (length - 1) << shift);
    address(at, operand.second.value_or(0), operand.number);
  }
  void with_register(unsigned at) {
    const Operand operand = take();
    bytes_[1] = static_cast<u8>(bytes_[1] | limited(operand.first.value_or(0), 16, "register") << 4);
    address(at, operand.second.value_or(0), operand.number);
  }

  const InstructionInfo& info_;
  const std::vector<Operand>& operands_;
  std::size_t next_ = 0;
  std::vector<u8> bytes_;
  std::string error_;
};

}  // namespace

Result<std::vector<u8>> assemble(std::string_view text) {
  text = trim(text);
  const std::size_t blank = text.find(' ');
  const std::string_view mnemonic = text.substr(0, blank);
  const InstructionInfo* info = find_mnemonic(mnemonic);
  if (!info) return fail("'{}' is neither a mnemonic of frontend/instructions.def nor hexadecimal", mnemonic);
  std::vector<Operand> operands;
  if (blank != std::string_view::npos) {
    auto parsed = parse_operands(trim(text.substr(blank)));
    if (!parsed) return fail("{}: {}", mnemonic, parsed.error().message);
    operands = std::move(*parsed);
  }
  return Encoder(*info, operands).encode();
}

}  // namespace replica::vectors
