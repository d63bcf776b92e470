#include "tools/vectors/items.h"

#include <algorithm>
#include <array>

#include "cpu/interfaces.h"
#include "tools/vectors/text.h"

namespace replica::vectors {
namespace {

constexpr unsigned kBefore = 1, kAfter = 2, kBoth = 3;

// The words of the language. `digits` is the length of the value; 0 for a word that stands alone.
struct Word {
  std::string_view name;
  Field field;
  unsigned digits;
  unsigned sides;
};

// clang-format off
constexpr Word kWords[] = {
    {"prefix",        Field::prefix,              8,  kBoth},
    {"psw",           Field::psw,                 16, kBoth},
    {"sysmask",       Field::system_mask,         2,  kBoth},
    {"key",           Field::psw_key,             1,  kBoth},
    {"cc",            Field::condition_code,      1,  kBoth},
    {"mask",          Field::program_mask,        1,  kBoth},
    {"ec",            Field::ec_mode,             0,  kBoth},
    {"bc",            Field::bc_mode,             0,  kBoth},
    {"problem",       Field::problem_state,       0,  kBoth},
    {"wait",          Field::wait_state,          0,  kBoth},
    {"mck",           Field::machine_check_mask,  0,  kBoth},
    {"at",            Field::instruction_address, 6,  kBefore},
    {"next",          Field::instruction_address, 6,  kAfter},
    {"tod",           Field::tod_clock,           16, kBoth},
    {"comparator",    Field::clock_comparator,    16, kBoth},
    {"timer",         Field::cpu_timer,           16, kBoth},
    {"size",          Field::storage_size,        7,  kBefore},
    {"code",          Field::code_location,       6,  kBefore},
    {"steps",         Field::steps,               5,  kBefore},
    {"channel",       Field::channel_cc,          1,  kBefore},
    {"pending-io",    Field::pending_io,          4,  kBefore},
    {"direct",        Field::only_direct,         0,  kBefore},
    {"noper",         Field::no_per,              0,  kBefore},
    {"cold",          Field::cold,                0,  kBefore},
    {"pgm",           Field::program_interruption, 2, kAfter},
    {"svc",           Field::supervisor_call_interruption, 2, kAfter},
    {"external",      Field::external_interruption, 4, kAfter},
    {"io",            Field::io_interruption,     4,  kAfter},
    {"restart",       Field::restart_interruption, 0, kAfter},
    {"ilc",           Field::ilc,                 1,  kAfter},
    {"old",           Field::old_address,         6,  kAfter},
    {"tea",           Field::translation_address, 8,  kAfter},
    {"per",           Field::per_events,          2,  kAfter},
    {"peraddr",       Field::per_address,         6,  kAfter},
    {"stopped",       Field::stopped,             0,  kAfter},
};

constexpr std::string_view kActions[] = {"restart-key", "interrupt-key", "emergency-signal", "external-call",
                                         "cpu-reset", "initial-cpu-reset", "system-reset", "system-clear",
                                         "store-status"};
constexpr std::string_view kIoInstructions[] = {"sio", "siof", "tio", "clrio", "hio", "hdv", "tch", "clrch", "stidc"};
// clang-format on

template <std::size_t N>
std::optional<unsigned> index_of(const std::string_view (&names)[N], std::string_view name) {
  const auto found = std::find(std::begin(names), std::end(names), name);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<unsigned>(found - std::begin(names));
}

// A value of up to `digits` digits, with "_" between them as one likes and "?" for those that are not checked. Kept to
// the right, except for floating-point registers, whose digits are the leftmost.
Status parse_value(std::string_view text, unsigned digits, bool leftmost, Side side, Item& item) {
  u64 value = 0, known = 0;
  unsigned count = 0;
  for (const char c : text) {
    if (c == '_') continue;
    const auto digit = hex_digit(c);
    if (!digit && c != '?') return fail("'{}' is not a hexadecimal number (digits are upper case)", text);
    if (!digit && side == Side::before) return fail("'?' in '{}': the state before must be known", text);
    value = value << 4 | digit.value_or(0);
    known = known << 4 | (digit ? 0xF : 0);
    ++count;
  }
  if (count == 0 || count > digits) return fail("'{}' has {} digits; 1 to {} are expected", text, count, digits);
  const unsigned missing = 4 * (16 - count);
  if (leftmost) {
    value = missing == 0 ? value : value << missing;
    known = missing == 0 ? known : known << missing | ((u64{1} << missing) - 1);
  } else if (missing != 0) {
    known |= ~u64{0} << (64 - missing);
  }
  item.value = value;
  item.known = known;
  return {};
}

// Pieces joined by commas, each digits or DIGITS*COUNT.
Status parse_bytes(std::string_view text, Side side, Item& item) {
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view piece = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    u64 count = 1;
    if (const std::size_t star = piece.find('*'); star != std::string_view::npos) {
      const auto repeat = parse_hex(piece.substr(star + 1), 4);
      if (!repeat) return fail("'{}' is not a repetition like 00*100", piece);
      count = *repeat;
      piece = piece.substr(0, star);
    }
    std::vector<u8> bytes, mask;
    unsigned nibbles = 0;
    for (const char c : piece) {
      if (c == '_') continue;
      const auto digit = hex_digit(c);
      if (!digit && c != '?') return fail("'{}' is not hexadecimal (digits are upper case)", piece);
      if (!digit && side == Side::before) return fail("'?' in '{}': the state before must be known", piece);
      if (nibbles++ % 2 == 0) {
        bytes.push_back(0);
        mask.push_back(0);
      }
      bytes.back() = static_cast<u8>(bytes.back() << 4 | digit.value_or(0));
      mask.back() = static_cast<u8>(mask.back() << 4 | (digit ? 0xF : 0));
    }
    if (nibbles == 0 || nibbles % 2 != 0) return fail("'{}' has {} digits; bytes have two each", piece, nibbles);
    for (u64 n = 0; n < count; ++n) {
      item.bytes.insert(item.bytes.end(), bytes.begin(), bytes.end());
      item.mask.insert(item.mask.end(), mask.begin(), mask.end());
    }
  }
  if (item.bytes.empty()) return fail("no bytes after the address");
  return {};
}

Result<Item> parse_storage(std::string_view address, std::string_view data, Side side) {
  Item item{.field = Field::storage};
  const auto number = parse_hex(address, 6);
  if (!number) return fail("'{}' is not an address of up to 6 hexadecimal digits", address);
  item.index = static_cast<u32>(*number);
  if (const auto status = parse_bytes(data, side, item); !status) return tl::unexpected(status.error());
  return item;
}

// r0-rF, f0-f6, c0-cF, kADDRESS.
Result<Item> parse_indexed(char letter, u32 index, std::string_view value, Side side, std::vector<unsigned>* placed) {
  Item item{.field = Field::general_register, .index = index};
  unsigned digits = 8;
  switch (letter) {
    case 'r':
      if (value == "@" && placed) {
        placed->push_back(index);
        return item;
      }
      break;
    case 'f': item.field = Field::floating_register, digits = 16; break;
    case 'c': item.field = Field::control_register; break;
    case 'k': item.field = Field::storage_key, digits = 2; break;
    default: return fail("there are no registers '{}'", letter);
  }
  if (letter == 'f' && index % 2 != 0) return fail("there is no floating-point register {:X}", index);
  if (letter == 'f' && index > 6) return fail("there is no floating-point register {:X}", index);
  if (letter != 'k' && index > 15) return fail("there is no register {:X}", index);
  const auto status = parse_value(value, digits, letter == 'f', side, item);
  if (!status) return tl::unexpected(status.error());
  return item;
}

Result<Item> parse_action(std::string_view name) {
  const auto action = index_of(kActions, name);
  if (!action) return fail("'{}' is not an action; there are {}", name, fmt::join(kActions, ", "));
  return Item{.field = Field::action, .value = *action};
}

// sio:000E, the instruction and I/O address that the channels have been asked.
Result<Item> parse_asked(std::string_view value) {
  const std::size_t colon = value.find(':');
  const auto instruction = index_of(kIoInstructions, value.substr(0, colon));
  const auto address = colon == std::string_view::npos ? std::nullopt : parse_hex(value.substr(colon + 1), 4);
  if (!instruction || !address)
    return fail("'{}' is not like sio:000E; there are {}", value, fmt::join(kIoInstructions, ", "));
  return Item{.field = Field::asked_channel, .index = *instruction, .value = *address};
}

}  // namespace

