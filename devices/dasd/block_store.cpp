#include "devices/dasd/block_store.h"

#include <algorithm>

namespace replica {
namespace {

constexpr u32 kGroupBytes = kFbaGroup * kFbaBlock;
constexpr u32 kMostBlocks = 0x1000000;  // 8 GiB; the largest drive has a tenth

u32 group_identity(u32 number, u32) { return number; }

class RawBlocks : public BlockStore {
 public:
  RawBlocks(ImageFile file, u32 blocks) : BlockStore(blocks), file_(std::move(file)) {}

  Status read(u32 first, std::span<u8> bytes) override { return file_.read(u64{first} * kFbaBlock, bytes); }
  Status write(u32 first, std::span<const u8> bytes) override { return file_.write(u64{first} * kFbaBlock, bytes); }
  bool writable() const override { return file_.writable(); }
  Status flush() override { return file_.writable() ? file_.sync() : Status(); }
  std::string description() const override { return file_.path().string() + " (FBA)"; }

 private:
  ImageFile file_;
};

class CompressedBlocks : public BlockStore {
 public:
  CompressedBlocks(std::unique_ptr<ImageStack> files, u32 blocks) : BlockStore(blocks), files_(std::move(files)) {}

  Status read(u32 first, std::span<u8> bytes) override {
    return for_each_piece(first, bytes, [&](u32 group, u32 offset, std::span<u8> piece) -> Status {
      if (auto status = load(group); !status) return status;
      std::copy_n(group_.begin() + offset, piece.size(), piece.begin());
      return {};
    });
  }

  Status write(u32 first, std::span<const u8> bytes) override {
    return for_each_piece(first, bytes, [&](u32 group, u32 offset, std::span<const u8> piece) -> Status {
      if (auto status = load(group); !status) return status;
      std::copy(piece.begin(), piece.end(), group_.begin() + offset);
      auto status = store(group);
      if (!status) loaded_ = false;
      return status;
    });
  }

  bool writable() const override { return files_->writable(); }
  Status flush() override { return files_->writable() ? files_->flush() : Status(); }
  std::string description() const override { return files_->description(); }
  // Whoever asks may change the files.
  ImageStack* files() override {
    loaded_ = false;
    return files_.get();
  }

 private:
  // Calls visit(group, offset in the group's image, piece) for the part in each group.
  template <typename Bytes, typename Visit>
  static Status for_each_piece(u32 first, Bytes bytes, Visit visit) {
    while (!bytes.empty()) {
      const u32 within = first % kFbaGroup;
      const size_t length = std::min<size_t>(bytes.size(), (kFbaGroup - within) * kFbaBlock);
      const u32 offset = CompressedFile::kPrefix + within * kFbaBlock;
      if (auto status = visit(first / kFbaGroup, offset, bytes.first(length)); !status) return status;
      bytes = bytes.subspan(length);
      first += static_cast<u32>(length / kFbaBlock);
    }
    return {};
  }

  Status load(u32 group) {
    if (loaded_ && number_ == group) return {};
    loaded_ = false;
    auto image = files_->read(group);
    if (!image) return tl::unexpected(image.error());
    if (image->state == CompressedFile::Image::State::null) {
      image->bytes.assign(CompressedFile::kPrefix + kGroupBytes, 0);
      store_identity(image->bytes, group);
    }
    if (image->bytes.size() != CompressedFile::kPrefix + kGroupBytes) {
      return fail("{}: {} bytes, expected {}", files_->place(group), image->bytes.size() - CompressedFile::kPrefix,
                  kGroupBytes);
    }
    group_ = std::move(image->bytes);
    number_ = group;
    loaded_ = true;
    return {};
  }

  Status store(u32 group) {
    const auto blocks = std::span(group_).subspan(CompressedFile::kPrefix);
    const bool zero = std::all_of(blocks.begin(), blocks.end(), [](u8 byte) { return byte == 0; });
    return zero ? files_->write_null(group, 0) : files_->write(group, group_);
  }

  static void store_identity(std::vector<u8>& bytes, u32 group) { store32(ByteOrder::big, &bytes[1], group); }

