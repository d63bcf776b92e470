// Which exceptions an access can cause, from the tables and keys that a record shows. It decides whether a difference is
// one that the architecture leaves open, so it is written from the manual, apart from the emulator's own DAT.
#pragma once

#include <optional>
#include <vector>

#include "tests/oracle/case.h"

namespace replica::oracle {

class AccessModel {
 public:
  // The state that `record` of `c` shows at its end, with the modes and key of `psw`.
  AccessModel(const Case& c, const Record& record, u64 psw);

  // The exception of an access to the byte at `logical`, low-address protection left aside; 0 if there is none.
  u16 exception(u32 logical, bool store) const;

  // True if an access to any of `length` bytes can cause `code`.
  bool can_cause(u16 code, u32 logical, u32 length, bool store) const;

  // The byte there, if it has a real address and lies in the test region. Protection is left aside.
  std::optional<u8> byte(u32 logical) const;

  // The real address, if there is one.
  std::optional<u32> real(u32 logical) const;

  // True if the page index of `logical` is beyond the length of its page table.
  bool is_beyond_page_table(u32 logical) const;

 private:
  struct Translated {
    u16 code;
    bool store_protected;
    u32 real;
  };
  Translated translate(u32 logical) const;
  u32 table_word(u32 real, u32 bytes) const;

  u32 storage_bytes_;
  std::vector<u8> region_;
  std::array<u8, kRegionBlocks> keys_;
  u32 cr0_;
  u32 cr1_;
  u32 key_;
  bool dat_;
  bool low_address_protection_;
};

}  // namespace replica::oracle
