#include "tools/files.h"

#include <gmock/gmock.h>

#include "tests/tools/temporary_folder.h"

namespace replica::tools {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  static std::string refusal(const std::string& argument, u32 storage_bytes = 0x10000) {
    const auto core = read_core(argument, storage_bytes);
    return core ? "accepted" : core.error().message;
  }

  TemporaryFolder folder_;
};

TEST_F(Files, ReadsACoreForAnAddress) {
  const auto core = read_core(folder_.write("a.core", {1, 2, 3}) + "@1F0", 0x10000);
  ASSERT_TRUE(core);
  EXPECT_EQ(core->address, 0x1F0u);
  EXPECT_THAT(core->bytes, ElementsAre(1, 2, 3));
}

TEST_F(Files, ReadsACoreForAddress0IfNoneIsGiven) {
  const auto core = read_core(folder_.write("a.core", {1}), 0x10000);
  ASSERT_TRUE(core);
  EXPECT_EQ(core->address, 0u);
}

TEST_F(Files, TakesTheAddressBehindTheLastAtSign) {
  const auto core = read_core(folder_.write("odd@name", {7}) + "@20", 0x10000);
  ASSERT_TRUE(core);
  EXPECT_EQ(core->address, 0x20u);
}

TEST_F(Files, ReadsACoreThatJustFits) {
  EXPECT_EQ(refusal(folder_.write("a.core", std::vector<u8>(0x1000)) + "@F000"), "accepted");
  EXPECT_EQ(refusal(folder_.write("b.core", {1}) + "@FFFF"), "accepted");
}

TEST_F(Files, RefusesACoreThatDoesNotFit) {
  const std::string path = folder_.write("a.core", std::vector<u8>(0x1001));
  EXPECT_EQ(refusal(path + "@F000"), "--core " + path +
                                         ": has 4097 bytes; expected at most 4096 bytes, from address 00F000 to the "
                                         "end of storage");
}

TEST_F(Files, RefusesADeviceWithoutEnd) {
  EXPECT_THAT(refusal("/dev/zero"), HasSubstr("/dev/zero: has more; expected"));
}

TEST_F(Files, RefusesAnAddressOutsideOfStorage) {
  const std::string path = folder_.write("a.core", {1});
  EXPECT_EQ(refusal(path + "@10000"),
            "--core " + path + "@10000: address 010000 is outside of storage; expected one below 10000");
}

TEST_F(Files, RefusesABadAddress) {
  for (const char* address : {"", "xyz", "10h", "1000000", "-1", "0x10"}) {
    EXPECT_THAT(
        refusal("a.core@" + std::string(address)),
        HasSubstr("after '@', expected an address of 1 to 6 hexadecimal digits, found '" + std::string(address) + "'"));
  }
}

TEST_F(Files, RefusesWhatIsNotAFileWithSomethingInIt) {
  EXPECT_THAT(refusal(folder_.path("absent")), HasSubstr("absent: No such file or directory; expected"));
  EXPECT_THAT(refusal(folder_.path("")), HasSubstr("is a directory; expected a file"));
  EXPECT_THAT(refusal(folder_.write("empty", {})), HasSubstr("empty: is empty; expected at least one byte"));
  EXPECT_THAT(refusal("@100"), HasSubstr("expected FILE or FILE@ADDRESS"));
  EXPECT_THAT(refusal(""), HasSubstr("expected FILE or FILE@ADDRESS"));
}

TEST_F(Files, LoadsACoreAtItsAddressAndNowhereElse) {
  const auto storage = Storage::create(0x10000);
  ASSERT_TRUE(storage);
  load_core({"", 0xFFFD, {1, 2, 3}}, **storage);
  const u8* bytes = (*storage)->data();
  EXPECT_THAT(std::vector<u8>(bytes + 0xFFFC, bytes + 0x10000), ElementsAre(0, 1, 2, 3));
}

}  // namespace
}  // namespace replica::tools
