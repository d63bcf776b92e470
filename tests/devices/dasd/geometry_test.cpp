#include "devices/dasd/geometry.h"

#include <gtest/gtest.h>

namespace replica {
namespace {

u32 records(std::string_view type, u32 key, u32 data) { return find_ckd_geometry(type)->records_per_track(key, data); }

// Facts 6.15.
TEST(CkdGeometry, RecordsPerTrackAreThoseOfTheDrivesManuals) {
  EXPECT_EQ(records("3330", 0, 80), 61u);
  EXPECT_EQ(records("3330", 0, 4096), 3u);
  EXPECT_EQ(records("3330", 0, 13030), 1u);
  EXPECT_EQ(records("3330", 0, 13031), 0u);
  EXPECT_EQ(records("3350", 0, 4096), 4u);
  EXPECT_EQ(records("3350", 0, 800), 19u);
  EXPECT_EQ(records("3380", 0, 4096), 10u);
  EXPECT_EQ(records("3380", 0, 47476), 1u);
  EXPECT_EQ(records("3375", 0, 4096), 8u);
  EXPECT_EQ(records("2314", 0, 4096), 1u);
  EXPECT_EQ(records("2314", 0, 7294), 1u);
  EXPECT_EQ(records("2311", 0, 3625), 1u);
  EXPECT_EQ(records("3340", 0, 8368), 1u);
  EXPECT_EQ(records("2305-1", 0, 14136), 1u);
  EXPECT_EQ(records("2305-2", 0, 14660), 1u);
}

// What OS/VS says of DSCBs (key 44, data 96) on a VTOC's track and of blocks on a directory's.
TEST(CkdGeometry, SystemDataFitAsTheSystemsManualsSay) {
  const std::pair<const char*, u32> kDscbs[] = {{"2305-1", 18}, {"2305-2", 34}, {"2311", 16},
                                                {"2314", 25},   {"3330", 39},   {"3340", 22},
                                                {"3350", 47},   {"3375", 51},   {"3380", 53}};
  for (const auto& [type, count] : kDscbs) EXPECT_EQ(records(type, 44, 96), count) << type;
  const std::pair<const char*, u32> kDirectory[] = {{"2311", 10}, {"2314", 17}, {"3330", 28},
                                                    {"3350", 36}, {"3375", 43}, {"3380", 46}};
  for (const auto& [type, count] : kDirectory) EXPECT_EQ(records(type, 8, 256), count) << type;
}

// The blocks of 512, 1024, 2048 and 4096 bytes that VM puts on a track.
TEST(CkdGeometry, MinidiskBlocksFitAsVmSays) {
  struct Row {
    const char* type;
    u32 blocks[4];
  };
  const Row kRows[] = {{"2305-1", {15, 10, 5, 3}}, {"2311", {6, 3, 1, 0}},    {"2314", {11, 6, 3, 1}},
                       {"3330", {20, 11, 6, 3}},   {"3340", {12, 7, 3, 2}},   {"3350", {27, 15, 8, 4}},
                       {"3375", {40, 25, 14, 8}},  {"3380", {46, 31, 18, 10}}};
  for (const Row& row : kRows) {
    for (u32 i = 0; i < 4; ++i)
      EXPECT_EQ(records(row.type, 0, 512u << i), row.blocks[i]) << row.type << " " << (512u << i);
  }
}

TEST(CkdGeometry, TrackSizesAreThoseOfImages) {
  const std::pair<const char*, u32> kSizes[] = {
      {"2311", 4096},  {"2314", 7680},     {"2305-1", 14336}, {"2305-2", 14848}, {"3330", 13312},
      {"3340", 8704},  {"3330-11", 13312}, {"3340-70", 8704}, {"3350", 19456},   {"3375", 35840},
      {"3380", 47616}, {"3380-E", 47616},  {"3380-K", 47616},
  };
  for (const auto& [type, size] : kSizes) EXPECT_EQ(find_ckd_geometry(type)->track_size(), size) << type;
}

TEST(CkdGeometry, TheLargestRecordFitsTheTrackOfEveryDrive) {
  for (const CkdGeometry& drive : ckd_geometries()) {
    EXPECT_EQ(drive.records_per_track(0, drive.largest_r1), 1u) << drive.name;
    EXPECT_LE(5 + 16 + 8 + drive.largest_r1 + 8, drive.track_size()) << drive.name;
  }
}

TEST(CkdGeometry, NamesOfHerculesAreKnown) {
  EXPECT_EQ(find_ckd_geometry("3330-1"), find_ckd_geometry("3330"));
  EXPECT_EQ(find_ckd_geometry("3330-2"), find_ckd_geometry("3330-11"));
  EXPECT_EQ(find_ckd_geometry("3340-35"), find_ckd_geometry("3340"));
  EXPECT_EQ(find_ckd_geometry("3380-A"), find_ckd_geometry("3380"));
  EXPECT_EQ(find_ckd_geometry("3390"), nullptr);
  EXPECT_EQ(find_ckd_geometry(""), nullptr);
}

TEST(CkdGeometry, AnImageTellsItsModelByItsCylinders) {
  auto name = [](u8 type, u32 heads, u32 size, u32 cylinders) -> std::string {
    const auto geometry = ckd_geometry_of_image(type, heads, size, cylinders);
    return geometry ? std::string((*geometry)->name) : geometry.error().message;
  };
  EXPECT_EQ(name(0x30, 19, 13312, 404), "3330");
  EXPECT_EQ(name(0x30, 19, 13312, 411), "3330");
  EXPECT_EQ(name(0x30, 19, 13312, 412), "3330-11");
  EXPECT_EQ(name(0x05, 8, 14336, 48), "2305-1");
  EXPECT_EQ(name(0x05, 8, 14848, 48), "2305-2");
  EXPECT_EQ(name(0x80, 15, 47616, 2655), "3380-K");
  EXPECT_EQ(name(0x30, 19, 13312, 0), "19 heads and 0 cylinders; a 3330 has 19 heads and 1 to 815 cylinders");
  EXPECT_EQ(name(0x30, 20, 13312, 404), "20 heads and 404 cylinders; a 3330 has 19 heads and 1 to 815 cylinders");
  EXPECT_EQ(name(0x31, 19, 13312, 404), "device type X'31' with 13312 bytes a track is no drive that is known");
}

}  // namespace
}  // namespace replica
