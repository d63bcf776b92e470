// The two compressions of CCKD images. The only place that knows zlib and bzip2 is compression.cpp.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica {

// As the first byte of a compressed track says it.
enum class Compression : u8 { none = 0, zlib = 1, bzip2 = 2 };

// `level` is 1 (fast) to 9 (small), or -1 for the library's own choice.
std::vector<u8> compress(Compression method, int level, std::span<const u8> bytes);

// Fails if the stream is damaged, does not end with `bytes`, or gives more than `most` bytes.
Result<std::vector<u8>> decompress(Compression method, std::span<const u8> bytes, size_t most);

}  // namespace replica
