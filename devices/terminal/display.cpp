#include "devices/terminal/display.h"

#include <algorithm>
#include <utility>

#include "devices/terminal/data_stream.h"

namespace replica {
namespace {

constexpr u8 kNoOperation = 0x03, kSense = 0x04, kSenseId = 0xE4;

constexpr u8 kSelect[] = {0x0B, 0x1B, 0x2B, 0x3B, 0x4B};

// A command of the channel, and that of the data stream which a remote display understands.
struct Command {
  u8 local;
  u8 remote;
};
constexpr Command kWrite{0x01, 0xF1}, kEraseWrite{0x05, 0xF5}, kEraseWriteAlternate{0x0D, 0x7E},
    kWriteStructuredField{0x11, 0xF3}, kEraseAllUnprotected{0x0F, 0x6F}, kReadBuffer{0x02, 0xF2},
    kReadModified{0x06, 0xF6}, kReadModifiedAll{0x0E, 0x6E};

// Sense byte 0: an order that cannot be obeyed.
constexpr u8 kOperationCheck = 0x01;

constexpr u8 kRestoreKeyboard = 0x02;  // in the write control character
constexpr std::size_t kHeader = 2;     // command and write control character
constexpr u32 kLongestWrite = 0xFFFF;
// A write waits while more than this is on its way to the client.
constexpr std::size_t kMostWaiting = 64 * 1024;

// What Hercules answers: a 3274 with a 3278 model 2.
const std::vector<u8> kIdentity = {0xFF, 0x32, 0x74, 0x1D, 0x32, 0x78, 0x02};

}  // namespace

std::string Display::description() const {
  const std::lock_guard lock(mutex_);
  return line_ ? line_->peer() : "not connected";
}

Device::Answer Display::begin(u8 command) {
  write_ = 0;
  if (command == kSense) return send_sense();
  if (command == kSenseId) return send(kIdentity);
  const std::lock_guard lock(mutex_);
  awaited_ = Awaited::nothing;
  return line_ ? begin_connected(command) : check(sense::kInterventionRequired, 0);
}

Device::Answer Display::begin_connected(u8 command) {
  for (const Command& write : {kWrite, kEraseWrite, kEraseWriteAlternate})
    if (command == write.local) return begin_write(write.remote);
  if (command == kWriteStructuredField.local && screen_.is_extended) return begin_write(kWriteStructuredField.remote);
  for (const Command& read : {kReadBuffer, kReadModified, kReadModifiedAll})
    if (command == read.local) return begin_read(read.remote);
  if (command == kEraseAllUnprotected.local) {
    inbound_.reset();
    line_->send({kEraseAllUnprotected.remote});
    return Answer::done();
  }
  const bool is_select = std::find(std::begin(kSelect), std::end(kSelect), command) != std::end(kSelect);
  return is_select || command == kNoOperation ? Answer::done() : check(sense::kCommandReject);
}

Device::Answer Display::begin_write(u8 remote_command) {
  if (line_->waiting() > kMostWaiting) {
    awaited_ = Awaited::room;
    return Answer::later();
  }
  write_ = remote_command;
  return receive(kLongestWrite);
}

// READ MODIFIED takes what the operator's key has sent. READ BUFFER wants the whole screen, for which the client must be
// asked; the answer has the key in it too.
Device::Answer Display::begin_read(u8 remote_command) {
  const bool is_buffer = remote_command == kReadBuffer.remote;
  if (!inbound_ || (is_buffer && !inbound_->is_answer)) {
    inbound_.reset();
    awaited_ = Awaited::record;
    line_->send({remote_command});
    return Answer::later();
  }
  const std::vector<u8> record = std::move(inbound_->record);
  inbound_.reset();
  return send(is_buffer ? read_buffer_from(record, position_) : read_modified_from(record, position_));
}

Device::Ending Display::end() {
  if (write_ != 0) return end_write();
  return {unit_status::kEnd, has_more()};
}

// Of a write with an order that cannot be obeyed, what stands before the order is on the screen.
Device::Ending Display::end_write() {
  const std::lock_guard lock(mutex_);
  if (!line_) return {check(sense::kInterventionRequired).status};
  std::vector<u8> record = {write_};
  record.insert(record.end(), buffer().begin(), buffer().end());
  const bool has_orders = write_ != kWriteStructuredField.remote && record.size() >= kHeader;
  WriteOrders orders;
  if (has_orders) {
    if (write_ != kWrite.remote) alternate_screen_ = write_ == kEraseWriteAlternate.remote;
    if ((record[1] & kRestoreKeyboard) != 0) inbound_.reset();
    orders = follow_orders(std::span(record).subspan(kHeader), screen_size());
    position_ = orders.position;
    if (orders.bad_order) record.resize(kHeader + *orders.bad_order);
  }
  line_->send(std::move(record));
  return {orders.bad_order ? check(kOperationCheck).status : unit_status::kEnd};
}

u32 Display::screen_size() const { return alternate_screen_ ? screen_.alternate_size : screen_.size; }

void Display::halt() {
  const std::lock_guard lock(mutex_);
  awaited_ = Awaited::nothing;
  if (inbound_ && inbound_->is_answer) inbound_.reset();
}

void Display::reset() {
  BufferedDevice::reset();
  const std::lock_guard lock(mutex_);
  awaited_ = Awaited::nothing;
  inbound_.reset();
}

// ---- Terminal ----

void Display::connected(std::shared_ptr<TerminalLine> line, const Screen& screen) {
  {
    const std::lock_guard lock(mutex_);
    line_ = std::move(line);
    screen_ = screen;
    alternate_screen_ = false;
    inbound_.reset();
  }
  raise_status(unit_status::kDeviceEnd);
}

// The guest learns of it with its next command, as with a display that has been switched off.
void Display::disconnected() {
  bool is_awaited;
  {
    const std::lock_guard lock(mutex_);
    line_.reset();
    inbound_.reset();
    is_awaited = std::exchange(awaited_, Awaited::nothing) != Awaited::nothing;
  }
  if (is_awaited) raise_ready();
}

// A second key before the first was read takes its place: the screen is now as that has left it.
void Display::received(std::span<const u8> record) {
  bool is_answer;
  {
    const std::lock_guard lock(mutex_);
    is_answer = awaited_ == Awaited::record;
    if (is_answer) awaited_ = Awaited::nothing;
    inbound_ = {{record.begin(), record.end()}, is_answer};
  }
  if (is_answer) {
    raise_ready();
  } else {
    raise_status(unit_status::kAttention);
  }
}

void Display::drained() {
  {
    const std::lock_guard lock(mutex_);
    if (awaited_ != Awaited::room) return;
    awaited_ = Awaited::nothing;
  }
  raise_ready();
}

}  // namespace replica
