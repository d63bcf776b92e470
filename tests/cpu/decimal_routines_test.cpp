// The routines of decimal and other two-operand instructions have a short way for operands that lie in one piece and are in
// the access map. It must give what the long way gives: random operands, good and bad, once inside of a block and once across
// the boundary of two that are not neighbours in storage.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "tests/cpu/guest.h"

namespace replica {
namespace {

constexpr u32 kInside = 0x10040;   // of a block
constexpr u32 kBoundary = 0x3000;  // of two pages, and where these are
constexpr u32 kLeftFrame = 0x8000, kRightFrame = 0x5000;
constexpr u32 kWindow = 320;  // bytes that both operands, or a target and a table of 256 bytes, lie in
constexpr u32 kFirstBase = 3, kSecondBase = 4;

struct Layout {
  u32 first, second;     // offsets in the window
  u32 length1, length2;  // of the operands
};

class ShortWay : public testing::Test {
 protected:
  u32 below(u32 limit) { return static_cast<u32>(random_() % limit); }

  // Mostly packed numbers, of which some are damaged.
  std::string random_bytes() {
    std::string bytes(kWindow, '\0');
    const bool digits_alone = below(2) == 0;
    for (char& byte : bytes) {
      const u32 sign = below(8) == 0 ? below(6) + 10 : below(10);
      byte = static_cast<char>(digits_alone ? below(10) << 4 | sign : below(256));
    }
    return bytes;
  }
  void put_number(std::string& bytes, u32 offset, u32 length) {
    if (below(8) == 0) return;
    const bool small = below(2) == 0;
    for (u32 n = 0; n < length; ++n) {
      bytes[offset + n] = static_cast<char>(small && n + 3 < length ? 0 : below(10) << 4 | below(10));
    }
    char& last = bytes[offset + length - 1];
    last = static_cast<char>((last & 0xF0) | (below(6) + 10));
  }

  // What one execution leaves.
  struct Left {
    std::string window;
    u32 cc, gr1, gr2, gr5;
    u32 program;
    bool operator==(const Left&) const = default;
  };

  u8& byte_at(u32 address) {
    const u32 real = address >= kInside     ? address
                     : address >= kBoundary ? address - kBoundary + kRightFrame
                                            : address - (kBoundary - 0x1000) + kLeftFrame;
    return guest_.storage().data()[real];
  }

  Left execute(const std::string& instruction, const Layout& layout, u32 window, const std::string& bytes) {
    for (u32 n = 0; n < kWindow; ++n) byte_at(window + n) = static_cast<u8>(bytes[n]);
    guest_.set_gr(1, {0xA1000000, 0xA2A2A2A2});
    guest_.gr(5) = static_cast<u32>(bytes[0]) * 0x01010101u;
    guest_.gr(kFirstBase) = window + layout.first;
    guest_.gr(kSecondBase) = window + layout.second;
    guest_.put_word(140, 0);
    guest_.execute(instruction, 1, window == kInside ? ec_psw(0) : kDat | ec_psw(0));
    std::string left(kWindow, '\0');
    for (u32 n = 0; n < kWindow; ++n) left[n] = static_cast<char>(byte_at(window + n));
    // An address in register 1 is taken relative to the window.
    const u32 gr1 = guest_.gr(1) == 0xA1000000 ? 0 : guest_.gr(1) - window;
    return {left, guest_.cpu().psw.cc, gr1, guest_.gr(2), guest_.gr(5), guest_.program_identification()};
  }

  // The boundary goes through one of the operands, behind its first byte at least.
  u32 across(const Layout& layout) {
    const bool through_first = layout.length2 < 2 || (layout.length1 > 1 && below(2) == 0);
    const u32 offset = through_first ? layout.first : layout.second;
    const u32 length = through_first ? layout.length1 : layout.length2;
    return kBoundary - offset - 1 - below(std::max(length, 2u) - 1);
  }