Result<Item> parse_item(std::string_view text, Side side, std::vector<unsigned>* placed) {
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos && text.find('=') > colon) {
    return parse_storage(text.substr(0, colon), text.substr(colon + 1), side);
  }
  const std::size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  const bool has_value = equals != std::string_view::npos;
  const std::string_view value = has_value ? text.substr(equals + 1) : std::string_view{};
  if (name == "do" && has_value && side == Side::before) return parse_action(value);
  if (name == "asked" && has_value && side == Side::after) return parse_asked(value);

  const unsigned wanted = side == Side::before ? kBefore : kAfter;
  for (const Word& word : kWords) {
    if (word.name != name || !(word.sides & wanted)) continue;
    if (has_value != (word.digits != 0)) return fail("'{}' {}", text, has_value ? "takes no value" : "needs a value");
    Item item{.field = word.field};
    if (!has_value) return item;
    if (const auto status = parse_value(value, word.digits, false, side, item); !status) {
      return tl::unexpected(status.error());
    }
    return item;
  }
  if (has_value && name.size() >= 2) {
    if (const auto index = parse_hex(name.substr(1), 6)) {
      return parse_indexed(name[0], static_cast<u32>(*index), value, side, placed);
    }
  }
  return fail(
      "'{}' is not an item of the state {}: expected something like r1=80000000, f0=41100000, c0=E0, k800=F8, "
      "800:9999999C, cc=3 or a word of tests/vectors/README.md",
      text, side == Side::before ? "before" : "after");
}

}  // namespace replica::vectors
