#include "devices/host_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "tests/tools/temporary_folder.h"

namespace replica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class HostFileTest : public testing::Test {
 protected:
  tools::TemporaryFolder folder_;
};

TEST_F(HostFileTest, InputIsReadByByteAndByPieceAndSeenInAdvance) {
  auto file = InputFile::open(folder_.write("in", {1, 2, 3, 4, 5}));
  ASSERT_TRUE(file);
  EXPECT_THAT(*file->peek(3), ElementsAre(1, 2, 3));
  EXPECT_EQ(*file->get(), 1);
  std::vector<u8> bytes(3);
  EXPECT_EQ(*file->read(bytes), 3u);
  EXPECT_THAT(bytes, ElementsAre(2, 3, 4));
  EXPECT_THAT(*file->peek(160), ElementsAre(5));
  EXPECT_EQ(*file->read(bytes), 1u);
  EXPECT_EQ(*file->get(), InputFile::kEnd);
  EXPECT_EQ(*file->read(bytes), 0u);
}

TEST_F(HostFileTest, AFileLongerThanTheBufferIsReadWhole) {
  std::vector<u8> bytes(300'000);
  for (u32 i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<u8>(i * 7 / 5);
  auto file = InputFile::open(folder_.write("in", bytes));
  ASSERT_TRUE(file);
  std::vector<u8> seen, piece(77);
  for (u32 count; (count = *file->read(piece)) != 0;) seen.insert(seen.end(), piece.begin(), piece.begin() + count);
  EXPECT_EQ(seen, bytes);
}

TEST_F(HostFileTest, WhatCannotBeOpenedIsAnErrorWithItsName) {
  EXPECT_EQ(InputFile::open(folder_.path("none")).error().message,
            "cannot open " + folder_.path("none") + ": No such file or directory");
  EXPECT_EQ(InputFile::open(folder_.path("")).error().message, "cannot read " + folder_.path("") + ": Is a directory");
  EXPECT_THAT(OutputFile::open(folder_.path("none/file"), OutputFile::Existing::replace).error().message,
              HasSubstr("No such file or directory"));
}

TEST_F(HostFileTest, OutputReplacesOrAppends) {
  folder_.write("out", {'o', 'l', 'd'});
  ASSERT_TRUE(OutputFile::open(folder_.path("out"), OutputFile::Existing::append)->write("+new"));
  EXPECT_EQ(folder_.read("out"), "old+new");
  ASSERT_TRUE(OutputFile::open(folder_.path("out"), OutputFile::Existing::replace)->write("newer"));
  EXPECT_EQ(folder_.read("out"), "newer");
}

TEST_F(HostFileTest, OutputIsThereBeforeTheFileIsClosed) {
  auto file = OutputFile::open(folder_.path("out"), OutputFile::Existing::replace);
  ASSERT_TRUE(file->write("text"));
  EXPECT_EQ(folder_.read("out"), "text");
}

// A limit on the size of files stands for a full disk: the second write gets 2 of its 8 bytes out.
TEST_F(HostFileTest, AWriteThatFailsLeavesNoPieceOfItself) {
  auto file = OutputFile::open(folder_.path("out"), OutputFile::Existing::replace);
  ASSERT_TRUE(file->write("12345678"));
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  const rlimit small{10, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const Status status = file->write("abcdefgh");
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "cannot write to " + folder_.path("out") + ": File too large");
  EXPECT_EQ(folder_.read("out"), "12345678");
  EXPECT_TRUE(file->write("abcdefgh"));
  EXPECT_EQ(folder_.read("out"), "12345678abcdefgh");
}

TEST_F(HostFileTest, AFullDeviceIsAnError) {
  auto file = OutputFile::open("/dev/full", OutputFile::Existing::replace);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->write("x").error().message, "cannot write to /dev/full: No space left on device");
}

TEST_F(HostFileTest, APipeFeedsACommandInItsFolderAndClosingWaitsForIt) {
  auto pipe = OutputFile::open_pipe("sleep 0.05; cat > out", folder_.path(""));
  ASSERT_TRUE(pipe);
  ASSERT_TRUE(pipe->write("through the pipe"));
  EXPECT_TRUE(pipe->close());
  EXPECT_EQ(folder_.read("out"), "through the pipe");
}

TEST_F(HostFileTest, ACommandThatFailsIsToldWhenThePipeIsClosed) {
  auto pipe = OutputFile::open_pipe("cat > /dev/null; exit 3", {});
  ASSERT_TRUE(pipe);
  EXPECT_EQ(pipe->close().error().message, "|cat > /dev/null; exit 3 ended with exit code 3");
}

TEST_F(HostFileTest, APipeThatNobodyReadsIsAnErrorAndNoSignal) {
  auto pipe = OutputFile::open_pipe("true", {});
  ASSERT_TRUE(pipe);
  Status status;
  for (int i = 0; status && i < 5000; ++i) {
    status = pipe->write("x");
    usleep(1000);
  }
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("Broken pipe"));
  sigset_t pending;
  sigpending(&pending);
  EXPECT_FALSE(sigismember(&pending, SIGPIPE));
}

}  // namespace
}  // namespace replica
