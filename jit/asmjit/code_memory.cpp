#include "jit/asmjit/code_memory.h"

#include <asmjit/core.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace replica {

// Memory of no file, for whose addresses perf looks into its map of generated code.
Result<std::unique_ptr<CodeMemory>> CodeMemory::create(std::size_t bytes) {
  std::unique_ptr<CodeMemory> memory(new CodeMemory);
  memory->capacity_ = bytes;
  if (memory->map_anonymous() || memory->map_file()) return memory;
  return fail("no {} MB of memory for generated code: {}", bytes >> 20, std::strerror(errno));
}

// Memory of no file, since perf looks for the symbols of a file's memory in the file.
bool CodeMemory::map_anonymous() {
  void* const writable =
      mmap(nullptr, capacity_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (writable == MAP_FAILED) return false;
  void* const executable = mremap(writable, 0, capacity_, MREMAP_MAYMOVE);  // of length 0: the same memory once more
  if (executable == MAP_FAILED || mprotect(executable, capacity_, PROT_READ | PROT_EXEC) != 0) {
    munmap(writable, capacity_);
    if (executable != MAP_FAILED) munmap(executable, capacity_);
    return false;
  }
  writable_ = static_cast<u8*>(writable);
  executable_ = static_cast<const u8*>(executable);
  return true;
}

// For hosts that do not know how to map memory once more: valgrind.
bool CodeMemory::map_file() {
  asmjit::VirtMem::DualMapping mapping{};
  const asmjit::Error error =
      asmjit::VirtMem::allocDualMapping(&mapping, capacity_, asmjit::VirtMem::MemoryFlags::kAccessRWX);
  if (error != asmjit::kErrorOk) return false;
  writable_ = static_cast<u8*>(mapping.rw);
  executable_ = static_cast<const u8*>(mapping.rx);
  return true;
}

CodeMemory::~CodeMemory() {
  if (writable_) munmap(writable_, capacity_);
  if (executable_) munmap(const_cast<u8*>(executable_), capacity_);
}

void CodeMemory::take(std::size_t bytes) {
  CHECK(bytes <= free_bytes());
  constexpr std::size_t kAlignment = 16;
  used_ = std::min(capacity_, (used_ + bytes + kAlignment - 1) & ~(kAlignment - 1));
}

}  // namespace replica
