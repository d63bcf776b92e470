#include "devices/dasd/raw_store.h"

#include <algorithm>

namespace replica {
namespace {

// The name of part `sequence` of the volume whose first part is `path`: name_1.ckd -> name_2.ckd, as Hercules has it.
std::optional<std::filesystem::path> part_name(const std::filesystem::path& path, u32 sequence) {
  std::string stem = path.stem().string();
  if (stem.size() < 2 || stem[stem.size() - 2] != '_' || stem.back() != '1') return std::nullopt;
  stem.pop_back();
  return path.parent_path() / (stem + std::to_string(sequence) + path.extension().string());
}

}  // namespace

RawStore::RawStore(const CkdGeometry& geometry, u32 cylinders, std::vector<Part> parts)
    : TrackStore(geometry, cylinders), parts_(std::move(parts)) {}

RawStore::~RawStore() { static_cast<void>(flush()); }

// Gives the header and, in the part, the number of tracks for which the file has room.
Result<RawStore::Part> RawStore::open_part(const std::filesystem::path& path, ImageFile::Access access,
                                           ImageHeader& header) {
  auto file = ImageFile::open(path, access);
  if (!file) return tl::unexpected(file.error());
  if (auto status = file->read(0, header.bytes); !status) return tl::unexpected(status.error());
  if (header.kind() != ImageKind::ckd_raw) {
    return fail("{}: offset 0 has no mark {}", path.string(), image_mark(ImageKind::ckd_raw));
  }
  const u32 heads = header.heads();
  const u32 track_size = header.track_size();
  if (heads == 0 || heads > 255 || track_size == 0 || track_size % 512 != 0 || track_size > 65536) {
    return fail("{}: offset 8: {} heads and {} bytes a track are those of no drive", path.string(), heads, track_size);
  }
  auto size = file->size();
  if (!size) return tl::unexpected(size.error());
  const u64 cylinder_size = u64{heads} * track_size;
  const u64 bytes = *size - kImageHeaderSize;
  if (bytes % cylinder_size != 0 || bytes / cylinder_size > 65536) {
    return fail("{}: {} bytes behind the header, expected a multiple of {} (a cylinder)", path.string(), bytes,
                cylinder_size);
  }
  Part part{std::move(*file), TrackJournal(path), 0, static_cast<u32>(bytes / track_size), std::nullopt};
  if (auto status = recover(part); !status) return tl::unexpected(status.error());
  return part;
}

Status RawStore::recover(Part& part) {
  auto unfinished = part.journal.unfinished(part.file);
  if (!unfinished) return tl::unexpected(unfinished.error());
  if (!part.file.writable()) {
    part.unfinished = std::move(*unfinished);
    return {};
  }
  if (*unfinished) {
    if (auto status = part.file.write((*unfinished)->offset, (*unfinished)->bytes); !status) return status;
    if (auto status = part.file.sync(); !status) return status;
  }
  return part.journal.remove();
}

Result<std::unique_ptr<TrackStore>> RawStore::open(const std::filesystem::path& path, ImageFile::Access access) {
  ImageHeader first;
  std::vector<Part> parts;
  u32 tracks = 0;
  for (u32 sequence = 1;; ++sequence) {
    const auto name = sequence == 1 ? path : part_name(path, sequence);
    if (!name) return fail("{}: is part 1 of a volume, but its name does not end with _1", path.string());
    ImageHeader header;
    auto part = open_part(*name, access, header);
    if (!part) return tl::unexpected(part.error());
    if (sequence == 1) first = header;
    const bool single = sequence == 1 && header.sequence() == 0;
    if (!single && header.sequence() != sequence) {
      return fail("{}: offset 17: part {} of a volume, expected {}", name->string(), header.sequence(), sequence);
    }
    if (header.heads() != first.heads() || header.track_size() != first.track_size() ||
        header.type_byte() != first.type_byte()) {
      return fail("{}: offset 8: the drive is another than that of {}", name->string(), path.string());
    }
    part->first_track = tracks;
    tracks += part->tracks;
    const u32 cylinders = tracks / header.heads();
    const u32 high = header.high_cylinder();
    parts.push_back(std::move(*part));
    if (high == 0) break;
    if (high + 1 != cylinders) {
      return fail("{}: offset 18: the last cylinder is said to be {}, but the file ends with {}", name->string(), high,
                  i64{cylinders} - 1);
    }
    // The last part of a volume can name its last cylinder, or not; more parts follow if there are files.
    const auto next = part_name(path, sequence + 1);
    if (single || !next || !std::filesystem::exists(*next)) break;
  }
  const u32 cylinders = tracks / first.heads();
  auto geometry = ckd_geometry_of_image(first.type_byte(), first.heads(), first.track_size(), cylinders);
  if (!geometry) return fail("{}: {}", path.string(), geometry.error().message);
  return std::unique_ptr<TrackStore>(new RawStore(**geometry, cylinders, std::move(parts)));
}

std::pair<RawStore::Part*, u64> RawStore::locate(u32 track) {
  auto part =
      std::find_if(parts_.begin(), parts_.end(), [&](const Part& p) { return track < p.first_track + p.tracks; });
  return {&*part, kImageHeaderSize + u64{track - part->first_track} * geometry().track_size()};
}

Result<Track> RawStore::read(u32 track) {
  const auto [part, offset] = locate(track);
  std::vector<u8> bytes(geometry().track_size());
  if (part->unfinished && part->unfinished->offset == offset) {
    bytes = part->unfinished->bytes;
  } else if (auto status = part->file.read(offset, bytes); !status) {
    return tl::unexpected(status.error());
  }
  auto parsed = Track::parse(std::move(bytes), address(track));
  if (!parsed)
    return fail("{}: track at offset 0x{:X}: {}", part->file.path().string(), offset, parsed.error().message);
  return parsed;
}

Status RawStore::write(const Track& track) {
  const auto [part, offset] = locate(number(track.address()));
  std::vector<u8> bytes(track.bytes().begin(), track.bytes().end());
  bytes.resize(geometry().track_size());
  changed_ = true;
  if (auto status = part->journal.note(part->file, offset, bytes); !status) return status;
  return part->file.write(offset, bytes);
}

bool RawStore::writable() const { return parts_.front().file.writable(); }

Status RawStore::flush() {
  if (!changed_) return {};
  for (Part& part : parts_) {
    if (auto status = part.file.sync(); !status) return status;
    if (auto status = part.journal.remove(); !status) return status;
  }
  changed_ = false;
  return {};
}

std::string RawStore::description() const {
  const std::string name = parts_.front().file.path().string();
  return parts_.size() == 1 ? fmt::format("{} (CKD)", name) : fmt::format("{} (CKD, {} files)", name, parts_.size());
}

}  // namespace replica
