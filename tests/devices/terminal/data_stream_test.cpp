// Expected values by hand, from GA23-0059 "3270 Data Stream Programmer's Reference".
#include "devices/terminal/data_stream.h"

#include <gtest/gtest.h>

#include "tests/devices/terminal/telnet_client.h"

namespace replica::terminal {
namespace {

constexpr u32 kModel2 = 24 * 80;

TEST(DataStream, CharactersAndAttributesAdvanceTheBufferAddress) {
  EXPECT_EQ(follow_orders(hex("C1 C2 C3"), kModel2).position, 3u);
  EXPECT_EQ(follow_orders(hex("1D 60 C1"), kModel2).position, 2u);              // start field fills one position
  EXPECT_EQ(follow_orders(hex("29 02 C0 60 42 F2 C1"), kModel2).position, 2u);  // extended: two pairs, one position
  EXPECT_EQ(follow_orders(hex("28 42 F2 C1"), kModel2).position, 1u);           // set attribute: none
  EXPECT_EQ(follow_orders(hex("C1 13 C2"), kModel2).position, 2u);              // insert cursor: none
  EXPECT_EQ(follow_orders(hex("08 AD C1"), kModel2).position, 2u);              // graphic escape: one character
}

TEST(DataStream, AddressesAreOfTwelveOrFourteenBits) {
  EXPECT_EQ(follow_orders(hex("11 C1 50"), kModel2).position, 80u);    // 000001 010000
  EXPECT_EQ(follow_orders(hex("11 5D 7F"), kModel2).position, 1919u);  // the last of model 2
  EXPECT_EQ(follow_orders(hex("11 00 50"), kModel2).position, 80u);
  EXPECT_EQ(follow_orders(hex("11 5D 7F C1"), kModel2).position, 0u);  // wraps
  EXPECT_EQ(follow_orders(hex("3C C1 50 40 C1"), kModel2).position, 81u);
  EXPECT_EQ(follow_orders(hex("12 C1 50"), kModel2).position, 80u);
}

TEST(DataStream, AnAddressBesideTheScreenIsABadOrderAndSoIsOneCutShort) {
  EXPECT_EQ(follow_orders(hex("C1 11 07 80 C2"), kModel2).bad_order, 1u);  // 1920
  EXPECT_EQ(follow_orders(hex("11 07 7F"), kModel2).bad_order, std::nullopt);
  EXPECT_EQ(follow_orders(hex("11 07 80"), 2560).bad_order, std::nullopt);
  EXPECT_EQ(follow_orders(hex("11 3F FF"), 0).bad_order, std::nullopt);  // a screen of unknown size
  for (const char* cut :
       {"C1 11", "C1 11 40", "C1 1D", "C1 29", "C1 29 02 C0 60", "C1 3C 40 40", "C1 08", "C1 2C 01 C0"})
    EXPECT_EQ(follow_orders(hex(cut), kModel2).bad_order, 1u) << cut;
}

TEST(DataStream, AReadBufferFromAPositionSkipsWhatStandsBefore) {
  const Bytes record = hex("7D 40 40 1D60 C1 C2 2901C0F0 C3");
  EXPECT_EQ(read_buffer_from(record, 0), record);
  EXPECT_EQ(read_buffer_from(record, 1), hex("7D 40 40 C1 C2 2901C0F0 C3"));
  EXPECT_EQ(read_buffer_from(record, 3), hex("7D 40 40 2901C0F0 C3"));
  EXPECT_EQ(read_buffer_from(record, 4), hex("7D 40 40 C3"));
  EXPECT_EQ(read_buffer_from(record, 1000), hex("7D 40 40"));
}

TEST(DataStream, AReadModifiedFromAPositionSkipsEarlierFields) {
  const Bytes record = hex("7D 40 40 11C150C1C2 115D7FC3");
  EXPECT_EQ(read_modified_from(record, 0), record);
  EXPECT_EQ(read_modified_from(record, 80), record);
  EXPECT_EQ(read_modified_from(record, 81), hex("7D 40 40 115D7FC3"));
  EXPECT_EQ(read_modified_from(record, 1920), hex("7D 40 40"));
  EXPECT_EQ(read_modified_from(hex("6D"), 5), hex("6D"));  // a short read
}

// A screen without fields: READ MODIFIED sends all of it, without addresses.
TEST(DataStream, AReadModifiedOfAnUnformattedScreenIsTakenFromItsBeginning) {
  EXPECT_EQ(read_modified_from(hex("7D 40 40 C1 C2 C3"), 0), hex("7D 40 40 C1 C2 C3"));
}

TEST(DataStream, AnyBytesAreFollowedToTheirEnd) {
  u32 state = 1;
  for (unsigned round = 0; round < 2000; ++round) {
    Bytes data;
    for (unsigned n = 0; n < round % 64; ++n)
      data.push_back(static_cast<u8>((state = state * 1103515245 + 12345) >> 16));
    const WriteOrders orders = follow_orders(data, kModel2);
    EXPECT_LT(orders.position, kModel2);
    EXPECT_LE(orders.bad_order.value_or(0), data.size());
    EXPECT_LE(read_buffer_from(data, round % 100).size(), data.size());
    EXPECT_LE(read_modified_from(data, round % 100).size(), data.size());
  }
}

}  // namespace
}  // namespace replica::terminal
