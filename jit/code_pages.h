// Which translated code there is: a code page for each 2K block of storage that is executed, at each virtual address and in
// each mode at which it is. A page has an entry point for each halfword, in an array that access maps lead to.
#pragma once

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

#include "jit/asmjit/code_generator.h"
#include "mmu/storage.h"

namespace replica {

inline constexpr u32 kHalfwordsOfBlock = kBlockSize / 2;
using EntryPoints = std::array<const void*, kHalfwordsOfBlock>;

struct TranslatedPage {
  u32 block = 0;    // absolute
  u32 address = 0;  // virtual, of its first byte
  ir::Mode mode;
  EntryPoints entries;
  std::array<u8, kHalfwordsOfBlock> executions{};  // of what is not translated
  // How often the assumptions of the code there did not hold; when that is too often, it is made without any.
  std::array<u8, kHalfwordsOfBlock> failures{};
  std::vector<std::unique_ptr<GeneratedCode>> codes;
  u32 invalidations = 0;
};

class CodePages {
 public:
  // `no_entry` is the entry point of what is not translated.
  CodePages(u32 blocks, const void* no_entry);

  // The page, which is made if there is none.
  TranslatedPage& page(u32 block, u32 address, ir::Mode mode);

  // Takes all code away from the pages of a block. Code that runs at the moment stays until forget_discarded().
  void discard(u32 block);
  void discard_all();
  // The same as discard() where nothing has been stored: the code was made on a wrong assumption.
  void give_up(u32 block);

  // Lines of 64 bytes of a block: those that have held code at some time, and those of which stores in the block's code
  // assume that they hold none.
  struct Lines {
    u32 with_code = 0;
    u32 assumed_free = 0;
  };
  Lines& lines(u32 block) { return lines_[block]; }

  void forget_discarded() { discarded_.clear(); }

  // What an access map has where there is no page.
  const EntryPoints& no_entries() const { return no_entries_; }

 private:
  void discard(TranslatedPage& page);

  const void* no_entry_;
  EntryPoints no_entries_;
  std::unordered_map<u64, std::unique_ptr<TranslatedPage>> pages_;
  std::vector<std::vector<TranslatedPage*>> by_block_;
  std::vector<Lines> lines_;
  std::vector<std::unique_ptr<GeneratedCode>> discarded_;
};

}  // namespace replica
