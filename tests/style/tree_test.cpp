// The rules of rules.h on every file of the tree.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/style/rules.h"

namespace replica::style {
namespace {

namespace fs = std::filesystem;

const fs::path kTop = REPLICA_SOURCE_DIR;

SourceFile read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {path.lexically_relative(kTop).generic_string(), {std::istreambuf_iterator<char>(in), {}}};
}

// Hidden folders and those that a build has made are not of the tree.
bool is_foreign(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  return entry.is_directory() &&
         (name.starts_with('.') || name == "build" || fs::exists(entry.path() / "CMakeCache.txt"));
}

// Every file whose name ends in one of `extensions`, in the order of their paths.
std::vector<SourceFile> files(const std::vector<std::string>& extensions) {
  std::vector<fs::path> paths;
  for (auto entry = fs::recursive_directory_iterator(kTop); entry != fs::recursive_directory_iterator(); ++entry) {
    if (is_foreign(*entry)) {
      entry.disable_recursion_pending();
    } else if (std::find(extensions.begin(), extensions.end(), entry->path().extension()) != extensions.end()) {
      paths.push_back(entry->path());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<SourceFile> result;
  std::transform(paths.begin(), paths.end(), std::back_inserter(result), read);
  return result;
}

void expect_none(const Violations& violations) {
  for (const Violation& violation : violations) ADD_FAILURE() << violation;
}

TEST(Tree, IsFound) {
  const auto sources = files({".h"});
  EXPECT_TRUE(std::any_of(sources.begin(), sources.end(), [](auto& file) { return file.path == "base/types.h"; }));
}

TEST(Tree, KeepsTheFolderOrder) {
  for (const SourceFile& file : files({".h", ".cpp", ".def"})) expect_none(check_includes(file));
}

TEST(Tree, HasHeadersThatSayWhatTheyOwn) {
  for (const SourceFile& file : files({".h", ".def"})) expect_none(check_header(file));
}

TEST(Tree, HasDocumentsThatNameWhatExists) {
  const auto exists = [](const std::string& path) { return fs::exists(kTop / path); };
  for (const SourceFile& file : files({".md"})) expect_none(check_document(file, exists));
}

TEST(Tree, HasAMapOfAtMost300Lines) {
  ASSERT_TRUE(fs::exists(kTop / "ARCHITECTURE.md"));
  expect_none(check_length(read(kTop / "ARCHITECTURE.md"), 300));
}

}  // namespace
}  // namespace replica::style
