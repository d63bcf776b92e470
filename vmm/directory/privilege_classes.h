// The privilege classes of a user, A to H: which CP commands it may enter. VM/370 Planning Guide (GC20-1801), "USER".
#pragma once

#include <string>

#include "base/types.h"

namespace replica::vmm {

class PrivilegeClasses {
 public:
  static constexpr char kFirst = 'A', kLast = 'H';

  constexpr PrivilegeClasses() = default;
  constexpr explicit PrivilegeClasses(const char* letters) {
    for (; *letters != '\0'; ++letters) add(*letters);
  }

  static constexpr bool is_class(char letter) { return letter >= kFirst && letter <= kLast; }

  // `letter` is a class.
  constexpr void add(char letter) { bits_ = static_cast<u8>(bits_ | bit(letter)); }
  constexpr bool has(char letter) const { return is_class(letter) && (bits_ & bit(letter)) != 0; }
  // A command that has several classes is allowed to a user who has one of them.
  constexpr bool has_any(PrivilegeClasses others) const { return (bits_ & others.bits_) != 0; }
  constexpr bool operator==(const PrivilegeClasses&) const = default;

  // The letters in order, "ABG".
  std::string letters() const {
    std::string text;
    for (char letter = kFirst; letter <= kLast; ++letter) {
      if (has(letter)) text += letter;
    }
    return text;
  }

 private:
  static constexpr u8 bit(char letter) { return static_cast<u8>(1u << (letter - kFirst)); }

  u8 bits_ = 0;
};

}  // namespace replica::vmm
