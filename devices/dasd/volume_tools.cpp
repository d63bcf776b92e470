#include "devices/dasd/volume_tools.h"

#include <algorithm>

#include "devices/dasd/block_store.h"
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
  auto store = CompressedStore::create(std::move(*file), *volume.geometry, volume.cylinders, volume.format.compression);
  if (!store) return tl::unexpected(store.error());
  for (u32 number = 0; number < (*store)->tracks(); ++number) {
    const auto next = track((*store)->address(number));
    if (!next) return tl::unexpected(next.error());
    if (auto status = (*store)->write(*next); !status) return status;
  }
  return (*store)->files().publish();
}

constexpr u32 kSerialLength = 6;
constexpr u8 kEbcdicVol1[] = {0xE5, 0xD6, 0xD3, 0xF1};
constexpr u8 kEbcdicIpl[] = {0xC9, 0xD7, 0xD3};

void append_record(Track& track, u8 record, std::vector<u8> key, const std::vector<u8>& data) {
  const auto key_length = static_cast<u32>(key.size());
  key.insert(key.end(), data.begin(), data.end());
  track.append(make_count(track.address(), record, key_length, static_cast<u32>(data.size())), key);
}

// Whether an image is one of blocks. A raw one has no mark, but is a multiple of 512 bytes.
Result<bool> is_fba(const std::filesystem::path& path) {
  const auto file = ImageFile::open(path, ImageFile::Access::read);
  if (!file) return tl::unexpected(file.error());
  const auto size = file->size();
  if (!size) return tl::unexpected(size.error());
  ImageHeader header;
  if (*size < header.bytes.size()) return fail("{}: {} bytes are no image", path.string(), *size);
  if (auto status = file->read(0, header.bytes); !status) return tl::unexpected(status.error());
  switch (header.kind()) {
    case ImageKind::fba_base:
    case ImageKind::fba_shadow: return true;
    case ImageKind::unknown:
      if (*size % kFbaBlock == 0) return true;
      return fail("{}: offset 0 has no mark of an image, such as {}", path.string(), image_mark(ImageKind::ckd_base));
    case ImageKind::ckd_raw:
    case ImageKind::ckd_base:
    case ImageKind::ckd_shadow: break;
  }
  return false;
}

void summarize_files(const ImageStack& files, ImageSummary& summary) {
  const CompressedFile& image = files.newest();
  constexpr const char* kNames[] = {"CCKD, not compressed", "CCKD, zlib", "CCKD, bzip2"};
  const CompressedFile::Usage usage = image.usage();
  summary.format = kNames[image.compressed_header().compression()];
  summary.compressed = true;
  summary.up_to_date = image.is_up_to_date();
  summary.stored = usage.stored;
  summary.used = usage.used;
  summary.free = usage.free;
  summary.free_extents = usage.free_extents;
}

// The serial number if `label` is a volume label, else nothing.
std::vector<u8> serial_of(std::span<const u8> label) {
  constexpr size_t kSerial = std::size(kEbcdicVol1);
  if (label.size() < kSerial + kSerialLength) return {};
  if (!std::equal(std::begin(kEbcdicVol1), std::end(kEbcdicVol1), label.begin())) return {};
  const auto serial = label.subspan(kSerial, kSerialLength);
  return {serial.begin(), serial.end()};
}

Status summarize_tracks(const VolumeOptions& options, ImageSummary& summary) {
  const auto store = open_volume(options);
  if (!store) return tl::unexpected(store.error());
  summary.format = "CKD";
  summary.drive = (*store)->geometry().name;
  summary.cylinders = (*store)->cylinders();
  summary.heads = (*store)->geometry().heads;
  if (auto* compressed = dynamic_cast<CompressedStore*>(store->get())) summarize_files(compressed->files(), summary);
  summary.serial = volume_serial(**store);
  return {};
}

Status summarize_blocks(const VolumeOptions& options, ImageSummary& summary) {
  const auto store = BlockStore::open(options);
  if (!store) return tl::unexpected(store.error());
  summary.format = "FBA";
  summary.drive = "FBA";
  summary.blocks = (*store)->blocks();
  if (const ImageStack* files = (*store)->files()) summarize_files(*files, summary);
  std::vector<u8> label(kFbaBlock);
  if (summary.blocks > 1 && (*store)->read(1, label)) summary.serial = serial_of(label);
  return {};
}

std::vector<std::string> check_tracks(const VolumeOptions& options) {
  const auto store = open_volume(options);
  if (!store) return {store.error().message};
  std::vector<std::string> problems;
  for (u32 number = 0; number < (*store)->tracks(); ++number) {
    const auto track = (*store)->read(number);
    if (!track) problems.push_back(track.error().message);
  }
  return problems;
}

