#include "vmm/cp/spool_pages.h"

#include <algorithm>
#include <ctime>

#include "base/big_endian.h"

namespace replica::vmm {
namespace {

constexpr u32 kLinkage = 16, kRecordCount = 12;
constexpr u32 kCcws = 16;
constexpr u32 kRoomForSense = 8;
constexpr u8 kTransferInChannel = 0x08;
constexpr u8 kCommandChaining = 0x60;  // and suppression of length
constexpr u8 kBlank = 0x40;

u32 padded(std::size_t length) { return static_cast<u32>(length + 7) / 8 * 8; }

std::span<const u8> without_blanks(std::span<const u8> data) {
  while (data.size() > 1 && data.back() == kBlank) data = data.first(data.size() - 1);
  return data.first(std::min<std::size_t>(data.size(), sizeof(SpoolPage) - kLinkage - kCcws - kRoomForSense));
}

void put_record(SpoolPage& page, u32 at, const SpoolRecord& record, std::span<const u8> data) {
  const u32 next = at + kCcws + padded(data.size());
  store_be32(&page[at], u32{record.command} << 24 | (at + kCcws));
  store_be32(&page[at + 4], u32{kCommandChaining} << 24 | static_cast<u32>(std::max<std::size_t>(data.size(), 1)));
  store_be32(&page[at + 8], u32{kTransferInChannel} << 24 | next);
  store_be32(&page[at + 12], 1);
  std::copy(data.begin(), data.end(), &page[at + kCcws]);
}

void put_text(std::span<u8> field, std::string_view text, const CodePage& code_page) {
  for (std::size_t n = 0; n < field.size(); ++n)
    field[n] = n < text.size() ? code_page.to_ebcdic[static_cast<u8>(text[n])] : kBlank;
}

}  // namespace

void SpoolPageReader::open(SpoolId id) {
  store_.claim(id);
  file_ = id;
  begins_ = {0};
  page_ = 0;
  repeats = 0;
}

void SpoolPageReader::close(bool hold) {
  if (!file_) return;
  if (hold) {
    store_.release(*file_);
  } else {
    static_cast<void>(store_.discard(*file_));
  }
  file_.reset();
}

Result<std::optional<SpoolPage>> SpoolPageReader::next() {
  if (page_ >= begins_.size()) return std::nullopt;
  SpoolCursor cursor(store_, *file_);
  cursor.seek(begins_[page_]);
  SpoolPage page{};
  u32 records = 0;
  for (u32 at = kLinkage;;) {
    const u64 position = cursor.position();
    const auto record = cursor.next();
    if (!record) return tl::unexpected(record.error());
    if (!*record) break;
    const std::span<const u8> data = without_blanks((*record)->data);
    const u32 end = at + kCcws + padded(data.size());
    if (end + kRoomForSense > page.size()) {
      if (page_ + 1 == begins_.size()) begins_.push_back(position);
      break;
    }
    put_record(page, at, **record, data);
    at = end;
    ++records;
  }
  ++page_;
  if (records == 0) return std::nullopt;
  store_be32(&page[kRecordCount], records);
  return page;
}

std::array<u8, 96> spool_file_block(const SpoolFile& file, const CodePage& code_page) {
  constexpr u8 kUserHold = 0x20, kSystemHold = 0x04, kInUse = 0x80;
  constexpr u8 kPrinter = 0x40, kPunch = 0x80;
  constexpr u16 kCard = 80, kLine = 132;
  std::array<u8, 96> block{};
  const auto text = [&](u32 at, std::size_t length, std::string_view what) {
    put_text(std::span(block).subspan(at, length), what, code_page);
  };
  const std::time_t time = file.created;
  std::tm date{};
  gmtime_r(&time, &date);
  const bool is_punched = file.device == "3525" || file.device == "2540P";
  text(0x08, 8, file.owner);
  text(0x10, 8, file.origin);
  store_be32(&block[0x18], static_cast<u32>(file.records));
  store_be16(&block[0x1C], is_punched ? kCard : kLine);
  store_be16(&block[0x1E], static_cast<u16>(file.id));
  block[0x20] = static_cast<u8>((file.hold == SpoolHold::user ? kUserHold : 0) |
                                (file.hold == SpoolHold::system ? kSystemHold : 0) |
                                (file.state == SpoolState::active ? kInUse : 0));
  block[0x21] = is_punched ? kPunch : kPrinter;
  text(0x28, 12, file.name);
  text(0x34, 12, file.type.empty() && file.name.size() > 12 ? file.name.substr(12) : file.type);
  text(0x40, 8, fmt::format("{:02}/{:02}/{:02}", date.tm_mon + 1, date.tm_mday, date.tm_year % 100));
  text(0x48, 8, fmt::format("{:02}:{:02}:{:02}", date.tm_hour, date.tm_min, date.tm_sec));
  store_be16(&block[0x54], static_cast<u16>(file.copies));
  block[0x56] = code_page.to_ebcdic[static_cast<u8>(file.spool_class)];
  text(0x58, 8, file.distribution);
  return block;
}

}  // namespace replica::vmm
