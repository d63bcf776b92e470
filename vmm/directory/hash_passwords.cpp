#include "vmm/directory/hash_passwords.h"

#include <algorithm>

#include "vmm/directory/checks.h"
#include "vmm/directory/password.h"
#include "vmm/directory/source_file.h"
#include "vmm/directory/statement.h"

namespace replica::vmm {
namespace {

bool is_plain(std::span<const Word> statement, const Word& password) {
  const bool is_user = is_keyword(statement[0].text, {"USER", 1});
  return !is_hash(password.text) && !(is_user ? is_no_logon(password.text) : is_all(password.text));
}

bool same_words(std::span<const Word> before, std::span<const Word> after) {
  return std::equal(before.begin(), before.end(), after.begin(), after.end(),
                    [](const Word& a, const Word& b) { return a.text == b.text || is_hash(b.text); });
}

// The line with hashes. Where a line has none to be replaced it comes back as it is, whatever it is.
Result<std::string> hash_line(std::string_view line, u32& replaced) {
  const auto words = split_statement(line);
  if (!words) return tl::unexpected(words.error());
  std::string result;
  std::size_t copied = 0;
  for (const Word& word : password_words(*words)) {
    if (!is_plain(*words, word)) continue;
    const auto password = Password::of_text(word.text);
    if (!password) return tl::unexpected(password.error());
    result += line.substr(copied, word.offset - copied);
    result += password->hash();
    copied = word.offset + word.text.size();
    ++replaced;
  }
  if (copied == 0) return std::string(line);
  result += line.substr(copied);
  const auto after = split_statement(result);
  if (!after || !same_words(*words, *after)) {
    return fail(
        "with hashes, which take {} columns, the statement does not end in column {}; expected fewer blanks in it",
        kHashColumns, kLastColumn);
  }
  return result;
}

}  // namespace

Result<HashedSource> hash_passwords_in(std::string_view text, const std::string& name) {
  ParsedDirectory parsed = parse_statements(text, name, PlainHandling::only_check);
  check_directory(parsed);
  if (parsed.findings.has_errors()) return fail("{}", parsed.findings.errors());

  HashedSource source;
  for (u32 number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    const std::size_t next = std::min(end + 1, text.size());
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto hashed = hash_line(line, source.replaced);
    if (!hashed) {
      parsed.findings.error(fmt::format("{}:{}", name, number), "{}", hashed.error().message);
    } else {
      source.text += *hashed;
      source.text += text.substr(line.size(), next - line.size());
    }
    text.remove_prefix(next);
  }
  if (parsed.findings.has_errors()) return fail("{}", parsed.findings.errors());
  return source;
}

Result<u32> hash_passwords(const std::string& path) {
  auto text = read_source(path);
  if (!text) return tl::unexpected(text.error());
  const auto source = hash_passwords_in(*text, path);
  wipe(*text);
  if (!source) return tl::unexpected(source.error());
  if (source->replaced == 0) return 0;
  if (const Status status = replace_source(path, source->text); !status) return tl::unexpected(status.error());
  return source->replaced;
}

}  // namespace replica::vmm
