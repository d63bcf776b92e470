#include "devices/dasd/image_stack.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace replica {
namespace {

u32 count_shadows(const std::filesystem::path& pattern) {
  u32 count = 0;
  while (count < ImageStack::kMostShadows && std::filesystem::exists(shadow_name(pattern, count + 1))) ++count;
  return count;
}

}  // namespace

std::filesystem::path shadow_name(const std::filesystem::path& pattern, u32 number) {
  std::string name = pattern.filename().string();
  const size_t period = name.rfind('.');
  const size_t place = period == std::string::npos ? name.size() : period;
  const auto digit = static_cast<char>('0' + number);
  if (place == 0) {
    name.insert(name.begin(), digit);
  } else {
    name[place - 1] = digit;
  }
  return pattern.parent_path() / name;
}

ImageFile::Access possible_access(const std::filesystem::path& path, bool read_only) {
  return !read_only && access(path.c_str(), W_OK) == 0 ? ImageFile::Access::write : ImageFile::Access::read;
}

Status copy_images(const CompressedFile& from, CompressedFile& to) {
  for (u32 number = 0; number < from.images(); ++number) {
    const Level2Entry entry = from.entry(number);
    if (entry.offset == Level2Entry::kDeferred || entry == to.entry(number)) continue;
    if (auto status = to.make_table(number); !status) return status;
  }
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

Result<std::unique_ptr<CompressedFile>> pack(const CompressedFile& old) {
  auto file = ImageFile::create(old.file().path(), true);
  if (!file) return tl::unexpected(file.error());
  CompressedFile::Headers headers{old.header(), old.compressed_header()};
  headers.compressed.bytes[3] &= static_cast<u8>(~CompressedHeader::kOpened);
  auto packed = CompressedFile::create(std::move(*file), headers, old.shape());
  if (!packed) return packed;
  if (auto status = copy_images(old, **packed); !status) return tl::unexpected(status.error());
  if (auto status = (*packed)->publish(); !status) return tl::unexpected(status.error());
  return packed;
}

Result<std::unique_ptr<CompressedFile>> ImageStack::open_file(ImageFile file, ShapeOf shape_of) {
  const auto headers = CompressedFile::read_headers(file);
  if (!headers) return tl::unexpected(headers.error());
  const auto shape = shape_of(*headers);
  if (!shape) return fail("{}: {}", file.path().string(), shape.error().message);
  return CompressedFile::open(std::move(file), *headers, *shape);
}

ImageStack::ImageStack(std::unique_ptr<CompressedFile> base) {
  options_.file = base->file().path();
  files_.push_back(std::move(base));
}

Result<std::unique_ptr<ImageStack>> ImageStack::open(const VolumeOptions& options, ShapeOf shape_of) {
  using Access = ImageFile::Access;
  const u32 shadows = options.shadow.empty() ? 0 : count_shadows(options.shadow);
  auto file =
      ImageFile::open(options.file, shadows == 0 ? possible_access(options.file, options.read_only) : Access::read);
  if (!file) return tl::unexpected(file.error());
  auto base = open_file(std::move(*file), shape_of);
  if (!base) return tl::unexpected(base.error());
  if ((*base)->shadow()) {
    return fail("{}: is a shadow file; name its base, and the template with sf=", options.file.string());
  }
  std::unique_ptr<ImageStack> stack(new ImageStack());
  stack->options_ = options;
  stack->files_.push_back(std::move(*base));
  for (u32 number = 1; number <= shadows; ++number) {
    const auto name = shadow_name(options.shadow, number);
    const Access access = number == shadows ? possible_access(name, options.read_only) : Access::read;
    if (auto status = stack->open_shadow(name, access, shape_of); !status) return tl::unexpected(status.error());
  }
  if (!options.shadow.empty() && !options.read_only && !stack->writable()) {
    if (auto status = stack->create_shadow(); !status) return tl::unexpected(status.error());
  }
  return stack;
}

Status ImageStack::open_shadow(const std::filesystem::path& path, ImageFile::Access access, ShapeOf shape_of) {
  auto file = ImageFile::open(path, access);
  if (!file) return tl::unexpected(file.error());
  auto opened = open_file(std::move(*file), shape_of);
  if (!opened) return tl::unexpected(opened.error());
  const CompressedFile& shadow = **opened;
  if (!shadow.shadow()) return fail("{}: is a base file, expected a shadow file", path.string());
  const bool same = shadow.header().heads() == base().header().heads() &&
                    shadow.header().track_size() == base().header().track_size() &&
                    shadow.header().type_byte() == base().header().type_byte() && shadow.images() == base().images();
  if (!same) return fail("{}: offset 8: is no shadow of {}: the volumes differ", path.string(), options_.file.string());
  files_.push_back(std::move(*opened));
  return {};
}

Status ImageStack::create_shadow() {
  if (shadows() == kMostShadows) return fail("{}: has {} shadow files already", options_.file.string(), kMostShadows);
  auto file = ImageFile::create(shadow_name(options_.shadow, shadows() + 1));
  if (!file) return tl::unexpected(file.error());
  const ImageHeader& image = base().header();
  const ImageKind kind = image.kind() == ImageKind::ckd_base ? ImageKind::ckd_shadow : ImageKind::fba_shadow;
  const CompressedHeader& compressed = base().compressed_header();
  const CompressedFile::Headers headers = {
      ImageHeader::make(kind, image.heads(), image.track_size(), image.type_byte()),
      CompressedHeader::make(compressed.volume_size(), 0, compressed.null_format(), compressed.compression())};
  auto created = CompressedFile::create(std::move(*file), headers, base().shape());
  if (!created) return tl::unexpected(created.error());
  if (auto status = (*created)->publish(); !status) return status;
  files_.push_back(std::move(*created));
  return {};
}

Result<CompressedFile::Image> ImageStack::read(u32 number) const {
  for (size_t i = files_.size(); i-- > 0;) {
    auto image = files_[i]->read(number);
    if (!image || image->state != CompressedFile::Image::State::deferred) return image;
  }
  return fail("{}: no file has image {}", options_.file.string(), number);
}

std::string ImageStack::place(u32 number) const {
  size_t i = files_.size() - 1;
  while (i > 0 && files_[i]->entry(number).offset == Level2Entry::kDeferred) --i;
  return fmt::format("{}: image {} at offset 0x{:X}", files_[i]->file().path().string(), number,
                     files_[i]->entry(number).offset);
}

std::string ImageStack::description() const {
  const std::string name = base().file().path().string();
  if (shadows() == 0) return fmt::format("{} (CCKD)", name);
  return fmt::format("{} (CCKD, {} shadow file{}, newest {})", name, shadows(), shadows() == 1 ? "" : "s",
                     newest().file().path().string());
}

Status ImageStack::add_shadow() {
  if (options_.shadow.empty()) return fail("{}: no sf= says how shadow files are called", options_.file.string());
  if (auto status = flush(); !status) return status;
  return create_shadow();
}

Status ImageStack::remove_shadow(Removal removal) {
  if (shadows() == 0) return fail("{}: has no shadow file", options_.file.string());
  if (removal == Removal::merge && shadows() == 1 && options_.read_only) {
    return fail("{}: is read only; use force to merge into it", options_.file.string());
  }
  if (removal != Removal::discard) {
    if (auto status = merge_down(); !status) return status;
  }
  const std::filesystem::path path = newest().file().path();
  files_.pop_back();
  if (unlink(path.c_str()) != 0) return fail("{}: {}", path.string(), std::strerror(errno));
  if (removal != Removal::discard || options_.read_only) return {};
  if (files_.back()->make_writable()) return {};
  return create_shadow();
}

// Killed in the midst, the newest file still says all that it said.
Status ImageStack::merge_down() {
  CompressedFile& below = *files_[files_.size() - 2];
  if (auto status = below.make_writable(); !status) return status;
  if (auto status = copy_images(newest(), below); !status) return status;
  return below.flush();
}

Result<u64> ImageStack::pack_newest() {
  if (!writable()) return fail("{}: can only be read", newest().file().path().string());
  const auto before = newest().file().size();
  if (!before) return tl::unexpected(before.error());
  auto packed = pack(newest());
  if (!packed) return tl::unexpected(packed.error());
  files_.back() = std::move(*packed);
  const auto after = newest().file().size();
  if (!after) return tl::unexpected(after.error());
  return *before > *after ? *before - *after : 0;
}

std::vector<std::string> ImageStack::report() const {
  std::vector<std::string> lines;
  for (const auto& file : files_) {
    const CompressedFile::Usage usage = file->usage();
    lines.push_back(fmt::format("{}: {} of {} images, {} bytes, {} of them free in {} extents{}",
                                file->file().path().string(), usage.stored, file->images(), usage.file_size, usage.free,
                                usage.free_extents, file->file().writable() ? "" : ", read only"));
  }
  return lines;
}

}  // namespace replica
