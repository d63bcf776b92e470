// Passwords of users and minidisks. What is kept is a hash (yescrypt, crypt(5)), never the text.
//
// The directory has passwords of 1 to 8 characters. CP reads them as it reads commands, in which small letters are capitals:
// so are they here, before they are hashed and before they are compared.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"

namespace replica::vmm {

// True if a word of a directory source claims to be a hash, well formed or not: it begins with "$y$".
bool is_hash(std::string_view word);

// Overwrites a text that held passwords.
void wipe(std::string& text);

class Password {
 public:
  // Matches nothing: the user may not log on (NOLOG), or nobody else gets this access to the minidisk. This is also what a
  // default-constructed one is.
  static Password none() { return {}; }
  // Matches everything: the minidisk password ALL.
  static Password all() { return Password(Kind::all, ""); }
  // A hash as it stands in the directory, "$y$PARAMETERS$SALT$HASH". Parameters that would take more than 256 MB of storage
  // to check are an error. Errors do not quote the word.
  static Result<Password> of_hash(std::string_view hash);
  // Hashes a plain text with a salt of its own. Errors do not quote the text: it does not have 1 to 8 printable characters.
  static Result<Password> of_text(std::string_view text);
  // What of_text() would say of it, without the work of hashing.
  static Status check_text(std::string_view text);

  Password() = default;

  bool is_none() const { return kind_ == Kind::none; }
  bool is_all() const { return kind_ == Kind::all; }
  // "$y$..."; empty for none and all.
  const std::string& hash() const { return hash_; }

  // Whether this is the password. Takes some milliseconds if there is a hash, by design.
  bool matches(std::string_view text) const;

 private:
  enum class Kind : u8 { none, all, hash };
  Password(Kind kind, std::string hash) : kind_(kind), hash_(std::move(hash)) {}

  Kind kind_ = Kind::none;
  std::string hash_;
};

}  // namespace replica::vmm
