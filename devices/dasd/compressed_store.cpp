#include "devices/dasd/compressed_store.h"

#include <utility>

namespace replica {
namespace {

// The four bytes that tell whose image it is: cylinder and head.
u32 track_identity(u32 number, u32 heads) { return (number / heads) << 16 | number % heads; }

CompressedFile::Shape shape_of(const CkdGeometry& geometry, u32 cylinders) {
  return {cylinders * geometry.heads, geometry.track_size(), track_identity, geometry.heads};
}

}  // namespace

Result<CompressedTracks> open_compressed_tracks(ImageFile file) {
  auto headers = CompressedFile::read_headers(file);
  if (!headers) return tl::unexpected(headers.error());
  const std::string name = file.path().string();
  const ImageHeader& image = headers->image;
  if (image.kind() != ImageKind::ckd_base && image.kind() != ImageKind::ckd_shadow) {
    return fail("{}: offset 0 has no mark of compressed CKD tracks, {} or {}", name, image_mark(ImageKind::ckd_base),
                image_mark(ImageKind::ckd_shadow));
  }
  const u32 cylinders = headers->compressed.volume_size();
  auto geometry = ckd_geometry_of_image(image.type_byte(), image.heads(), image.track_size(), cylinders);
  if (!geometry) return fail("{}: {}", name, geometry.error().message);
  auto opened = CompressedFile::open(std::move(file), *headers, shape_of(**geometry, cylinders));
  if (!opened) return tl::unexpected(opened.error());
  return CompressedTracks{std::move(*opened), *geometry, cylinders};
}

Status copy_images(const CompressedFile& from, CompressedFile& to) {
  for (u32 number = 0; number < from.images(); ++number) {
    const Level2Entry entry = from.entry(number);
    if (entry.offset == Level2Entry::kDeferred) continue;
    Status status;
    if (entry.stored()) {
      const auto stored = from.read_raw(number);
      if (!stored) return tl::unexpected(stored.error());
      status = to.write_raw(number, *stored);
    } else {
      status = to.write_null(number, static_cast<u8>(entry.length));
    }
    if (!status) return status;
  }
  return {};
}

Result<std::unique_ptr<CompressedStore>> CompressedStore::open(ImageFile base) {
  auto opened = open_compressed_tracks(std::move(base));
  if (!opened) return tl::unexpected(opened.error());
  if (opened->file->shadow())
    return fail("{}: is a shadow file, expected a base", opened->file->file().path().string());
  std::unique_ptr<CompressedStore> store(new CompressedStore(*opened->geometry, opened->cylinders));
  store->files_.push_back(std::move(opened->file));
  return store;
}

Result<std::unique_ptr<CompressedStore>> CompressedStore::create(ImageFile file, const CkdGeometry& geometry,
                                                                 u32 cylinders, Compression compression) {
  std::unique_ptr<CompressedStore> store(new CompressedStore(geometry, cylinders));
  const CompressedFile::Headers headers = {
      ImageHeader::make(ImageKind::ckd_base, geometry.heads, geometry.track_size(), geometry.type_byte()),
      CompressedHeader::make(cylinders, 0, static_cast<u8>(NullFormat::empty), static_cast<u8>(compression))};
  auto created = CompressedFile::create(std::move(file), headers, store->shape());
  if (!created) return tl::unexpected(created.error());
  store->files_.push_back(std::move(*created));
  return store;
}

CompressedFile::Shape CompressedStore::shape() const { return shape_of(geometry(), cylinders()); }

Status CompressedStore::add_shadow(ImageFile file) {
  auto opened = open_compressed_tracks(std::move(file));
  if (!opened) return tl::unexpected(opened.error());
  const std::string name = opened->file->file().path().string();
  if (!opened->file->shadow()) return fail("{}: is a base file, expected a shadow file", name);
  if (opened->geometry != &geometry() || opened->cylinders != cylinders()) {
    return fail("{}: offset 8: is no shadow of {}: a {} with {} cylinders, expected a {} with {}", name,
                files_.front()->file().path().string(), opened->geometry->name, opened->cylinders, geometry().name,
                cylinders());
  }
  files_.push_back(std::move(opened->file));
  return {};
}

Status CompressedStore::create_shadow(ImageFile file) {
  const ImageHeader& base = files_.front()->header();
  const CompressedFile::Headers headers = {
      ImageHeader::make(ImageKind::ckd_shadow, base.heads(), base.track_size(), base.type_byte()),
      CompressedHeader::make(cylinders(), 0, 0, static_cast<u8>(Compression::zlib))};
  auto created = CompressedFile::create(std::move(file), headers, shape());
  if (!created) return tl::unexpected(created.error());
  if (auto status = (*created)->publish(); !status) return status;
  files_.push_back(std::move(*created));
  return {};
}

Result<Track> CompressedStore::read(u32 track) {
  using State = CompressedFile::Image::State;
  for (size_t i = files_.size(); i-- > 0;) {
    auto image = files_[i]->read(track);
    if (!image) return tl::unexpected(image.error());
    if (image->state == State::deferred) continue;
    if (image->state == State::null) return Track::null(address(track), static_cast<NullFormat>(image->null_format));
    auto parsed = Track::parse(std::move(image->bytes), address(track));
    if (parsed) return parsed;
    return fail("{}: image {} at offset 0x{:X}: {}", files_[i]->file().path().string(), track,
                files_[i]->entry(track).offset, parsed.error().message);
  }
  return fail("{}: no file has track {}", files_.front()->file().path().string(), track);
}

Status CompressedStore::write(const Track& track) {
  const u32 index = number(track.address());
  if (const auto format = track.null_format()) return files_.back()->write_null(index, static_cast<u8>(*format));
  return files_.back()->write(index, track.bytes());
}

Status CompressedStore::flush() { return files_.back()->flush(); }

std::string CompressedStore::description() const {
  const std::string name = files_.front()->file().path().string();
  if (files_.size() == 1) return fmt::format("{} (CCKD)", name);
  return fmt::format("{} (CCKD, {} shadow file{}, newest {})", name, files_.size() - 1, files_.size() == 2 ? "" : "s",
                     newest().file().path().string());
}

}  // namespace replica
