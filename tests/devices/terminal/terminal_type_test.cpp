#include "devices/terminal/terminal_type.h"

#include <gtest/gtest.h>

namespace replica {
namespace {

TEST(TerminalType, DisplaysOfIbmAreDisplaysAndAllElsePrinterKeyboards) {
  for (const char* name :
       {"IBM-3270", "IBM-3277-2", "IBM-3278-2", "IBM-3278-2-E", "IBM-3279-4", "ibm-3278-2", "IBM-DYNAMIC"}) {
    const auto type = parse_terminal_type(name);
    ASSERT_TRUE(type) << name;
    EXPECT_EQ(type->kind, TerminalKind::display) << name;
  }
  for (const char* name : {"", "VT100", "xterm-256color", "ANSI", "DUMB", "UNKNOWN", "3278"}) {
    const auto type = parse_terminal_type(name);
    ASSERT_TRUE(type) << name;
    EXPECT_EQ(type->kind, TerminalKind::printer_keyboard) << name;
  }
}

// Hercules 3.13 closes the connection of these.
TEST(TerminalType, UnknownMachinesOfIbmAreRefused) {
  for (const char* name : {"IBM-9999", "IBM-", "IBM-327", "IBM-3278-9"}) {
    EXPECT_FALSE(parse_terminal_type(name)) << name;
  }
}

TEST(TerminalType, TheModelGivesTheAlternateScreenAndTheSuffixExtendedData) {
  EXPECT_EQ(parse_terminal_type("IBM-3278-2")->screen.alternate_size, 1920u);
  EXPECT_EQ(parse_terminal_type("IBM-3278-3")->screen.alternate_size, 2560u);
  EXPECT_EQ(parse_terminal_type("IBM-3278-4")->screen.alternate_size, 3440u);
  EXPECT_EQ(parse_terminal_type("IBM-3278-5")->screen.alternate_size, 3564u);
  EXPECT_FALSE(parse_terminal_type("IBM-3278-2")->screen.is_extended);
  EXPECT_TRUE(parse_terminal_type("IBM-3278-2-E")->screen.is_extended);
  EXPECT_TRUE(parse_terminal_type("IBM-3278-2-E@0C0")->screen.is_extended);
}

TEST(TerminalType, ASuffixNamesADeviceOrAGroup) {
  EXPECT_EQ(parse_terminal_type("IBM-3278-2@0C0")->number, 0x0C0);
  EXPECT_EQ(parse_terminal_type("VT100@01f")->number, 0x01F);
  EXPECT_EQ(parse_terminal_type("VT100@000A")->number, 0x00A);
  const auto group = parse_terminal_type("IBM-3278-2@tso");
  EXPECT_FALSE(group->number);
  EXPECT_EQ(group->group, "TSO");
  // Too large for a number.
  EXPECT_EQ(parse_terminal_type("VT100@12345")->group, "12345");
  EXPECT_EQ(parse_terminal_type("VT100@" + std::string(1000, 'X'))->group.size(), 16u);
  EXPECT_FALSE(parse_terminal_type("VT100")->number);
}

}  // namespace
}  // namespace replica
