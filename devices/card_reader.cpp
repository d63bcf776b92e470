#include "devices/card_reader.h"

#include <algorithm>

#include "devices/host_decks.h"

namespace replica {
namespace {

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

}  // namespace

CardReader::CardReader(std::string_view type, const DeviceEnvironment& environment, std::shared_ptr<CardSource> source)
    : UnitRecordDevice(type, environment), source_(std::move(source)) {
  sense_.resize(sense_bytes(type));
  if (source_ == nullptr) {
    auto decks = std::make_shared<HostDecks>(environment);
    decks_ = decks.get();
    source_ = std::move(decks);
  }
  source_->set_reader(this);
}

CardReader::~CardReader() {
  source_->close();
  source_->set_reader(nullptr);
}

Status CardReader::load(std::span<const std::string> arguments) {
  if (decks_ != nullptr) return decks_->load(arguments);
  if (!arguments.empty()) return fail("found '{}', expected nothing", arguments[0]);
  source_->close();
  return {};
}

std::string CardReader::description() const { return source_->description() + last_report(); }

void CardReader::deck_arrived() { raise_status(unit_status::kDeviceEnd); }

CardSource::Outcome CardReader::read_card(std::vector<u8>& card) {
  for (;;) {
    const auto outcome = source_->read(card);
    if (outcome != CardSource::Outcome::end_of_deck) return outcome;
    source_->end_deck();
    if (!source_->rules().continuous || !has_medium()) return outcome;
    if (!source_->open()) return CardSource::Outcome::failed;
  }
}

Device::Answer CardReader::intervention_required() {
  const Answer answer = check(sense::kInterventionRequired);
  if (sense_.size() > 1) sense_[1] = kRetryWhenReady;
  return answer;
}

Device::Answer CardReader::not_ready(bool unit_exception) {
  if (unit_exception) return Answer::ended(unit_status::kEnd | unit_status::kUnitException);
  return intervention_required();
}

Device::Answer CardReader::read_command() {
  std::vector<u8> card;
  switch (read_card(card)) {
    case CardSource::Outcome::card: return send(std::move(card));
    case CardSource::Outcome::end_of_deck: return not_ready(source_->rules().exception_at_end);
    case CardSource::Outcome::too_long: return check(sense::kDataCheck);
    case CardSource::Outcome::failed: break;
  }
  return check(sense::kEquipmentCheck);
}

Device::Answer CardReader::sense_command() {
  if (sense_[0] == 0 && !has_medium()) (void)intervention_required();
  return send_sense();
}

Device::Answer CardReader::begin(u8 command) {
  if (!is_sense(command)) {
    if (!has_medium()) return not_ready(source_->rules().exception_when_empty);
    if (!source_->open()) return check(sense::kEquipmentCheck);
  }
  if (is_read(command)) return read_command();
  if (is_feed(command) || command == kNoOperation) return Answer::done();
  if (command == kSense) return sense_command();
  if (command == kSenseId) return send_sense_id();
  return reject();
}

Device::Ending CardReader::end() { return {unit_status::kEnd, has_more()}; }

Result<std::unique_ptr<Device>> make_card_reader_from(std::shared_ptr<CardSource> source, std::string_view type,
                                                      std::span<const std::string> arguments,
                                                      const DeviceEnvironment& environment) {
  const std::string name = upper_case(type);
  if (std::find(std::begin(kTypes), std::end(kTypes), name) == std::end(kTypes))
    return fail("'{}' is no card reader; expected one of {}", type, fmt::join(kTypes, ", "));
  std::unique_ptr<CardReader> reader(new CardReader(name, environment, std::move(source)));
  if (Status status = reader->reload(arguments); !status) return tl::unexpected(status.error());
  return reader;
}

Result<std::unique_ptr<Device>> make_card_reader(std::string_view type, std::span<const std::string> arguments,
                                                 const DeviceEnvironment& environment) {
  return make_card_reader_from(nullptr, type, arguments, environment);
}

}  // namespace replica
