#include "tools/hercules/text_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sstream>

#include "tools/files.h"

namespace replica::tools {
namespace {

constexpr std::size_t kLargestFile = 1 << 20;
constexpr const char* kBlanks = " \t\r";

}  // namespace

Result<std::vector<std::string>> split_lines(const std::string& text, const std::string& name) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.find('\0') != std::string::npos) {
      return fail("{}:{}: found a byte of zeros; expected lines of text", name, lines.size() + 1);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

Result<std::vector<std::string>> read_lines(const std::string& path) {
  const File file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return fail("{}: {}; expected a file that can be read", path, std::strerror(errno));
  struct stat status {};
  if (fstat(fileno(file.get()), &status) == 0 && S_ISDIR(status.st_mode)) {
    return fail("{}: is a directory; expected a file", path);
  }
  std::string text(kLargestFile + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get())) return fail("{}: {}; expected a file that can be read", path, std::strerror(errno));
  if (text.size() > kLargestFile) return fail("{}: has more than {} bytes; expected a text", path, kLargestFile);
  return split_lines(text, path);
}

std::vector<std::string> split_words(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
}

std::string upper_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

}  // namespace replica::tools
