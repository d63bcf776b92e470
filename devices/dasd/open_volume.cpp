#include "devices/dasd/open_volume.h"

#include <unistd.h>

#include "devices/dasd/compressed_store.h"
#include "devices/dasd/raw_store.h"

namespace replica {
namespace {

using Access = ImageFile::Access;

Access possible_access(const std::filesystem::path& path, bool read_only) {
  return !read_only && access(path.c_str(), W_OK) == 0 ? Access::write : Access::read;
}

Result<ImageKind> kind_of(const std::filesystem::path& path) {
  auto file = ImageFile::open(path, Access::read);
  if (!file) return tl::unexpected(file.error());
  ImageHeader header;
  if (auto status = file->read(0, header.bytes); !status) return tl::unexpected(status.error());
  return header.kind();
}

// How many of the shadow files 1, 2, ... there are.
u32 count_shadows(const std::filesystem::path& pattern) {
  u32 count = 0;
  while (count < CompressedStore::kMostShadows && std::filesystem::exists(shadow_name(pattern, count + 1))) ++count;
  return count;
}

Result<std::unique_ptr<TrackStore>> open_compressed(const VolumeOptions& options) {
  const u32 shadows = options.shadow.empty() ? 0 : count_shadows(options.shadow);
  auto access_to = [&](const std::filesystem::path& path, bool newest) {
    return newest ? possible_access(path, options.read_only) : Access::read;
  };
  auto base = ImageFile::open(options.file, access_to(options.file, shadows == 0));
  if (!base) return tl::unexpected(base.error());
  auto store = CompressedStore::open(std::move(*base));
  if (!store) return tl::unexpected(store.error());
  for (u32 number = 1; number <= shadows; ++number) {
    const auto name = shadow_name(options.shadow, number);
    auto file = ImageFile::open(name, access_to(name, number == shadows));
    if (!file) return tl::unexpected(file.error());
    if (auto status = (*store)->add_shadow(std::move(*file)); !status) return tl::unexpected(status.error());
  }
  if (!options.shadow.empty() && !options.read_only && !(*store)->writable() &&
      shadows < CompressedStore::kMostShadows) {
    auto file = ImageFile::create(shadow_name(options.shadow, shadows + 1));
    if (!file) return tl::unexpected(file.error());
    if (auto status = (*store)->create_shadow(std::move(*file)); !status) return tl::unexpected(status.error());
  }
  return std::unique_ptr<TrackStore>(std::move(*store));
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

Result<std::unique_ptr<TrackStore>> open_volume(const VolumeOptions& options) {
  auto kind = kind_of(options.file);
  if (!kind) return tl::unexpected(kind.error());
  const std::string name = options.file.string();
  switch (*kind) {
    case ImageKind::ckd_base: return open_compressed(options);
    case ImageKind::ckd_raw:
      if (!options.shadow.empty()) return fail("{}: shadow files need a compressed base", name);
      return RawStore::open(options.file, possible_access(options.file, options.read_only));
    case ImageKind::ckd_shadow: return fail("{}: is a shadow file; name its base, and the template with sf=", name);
    case ImageKind::fba_base:
    case ImageKind::fba_shadow: return fail("{}: is an image of an FBA volume", name);
    case ImageKind::unknown: break;
  }
  return fail("{}: offset 0 has none of the marks {} and {}", name, image_mark(ImageKind::ckd_raw),
              image_mark(ImageKind::ckd_base));
}

}  // namespace replica
