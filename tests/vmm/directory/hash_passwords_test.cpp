#include "vmm/directory/hash_passwords.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/tools/temporary_folder.h"
#include "vmm/directory/directory.h"
#include "vmm/directory/statement.h"

namespace replica::vmm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSource =
    "* MAINT has PASSONE\r\n"
    "DIRECTORY 190 3330 VMRES\n"
    "\tUSER MAINT PASSONE 1M 16M ABCDEFG                                      00010000\n"
    "MDISK 191  3330 001 010   VMPK01 MR ALL  PASSTWO all\n"
    "MDISK 250 3330 DEVNO 130 MW PASSTHRE\xA0\n"
    "USER CMS1 nolog\n"
    "LINK MAINT 191";

// All hashes as "#".
std::string without_hashes(std::string text) {
  for (std::size_t at; (at = text.find("$y$")) != std::string::npos;) {
    text.replace(at, std::min(text.find_first_of(" \r\n", at), text.size()) - at, "#");
  }
  return text;
}

std::string source() {
  std::string text = kSource;
  text.erase(text.find('\xA0'), 1);
  return text;
}

TEST(HashPasswords, ReplacesThemAndNothingElse) {
  const auto hashed = hash_passwords_in(source(), "d");
  ASSERT_TRUE(hashed) << hashed.error().message;
  EXPECT_EQ(hashed->replaced, 3u);
  EXPECT_EQ(without_hashes(hashed->text),
            "* MAINT has PASSONE\r\n"
            "DIRECTORY 190 3330 VMRES\n"
            "\tUSER MAINT # 1M 16M ABCDEFG                                      00010000\n"
            "MDISK 191  3330 001 010   VMPK01 MR ALL  # all\n"
            "MDISK 250 3330 DEVNO 130 MW #\n"
            "USER CMS1 nolog\n"
            "LINK MAINT 191");
}

TEST(HashPasswords, LeavesADirectoryThatMeansTheSame) {
  const auto hashed = hash_passwords_in(source(), "d");
  const auto directory = parse_directory(hashed->text, "d");
  ASSERT_TRUE(directory) << directory.error().message;
  const User& maint = *directory->find("MAINT");
  EXPECT_TRUE(maint.password.matches("PASSONE"));
  EXPECT_EQ(maint.maximum_storage, 16u << 20);
  EXPECT_EQ(maint.priority, 64);  // not what stands in columns 73 to 80
  EXPECT_TRUE(maint.minidisks[0].read.is_all());
  EXPECT_TRUE(maint.minidisks[0].write.matches("PASSTWO"));
  EXPECT_TRUE(maint.minidisks[0].multiple.is_all());
  EXPECT_TRUE(maint.minidisks[1].read.matches("PASSTHRE"));
  EXPECT_TRUE(directory->find("CMS1")->password.is_none());
}

TEST(HashPasswords, LeavesHashesAsTheyAre) {
  const auto once = hash_passwords_in(source(), "d");
  const auto twice = hash_passwords_in(once->text, "d");
  EXPECT_EQ(twice->replaced, 0u);
  EXPECT_EQ(twice->text, once->text);
}

TEST(HashPasswords, RefusesADirectoryWithErrors) {
  EXPECT_THAT(hash_passwords_in(kSource, "d").error().message, HasSubstr("d:5: found the byte X'A0'"));
  EXPECT_THAT(hash_passwords_in("USER A SECRET\nMDIKS 191 3330 1 1 V W SECRET", "d").error().message,
              HasSubstr("d:2: found the unknown statement 'MDIKS'"));
}

TEST(HashPasswords, RefusesALineThatGetsTooLong) {
  const std::string line = "USER A PW" + std::string(60, ' ') + "1M";
  ASSERT_EQ(line.size(), kLastColumn);
  const auto hashed = hash_passwords_in("*\n" + line, "d");
  ASSERT_FALSE(hashed);
  EXPECT_THAT(hashed.error().message,
              HasSubstr("d:2: with hashes, which take 8 columns, the statement does not end in"));
  EXPECT_TRUE(hash_passwords_in("USER A PW" + std::string(54, ' ') + "1M", "d"));
}

class HashedFile : public testing::Test {
 protected:
  std::string write(const std::string& text) { return folder_.write("users.direct", {text.begin(), text.end()}); }
  std::string read() const { return folder_.read("users.direct"); }
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path(""))) {
      result.push_back(entry.path().filename().string());
    }
    return result;
  }

  tools::TemporaryFolder folder_;
};

TEST_F(HashedFile, IsReplaced) {
  const std::string path = write(source());
  EXPECT_FALSE(read_directory(path));
  EXPECT_EQ(hash_passwords(path).value(), 3u);
  EXPECT_TRUE(read_directory(path));
  EXPECT_THAT(without_hashes(read()), Not(HasSubstr("PASSTWO")));
  EXPECT_THAT(names(), ElementsAre("users.direct"));
  const std::string before = read();
  EXPECT_EQ(hash_passwords(path).value(), 0u);
  EXPECT_EQ(read(), before);
}

TEST_F(HashedFile, KeepsItsModeAndItsLinks) {
  const std::string path = write(source());
  ASSERT_EQ(chmod(path.c_str(), 0640), 0);
  std::filesystem::create_symlink("users.direct", folder_.path("link"));
  EXPECT_TRUE(hash_passwords(folder_.path("link")));
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
  EXPECT_TRUE(std::filesystem::is_symlink(folder_.path("link")));
  EXPECT_TRUE(read_directory(path));
}

TEST_F(HashedFile, IsLeftAsItWasAfterAnError) {
  const std::string path = write(kSource);
  EXPECT_FALSE(hash_passwords(path));
  EXPECT_EQ(read(), kSource);
  EXPECT_THAT(names(), ElementsAre("users.direct"));
  EXPECT_FALSE(hash_passwords(folder_.path("none")));
}

}  // namespace
}  // namespace replica::vmm
