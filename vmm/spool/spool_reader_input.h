// Reads decks of a real card reader, any model of one, into the readers of virtual machines. As in VM/370 the first card of a deck
// says whose it is, from column 1 on:
//
//   ID | USERID  userid  [CLASS c]  [NAME fn [ft] | NAME dsname]
//
// The class is A if it is not given. That card is no part of the file. A deck ends where the reader presents unit exception or
// needs intervention; cards within it are not looked at. A deck with a first card that is not this one, or with a card that cannot
// be read, is run through, and the operator is told.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devices/code_page.h"
#include "devices/device.h"
#include "vmm/spool/spool_store.h"

namespace replica::vmm {

class SpoolReaderInput {
 public:
  struct Options {
    std::string name;                                   // of the device in messages, "00C"
    const CodePage* code_page = &default_code_page();   // of the first card
    std::function<bool(const std::string&)> is_user{};  // empty: every name is one
    std::function<void(const std::string&)> report{};   // tells the operator
  };

  // Both outlive it.
  SpoolReaderInput(SpoolStore& store, Device& device, Options options)
      : store_(store), device_(device), options_(std::move(options)) {}
  // A deck that has begun is not kept.
  ~SpoolReaderInput();
  SpoolReaderInput(const SpoolReaderInput&) = delete;
  SpoolReaderInput& operator=(const SpoolReaderInput&) = delete;

  // Reads up to so many cards. False: the reader is empty or out of order, until it presents device end.
  bool step(u32 most_cards);

  // What a first card says; the error tells what was found and what was expected.
  static Result<SpoolAttributes> parse_first_card(std::string_view card);

 private:
  enum class Outcome : u8 { card, bad_card, end_of_deck, failed, later };

  Outcome read(std::vector<u8>& card);
  void begin_deck(const std::vector<u8>& card);
  void add(const std::vector<u8>& card);
  void end_deck();
  void refuse(const std::string& why);

  SpoolStore& store_;
  Device& device_;
  Options options_;
  bool in_deck_ = false;  // a first card has been read
  std::optional<SpoolId> file_;
  SpoolAttributes attributes_;
};

}  // namespace replica::vmm
