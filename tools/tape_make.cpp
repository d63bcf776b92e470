#include "tools/tape_make.h"

#include <algorithm>
#include <memory>
#include <span>

#include "devices/host_file.h"
#include "devices/tape/tape_file.h"
#include "tools/tape_labels.h"

namespace replica::tools {
namespace {

constexpr u32 kUndividedBlock = 32760;
constexpr size_t kMost = size_t{1} << 30;   // bytes of a file of the host
constexpr size_t kPiece = size_t{1} << 16;  // of them read at a time
constexpr u32 kShortestBlock = 18;          // drives take shorter ones for noise

Status refused(const Result<TapeFile::Passed>& passed, const TapeFile& tape) {
  if (!passed) return tl::unexpected(passed.error());
  if (*passed != TapeFile::Passed::end_of_tape) return {};
  return fail("{}: the tape has no more room; expected a larger maxsize", tape.name());
}

Status finish(TapeFile& tape) {
  if (auto flushed = tape.flush(); !flushed) return flushed;
  return tape.publish();
}

// The lines of `bytes` as records of the length, in EBCDIC.
Result<std::vector<u8>> text_records(const std::string& path, const std::vector<u8>& bytes, const TapeRecipe& recipe) {
  const u8 blank = recipe.code_page->to_ebcdic[' '];
  std::vector<u8> records;
  auto line = bytes.begin();
  for (u32 number = 1; line != bytes.end(); ++number) {
    const auto end = std::find(line, bytes.end(), u8{'\n'});
    auto last = end;
    if (last != line && last[-1] == '\r') --last;
    const auto length = static_cast<size_t>(last - line);
    if (length > recipe.record_length) {
      return fail("{}:{}: found a line of {} characters; expected at most {}, the record length", path, number, length,
                  recipe.record_length);
    }
    std::transform(line, last, std::back_inserter(records), [&](u8 c) { return recipe.code_page->to_ebcdic[c]; });
    records.insert(records.end(), recipe.record_length - length, blank);
    line = end == bytes.end() ? end : end + 1;
  }
  return records;
}

Result<std::vector<u8>> read_whole(const std::string& path) {
  auto file = InputFile::open(path);
  if (!file) return tl::unexpected(file.error());
  std::vector<u8> bytes;
  for (u32 count = kPiece; count == kPiece;) {
    const size_t before = bytes.size();
    if (before > kMost) return fail("{}: found more than {} bytes; expected what a tape holds", path, kMost);
    bytes.resize(before + kPiece);
    const auto read = file->read(std::span(bytes).subspan(before));
    if (!read) return tl::unexpected(read.error());
    count = *read;
    bytes.resize(before + count);
  }
  return bytes;
}

Result<std::vector<u8>> data_of(const std::string& path, const TapeRecipe& recipe) {
  auto bytes = read_whole(path);
  if (!bytes) return bytes;
  if (recipe.text) return text_records(path, *bytes, recipe);
  if (recipe.record_length != 0 && bytes->size() % recipe.record_length != 0) {
    return fail("{}: found {} bytes; expected a multiple of the record length, {}", path, bytes->size(),
                recipe.record_length);
  }
  return bytes;
}

// How many bytes a block has, after a look at the recipe.
Result<u32> block_length_of(const TapeRecipe& recipe) {
  const u32 record = recipe.record_length;
  const u32 block = recipe.block_length != 0 ? recipe.block_length : record != 0 ? record : kUndividedBlock;
  if (recipe.text && record == 0) return fail("text needs a record length");
  if (block < kShortestBlock || block > kMaximumTapeBlock) {
    return fail("block length {}: expected {} to {}", block, kShortestBlock, kMaximumTapeBlock);
  }
  if (record != 0 && block % record != 0) {
    return fail("block length {}: expected a multiple of the record length, {}", block, record);
  }
  if (recipe.volume.size() > 6) return fail("volume serial '{}': expected at most 6 characters", recipe.volume);
  if (recipe.owner.size() > 10) return fail("owner '{}': expected at most 10 characters", recipe.owner);
  return block;
}

// Writes the tape of a recipe, `data` being what its files hold.
class Maker {
 public:
  Maker(TapeFile& tape, const TapeRecipe& recipe, u32 block_length)
      : tape_(tape), recipe_(recipe), block_length_(block_length) {}

