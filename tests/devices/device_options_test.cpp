#include "devices/device_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace replica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Arguments = std::vector<std::string>;

class DeviceOptionsTest : public testing::Test {
 protected:
  bool crlf_ = false;
  std::string fcb_;
  std::vector<DeviceOption> options_ = {
      option("crlf", crlf_, true),
      {"fcb=", [this](std::string_view value) -> Status { return fcb_ = std::string(value), Status(); }},
      unsupported_option("sockdev"),
  };
};

TEST_F(DeviceOptionsTest, WordsAndValuesAreTakenInAnyCase) {
  ASSERT_TRUE(take_only_options(Arguments{"CrLf", "FCB=1:1,2:2"}, options_));
  EXPECT_TRUE(crlf_);
  EXPECT_EQ(fcb_, "1:1,2:2");
}

TEST_F(DeviceOptionsTest, OtherWordsAreGivenBackInOrder) {
  const auto others = take_options(Arguments{"b", "crlf", "a", "crl", "crlfs", "fcb"}, options_);
  ASSERT_TRUE(others);
  EXPECT_THAT(*others, ElementsAre("b", "a", "crl", "crlfs", "fcb"));
}

TEST_F(DeviceOptionsTest, AnUnknownWordIsAnErrorThatListsTheOptions) {
  const Status status = take_only_options(Arguments{"crfl"}, options_);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("'crfl'"));
  EXPECT_THAT(status.error().message, HasSubstr("crlf, fcb="));
}

TEST_F(DeviceOptionsTest, AnUnsupportedOptionSaysSo) {
  const Status status = take_only_options(Arguments{"sockdev"}, options_);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "option 'sockdev' is not supported");
}

TEST_F(DeviceOptionsTest, NumbersHaveNothingBehindThemAndARange) {
  EXPECT_EQ(decimal_option("lpp=", "66", 1, 256).value(), 66u);
  for (const char* wrong : {"", "0", "257", "x", "6x", "-1", "+1", " 1", "99999999999999999999"}) {
    const auto number = decimal_option("lpp=", wrong, 1, 256);
    ASSERT_FALSE(number) << wrong;
    EXPECT_EQ(number.error().message, fmt::format("lpp=: found '{}', expected a number from 1 to 256", wrong));
  }
}

}  // namespace
}  // namespace replica
