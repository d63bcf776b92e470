#include "vmm/spool/spool_store.h"

#include <algorithm>
#include <chrono>

#include "base/big_endian.h"
#include "base/check.h"

namespace replica::vmm {
namespace {

// In front of each record: command, flags, length of the data.
constexpr u32 kHeader = 6;
// Records are written when there are so many bytes of them.
constexpr std::size_t kChunk = 65536;

i64 host_date() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

void append_record(std::vector<u8>& bytes, const SpoolRecord& record) {
  u8 header[kHeader] = {record.command, record.flags};
  store_be32(header + 2, static_cast<u32>(record.data.size()));
  bytes.insert(bytes.end(), header, header + kHeader);
  bytes.insert(bytes.end(), record.data.begin(), record.data.end());
}

bool matches(const SpoolFile& file, const SpoolQuery& query) {
  return (query.owner.empty() || query.owner == file.owner) && (!query.kind || *query.kind == file.kind) &&
         (query.spool_class == '*' || query.spool_class == file.spool_class);
}

bool is_available(const SpoolFile& file) { return file.state == SpoolState::closed && file.hold == SpoolHold::none; }

const SpoolFile* first_available(const std::map<SpoolId, SpoolFile>& files, const SpoolQuery& query) {
  const SpoolFile* first = nullptr;
  for (const auto& [id, file] : files)
    if (is_available(file) && matches(file, query) && (first == nullptr || file.place < first->place)) first = &file;
  return first;
}

}  // namespace

SpoolStore::SpoolStore(std::unique_ptr<SpoolDatabase> database, const SpoolOptions& options)
    : database_(std::move(database)), most_(options.most_bytes), now_(options.now ? options.now : host_date) {}

SpoolStore::~SpoolStore() { (void)checkpoint(); }

Result<std::unique_ptr<SpoolStore>> SpoolStore::open(const SpoolOptions& options) {
  auto database = SpoolDatabase::open(options.directory);
  if (!database) return tl::unexpected(database.error());
  auto files = (*database)->load();
  if (!files) return tl::unexpected(files.error());
  std::unique_ptr<SpoolStore> store(new SpoolStore(std::move(*database), options));
  if (Status recovered = store->recover(std::move(*files)); !recovered) return tl::unexpected(recovered.error());
  return store;
}

Status SpoolStore::recover(std::vector<SpoolFile> files) {
  SpoolChanges changes;
  i64 newest = 0;
  for (SpoolFile& file : files) {
    used_ += file.bytes;
    first_place_ = std::min(first_place_, file.place);
    last_place_ = std::max(last_place_, file.place);
    if (file.created >= newest) {
      newest = file.created;
      last_id_ = file.id;
    }
    if (file.state == SpoolState::open) {
      file.state = SpoolState::closed;
      file.incomplete = true;
      if (file.kind == SpoolKind::reader) file.hold = SpoolHold::user;
      recovered_.push_back(file.id);
      changes.put.push_back(&file);
    }
  }
  if (!recovered_.empty()) {
    if (Status written = database_->apply(changes, SpoolDatabase::Surety::host); !written) return written;
  }
  for (SpoolFile& file : files) files_.emplace(file.id, std::move(file));
  return {};
}

bool SpoolStore::has_room(u64 data) const { return data + kHeader <= most_ && used_ <= most_ - data - kHeader; }

Error SpoolStore::full() const {
  return {fmt::format("the spool {} is full: {} of {} bytes are in use", database_->path(), used_, most_)};
}

// ---- Writing ----

Result<SpoolId> SpoolStore::free_id() const {
  for (SpoolId step = 1; step <= kLastSpoolId; ++step) {
    const SpoolId id = (last_id_ + step - 1) % kLastSpoolId + 1;
    if (!files_.contains(id)) return id;
  }
  return fail("the spool {} is full: all of its {} file numbers are in use", database_->path(), kLastSpoolId);
}

Result<SpoolId> SpoolStore::create(const SpoolAttributes& attributes) {
  if (Status status = check_attributes(attributes); !status) return tl::unexpected(status.error());
  auto id = free_id();
  if (!id) return id;
  SpoolFile file;
  static_cast<SpoolAttributes&>(file) = attributes;
  file.id = *id;
  file.created = now_();
  file.place = ++last_place_;
  files_.emplace(*id, std::move(file));
  growing_[*id].unwritten.file = *id;
  last_id_ = *id;
  return id;
}

Status SpoolStore::append(SpoolId id, const SpoolRecord& record) {
  const auto found = growing_.find(id);
  CHECK(found != growing_.end());
  SpoolFile& file = files_.at(id);
  SpoolChunk& end = found->second.unwritten;
  if (record.data.size() > SpoolRecord::kMostData)
    return fail("found a record of {} bytes, expected at most {}", record.data.size(), SpoolRecord::kMostData);
  if (!has_room(record.data.size())) return tl::unexpected(full());
  if (end.bytes.size() >= kChunk) {
    if (Status written = write(file, found->second, SpoolDatabase::Surety::program); !written) return written;
  }
  append_record(end.bytes, record);
  ++end.records;
  ++file.records;
  file.bytes += record.data.size() + kHeader;
  used_ += record.data.size() + kHeader;
  return {};
}

Status SpoolStore::write(const SpoolFile& file, Growing& growing, SpoolDatabase::Surety surety) {
  SpoolChunk& end = growing.unwritten;
  SpoolChanges changes{.put = {&file}, .add = {}, .remove = {}};
  if (end.records != 0) changes.add.push_back(&end);
  if (Status written = database_->apply(changes, surety); !written) return written;
  end.first += end.records;
  end.records = 0;
  end.bytes.clear();
  growing.in_database = true;
  return {};
}

Status SpoolStore::close(SpoolId id, const SpoolAttributes& attributes) {
  const auto found = growing_.find(id);
  CHECK(found != growing_.end());
  if (Status status = check_attributes(attributes); !status) return status;
  SpoolFile& file = files_.at(id);
  SpoolFile closed = file;
  static_cast<SpoolAttributes&>(closed) = attributes;
  closed.state = SpoolState::closed;
  closed.place = last_place_ + 1;
  if (Status written = write(closed, found->second, SpoolDatabase::Surety::host); !written) return written;
  ++last_place_;
  growing_.erase(found);
  file = std::move(closed);
  tell(file);
  return {};
}

Status SpoolStore::checkpoint() {
  for (auto& [id, growing] : growing_) {
    if (growing.unwritten.records == 0) continue;
    if (Status written = write(files_.at(id), growing, SpoolDatabase::Surety::host); !written) return written;
  }
  return {};
}

// ---- Reading ----

const SpoolFile* SpoolStore::next_for_reader(std::string_view owner, char spool_class) const {
  return first_available(files_, {.owner = std::string(owner), .kind = SpoolKind::reader, .spool_class = spool_class});
}

const SpoolFile* SpoolStore::next_for_output(SpoolKind kind, std::string_view classes) const {
  for (const char spool_class : classes)
    if (const SpoolFile* file = first_available(files_, {.owner = "", .kind = kind, .spool_class = spool_class}))
      return file;
  return nullptr;
}

void SpoolStore::claim(SpoolId id) {
  SpoolFile& file = files_.at(id);
  CHECK(file.state == SpoolState::closed);
  file.state = SpoolState::active;
}

void SpoolStore::release(SpoolId id) {
  SpoolFile& file = files_.at(id);
  CHECK(file.state == SpoolState::active);
  file.state = SpoolState::closed;
}

Status SpoolStore::remove(SpoolId id) {
  const auto found = growing_.find(id);
  if (found == growing_.end() || found->second.in_database) {
    if (Status removed = database_->apply({.put = {}, .add = {}, .remove = {id}}, SpoolDatabase::Surety::host);
        !removed)
      return removed;
  }
  used_ -= files_.at(id).bytes;
  files_.erase(id);
  growing_.erase(id);
  return {};
}

Status SpoolStore::discard(SpoolId id) {
  CHECK(files_.at(id).state != SpoolState::closed);
  return remove(id);
}

// ---- Users and operators ----

std::vector<SpoolFile> SpoolStore::list(const SpoolQuery& query) const {
  std::vector<SpoolFile> found;
  for (const auto& [id, file] : files_)
    if (matches(file, query)) found.push_back(file);
  std::sort(found.begin(), found.end(), [](const SpoolFile& a, const SpoolFile& b) { return a.place < b.place; });
  return found;
}

const SpoolFile* SpoolStore::find(SpoolId id) const {
  const auto found = files_.find(id);
  return found == files_.end() ? nullptr : &found->second;
}

Result<SpoolFile*> SpoolStore::waiting_file(SpoolId id) {
  const auto found = files_.find(id);
  if (found == files_.end()) return fail("there is no spool file {:04}", id);
  switch (found->second.state) {
    case SpoolState::open: return fail("spool file {:04} is still open", id);
    case SpoolState::active: return fail("spool file {:04} is in use", id);
    case SpoolState::closed: break;
  }
  return &found->second;
}

Status SpoolStore::put(const SpoolFile& changed) {
  SpoolFile& file = files_.at(changed.id);
  const bool could_be_taken = is_available(file) && file.kind == changed.kind && file.owner == changed.owner &&
                              file.spool_class == changed.spool_class;
  if (Status put = database_->apply({.put = {&changed}, .add = {}, .remove = {}}, SpoolDatabase::Surety::host); !put)
    return put;
  file = changed;
  if (!could_be_taken) tell(file);
  return {};
}

Status SpoolStore::change(SpoolId id, const SpoolAttributes& attributes) {
  const auto file = waiting_file(id);
  if (!file) return tl::unexpected(file.error());
  if (Status status = check_attributes(attributes); !status) return status;
  SpoolFile changed = **file;
  static_cast<SpoolAttributes&>(changed) = attributes;
  return put(changed);
}

Status SpoolStore::transfer(SpoolId id, const std::string& user) {
  const auto file = waiting_file(id);
  if (!file) return tl::unexpected(file.error());
  if (Status status = check_user("userid", user); !status) return status;
  SpoolFile changed = **file;
  changed.owner = user;
  changed.kind = SpoolKind::reader;
  changed.place = last_place_ + 1;
  Status done = put(changed);
  if (done) ++last_place_;
  return done;
}

Status SpoolStore::order(std::span<const SpoolId> ids) {
  SpoolChanges changes;
  std::vector<SpoolFile> moved;
  for (const SpoolId id : ids) {
    const auto file = waiting_file(id);
    if (!file) return tl::unexpected(file.error());
    if (!moved.empty() && ((*file)->owner != moved[0].owner || (*file)->kind != moved[0].kind))
      return fail("spool files {:04} and {:04} are not in one queue of one owner", moved[0].id, id);
    if (std::any_of(moved.begin(), moved.end(), [id](const SpoolFile& other) { return other.id == id; }))
      return fail("spool file {:04} is named twice", id);
    moved.push_back(**file);
  }
  i64 place = first_place_ - std::ssize(moved);
  for (SpoolFile& file : moved) {
    file.place = place++;
    changes.put.push_back(&file);
  }
  if (Status put = database_->apply(changes, SpoolDatabase::Surety::host); !put) return put;
  first_place_ -= std::ssize(moved);
  for (const SpoolFile& file : moved) files_.at(file.id) = file;
  return {};
}

Status SpoolStore::purge(SpoolId id) {
  const auto file = waiting_file(id);
  if (!file) return tl::unexpected(file.error());
  return remove(id);
}

// A listener may be gone when its turn comes: those of one moment are asked, as far as they are still there.
void SpoolStore::tell(const SpoolFile& file) const {
  if (!is_available(file)) return;
  const std::vector<SpoolListener*> present = listeners_;
  for (SpoolListener* listener : present)
    if (std::find(listeners_.begin(), listeners_.end(), listener) != listeners_.end()) listener->file_available(file);
}

// ---- SpoolCursor ----

Status SpoolCursor::load_chunk() {
  auto chunk = store_->database_->chunk(id_, position_);
  if (!chunk) return tl::unexpected(chunk.error());
  chunk_ = std::move(*chunk);
  offset_ = 0;
  const u64 target = position_;
  for (position_ = chunk_.first; position_ < target;) {
    if (const auto skipped = next(); !skipped) return tl::unexpected(skipped.error());
  }
  return {};
}

Result<std::optional<SpoolRecord>> SpoolCursor::next() {
  const SpoolFile& file = store_->files_.at(id_);
  if (position_ >= file.records) return std::nullopt;
  if (chunk_.records == 0 || position_ >= chunk_.first + chunk_.records) {
    if (Status loaded = load_chunk(); !loaded) return tl::unexpected(loaded.error());
  }
  const std::span<const u8> rest = std::span<const u8>(chunk_.bytes).subspan(offset_);
  const u32 length = rest.size() < kHeader ? SpoolRecord::kMostData + 1 : load_be32(rest.data() + 2);
  if (length > SpoolRecord::kMostData || rest.size() - kHeader < length)
    return fail("the spool {} is damaged: record {} of file {}", store_->database_->path(), position_, id_);
  offset_ += kHeader + length;
  ++position_;
  return SpoolRecord{.command = rest[0], .flags = rest[1], .data = rest.subspan(kHeader, length)};
}

}  // namespace replica::vmm
