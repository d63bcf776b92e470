#include "tools/hercules/adapters.h"

#include <gtest/gtest.h>

#include "base/big_endian.h"
#include "tests/tools/hercules/panel_fixture.h"

namespace replica::tools {
namespace {

class Adapters : public PanelTest {};

TEST_F(Adapters, TwoDevicesOfOneNameAreJoined) {
  build("MAINSIZE 2\n0600 CTCA A\n0700 CTCA A\n0601 CTCA B\n");
  EXPECT_EQ(system_->channels->device_at(0x600)->description(), "A, joined");
  EXPECT_EQ(system_->channels->device_at(0x700)->description(), "A, joined");
  EXPECT_EQ(system_->channels->device_at(0x601)->description(), "B, the other side is not there");
  ASSERT_TRUE(detach_device(*system_, 0x700));
  EXPECT_EQ(system_->channels->device_at(0x600)->description(), "A, the other side is not there");
  ASSERT_TRUE(attach_device(*system_, {.address = 0x701, .type = "CTCA", .arguments = {"A"}, .place = ""}));
  EXPECT_EQ(system_->channels->device_at(0x600)->description(), "A, joined");
}

TEST_F(Adapters, AThirdDeviceAndOneWithoutNameAreErrors) {
  build("MAINSIZE 2\n0600 CTCA A\n0700 CTCA A\n");
  const Status third = attach_device(*system_, {.address = 0x800, .type = "CTCA", .arguments = {"A"}, .place = "x:4"});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().message,
            "x:4: 0800 CTCA: the adapter 'A' has two sides, and devices at both of them already");
  EXPECT_FALSE(attach_device(*system_, {.address = 0x800, .type = "CTCA", .arguments = {}, .place = ""}));
}

// A guest that starts a READ at 600, and a WRITE at 700 when an interruption comes, the first of which is the attention.
TEST_F(Adapters, AGuestWritesAtOneAddressAndReadsAtTheOther) {
  build("MAINSIZE 2\n0600 CTCA A\n0700 CTCA A\n");
  run({
      "r 48=00000100",           // CAW of the read
      "r 100=0200050000000008",  // READ 8 bytes to 500
      "r 110=0100040000000008",  // WRITE 8 bytes from 400
      "r 400=C1C2C3C4C5C6C7C8",  //
      "r 78=0000000000000300",   // I/O new PSW
      "r 200=9C000600",          // SIO 600
      "r 204=D20300480220",      // MVC 48(4),220: CAW of the write
      "r 20A=82000228",          // LPSW 228
      "r 220=00000110",          //
      "r 228=FE06000000000000",  // wait, all channels enabled
      "r 300=9C000700",          // SIO 700
      "r 304=82000228",          // LPSW 228
      "psw ia=200",              //
      "start",
      "pause 1",
      "quit",
  });
  EXPECT_EQ(load_be64(system_->machine->storage().data() + 0x500), 0xC1C2C3C4C5C6C7C8u);
}

}  // namespace
}  // namespace replica::tools
