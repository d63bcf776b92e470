#include "vmm/spool/spool_writer.h"

#include <algorithm>
#include <ctime>

#include "devices/carriage.h"

namespace replica::vmm {
namespace {

constexpr u8 kSense = 0x04;
constexpr u8 kPunch = 0x01;
constexpr u8 kWriteAndSpace1 = 0x09;
constexpr u8 kWriteAndSpace3 = 0x19;
constexpr u8 kWriteAndSkip1 = 0x89;
constexpr u8 kSkip1 = 0x8B;
constexpr u8 kSpace1 = 0x0B;
constexpr u8 kUnfold = 0x23;
constexpr u8 kLoadForms = 0x63;

constexpr u8 kChannel9 = 0x01;   // sense of a printer
constexpr u8 kLoadCheck = 0x02;  // so is that
constexpr u32 kMostSense = 32;
constexpr u32 kMostCopies = 99;
constexpr std::size_t kColumns = 80;

// Of the commands in a file: writes, also those that hold the line, and motion; not what loads something.
bool moves_paper(u8 command) {
  constexpr u8 kLastSpace3 = 0x1B, kFirstSkip = 0x89, kLastSkip = 0xE3;
  return (command & 5) == 1 && (command <= kLastSpace3 || (command >= kFirstSkip && command <= kLastSkip));
}

std::string date_text(i64 seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string full_name(const SpoolFile& file) { return file.type.empty() ? file.name : file.name + " " + file.type; }

}  // namespace

SpoolWriter::SpoolWriter(SpoolStore& store, Device& device, Options options)
    : store_(store), device_(device), options_(std::move(options)) {
  if (options_.form.empty()) options_.form = Carriage().image();
}

SpoolWriter::~SpoolWriter() {
  if (file_) store_.release(*file_);
}

void SpoolWriter::report(const std::string& message) const {
  if (options_.report) options_.report(fmt::format("{} {} {}", spool_kind_name(options_.kind), options_.name, message));
}

Status SpoolWriter::start(const std::string& classes, bool separator) {
  if (classes.empty()) return fail("class: found nothing, expected A-Z, 0-9 or *");
  for (const char one : classes)
    if (one != '*' && !is_spool_class(one)) return fail("class: found '{}', expected A-Z, 0-9 or *", one);
  options_.classes = classes;
  options_.separator = separator;
  start();
  return {};
}

void SpoolWriter::drain() {
  draining_ = true;
  if (!file_) state_ = State::drained;
}

// ---- The run of a file ----

SpoolWriter::State SpoolWriter::step(u32 most_commands) {
  if (state_ == State::drained || state_ == State::stopped) return state_;
  state_ = State::busy;
  for (u32 commands = 0; commands < most_commands; ++commands) {
    if (!file_ && !begin_file()) return state_ = draining_ ? State::drained : State::idle;
    if (ahead_.empty() && !pending_ && !next_record()) continue;
    const Outcome outcome = carry_out(ahead_.empty() ? *pending_ : ahead_.front());
    if (outcome == Outcome::stopped) return state_ = State::stopped;
    if (outcome == Outcome::later) return state_;
    if (ahead_.empty())
      pending_.reset();
    else
      ahead_.pop_front();
  }
  return state_;
}

bool SpoolWriter::begin_file() {
  if (draining_) return false;
  const SpoolFile* file = store_.next_for_output(options_.kind, options_.classes);
  if (file == nullptr) return false;
  store_.claim(file->id);
  file_ = file->id;
  cursor_.emplace(store_, file->id);
  copies_left_ = file->copies;
  begin_copy(options_.separator);
  return true;
}

void SpoolWriter::begin_copy(bool with_separator) {
  const SpoolFile& file = *store_.find(*file_);
  cursor_->seek(0);
  pending_.reset();
  pages_ = {0};
  ahead_.clear();
  begin_form();
  if (with_separator) add_separator(file);
  report(fmt::format("OUTPUT OF {} FILE = {:04} RECDS = {:06} COPY = {:02} {} {}", file.owner, file.id, file.records,
                     copies_left_, file.spool_class, file.device));
}

// The printer as a file expects it: its own form, at channel 1, characters as they are.
void SpoolWriter::begin_form() {
  if (options_.kind == SpoolKind::punch) return;
  ahead_.push_back({.command = kUnfold});
  if (form_loaded_) ahead_.push_back({.command = kLoadForms, .data = options_.form});
  if (paper_ == Paper::printed) ahead_.push_back({.command = kSpace1});
  if (paper_ != Paper::clean) skip_to_channel_1();
}

void SpoolWriter::skip_to_channel_1() {
  ahead_.push_back({.command = kSkip1, .flags = SpoolRecord::kBeginsChain | SpoolRecord::kLacksChannel});
}

void SpoolWriter::add_line(std::string_view text, u8 command) {
  std::vector<u8> line;
  for (const char c : text) line.push_back(options_.code_page->to_ebcdic[static_cast<u8>(c)]);
  if (options_.kind == SpoolKind::punch) line.resize(kColumns, options_.code_page->to_ebcdic[' ']);
  ahead_.push_back({.command = command, .data = std::move(line)});
}

// A page; or the card by which a reader would give the deck back to its owner.
void SpoolWriter::add_separator(const SpoolFile& file) {
  if (options_.kind == SpoolKind::punch) {
    const std::string name = file.name.empty() ? "" : fmt::format(" NAME {}", full_name(file));
    add_line(fmt::format("USERID {} CLASS {}{}", file.owner, file.spool_class, name), kPunch);
    return;
  }
  add_line(fmt::format("USERID {:<8}  DISTRIBUTION {:<8}", file.owner, file.distribution), kWriteAndSpace3);
  add_line(fmt::format("FILE {:04}  NAME {}", file.id, full_name(file)), kWriteAndSpace1);
  add_line(fmt::format("CLASS {}  COPIES {:02}  RECORDS {:06}", file.spool_class, copies_left_, file.records),
           kWriteAndSpace1);
  add_line(fmt::format("ORIGIN {:<8}  DEVICE {:<8}  CREATED {}{}", file.origin, file.device, date_text(file.created),
                       file.incomplete ? "  INCOMPLETE" : ""),
           kWriteAndSpace1);
  skip_to_channel_1();
}

bool SpoolWriter::next_record() {
  const auto record = cursor_->next();
  if (!record) return give_up(record.error()), false;
  if (!*record) return end_copy(), false;
  const SpoolRecord& found = **record;
  pending_ = {.command = found.command, .flags = found.flags, .data = {found.data.begin(), found.data.end()}};
  if (found.command == kSkip1 || found.command == kWriteAndSkip1) pages_.push_back(cursor_->position());
  return true;
}

void SpoolWriter::end_copy() {
  if (--copies_left_ != 0) return begin_copy(false);
  if (Status ended = end_file(false); !ended) report(ended.error().message);
}

// A file that cannot be deleted is not printed a second time: it stays active until the spool is opened again.
Status SpoolWriter::end_file(bool hold) {
  const SpoolId id = *file_;
  file_.reset();
  cursor_.reset();
  pending_.reset();
  ahead_.clear();
  if (!hold) return store_.discard(id);
  store_.release(id);
  SpoolAttributes held = *store_.find(id);
  held.hold = SpoolHold::system;
  return store_.change(id, held);
}

void SpoolWriter::give_up(const Error& error) {
  report(error.message);
  if (Status ended = end_file(true); !ended) report(ended.error().message);
}

// ---- One command ----

SpoolWriter::Outcome SpoolWriter::carry_out(const Command& command) {
  if ((command.flags & SpoolRecord::kBeginsChain) != 0) device_.begin_chain();
  const Device::Answer answer = device_.begin(command.command);
  if (answer.direction == Device::Direction::later) return Outcome::later;
  u8 status = answer.status;
  if (answer.direction == Device::Direction::from_storage) device_.write(command.data);
  if (answer.direction != Device::Direction::none) status = device_.end().status;
  const Outcome outcome = judge(command, status);
  if (outcome == Outcome::done) note_carried_out(command.command, !ahead_.empty());
  return outcome;
}

void SpoolWriter::note_carried_out(u8 command, bool ours) {
  if (command == kLoadForms)
    form_loaded_ = !ours;
  else if (command == kSkip1 || command == kWriteAndSkip1)
    paper_ = paper_ == Paper::elsewhere ? Paper::clean : command == kWriteAndSkip1 ? Paper::printed : paper_;
  else if (moves_paper(command))
    paper_ = Paper::elsewhere;
}

// Of checks, those are none of ours that the virtual device has had as well, and a command that this model does not have is
// left out: it is not one that prints.
SpoolWriter::Outcome SpoolWriter::judge(const Command& command, u8 status) {
  if ((status & unit_status::kUnitCheck) == 0) return Outcome::done;
  std::vector<u8> sense_bytes(kMostSense);
  u8 sense0 = 0;
  device_.begin_chain();
  if (device_.begin(kSense).direction == Device::Direction::to_storage) {
    const u32 count = device_.read(sense_bytes);
    device_.end();
    sense0 = count == 0 ? u8{0} : sense_bytes[0];
  }
  if (sense0 == sense::kCommandReject || sense0 == kChannel9) return Outcome::done;
  if (sense0 == kLoadCheck && command.command == kLoadForms) return Outcome::done;
  if (sense0 == sense::kEquipmentCheck && (command.flags & SpoolRecord::kLacksChannel) != 0) return Outcome::done;
  const bool intervention = (sense0 & sense::kInterventionRequired) != 0;
  report(fmt::format("{}, file {:04} stops: {}", intervention ? "INTERVENTION REQUIRED" : "I/O ERROR", *file_,
                     intervention ? "make the device ready and start it"
                                  : fmt::format("command {:02X} had status {:02X} and sense {:02X}; {}",
                                                command.command, status, sense0, device_.description())));
  return Outcome::stopped;
}

// ---- The operator ----

Status SpoolWriter::no_file() const {
  if (file_) return {};
  return fail("{} {} has no file in work", spool_kind_name(options_.kind), options_.name);
}

Status SpoolWriter::flush(bool all, bool hold) {
  if (Status status = no_file(); !status) return status;
  state_ = State::busy;
  if (hold) return end_file(true);
  if (!all && copies_left_ > 1) {
    end_copy();
    return {};
  }
  return end_file(false);
}

Status SpoolWriter::restart() {
  if (Status status = no_file(); !status) return status;
  state_ = State::busy;
  begin_copy(false);
  return {};
}

Status SpoolWriter::backspace(u64 pages) {
  if (Status status = no_file(); !status) return status;
  state_ = State::busy;
  // Not yet printed is a page that begins behind the record in work.
  if (pending_ && pages_.back() == cursor_->position()) pages_.pop_back();
  const u64 target = pages_.size() > pages + 1 ? pages_.size() - 1 - pages : 0;
  if (target == 0) return restart();
  pages_.resize(target + 1);
  pending_.reset();
  ahead_.clear();
  cursor_->seek(pages_.back());
  if (paper_ == Paper::printed) ahead_.push_back({.command = kSpace1});
  skip_to_channel_1();
  return {};
}

Status SpoolWriter::repeat(u32 copies) {
  if (Status status = no_file(); !status) return status;
  if (copies == 0 || copies > kMostCopies - copies_left_)
    return fail("found {} copies more with {} left, expected up to {} in all", copies, copies_left_, kMostCopies);
  copies_left_ += copies;
  return {};
}

}  // namespace replica::vmm
