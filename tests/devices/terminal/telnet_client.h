// The other end: a TELNET or TN3270 client in a few lines, written from the RFCs and not with the library that the server
// uses. And a recorder of what a device presents.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "base/types.h"
#include "devices/device.h"

namespace replica::terminal {

using Bytes = std::vector<u8>;

inline Bytes bytes(const std::string& text) { return {text.begin(), text.end()}; }
// "F5 C3 40", blanks without meaning.
Bytes hex(const std::string& digits);

// A port of this machine that was free a moment ago.
u16 free_port();

// Text in EBCDIC, by the page that Hercules uses if nothing else is said.
std::string ebcdic(const std::string& text);

class TelnetClient {
 public:
  explicit TelnetClient(u16 port);
  ~TelnetClient();
  TelnetClient(const TelnetClient&) = delete;
  TelnetClient& operator=(const TelnetClient&) = delete;

  bool is_connected() const { return socket_ >= 0; }
  // False if the server has closed the connection.
  bool send(const Bytes& data);
  // All that has come when the server has been silent for some time, or up to and including `end`.
  Bytes receive_until(const Bytes& end);
  // Whether the server closes the connection within a few seconds; what it sends before is dropped.
  bool is_closed_by_server();
  void close();

  // Answers the negotiation as a client with this terminal type does, and gives what came behind it: for a display the first
  // record with IAC EOR, for others the text up to the second line end.
  Bytes negotiate(const std::string& type);
  // One record, IACs not doubled yet.
  bool send_record(const Bytes& record);
  // The next record, without IAC EOR and with IACs as they were. Empty if none comes.
  Bytes receive_record();

 private:
  bool wait_readable(int milliseconds) const;
  bool receive_more();
  Bytes receive_byte();

  int socket_ = -1;
  Bytes pending_;  // received and not yet given out
};

// Collects events from any thread, and waits for them.
class EventRecorder final : public DeviceEvents {
 public:
  void present(u8 status) override;
  void ready() override;
  // The next status presented, or 0 if none comes in time.
  u8 next_status();
  // Whether ready() has been called since the last time, or is in time.
  bool is_ready(std::chrono::milliseconds patience = std::chrono::milliseconds(5000));

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<u8> statuses_;
  bool ready_ = false;
};

// The bytes of memory that this process has in use. 0 under the address sanitizer, which keeps what is freed.
std::size_t resident_bytes();

}  // namespace replica::terminal
