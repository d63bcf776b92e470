// Searches: the channel sends an argument, the drive compares it with what passes the heads. Status modifier tells success, so
// that the channel skips the TRANSFER IN CHANNEL that otherwise leads back to the search.
#include <algorithm>
#include <cstring>

#include "devices/dasd/ckd_commands.h"

namespace replica {
namespace {

constexpr u32 kIdLength = 5;    // CC HH R
constexpr u32 kHomeLength = 4;  // CC HH
constexpr u8 kEqual = 0x20;     // in the command code
constexpr u8 kHigh = 0x40;

// The order of `area`, as far as there is an argument.
int compare(std::span<const u8> area, const std::vector<u8>& argument) {
  const size_t length = std::min(area.size(), argument.size());
  return length == 0 ? 0 : std::memcmp(area.data(), argument.data(), length);
}

}  // namespace

// `comparison` > 0: what is on the disk is higher. `complete`: all of it took part. `flag` becomes whether a search for
// equality found all equal, which permits writes.
Device::Ending CkdDevice::search_result(int comparison, bool complete, bool& flag) {
  const bool success = ((code_ & kEqual) != 0 && comparison == 0) || ((code_ & kHigh) != 0 && comparison > 0);
  flag = comparison == 0 && complete && (code_ & kHigh) == 0;
  return {static_cast<u8>(unit_status::kEnd | (success ? unit_status::kStatusModifier : 0))};
}

Device::Answer CkdDevice::begin_search_id() {
  chain_.may_update = chain_.may_format = chain_.may_write_r0 = false;
  return next_count(true) ? take(kIdLength) : checked();
}

Device::Ending CkdDevice::finish_search_id() {
  CountField id = count();
  if (id.overflows()) id.bytes[0] &= static_cast<u8>(~CountField::kOverflow);
  const int order = compare(std::span(id.bytes).first(kIdLength), buffer());
  const Ending ending = search_result(order, buffer().size() == kIdLength, chain_.may_update);
  chain_.may_format = chain_.may_update;
  return ending;
}

Device::Answer CkdDevice::begin_search_key() {
  chain_.may_update = chain_.may_format = chain_.may_write_r0 = false;
  if (!to_count()) return checked();
  area_ = Area::key;
  return take(count().key_length());
}

Device::Ending CkdDevice::finish_search_key() {
  const auto key = track_->key(record_);
  if (key.empty()) return ended(true);
  const int order = compare(key, buffer());
  const Ending ending = search_result(order, buffer().size() == key.size(), chain_.may_update);
  chain_.may_format = chain_.may_update;
  return ending;
}

Device::Answer CkdDevice::begin_search_home() {
  chain_.may_update = chain_.may_format = chain_.may_write_r0 = false;
  return to_home(multitrack()) ? take(kHomeLength) : checked();
}

Device::Ending CkdDevice::finish_search_home() {
  const int order = compare(track_->home_address().subspan(1), buffer());
  return search_result(order, buffer().size() == kHomeLength, chain_.may_write_r0);
}

Device::Answer CkdDevice::begin_search_key_data() {
  chain_.may_update = chain_.may_format = chain_.may_write_r0 = false;
  if (!to_count()) return checked();
  area_ = Area::data;
  return take(count().key_length() + count().data_length());
}

// The file scan of the 2841 and 2314: bytes X'FF' of the argument do not take part.
Device::Ending CkdDevice::finish_search_key_data() {
  constexpr u8 kNotCompared = 0xFF;
  const auto area = track_->record(record_).subspan(CountField::kSize);
  int order = 0;
  for (size_t i = 0; i < std::min(area.size(), buffer().size()) && order == 0; ++i) {
    if (buffer()[i] != kNotCompared) order = area[i] - buffer()[i];
  }
  const Ending ending = search_result(order, buffer().size() == area.size(), chain_.may_format);
  chain_.may_format = false;
  return ending;
}

}  // namespace replica
