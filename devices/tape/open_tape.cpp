// Which format an image has. As Hercules has it: the name says it, unless the first bytes say otherwise.
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "devices/tape/chunk_file.h"
#include "devices/tape/simh_file.h"
#include "devices/tape/tape_file.h"

namespace replica {
namespace {

enum class Format : u8 { unknown, aws, het, simh, oma, faketape };

Format format_by_name(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c;
  if (extension == ".aws") return Format::aws;
  if (extension == ".het") return Format::het;
  if (extension == ".tap") return Format::simh;
  if (extension == ".tdf") return Format::oma;
  if (extension == ".fkt") return Format::faketape;
  return Format::unknown;
}

Result<Format> format_by_content(const ImageFile& file, u64 size) {
  u8 bytes[ChunkHeader::kSize];
  if (size < sizeof bytes) return Format::unknown;
  if (auto read = file.read(0, bytes); !read) return tl::unexpected(read.error());
  if (std::memcmp(bytes, "@TDF", 4) == 0) return Format::oma;
  if (std::memcmp(bytes, "0000", 4) == 0) return Format::faketape;
  const ChunkHeader header = ChunkHeader::decode(bytes);
  if (header.previous != 0 || header.has(ChunkHeader::kTapeMark)) return Format::unknown;
  return header.is_compressed() ? Format::het : Format::aws;
}

Result<Format> format_of(const ImageFile& file, u64 size) {
  const Format by_name = format_by_name(file.path());
  if (by_name == Format::simh) return by_name;  // its first bytes look like those of AWS
  const auto by_content = format_by_content(file, size);
  if (!by_content) return by_content;
  // An AWS image is a HET image too.
  const bool keep_name = *by_content == Format::unknown || (*by_content == Format::aws && by_name == Format::het);
  if (!keep_name) return *by_content;
  return by_name == Format::unknown ? Format::aws : by_name;
}

Result<ImageFile> open_image(const std::filesystem::path& path, bool read_only) {
  // A file that the host does not let us write is a tape without a write ring.
  const bool refused = access(path.c_str(), W_OK) != 0 && errno != ENOENT;
  if (read_only || refused) return ImageFile::open(path, ImageFile::Access::read);
  const bool may_be_new = format_by_name(path) == Format::het;
  return may_be_new ? ImageFile::open_or_create(path) : ImageFile::open(path, ImageFile::Access::write);
}

// An unlabelled tape that nothing has been written on, as `hetinit -n` makes it.
Status make_blank(TapeFile& tape) {
  for (int marks = 0; marks < 2; ++marks) {
    if (auto written = tape.write_tape_mark(); !written) return tl::unexpected(written.error());
  }
  tape.rewind();
  return {};
}

std::unique_ptr<TapeFile> make_chunk_file(TapeFile::Image image, Format format, const TapeOptions& options) {
  const auto chunks = format == Format::het ? ChunkFile::Format::het : ChunkFile::Format::aws;
  return std::make_unique<ChunkFile>(std::move(image), chunks, options);
}

}  // namespace

Result<std::unique_ptr<TapeFile>> open_tape(const std::filesystem::path& path, const TapeOptions& options) {
  auto file = open_image(path, options.read_only);
  if (!file) return tl::unexpected(file.error());
  const auto size = file->size();
  if (!size) return tl::unexpected(size.error());
  const auto format = format_of(*file, *size);
  if (!format) return tl::unexpected(format.error());
  TapeFile::Image image{std::move(*file), *size};
  std::unique_ptr<TapeFile> tape;
  switch (*format) {
    case Format::simh: tape = std::make_unique<SimhFile>(std::move(image), options); break;
    case Format::oma:
      return fail("{}: is an OMA tape description, which is not supported; expected AWS, HET or SIMH", path.string());
    case Format::faketape:
      return fail("{}: is a FakeTape, which is not supported; expected AWS, HET or SIMH", path.string());
    default: tape = make_chunk_file(std::move(image), *format, options);
  }
  if (*format == Format::het && *size == 0 && !tape->is_protected()) {
    if (auto blank = make_blank(*tape); !blank) return tl::unexpected(blank.error());
  }
  return tape;
}

Result<std::unique_ptr<TapeFile>> create_tape(const std::filesystem::path& path, const TapeOptions& options) {
  const Format format = format_by_name(path);
  if (format != Format::aws && format != Format::het) {
    return fail("{}: its name does not end with .aws or .het; expected a format that can be written", path.string());
  }
  auto file = ImageFile::create(path);
  if (!file) return tl::unexpected(file.error());
  return make_chunk_file({std::move(*file), 0}, format, options);
}

}  // namespace replica
