// Storage and its storage keys: one key for each 2 KB. Addresses here are absolute: prefixing and DAT have been done.
// GA22-7000 "Main Storage", "Storage Key".
//
// The storage of a machine is one block of host memory. That of a virtual machine is pages, each of which is in a frame of
// another storage, or nowhere (PagedStorage, derived elsewhere): the same class, so that whatever works on the storage of a
// machine works on that of a virtual machine.
#pragma once

#include <cstdlib>
#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica {

inline constexpr u32 kBlockSize = 2048;
inline constexpr u32 kBlockShift = 11;
inline constexpr u32 kMinStorage = 64 * 1024;
inline constexpr u32 kMaxStorage = 16 * 1024 * 1024;
inline constexpr u32 kMaxBlocks = kMaxStorage / kBlockSize;
// What a VMM divides among virtual machines is not limited by the 24 bits of an address.
inline constexpr u32 kMaxFirstLevelStorage = 2048u * 1024 * 1024;
inline constexpr u32 kPageSize = 4096;
inline constexpr u32 kPageShift = 12;

// The bits of a storage key, as SSK takes them in bits 24-30 of a register.
namespace storage_key {
inline constexpr u8 kAccess = 0xF0;
inline constexpr u8 kFetchProtection = 0x08;
inline constexpr u8 kReference = 0x04;
inline constexpr u8 kChange = 0x02;
inline constexpr u8 kAll = 0xFE;
}  // namespace storage_key

class Storage {
 public:
  // `bytes`: from 64 KB to 16 MB, a multiple of 4 KB. The storage and its keys are zero.
  static Result<std::unique_ptr<Storage>> create(u32 bytes);
  // The same for storage that no program addresses as a whole: up to kMaxFirstLevelStorage.
  static Result<std::unique_ptr<Storage>> create_first_level(u32 bytes);
  virtual ~Storage() = default;

  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  u32 size() const { return size_; }
  u32 blocks() const { return size_ >> kBlockShift; }
  // What blocks() can become.
  u32 most_blocks() const { return most_ >> kBlockShift; }
  bool contains(u32 absolute) const { return absolute < size_; }

  // The byte at `absolute`, which is in storage, and those behind it to the end of its page. Of a storage of pages, this may
  // bring the page in and take another one away, so that pointers of earlier calls do not last.
  u8* at(u32 absolute) { return is_paged_ ? page_at(absolute) : bytes_.get() + absolute; }
  // All of it, one behind the other. Not of a storage of pages.
  u8* data() { return bytes_.get(); }
  const u8* data() const { return bytes_.get(); }

  u8 key(u32 block) const { return is_paged_ ? page_key(block) : keys_[block]; }

  // Replaces a key and tells the observer, since what was allowed may no longer be.
  void set_key(u32 block, u8 key);

  // Records an access. Turning bits on takes no permission away, so nobody is told.
  void record_fetch(u32 block) {
    if (is_paged_) return record_page_fetch(block);
    keys_[block] |= storage_key::kReference;
  }
  // Also tells the observer of code, before the bytes change, if the range may hold some: `length` bytes at `absolute`, all in
  // one block; or the whole block.
  void record_store(u32 absolute, u32 length) {
    if (is_paged_) return record_page_store(absolute, length);
    const u32 block = absolute >> kBlockShift;
    keys_[block] |= storage_key::kReference | storage_key::kChange;
    if (code_lines_[block] & lines_of(absolute, length)) [[unlikely]]
      code_observer_(block);
  }
  void record_store(u32 block) { record_store(block << kBlockShift, kBlockSize); }

  // Tells the observer of code that `length` bytes have been changed by other means than an access: an operator, a loader.
  void note_change(u32 absolute, u32 length);

  // Storage and keys to zero (clear reset).
  void clear();

  // Whether an access map may keep what it has been told of this storage. If not, every access asks.
  bool is_mappable(bool for_store) const { return !is_paged_ || (!for_store && pages_stay()); }

  // Translated code: which lines of 64 bytes of each block hold instructions that have been translated. Bit n from the
  // right stands for line n. The observer of code is told
  // of every store into such a line.
  static constexpr u32 kLineShift = 6;
  static constexpr u32 lines_of(u32 absolute, u32 length) {
    const u32 first = (absolute & (kBlockSize - 1)) >> kLineShift;
    const u32 last = ((absolute & (kBlockSize - 1)) + length - 1) >> kLineShift;
    return (~u32{0} >> (31 - (last - first))) << first;
  }
  // Keys by block; for generated code.
  const u8* keys() const { return keys_.data(); }
  bool has_code(u32 block) const { return code_lines_[block] != 0; }
  // By block; for generated code.
  const u32* code_lines() const { return code_lines_.data(); }
  // Access maps make stores into a block that had no code come to record_store().
  void add_code(u32 absolute, u32 length);
  void remove_code(u32 block) { code_lines_[block] = 0; }
  void on_code_store(std::function<void(u32 block)> observer) { code_observer_ = std::move(observer); }

  // Called with the number of each block that now has code, and of each whose key was replaced. One observer: the access maps
  // of the machine.
  void on_first_code(std::function<void(u32 block)> observer) { first_code_observer_ = std::move(observer); }
  void on_key_change(std::function<void(u32 block)> observer) { observer_ = std::move(observer); }

 protected:
  // A storage of pages: the derived class says where each is.
  struct Paged {};
  // It may be given another size, up to `most`.
  Storage(u32 bytes, u32 most, Paged) : size_(bytes), most_(most), is_paged_(true) {}
  void set_size(u32 bytes) { size_ = bytes; }

  virtual u8* page_at(u32) { return nullptr; }
  virtual u8 page_key(u32) const { return 0; }
  virtual void set_page_key(u32, u8) {}
  virtual void record_page_fetch(u32) {}
  virtual void record_page_store(u32, u32) {}
  virtual void note_page_change(u32, u32) {}
  virtual void clear_pages() {}
  // True if a page that is somewhere is never moved or taken away.
  virtual bool pages_stay() const { return false; }
  // What the access maps of this storage know of the block may no longer be.
  void tell_observer(u32 block) {
    if (observer_) observer_(block);
  }

 private:
  explicit Storage(u32 bytes);

  u32 size_;
  u32 most_;
  bool is_paged_ = false;
  struct Free {
    void operator()(u8* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<u8[], Free> bytes_;
  std::vector<u8> keys_;
  std::vector<u32> code_lines_;
  std::function<void(u32)> observer_;
  std::function<void(u32)> first_code_observer_;
  std::function<void(u32)> code_observer_;
};

// The rule of key-controlled protection: key 0 may do everything; else stores, and fetches from a fetch-protected block,
// need the block's access-control bits to equal the key. `access_key` is 0-15.
constexpr bool key_allows_fetch(u8 storage_key, u8 access_key) {
  return access_key == 0 || !(storage_key & storage_key::kFetchProtection) || storage_key >> 4 == access_key;
}
constexpr bool key_allows_store(u8 storage_key, u8 access_key) {
  return access_key == 0 || storage_key >> 4 == access_key;
}

// Real to absolute address: the first 4 KB and the prefix area change places. GA22-7000 "Prefixing".
constexpr u32 apply_prefix(u32 real, u32 prefix) {
  const u32 frame = real & 0xFFF000;
  if (frame == 0) return real | prefix;
  return frame == prefix ? real & 0xFFF : real;
}

}  // namespace replica
