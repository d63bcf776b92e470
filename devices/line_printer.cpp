#include "devices/line_printer.h"

#include <algorithm>

#include "devices/device_options.h"
#include "devices/host_output.h"

namespace replica {
namespace {

constexpr std::string_view kTypes[] = {"1403", "1443", "3203", "3211"};

constexpr u8 kReadLineBuffer = 0x02;
constexpr u8 kNoOperation = 0x03;
constexpr u8 kSense = 0x04;
constexpr u8 kDiagnosticWrite = 0x05;
constexpr u8 kCheckRead = 0x06;
constexpr u8 kDiagnosticGate = 0x07;
constexpr u8 kReadCharacterSet = 0x0A;
constexpr u8 kReadForms = 0x12;
constexpr u8 kUnfold = 0x23;
constexpr u8 kFold = 0x43;
constexpr u8 kLoadForms = 0x63;
constexpr u8 kRaiseCover = 0x6B;
constexpr u8 kBlockDataCheck = 0x73;
constexpr u8 kAllowDataCheck = 0x7B;
constexpr u8 kSenseId = 0xE4;
constexpr u8 kGateCharacterSet = 0xEB;
constexpr u8 kLoadCharacterSetAndFold = 0xF3;
constexpr u8 kLoadCharacterSet = 0xFB;

constexpr u8 kLoadCheck = 0x02;         // sense: a bad FCB image
constexpr u8 kChannel9 = 0x01;          // sense
constexpr u8 kPositionComplete = 0x04;  // what CHECK READ has of a print position without a fault

// Hercules' line buffer; longer than any printer's, and what does not fit on a line is printed all the same.
constexpr u32 kLongestLine = 1500;

// The motion of write and control commands is in their bits 0-4: 0-3 lines, or 16 + channel.
constexpr u32 kSkip = 16;
u32 motion(u8 command) { return command >> 3; }
bool has_motion(u8 command) {
  return motion(command) <= 3 || (motion(command) > kSkip && motion(command) <= kSkip + Carriage::kChannels);
}
bool is_write(u8 command) { return (command & 7) == 1 && has_motion(command); }
bool is_control(u8 command) { return (command & 7) == 3 && has_motion(command) && motion(command) != 0; }

u8 fold_character(u8 character) {
  return character >= 'a' && character <= 'z' ? static_cast<u8>(character - 'a' + 'A') : character;
}

u8 reversed(u8 byte) {
  u8 result = 0;
  for (u32 bit = 0; bit < 8; ++bit) result = static_cast<u8>(result << 1 | (byte >> bit & 1));
  return result;
}

}  // namespace

LinePrinter::LinePrinter(std::string_view type, const DeviceEnvironment& environment,
                         std::shared_ptr<OutputMedium> medium)
    : UnitRecordDevice(type, environment), medium_(std::move(medium)), on_host_(medium_ == nullptr) {}

LinePrinter::~LinePrinter() { close_medium(); }

void LinePrinter::close_medium() {
  if (medium_ == nullptr) return;
  if (Status status = medium_->close(); !status) report(status.error());
}

Status LinePrinter::parse(std::span<const std::string> arguments, Options& options) const {
  if (on_host_) {
    if (arguments.empty() || arguments[0].empty() || arguments[0] == "|")
      return fail("found no file, expected a file name or '|' and a command");
    options.file = arguments[0];
    arguments = arguments.subspan(1);
  }
  u32 lines = options.carriage.lines(), per_inch = options.carriage.lines_per_inch();
  std::optional<std::string> channels;
  bool ignored = false;
  const auto number = [](std::string_view word, u32& variable, u32 least, u32 most) -> DeviceOption {
    return {word, [&variable, word, least, most](std::string_view value) -> Status {
              const auto found = decimal_option(word, value, least, most);
              if (!found) return tl::unexpected(found.error());
              return variable = *found, Status();
            }};
  };
  u32 index = 0;
  // clang-format off
  const DeviceOption of_the_file[] = {
      option("crlf", options.crlf, true),
      option("noclear", options.existing, OutputFile::Existing::append),
      option("print", options.browse, false),
      option("optprint", options.browse, false),
      option("browse", options.browse, true),
      option("optbrowse", options.browse, true),
      option("rawcc", options.raw, true),
      option("cc", ignored, true),  // without effect in Hercules 3.13
      unsupported_option("sockdev"),
  };
  // clang-format on
  const DeviceOption of_the_form[] = {
      number("lpp=", lines, 1, Carriage::kMostLines),
      number("lpi=", per_inch, 6, 8),
      {"fcb=", [&channels](std::string_view value) -> Status { return channels = std::string(value), Status(); }},
      number("index=", index, 0, type() == "3211" ? 15 : 0),
      option("fcbcheck", options.ignore_missing_channels, false),
      option("nofcbcheck", options.ignore_missing_channels, true),
      option("overflow", options.overflow, true),
  };
  std::vector<DeviceOption> known;
  if (on_host_) known.assign(std::begin(of_the_file), std::end(of_the_file));
  known.insert(known.end(), std::begin(of_the_form), std::end(of_the_form));
  if (Status status = take_only_options(arguments, known); !status) return status;
  if (per_inch == 7) return fail("lpi=: found '7', expected 6 or 8");
  if (options.raw && options.browse) return fail("found both 'rawcc' and 'browse', expected one of them or none");
  options.carriage.set_index(index);
  return options.carriage.set_form(lines, per_inch, channels);
}

Status LinePrinter::load(std::span<const std::string> arguments) {
  Options options;
  if (Status status = parse(arguments, options); !status) return status;
  std::error_code ignored;
  if (on_host_ && std::filesystem::is_directory(environment().resolve(options.file), ignored))
    return fail("'{}' is a directory, expected a file to print to", options.file);
  close_medium();
  if (on_host_) medium_ = std::make_shared<HostOutput>(environment(), options.file, options.existing);
  carriage_ = options.carriage;
  options_ = std::move(options);
  fold_ = false;
  stopped_ = false;
  line_feed_due_ = false;
  form_loaded_ = false;
  return {};
}

std::string LinePrinter::description() const {
  std::string text = medium_->name();
  if (options_.crlf) text += " crlf";
  if (options_.existing == OutputFile::Existing::append) text += " noclear";
  text += options_.raw ? " rawcc" : options_.browse ? " browse" : " print";
  text += options_.ignore_missing_channels ? " nofcbcheck" : " fcbcheck";
  if (options_.overflow) text += " overflow";
  text += fmt::format(" [line {} of {}, {} lpi]", carriage_.line(), carriage_.lines(), carriage_.lines_per_inch());
  if (stopped_) text += " (stopped)";
  return text + last_report();
}

void LinePrinter::start() {
  stopped_ = false;
  raise_status(unit_status::kDeviceEnd);
}

void LinePrinter::begin_chain() {
  previous_ = 0;
  position_in_chain_ = 0;
  gate_open_ = false;
}

void LinePrinter::reset() {
  UnitRecordDevice::reset();
  begin_chain();
}

bool LinePrinter::open_medium() {
  if (Status opened = medium_->open(); !opened) return report(opened.error()), false;
  if (medium_->is_fresh()) carriage_.begin_form();
  return true;
}

Device::Answer LinePrinter::begin(u8 command) {
  command_ = command;
  first_in_chain_ = position_in_chain_ == 0;
  lacks_channel_ = false;
  const bool ready = is_sense(command) || (!stopped_ && open_medium());
  const Answer answer = ready ? begin_ready(command) : check(sense::kInterventionRequired, 0);
  previous_ = command;
  ++position_in_chain_;
  return answer;
}

Device::Answer LinePrinter::begin_ready(u8 command) {
  if (options_.raw && is_control(command)) return begin_raw(command);
  if (is_write(command)) return receive(kLongestLine);
  if (is_control(command)) {
    std::string text;
    Carriage carriage = carriage_;
    const u8 status = move(command, carriage, text);
    const u8 ending = commit(text, carriage, status);
    if (ending == status && motion(command) < kSkip) line_feed_due_ = false;
    return Answer::ended(ending);
  }
  switch (command) {
    case kSense: return send_sense();
    case kSenseId: return send_sense_id();
    case kNoOperation: return Answer::done();
    case kBlockDataCheck:
    case kAllowDataCheck: return Answer::ended(commit("", carriage_, unit_status::kEnd));
    case kFold:
    case kUnfold: return begin_fold(command);
    case kLoadForms: return receive(Carriage::kMostLines + 1);
    case kGateCharacterSet:
    case kLoadCharacterSet:
    case kLoadCharacterSetAndFold: return begin_character_set(command);
    default: return begin_diagnostic(command);
  }
}

Device::Answer LinePrinter::begin_fold(u8 command) {
  const u8 status = commit("", carriage_, unit_status::kEnd);
  if (status == unit_status::kEnd) fold_ = command == kFold;
  return Answer::ended(status);
}

// A 1403 takes a character set only from a command chained to the gate, or, folding, from one chained to ALLOW DATA CHECK,
// which TSS/370 needs.
Device::Answer LinePrinter::begin_character_set(u8 command) {
  if (command == kGateCharacterSet) {
    if (!first_in_chain_) return reject();
    return Answer::ended(commit("", carriage_, unit_status::kEnd));
  }
  const bool gated =
      previous_ == kGateCharacterSet || (command == kLoadCharacterSetAndFold && previous_ == kAllowDataCheck);
  if (!has_buffers() && !gated) return reject();
  return receive(type() == "3211" ? 512 : has_buffers() ? 304 : 240);
}

// The others are for buffers that a 1403 does not have.
Device::Answer LinePrinter::begin_diagnostic(u8 command) {
  if (command == kDiagnosticWrite) return receive(positions());
  if (command == kCheckRead && !gate_open_) return send(std::vector<u8>(positions(), kPositionComplete));
  if (!has_buffers()) return reject(0);
  switch (command) {
    case kRaiseCover: return Answer::done();
    case kReadLineBuffer: return send(print_line_);
    case kDiagnosticGate:
      gate_open_ = position_in_chain_ == 0 || (position_in_chain_ == 1 && previous_ == kNoOperation);
      return gate_open_ ? Answer::done() : reject();
    case kCheckRead: return send({reversed(static_cast<u8>(carriage_.line() + 1))});
    case kReadCharacterSet: return gate_open_ ? send(character_set_) : reject();
    case kReadForms: return gate_open_ ? send(carriage_.buffer()) : reject();
    default: return reject(0);
  }
}

Device::Answer LinePrinter::begin_raw(u8 command) {
  const std::string text = fmt::format("{:02x}{}\n", command, options_.crlf ? "\r" : "");
  return Answer::ended(commit(text, carriage_, unit_status::kEnd));
}

Device::Ending LinePrinter::end() {
  if (is_write(command_)) return options_.raw ? print_raw() : print();
  switch (command_) {
    case kLoadForms: return options_.raw ? print_raw() : load_forms();
    case kLoadCharacterSet:
    case kLoadCharacterSetAndFold: return load_character_set();
    case kDiagnosticWrite: print_line_ = buffer(); return {unit_status::kEnd};
    default: return {unit_status::kEnd, has_more()};
  }
}

std::string LinePrinter::line_text() {
  std::string text(carriage_.index() > 1 ? carriage_.index() - 1 : 0, ' ');
  for (const u8 byte : buffer()) {
    const u8 character = fold_ ? fold_character(to_host(byte)) : to_host(byte);
    text += character == 0 ? ' ' : static_cast<char>(character);
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

Device::Ending LinePrinter::print() {
  std::string text = line_feed_due_ ? "\n" : "";
  text += line_text();
  if (options_.crlf) text += '\r';
  Carriage carriage = carriage_;
  const bool held = motion(command_) == 0;
  if (held) {
    carriage.hold();
    if (!options_.browse) text += '\r';
  }
  // So does Hercules, and no other channel.
  if (motion(command_) == kSkip + 1) text += '\r';
  const u8 status = held ? unit_status::kEnd : move(command_, carriage, text);
  const u8 ending = commit(text, carriage, status, buffer());
  if (ending == status) line_feed_due_ = held && options_.browse;
  return {ending};
}

Device::Ending LinePrinter::print_raw() {
  std::string text = fmt::format("{:02x}", command_);
  if (is_write(command_))
    text += line_text();
  else
    for (const u8 byte : buffer()) text += fmt::format("{:02x}", byte);
  if (options_.crlf) text += '\r';
  text += '\n';
  return {commit(text, carriage_, unit_status::kEnd, buffer())};
}

Device::Ending LinePrinter::load_forms() {
  Carriage carriage = carriage_;
  if (!carriage.load_buffer(buffer())) return {check(kLoadCheck).status};
  const u8 status = commit("", carriage, unit_status::kEnd, buffer());
  form_loaded_ |= status == unit_status::kEnd;
  return {status};
}

Device::Ending LinePrinter::load_character_set() {
  Carriage carriage = carriage_;
  carriage.hold();
  const u8 status = commit("", carriage, unit_status::kEnd, buffer());
  if (status != unit_status::kEnd) return {status};
  character_set_ = buffer();
  fold_ = command_ == kLoadCharacterSetAndFold;
  return {status};
}

u8 LinePrinter::move(u8 command, Carriage& carriage, std::string& text) {
  if (motion(command) < kSkip) {
    const Carriage before = carriage;
    carriage.space(motion(command), text);
    return options_.overflow ? overflow(before, carriage) : unit_status::kEnd;
  }
  if (carriage.skip(motion(command) - kSkip, text)) return unit_status::kEnd;
  lacks_channel_ = true;
  if (!options_.ignore_missing_channels) return check(sense::kEquipmentCheck).status;
  if (is_control(command)) text += '\n';
  return unit_status::kEnd;
}

// Spacing to or past the line of a channel indicates it; skipping does not.
u8 LinePrinter::overflow(const Carriage& before, const Carriage& after) {
  u8 status = unit_status::kEnd;
  u32 line = before.line();
  while (line != after.line()) {
    line = line % before.lines() + 1;
    if (before.channel_at(line) == 12) status |= unit_status::kUnitException;
    if (before.channel_at(line) == 9) status |= check(kChannel9).status;
  }
  return status;
}

u8 LinePrinter::commit(const std::string& text, const Carriage& carriage, u8 status, std::span<const u8> data) {
  if (Status given = give(text, data); !given) {
    report(given.error());
    return check(sense::kEquipmentCheck).status;
  }
  carriage_ = carriage;
  return status;
}

Status LinePrinter::give(std::string_view text, std::span<const u8> data) {
  if (!text.empty() && medium_->is_fresh()) {
    if (Status prepared = prepare_fresh_medium(); !prepared) return prepared;
  }
  return medium_->take({.command = command_,
                        .begins_chain = first_in_chain_,
                        .lacks_channel = lacks_channel_,
                        .data = data,
                        .text = text});
}

// What is printed there must look the same without what was printed before.
Status LinePrinter::prepare_fresh_medium() {
  if (form_loaded_) {
    const std::vector<u8> image = carriage_.image();
    Status taken = medium_->take({.command = kLoadForms, .begins_chain = true, .prepares = true, .data = image});
    if (!taken) return taken;
  }
  if (!fold_) return {};
  return medium_->take({.command = kFold, .begins_chain = true, .prepares = true});
}

Result<std::unique_ptr<Device>> make_line_printer_on(std::shared_ptr<OutputMedium> medium, std::string_view type,
                                                     std::span<const std::string> arguments,
                                                     const DeviceEnvironment& environment) {
  if (std::find(std::begin(kTypes), std::end(kTypes), type) == std::end(kTypes))
    return fail("'{}' is no line printer; expected one of {}", type, fmt::join(kTypes, ", "));
  std::unique_ptr<LinePrinter> printer(new LinePrinter(type, environment, std::move(medium)));
  if (Status status = printer->reload(arguments); !status) return tl::unexpected(status.error());
  return printer;
}

Result<std::unique_ptr<Device>> make_line_printer(std::string_view type, std::span<const std::string> arguments,
                                                  const DeviceEnvironment& environment) {
  return make_line_printer_on(nullptr, type, arguments, environment);
}

}  // namespace replica
