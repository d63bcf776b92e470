#include "vmm/directory/password.h"

#include <crypt.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "vmm/directory/statement.h"

namespace replica::vmm {
namespace {

constexpr std::string_view kPrefix = "$y$";
constexpr unsigned long kCost = 3;  // 4 MB, and about 15 ms on a host of 2020
constexpr std::size_t kLongestText = 8;
constexpr std::size_t kLongestSalt = 86;
constexpr std::size_t kHashLength = 43;

// The digits in which crypt(5) writes numbers and bytes.
constexpr std::string_view kDigits = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool is_digits(std::string_view text) { return text.find_first_not_of(kDigits) == std::string_view::npos; }

// The parameters of yescrypt: flags 'j', the binary logarithm of N less 1, r less 1. 128 * N * r bytes are needed.
bool is_affordable(std::string_view parameters) {
  constexpr std::size_t kMostLogN = 16;
  constexpr std::size_t kMostR = 32;
  return parameters.size() == 3 && parameters[0] == 'j' && is_digits(parameters) &&
         kDigits.find(parameters[1]) + 1 <= kMostLogN && kDigits.find(parameters[2]) + 1 <= kMostR;
}

// crypt(3) of the text. Empty if it cannot be done.
std::string crypt_text(const std::string& text, const std::string& setting) {
  const auto work = std::make_unique<crypt_data>();
  const char* hash = crypt_r(text.c_str(), setting.c_str(), work.get());
  std::string result = hash && hash[0] == '$' ? hash : "";
  explicit_bzero(work.get(), sizeof *work);
  return result;
}

}  // namespace

bool is_hash(std::string_view word) { return word.starts_with(kPrefix); }

void wipe(std::string& text) {
  explicit_bzero(text.data(), text.size());
  text.clear();
}

Result<Password> Password::of_hash(std::string_view hash) {
  const auto bad = [] {
    return fail("found a malformed hash of a password, expected $y$PARAMETERS$SALT$HASH as made here");
  };
  if (!is_hash(hash)) return bad();
  const std::string_view fields = hash.substr(kPrefix.size());
  const std::size_t salt = fields.find('$');
  const std::size_t end = salt == std::string_view::npos ? salt : fields.find('$', salt + 1);
  if (end == std::string_view::npos) return bad();
  const std::size_t salt_length = end - salt - 1;
  if (salt_length < 1 || salt_length > kLongestSalt || !is_digits(fields.substr(salt + 1, salt_length))) return bad();
  if (fields.size() - end - 1 != kHashLength || !is_digits(fields.substr(end + 1))) return bad();
  if (!is_affordable(fields.substr(0, salt))) {
    return fail("found a hash of a password with other parameters than yescrypt's up to 256 MB, expected j1/ to jDT");
  }
  return Password(Kind::hash, std::string(hash));
}

Status Password::check_text(std::string_view text) {
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (text.empty() || text.size() > kLongestText || !printable) {
    return fail("found a password of {} characters, expected 1 to {}, all printable", text.size(), kLongestText);
  }
  return {};
}

Result<Password> Password::of_text(std::string_view text) {
  if (const Status status = check_text(text); !status) return tl::unexpected(status.error());
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  if (!crypt_gensalt_rn(kPrefix.data(), kCost, nullptr, 0, setting, sizeof setting)) {
    return fail("a password cannot be hashed: {}; expected a libcrypt that has yescrypt", std::strerror(errno));
  }
  std::string capitals = upper_case(text);
  std::string hash = crypt_text(capitals, setting);
  wipe(capitals);
  if (hash.empty()) return fail("a password cannot be hashed: {}", std::strerror(errno));
  return Password(Kind::hash, std::move(hash));
}

bool Password::matches(std::string_view text) const {
  if (kind_ != Kind::hash) return kind_ == Kind::all;
  if (!check_text(text)) return false;
  std::string capitals = upper_case(text);
  const std::string hash = crypt_text(capitals, hash_);
  wipe(capitals);
  return hash == hash_;
}

}  // namespace replica::vmm
