#include "tests/equivalence/ipl_deck.h"

#include <algorithm>

#include "base/big_endian.h"
#include "base/check.h"

namespace replica::tools {
namespace {

constexpr u32 kCard = 80;
constexpr u32 kCcwsOfCard = kCard / 8;
constexpr u8 kRead = 0x02, kTransfer = 0x08, kChain = 0x40;

constexpr u32 kImageCardsOfEach = kCcwsOfCard - 1;

class Deck {
 public:
  void add_ccw(u8 command, u32 address, u8 flags) {
    u8 ccw[8];
    store_be32(ccw, u32{command} << 24 | address);
    store_be32(ccw + 4, u32{flags} << 24 | kCard);
    cards_.insert(cards_.end(), std::begin(ccw), std::end(ccw));
  }
  void add_image(std::span<const u8> bytes) { cards_.insert(cards_.end(), bytes.begin(), bytes.end()); }
  void end_card() { cards_.resize((cards_.size() + kCard - 1) / kCard * kCard); }
  std::vector<u8> take() { return std::move(cards_); }

 private:
  std::vector<u8> cards_;
};

}  // namespace

// The first card comes to location 0, and goes on with the second, at `work`, which is the first card of the channel program. Each
// of these reads the next one to the place behind itself, and then the cards of the image that follow in the deck.
std::vector<u8> make_ipl_deck(std::span<const u8> image, u32 work) {
  CHECK(work >= image.size() + kCard && work % 8 == 0);
  const auto cards = static_cast<u32>((image.size() + kCard - 1) / kCard);
  Deck deck;
  deck.add_image(std::vector<u8>(8));  // the PSW, which the image replaces
  deck.add_ccw(kRead, work, kChain);
  deck.add_ccw(kTransfer, work, 0);
  deck.end_card();
  for (u32 card = 0; card < cards; card += kImageCardsOfEach) {
    const u32 end = std::min(card + kImageCardsOfEach, cards);
    work += kCard;
    // The last one reads a blank card.
    deck.add_ccw(kRead, work, kChain);
    for (u32 n = card; n < end; ++n) deck.add_ccw(kRead, n * kCard, n + 1 == cards ? 0 : kChain);
    deck.end_card();
    if (card != 0) deck.add_image(image.subspan(size_t{card - kImageCardsOfEach} * kCard, kImageCardsOfEach * kCard));
  }
  deck.add_image(std::vector<u8>(kCard));
  const u32 last = (cards - 1) / kImageCardsOfEach * kImageCardsOfEach;
  deck.add_image(image.subspan(size_t{last} * kCard));
  deck.end_card();
  return deck.take();
}

}  // namespace replica::tools
