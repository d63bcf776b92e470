#include "devices/dasd/track.h"

#include <gtest/gtest.h>

namespace replica {
namespace {

using Bytes = std::vector<u8>;

constexpr TrackAddress kAddress{0x0102, 0x0003};

Bytes bytes_of(const Track& track) { return {track.bytes().begin(), track.bytes().end()}; }

std::string error_of(Bytes bytes) {
  const auto track = Track::parse(std::move(bytes), kAddress);
  return track ? "none" : track.error().message;
}

const Bytes kEmpty = {0, 1, 2, 0, 3, /* R0 */ 1, 2,    0,    3,    0,    0,    0,    8,    0,   0,
                      0, 0, 0, 0, 0, 0,          0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

TEST(Track, AnEmptyTrackIsHomeAddressR0AndEndMarker) { EXPECT_EQ(bytes_of(Track(kAddress)), kEmpty); }

TEST(Track, RecordsAreAppendedBeforeTheEndMarker) {
  Track track(kAddress);
  track.append(make_count(kAddress, 1, 2, 3), Bytes{10, 11, 20, 21, 22});
  Bytes expected(kEmpty.begin(), kEmpty.end() - 8);
  const Bytes record = {1, 2, 0, 3, 1, 2, 0, 3, 10, 11, 20, 21, 22};
  expected.insert(expected.end(), record.begin(), record.end());
  expected.insert(expected.end(), 8, 0xFF);
  EXPECT_EQ(bytes_of(track), expected);
  EXPECT_EQ(track.record_count(), 2u);
  EXPECT_EQ(Bytes(track.key(1).begin(), track.key(1).end()), (Bytes{10, 11}));
  EXPECT_EQ(Bytes(track.data(1).begin(), track.data(1).end()), (Bytes{20, 21, 22}));
}

TEST(Track, MissingDataAreZeros) {
  Track track(kAddress);
  track.append(make_count(kAddress, 1, 0, 4), Bytes{1, 2, 3, 4});
  track.set_data(1, Bytes{9});
  EXPECT_EQ(Bytes(track.data(1).begin(), track.data(1).end()), (Bytes{9, 0, 0, 0}));
  track.append(make_count(kAddress, 2, 0, 3), Bytes{7});
  EXPECT_EQ(Bytes(track.data(2).begin(), track.data(2).end()), (Bytes{7, 0, 0}));
}

TEST(Track, TruncatingErasesWhatFollows) {
  Track track(kAddress);
  for (u8 record = 1; record <= 3; ++record) track.append(make_count(kAddress, record, 0, 1), Bytes{record});
  track.truncate(2);
  EXPECT_EQ(track.record_count(), 2u);
  EXPECT_EQ(track.count(1).record(), 1);
  const auto again = Track::parse(bytes_of(track), kAddress);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->record_count(), 2u);
}

TEST(Track, ParsingDropsWhatIsBehindTheEndMarkerAndTheFlag) {
  Bytes bytes = kEmpty;
  bytes[0] = 0x77;
  bytes.insert(bytes.end(), 100, 0xAA);
  const auto track = Track::parse(bytes, kAddress);
  ASSERT_TRUE(track);
  EXPECT_EQ(bytes_of(*track), kEmpty);
}

TEST(Track, GarbageIsRefusedWithItsPlace) {
  EXPECT_EQ(error_of({}), "0 bytes are too few for a home address");
  EXPECT_EQ(error_of(Bytes(kEmpty.begin(), kEmpty.begin() + 5)), "no end marker before offset 5");
  EXPECT_EQ(error_of(Bytes(kEmpty.begin(), kEmpty.end() - 1)), "no end marker before offset 28");
  Bytes other = kEmpty;
  other[2] = 9;
  EXPECT_EQ(error_of(other), "home address is cylinder 265 head 3, expected cylinder 258 head 3");
  Bytes beyond = kEmpty;
  beyond[12] = 200;
  EXPECT_EQ(error_of(beyond), "record of 208 bytes at offset 5 goes beyond the track's 29");
  EXPECT_EQ(error_of({0, 1, 2, 0, 3, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}), "no R0 at offset 5");
}

TEST(Track, NullFormatsAreRecognized) {
  for (const NullFormat format : {NullFormat::end_of_file, NullFormat::empty, NullFormat::blank_pages}) {
    EXPECT_EQ(Track::null(kAddress, format).null_format(), format);
  }
  EXPECT_EQ(Track::null(kAddress, NullFormat::end_of_file).record_count(), 2u);
  EXPECT_EQ(Track::null(kAddress, NullFormat::empty).record_count(), 1u);
  Track track(kAddress);
  track.append(make_count(kAddress, 1, 0, 1), Bytes{0});
  EXPECT_EQ(track.null_format(), std::nullopt);
}

TEST(CountField, TheOverflowFlagIsNotThatOfAnEndMarker) {
  CountField count = make_count({5, 6}, 7, 8, 9);
  EXPECT_FALSE(count.overflows());
  count.bytes[0] |= CountField::kOverflow;
  EXPECT_TRUE(count.overflows());
  count.bytes[0] = 0xFF;
  EXPECT_FALSE(count.overflows());
}

}  // namespace
}  // namespace replica
