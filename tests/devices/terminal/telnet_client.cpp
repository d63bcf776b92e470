#include "tests/devices/terminal/telnet_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <utility>

#include "devices/code_page.h"

namespace replica::terminal {
namespace {

constexpr int kPatience = 8000;  // milliseconds for what must come
constexpr std::chrono::milliseconds kEventPatience{5000};

const Bytes kEndOfRecord = {0xFF, 0xEF};

}  // namespace

Bytes hex(const std::string& digits) {
  std::string plain;
  for (const char c : digits)
    if (c != ' ') plain += c;
  Bytes result;
  for (std::size_t at = 0; at + 1 < plain.size(); at += 2)
    result.push_back(static_cast<u8>(std::stoul(plain.substr(at, 2), nullptr, 16)));
  return result;
}

u16 free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(probe, reinterpret_cast<const sockaddr*>(&address), size);
  ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(probe);
  return ntohs(address.sin_port);
}

std::string ebcdic(const std::string& text) {
  std::string result;
  for (const char c : text) result += static_cast<char>(default_code_page().to_ebcdic[static_cast<u8>(c)]);
  return result;
}

TelnetClient::TelnetClient(u16 port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) close();
}

TelnetClient::~TelnetClient() { close(); }

void TelnetClient::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

bool TelnetClient::send(const Bytes& data) {
  for (std::size_t sent = 0; sent < data.size();) {
    const ssize_t count = ::send(socket_, data.data() + sent, data.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

bool TelnetClient::wait_readable(int milliseconds) const {
  pollfd events{.fd = socket_, .events = POLLIN, .revents = 0};
  return poll(&events, 1, milliseconds) > 0;
}

bool TelnetClient::receive_more() {
  u8 buffer[4096];
  if (!wait_readable(kPatience)) return false;
  const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
  if (count <= 0) return false;
  pending_.insert(pending_.end(), buffer, buffer + count);
  return true;
}

Bytes TelnetClient::receive_byte() {
  if (pending_.empty() && !receive_more()) return {};
  const u8 byte = pending_.front();
  pending_.erase(pending_.begin());
  return {byte};
}

Bytes TelnetClient::receive_until(const Bytes& end) {
  do {
    const auto found = std::search(pending_.begin(), pending_.end(), end.begin(), end.end());
    if (found != pending_.end()) {
      const auto after = found + static_cast<std::ptrdiff_t>(end.size());
      Bytes result(pending_.begin(), after);
      pending_.erase(pending_.begin(), after);
      return result;
    }
  } while (receive_more());
  return std::exchange(pending_, {});
}

bool TelnetClient::is_closed_by_server() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatience);
  while (std::chrono::steady_clock::now() < deadline) {
    u8 buffer[4096];
    if (wait_readable(100) && ::recv(socket_, buffer, sizeof buffer, 0) <= 0) return true;
  }
  return false;
}

Bytes TelnetClient::negotiate(const std::string& type) {
  receive_until({0xFF, 0xFD, 0x18});  // DO TERMINAL-TYPE
  send({0xFF, 0xFB, 0x18});
  receive_until({0xFF, 0xFA, 0x18, 0x01, 0xFF, 0xF0});  // SEND
  Bytes is = {0xFF, 0xFA, 0x18, 0x00};
  is.insert(is.end(), type.begin(), type.end());
  is.insert(is.end(), {0xFF, 0xF0});
  send(is);
  if (!type.starts_with("IBM-")) {
    Bytes text = receive_until({'\r', '\n'});
    const Bytes second = receive_until({'\r', '\n'});
    text.insert(text.end(), second.begin(), second.end());
    return text;
  }
  receive_until({0xFF, 0xFB, 0x00});  // ... WILL BINARY is the last of four
  send(hex("FFFB19 FFFD19 FFFB00 FFFD00"));
  return receive_record();
}

bool TelnetClient::send_record(const Bytes& record) {
  Bytes data;
  for (const u8 byte : record) {
    if (byte == 0xFF) data.push_back(0xFF);
    data.push_back(byte);
  }
  data.insert(data.end(), kEndOfRecord.begin(), kEndOfRecord.end());
  return send(data);
}

Bytes TelnetClient::receive_record() {
  Bytes record;
  for (;;) {
    const Bytes piece = receive_until({0xFF});
    if (piece.empty() || piece.back() != 0xFF) return {};
    record.insert(record.end(), piece.begin(), piece.end());
    const Bytes command = receive_byte();
    if (command == Bytes{0xFF}) continue;  // an FF of the record
    record.pop_back();
    return command == Bytes{0xEF} ? record : Bytes{};
  }
}

void EventRecorder::present(u8 status) {
  {
    const std::lock_guard lock(mutex_);
    statuses_.push_back(status);
  }
  changed_.notify_all();
}

void EventRecorder::ready() {
  {
    const std::lock_guard lock(mutex_);
    ready_ = true;
  }
  changed_.notify_all();
}

u8 EventRecorder::next_status() {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, kEventPatience, [this] { return !statuses_.empty(); })) return 0;
  const u8 status = statuses_.front();
  statuses_.erase(statuses_.begin());
  return status;
}

bool EventRecorder::is_ready(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [this] { return ready_; });
  return std::exchange(ready_, false);
}

std::size_t resident_bytes() {
#ifdef __SANITIZE_ADDRESS__
  return 0;
#endif
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace replica::terminal
