#include "devices/terminal/session.h"

#include <fmt/format.h>

#include <algorithm>

#include "devices/code_page.h"

namespace replica {
namespace {

// How long a client may take to tell what it is. One that never does is sent away, as Hercules does.
constexpr std::chrono::seconds kMostNegotiation{5};
// The largest screen sent whole, every character with its attributes, is far smaller.
constexpr std::size_t kLongestRecord = 0xFFFF;
constexpr std::size_t kLongestLine = 255;

constexpr u8 kCancel = 0x03, kBackspace = 0x08, kLineFeed = 0x0A, kReturn = 0x0D, kDelete = 0x7F;

constexpr u8 kEraseWrite = 0xF5, kSetBufferAddress = 0x11, kStartField = 0x1D, kProtected = 0x60;
// Keyboard restored, modified data tags reset.
constexpr u8 kWelcomeControl = 0xC3;
constexpr u32 kColumns = 80;

std::vector<u8> welcome_screen(const std::vector<std::string>& lines) {
  std::vector<u8> record = {kEraseWrite, kWelcomeControl};
  u32 position = 0;
  for (const std::string& line : lines) {
    record.insert(record.end(), {kSetBufferAddress, static_cast<u8>(position >> 8), static_cast<u8>(position),
                                 kStartField, kProtected});
    for (const char c : line.substr(0, kColumns - 1)) {
      record.push_back(default_code_page().to_ebcdic[static_cast<u8>(c)]);
    }
    position += kColumns;
  }
  return record;
}

std::span<const u8> bytes_of(std::string_view text) { return {reinterpret_cast<const u8*>(text.data()), text.size()}; }

}  // namespace

Session::Session(TerminalServer& server, std::shared_ptr<Connection> connection)
    : server_(server), connection_(std::move(connection)), telnet_(*this) {}

void Session::start() {
  telnet_.ask_type();
  flush();
  server_.network().after(kMostNegotiation, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && !self->terminal_) self->end();
  });
}

void Session::terminal_removed() {
  if (Terminal* const terminal = std::exchange(terminal_, nullptr)) terminal->disconnected();
  end();
}

void Session::end() {
  ended_ = true;
  connection_->close();
}

// ---- TerminalLine ----

void Session::send(std::vector<u8> bytes) {
  posted_ += bytes.size();
  server_.network().post([self = shared_from_this(), bytes = std::move(bytes)] {
    if (self->type_.kind == TerminalKind::display) {
      self->telnet_.send_record(bytes);
    } else {
      self->telnet_.send(bytes);
    }
    self->flush();
    self->posted_ -= bytes.size();
  });
}

// ---- ConnectionHandler ----

void Session::received(std::span<const u8> bytes) {
  if (ended_) return;
  telnet_.receive(bytes);
  flush();
}

void Session::drained() {
  if (terminal_) terminal_->drained();
}

void Session::closed() {
  ended_ = true;
  server_.leave(*this);
  if (Terminal* const terminal = std::exchange(terminal_, nullptr)) terminal->disconnected();
}

// ---- TelnetUser ----

void Session::telnet_send(std::span<const u8> bytes) { outbound_.insert(outbound_.end(), bytes.begin(), bytes.end()); }

void Session::flush() {
  if (!outbound_.empty()) connection_->send(std::exchange(outbound_, {}));
}

void Session::terminal_type(const std::string& type) {
  const auto parsed = parse_terminal_type(type);
  if (!parsed) return protocol_error(fmt::format("the terminal type '{}', which no device here is", type));
  type_ = *parsed;
  if (type_.kind == TerminalKind::printer_keyboard) {
    if (type_.wants_echo) telnet_.promise_echo();
    return take_place();
  }
  telnet_.ask_records();
  if (telnet_.has_records()) take_place();
}

// The client may have proposed records before it told its type.
void Session::records_agreed() {
  if (type_.kind == TerminalKind::display) take_place();
}

void Session::take_place() {
  if (ended_) return;
  const auto assignment = server_.assign(*this, type_);
  welcome(assignment.message);
  if (!assignment.terminal) return end();
  terminal_ = assignment.terminal;
  inbound_.clear();
  terminal_->connected(shared_from_this(), type_.screen);
}

void Session::welcome(const std::string& message) {
  if (type_.kind == TerminalKind::display) return telnet_.send_record(welcome_screen({server_.product(), message}));
  telnet_.send(bytes_of(fmt::format("{}\r\n{}\r\n", server_.product(), message)));
}

void Session::telnet_data(std::span<const u8> bytes) {
  if (ended_ || !terminal_) return;
  if (type_.kind == TerminalKind::printer_keyboard) {
    for (const u8 byte : bytes) type(byte);
    return;
  }
  if (inbound_.size() + bytes.size() > kLongestRecord) return protocol_error("a record of more than 65535 bytes");
  inbound_.insert(inbound_.end(), bytes.begin(), bytes.end());
}

void Session::end_of_record() {
  if (ended_ || !terminal_ || type_.kind != TerminalKind::display || inbound_.empty()) return;
  terminal_->received(inbound_);
  inbound_.clear();
}

void Session::attention_key() {
  if (!ended_ && terminal_) terminal_->pressed(Terminal::Key::attention);
}

void Session::protocol_error(const std::string& message) {
  if (!ended_) server_.report(fmt::format("client {} disconnected: it has sent {}", peer(), message));
  end();
}

// ---- A printer-keyboard's keys ----

// Lines end with carriage return, line feed, or both.
void Session::type(u8 character) {
  const bool belongs_to_return = std::exchange(after_return_, character == kReturn) && character != kReturn;
  switch (character) {
    case kReturn: return give_line();
    case kLineFeed:
      if (!belongs_to_return) give_line();
      return;
    case kCancel:
      inbound_.clear();
      terminal_->pressed(Terminal::Key::cancel);
      return echo("\r\n");
    case kBackspace:
    case kDelete:
      if (inbound_.empty()) return;
      inbound_.pop_back();
      return echo("\b \b");
    default: break;
  }
  if (character < ' ' || inbound_.size() == kLongestLine) return;
  inbound_.push_back(character);
  const char shown = static_cast<char>(character);
  echo({&shown, 1});
}

void Session::give_line() {
  terminal_->received(inbound_);
  inbound_.clear();
  echo("\r\n");
}

void Session::echo(std::string_view text) {
  if (type_.wants_echo) telnet_.send(bytes_of(text));
}

}  // namespace replica
