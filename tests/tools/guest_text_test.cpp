#include "tools/guest_text.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cpu/machine.h"

namespace replica::tools {
namespace {

class GuestText : public testing::Test {
 protected:
  GuestText() {
    MachineOptions options;
    options.storage_bytes = 0x10000;
    machine_ = std::move(*Machine::create(options));
  }

  void place(u32 absolute, const std::vector<u8>& bytes) {
    std::copy(bytes.begin(), bytes.end(), machine_->storage().data() + absolute);
  }
  Result<std::string> text_at(u32 area) { return read_guest_text(machine_->cpu(), machine_->storage(), area); }

  std::unique_ptr<Machine> machine_;
};

TEST_F(GuestText, IsAsLongAsTheWordInFrontSays) {
  place(0x600, {0, 0, 0, 4, 0xC8, 0x89, 0x5A, 0x15, 0xC1});
  EXPECT_EQ(text_at(0x600), "Hi!\n");
}

// Expected characters from the published table of code page 037: cent sign, e acute, y diaeresis, brackets.
TEST_F(GuestText, IsUtf8) {
  place(0x600, {0, 0, 0, 5, 0x4A, 0x51, 0xDF, 0xBA, 0xBB});
  EXPECT_EQ(text_at(0x600), "\u00A2\u00E9\u00FF[]");
}

TEST_F(GuestText, HasAPointForWhatHasNoGraphic) {
  place(0x600, {0, 0, 0, 10, 0x00, 0x05, 0x0D, 0x1B, 0x25, 0x27, 0x3F, 0x41, 0xCA, 0xFF});
  EXPECT_EQ(text_at(0x600), "..........");
}

TEST_F(GuestText, IsEmptyInAnAreaThatWasNeverUsed) { EXPECT_EQ(text_at(0x600), ""); }

TEST_F(GuestText, MayEndAtTheEndOfStorage) {
  place(0xFFFA, {0, 0, 0, 2, 0xC1, 0xC2});
  EXPECT_EQ(text_at(0xFFFA), "AB");
  EXPECT_EQ(text_at(0xFFFC).error().message,
            "expected the length of the text at 00FFFC, found 0002C1C2; only 0 bytes follow in storage");
}

TEST_F(GuestText, IsRefusedIfItsLengthCannotBe) {
  place(0x600, {0x80, 0, 0, 1});
  EXPECT_EQ(text_at(0x600).error().message,
            "expected the length of the text at 000600, found 80000001; only F9FC bytes follow in storage");
  EXPECT_EQ(text_at(0xFFFD).error().message, "expected the length of the text at 00FFFD, but storage ends at 10000");
}

TEST_F(GuestText, StandsAtRealAddresses) {
  machine_->cpu().prefix = 0x2000;
  place(0x2600, {0, 0, 0, 1, 0xC1});
  EXPECT_EQ(text_at(0x600), "A");
}

}  // namespace
}  // namespace replica::tools
