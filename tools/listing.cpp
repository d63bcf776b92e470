#include "tools/listing.h"

#include <fmt/format.h>

#include <iterator>

#include "frontend/disassembler.h"
#include "frontend/insn.h"
#include "tools/files.h"
#include "tools/parse.h"

namespace replica::tools {
namespace {

constexpr u32 kAddressSpace = kAddressMask + 1;

Result<std::vector<u8>> read_input(const ListingRequest& request, u32 address) {
  if (request.file.has_value() == request.hex.has_value()) {
    return fail("disasm: expected either a file or --hex, found {}", request.file ? "both" : "neither");
  }
  const SizeLimit limit{kAddressSpace - address, fmt::format("from address {:06X} to FFFFFF", address)};
  if (request.file) return read_file(*request.file, limit);
  auto bytes = parse_hex_bytes(*request.hex);
  if (!bytes) return fail("--hex: {}", bytes.error().message);
  if (bytes->size() > limit.bytes) {
    return fail("--hex: has {} bytes; expected at most {} bytes, {}", bytes->size(), limit.bytes, limit.reason);
  }
  return bytes;
}

// An option's value in hexadecimal, or `otherwise`.
Result<u32> address_option(std::string_view option, const std::optional<std::string>& text, u32 otherwise) {
  if (!text) return otherwise;
  const auto address = parse_address(*text);
  if (!address) return fail("{}: {}", option, address.error().message);
  return *address;
}

}  // namespace

std::string list_instruction(std::span<const u8> bytes, u32 address) {
  std::string digits;
  for (const u8 byte : bytes.first(disassembled_length(bytes.data(), bytes.size()))) {
    fmt::format_to(std::back_inserter(digits), "{:02X}", byte);
  }
  return fmt::format("{:06X}  {:<12}  {}\n", address, digits, disassemble(bytes.data(), bytes.size()));
}

std::string list_instructions(std::span<const u8> bytes, u32 address) {
  std::string listing;
  while (!bytes.empty()) {
    listing += list_instruction(bytes, address);
    const std::size_t length = disassembled_length(bytes.data(), bytes.size());
    bytes = bytes.subspan(length);
    address += static_cast<u32>(length);
  }
  return listing;
}

Result<ListingInput> prepare_listing(const ListingRequest& request) {
  const auto address = address_option("--address", request.address, 0);
  if (!address) return tl::unexpected(address.error());
  const auto bytes = read_input(request, *address);
  if (!bytes) return tl::unexpected(bytes.error());
  const u32 end = *address + static_cast<u32>(bytes->size());
  const auto start = address_option("--start", request.start, *address);
  if (!start) return tl::unexpected(start.error());
  if (*start < *address || *start >= end) {
    return fail("--start: expected an address from {:06X} to {:06X}, found {:06X}", *address, end - 1, *start);
  }
  const auto length = address_option("--length", request.length, end - *start);
  if (!length) return fail("--length: expected 1 to 6 hexadecimal digits, found '{}'", *request.length);
  if (*length == 0 || *length > end - *start) {
    return fail("--length: expected 1 to {:X} from address {:06X} on, found {:X}", end - *start, *start, *length);
  }
  const auto first = bytes->begin() + (*start - *address);
  return ListingInput{{first, first + *length}, *start};
}

}  // namespace replica::tools