  void compare(const std::string& instruction, const Layout& layout, const std::string& bytes) {
    const Left expected = execute(instruction, layout, across(layout), bytes);
    const Left left = execute(instruction, layout, kInside, bytes);
    if (left == expected) return;
    ADD_FAILURE() << instruction << ": operands at " << layout.first << " and " << layout.second << ", CC "
                  << expected.cc << " and " << left.cc << ", code " << expected.program << " and " << left.program;
  }

  // Maps the two pages, and makes the block known to the access map, for fetch and for store.
  void SetUp() override {
    guest_.enable_translation();
    guest_.map_page(kBoundary / 0x1000 - 1, kLeftFrame);
    guest_.map_page(kBoundary / 0x1000, kRightFrame);
    guest_.set_psw(ec_psw(0));
    guest_.cpu().store8(kInside, 0);
    guest_.cpu().load8(kInside);
  }

  std::mt19937 random_{370};
  Guest guest_;
};

TEST_F(ShortWay, OfInstructionsWithTwoLengths) {
  for (const u32 opcode : {0xF0, 0xF1, 0xF2, 0xF3, 0xF8, 0xF9, 0xFA, 0xFB, 0xFC, 0xFD}) {
    for (u32 lengths = 0; lengths < 256; ++lengths) {
      for (int repeat = 0; repeat < 20; ++repeat) {
        const bool overlapping = below(3) == 0;
        const u32 first = below(32), second = overlapping ? below(32) : 48 + below(32);
        const u32 length2 = opcode == 0xF0 ? 1 : (lengths & 15) + 1;
        const Layout layout{first, second, (lengths >> 4) + 1, length2};
        std::string bytes = random_bytes();
        put_number(bytes, layout.first, layout.length1);
        put_number(bytes, layout.second, layout.length2);
        const u32 displacement = opcode == 0xF0 ? below(64) : 0;
        compare(fmt::format("{:02X}{:02X} 3000 {}{:03X}", opcode, lengths, opcode == 0xF0 ? 0 : 4, displacement),
                layout, bytes);
        if (HasFailure()) return;
      }
    }
  }
}

TEST_F(ShortWay, OfConversions) {
  for (const char* instruction : {"4E504000", "4F504000"}) {
    for (int repeat = 0; repeat < 2000; ++repeat) {
      const Layout layout{0, 8 + below(32), 1, 8};
      std::string bytes = random_bytes();
      put_number(bytes, layout.second, 8);
      compare(instruction, layout, bytes);
      if (HasFailure()) return;
    }
  }
}

TEST_F(ShortWay, OfEditing) {
  for (const u32 opcode : {0xDE, 0xDF}) {
    for (int repeat = 0; repeat < 5000; ++repeat) {
      const u32 length = 1 + below(below(4) == 0 ? 60 : 20);
      const Layout layout{below(32), below(4) == 0 ? below(64) : 100 + below(32), length, length};
      std::string bytes = random_bytes();
      put_number(bytes, layout.second, 1 + below(16));
      for (u32 n = 0; n < length; ++n) {
        const u32 kind = below(12);
        if (kind < 8) bytes[layout.first + n] = "\x20\x20\x20\x20\x20\x20\x21\x22"[kind];
      }
      compare(fmt::format("{:02X}{:02X} 3000 4000", opcode, length - 1), layout, bytes);
      if (HasFailure()) return;
    }
  }
}

TEST_F(ShortWay, OfTranslation) {
  for (const u32 opcode : {0xDC, 0xDD}) {
    for (int repeat = 0; repeat < 5000; ++repeat) {
      const u32 length = 1 + below(64);
      const bool table_first = below(2) == 0;
      const u32 table = table_first ? below(16) : 64;
      const Layout layout{table_first ? table + below(256) : below(16), table, length, 256};
      if (layout.first + length > kWindow) continue;
      std::string bytes = random_bytes();
      if (opcode == 0xDD) {
        for (u32 n = 0; n < 256; ++n) bytes[table + n] = below(64) == 0 ? '\x07' : '\0';
      }
      compare(fmt::format("{:02X}{:02X} 3000 4000", opcode, length - 1), layout, bytes);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace replica
