#include "tools/machine_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "tools/parse.h"

namespace replica::tools {
namespace {

using Kind = RegisterSetting::Kind;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

Kind take_kind(std::string_view& name) {
  const char letter = name.empty() ? '\0' : name.front();
  const bool is_letter = letter < '0' || letter > '9';
  if (is_letter && !name.empty()) name.remove_prefix(1);
  switch (letter) {
    case 'F':
    case 'f': return Kind::floating_point;
    case 'C':
    case 'c': return Kind::control;
    case 'R':
    case 'r': return Kind::general;
    default:
      if (is_letter) name = {};  // no number can follow
      return Kind::general;
  }
}

Result<RegisterSetting> parse_setting(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return fail("expected REGISTER=VALUE, found '{}'", text);
  const std::string_view full_name = text.substr(0, equals);
  std::string_view name = full_name;
  const Kind kind = take_kind(name);
  const auto number = parse_decimal(name);
  if (!number || *number > 15) {
    return fail("expected a register 0 to 15, R0 to R15, F0, F2, F4, F6 or C0 to C15; found '{}'", full_name);
  }
  if (kind == Kind::floating_point && (*number > 6 || *number % 2 != 0)) {
    return fail("expected the floating-point register F0, F2, F4 or F6; found '{}'", full_name);
  }
  const std::string_view digits = text.substr(equals + 1);
  const auto value = kind == Kind::floating_point ? parse_exact_hex(digits, 16) : parse_hex(digits, 8);
  if (!value) return fail("{}: {}", full_name, value.error().message);
  return RegisterSetting{kind, static_cast<u8>(*number), *value};
}

template <typename Value, std::size_t Size>
void append_row(std::string& out, std::string_view label, const Value (&registers)[Size], unsigned first) {
  fmt::format_to(std::back_inserter(out), "{:<2} {:2}-{:<2} ", label, first, first + 3);
  for (unsigned n = first; n < first + 4; ++n) fmt::format_to(std::back_inserter(out), " {:08X}", registers[n]);
  out += '\n';
}

}  // namespace

Result<std::vector<RegisterSetting>> parse_registers(const std::vector<std::string>& lists) {
  std::vector<RegisterSetting> settings;
  for (const std::string& list : lists) {
    for (const std::string_view part : split(list, ',')) {
      const auto setting = parse_setting(part);
      if (!setting) return tl::unexpected(setting.error());
      const auto is_same = [&](const auto& other) {
        return other.kind == setting->kind && other.number == setting->number;
      };
      if (std::any_of(settings.begin(), settings.end(), is_same)) {
        return fail("expected each register once; '{}' sets one again", part);
      }
      settings.push_back(*setting);
    }
  }
  return settings;
}

void set_registers(const std::vector<RegisterSetting>& settings, Cpu& cpu) {
  for (const RegisterSetting& setting : settings) {
    switch (setting.kind) {
      case Kind::general: cpu.gr[setting.number] = static_cast<u32>(setting.value); break;
      case Kind::floating_point: cpu.fpr[setting.number] = setting.value; break;
      case Kind::control: cpu.cr[setting.number] = static_cast<u32>(setting.value); break;
    }
  }
  cpu.control_register_changed();
}

std::string format_psw(const Psw& psw) {
  const u64 image = psw.pack();
  return fmt::format("{:08X} {:08X}", image >> 32, image & 0xFFFFFFFF);
}

std::string format_registers(const Cpu& cpu) {
  std::string out = fmt::format("PSW       {}\n", format_psw(cpu.psw));
  for (unsigned first = 0; first < 16; first += 4) append_row(out, "GR", cpu.gr, first);
  out += "FR  0-6  ";
  for (unsigned n = 0; n < 8; n += 2) fmt::format_to(std::back_inserter(out), " {:016X}", cpu.fpr[n]);
  out += '\n';
  for (unsigned first = 0; first < 16; first += 4) append_row(out, "CR", cpu.cr, first);
  return out;
}

std::string format_changes(const CpuState& before, const CpuState& after) {
  std::string out;
  const auto append = [&](char letter, unsigned n, u64 value, int digits) {
    if (!out.empty()) out += ' ';
    fmt::format_to(std::back_inserter(out), "{}{}={:0{}X}", letter, n, value, digits);
  };
  for (unsigned n = 0; n < 16; ++n) {
    if (before.gr[n] != after.gr[n]) append('R', n, after.gr[n], 8);
  }
  for (unsigned n = 0; n < 8; n += 2) {
    if (before.fpr[n] != after.fpr[n]) append('F', n, after.fpr[n], 16);
  }
  for (unsigned n = 0; n < 16; ++n) {
    if (before.cr[n] != after.cr[n]) append('C', n, after.cr[n], 8);
  }
  return out;
}

}  // namespace replica::tools
