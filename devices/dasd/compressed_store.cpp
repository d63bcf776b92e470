#include "devices/dasd/compressed_store.h"

#include <algorithm>
#include <utility>

namespace replica {
namespace {

// The four bytes that tell whose image it is: cylinder and head.
u32 track_identity(u32 number, u32 heads) { return (number / heads) << 16 | number % heads; }

CompressedFile::Shape shape(const CkdGeometry& geometry, u32 cylinders) {
  return {cylinders * geometry.heads, geometry.track_size(), track_identity, geometry.heads};
}

Result<const CkdGeometry*> geometry_of(const CompressedFile::Headers& headers) {
  const ImageHeader& image = headers.image;
  return ckd_geometry_of_image(image.type_byte(), image.heads(), image.track_size(), headers.compressed.volume_size());
}

}  // namespace

Result<CompressedFile::Shape> shape_of_tracks(const CompressedFile::Headers& headers) {
  const ImageKind kind = headers.image.kind();
  if (kind != ImageKind::ckd_base && kind != ImageKind::ckd_shadow) {
    return fail("offset 0 has no mark of compressed CKD tracks, {} or {}", image_mark(ImageKind::ckd_base),
                image_mark(ImageKind::ckd_shadow));
  }
  const auto geometry = geometry_of(headers);
  if (!geometry) return tl::unexpected(geometry.error());
  return shape(**geometry, headers.compressed.volume_size());
}

Result<std::unique_ptr<CompressedStore>> CompressedStore::open(const VolumeOptions& options) {
  auto files = ImageStack::open(options, shape_of_tracks);
  if (!files) return tl::unexpected(files.error());
  const CompressedFile& base = (*files)->base();
  const auto geometry = geometry_of({base.header(), base.compressed_header()});
  if (!geometry) return tl::unexpected(geometry.error());
  const u32 cylinders = base.compressed_header().volume_size();
  return std::unique_ptr<CompressedStore>(new CompressedStore(**geometry, cylinders, std::move(*files)));
}

Result<std::unique_ptr<CompressedStore>> CompressedStore::create(ImageFile file, const CkdGeometry& geometry,
                                                                 u32 cylinders, Compression compression) {
  const CompressedFile::Headers headers = {
      ImageHeader::make(ImageKind::ckd_base, geometry.heads, geometry.track_size(), geometry.type_byte()),
      CompressedHeader::make(cylinders, 0, static_cast<u8>(NullFormat::empty), static_cast<u8>(compression))};
  auto created = CompressedFile::create(std::move(file), headers, shape(geometry, cylinders));
  if (!created) return tl::unexpected(created.error());
  std::unique_ptr<CompressedStore> store(
      new CompressedStore(geometry, cylinders, std::make_unique<ImageStack>(std::move(*created))));
  store->is_new_ = true;
  return store;
}

CompressedStore::Kept* CompressedStore::find_kept(u32 track) {
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.number == track; });
  if (found == kept_.end()) return nullptr;
  found->used = ++clock_;
  return &*found;
}

// Takes the place of the one that has not been used for the longest time.
void CompressedStore::keep(u32 number, const Track& track, bool uncompressed) {
  if (Kept* kept = find_kept(number)) {
    kept->track = track;
    kept->uncompressed = uncompressed;
  } else if (kept_.size() < kMostKept) {
    kept_.push_back({number, ++clock_, uncompressed, track});
  } else {
    Kept& oldest =
        *std::min_element(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) { return a.used < b.used; });
    static_cast<void>(compress(oldest));  // if the host cannot, the track is there nevertheless
    oldest = {number, ++clock_, uncompressed, track};
  }
}

Status CompressedStore::compress(Kept& kept) {
  if (!kept.uncompressed) return {};
  kept.uncompressed = false;
  return files_->write(kept.number, kept.track.bytes());
}

ImageStack& CompressedStore::files() {
  for (Kept& kept : kept_) static_cast<void>(compress(kept));
  kept_.clear();
  return *files_;
}

Status CompressedStore::flush() {
  for (Kept& kept : kept_) {
    if (auto status = compress(kept); !status) return status;
  }
  return files_->flush();
}

Result<Track> CompressedStore::read(u32 track) {
  if (const Kept* kept = find_kept(track)) return kept->track;
  auto read = expand(track);
  if (read) keep(track, *read, false);
  return read;
}

Result<Track> CompressedStore::expand(u32 track) {
  auto image = files_->read(track);
  if (!image) return tl::unexpected(image.error());
  if (image->state == CompressedFile::Image::State::null) {
    return Track::null(address(track), static_cast<NullFormat>(image->null_format));
  }
  auto parsed = Track::parse(std::move(image->bytes), address(track));
  if (parsed) return parsed;
  return fail("{}: {}", files_->place(track), parsed.error().message);
}

bool CompressedStore::compresses_later() const {
  const u8 method = files_->newest().compressed_header().compression();
  return !is_new_ && method != static_cast<u8>(Compression::none);
}

Status CompressedStore::write(const Track& track) {
  const u32 index = number(track.address());
  const auto format = track.null_format();
  const bool later = !format && compresses_later();
  const auto status = format  ? files_->write_null(index, static_cast<u8>(*format))
                      : later ? files_->write_raw(index, track.bytes())
                              : files_->write(index, track.bytes());
  if (status) {
    keep(index, track, later);
  } else {
    std::erase_if(kept_, [&](const Kept& kept) { return kept.number == index; });
  }
  return status;
}

}  // namespace replica