  Status make(const std::vector<std::vector<u8>>& data) {
    if (is_labelled()) {
      if (auto written = block(volume_label(recipe_.volume, recipe_.owner)); !written) return written;
    }
    for (size_t i = 0; i < data.size(); ++i) {
      if (auto written = data_set(recipe_.files[i], data[i]); !written) return written;
    }
    // Two tape marks end the volume; a labelled one without a data set has a first label of nothing, as hetinit makes it.
    if (data.empty()) return empty_volume();
    return mark();
  }

 private:
  bool is_labelled() const { return !recipe_.volume.empty(); }
  Status block(std::span<const u8> bytes) { return refused(tape_.write_block(bytes), tape_); }
  Status mark() { return refused(tape_.write_tape_mark(), tape_); }

  Status empty_volume() {
    if (is_labelled()) {
      DataSetLabel nothing{.name = "", .volume = recipe_.volume};
      if (auto written = block(first_label("HDR", nothing)); !written) return written;
    } else if (auto written = mark(); !written) {
      return written;
    }
    return mark();
  }

  // The two labels and a tape mark; nothing on an unlabelled tape.
  Status labels(const std::string& kind, const DataSetLabel& label) {
    if (!is_labelled()) return {};
    if (auto written = block(first_label(kind, label)); !written) return written;
    if (auto written = block(second_label(kind, label)); !written) return written;
    return mark();
  }

  Status data_set(const std::string& path, std::span<const u8> data) {
    DataSetLabel label{.name = data_set_name(path),
                       .volume = recipe_.volume,
                       .sequence = ++sequence_,
                       .fixed = recipe_.record_length != 0,
                       .block_length = block_length_,
                       .record_length = recipe_.record_length};
    if (auto written = labels("HDR", label); !written) return written;
    for (; !data.empty(); ++label.blocks) {
      const auto length = std::min<size_t>(data.size(), block_length_);
      if (auto written = block(data.first(length)); !written) return written;
      data = data.subspan(length);
    }
    if (auto written = mark(); !written) return written;
    return labels("EOF", label);
  }

  TapeFile& tape_;
  const TapeRecipe& recipe_;
  u32 block_length_;
  u32 sequence_ = 0;
};

}  // namespace

Status copy_tape(const std::string& from, const std::string& to, const TapeOptions& options) {
  const auto source = open_tape(from, {.read_only = true});
  if (!source) return tl::unexpected(source.error());
  const auto target = create_tape(to, options);
  if (!target) return tl::unexpected(target.error());
  for (std::vector<u8> block;;) {
    const auto passed = (*source)->read(block);
    if (!passed) return fail("{}; what is before that is in {}.new", passed.error().message, to);
    if (*passed == TapeFile::Passed::end_of_data) return finish(**target);
    const bool is_mark = *passed == TapeFile::Passed::tape_mark;
    const auto written = is_mark ? (*target)->write_tape_mark() : (*target)->write_block(block);
    if (auto bad = refused(written, **target); !bad) return bad;
  }
}

Status make_tape(const TapeRecipe& recipe) {
  const auto block_length = block_length_of(recipe);
  if (!block_length) return tl::unexpected(block_length.error());
  std::vector<std::vector<u8>> data;
  for (const std::string& path : recipe.files) {
    auto bytes = data_of(path, recipe);
    if (!bytes) return tl::unexpected(bytes.error());
    data.push_back(std::move(*bytes));
  }
  const auto tape = create_tape(recipe.image, recipe.options);
  if (!tape) return tl::unexpected(tape.error());
  if (auto made = Maker(**tape, recipe, *block_length).make(data); !made) return made;
  return finish(**tape);
}

}  // namespace replica::tools
