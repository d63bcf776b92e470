#include "devices/dasd/track.h"

#include <algorithm>
#include <cstring>

#include "base/big_endian.h"
#include "base/check.h"

namespace replica {
namespace {

constexpr u8 kEndMarker[CountField::kSize] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
constexpr u32 kR0Data = 8;

void put_address(u8* bytes, TrackAddress address) {
  store_be16(bytes, static_cast<u16>(address.cylinder));
  store_be16(bytes + 2, static_cast<u16>(address.head));
}

TrackAddress get_address(const u8* bytes) { return {load_be16(bytes), load_be16(bytes + 2)}; }

}  // namespace

bool CountField::is_end_marker() const { return std::memcmp(bytes, kEndMarker, kSize) == 0; }

CountField make_count(TrackAddress address, u8 record, u32 key_length, u32 data_length) {
  CountField count;
  put_address(count.bytes, address);
  count.bytes[4] = record;
  count.bytes[5] = static_cast<u8>(key_length);
  store_be16(count.bytes + 6, static_cast<u16>(data_length));
  return count;
}

Result<Track> Track::parse(std::vector<u8> bytes, TrackAddress address) {
  if (bytes.size() < kHomeAddressSize) return fail("{} bytes are too few for a home address", bytes.size());
  const TrackAddress found = get_address(&bytes[1]);
  if (found != address) {
    return fail("home address is cylinder {} head {}, expected cylinder {} head {}", found.cylinder, found.head,
                address.cylinder, address.head);
  }
  Track track;
  u32 offset = kFirstRecord;
  for (;;) {
    if (bytes.size() - offset < CountField::kSize) return fail("no end marker before offset {}", bytes.size());
    CountField count;
    std::memcpy(count.bytes, &bytes[offset], sizeof count.bytes);
    if (count.is_end_marker()) break;
    if (count.record_length() > bytes.size() - offset) {
      return fail("record of {} bytes at offset {} goes beyond the track's {}", count.record_length(), offset,
                  bytes.size());
    }
    track.offsets_.push_back(offset);
    offset += count.record_length();
  }
  if (track.offsets_.empty() || bytes[kFirstRecord + 4] != 0) return fail("no R0 at offset {}", kFirstRecord);
  bytes.resize(offset + CountField::kSize);
  bytes[0] = 0;
  track.bytes_ = std::move(bytes);
  return track;
}

Track::Track(TrackAddress address) {
  bytes_.resize(kHomeAddressSize);
  put_address(&bytes_[1], address);
  bytes_.insert(bytes_.end(), std::begin(kEndMarker), std::end(kEndMarker));
  append(make_count(address, 0, 0, kR0Data), std::vector<u8>(kR0Data));
}

Track Track::null(TrackAddress address, NullFormat format) {
  Track track(address);
  if (format == NullFormat::end_of_file) track.append(make_count(address, 1, 0, 0), {});
  if (format == NullFormat::blank_pages) {
    const std::vector<u8> zeros(4096);
    for (u8 record = 1; record <= 12; ++record) track.append(make_count(address, record, 0, 4096), zeros);
  }
  return track;
}

std::optional<NullFormat> Track::null_format() const {
  const u32 records = record_count();
  if (records != 1 && records != 2 && records != 13) return std::nullopt;
  for (const NullFormat format : {NullFormat::end_of_file, NullFormat::empty, NullFormat::blank_pages}) {
    if (null(address(), format).bytes_ == bytes_) return format;
  }
  return std::nullopt;
}

TrackAddress Track::address() const { return get_address(&bytes_[1]); }

void Track::set_cylinder(u32 cylinder) {
  const u32 before = address().cylinder;
  store_be16(&bytes_[1], static_cast<u16>(cylinder));
  u8* r0 = &bytes_[kFirstRecord];
  constexpr u32 kOverflowBit = u32{CountField::kOverflow} << 8;
  const u32 overflow = load_be16(r0) & kOverflowBit;
  const u32 named = load_be16(r0) & ~kOverflowBit;
  if (named != before && named != cylinder) return;
  store_be16(r0, static_cast<u16>(overflow | (named == before ? cylinder : before)));
}

CountField Track::count(u32 index) const {
  DCHECK(index < record_count());
  CountField count;
  std::memcpy(count.bytes, &bytes_[offsets_[index]], sizeof count.bytes);
  return count;
}

std::span<const u8> Track::record(u32 index) const {
  return std::span(bytes_).subspan(offsets_[index], count(index).record_length());
}

std::span<const u8> Track::key(u32 index) const {
  return record(index).subspan(CountField::kSize, count(index).key_length());
}

std::span<const u8> Track::data(u32 index) const {
  return record(index).subspan(CountField::kSize + count(index).key_length());
}

void Track::set_key(u32 index, std::span<const u8> key) {
  const u32 length = count(index).key_length();
  u8* field = &bytes_[offsets_[index]] + CountField::kSize;
  const size_t taken = std::min<size_t>(length, key.size());
  std::fill_n(std::copy_n(key.begin(), taken, field), length - taken, u8{0});
}

void Track::set_data(u32 index, std::span<const u8> data) {
  const CountField field = count(index);
  u8* place = &bytes_[offsets_[index]] + CountField::kSize + field.key_length();
  const size_t taken = std::min<size_t>(field.data_length(), data.size());
  std::fill_n(std::copy_n(data.begin(), taken, place), field.data_length() - taken, u8{0});
}

void Track::truncate(u32 records) {
  if (records >= record_count()) return;
  bytes_.resize(offsets_[records]);
  bytes_.insert(bytes_.end(), std::begin(kEndMarker), std::end(kEndMarker));
  offsets_.resize(records);
}

void Track::append(const CountField& count, std::span<const u8> key_and_data) {
  const u32 offset = end();
  bytes_.resize(offset);
  bytes_.insert(bytes_.end(), std::begin(count.bytes), std::end(count.bytes));
  bytes_.insert(bytes_.end(), key_and_data.begin(), key_and_data.end());
  bytes_.resize(offset + count.record_length());
  bytes_.insert(bytes_.end(), std::begin(kEndMarker), std::end(kEndMarker));
  offsets_.push_back(offset);
}

}  // namespace replica
