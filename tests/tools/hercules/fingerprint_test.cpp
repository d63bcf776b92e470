#include "tools/hercules/fingerprint.h"

#include <gtest/gtest.h>

namespace replica::tools {
namespace {

u64 hash_of(std::string_view text) {
  const std::vector<u8> bytes(text.begin(), text.end());
  return fnv1a(bytes);
}

// The test vectors of the hash's authors.
TEST(Fingerprint, IsThatOfFowlerNollAndVo) {
  EXPECT_EQ(hash_of(""), 0xCBF29CE484222325);
  EXPECT_EQ(hash_of("a"), 0xAF63DC4C8601EC8C);
  EXPECT_EQ(hash_of("foobar"), 0x85944171F73967E8);
}

TEST(Fingerprint, TellsOneByteOfStorageFromAnother) {
  MachineOptions options;
  options.storage_bytes = 0x10000;
  const auto machine = Machine::create(options);
  ASSERT_TRUE(machine);
  const std::string before = fingerprint(**machine);
  EXPECT_TRUE(before.starts_with("Executed 0 instructions; storage ")) << before;
  (*machine)->storage().data()[0xFFFF] = 1;
  EXPECT_NE(fingerprint(**machine), before);
}

}  // namespace
}  // namespace replica::tools
