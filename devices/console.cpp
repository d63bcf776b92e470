#include "devices/console.h"

#include <algorithm>
#include <utility>

#include "devices/code_page.h"

namespace replica {
namespace {

// Commands (GA24-3550 "3215 Console Printer-Keyboard").
constexpr u8 kWrite = 0x01, kWriteNewLine = 0x09, kReadInquiry = 0x0A, kAlarm = 0x0B, kNoOperation = 0x03,
             kSense = 0x04;

// Typed lines that may wait to be read, and the longest of them: a guest that never reads cannot fill the host.
constexpr std::size_t kMostLines = 1000, kLongestLine = 255;

constexpr u8 kEbcdicNewLine = 0x15;
constexpr u32 kLongestWrite = 0xFFFF;
constexpr std::size_t kLongestPrintedLine = 1000;
// A write waits while more than this is on its way to the client.
constexpr std::size_t kMostWaiting = 64 * 1024;

}  // namespace

void Console::enter(std::string line, bool cancelled) {
  line.resize(std::min(line.size(), kLongestLine));
  bool answers_read;
  {
    const std::lock_guard lock(mutex_);
    if (input_.size() >= kMostLines) return;
    answers_read = read_waits_;
    read_waits_ = false;
    if (answers_read || cancelled || !line.empty()) input_.push_back({std::move(line), cancelled});
  }
  if (answers_read) {
    raise_ready();
  } else {
    request();
  }
}

void Console::request() { raise_status(unit_status::kAttention); }

std::string Console::description() const {
  if (keys_ == Keys::panel) return type_;
  const auto line = this->line();
  return line ? line->peer() : "not connected";
}

std::shared_ptr<TerminalLine> Console::line() const {
  const std::lock_guard lock(mutex_);
  return line_;
}

Device::Answer Console::begin(u8 command) {
  writing_ = false;
  cancelled_ = false;
  if (command == kSense) return send_sense();
  if (keys_ == Keys::client && !line()) return check(sense::kInterventionRequired, 0);
  switch (command) {
    case kWrite:
    case kWriteNewLine: return begin_write(command == kWriteNewLine);
    case kReadInquiry: return begin_read();
    case kAlarm:
    case kNoOperation: return Answer::done();
    default: return check(sense::kCommandReject);
  }
}

Device::Answer Console::begin_write(bool new_line) {
  const std::lock_guard lock(mutex_);
  write_waits_ = line_ && line_->waiting() > kMostWaiting;
  if (write_waits_) return Answer::later();
  writing_ = true;
  new_line_ = new_line;
  return receive(kLongestWrite);
}

// What has been printed is the question: the paper shows it before the answer is awaited.
Device::Answer Console::begin_read() {
  static_cast<void>(flush());
  Input input;
  {
    const std::lock_guard lock(mutex_);
    if (input_.empty()) {
      read_waits_ = true;
      return Answer::later();
    }
    input = std::move(input_.front());
    input_.pop_front();
  }
  cancelled_ = input.cancelled;
  std::vector<u8> ebcdic;
  for (char c : input.text) ebcdic.push_back(environment_.code_page->to_ebcdic[static_cast<u8>(c)]);
  return send(std::move(ebcdic));
}

Device::Ending Console::end() {
  if (writing_) print(buffer(), new_line_);
  const u8 status = static_cast<u8>(unit_status::kEnd | (cancelled_ ? unit_status::kUnitException : 0));
  return {status, !writing_ && has_more()};
}

void Console::print(const std::vector<u8>& ebcdic, bool new_line) {
  for (u8 byte : ebcdic) {
    const u8 host = environment_.code_page->to_host[byte];
    if (byte == kEbcdicNewLine || host == '\n') {
      finish_line();
      continue;
    }
    printed_ += host >= 0x20 && host < 0x7F ? static_cast<char>(host) : ' ';
    if (keys_ == Keys::panel && printed_.size() == kLongestPrintedLine) finish_line();
  }
  if (new_line) finish_line();
  if (keys_ == Keys::panel) return;
  if (const auto line = this->line()) line->send({printed_.begin(), printed_.end()});
  printed_.clear();
}

void Console::finish_line() {
  if (keys_ == Keys::client) {
    printed_ += "\r\n";
    return;
  }
  if (print_) print_(printed_);
  printed_.clear();
}

void Console::halt() {
  const std::lock_guard lock(mutex_);
  read_waits_ = write_waits_ = false;
}

void Console::reset() {
  BufferedDevice::reset();
  halt();
}

// A line that has not been ended is printed as it is.
Status Console::flush() {
  if (print_ && !printed_.empty()) print_(printed_);
  printed_.clear();
  return {};
}

// ---- Terminal ----

void Console::connected(std::shared_ptr<TerminalLine> line, const Screen&) {
  {
    const std::lock_guard lock(mutex_);
    line_ = std::move(line);
    input_.clear();
  }
  raise_status(unit_status::kDeviceEnd);
}

void Console::disconnected() {
  bool was_waiting;
  {
    const std::lock_guard lock(mutex_);
    line_.reset();
    was_waiting = read_waits_ || write_waits_;
    read_waits_ = write_waits_ = false;
  }
  if (was_waiting) raise_ready();
}

void Console::received(std::span<const u8> typed) { enter({typed.begin(), typed.end()}); }

void Console::pressed(Key key) {
  if (key == Key::attention) return request();
  enter("", true);
}

void Console::drained() {
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(write_waits_, false)) return;
  }
  raise_ready();
}

}  // namespace replica
