#include "devices/tape/tape_options.h"

#include <gtest/gtest.h>

#include <vector>

namespace replica::tape_test {
namespace {

TapeOptions parsed(const std::vector<std::string>& words) {
  const auto options = parse_tape_options(words);
  EXPECT_TRUE(options) << options.error().message;
  return options.value_or(TapeOptions{});
}

std::string error_of(const std::string& word) {
  const auto options = parse_tape_options(std::vector<std::string>{word});
  return options ? "accepted" : options.error().message;
}

TEST(TapeOptions, Defaults) {
  const TapeOptions options = parsed({});
  EXPECT_FALSE(options.read_only);
  EXPECT_EQ(options.maximum_size, 0u);
  EXPECT_EQ(options.end_margin, 131072u);
  EXPECT_TRUE(options.compress);
  EXPECT_EQ(options.method, Compression::zlib);
  EXPECT_EQ(options.level, 4);
  EXPECT_EQ(options.chunk_size, 65535u);
  EXPECT_FALSE(options.device_end_with_intervention);
}

TEST(TapeOptions, WriteRing) {
  for (const char* word : {"ro", "RO", "readonly", "readonly=1", "noring"}) EXPECT_TRUE(parsed({word}).read_only);
  for (const char* word : {"rw", "ring", "readonly=0"}) EXPECT_FALSE(parsed({"ro", word}).read_only);
}

TEST(TapeOptions, Sizes) {
  EXPECT_EQ(parsed({"maxsize=1000"}).maximum_size, 1000u);
  EXPECT_EQ(parsed({"maxsize=64k"}).maximum_size, 65536u);
  EXPECT_EQ(parsed({"maxsize=2M"}).maximum_size, 2097152u);
  EXPECT_EQ(parsed({"maxsize=3G"}).maximum_size, 3221225472u);
  EXPECT_EQ(parsed({"maxsizeK=2"}).maximum_size, 2048u);
  EXPECT_EQ(parsed({"maxsizeM=170"}).maximum_size, 178257920u);
  EXPECT_EQ(parsed({"eotmargin=0"}).end_margin, 0u);
}

TEST(TapeOptions, OfHet) {
  const TapeOptions options = parsed({"compress=0", "method=2", "level=9", "chunksize=4096", "deonirq=1"});
  EXPECT_FALSE(options.compress);
  EXPECT_EQ(options.method, Compression::bzip2);
  EXPECT_EQ(options.level, 9);
  EXPECT_EQ(options.chunk_size, 4096u);
  EXPECT_TRUE(options.device_end_with_intervention);
  EXPECT_FALSE(parsed({"idrc=0"}).compress);
  EXPECT_FALSE(parsed({"awstape"}).compress);
  EXPECT_EQ(parsed({"awstape"}).chunk_size, 4096u);
}

TEST(TapeOptions, WithoutAMeaningHere) { parsed({"noautomount", "strictsize=1"}); }

TEST(TapeOptions, ErrorsNameTheOption) {
  EXPECT_EQ(error_of("level=10"), "level=: found '10', expected a number from 1 to 9");
  EXPECT_EQ(error_of("chunksize=100"), "chunksize=: found '100', expected a number from 4096 to 65535");
  EXPECT_EQ(error_of("maxsize=5X"), "maxsize=: found '5X', expected a number of bytes, such as 100000, 64K or 170M");
  EXPECT_EQ(error_of("maxsize="), "maxsize=: found '', expected a number of bytes, such as 100000, 64K or 170M");
  EXPECT_EQ(error_of("maxsize=99999999999999999999"),
            "maxsize=: found '99999999999999999999', expected a number of bytes, such as 100000, 64K or 170M");
  EXPECT_EQ(error_of("--blkid-32"), "option '--blkid-32' is not supported");
  EXPECT_NE(error_of("blocking").find("'blocking' is not an option; expected one of readonly, "), std::string::npos);
}

}  // namespace
}  // namespace replica::tape_test
