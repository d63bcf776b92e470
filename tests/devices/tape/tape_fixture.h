// What the tests of tapes share: images made by hand, and all that a tape holds as a list.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devices/tape/tape_file.h"
#include "tests/tools/temporary_folder.h"

namespace replica::tape_test {

using Bytes = std::vector<u8>;
using Passed = TapeFile::Passed;
using tools::TemporaryFolder;

// A record of a tape: the bytes of a block, or nothing for a tape mark.
using TapeRecord = std::optional<Bytes>;
inline const TapeRecord kMark = std::nullopt;

// Bytes from hexadecimal digits; blanks do not count.
inline Bytes hex(std::string_view digits) {
  Bytes bytes;
  std::string pair;
  for (const char c : digits) {
    if (c == ' ') continue;
    pair += c;
    if (pair.size() < 2) continue;
    bytes.push_back(static_cast<u8>(std::stoi(pair, nullptr, 16)));
    pair.clear();
  }
  return bytes;
}

inline Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

// A block that does not shrink when compressed, different for each seed.
inline Bytes noise(size_t length, u32 seed) {
  Bytes bytes(length);
  u32 state = seed * 2654435761u + 1;
  for (u8& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<u8>(state >> 24);
  }
  return bytes;
}

// The bytes of the file.
inline Bytes contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::unique_ptr<TapeFile> open_or_fail(const std::string& path, const TapeOptions& options = {}) {
  auto tape = open_tape(path, options);
  if (!tape) {
    ADD_FAILURE() << tape.error().message;
    return nullptr;
  }
  return std::move(*tape);
}

// All records up to the end of what is recorded.
inline std::vector<TapeRecord> read_all(TapeFile& tape) {
  std::vector<TapeRecord> records;
  tape.rewind();
  for (Bytes block;;) {
    const auto passed = tape.read(block);
    if (!passed) {
      ADD_FAILURE() << passed.error().message;
      return records;
    }
    if (*passed == Passed::end_of_data) return records;
    records.push_back(*passed == Passed::tape_mark ? kMark : TapeRecord(block));
  }
}

inline std::vector<TapeRecord> read_all(const std::string& path) {
  const auto tape = open_or_fail(path, {.read_only = true});
  return tape ? read_all(*tape) : std::vector<TapeRecord>{};
}

inline void write_record(TapeFile& tape, const TapeRecord& record) {
  const auto passed = record ? tape.write_block(*record) : tape.write_tape_mark();
  ASSERT_TRUE(passed) << passed.error().message;
  ASSERT_EQ(*passed, record ? Passed::block : Passed::tape_mark);
}

// Makes an image of these records. One that is not HET begins as an empty file.
inline void write_all(const std::string& path, const std::vector<TapeRecord>& records,
                      const TapeOptions& options = {}) {
  if (!path.ends_with(".het")) std::ofstream(path, std::ios::binary).flush();
  const auto tape = open_or_fail(path, options);
  ASSERT_TRUE(tape);
  for (const TapeRecord& record : records) write_record(*tape, record);
}

}  // namespace replica::tape_test
