// The TELNET protocol of one terminal, this side being the host: which type of terminal it is, and for a display the
// agreement on 3270 records. RFC 854, 856 (binary), 885 (end of record), 1091 (terminal type), 1576 (TN3270).
//
// libtelnet, which is seen in telnet.cpp alone, parses, negotiates (RFC 1143) and escapes. It knows nothing of records, but
// hands over every command that it has no meaning for, and so the end of a record too.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/types.h"

struct telnet_t;
union telnet_event_t;

namespace replica {

// What comes of the protocol. Called inside of Telnet's functions, which must not be called from there, except for its
// sending and negotiating ones.
class TelnetUser {
 public:
  virtual ~TelnetUser() = default;
  // Bytes for the peer.
  virtual void telnet_send(std::span<const u8> bytes) = 0;
  // The terminal has told its type. Called once.
  virtual void terminal_type(const std::string& type) = 0;
  // Both sides speak in binary records.
  virtual void records_agreed() = 0;
  virtual void telnet_data(std::span<const u8> bytes) = 0;
  virtual void end_of_record() = 0;
  // BREAK or INTERRUPT PROCESS.
  virtual void attention_key() = 0;
  // What the peer sends is not TELNET; nothing after it can be understood.
  virtual void protocol_error(const std::string& message) = 0;
};

class Telnet {
 public:
  // The user must outlive this.
  explicit Telnet(TelnetUser& user);

  // Asks for the terminal's type.
  void ask_type();
  // Proposes binary records.
  void ask_records();
  bool has_records() const;
  // Tells that this side echoes what is typed, so that the terminal does not, and takes characters as they are typed.
  void promise_echo();

  void receive(std::span<const u8> bytes);
  void send(std::span<const u8> bytes);
  void send_record(std::span<const u8> bytes);

 private:
  struct Free {
    void operator()(telnet_t* telnet) const;
  };
  static void handle(telnet_t* telnet, telnet_event_t* event, void* self);
  void handle(telnet_event_t& event);
  void agreed(u8 option, unsigned ours);

  TelnetUser& user_;
  std::unique_ptr<telnet_t, Free> telnet_;
  unsigned agreed_ = 0;  // of the four agreements that records take
  bool type_known_ = false;
};

}  // namespace replica
