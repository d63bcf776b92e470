#include "devices/card_reader.h"

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
constexpr u8 kEndOfText = 0x1A;       // what CP/M and DOS end a text file with
constexpr u8 kRetryWhenReady = 0x10;  // sense byte 1 of a 3505

constexpr std::string_view kTypes[] = {"1442", "2501", "2540R", "3505"};

// A 3505 has four sense bytes as DOS/VS knows it, the others have one.
std::size_t sense_bytes(std::string_view type) { return type == "3505" ? 4 : 1; }

// Commands are told apart by a few bits; the others select stackers, column binary and whether the next card is fed.
bool is_read(u8 command) { return (command & 0x17) == 0x02; }
bool is_feed(u8 command) { return (command & 0x37) == 0x23; }
constexpr u8 kNoOperation = 0x03;
constexpr u8 kSense = 0x04;
constexpr u8 kSenseId = 0xE4;

bool is_text(std::span<const u8> bytes) {
  for (const u8 byte : bytes) {
    if (byte == kEndOfText) break;
    if ((byte < 0x20 || byte > 0x7F) && byte != '\r' && byte != '\n' && byte != '\t') return false;
  }
  return true;
}

}  // namespace

CardReader::CardReader(std::string_view type, const DeviceEnvironment& environment)
    : UnitRecordDevice(type, environment) {
  sense_.resize(sense_bytes(type));
}

Status CardReader::parse(std::span<const std::string> arguments, Options& options, std::vector<std::string>& files) {
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

Status CardReader::load(std::span<const std::string> arguments) {
  Options options;
  options.unit_exception = options_.unit_exception;  // which stays, as in Hercules
  std::vector<std::string> files;
  if (Status status = parse(arguments, options, files); !status) return status;
  for (const std::string& name : files) {
    const auto path = environment().resolve(name);
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

std::string CardReader::description() const {
  std::string text = has_medium() ? files_[next_file_] : "*";
  if (options_.chain_files) text += " multifile";
  if (options_.format != Format::detect) text += options_.format == Format::ascii ? " ascii" : " ebcdic";
  if (options_.pad) text += " autopad";
  if (options_.truncate) text += " trunc";
  text += options_.unit_exception ? " eof" : " intrq";
  return text + fmt::format(" [{} cards read]", cards_) + last_report();
}

bool CardReader::open_file() {
  if (file_) return true;
  auto opened = InputFile::open(environment().resolve(files_[next_file_]));
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

void CardReader::close_file() {
  file_.reset();
  ++next_file_;
}

CardReader::Outcome CardReader::failed(const Error& error) {
  report(error);
  return Outcome::failed;
}

CardReader::Outcome CardReader::too_long() {
  report({fmt::format("card {} of {} has more than {} columns", cards_, files_[next_file_], kColumns)});
  return Outcome::too_long;
}

CardReader::Outcome CardReader::read_card(std::vector<u8>& card) {
  for (;;) {
    const Outcome outcome = format_ == Format::ascii ? read_line(card) : read_record(card);
    if (outcome != Outcome::end_of_file) return outcome;
    close_file();
    if (!options_.chain_files || !has_medium()) return outcome;
    if (!open_file()) return Outcome::failed;
  }
}

CardReader::Outcome CardReader::read_record(std::vector<u8>& card) {
  card.assign(kColumns, 0);
  const auto count = file_->read(card);
  if (!count) return failed(count.error());
  if (*count > 0 && *count < kColumns && !options_.pad) {
    report({fmt::format("the last card of {} has {} bytes instead of {} and is left out; autopad would fill it up",
                        files_[next_file_], *count, kColumns)});
    return Outcome::end_of_file;
  }
  if (*count == 0) return Outcome::end_of_file;
  ++cards_;
  return Outcome::card;
}

CardReader::Outcome CardReader::read_line(std::vector<u8>& card) {
  card.assign(kColumns, kBlank);
  bool overflow = false;
  for (u32 column = 0;;) {
    const auto next = file_->get();
    if (!next) return failed(next.error());
    const u8 byte = static_cast<u8>(*next);
    if (*next == InputFile::kEnd || byte == kEndOfText) {
      if (column == 0) return Outcome::end_of_file;
      break;
    }
    if (byte == '\n') break;
    if (byte == '\r') continue;
    if (byte == '\t') {
      column = std::min((column / 8 + 1) * 8, std::max(column, kColumns));
    } else if (column < kColumns) {
      card[column++] = to_ebcdic(byte);
    } else {
      overflow = true;
    }
  }
  ++cards_;
  return overflow && !options_.truncate ? too_long() : Outcome::card;
}

Device::Answer CardReader::intervention_required() {
  const Answer answer = check(sense::kInterventionRequired);
  if (sense_.size() > 1) sense_[1] = kRetryWhenReady;
  return answer;
}

Device::Answer CardReader::not_ready() {
  if (options_.unit_exception) return Answer::ended(unit_status::kEnd | unit_status::kUnitException);
  return intervention_required();
}

Device::Answer CardReader::read_command() {
  std::vector<u8> card;
  switch (read_card(card)) {
    case Outcome::card: return send(std::move(card));
    case Outcome::end_of_file: return not_ready();
    case Outcome::too_long: return check(sense::kDataCheck);
    case Outcome::failed: break;
  }
  return check(sense::kEquipmentCheck);
}

Device::Answer CardReader::sense_command() {
  if (sense_[0] == 0 && !has_medium()) (void)intervention_required();
  return send_sense();
}

Device::Answer CardReader::begin(u8 command) {
  if (!is_sense(command)) {
    if (!has_medium()) return not_ready();
    if (!open_file()) return check(sense::kEquipmentCheck);
  }
  if (is_read(command)) return read_command();
  if (is_feed(command) || command == kNoOperation) return Answer::done();
  if (command == kSense) return sense_command();
  if (command == kSenseId) return send_sense_id();
  return reject();
}

Device::Ending CardReader::end() { return {unit_status::kEnd, has_more()}; }

Result<std::unique_ptr<Device>> make_card_reader(std::string_view type, std::span<const std::string> arguments,
                                                 const DeviceEnvironment& environment) {
  const std::string name = upper_case(type);
  if (std::find(std::begin(kTypes), std::end(kTypes), name) == std::end(kTypes))
    return fail("'{}' is no card reader; expected one of {}", type, fmt::join(kTypes, ", "));
  std::unique_ptr<CardReader> reader(new CardReader(name, environment));
  if (Status status = reader->reload(arguments); !status) return tl::unexpected(status.error());
  return reader;
}

}  // namespace replica
