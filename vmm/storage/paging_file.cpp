#include "vmm/storage/paging_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace replica::vmm {
namespace {

off_t offset_of(u32 slot) { return static_cast<off_t>(slot) * kPageSize; }

[[noreturn]] void fail_paging(const char* what, u32 slot, ssize_t count) {
  throw PagingError{fmt::format("cannot {} slot {} of the paging file: {}", what, slot,
                                count < 0 ? std::strerror(errno) : "the host took or gave part of it")};
}

}  // namespace

Result<PagingFile> PagingFile::create(const std::filesystem::path& directory, u32 slots) {
  PagingFile file;
  file.slots_ = slots;
  const std::filesystem::path place = directory.empty() ? "." : directory;
  file.file_ = FileHandle(open(place.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file.file_.is_open()) {
    // Not every file system knows files without names.
    std::string name = (place / "replica-paging-XXXXXX").string();
    file.file_ = FileHandle(mkostemp(name.data(), O_CLOEXEC));
    if (!file.file_.is_open()) {
      return fail("paging file in {}: {}; expected a directory that can be written to", place.string(),
                  std::strerror(errno));
    }
    unlink(name.c_str());
  }
  return file;
}

u32 PagingFile::take_slot() {
  if (used_ == slots_) return kNoSlot;
  ++used_;
  if (free_.empty()) return highest_++;
  const u32 slot = free_.back();
  free_.pop_back();
  return slot;
}

void PagingFile::give_back(u32 slot) {
  --used_;
  free_.push_back(slot);
}

void PagingFile::write(u32 slot, std::span<const u8> page) {
  const ssize_t count = pwrite(file_.get(), page.data(), page.size(), offset_of(slot));
  if (count != static_cast<ssize_t>(page.size())) fail_paging("write", slot, count);
}

void PagingFile::read(u32 slot, std::span<u8> page) {
  const ssize_t count = pread(file_.get(), page.data(), page.size(), offset_of(slot));
  if (count != static_cast<ssize_t>(page.size())) fail_paging("read", slot, count);
}

}  // namespace replica::vmm
