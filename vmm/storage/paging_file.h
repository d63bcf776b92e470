// Where pages are that are in no frame: slots of 4 KB in a file of the host, which nobody else sees.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "devices/host_file.h"
#include "mmu/storage.h"

namespace replica::vmm {

// The host could not read or write a page. Thrown by whatever touches guest storage, and caught by the monitor, which then
// ends the virtual machine; it never crosses translated code.
struct PagingError {
  std::string message;
};

class PagingFile {
 public:
  static constexpr u32 kNoSlot = ~u32{0};

  // `slots` bounds the file, which grows as it is used. The file has no name: it is gone when the process is. Errors: the
  // directory cannot be written to.
  static Result<PagingFile> create(const std::filesystem::path& directory, u32 slots);

  u32 slots() const { return slots_; }
  u32 used_slots() const { return used_; }

  // A slot for another page, or kNoSlot if the file is full.
  u32 take_slot();
  void give_back(u32 slot);

  // `page` has kPageSize bytes. Both throw PagingError.
  void write(u32 slot, std::span<const u8> page);
  void read(u32 slot, std::span<u8> page);

 private:
  FileHandle file_;
  u32 slots_ = 0;
  u32 used_ = 0;
  u32 highest_ = 0;  // slots from here on have never been used
  std::vector<u32> free_;
};

}  // namespace replica::vmm