std::vector<std::string> check_blocks(const VolumeOptions& options) {
  const auto store = BlockStore::open(options);
  if (!store) return {store.error().message};
  std::vector<std::string> problems;
  std::vector<u8> block(kFbaBlock);
  for (u32 number = 0; number < (*store)->blocks(); number += kFbaGroup) {
    const auto status = (*store)->read(number, block);
    if (!status) problems.push_back(status.error().message);
  }
  return problems;
}

Status copy_blocks(const VolumeOptions& from, const std::filesystem::path& to, const ImageFormat& format) {
  const auto source = BlockStore::open(from);
  if (!source) return tl::unexpected(source.error());
  return create_blocks(to, (*source)->blocks(), format.raw, format.compression,
                       [&](u32 first, std::span<u8> bytes) { return (*source)->read(first, bytes); });
}

}  // namespace

Status create_volume(const std::filesystem::path& path, const NewVolume& volume,
                     const std::function<Result<Track>(TrackAddress)>& track) {
  if (volume.cylinders == 0 || volume.cylinders > volume.geometry->all_cylinders()) {
    return fail("{} cylinders; a {} has 1 to {}", volume.cylinders, volume.geometry->name,
                volume.geometry->all_cylinders());
  }
  return volume.format.raw ? create_raw(path, volume, track) : create_compressed(path, volume, track);
}

std::vector<u8> volume_serial(TrackStore& store) {
  constexpr u32 kLabelRecord = 3;
  const auto first = store.read(0);
  if (!first || first->record_count() <= kLabelRecord) return {};
  return serial_of(first->data(kLabelRecord));
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

Result<ImageSummary> summarize_image(const std::filesystem::path& path) {
  ImageSummary summary;
  std::error_code error;
  summary.file_size = std::filesystem::file_size(path, error);
  if (error) return fail("{}: {}", path.string(), error.message());
  const VolumeOptions options{path, {}, true};
  const auto fba = is_fba(path);
  if (!fba) return tl::unexpected(fba.error());
  const auto status = *fba ? summarize_blocks(options, summary) : summarize_tracks(options, summary);
  if (!status) return tl::unexpected(status.error());
  return summary;
}

Result<std::vector<std::string>> check_image(const VolumeOptions& options) {
  VolumeOptions reading = options;
  reading.read_only = true;
  std::error_code error;
  if (!std::filesystem::is_regular_file(options.file, error)) return fail("{}: no such file", options.file.string());
  const auto fba = is_fba(options.file);
  if (!fba) return std::vector<std::string>{fba.error().message};
  return *fba ? check_blocks(reading) : check_tracks(reading);
}

Status refresh_image(const VolumeOptions& options) {
  const auto fba = is_fba(options.file);
  if (!fba) return tl::unexpected(fba.error());
  const auto files = ImageStack::open(options, *fba ? shape_of_blocks : shape_of_tracks);
  if (!files) return tl::unexpected(files.error());
  return (*files)->newest().is_up_to_date() ? Status() : (*files)->refresh();
}

Status copy_image(const VolumeOptions& from, const std::filesystem::path& to, const ImageFormat& format,
                  u32 cylinders) {
  VolumeOptions reading = from;
  reading.read_only = true;
  const auto fba = is_fba(from.file);
  if (!fba) return tl::unexpected(fba.error());
  if (*fba) {
    if (cylinders != 0) return fail("{}: an FBA volume has no cylinders", from.file.string());
    return copy_blocks(reading, to, format);
  }
  const auto store = open_volume(reading);
  if (!store) return tl::unexpected(store.error());
  TrackStore& source = **store;
  const NewVolume volume{&source.geometry(), cylinders == 0 ? source.cylinders() : cylinders, format};
  return create_volume(to, volume, [&](TrackAddress address) -> Result<Track> {
    if (address.cylinder >= source.cylinders()) return Track(address);
    return source.read(source.number(address));
  });
}

Result<u64> compress_image(const std::filesystem::path& path) {
  const auto fba = is_fba(path);
  if (!fba) return tl::unexpected(fba.error());
  auto file = ImageFile::open(path, ImageFile::Access::write);
  if (!file) return tl::unexpected(file.error());
  const auto before = file->size();
  if (!before) return tl::unexpected(before.error());
  const auto old = ImageStack::open_file(std::move(*file), *fba ? shape_of_blocks : shape_of_tracks);
  if (!old) return tl::unexpected(old.error());
  const auto packed = pack(**old);
  if (!packed) return tl::unexpected(packed.error());
  const auto after = (*packed)->file().size();
  if (!after) return tl::unexpected(after.error());
  return *before > *after ? *before - *after : 0;
}

}  // namespace replica
