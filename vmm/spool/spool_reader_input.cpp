#include "vmm/spool/spool_reader_input.h"

namespace replica::vmm {
namespace {

constexpr u8 kRead = 0x02;
constexpr u8 kSense = 0x04;
constexpr u8 kPunch = 0x01;
constexpr u32 kColumns = 80;
constexpr u32 kMostSense = 32;

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    if (blank != 0) words.emplace_back(text.substr(0, blank));
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return words;
}

}  // namespace

SpoolReaderInput::~SpoolReaderInput() {
  if (file_) (void)store_.discard(*file_);
}

Result<SpoolAttributes> SpoolReaderInput::parse_first_card(std::string_view card) {
  const std::vector<std::string> words = words_of(card);
  if (card.starts_with(' ') || words.empty() || (words[0] != "ID" && words[0] != "USERID"))
    return fail("found '{}', expected ID or USERID in column 1", fmt::join(words, " "));
  if (words.size() < 2) return fail("found no userid behind {}", words[0]);
  SpoolAttributes attributes{.owner = words[1], .origin = words[1], .kind = SpoolKind::reader};
  std::size_t next = 2;
  if (next < words.size() && words[next] == "CLASS") {
    if (next + 1 == words.size() || words[next + 1].size() != 1)
      return fail("found no class of one letter behind CLASS");
    attributes.spool_class = words[next + 1][0];
    next += 2;
  }
  if (next < words.size() && words[next] == "NAME") {
    if (next + 1 == words.size()) return fail("found no name behind NAME");
    attributes.name = words[next + 1];
    next += 2;
    if (next < words.size()) attributes.type = words[next++];
  }
  if (next < words.size()) return fail("found '{}', expected CLASS or NAME or the end of the card", words[next]);
  if (Status status = check_attributes(attributes); !status) return tl::unexpected(status.error());
  return attributes;
}

bool SpoolReaderInput::step(u32 most_cards) {
  std::vector<u8> card;
  for (u32 cards = 0; cards < most_cards; ++cards) {
    switch (read(card)) {
      case Outcome::card:
        if (!in_deck_)
          begin_deck(card);
        else if (file_)
          add(card);
        break;
      case Outcome::bad_card:
        in_deck_ = true;
        refuse("a card cannot be read");
        break;
      case Outcome::end_of_deck:
        if (!in_deck_) return false;
        end_deck();
        break;
      case Outcome::failed:
        in_deck_ = false;
        refuse("the reader fails");
        return false;
      case Outcome::later: return true;
    }
  }
  return true;
}

SpoolReaderInput::Outcome SpoolReaderInput::read(std::vector<u8>& card) {
  device_.begin_chain();
  const Device::Answer answer = device_.begin(kRead);
  if (answer.direction == Device::Direction::later) return Outcome::later;
  if (answer.direction == Device::Direction::to_storage) {
    card.resize(kColumns);
    card.resize(device_.read(card));
    device_.end();
    return Outcome::card;
  }
  if ((answer.status & unit_status::kUnitException) != 0) return Outcome::end_of_deck;
  std::vector<u8> sense_bytes(kMostSense);
  device_.begin_chain();
  if (device_.begin(kSense).direction != Device::Direction::to_storage) return Outcome::failed;
  const u32 count = device_.read(sense_bytes);
  device_.end();
  const u8 sense0 = count == 0 ? u8{0} : sense_bytes[0];
  if ((sense0 & sense::kInterventionRequired) != 0) return Outcome::end_of_deck;
  return (sense0 & sense::kDataCheck) != 0 ? Outcome::bad_card : Outcome::failed;
}

void SpoolReaderInput::begin_deck(const std::vector<u8>& card) {
  in_deck_ = true;
  std::string text;
  for (const u8 byte : card) text += static_cast<char>(options_.code_page->to_host[byte]);
  auto attributes = parse_first_card(text);
  if (!attributes) return refuse(attributes.error().message);
  if (options_.is_user && !options_.is_user(attributes->owner))
    return refuse(fmt::format("userid {} is not in the directory", attributes->owner));
  attributes_ = std::move(*attributes);
  attributes_.device = device_.type();
  const auto file = store_.create(attributes_);
  if (!file) return refuse(file.error().message);
  file_ = *file;
}

void SpoolReaderInput::add(const std::vector<u8>& card) {
  const Status added = store_.append(*file_, {.command = kPunch, .flags = SpoolRecord::kBeginsChain, .data = card});
  if (!added) refuse(added.error().message);
}

void SpoolReaderInput::end_deck() {
  in_deck_ = false;
  if (!file_) return;
  const SpoolId id = *file_;
  if (Status closed = store_.close(id, attributes_); !closed) return refuse(closed.error().message);
  file_.reset();
  if (options_.report)
    options_.report(fmt::format("RDR {} INPUT FOR {} FILE = {:04}", options_.name, attributes_.owner, id));
}

void SpoolReaderInput::refuse(const std::string& why) {
  if (options_.report) options_.report(fmt::format("RDR {} deck not taken: {}", options_.name, why));
  if (!file_) return;
  const SpoolId id = *file_;
  file_.reset();
  if (Status discarded = store_.discard(id); !discarded && options_.report) options_.report(discarded.error().message);
}

}  // namespace replica::vmm
