#include "tests/oracle/image.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "base/big_endian.h"
#include "base/check.h"

namespace replica::oracle {
namespace {

void set_parameter(std::vector<u8>& bytes, Parameter parameter, u32 value) {
  store_be32(&bytes[kParameters + 4 * parameter], value);
}

// Records are counted at their longest, so a monitor that finds itself behind this limit has lost its way.
u32 record_limit(u32 storage_bytes) { return storage_bytes - kTailBytes - 0x4000; }

}  // namespace

std::vector<u8> monitor_code() {
  std::ifstream file(ORACLE_MONITOR, std::ios::binary);
  std::vector<u8> code{std::istreambuf_iterator<char>(file), {}};
  CHECK(code.size() == kMonitorEnd);
  return code;
}

static u8 make_pristine_byte(u32 offset) {
  static const std::vector<u8> code = monitor_code();
  if (offset < 0x200) return code[offset];
  const u32 real = real_of_offset(offset, 16 << 20);
  // Where tables lie: X'000D' is an invalid page-table entry of either page size, X'000D000D' an invalid segment.
  if (real >= kTablesStart && real < kTablesEnd) return offset % 2 ? 0x0D : 0x00;
  // Elsewhere short runs of digits with a sign, zeros and small numbers, different in every place.
  const u32 hash = (offset >> 3) * 2654435761u;
  if (hash >> 30 == 0) return 0;
  const u32 digit = (offset * 2246822519u) >> 13;
  if (offset % 8 == 7) return static_cast<u8>(digit % 10 << 4 | (0xC + (hash >> 29) % 2));
  return hash >> 30 == 1 ? static_cast<u8>(digit) : static_cast<u8>(digit % 10 << 4 | (digit >> 8) % 10);
}

const std::vector<u8>& pristine_region() {
  static const std::vector<u8> kRegion = [] {
    std::vector<u8> region(kRegionBytes);
    for (u32 offset = 0; offset < kRegionBytes; ++offset) region[offset] = make_pristine_byte(offset);
    return region;
  }();
  return kRegion;
}

// An image without cases.
static std::vector<u8> empty_image(u32 storage_bytes) {
  std::vector<u8> bytes = monitor_code();
  bytes.resize(kCases);
  for (u32 chunk = 0; chunk < kRegionChunks; ++chunk)
    store_be32(&bytes[kChunkTable + 4 * chunk], real_of_offset(chunk * kChunkBytes, storage_bytes));
  for (u32 block = 0; block < kRegionBlocks; ++block)
    store_be32(&bytes[kBlockTable + 4 * block], real_of_offset(block * kBlockBytes, storage_bytes));
  std::ranges::copy(pristine_region(), bytes.begin() + kPristine);
  set_parameter(bytes, kCase, kCases);
  set_parameter(bytes, kLimit, record_limit(storage_bytes));
  set_parameter(bytes, kMemorySize, storage_bytes);
  set_parameter(bytes, kChunks, kChunkTable);
  set_parameter(bytes, kChunkCount, kRegionChunks);
  set_parameter(bytes, kPristineCopy, kPristine);
  set_parameter(bytes, kShadowCopy, kShadow);
  set_parameter(bytes, kBlocks, kBlockTable);
  set_parameter(bytes, kBlockCount, kRegionBlocks);
  return bytes;
}

Image::Image(u32 storage_bytes) : storage_bytes_(storage_bytes) {
  static std::map<u32, std::vector<u8>> empty_images;
  std::vector<u8>& empty = empty_images[storage_bytes];
  if (empty.empty()) empty = empty_image(storage_bytes);
  bytes_ = empty;
}

bool Image::add(const Case& c, u32 record_bytes) {
  CHECK(c.storage_bytes == storage_bytes_);
  const std::vector<u8> form = serialize(c);
  if (bytes_.size() + form.size() + record_room_ + record_bytes > record_limit(storage_bytes_)) return false;
  bytes_.insert(bytes_.end(), form.begin(), form.end());
  record_room_ += record_bytes;
  ++cases_;
  set_parameter(bytes_, kCount, static_cast<u32>(cases_));
  set_parameter(bytes_, kResult, static_cast<u32>(bytes_.size()));
  return true;
}

std::vector<u8> Image::bytes() const { return bytes_; }

std::vector<Record> Image::records(std::span<const u8> storage) const {
  if (storage.size() <= bytes_.size()) return {};
  // The monitor moves on to the next case when a record is complete.
  return parse_records(storage.subspan(bytes_.size()), case_at(load_be32(&storage[kParameters + 4 * kCase])));
}

std::size_t Image::case_at(u32 address) const {
  std::size_t number = 0;
  for (u32 at = kCases; at < address && at < bytes_.size() && number < cases_; ++number) at += load_be32(&bytes_[at]);
  return number;
}

}  // namespace replica::oracle
