#include "devices/card_punch.h"

#include <algorithm>

#include "devices/device_options.h"
#include "devices/host_output.h"

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

CardPunch::~CardPunch() { close_medium(); }

void CardPunch::close_medium() {
  if (medium_ == nullptr) return;
  if (Status status = medium_->close(); !status) report(status.error());
}

Status CardPunch::load(std::span<const std::string> arguments) {
  if (on_host_) return load_file(arguments);
  if (!arguments.empty()) return fail("found '{}', expected nothing", arguments[0]);
  close_medium();
  cards_ = 0;
  return {};
}

Status CardPunch::load_file(std::span<const std::string> arguments) {
  if (arguments.empty() || arguments[0].empty()) return fail("found no file name");
  Options options;
  const std::string& file = arguments[0];
  const DeviceOption known[] = {
      option("ebcdic", options.ascii, false),
      option("ascii", options.ascii, true),
      option("crlf", options.crlf, true),
      option("noclear", options.existing, OutputFile::Existing::append),
  };
  if (Status status = take_only_options(arguments.subspan(1), known); !status) return status;
  std::error_code ignored;
  if (std::filesystem::is_directory(environment().resolve(file), ignored))
    return fail("'{}' is a directory, expected a file for cards", file);
  close_medium();
  medium_ = std::make_shared<HostOutput>(environment(), file, options.existing);
  options_ = options;
  cards_ = 0;
  return {};
}

std::string CardPunch::description() const {
  std::string text = medium_->name();
  if (on_host_) text += options_.ascii ? " ascii" : " ebcdic";
  if (options_.ascii && options_.crlf) text += " crlf";
  if (options_.existing == OutputFile::Existing::append) text += " noclear";
  return text + fmt::format(" [{} cards punched]", cards_) + last_report();
}

Device::Answer CardPunch::begin(u8 command) {
  command_ = command;
  punching_ = std::find(std::begin(kPunch), std::end(kPunch), command) != std::end(kPunch);
  if (!is_sense(command)) {
    if (Status opened = medium_->open(); !opened) {
      report(opened.error());
      return check(sense::kInterventionRequired);
    }
  }
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
  if (!options_.ascii) return text;
  for (char& c : text) {
    const u8 character = to_host(static_cast<u8>(c));
    c = character >= ' ' && character < 0x7F ? static_cast<char>(character) : ' ';
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text + (options_.crlf ? "\r\n" : "\n");
}

Device::Ending CardPunch::end() {
  if (!punching_) return {unit_status::kEnd, has_more()};
  buffer().resize(kColumns, kBlank);
  const std::string text = card_text();
  const CompletedCommand card{.command = command_, .begins_chain = true, .data = buffer(), .text = text};
  if (Status taken = medium_->take(card); !taken) {
    report(taken.error());
    return {check(sense::kEquipmentCheck).status};
  }
  ++cards_;
  return {unit_status::kEnd};
}

Result<std::unique_ptr<Device>> make_card_punch_on(std::shared_ptr<OutputMedium> medium, std::string_view type,
                                                   std::span<const std::string> arguments,
                                                   const DeviceEnvironment& environment) {
  const std::string name = upper_case(type);
  if (std::find(std::begin(kTypes), std::end(kTypes), name) == std::end(kTypes))
    return fail("'{}' is no card punch; expected one of {}", type, fmt::join(kTypes, ", "));
  std::unique_ptr<CardPunch> punch(new CardPunch(name, environment, std::move(medium)));
  if (Status status = punch->reload(arguments); !status) return tl::unexpected(status.error());
  return punch;
}

Result<std::unique_ptr<Device>> make_card_punch(std::string_view type, std::span<const std::string> arguments,
                                                const DeviceEnvironment& environment) {
  return make_card_punch_on(nullptr, type, arguments, environment);
}

}  // namespace replica