  std::unique_ptr<ImageStack> files_;
  std::vector<u8> group_;  // prefix and blocks of group number_, if loaded_
  u32 number_ = 0;
  bool loaded_ = false;
};

Result<std::unique_ptr<BlockStore>> open_raw(const VolumeOptions& options, ImageFile file) {
  const std::string name = options.file.string();
  if (!options.shadow.empty()) return fail("{}: shadow files need a compressed base", name);
  const auto size = file.size();
  if (!size) return tl::unexpected(size.error());
  if (*size == 0 || *size % kFbaBlock != 0 || *size / kFbaBlock > kMostBlocks) {
    return fail("{}: {} bytes, expected a multiple of {} up to {}", name, *size, kFbaBlock,
                u64{kMostBlocks} * kFbaBlock);
  }
  return std::unique_ptr<BlockStore>(new RawBlocks(std::move(file), static_cast<u32>(*size / kFbaBlock)));
}

}  // namespace

Result<CompressedFile::Shape> shape_of_blocks(const CompressedFile::Headers& headers) {
  const ImageKind kind = headers.image.kind();
  if (kind != ImageKind::fba_base && kind != ImageKind::fba_shadow) {
    return fail("offset 0 has no mark of compressed FBA blocks, {} or {}", image_mark(ImageKind::fba_base),
                image_mark(ImageKind::fba_shadow));
  }
  const u32 blocks = headers.compressed.volume_size();
  if (blocks == 0 || blocks > kMostBlocks)
    return fail("offset 0x228: {} blocks, expected 1 to {}", blocks, kMostBlocks);
  return CompressedFile::Shape{(blocks + kFbaGroup - 1) / kFbaGroup, CompressedFile::kPrefix + kGroupBytes,
                               group_identity, 0};
}

Result<std::unique_ptr<BlockStore>> BlockStore::open(const VolumeOptions& options) {
  auto file = ImageFile::open(options.file, possible_access(options.file, options.read_only));
  if (!file) return tl::unexpected(file.error());
  const auto size = file->size();
  if (!size) return tl::unexpected(size.error());
  ImageHeader header;
  if (*size >= kImageHeaderSize) {
    if (auto status = file->read(0, header.bytes); !status) return tl::unexpected(status.error());
  }
  switch (header.kind()) {
    case ImageKind::unknown: return open_raw(options, std::move(*file));
    case ImageKind::ckd_raw:
    case ImageKind::ckd_base:
    case ImageKind::ckd_shadow: return fail("{}: is an image of a CKD volume", options.file.string());
    case ImageKind::fba_base:
    case ImageKind::fba_shadow: break;
  }
  { const ImageFile closed = std::move(*file); }
  auto files = ImageStack::open(options, shape_of_blocks);
  if (!files) return tl::unexpected(files.error());
  const u32 blocks = (*files)->base().compressed_header().volume_size();
  return std::unique_ptr<BlockStore>(new CompressedBlocks(std::move(*files), blocks));
}

std::vector<u8> label_block(std::span<const u8> serial) {
  constexpr u8 kVol1[] = {0xE5, 0xD6, 0xD3, 0xF1};
  constexpr u32 kSerialLength = 6;
  constexpr u8 kBlank = 0x40;
  std::vector<u8> label(kFbaBlock);
  const auto place = std::copy(std::begin(kVol1), std::end(kVol1), label.begin());
  std::fill_n(place, kSerialLength, kBlank);
  std::copy_n(serial.begin(), std::min<size_t>(serial.size(), kSerialLength), place);
  return label;
}

Status create_blocks(const std::filesystem::path& path, u32 blocks, bool raw, Compression compression,
                     const std::function<Status(u32 first, std::span<u8> bytes)>& fill) {
  const CompressedFile::Headers headers = {ImageHeader::make(ImageKind::fba_base, 0, 0, 0),
                                           CompressedHeader::make(blocks, 0, 0, static_cast<u8>(compression))};
  const auto shape = shape_of_blocks(headers);
  if (!shape) return fail("{}: {}", path.string(), shape.error().message);
  auto file = ImageFile::create(path);
  if (!file) return tl::unexpected(file.error());
  std::unique_ptr<CompressedFile> compressed;
  if (!raw) {
    auto created = CompressedFile::create(std::move(*file), headers, *shape);
    if (!created) return tl::unexpected(created.error());
    compressed = std::move(*created);
  }
  for (u32 group = 0; group < shape->images; ++group) {
    std::vector<u8> image(CompressedFile::kPrefix + kGroupBytes);
    store32(ByteOrder::big, &image[1], group);
    const u32 first = group * kFbaGroup;
    const auto bytes =
        std::span(image).subspan(CompressedFile::kPrefix, std::min(kFbaGroup, blocks - first) * kFbaBlock);
    if (auto status = fill(first, bytes); !status) return status;
    Status status;
    if (raw) {
      status = file->write(u64{first} * kFbaBlock, bytes);
    } else if (std::any_of(bytes.begin(), bytes.end(), [](u8 byte) { return byte != 0; })) {
      status = compressed->write(group, image);
    }
    if (!status) return status;
  }
  return raw ? file->publish() : compressed->publish();
}

}  // namespace replica
