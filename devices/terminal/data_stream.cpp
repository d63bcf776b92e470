#include "devices/terminal/data_stream.h"

#include <algorithm>

namespace replica {
namespace {

constexpr u8 kProgramTab = 0x05, kGraphicEscape = 0x08, kSetBufferAddress = 0x11, kEraseUnprotected = 0x12,
             kInsertCursor = 0x13, kStartField = 0x1D, kSetAttribute = 0x28, kStartFieldExtended = 0x29,
             kModifyField = 0x2C, kRepeatToAddress = 0x3C;

constexpr std::size_t kHeader = 3;  // AID and cursor address

// Two bytes: 14 bits if the first two are zero, else six bits in each.
u32 decode_address(u8 first, u8 second) {
  return (first & 0xC0) == 0 ? static_cast<u32>(first << 8 | second)
                             : static_cast<u32>((first & 0x3F) << 6 | (second & 0x3F));
}

// The bytes of an order with its operands; 1 for a character. `rest` is not empty.
std::size_t order_length(std::span<const u8> rest) {
  switch (rest[0]) {
    case kStartField:
    case kGraphicEscape: return 2;
    case kSetBufferAddress:
    case kEraseUnprotected:
    case kSetAttribute: return 3;
    case kRepeatToAddress: return rest.size() > 3 && rest[3] == kGraphicEscape ? 5 : 4;
    case kStartFieldExtended:
    case kModifyField: return rest.size() > 1 ? 2 + 2u * rest[1] : 2;
    default: return 1;
  }
}

// How many positions of the screen an order or character fills.
u32 width(u8 order) { return order == kProgramTab || order == kInsertCursor || order == kSetAttribute ? 0 : 1; }

bool goes_to_address(u8 order) {
  return order == kSetBufferAddress || order == kEraseUnprotected || order == kRepeatToAddress;
}

std::vector<u8> with_header(std::span<const u8> record, std::size_t from) {
  std::vector<u8> result(record.begin(), record.end());
  result.erase(result.begin() + kHeader, result.begin() + static_cast<std::ptrdiff_t>(from));
  return result;
}

}  // namespace

WriteOrders follow_orders(std::span<const u8> data, u32 size) {
  WriteOrders result;
  for (std::size_t at = 0; at < data.size();) {
    const std::span<const u8> rest = data.subspan(at);
    const std::size_t length = order_length(rest);
    const bool is_addressed = goes_to_address(rest[0]);
    if (length > rest.size()) return {result.position, at};
    const u32 target = is_addressed ? decode_address(rest[1], rest[2]) : result.position + width(rest[0]);
    if (is_addressed && size != 0 && target >= size) return {result.position, at};
    result.position = size != 0 ? target % size : target;
    at += length;
  }
  return result;
}

std::vector<u8> read_buffer_from(std::span<const u8> record, u32 position) {
  if (record.size() <= kHeader) return {record.begin(), record.end()};
  std::size_t at = kHeader;
  for (u32 here = 0; at < record.size() && here < position;) {
    here += width(record[at]);
    at += std::min(order_length(record.subspan(at)), record.size() - at);
  }
  return with_header(record, at);
}

std::vector<u8> read_modified_from(std::span<const u8> record, u32 position) {
  if (record.size() <= kHeader) return {record.begin(), record.end()};
  std::size_t at = kHeader;
  u32 here = 0;
  bool is_formatted = false;  // if not, all characters come without addresses
  for (; at < record.size() && (is_formatted || here < position); ++here) {
    const std::span<const u8> rest = record.subspan(at);
    if (rest[0] == kSetBufferAddress && rest.size() >= 3) {
      is_formatted = true;
      if (decode_address(rest[1], rest[2]) >= position) break;
    }
    at += std::min(order_length(rest), rest.size());
  }
  return with_header(record, at);
}

}  // namespace replica
