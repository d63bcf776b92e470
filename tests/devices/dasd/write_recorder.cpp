#include "tests/devices/dasd/write_recorder.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/check.h"

namespace replica::test {
namespace {

constexpr u64 kPage = 4096;
WriteRecorder* recorder = nullptr;

}  // namespace

WriteRecorder::WriteRecorder(std::string folder) : folder_(std::move(folder)) {
  CHECK(recorder == nullptr);
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    std::ifstream in(entry.path(), std::ios::binary);
    before_[entry.path().filename().string()].assign(std::istreambuf_iterator<char>(in), {});
  }
  recorder = this;
}

WriteRecorder::~WriteRecorder() { recorder = nullptr; }

// Empty if the file is not in the folder.
std::string WriteRecorder::name_of(int descriptor) const {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), error);
  return error || path.parent_path() != folder_ ? std::string() : path.filename().string();
}

void WriteRecorder::note_write(int descriptor, const void* bytes, size_t length, u64 offset) {
  if (!recorder) return;
  const std::string name = recorder->name_of(descriptor);
  const auto* first = static_cast<const u8*>(bytes);
  if (!name.empty()) recorder->changes_.push_back({Change::Kind::write, name, offset, {first, first + length}});
}

void WriteRecorder::note_truncate(int descriptor, u64 size) {
  if (!recorder) return;
  const std::string name = recorder->name_of(descriptor);
  if (!name.empty()) recorder->changes_.push_back({Change::Kind::truncate, name, size, {}});
}

void WriteRecorder::note_unlink(const char* path) {
  if (!recorder || std::filesystem::path(path).parent_path() != recorder->folder_) return;
  recorder->changes_.push_back({Change::Kind::unlink, std::filesystem::path(path).filename().string(), 0, {}});
}

void WriteRecorder::apply(Files& files, const Change& change, size_t length) {
  switch (change.kind) {
    case Change::Kind::unlink: files.erase(change.name); break;
    case Change::Kind::truncate: files[change.name].resize(change.offset); break;
    case Change::Kind::write: {
      std::vector<u8>& file = files[change.name];
      file.resize(std::max<size_t>(file.size(), change.offset + length));
      std::copy_n(change.bytes.begin(), length, file.begin() + static_cast<std::ptrdiff_t>(change.offset));
      break;
    }
  }
}

void WriteRecorder::for_each_state(const std::function<void(const Files&, size_t)>& visit) const {
  Files files = before_;
  visit(files, 0);
  for (size_t i = 0; i < changes_.size(); ++i) {
    const Change& change = changes_[i];
    const u64 end = change.offset + change.bytes.size();
    for (u64 page = (change.offset / kPage + 1) * kPage; page < end; page += kPage) {
      Files torn = files;
      apply(torn, change, page - change.offset);
      visit(torn, i);
    }
    apply(files, change, change.bytes.size());
    visit(files, i + 1);
  }
}

}  // namespace replica::test

// These take the place of the C library's functions in the test program.

extern "C" ssize_t pwrite(int descriptor, const void* bytes, size_t length, off_t offset) {
  const long count = syscall(SYS_pwrite64, descriptor, bytes, length, offset);
  if (count > 0) {
    replica::test::WriteRecorder::note_write(descriptor, bytes, static_cast<size_t>(count),
                                             static_cast<replica::u64>(offset));
  }
  return count;
}

extern "C" int ftruncate(int descriptor, off_t size) noexcept {
  const long result = syscall(SYS_ftruncate, descriptor, size);
  if (result == 0) replica::test::WriteRecorder::note_truncate(descriptor, static_cast<replica::u64>(size));
  return static_cast<int>(result);
}

extern "C" int unlink(const char* path) noexcept {
  const long result = syscall(SYS_unlink, path);
  if (result == 0) replica::test::WriteRecorder::note_unlink(path);
  return static_cast<int>(result);
}

// No test pulls the host's plug, and waiting for its disk is what would take most of their time.
extern "C" int fdatasync(int) { return 0; }
