#include "devices/tape/tape_file.h"

#include <algorithm>

#include "base/check.h"

namespace replica {
namespace {

constexpr size_t kHeaderSize = 6;

}  // namespace

void TapeFile::advance(u32 bytes, bool tape_mark) {
  DCHECK(bytes > 0 && bytes < 1u << 31);
  passed_.push_back({bytes & 0x7FFFFFFF, tape_mark});
  offset_ += bytes;
  files_ += tape_mark;
}

Result<TapeFile::Passed> TapeFile::move_forward(std::vector<u8>* block) {
  if (damage_) return tl::unexpected(*damage_);
  const auto record = scan(offset_, block);
  if (!record) {
    damage_ = record.error();
    return tl::unexpected(*damage_);
  }
  if (!*record) return Passed::end_of_data;
  advance((*record)->bytes, (*record)->tape_mark);
  if ((*record)->damage) return tl::unexpected(*(*record)->damage);
  return (*record)->tape_mark ? Passed::tape_mark : Passed::block;
}

Result<TapeFile::Passed> TapeFile::read(std::vector<u8>& block) {
  block.clear();
  return move_forward(&block);
}

Result<TapeFile::Passed> TapeFile::space_block() { return move_forward(nullptr); }

Result<TapeFile::Passed> TapeFile::space_file() {
  for (;;) {
    const auto passed = move_forward(nullptr);
    if (!passed || *passed != Passed::block) return passed;
  }
}

TapeFile::Passed TapeFile::backspace_block() {
  if (damage_) {
    damage_.reset();
    return Passed::block;
  }
  if (passed_.empty()) return Passed::load_point;
  const PassedRecord record = passed_.back();
  passed_.pop_back();
  offset_ -= record.bytes;
  files_ -= record.tape_mark;
  return record.tape_mark ? Passed::tape_mark : Passed::block;
}

TapeFile::Passed TapeFile::backspace_file() {
  for (;;) {
    const Passed passed = backspace_block();
    if (passed != Passed::block) return passed;
  }
}

Result<TapeFile::Passed> TapeFile::read_backward(std::vector<u8>& block) {
  block.clear();
  if (damage_) {
    const Error damage = *damage_;
    damage_.reset();
    return tl::unexpected(damage);
  }
  const Passed passed = backspace_block();
  if (passed != Passed::block) return passed;
  const auto record = scan(offset_, &block);
  if (!record) return tl::unexpected(record.error());
  if (!*record) return fail("{}: offset {}: found the end of the file; expected a block", name(), offset_);
  if ((*record)->damage) return tl::unexpected(*(*record)->damage);
  return Passed::block;
}

void TapeFile::rewind() {
  damage_.reset();
  passed_.clear();
  offset_ = 0;
  files_ = 0;
}

bool TapeFile::past_end_marker() const {
  return options_.maximum_size != 0 && offset_ + options_.end_margin >= options_.maximum_size;
}

bool TapeFile::has_room_for(u64 bytes) const {
  return options_.maximum_size == 0 || offset_ + bytes <= options_.maximum_size;
}

Status TapeFile::check_writable() const {
  if (is_protected()) return fail("{}: is protected; expected a tape with a write ring", name());
  if (damage_) return fail("{}; cannot write behind it", damage_->message);
  return {};
}

Result<TapeFile::Passed> TapeFile::write_block(std::span<const u8> block) {
  CHECK(!block.empty() && block.size() <= kMaximumTapeBlock);
  if (auto writable = check_writable(); !writable) return tl::unexpected(writable.error());
  return append(encode_block(block), false);
}

Result<TapeFile::Passed> TapeFile::write_tape_mark() {
  if (auto writable = check_writable(); !writable) return tl::unexpected(writable.error());
  return append(encode_tape_mark(), true);
}

Result<TapeFile::Passed> TapeFile::append(const Result<std::vector<u8>>& record, bool tape_mark) {
  if (!record) return tl::unexpected(record.error());
  if (!has_room_for(record->size())) {
    damage_ = Error{fmt::format("{}: offset {}: found the end of the tape, {} bytes; expected room for {}", name(),
                                offset_, options_.maximum_size, record->size())};
    return Passed::end_of_tape;
  }
  if (auto written = replace_rest(*record); !written) {
    (void)cut();  // what there is of the new record must not be taken for one
    damage_ = written.error();
    return tl::unexpected(*damage_);
  }
  advance(static_cast<u32>(record->size()), tape_mark);
  return tape_mark ? Passed::tape_mark : Passed::block;
}

// Invariant 3.
Status TapeFile::replace_rest(std::span<const u8> record) {
  if (size_ > offset_) {
    if (auto done = cut(); !done) return done;
  }
  const u64 end = offset_ + record.size();
  if (auto written = file_.write(offset_ + kHeaderSize, record.subspan(kHeaderSize)); !written) return written;
  if (auto written = file_.write(offset_, record.first(kHeaderSize)); !written) return written;
  size_ = end;
  return {};
}

Status TapeFile::cut() {
  if (auto done = file_.resize(offset_); !done) return done;
  size_ = offset_;
  return {};
}

Status TapeFile::erase_rest() {
  if (auto writable = check_writable(); !writable) return writable;
  return size_ > offset_ ? cut() : Status{};
}

Result<u32> TapeFile::read_file(u64 offset, std::span<u8> bytes) const {
  const u64 rest = offset < size_ ? size_ - offset : 0;
  const auto count = static_cast<u32>(std::min<u64>(bytes.size(), rest));
  if (auto done = file_.read(offset, bytes.first(count)); !done) return tl::unexpected(done.error());
  return count;
}

Status TapeFile::flush() { return is_protected() ? Status{} : file_.sync(); }

}  // namespace replica
