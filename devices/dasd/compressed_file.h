// One compressed image file of Hercules, "CCKD" (facts 6.16): base or shadow, CKD or FBA. It keeps numbered images, each of
// which begins with five bytes: a compression code, and four that tell whose image it is (CC HH of a track, number of a
// group of FBA blocks). What an image means is the business of others.
//
//   0     header            1024  level 1 table: where the level 2 tables are
//   512   second header     ...   level 2 tables of 256 entries, images, free space, in any order
//
// Why a crash does no harm. Each change of the file is one of these:
//
//   a. bytes that no table leads to: a new image, a new level 2 table, the list of free space
//   b. one entry of a table: 4 bytes of level 1, 8 bytes of level 2. They lie at multiples of their size (a level 2 table that
//      does not is moved before it is changed), hence never in two pages, so that the host writes all of them or nothing even
//      if the process is killed
//   c. the second header, which lies in one page
//
// A write is: c (the file is open), a (image), b (its entry). Before b the old image is in force, after b the new one; at
// no time does an entry lead to bytes that are not there. The old image's place is given to others only after b. The list of
// free space in the file is stale between the first write and flush(), which "open" in the second header says. Nobody needs
// it: the gaps tell what is free (space_map.h), and cckdcdsk makes the list anew from them. No gap in the middle of the file is
// shorter than 8 bytes, which cckdcdsk would close by moving images.
// flush() writes: a (the list), then c (what is free, the file is closed).
//
// Against a crash of the host, which may write pages to its disk in any order, there is only flush().
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "devices/dasd/compression.h"
#include "devices/dasd/image_file.h"
#include "devices/dasd/image_header.h"
#include "devices/dasd/space_map.h"

namespace replica {

class CompressedFile {
 public:
  static constexpr u32 kPrefix = 5;

  // What the caller knows of the images in the file.
  struct Shape {
    u32 images;
    u32 largest;                             // bytes of an image, uncompressed, with the prefix
    u32 (*identity)(u32 number, u32 heads);  // the four bytes that tell whose image it is
    u32 heads;
  };

  // What an entry says.
  struct Image {
    enum class State : u8 { stored, null, deferred } state;
    u8 null_format = 0;     // if null
    std::vector<u8> bytes;  // if stored: prefix with a zero code, then the rest, uncompressed
  };

  // Reads both headers, so that the caller can tell the shape. Fails unless the file is compressed.
  struct Headers {
    ImageHeader image;
    CompressedHeader compressed;
  };
  static Result<Headers> read_headers(const ImageFile& file);

  // Checks all tables: bounds, lengths, overlaps. Nothing is written until the first write().
  static Result<std::unique_ptr<CompressedFile>> open(ImageFile file, const Headers& headers, const Shape& shape);
  // Writes an empty file, in which all images are null (base) or deferred (shadow). `file` is new; see publish().
  static Result<std::unique_ptr<CompressedFile>> create(ImageFile file, const Headers& headers, const Shape& shape);

  CompressedFile(const CompressedFile&) = delete;
  CompressedFile& operator=(const CompressedFile&) = delete;
  ~CompressedFile();

  const ImageFile& file() const { return file_; }
  const ImageHeader& header() const { return headers_.image; }
  const CompressedHeader& compressed_header() const { return headers_.compressed; }
  const Shape& shape() const { return shape_; }
  bool shadow() const;
  u32 images() const { return shape_.images; }

  Level2Entry entry(u32 number) const;
  Result<Image> read(u32 number) const;
  // `bytes` as read() gives them.
  Status write(u32 number, std::span<const u8> bytes);
  Status write_null(u32 number, u8 format);
  // The same without compressing or decompressing: prefix and what follows it, as they are in the file.
  Result<std::vector<u8>> read_raw(u32 number) const;
  Status write_raw(u32 number, std::span<const u8> stored);
  // Sees to it that image `number` has a level 2 table, and an aligned one. Each write does; done before, it puts the
  // tables before the images.
  Status make_table(u32 number);
  // Brings header and list of free space up to date.
  Status flush();
  // Whether the second header describes the space of the file as it is; not so after a crash, which does no harm.
  bool is_up_to_date() const;
  // Makes it so.
  Status refresh();
  // Of a file that was opened for reading.
  Status make_writable() { return file_.make_writable(); }
  // Gives a file that was created its name.
  Status publish();

  struct Usage {
    u32 stored;  // images that have bytes
    u64 file_size;
    u64 used;
    u64 free;
    u32 free_extents;
  };
  Usage usage() const;

 private:
  using Table = std::array<Level2Entry, CompressedHeader::kEntriesPerTable>;

  CompressedFile(ImageFile file, const Headers& headers, const Shape& shape);

  ByteOrder order() const { return headers_.compressed.order(); }
  std::string name() const { return file_.path().string(); }
  u8 table_null_format() const { return headers_.compressed.null_format(); }

  Status check_headers() const;
  Status load_tables();
  Status load_level1();
  Status load_table(u32 index);
  Status check_entry(u32 number, const Level2Entry& entry) const;
  Status map_space();

  Table new_table(u32 index) const;
  Status begin_changes();
  Status set_entry(u32 number, const Level2Entry& entry);
  Status move_table(u32 index, const Table& table);
  Status write_free_list(const std::vector<Extent>& extents);
  void describe_space(const std::vector<Extent>& extents);

  ImageFile file_;
  Headers headers_;
  Shape shape_;
  u64 size_ = 0;  // of the file when it was opened
  std::vector<u32> level1_;
  std::vector<std::unique_ptr<Table>> tables_;  // null if level 1 has no table
  SpaceMap space_;
  bool changing_ = false;  // "open" stands in the file
};

}  // namespace replica
