#include "tests/devices/dasd/volumes.h"

#include <stdio.h>

#include <array>
#include <fstream>
#include <iterator>
#include <sstream>

#include "devices/dasd/image_header.h"

namespace replica::test {

std::string make_volume(const TemporaryFolder& folder, const std::string& name, std::string_view type, u32 cylinders,
                        Format format) {
  const std::string path = folder.path(name);
  NewVolume volume;
  volume.geometry = find_ckd_geometry(type);
  volume.cylinders = cylinders;
  volume.format.raw = format == Format::raw;
  volume.format.compression = format == Format::zlib    ? Compression::zlib
                              : format == Format::bzip2 ? Compression::bzip2
                                                        : Compression::none;
  const u8 serial[] = {0xE3, 0xC5, 0xE2, 0xE3, 0xF0, 0xF1};
  EXPECT_GOOD(create_volume(path, volume, [&](TrackAddress address) -> Result<Track> {
    return address == TrackAddress{0, 0} ? label_track(serial) : Track(address);
  }));
  return path;
}

std::unique_ptr<TrackStore> open_for_test(const std::string& path, bool read_only) {
  VolumeOptions options;
  options.file = path;
  options.read_only = read_only;
  return value_of(open_volume(options));
}

Track sample_track(const TrackStore& store, u32 number, u32 seed) {
  const CkdGeometry& drive = store.geometry();
  Track track(store.address(number));
  u32 state = seed * 2654435761u + number + 1;
  const u32 key_length = seed % 3 == 0 ? 8 : 0;
  const u32 data_length = drive.largest_r1 / (seed % 5 + 2);
  for (u8 record = 1; record <= drive.records_per_track(key_length, data_length); ++record) {
    std::vector<u8> bytes(key_length + data_length);
    for (size_t i = 0; i < bytes.size(); ++i) {
      if (i % 4 == 0) state = state * 1664525 + 1013904223;
      bytes[i] = i % 8 < 5 ? static_cast<u8>(record) : static_cast<u8>(state >> 24);
    }
    track.append(make_count(track.address(), record, key_length, data_length), bytes);
  }
  return track;
}

void move_first_table(const std::string& path, u32 offset) {
  constexpr u32 kPage = 4096;
  constexpr u32 kTable = 2048;
  std::vector<u8> bytes = bytes_of(path);
  const u32 old = load32(ByteOrder::little, &bytes[CompressedHeader::kLevel1Offset]);
  const std::vector<u8> table(bytes.begin() + old, bytes.begin() + old + kTable);
  bytes.resize((bytes.size() + kPage) / kPage * kPage + offset);
  store32(ByteOrder::little, &bytes[CompressedHeader::kLevel1Offset], static_cast<u32>(bytes.size()));
  bytes.insert(bytes.end(), table.begin(), table.end());
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
}

std::vector<u8> bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

HostRun run_host(const std::string& command) {
  HostRun run{-1, {}};
  FILE* pipe = popen(("timeout 120 " + command + " 2>&1 </dev/null").c_str(), "r");
  if (!pipe) return run;
  std::array<char, 4096> buffer;
  size_t count = 0;
  while ((count = fread(buffer.data(), 1, buffer.size(), pipe)) > 0) run.output.append(buffer.data(), count);
  const int status = pclose(pipe);
  if (WIFEXITED(status)) run.status = WEXITSTATUS(status);
  return run;
}

bool has_program(const std::string& name) { return run_host("sh -c 'command -v " + name + "'").status == 0; }

::testing::AssertionResult accepted_by_cckdcdsk(const std::string& path, bool after_crash, int level) {
  const HostRun run = run_host(fmt::format("cckdcdsk -{} {} {}", level, after_crash ? "-f" : "", path));
  if (run.status != 0) return ::testing::AssertionFailure() << "exit status " << run.status << ": " << run.output;
  std::istringstream lines(run.output);
  for (std::string line; std::getline(lines, line);) {
    // 104 free space rebuilt, 601 header inconsistent, 610 free space errors: what "was not closed" means.
    const bool harmless =
        after_crash && (line.find("HHCCU104I") != std::string::npos || line.find("HHCCU600") != std::string::npos ||
                        line.find("HHCCU601W") != std::string::npos || line.find("HHCCU610W") != std::string::npos);
    if (!harmless && line.find("HHCCU") != std::string::npos) return ::testing::AssertionFailure() << run.output;
  }
  return ::testing::AssertionSuccess();
}

}  // namespace replica::test
