// Directories of any bytes: they are refused or understood, and never more than that. The sanitizers look on.
#include <gmock/gmock.h>

#include <random>

#include "vmm/directory/directory.h"
#include "vmm/directory/hash_passwords.h"

namespace replica::vmm {
namespace {

using testing::HasSubstr;

const std::string kHash = "$y$j75$.2IU7tFskJPwQDGcxq.UQ.$SGK9tqTKXnDA6h6YB2X4K0jX6794KielfngsVYD21R8";

const std::string kSource =
    "DIRECTORY 190 3330 VMRES\n"
    "* everything that there is\n"
    "USER MAINT " +
    kHash +
    " 1M 16M ABCDEFG 10 ON OFF 7C \"\n"
    "ACCOUNT 101 BIN1\n"
    "OPTION REALTIMER ECMODE ISAM VIRT=REAL ACCT SVCOFF BMX\n"
    "OPTION CPUID 0A1B2C AFFINITY 00\n"
    "IPL 190\n"
    "CONSOLE 009 3215 T\n"
    "SPOOL 00C 2540 READER *\n"
    "SPOOL 00D 2540 PUNCH A\n"
    "SPOOL 00E 1403 A\n"
    "MDISK 190 3330 001 030 VMRES MR ALL " +
    kHash + " " + kHash +
    "\n"
    "MDISK 191 3350 100 010 VMPK01 WV\n"
    "MDISK 192 3330-11 T-DISK 5\n"
    "MDISK 250 3380 DEVNO 25A MW ALL\n"
    "USER CMS1 NOLOG\n"
    "LINK MAINT 190 190 RR\n"
    "LINK MAINT 191\n"
    "DEDICATE 181 580\n"
    "DEDICATE 182 VOLID ABC R/O\n"
    "SPECIAL 0C0 3270\n"
    "SPECIAL 500 CTCA\n";

// What directory.h promises of every directory that it hands out.
void expect_promises(const Directory& directory) {
  for (const User& user : directory.users) {
    EXPECT_EQ(directory.find(user.name), &user);
    EXPECT_LE(user.storage, user.maximum_storage);
    EXPECT_LE(user.maximum_storage, 16u << 20);
    for (const Link& link : user.links) EXPECT_NE(directory.target(link).kind, Minidisk::Kind::temporary);
  }
}

void try_text(const std::string& text) {
  const auto directory = parse_directory(text, "d");
  if (directory) {
    expect_promises(*directory);
  } else {
    EXPECT_FALSE(directory.error().message.empty());
  }
}

std::string random_bytes(std::mt19937& random, std::size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

std::string mutated(std::string text, std::mt19937& random) {
  constexpr std::string_view kPieces[] = {" ",           "\n",  "*",     "\t",    "$y$", "0",      "FFF",  "-1",
                                          "99999999999", "ALL", "USER ", "LINK ", "\r",  "T-DISK", "DEVNO"};
  for (u32 n = random() % 8; n > 0; --n) {
    const std::size_t at = random() % (text.size() + 1);
    switch (random() % 6) {
      case 0: text.insert(at, random_bytes(random, random() % 4)); break;
      case 1: text.erase(at, random() % 20); break;
      case 2: text.insert(at, kPieces[random() % std::size(kPieces)]); break;
      case 3: text.insert(at, text.substr(random() % (text.size() + 1), random() % 100)); break;
      case 4: text.resize(at); break;
      default:
        if (at < text.size()) text[at] = static_cast<char>(random());
    }
  }
  return text;
}

TEST(HostileDirectory, IsGoodBeforeItIsMutated) { EXPECT_TRUE(parse_directory(kSource, "d")); }

TEST(HostileDirectory, OfMutatedText) {
  std::mt19937 random(370);
  u32 understood = 0;
  for (u32 n = 0; n < 20'000; ++n) {
    const std::string text = mutated(kSource, random);
    try_text(text);
    if (const auto directory = parse_directory(text, "d")) ++understood;
  }
  EXPECT_GT(understood, 100u);  // else the mutations are too rough to get behind the first error
}

// Hashing goes through the same text a second time and must agree with the first.
TEST(HostileDirectory, OfMutatedTextIsHashedOrRefused) {
  std::mt19937 random(371);
  for (u32 n = 0; n < 3'000; ++n) {
    const auto hashed = hash_passwords_in(mutated(kSource, random), "d");
    EXPECT_TRUE(!hashed || parse_directory(hashed->text, "d")) << hashed->text;
  }
}

TEST(HostileDirectory, OfRandomBytes) {
  std::mt19937 random(372);
  for (u32 n = 0; n < 2'000; ++n) try_text(random_bytes(random, random() % 500));
}

TEST(HostileDirectory, WithLongLines) {
  const std::string long_word(3'000'000, 'A');
  for (const char* begin : {"", "USER ", "USER A ", "USER A NOLOG\nMDISK ", "*", "USER A NOLOG\nOPTION CPUID "}) {
    try_text(begin + long_word);
    try_text(begin + std::string("$y$") + long_word);
    try_text(begin + std::string(3'000'000, ' '));
  }
  const auto directory = parse_directory("USER $y$" + long_word + " X\n$y$" + long_word, "d");
  EXPECT_LT(directory.error().message.size(), 1000u);
}

// Work grows with the size of the source, not with its square.
TEST(HostileDirectory, WithManyUsersAndLinks) {
  std::string text;
  for (u32 n = 0; n < 40'000; ++n) text += fmt::format("USER U{0} NOLOG\nLINK U{1} 1\n", n, n + 1);
  EXPECT_THAT(parse_directory(text, "d").error().message, HasSubstr("d:80000: LINK: found the user U40000"));
  text += "USER U40000 NOLOG\nMDISK 1 3330 1 1 V\n";
  const auto directory = parse_directory(text, "d");
  ASSERT_TRUE(directory) << directory.error().message;
  EXPECT_EQ(directory->target(directory->users[39'000].links[0]).place, "d:80002");
}

TEST(HostileDirectory, WithManyExtents) {
  std::string text;
  for (u32 n = 0; n < 40'000; ++n) {
    if (n % 4000 == 0) text += fmt::format("USER U{} NOLOG\n", n);
    text += fmt::format("MDISK {:X} 3330 1 1 V\n", n % 4000);
  }
  const auto directory = parse_directory(text, "d");
  ASSERT_FALSE(directory);
  const std::string& message = directory.error().message;
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 10'000);
  EXPECT_TRUE(message.ends_with("\nand 29999 more"));  // each but the first overlaps
}

}  // namespace
}  // namespace replica::vmm
