// What a display shows is found by a small model of one, which obeys the records.
#include "vmm/terminals/screen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace replica::vmm {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

class FakeDisplay {
 public:
  void obey(std::span<const u8> record) {
    if (record.empty()) return;
    if (record[0] == 0xF5) cells_.fill(0);
    u32 at = 0;
    for (std::size_t n = 2; n < record.size();) {
      switch (record[n]) {
        case 0x11:
          at = address(record[n + 1], record[n + 2]);
          n += 3;
          break;
        case 0x1D:
          attributes_[at] = record[n + 1];
          cells_.at(at++) = 0;
          n += 2;
          break;
        case 0x13:
          cursor = at;
          n += 1;
          break;
        case 0x3C:
          for (const u32 end = address(record[n + 1], record[n + 2]); at < end; ++at) cells_.at(at) = record[n + 3];
          n += 4;
          break;
        default: cells_.at(at++) = record[n++];
      }
    }
    unlocked = (record[1] & 0x02) != 0;
  }
  std::string row(u32 n, u32 from = 0) const {
    std::string text;
    for (u32 at = n * 80 + from; at < n * 80 + 80; ++at)
      text += cells_[at] < 0x41 ? ' ' : static_cast<char>(default_code_page().to_host[cells_[at]]);
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  }
  std::string corner() const { return row(23, 60); }
  u8 input_attribute() { return attributes_[22 * 80]; }

  u32 cursor = 0;
  bool unlocked = false;

 private:
  static u32 address(u8 high, u8 low) { return static_cast<u32>((high & 0x3F) << 6 | (low & 0x3F)); }
  std::array<u8, 1920> cells_{};
  std::map<u32, u8> attributes_;
};

class ConsoleScreenTest : public testing::Test {
 protected:
  void update() { display_.obey(screen_.update(now_)); }
  std::optional<TerminalEvent> press(u8 key, std::string_view text = "") {
    std::vector<u8> record = {key, 0x40, 0x40};
    if (!text.empty()) record.insert(record.end(), {0x11, 0xD6, 0x61});
    for (const char c : text) record.push_back(default_code_page().to_ebcdic[static_cast<u8>(c)]);
    const auto event = screen_.receive(record);
    update();
    return event;
  }
  void print(u32 first, u32 last) {
    for (u32 n = first; n <= last; ++n) screen_.print("LINE " + std::to_string(n));
    update();
  }

  ConsoleScreen screen_{default_code_page()};
  FakeDisplay display_;
  ConsoleScreen::Clock::time_point now_{};
  static constexpr u8 kEnter = 0x7D, kClear = 0x6D, kPa1 = 0x6C, kPa2 = 0x6E;
};

TEST_F(ConsoleScreenTest, LinesComeFromTheTopAndTheCornerTellsWhoWaits) {
  update();
  EXPECT_EQ(display_.corner(), "CP READ");
  EXPECT_TRUE(display_.unlocked);
  EXPECT_EQ(display_.cursor, 22u * 80 + 1);
  print(1, 2);
  EXPECT_EQ(display_.row(0), "LINE 1");
  EXPECT_EQ(display_.row(1), "LINE 2");
  EXPECT_THAT(screen_.update(now_), IsEmpty());
  screen_.set_status(TerminalStatus::running);
  update();
  EXPECT_EQ(display_.corner(), "RUNNING");
}

// What is being typed is neither erased nor is the keyboard touched by lines that come.
TEST_F(ConsoleScreenTest, ALineThatComesLeavesWhatIsTypedAlone) {
  update();
  screen_.print("NEW");
  const auto record = screen_.update(now_);
  ASSERT_GE(record.size(), 2u);
  EXPECT_EQ(record[0], 0xF1);
  EXPECT_EQ(record[1] & 0x03, 0);
  EXPECT_EQ(std::count(record.begin(), record.end(), 0x13), 0);
  EXPECT_EQ(std::count(record.begin(), record.end(), 0x3C), 0);
}

TEST_F(ConsoleScreenTest, ALongLineTakesSeveralRows) {
  screen_.print(std::string(80, 'A') + "B");
  update();
  EXPECT_EQ(display_.row(0), std::string(80, 'A'));
  EXPECT_EQ(display_.row(1), "B");
}

