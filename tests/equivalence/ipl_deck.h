// A storage image as a deck of cards that is loaded by IPL, without a loader: the channel program of the load reads all of it.
#pragma once

#include <span>
#include <vector>

#include "base/types.h"

namespace replica::tools {

// The image comes to location 0, and its first 8 bytes are the PSW. Behind it, `work` and up, storage is used up.
std::vector<u8> make_ipl_deck(std::span<const u8> image, u32 work);

}  // namespace replica::tools
