#include "devices/dasd/volume_tools.h"

#include <algorithm>

#include "devices/dasd/compressed_store.h"
#include "devices/dasd/image_file.h"

namespace replica {
namespace {

Status create_raw(const std::filesystem::path& path, const NewVolume& volume,
                  const std::function<Result<Track>(TrackAddress)>& track) {
  const CkdGeometry& drive = *volume.geometry;
  auto file = ImageFile::create(path);
  if (!file) return tl::unexpected(file.error());
  const auto header = ImageHeader::make(ImageKind::ckd_raw, drive.heads, drive.track_size(), drive.type_byte());
  if (auto status = file->write(0, header.bytes); !status) return status;
  u64 offset = kImageHeaderSize;
  for (u32 number = 0; number < volume.cylinders * drive.heads; ++number, offset += drive.track_size()) {
    const auto next = track({number / drive.heads, number % drive.heads});
    if (!next) return tl::unexpected(next.error());
    std::vector<u8> bytes(next->bytes().begin(), next->bytes().end());
    bytes.resize(drive.track_size());
    if (auto status = file->write(offset, bytes); !status) return status;
  }
  return file->publish();
}

Status create_compressed(const std::filesystem::path& path, const NewVolume& volume,
                         const std::function<Result<Track>(TrackAddress)>& track) {
  auto file = ImageFile::create(path);
  if (!file) return tl::unexpected(file.error());
  auto store = CompressedStore::create(std::move(*file), *volume.geometry, volume.cylinders, volume.compression);
  if (!store) return tl::unexpected(store.error());
  for (u32 number = 0; number < (*store)->tracks(); ++number) {
    const auto next = track((*store)->address(number));
    if (!next) return tl::unexpected(next.error());
    if (auto status = (*store)->write(*next); !status) return status;
  }
  return (*store)->files().publish();
}

constexpr u8 kEbcdicVol1[] = {0xE5, 0xD6, 0xD3, 0xF1};
constexpr u8 kEbcdicIpl[] = {0xC9, 0xD7, 0xD3};

void append_record(Track& track, u8 record, std::vector<u8> key, const std::vector<u8>& data) {
  const auto key_length = static_cast<u32>(key.size());
  key.insert(key.end(), data.begin(), data.end());
  track.append(make_count(track.address(), record, key_length, static_cast<u32>(data.size())), key);
}

}  // namespace

Status create_volume(const std::filesystem::path& path, const NewVolume& volume,
                     const std::function<Result<Track>(TrackAddress)>& track) {
  if (volume.cylinders == 0 || volume.cylinders > volume.geometry->all_cylinders()) {
    return fail("{} cylinders; a {} has 1 to {}", volume.cylinders, volume.geometry->name,
                volume.geometry->all_cylinders());
  }
  return volume.raw ? create_raw(path, volume, track) : create_compressed(path, volume, track);
}

Track label_track(std::span<const u8> serial) {
  Track track({0, 0});
  std::vector<u8> ipl1(24);  // PSW: disabled wait, 00000F; CCW: no-operation
  ipl1[1] = 0x06;
  ipl1[7] = 0x0F;
  ipl1[8] = 0x03;
  ipl1[15] = 0x01;
  append_record(track, 1, {kEbcdicIpl[0], kEbcdicIpl[1], kEbcdicIpl[2], 0xF1}, ipl1);
  append_record(track, 2, {kEbcdicIpl[0], kEbcdicIpl[1], kEbcdicIpl[2], 0xF2}, std::vector<u8>(144));

  constexpr u8 kBlank = 0x40;
  std::vector<u8> label(80, kBlank);
  std::copy(std::begin(kEbcdicVol1), std::end(kEbcdicVol1), label.begin());
  std::copy_n(serial.begin(), std::min<size_t>(serial.size(), 6), label.begin() + 4);
  const u8 vtoc[] = {0, 0, 0, 1, 1};  // cylinder 0, head 1, record 1
  std::copy(std::begin(vtoc), std::end(vtoc), label.begin() + 11);
  append_record(track, 3, {std::begin(kEbcdicVol1), std::end(kEbcdicVol1)}, label);
  return track;
}

Result<VolumeSummary> summarize_volume(const std::filesystem::path& path) {
  VolumeSummary summary;
  auto file = ImageFile::open(path, ImageFile::Access::read);
  if (!file) return tl::unexpected(file.error());
  const auto size = file->size();
  if (!size) return tl::unexpected(size.error());
  summary.file_size = *size;
  VolumeOptions options;
  options.file = path;
  options.read_only = true;
  auto store = open_volume(options);
  if (!store) return tl::unexpected(store.error());
  summary.geometry = &(*store)->geometry();
  summary.cylinders = (*store)->cylinders();
  summary.format = "CKD";
  if (auto* compressed = dynamic_cast<CompressedStore*>(store->get())) {
    const CompressedFile& image = compressed->files().newest();
    constexpr const char* kNames[] = {"CCKD, not compressed", "CCKD, zlib", "CCKD, bzip2"};
    summary.format = kNames[image.compressed_header().compression()];
    summary.was_left_open = (image.compressed_header().options() & CompressedHeader::kOpened) != 0;
    const CompressedFile::Usage usage = image.usage();
    summary.stored_tracks = usage.stored;
    summary.used = usage.used;
    summary.free = usage.free;
    summary.free_extents = usage.free_extents;
  }
  const auto first = (*store)->read(0);
  if (first && first->record_count() > 3) {
    const auto label = first->data(3);
    if (label.size() >= 10 && std::equal(std::begin(kEbcdicVol1), std::end(kEbcdicVol1), label.begin())) {
      summary.serial.assign(label.begin() + 4, label.begin() + 10);
    }
  }
  return summary;
}

Result<std::vector<std::string>> check_volume(const VolumeOptions& options) {
  VolumeOptions reading = options;
  reading.read_only = true;
  std::error_code error;
  if (!std::filesystem::is_regular_file(options.file, error)) return fail("{}: no such file", options.file.string());
  std::vector<std::string> problems;
  const auto store = open_volume(reading);
  if (!store) {
    problems.push_back(store.error().message);
    return problems;
  }
  for (u32 number = 0; number < (*store)->tracks(); ++number) {
    const auto track = (*store)->read(number);
    if (!track) problems.push_back(track.error().message);
  }
  return problems;
}

Result<u64> compress_image(const std::filesystem::path& path) {
  auto file = ImageFile::open(path, ImageFile::Access::write);
  if (!file) return tl::unexpected(file.error());
  const auto before = file->size();
  if (!before) return tl::unexpected(before.error());
  auto old = ImageStack::open_file(std::move(*file), shape_of_tracks);
  if (!old) return tl::unexpected(old.error());
  const auto packed = pack(**old);
  if (!packed) return tl::unexpected(packed.error());
  const auto after = (*packed)->file().size();
  if (!after) return tl::unexpected(after.error());
  return *before > *after ? *before - *after : 0;
}

}  // namespace replica