TEST_F(ConsoleScreenTest, AFullScreenKeepsTheNextLinesUntilClear) {
  print(1, 22);
  EXPECT_EQ(display_.corner(), "CP READ");
  print(23, 24);
  EXPECT_EQ(display_.corner(), "MORE...");
  EXPECT_EQ(display_.row(21), "LINE 22");
  EXPECT_EQ(press(kClear), std::nullopt);
  EXPECT_EQ(display_.row(0), "LINE 23");
  EXPECT_EQ(display_.row(1), "LINE 24");
  EXPECT_EQ(display_.row(2), "");
  EXPECT_EQ(display_.corner(), "CP READ");
}

TEST_F(ConsoleScreenTest, AFullScreenGoesOnByItselfAfterAMinuteUnlessItIsHeld) {
  print(1, 23);
  ASSERT_TRUE(screen_.next_update());
  EXPECT_EQ(*screen_.next_update() - now_, 60s);
  now_ += 60s;
  update();
  EXPECT_EQ(display_.row(0), "LINE 23");
  print(24, 50);
  EXPECT_EQ(press(kEnter), std::nullopt);
  EXPECT_EQ(display_.corner(), "HOLDING");
  EXPECT_EQ(screen_.next_update(), std::nullopt);
  now_ += 600s;
  update();
  EXPECT_EQ(display_.corner(), "HOLDING");
  EXPECT_EQ(press(kPa2), std::nullopt);
  EXPECT_EQ(display_.row(0), "LINE 45");
}

TEST_F(ConsoleScreenTest, TooManyLinesAreLostAndCounted) {
  print(1, 22 + 1000 + 7);
  for (int page = 0; page < 46; ++page) press(kClear);
  EXPECT_EQ(display_.row(9), "LINE 1022");
  EXPECT_EQ(display_.row(10), "(7 LINES LOST)");
}

TEST_F(ConsoleScreenTest, EnterGivesWhatIsTypedAndAnEmptyLine) {
  update();
  const auto event = press(kEnter, "query names  ");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, TerminalEvent::Kind::line);
  EXPECT_EQ(event->text, "query names");
  EXPECT_TRUE(display_.unlocked);
  EXPECT_EQ(press(kEnter)->text, "");
  EXPECT_EQ(press(kPa1)->kind, TerminalEvent::Kind::attention);
  EXPECT_EQ(press(0xF3), std::nullopt);
  EXPECT_TRUE(display_.unlocked);
}

TEST_F(ConsoleScreenTest, APasswordIsNotSeen) {
  update();
  EXPECT_EQ(display_.input_attribute() & 0x0C, 0);
  screen_.hide_input(true);
  update();
  EXPECT_EQ(display_.input_attribute() & 0x0C, 0x0C);
  screen_.hide_input(false);
  update();
  EXPECT_EQ(display_.input_attribute() & 0x0C, 0);
}

TEST_F(ConsoleScreenTest, AGuestCannotHideOrdersInALine) {
  for (int c = 0; c < 256; ++c) screen_.print(std::string(1, static_cast<char>(c)) + "X");
  for (int page = 0; page < 12; ++page) {
    update();
    press(kClear);
  }
  update();
  EXPECT_EQ(display_.cursor, 22u * 80 + 1);
}

// Whatever a client sends, it is nothing or a line of what can be printed.
TEST_F(ConsoleScreenTest, AnyRecordFromAClientIsTaken) {
  u32 seed = 1;
  const auto random = [&seed] { return static_cast<u8>((seed = seed * 1664525 + 1013904223) >> 24); };
  for (int n = 0; n < 20'000; ++n) {
    std::vector<u8> record(random() % 16);
    for (u8& byte : record) byte = random();
    if (!record.empty() && n % 2 == 0) record[0] = kEnter;
    const auto event = screen_.receive(record);
    if (!event) continue;
    for (const char c : event->text) EXPECT_TRUE(c >= 0x20 && c < 0x7F);
  }
  EXPECT_EQ(screen_.receive(std::vector<u8>(100'000, 0xC1)), std::nullopt);
  std::vector<u8> endless(100'000, 0xC1);
  endless[0] = kEnter;
  EXPECT_LE(screen_.receive(endless)->text.size(), 130u);
}

}  // namespace
}  // namespace replica::vmm
