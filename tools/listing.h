// Storage as instructions, a line each: `replica disasm`, and `replica run --trace`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica::tools {

// The line of the instruction that begins `bytes`: address, bytes, text. It covers disassembled_length() bytes.
std::string list_instruction(std::span<const u8> bytes, u32 address);

// The lines of all instructions, one after the other, from `address` on.
std::string list_instructions(std::span<const u8> bytes, u32 address);

// The options of `replica disasm` as the user wrote them.
struct ListingRequest {
  std::optional<std::string> file = std::nullopt;     // either this
  std::optional<std::string> hex = std::nullopt;      // or that
  std::optional<std::string> address = std::nullopt;  // of the first byte; 0 if not given
  std::optional<std::string> start = std::nullopt;    // address at which the listing starts
  std::optional<std::string> length = std::nullopt;   // bytes to list
};

// What to list.
struct ListingInput {
  std::vector<u8> bytes;
  u32 address = 0;
};

// Errors name the option, what was found and what was expected.
Result<ListingInput> prepare_listing(const ListingRequest& request);

}  // namespace replica::tools
