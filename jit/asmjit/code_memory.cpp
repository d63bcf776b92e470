#include "jit/asmjit/code_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace replica {

// Memory of no file, for whose addresses perf looks into its map of generated code.
Result<std::unique_ptr<CodeMemory>> CodeMemory::create(std::size_t bytes) {
  const auto error = [bytes] {
    return fail("no {} MB of memory for generated code: {}", bytes >> 20, std::strerror(errno));
  };
  std::unique_ptr<CodeMemory> memory(new CodeMemory);
  memory->capacity_ = bytes;
  void* const writable =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (writable == MAP_FAILED) return error();
  memory->writable_ = static_cast<u8*>(writable);
  void* const executable = mremap(writable, 0, bytes, MREMAP_MAYMOVE);  // of length 0: the same memory once more
  if (executable == MAP_FAILED) return error();
  memory->executable_ = static_cast<const u8*>(executable);
  if (mprotect(executable, bytes, PROT_READ | PROT_EXEC) != 0) return error();
  return memory;
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
