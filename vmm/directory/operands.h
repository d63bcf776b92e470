// The operands of one statement, taken from left to right. After the first error nothing more is taken: the functions give
// default values, and status() tells the error, so that a statement is read without a question behind each operand.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "vmm/directory/statement.h"

namespace replica::vmm {

class StatementOperands {
 public:
  explicit StatementOperands(std::span<const Word> words) : words_(words) {}

  // True if there is another operand and no error.
  bool more() const { return status_ && !words_.empty(); }
  // The next one without taking it; empty if there is none.
  std::string_view peek() const { return more() ? words_[0].text : std::string_view(); }
  // Takes it. It is an error if there is none; `what` tells what was expected: "a password".
  std::string_view next(std::string_view what);

  u16 address(std::string_view what);
  u32 number(std::string_view what, u32 least, u32 most);
  std::string name(std::string_view what, std::size_t longest, std::string_view others = "$#@");

  // Takes a result of one of the functions above; its error becomes the error.
  template <typename T>
  T take(Result<T> result, std::string_view what) {
    if (result) return std::move(*result);
    refuse("{}: {}", what, result.error().message);
    return T();
  }

  template <typename... Args>
  void refuse(fmt::format_string<Args...> format, Args&&... args) {
    if (status_) status_ = fail(format, std::forward<Args>(args)...);
  }

  const Status& status() const { return status_; }

 private:
  std::span<const Word> words_;
  Status status_;
};

}  // namespace replica::vmm
