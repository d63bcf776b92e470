#include "vmm/spool/spool_input.h"

#include "base/part_clock.h"

namespace replica::vmm {

SpoolInput::SpoolInput(SpoolStore& store, std::string owner, SpoolSettings settings)
    : store_(store), owner_(std::move(owner)), settings_(std::move(settings)) {
  store_.add_listener(this);
}

SpoolInput::~SpoolInput() {
  store_.remove_listener(this);
  close();
}

Status SpoolInput::alter(const SpoolSettings& settings) {
  if (settings.spool_class != '*' && !is_spool_class(settings.spool_class))
    return fail("class: found '{}', expected A-Z, 0-9 or *", settings.spool_class);
  const bool was_ready = has_deck();
  settings_ = settings;
  if (!was_ready && has_deck() && reader() != nullptr) reader()->deck_arrived();
  return {};
}

bool SpoolInput::has_deck() const { return file_ || store_.next_for_reader(owner_, settings_.spool_class) != nullptr; }

CardSource::Rules SpoolInput::rules() const {
  return {.exception_at_end = settings_.end_of_file, .exception_when_empty = false, .continuous = settings_.continuous};
}

CardSource::Outcome SpoolInput::read(std::vector<u8>& card) {
  const PartScope scope(part::kSpool);
  if (!file_) {
    const SpoolFile* next = store_.next_for_reader(owner_, settings_.spool_class);
    if (next == nullptr) return Outcome::end_of_deck;
    store_.claim(next->id);
    file_ = next->id;
    cursor_.emplace(store_, next->id);
    cards_ = 0;
  }
  for (;;) {
    const auto record = cursor_->next();
    if (!record) return report(record.error()), Outcome::failed;
    if (!*record) return Outcome::end_of_deck;
    if (!(*record)->is_write() || (*record)->data.empty()) continue;
    card.assign((*record)->data.begin(), (*record)->data.end());
    ++cards_;
    return Outcome::card;
  }
}

// After an error the file is still active.
Status SpoolInput::dispose(bool hold) {
  const PartScope scope(part::kSpool);
  if (!hold) return store_.discard(*file_);
  store_.release(*file_);
  if (!settings_.continuous) return {};
  SpoolAttributes held = *store_.find(*file_);
  held.hold = SpoolHold::user;
  Status changed = store_.change(*file_, held);
  if (!changed) store_.claim(*file_);
  return changed;
}

Status SpoolInput::close_file(std::optional<bool> hold) {
  if (!file_) return {};
  if (Status done = dispose(hold.value_or(settings_.hold)); !done) return done;
  file_.reset();
  cursor_.reset();
  return {};
}

// A file that cannot be deleted is not read a second time: it stays active until the spool is opened again.
void SpoolInput::end_deck() {
  if (Status done = close_file(); !done) report(done.error());
  file_.reset();
  cursor_.reset();
}

void SpoolInput::close() {
  if (!file_) return;
  store_.release(*file_);
  file_.reset();
  cursor_.reset();
}

void SpoolInput::file_available(const SpoolFile& file) {
  const bool mine = file.kind == SpoolKind::reader && file.owner == owner_ &&
                    (settings_.spool_class == '*' || settings_.spool_class == file.spool_class);
  if (mine && !file_ && reader() != nullptr) reader()->deck_arrived();
}

std::string SpoolInput::description() const {
  std::string text = fmt::format("spool class {}", settings_.spool_class);
  if (settings_.continuous) text += " cont";
  if (settings_.hold) text += " hold";
  text += settings_.end_of_file ? " eof" : " noeof";
  if (file_) text += fmt::format(" file {:04}", *file_);
  return text + fmt::format(" [{} cards read]", cards_);
}

}  // namespace replica::vmm
