// Killed at any moment, a program leaves an image that is whole: each track is the old one or the new one.
//
// Every moment is tried, from a record of what is written; and a process is really killed, many times, to see that the record
// does not deceive.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <random>

#include "tests/devices/dasd/volumes.h"
#include "tests/devices/dasd/write_recorder.h"

namespace replica::test {
namespace {

// What a writer does, and what it had done when.
struct Written {
  size_t begun;  // changes of files before the write, and
  size_t done;   // after it
  Track track;
};

void put_files(const TemporaryFolder& folder, const Files& files) {
  for (const auto& entry : std::filesystem::directory_iterator(folder.path(""))) std::filesystem::remove(entry);
  for (const auto& [name, bytes] : files) folder.write(name, bytes);
}

class CrashTest : public ::testing::TestWithParam<Format> {
 protected:
  bool compressed() const { return GetParam() != Format::raw; }

  // Some writes with a flush in between. Tracks are written more than once, so that their space is used again.
  std::vector<Written> write_something(const std::string& path, const WriteRecorder& recorder) {
    std::vector<Written> written;
    const auto store = open_for_test(path);
    for (u32 i = 0; i < 16; ++i) {
      const u32 number = i * i % 7 + 100 * (i % 3);
      Track track = i % 5 == 4 ? Track(store->address(number)) : sample_track(*store, number, i + 1);
      const size_t begun = recorder.now();
      EXPECT_GOOD(store->write(track));
      written.push_back({begun, recorder.now(), std::move(track)});
      if (i == 9) EXPECT_GOOD(store->flush());
    }
    return written;
  }

  // All tracks of the image must be those of before, as changed by the first writes; of one write in progress either.
  void expect_whole(const std::string& path, const std::vector<Track>& before, const std::vector<Written>& written,
                    size_t changes) {
    const auto store = open_for_test(path);
    for (u32 number = 0; number < store->tracks(); ++number) {
      const Track* old = &before[number];
      const Track* next = nullptr;
      for (const Written& one : written) {
        if (store->number(one.track.address()) != number || one.begun > changes) continue;
        if (one.done <= changes) {
          old = &one.track;
        } else {
          next = &one.track;
        }
      }
      const auto found = store->read(number);
      ASSERT_TRUE(found) << found.error().message;
      EXPECT_TRUE(std::ranges::equal(found->bytes(), old->bytes()) ||
                  (next && std::ranges::equal(found->bytes(), next->bytes())))
          << "track " << number << " after " << changes << " changes";
    }
  }

  TemporaryFolder folder_;
};

TEST_P(CrashTest, EveryMomentLeavesAWholeImage) {
  const std::string path = make_volume(folder_, "volume", "2314", 15, GetParam());
  std::vector<Track> before;
  {
    const auto store = open_for_test(path);
    for (u32 number = 0; number < 10; ++number) EXPECT_GOOD(store->write(sample_track(*store, number, 77)));
    for (u32 number = 0; number < store->tracks(); ++number) before.push_back(value_of(store->read(number)));
  }
  // As another program could have written it: entry 2 of the table lies in two pages.
  if (compressed()) move_first_table(path, 4096 - 2 * 8 - 3);
  WriteRecorder recorder(std::filesystem::path(path).parent_path());
  const std::vector<Written> written = write_something(path, recorder);
  EXPECT_GT(recorder.now(), 30u);

  const TemporaryFolder other;
  const bool ask_hercules = compressed() && has_program("cckdcdsk");
  size_t states = 0;
  recorder.for_each_state([&](const Files& files, size_t changes) {
    put_files(other, files);
    expect_whole(other.path("volume"), before, written, changes);
    if (!ask_hercules || ++states % 3 != 0) return;
    put_files(other, files);
    EXPECT_TRUE(accepted_by_cckdcdsk(other.path("volume"), true)) << changes << " changes";
    expect_whole(other.path("volume"), before, written, changes);
  });
}

// Tells of each write before and after it, by a pipe.
struct Message {
  u32 number;
  u32 seed;
  u32 done;
};

[[noreturn]] void write_until_killed(const std::string& path, int pipe, u32 seed) {
  const auto store = open_for_test(path);
  std::mt19937 random(seed);
  for (;;) {
    Message message{static_cast<u32>(random() % 200), static_cast<u32>(random()), 0};
    if (write(pipe, &message, sizeof message) != sizeof message) _exit(1);
    if (!store->write(sample_track(*store, message.number, message.seed))) _exit(1);
    message.done = 1;
    if (write(pipe, &message, sizeof message) != sizeof message) _exit(1);
    if (random() % 50 == 0 && !store->flush()) _exit(1);
  }
}

TEST_P(CrashTest, AKilledProcessLeavesAWholeImage) {
  const std::string path = make_volume(folder_, "volume", "2314", 15, GetParam());
  std::map<u32, u32> seeds;  // of the tracks written, 0 unless written
  std::mt19937 random(370);
  const bool ask_hercules = compressed() && has_program("cckdcdsk");
  for (u32 round = 0; round < 60; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      write_until_killed(path, ends[1], round);
    }
    close(ends[1]);
    pollfd begins{ends[0], POLLIN, 0};
    ASSERT_EQ(poll(&begins, 1, 60000), 1);
    usleep(static_cast<useconds_t>(random() % 15000));
    kill(child, SIGKILL);
    Message message;
    std::optional<Message> begun;
    while (read(ends[0], &message, sizeof message) == sizeof message) {
      begun = message;
      if (message.done != 0) seeds[message.number] = message.seed, begun.reset();
    }
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer has failed";

    if (ask_hercules && round % 4 == 0) {
      EXPECT_TRUE(accepted_by_cckdcdsk(path, true));
    }
    const auto store = open_for_test(path);
    for (const auto& [number, seed] : seeds) {
      const Track found = value_of(store->read(number));
      const bool old = std::ranges::equal(found.bytes(), sample_track(*store, number, seed).bytes());
      const bool next = begun && begun->number == number &&
                        std::ranges::equal(found.bytes(), sample_track(*store, number, begun->seed).bytes());
      EXPECT_TRUE(old || next) << "track " << number << " in round " << round;
    }
    if (begun) {
      const Track found = value_of(store->read(begun->number));
      const Track next = sample_track(*store, begun->number, begun->seed);
      if (std::ranges::equal(found.bytes(), next.bytes())) seeds[begun->number] = begun->seed;
    }
  }
  EXPECT_GT(seeds.size(), 10u);
}

INSTANTIATE_TEST_SUITE_P(AllFormats, CrashTest,
                         ::testing::Values(Format::raw, Format::stored, Format::zlib, Format::bzip2));

}  // namespace
}  // namespace replica::test
