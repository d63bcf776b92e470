// The operands of a command, read one behind the other, and what many commands ask for.
#pragma once

#include "vmm/cp/commands.h"

namespace replica::vmm {

// True if `word` is `name` or an abbreviation of it with at least `shortest` letters.
bool abbreviates(std::string_view word, std::string_view name, std::size_t shortest);

// Numbers of a command. Errors: DMKCFC026E.
Result<u32> parse_hexadecimal(std::string_view word, u32 most);
Result<u32> parse_decimal(std::string_view word, u32 least, u32 most);
// A virtual or real device address of one to three digits.
Result<u16> parse_device_address(std::string_view word);

// The session of the one who asks; an error for an operator without a virtual machine.
Result<Session*> own_session(const Requester& requester);
// The name of the one who asks.
std::string name_of(const Requester& requester);

class Operands {
 public:
  // From the n-th word on; the command itself is the 0th.
  explicit Operands(const CommandText& command, std::size_t n = 1) : words_(command.words), next_(n) {}

  bool at_end() const { return next_ >= words_.size(); }
  // The next one; empty at the end.
  std::string_view peek() const { return at_end() ? std::string_view() : std::string_view(words_[next_]); }
  std::string take() { return at_end() ? std::string() : words_[next_++]; }
  // Takes the next one if it is this keyword.
  bool take(std::string_view name, std::size_t shortest);
  // How many have been taken, the command included.
  std::size_t position() const { return next_; }
  void go_back() { --next_; }

  // DMKCFC003E if there is one more, DMKCFC026E if there is none.
  Status expect_end() const;
  Status expect_more(std::string_view what) const;

 private:
  const std::vector<std::string>& words_;
  std::size_t next_;
};

}  // namespace replica::vmm
