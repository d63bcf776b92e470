#include "devices/dasd/track_journal.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/big_endian.h"

namespace replica {
namespace {

// The journal: mark (8), sum of all that follows (8), offset (8), length (8), a sum of each sector of the old track (8
// each), the new track.
constexpr u8 kMark[8] = {'R', 'E', 'P', 'L', 'T', 'R', 'K', '1'};
constexpr u32 kSummed = 16;
constexpr u32 kHeader = 32;
constexpr u32 kSector = 512;
constexpr u64 kLargestTrack = 65536;

// FNV-1a.
u64 sum_of(std::span<const u8> bytes) {
  u64 sum = 0xCBF29CE484222325;
  for (const u8 byte : bytes) sum = (sum ^ byte) * 0x100000001B3;
  return sum;
}

u64 sectors_of(u64 length) { return length / kSector; }

std::vector<u8> encode(u64 offset, std::span<const u8> old, std::span<const u8> next) {
  std::vector<u8> bytes(std::begin(kMark), std::end(kMark));
  auto put = [&](u64 value) {
    bytes.resize(bytes.size() + 8);
    store_be64(&bytes[bytes.size() - 8], value);
  };
  put(0);
  put(offset);
  put(next.size());
  for (size_t at = 0; at < old.size(); at += kSector) put(sum_of(old.subspan(at, kSector)));
  bytes.insert(bytes.end(), next.begin(), next.end());
  store_be64(&bytes[8], sum_of(std::span(bytes).subspan(kSummed)));
  return bytes;
}

// A journal that is not whole was being written when the process was killed; the image was not yet touched.
bool is_whole(const std::vector<u8>& bytes) {
  if (bytes.size() < kHeader || !std::equal(std::begin(kMark), std::end(kMark), bytes.begin())) return false;
  const u64 length = load_be64(&bytes[24]);
  if (length == 0 || length > kLargestTrack || length % kSector != 0) return false;
  if (bytes.size() < kHeader + sectors_of(length) * 8 + length) return false;
  const u64 all = kHeader + sectors_of(length) * 8 + length;
  return load_be64(&bytes[8]) == sum_of(std::span(bytes).subspan(kSummed, all - kSummed));
}

// Nothing if there is no journal.
Result<std::vector<u8>> read_all(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return std::vector<u8>();
  const auto file = ImageFile::open(path, ImageFile::Access::read);
  if (!file) return tl::unexpected(file.error());
  const auto size = file->size();
  if (!size) return tl::unexpected(size.error());
  std::vector<u8> bytes(std::min(*size, kHeader + sectors_of(kLargestTrack) * 8 + kLargestTrack));
  if (auto status = file->read(0, bytes); !status) return tl::unexpected(status.error());
  return bytes;
}

}  // namespace

TrackJournal::TrackJournal(const std::filesystem::path& image) : path_(image.string() + ".journal") {}

Result<std::optional<TrackJournal::Track>> TrackJournal::unfinished(const ImageFile& image) const {
  const auto journal = read_all(path_);
  if (!journal) return tl::unexpected(journal.error());
  if (!is_whole(*journal)) return std::nullopt;
  const u64 offset = load_be64(&(*journal)[16]);
  const u64 length = load_be64(&(*journal)[24]);
  const auto size = image.size();
  if (!size) return tl::unexpected(size.error());
  if (offset > *size || length > *size - offset) return std::nullopt;

  std::vector<u8> found(length);
  if (auto status = image.read(offset, found); !status) return tl::unexpected(status.error());
  const auto next = std::span(*journal).subspan(kHeader + sectors_of(length) * 8, length);
  bool begun = false;
  bool complete = true;
  for (u64 sector = 0; sector < sectors_of(length); ++sector) {
    const u64 old_sum = load_be64(&(*journal)[kHeader + sector * 8]);
    const u64 new_sum = sum_of(next.subspan(sector * kSector, kSector));
    const u64 sum = sum_of(std::span(found).subspan(sector * kSector, kSector));
    if (sum != old_sum && sum != new_sum) return std::nullopt;
    if (sum != new_sum) complete = false;
    if (sum != old_sum) begun = true;
  }
  if (!begun || complete) return std::nullopt;
  return Track{offset, {next.begin(), next.end()}};
}

Status TrackJournal::note(const ImageFile& image, u64 offset, std::span<const u8> next) {
  std::vector<u8> old(next.size());
  if (auto status = image.read(offset, old); !status) return status;
  if (!file_) {
    auto file = ImageFile::open_or_create(path_);
    if (!file) return tl::unexpected(file.error());
    file_ = std::move(*file);
  }
  return file_->write(0, encode(offset, old, next));
}

Status TrackJournal::remove() {
  file_.reset();
  if (unlink(path_.c_str()) == 0 || errno == ENOENT) return {};
  return fail("{}: {}", path_.string(), std::strerror(errno));
}

}  // namespace replica
