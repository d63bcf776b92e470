#include "devices/dasd/compression.h"

#include <bzlib.h>
#include <zlib.h>

#include "base/check.h"

namespace replica {
namespace {

std::vector<u8> compress_zlib(int level, std::span<const u8> bytes) {
  uLongf length = compressBound(bytes.size());
  std::vector<u8> result(length);
  CHECK(compress2(result.data(), &length, bytes.data(), bytes.size(), level) == Z_OK);
  result.resize(length);
  return result;
}

std::vector<u8> compress_bzip2(int level, std::span<const u8> bytes) {
  // What the library's manual promises to be enough.
  unsigned length = static_cast<unsigned>(bytes.size() + bytes.size() / 100 + 600);
  std::vector<u8> result(length);
  std::vector<u8> source(bytes.begin(), bytes.end());  // its interface is not const
  CHECK(BZ2_bzBuffToBuffCompress(reinterpret_cast<char*>(result.data()), &length,
                                 reinterpret_cast<char*>(source.data()), static_cast<unsigned>(source.size()),
                                 level < 1 ? 5 : level, 0, 0) == BZ_OK);
  result.resize(length);
  return result;
}

Result<std::vector<u8>> decompress_zlib(std::span<const u8> bytes, size_t most) {
  std::vector<u8> result(most);
  uLongf length = most;
  uLong taken = bytes.size();
  const int code = uncompress2(result.data(), &length, bytes.data(), &taken);
  if (code != Z_OK) return fail("damaged zlib stream (code {})", code);
  result.resize(length);
  return result;
}

Result<std::vector<u8>> decompress_bzip2(std::span<const u8> bytes, size_t most) {
  std::vector<u8> result(most);
  std::vector<u8> source(bytes.begin(), bytes.end());
  unsigned length = static_cast<unsigned>(most);
  const int code =
      BZ2_bzBuffToBuffDecompress(reinterpret_cast<char*>(result.data()), &length,
                                 reinterpret_cast<char*>(source.data()), static_cast<unsigned>(source.size()), 0, 0);
  if (code != BZ_OK) return fail("damaged bzip2 stream (code {})", code);
  result.resize(length);
  return result;
}

}  // namespace

std::vector<u8> compress(Compression method, int level, std::span<const u8> bytes) {
  switch (method) {
    case Compression::zlib: return compress_zlib(level, bytes);
    case Compression::bzip2: return compress_bzip2(level, bytes);
    case Compression::none: break;
  }
  return {bytes.begin(), bytes.end()};
}

Result<std::vector<u8>> decompress(Compression method, std::span<const u8> bytes, size_t most) {
  switch (method) {
    case Compression::zlib: return decompress_zlib(bytes, most);
    case Compression::bzip2: return decompress_bzip2(bytes, most);
    case Compression::none: break;
  }
  if (bytes.size() > most) return fail("{} bytes, more than the {} of a track", bytes.size(), most);
  return std::vector<u8>(bytes.begin(), bytes.end());
}

}  // namespace replica
