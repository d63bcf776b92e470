#include "devices/card_punch.h"

#include <algorithm>

#include "devices/device_options.h"

namespace replica {
namespace {

constexpr std::string_view kTypes[] = {"2540P", "3525"};

constexpr u32 kColumns = 80;
constexpr u8 kBlank = 0x40;

constexpr u8 kPunch[] = {0x01, 0x41, 0x81};  // stackers 1, 2, 3
constexpr u8 kNoOperation = 0x03;
constexpr u8 kSense = 0x04;
constexpr u8 kSenseId = 0xE4;

}  // namespace

CardPunch::~CardPunch() { close_file(); }

void CardPunch::close_file() {
  if (Status status = file_.close(); !status) report(status.error());
}

Status CardPunch::load(std::span<const std::string> arguments) {
  if (arguments.empty() || arguments[0].empty()) return fail("found no file name");
  Options options;
  options.file = arguments[0];
  const DeviceOption known[] = {
      option("ebcdic", options.ascii, false),
      option("ascii", options.ascii, true),
      option("crlf", options.crlf, true),
      option("noclear", options.existing, OutputFile::Existing::append),
  };
  if (Status status = take_only_options(arguments.subspan(1), known); !status) return status;
  std::error_code ignored;
  if (std::filesystem::is_directory(environment().resolve(options.file), ignored))
    return fail("'{}' is a directory, expected a file for cards", options.file);
  close_file();
  options_ = std::move(options);
  cards_ = 0;
  return {};
}

std::string CardPunch::description() const {
  std::string text = options_.file + (options_.ascii ? " ascii" : " ebcdic");
  if (options_.ascii && options_.crlf) text += " crlf";
  if (options_.existing == OutputFile::Existing::append) text += " noclear";
  return text + fmt::format(" [{} cards punched]", cards_) + last_report();
}

bool CardPunch::open_file() {
  if (file_.is_open()) return true;
  auto opened = OutputFile::open(environment().resolve(options_.file), options_.existing);
  if (!opened) return report(opened.error()), false;
  file_ = std::move(*opened);
  return true;
}

Device::Answer CardPunch::begin(u8 command) {
  punching_ = std::find(std::begin(kPunch), std::end(kPunch), command) != std::end(kPunch);
  if (!is_sense(command) && !open_file()) return check(sense::kInterventionRequired);
  if (punching_) return receive(kColumns);
  switch (command) {
    case kNoOperation: return Answer::done();
    case kSense: return send_sense();
    case kSenseId: return send_sense_id();
    default: return reject();
  }
}

std::string CardPunch::card_text() {
  std::string text(buffer().begin(), buffer().end());
  if (!options_.ascii) {
    text.resize(kColumns, static_cast<char>(kBlank));
    return text;
  }
  for (char& c : text) {
    const u8 character = to_host(static_cast<u8>(c));
    c = character >= ' ' && character < 0x7F ? static_cast<char>(character) : ' ';
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text + (options_.crlf ? "\r\n" : "\n");
}

Device::Ending CardPunch::end() {
  if (!punching_) return {unit_status::kEnd, has_more()};
  if (Status written = file_.write(card_text()); !written) {
    report(written.error());
    return {check(sense::kEquipmentCheck).status};
  }
  ++cards_;
  return {unit_status::kEnd};
}

Result<std::unique_ptr<Device>> make_card_punch(std::string_view type, std::span<const std::string> arguments,
                                                const DeviceEnvironment& environment) {
  const std::string name = upper_case(type);
  if (std::find(std::begin(kTypes), std::end(kTypes), name) == std::end(kTypes))
    return fail("'{}' is no card punch; expected one of {}", type, fmt::join(kTypes, ", "));
  std::unique_ptr<CardPunch> punch(new CardPunch(name, environment));
  if (Status status = punch->reload(arguments); !status) return tl::unexpected(status.error());
  return punch;
}

}  // namespace replica
