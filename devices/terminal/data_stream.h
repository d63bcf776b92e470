// What a 3274 control unit has to understand of the 3270 data stream although the screen is elsewhere: where a write leaves
// the buffer address, since a read chained to it begins there, and orders that no screen can obey. GA23-0218 "Orders",
// GA23-0059 "Buffer Addressing".
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/types.h"

namespace replica {

struct WriteOrders {
  u32 position = 0;  // the buffer address after them, as far as it can be known here
  // Where in the data an order begins that has no operands, or addresses no position of the screen.
  std::optional<std::size_t> bad_order;
};

// Follows the orders of a write, `data` being what stands behind the write control character. `size` is that of the screen,
// 0 if it is not known.
WriteOrders follow_orders(std::span<const u8> data, u32 size);

// The part of an answer to READ BUFFER or READ MODIFIED that is for buffer addresses from `position` on, with AID and cursor
// in front as ever.
std::vector<u8> read_buffer_from(std::span<const u8> record, u32 position);
std::vector<u8> read_modified_from(std::span<const u8> record, u32 position);

}  // namespace replica
