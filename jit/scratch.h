// Memory for what a step of a translation needs until it ends: on the stack, and from the heap only where a block is long.
#pragma once

#include <array>
#include <memory_resource>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace replica {

class Scratch {
 public:
  Scratch() : resource_(buffer_.data(), buffer_.size()) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  // Of so many elements with the value 0. It must not outlive this.
  template <typename T>
  std::pmr::vector<T> vector(std::size_t size = 0) {
    return std::pmr::vector<T>(size, &resource_);
  }
  // Keeps an object that needs no destruction.
  template <typename T>
  T* keep(T object) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (resource_.allocate(sizeof(T), alignof(T))) T(std::move(object));
  }

 private:
  alignas(std::max_align_t) std::array<std::byte, 16384> buffer_;
  std::pmr::monotonic_buffer_resource resource_;
};

}  // namespace replica
