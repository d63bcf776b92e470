// What the tests of the spool share: a folder with a spool in it, and devices that are driven like a channel does it.
#pragma once

#include <gmock/gmock.h>

#include "devices/card_punch.h"
#include "devices/card_reader.h"
#include "devices/line_printer.h"
#include "tests/devices/unit_record_fixture.h"
#include "vmm/spool/spool_input.h"
#include "vmm/spool/spool_output.h"

namespace replica::vmm {

using test::ChannelDriver;
using test::Step;
using unit_record::ebcdic;
using unit_record::kCheck;
using unit_record::kEnd;
using unit_record::kException;

inline constexpr u8 kWriteAndSpace1 = 0x09, kPunchCard = 0x01, kReadCard = 0x02, kSkip1 = 0x8B;

inline SpoolAttributes attributes_of(const std::string& owner, SpoolKind kind = SpoolKind::printer,
                                     char spool_class = 'A') {
  return {.owner = owner, .origin = owner, .kind = kind, .spool_class = spool_class, .device = "1403"};
}

inline std::vector<u8> bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

class SpoolTest : public unit_record::UnitRecordTest {
 protected:
  SpoolTest() { open(); }

  SpoolOptions options() {
    return {.directory = folder_.path("spool"), .most_bytes = most_bytes_, .now = [] { return i64{1'000'000'000}; }};
  }
  // Opens the spool anew.
  void open() {
    store_.reset();
    auto opened = SpoolStore::open(options());
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }

  // A closed file of one record for each text.
  SpoolId make(const SpoolAttributes& attributes, const std::vector<std::string>& texts = {"X"}) {
    const auto id = store_->create(attributes);
    EXPECT_TRUE(id);
    for (const std::string& text : texts)
      EXPECT_TRUE(store_->append(*id, {.command = kWriteAndSpace1, .data = bytes_of(text)}));
    EXPECT_TRUE(store_->close(*id, attributes));
    return *id;
  }
  std::vector<std::string> texts(SpoolId id) {
    std::vector<std::string> all;
    SpoolCursor cursor(*store_, id);
    for (auto record = cursor.next(); record && *record; record = cursor.next())
      all.emplace_back((*record)->data.begin(), (*record)->data.end());
    return all;
  }
  std::vector<SpoolId> ids(const SpoolQuery& query = {}) {
    std::vector<SpoolId> all;
    for (const SpoolFile& file : store_->list(query)) all.push_back(file.id);
    return all;
  }

  u64 most_bytes_ = 1 << 20;
  std::unique_ptr<SpoolStore> store_;
};

}  // namespace replica::vmm
