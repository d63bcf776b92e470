// Where the blocks of an FBA volume are kept: a raw file of 512-byte blocks without a header, or compressed files of groups of
// 120 blocks (facts 6.16).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "devices/dasd/image_stack.h"

namespace replica {

inline constexpr u32 kFbaBlock = 512;
inline constexpr u32 kFbaGroup = 120;  // blocks

// Used from one thread. Blocks that are asked for must be there.
class BlockStore {
 public:
  // Whatever the format is.
  static Result<std::unique_ptr<BlockStore>> open(const VolumeOptions& options);

  virtual ~BlockStore() = default;

  u32 blocks() const { return blocks_; }

  // `bytes` are whole blocks.
  virtual Status read(u32 first, std::span<u8> bytes) = 0;
  // Kept when it returns, even if the process is killed then. Killed in the midst, some blocks are new, some old.
  virtual Status write(u32 first, std::span<const u8> bytes) = 0;
  virtual bool writable() const = 0;
  virtual Status flush() = 0;
  virtual std::string description() const = 0;
  // Null if the image is not compressed.
  virtual ImageStack* files() { return nullptr; }

 protected:
  explicit BlockStore(u32 blocks) : blocks_(blocks) {}

 private:
  u32 blocks_;
};

// What the headers of a file of compressed blocks say; for ImageStack.
Result<CompressedFile::Shape> shape_of_blocks(const CompressedFile::Headers& headers);

// Makes an image whose blocks `fill` gives: it is called once for each group, in ascending order, with zeros. Until the image
// is complete its file has another name.
Status create_blocks(const std::filesystem::path& path, u32 blocks, bool raw, Compression compression,
                     const std::function<Status(u32 first, std::span<u8> bytes)>& fill);

// Block 1 of a volume with this serial number of up to six characters, in EBCDIC.
std::vector<u8> label_block(std::span<const u8> serial);

}  // namespace replica
