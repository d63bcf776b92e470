#include "devices/dasd/open_volume.h"

#include "devices/dasd/compressed_store.h"
#include "devices/dasd/raw_store.h"

namespace replica {
namespace {

using Access = ImageFile::Access;

Result<ImageKind> kind_of(const std::filesystem::path& path) {
  auto file = ImageFile::open(path, Access::read);
  if (!file) return tl::unexpected(file.error());
  ImageHeader header;
  if (auto status = file->read(0, header.bytes); !status) return tl::unexpected(status.error());
  return header.kind();
}

}  // namespace

Result<std::unique_ptr<TrackStore>> open_volume(const VolumeOptions& options) {
  auto kind = kind_of(options.file);
  if (!kind) return tl::unexpected(kind.error());
  const std::string name = options.file.string();
  switch (*kind) {
    case ImageKind::ckd_base: {
      auto store = CompressedStore::open(options);
      if (!store) return tl::unexpected(store.error());
      return std::unique_ptr<TrackStore>(std::move(*store));
    }
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
