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
  u64 translated_at = 0;  // when it got the first of its codes, in instructions that the CPU had executed
  u64 rest = 0;           // how many instructions it was not to be translated for, after the last store into its code
  u64 rests_until = 0;
};

class CodePages {
 public:
  // `no_entry` is the entry point of what is not translated. A page of which the code lives shorter than `short_life`
  // instructions each time rests longer and longer before it is translated again.
  CodePages(u32 blocks, const void* no_entry, u64 short_life);

  // The page, which is made if there is none.
  TranslatedPage& page(u32 block, u32 address, ir::Mode mode);

  // Takes all code away from the pages of a block, since something was stored there when the CPU had executed `now`
  // instructions. Code that runs at the moment stays until forget_discarded().
  void discard(u32 block, u64 now);
  void discard_all();
  // The same where nothing has been stored: the code was made on a wrong assumption.
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
  void rest(TranslatedPage& page, u64 now) const;

  const void* no_entry_;
  u64 short_life_;
  EntryPoints no_entries_;
  std::unordered_map<u64, std::unique_ptr<TranslatedPage>> pages_;
  // Those that were asked for last, by key: most are asked for again and again, while they are interpreted.
  struct Recent {
    u64 key = ~u64{0};
    TranslatedPage* page = nullptr;
  };
  std::array<Recent, 256> recent_;
  std::vector<std::vector<TranslatedPage*>> by_block_;
  std::vector<Lines> lines_;
  std::vector<std::unique_ptr<GeneratedCode>> discarded_;
};

}  // namespace replica
