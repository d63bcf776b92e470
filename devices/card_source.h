// Where the cards of a reader come from: decks, one behind the other. They are files of the host (devices/host_decks.h), or what
// a VMM's spool has for a virtual machine.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica {

// What a source tells its reader.
class CardSourceEvents {
 public:
  virtual ~CardSourceEvents() = default;
  virtual void report(const Error& error) = 0;
  // Where no deck was there is one now: the reader becomes ready.
  virtual void deck_arrived() = 0;
};

// All calls come on the thread of the device, and events go there.
class CardSource {
 public:
  // What came of an attempt to read a card. The last two have been reported.
  enum class Outcome : u8 { card, end_of_deck, too_long, failed };
  // What the reader does between decks.
  struct Rules {
    bool exception_at_end = false;      // unit exception at the end of a deck, instead of intervention required
    bool exception_when_empty = false;  // and so without a deck
    bool continuous = false;            // only the end of the last deck is one
  };

  virtual ~CardSource() = default;

  virtual bool has_deck() const = 0;
  // Opens the deck that is up, unless it is open. False: that failed, and was reported.
  virtual bool open() = 0;
  // The next card of that deck, in EBCDIC; 80 columns unless the deck is no deck of cards but print.
  virtual Outcome read(std::vector<u8>& card) = 0;
  // The deck has ended: the next one is up.
  virtual void end_deck() = 0;
  virtual Rules rules() const = 0;
  // The reader is loaded anew, or taken away.
  virtual void close() = 0;
  virtual std::string description() const = 0;

  // Null when the reader goes.
  void set_reader(CardSourceEvents* reader) { reader_ = reader; }

 protected:
  CardSourceEvents* reader() const { return reader_; }
  void report(const Error& error) const {
    if (reader_ != nullptr) reader_->report(error);
  }

 private:
  CardSourceEvents* reader_ = nullptr;
};

}  // namespace replica
