#include "devices/host_decks.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "devices/device_options.h"

namespace replica {
namespace {

constexpr u32 kColumns = 80;
constexpr u32 kDetectionBytes = 160;
constexpr u8 kBlank = 0x40;
constexpr u8 kEndOfText = 0x1A;  // what CP/M and DOS end a text file with

bool is_text(std::span<const u8> bytes) {
  for (const u8 byte : bytes) {
    if (byte == kEndOfText) break;
    if ((byte < 0x20 || byte > 0x7F) && byte != '\r' && byte != '\n' && byte != '\t') return false;
  }
  return true;
}

}  // namespace

Status HostDecks::parse(std::span<const std::string> arguments, Options& options, std::vector<std::string>& files) {
  if (arguments.empty()) return {};
  bool ebcdic = false, ascii = false;
  const DeviceOption known[] = {
      option("ebcdic", ebcdic, true),
      option("ascii", ascii, true),
      option("trunc", options.truncate, true),
      option("autopad", options.pad, true),
      option("eof", options.unit_exception, true),
      option("intrq", options.unit_exception, false),
      option("multifile", options.chain_files, true),
      unsupported_option("sockdev"),
  };
  auto others = take_options(arguments.subspan(1), known);
  if (!others) return tl::unexpected(others.error());
  if (ebcdic && ascii) return fail("found both 'ebcdic' and 'ascii', expected one of them or none");
  options.format = ebcdic ? Format::ebcdic : ascii ? Format::ascii : Format::detect;
  if (!arguments[0].starts_with('*')) files.push_back(arguments[0]);
  files.insert(files.end(), others->begin(), others->end());
  return {};
}

Status HostDecks::load(std::span<const std::string> arguments) {
  Options options;
  options.unit_exception = options_.unit_exception;  // which stays, as in Hercules
  std::vector<std::string> files;
  if (Status status = parse(arguments, options, files); !status) return status;
  for (const std::string& name : files) {
    const auto path = environment_.resolve(name);
    std::error_code ignored;
    if (access(path.c_str(), R_OK) != 0)
      return fail("'{}' is neither an option nor a file that can be read: {}", name, std::strerror(errno));
    if (std::filesystem::is_directory(path, ignored)) return fail("'{}' is a directory, expected a card deck", name);
  }
  options_ = options;
  files_ = std::move(files);
  next_file_ = 0;
  file_.reset();
  cards_ = 0;
  return {};
}

std::string HostDecks::description() const {
  std::string text = has_deck() ? files_[next_file_] : "*";
  if (options_.chain_files) text += " multifile";
  if (options_.format != Format::detect) text += options_.format == Format::ascii ? " ascii" : " ebcdic";
  if (options_.pad) text += " autopad";
  if (options_.truncate) text += " trunc";
  text += options_.unit_exception ? " eof" : " intrq";
  return text + fmt::format(" [{} cards read]", cards_);
}

bool HostDecks::open() {
  if (file_) return true;
  auto opened = InputFile::open(environment_.resolve(files_[next_file_]));
  if (!opened) return report(opened.error()), false;
  Format format = options_.format;
  if (format == Format::detect) {
    const auto first = opened->peek(kDetectionBytes);
    if (!first) return report(first.error()), false;
    format = is_text(*first) ? Format::ascii : Format::ebcdic;
  }
  file_ = std::move(*opened);
  format_ = format;
  cards_ = 0;
  return true;
}

HostDecks::Rules HostDecks::rules() const {
  return {.exception_at_end = options_.unit_exception,
          .exception_when_empty = options_.unit_exception,
          .continuous = options_.chain_files};
}

void HostDecks::end_deck() {
  file_.reset();
  ++next_file_;
}

CardSource::Outcome HostDecks::read(std::vector<u8>& card) {
  return format_ == Format::ascii ? read_line(card) : read_record(card);
}

CardSource::Outcome HostDecks::failed(const Error& error) const {
  report(error);
  return Outcome::failed;
}

CardSource::Outcome HostDecks::too_long() const {
  report({fmt::format("card {} of {} has more than {} columns", cards_, files_[next_file_], kColumns)});
  return Outcome::too_long;
}

CardSource::Outcome HostDecks::read_record(std::vector<u8>& card) {
  card.assign(kColumns, 0);
  const auto count = file_->read(card);
  if (!count) return failed(count.error());
  if (*count > 0 && *count < kColumns && !options_.pad) {
    report({fmt::format("the last card of {} has {} bytes instead of {} and is left out; autopad would fill it up",
                        files_[next_file_], *count, kColumns)});
    return Outcome::end_of_deck;
  }
  if (*count == 0) return Outcome::end_of_deck;
  ++cards_;
  return Outcome::card;
}

CardSource::Outcome HostDecks::read_line(std::vector<u8>& card) {
  card.assign(kColumns, kBlank);
  bool overflow = false;
  for (u32 column = 0;;) {
    const auto next = file_->get();
    if (!next) return failed(next.error());
    const u8 byte = static_cast<u8>(*next);
    if (*next == InputFile::kEnd || byte == kEndOfText) {
      if (column == 0) return Outcome::end_of_deck;
      break;
    }
    if (byte == '\n') break;
    if (byte == '\r') continue;
    if (byte == '\t') {
      column = std::min((column / 8 + 1) * 8, std::max(column, kColumns));
    } else if (column < kColumns) {
      card[column++] = environment_.code_page->to_ebcdic[byte];
    } else {
      overflow = true;
    }
  }
  ++cards_;
  return overflow && !options_.truncate ? too_long() : Outcome::card;
}

}  // namespace replica
