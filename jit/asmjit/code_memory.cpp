#include "jit/asmjit/code_memory.h"

#include <asmjit/core.h>

#include "base/check.h"

namespace replica {
namespace {

using asmjit::VirtMem::MemoryFlags;

}  // namespace

Result<std::unique_ptr<CodeMemory>> CodeMemory::create(std::size_t bytes) {
  asmjit::VirtMem::DualMapping mapping{};
  const asmjit::Error error = asmjit::VirtMem::allocDualMapping(&mapping, bytes, MemoryFlags::kAccessRWX);
  if (error != asmjit::kErrorOk) {
    return fail("no {} MB of memory for generated code: {}", bytes >> 20, asmjit::DebugUtils::errorAsString(error));
  }
  std::unique_ptr<CodeMemory> memory(new CodeMemory);
  memory->writable_ = static_cast<u8*>(mapping.rw);
  memory->executable_ = static_cast<const u8*>(mapping.rx);
  memory->capacity_ = bytes;
  return memory;
}

CodeMemory::~CodeMemory() {
  if (!writable_) return;
  asmjit::VirtMem::DualMapping mapping{const_cast<u8*>(executable_), writable_};
  asmjit::VirtMem::releaseDualMapping(&mapping, capacity_);
}

void CodeMemory::take(std::size_t bytes) {
  CHECK(bytes <= free_bytes());
  constexpr std::size_t kAlignment = 16;
  used_ = std::min(capacity_, (used_ + bytes + kAlignment - 1) & ~(kAlignment - 1));
}

}  // namespace replica
