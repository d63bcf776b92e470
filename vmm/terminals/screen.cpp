#include "vmm/terminals/screen.h"

#include <fmt/format.h>

#include <algorithm>

namespace replica::vmm {
namespace {

using std::chrono::seconds;

// So many rows wait behind a full screen.
constexpr std::size_t kMostWaiting = 1000;
constexpr seconds kLongestMore{60};

// The data stream: commands, orders, attributes, keys. GA23-0059 "Commands", "Orders", "Attention Identifier".
constexpr u8 kWrite = 0xF1, kEraseWrite = 0xF5;
constexpr u8 kWriteControl = 0xC0, kRestoreKeyboard = 0x02, kResetModified = 0x01;
constexpr u8 kSetBufferAddress = 0x11, kStartField = 0x1D, kInsertCursor = 0x13, kRepeatToAddress = 0x3C;
constexpr u8 kProtected = 0x60, kUnprotected = 0x40, kHidden = 0x4C;
constexpr u8 kEnter = 0x7D, kClear = 0x6D, kProgramAccess1 = 0x6C, kProgramAccess2 = 0x6E;
constexpr std::size_t kHeader = 3;  // AID and cursor address
constexpr u8 kBlank = 0x40;

// The two rows at the bottom: an attribute, what is typed, an attribute, the corner.
constexpr u32 kInput = 22 * 80, kCorner = 23 * 80 + 59, kCornerWidth = 20;
constexpr std::size_t kLongestLine = 130;

// A buffer address in its form of 12 bits: six in each byte, made a graphic character.
void put_address(std::vector<u8>& record, u32 address) {
  static constexpr auto graphic = [](u32 bits) {
    constexpr u8 kCodes[] = {0x40, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0x4A, 0x4B, 0x4C,
                             0x4D, 0x4E, 0x4F, 0x50, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9,
                             0x5A, 0x5B, 0x5C, 0x5D, 0x5E, 0x5F, 0x60, 0x61, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6,
                             0xE7, 0xE8, 0xE9, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0xF0, 0xF1, 0xF2, 0xF3,
                             0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0x7A, 0x7B, 0x7C, 0x7D, 0x7E, 0x7F};
    return kCodes[bits & 0x3F];
  };
  record.push_back(graphic(address >> 6));
  record.push_back(graphic(address));
}

void put_order(std::vector<u8>& record, u8 order, u32 address) {
  record.push_back(order);
  put_address(record, address);
}

void put_field(std::vector<u8>& record, u32 address, u8 attribute) {
  put_order(record, kSetBufferAddress, address);
  record.insert(record.end(), {kStartField, attribute});
}

}  // namespace

void ConsoleScreen::print(const std::string& line) {
  for (std::size_t at = 0; at == 0 || at < line.size(); at += kColumns) {
    std::string row = line.substr(at, kColumns);
    if (waiting_.size() >= kMostWaiting) {
      ++lost_;
    } else if (rows_.size() < kRows && waiting_.empty()) {
      rows_.push_back(std::move(row));
    } else {
      waiting_.push_back(std::move(row));
    }
  }
}

void ConsoleScreen::hide_input(bool hidden) {
  if (hidden_ != hidden) needs_erase_ = true;
  hidden_ = hidden;
}

void ConsoleScreen::clear() {
  rows_.clear();
  waiting_.clear();
  lost_ = 0;
  holding_ = false;
  needs_erase_ = true;
}

void ConsoleScreen::next_page() {
  const std::size_t count = std::min<std::size_t>(waiting_.size(), kRows);
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
  rows_.assign(waiting_.begin(), end);
  waiting_.erase(waiting_.begin(), end);
  if (lost_ != 0) waiting_.push_back(fmt::format("({} LINES LOST)", std::exchange(lost_, 0)));
  full_since_.reset();
  holding_ = false;
  needs_erase_ = true;
}

std::string ConsoleScreen::corner() const {
  if (is_full()) return holding_ ? "HOLDING" : "MORE...";
  switch (status_) {
    case TerminalStatus::cp_read: return "CP READ";
    case TerminalStatus::vm_read: return "VM READ";
    case TerminalStatus::running: return "RUNNING";
  }
  return "";
}

std::optional<ConsoleScreen::Clock::time_point> ConsoleScreen::next_update() const {
  if (!full_since_ || holding_) return std::nullopt;
  return *full_since_ + kLongestMore;
}

std::vector<u8> ConsoleScreen::update(Clock::time_point now) {
  if (is_full() && !full_since_) full_since_ = now;
  if (const auto due = next_update(); due && now >= *due) next_page();
  const std::string corner = this->corner();
  const bool changes = needs_erase_ || needs_input_ || rows_there_ != rows_.size() || corner_there_ != corner;
  if (!changes) return {};

  const bool fresh_input = needs_erase_ || needs_input_;
  std::vector<u8> record = {needs_erase_ ? kEraseWrite : kWrite, kWriteControl};
  if (fresh_input) record[1] |= kRestoreKeyboard | kResetModified;
  for (u32 row = needs_erase_ ? 0 : static_cast<u32>(rows_there_); row < rows_.size(); ++row) write_row(record, row);
  if (needs_erase_) {
    put_field(record, kInput, hidden_ ? kHidden : kUnprotected);
    put_field(record, kCorner, kProtected);
  }
  if (fresh_input) {
    put_order(record, kSetBufferAddress, kInput + 1);
    put_order(record, kRepeatToAddress, kCorner);
    record.push_back(0);
  }
  put_order(record, kSetBufferAddress, kCorner + 1);
  write_text(record, fmt::format("{:{}}", corner, kCornerWidth));
  if (fresh_input) {
    put_order(record, kSetBufferAddress, kInput + 1);
    record.push_back(kInsertCursor);
  }
  needs_erase_ = needs_input_ = false;
  rows_there_ = rows_.size();
  corner_there_ = corner;
  return record;
}

void ConsoleScreen::write_row(std::vector<u8>& record, u32 row) const {
  put_order(record, kSetBufferAddress, row * kColumns);
  write_text(record, rows_[row]);
}

// Only what can be seen goes out: a guest cannot hide orders in what it prints.
void ConsoleScreen::write_text(std::vector<u8>& record, const std::string& text) const {
  for (const char c : text) {
    const u8 byte = code_page_.to_ebcdic[static_cast<u8>(c)];
    record.push_back(byte > kBlank && byte < 0xFF ? byte : kBlank);
  }
}

// The text of the one field that can be typed in: it comes behind its address.
std::string ConsoleScreen::typed(std::span<const u8> record) const {
  std::string text;
  std::size_t at = kHeader;
  if (at < record.size() && record[at] == kSetBufferAddress) at += 3;
  for (; at < record.size() && record[at] != kSetBufferAddress && text.size() < kLongestLine; ++at) {
    const u8 host = code_page_.to_host[record[at]];
    if (record[at] != 0) text += host >= 0x20 && host < 0x7F ? static_cast<char>(host) : ' ';
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::optional<TerminalEvent> ConsoleScreen::receive(std::span<const u8> record) {
  if (record.empty()) return std::nullopt;
  switch (record[0]) {
    case kClear:
      // The client has erased its screen.
      next_page();
      return std::nullopt;
    case kProgramAccess1: needs_input_ = true; return TerminalEvent{.kind = TerminalEvent::Kind::attention};
    case kProgramAccess2:
      if (is_full()) next_page();
      needs_input_ = true;
      return std::nullopt;
    case kEnter: break;
    default: needs_input_ = true; return std::nullopt;
  }
  needs_input_ = true;
  std::string text = typed(record);
  if (text.empty() && is_full()) {
    holding_ = true;
    return std::nullopt;
  }
  return TerminalEvent{.kind = TerminalEvent::Kind::line, .text = std::move(text)};
}

}  // namespace replica::vmm
