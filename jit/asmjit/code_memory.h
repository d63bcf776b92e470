// Memory for generated code: one slab, mapped twice, so that no address is ever writable and executable at once.
#pragma once

#include <cstddef>
#include <memory>

#include "base/result.h"
#include "base/types.h"

namespace replica {

class CodeMemory {
 public:
  // A piece of the slab: where it is written, and where it runs.
  struct Piece {
    u8* writable = nullptr;
    const u8* executable = nullptr;
    explicit operator bool() const { return writable != nullptr; }
  };

  // Errors: the host gives no such memory.
  static Result<std::unique_ptr<CodeMemory>> create(std::size_t bytes);
  ~CodeMemory();
  CodeMemory(const CodeMemory&) = delete;
  CodeMemory& operator=(const CodeMemory&) = delete;

  // The free rest of the slab begins here; take() makes `bytes` of it used.
  Piece rest() const { return {writable_ + used_, executable_ + used_}; }
  std::size_t free_bytes() const { return capacity_ - used_; }
  std::size_t used_bytes() const { return used_; }
  void take(std::size_t bytes);
  // Everything behind the first `bytes` is free again.
  void release_behind(std::size_t bytes) { used_ = bytes; }

  // Where the code behind the first `bytes` runs.
  const u8* end_of_first(std::size_t bytes) const { return executable_ + bytes; }

  // Where the byte that runs at `executable` is written.
  u8* writable(const u8* executable) const { return writable_ + (executable - executable_); }

 private:
  CodeMemory() = default;
  bool map_anonymous();
  bool map_file();

  u8* writable_ = nullptr;
  const u8* executable_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
};

}  // namespace replica
