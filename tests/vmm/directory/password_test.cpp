#include "vmm/directory/password.h"

#include <gmock/gmock.h>

namespace replica::vmm {
namespace {

using testing::HasSubstr;
using testing::Not;

// Of "HELLO", made by the crypt(3) of libxcrypt 4.4.33 through Python.
constexpr const char* kHello = "$y$j75$.2IU7tFskJPwQDGcxq.UQ.$SGK9tqTKXnDA6h6YB2X4K0jX6794KielfngsVYD21R8";
// The same by its default cost.
constexpr const char* kCostlyHello = "$y$j9T$N5FrYaUV1SzPytemOGN4O/$DN8G8BKVlOOMbh2KjmGLl3htcEuLgICejTH0ouI4R2D";

TEST(PasswordOfAHash, MatchesWhatWasHashedElsewhere) {
  for (const char* hash : {kHello, kCostlyHello}) {
    const auto password = Password::of_hash(hash);
    ASSERT_TRUE(password) << password.error().message;
    EXPECT_TRUE(password->matches("HELLO"));
    EXPECT_TRUE(password->matches("hello"));
    EXPECT_FALSE(password->matches("HELLO1"));
    EXPECT_FALSE(password->matches(""));
    EXPECT_FALSE(password->matches(hash));
    EXPECT_EQ(password->hash(), hash);
  }
}

TEST(PasswordOfAHash, MustBeWellFormed) {
  const std::string hash = kHello;
  for (const std::string& bad :
       {std::string("$y$"), std::string("$y$j75"), std::string("$y$j75$"), std::string("$y$j75$$"), hash + "x",
        hash.substr(0, hash.size() - 1), hash + "$", "$y$j75$.2!" + hash.substr(10), std::string("$6$abc$def"),
        std::string("HELLO"), "$y$j75$" + std::string(100'000, 'a') + "$" + std::string(43, 'a')}) {
    const auto password = Password::of_hash(bad);
    ASSERT_FALSE(password) << bad;
    EXPECT_THAT(password.error().message, HasSubstr("malformed hash"));
  }
}

// "jzT" asks for N = 2^64; "jFT" for 2^18, which is 1 GB.
TEST(PasswordOfAHash, MustNotAskForTheWholeHost) {
  for (const char* parameters : {"jzT", "jFT", "jDz", "j", "", "j9T5", "k9T", "/9T"}) {
    const std::string hash = kCostlyHello;
    const auto password = Password::of_hash("$y$" + std::string(parameters) + hash.substr(6));
    ASSERT_FALSE(password) << parameters;
    EXPECT_THAT(password.error().message, HasSubstr("other parameters"));
  }
}

TEST(PasswordOfAText, MatchesThatTextAlone) {
  const auto password = Password::of_text("Secret1");
  ASSERT_TRUE(password) << password.error().message;
  EXPECT_TRUE(password->matches("SECRET1"));
  EXPECT_TRUE(password->matches("secret1"));
  EXPECT_FALSE(password->matches("SECRET2"));
  EXPECT_FALSE(password->matches("SECRET"));
  EXPECT_FALSE(password->is_none());
  EXPECT_FALSE(password->is_all());
}

TEST(PasswordOfAText, KeepsAHashWithItsOwnSalt) {
  const auto one = Password::of_text("SAME"), other = Password::of_text("SAME");
  EXPECT_TRUE(one->hash().starts_with("$y$j"));
  EXPECT_NE(one->hash(), other->hash());
  EXPECT_THAT(one->hash(), Not(HasSubstr("SAME")));
  EXPECT_TRUE(Password::of_hash(one->hash()));
}

TEST(PasswordOfAText, HasOneToEightPrintableCharacters) {
  EXPECT_TRUE(Password::check_text("A"));
  EXPECT_TRUE(Password::check_text("12345678"));
  for (const std::string& bad : {std::string(), std::string("123456789"), std::string("A B"), std::string("A\x80"),
                                 std::string("A\0B", 3), std::string("\x7F")}) {
    EXPECT_FALSE(Password::check_text(bad));
    EXPECT_FALSE(Password::of_text(bad));
  }
  EXPECT_EQ(Password::check_text("TOPSECRET").error().message,
            "found a password of 9 characters, expected 1 to 8, all printable");
}

TEST(Password, NoneMatchesNothingAndAllEverything) {
  EXPECT_TRUE(Password().is_none());
  EXPECT_FALSE(Password::none().matches(""));
  EXPECT_FALSE(Password::none().matches("NOLOG"));
  EXPECT_TRUE(Password::all().is_all());
  EXPECT_TRUE(Password::all().matches(""));
  EXPECT_TRUE(Password::all().matches("X"));
}

TEST(Wipe, LeavesNothing) {
  std::string text = "SECRET";
  const char* bytes = text.data();
  wipe(text);
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(bytes[1], '\0');
}

}  // namespace
}  // namespace replica::vmm
