// The port to which people connect with TELNET and TN3270 clients: who sits at which terminal. As Hercules does it: one port
// for all terminals of the machine; the type of the client's terminal tells whether it gets a display or a
// printer-keyboard; the first that is free and fits is the client's until one of them goes.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "devices/network/network.h"
#include "devices/terminal/terminal.h"
#include "devices/terminal/terminal_type.h"

namespace replica {

class Session;

class TerminalServer {
 public:
  // Where a terminal stands and who may sit at it.
  struct Seat {
    u16 number;  // device number
    TerminalKind kind;
    std::string name;   // for messages: "3270"
    std::string group;  // for clients that ask for it by terminal type "...@GROUP"; "" or "*": for those that do not
    u32 address = 0;    // with the mask's bits alone, that of the clients that are let in
    u32 mask = 0;
  };

  // `product` introduces the machine to clients. `report` gets a line about each that comes and goes, on a thread of the
  // server's.
  TerminalServer(std::string product, std::function<void(const std::string&)> report);
  // Sends everybody away.
  ~TerminalServer();

  // Opens the port, 0 for a free one, and gives it. Once. `host` is an address of this machine, or empty for all.
  Result<u16> open(const std::string& host, u16 port);

  // The terminal must have its DeviceEvents, and stay until remove() has returned. remove() sends the person away; it does
  // nothing with a terminal that is not there.
  void add(const Seat& seat, Terminal& terminal);
  void remove(const Terminal& terminal);
  // The device has another number now.
  void renumber(u16 from, u16 to);

  // ---- For sessions, on the server's thread ----

  Network& network() { return network_; }
  const std::string& product() const { return product_; }
  void report(const std::string& line) { report_(line); }
  // Gives the session a terminal, and the words about it for the client.
  struct Assignment {
    Terminal* terminal = nullptr;  // none was free
    std::string message;
  };
  Assignment assign(Session& session, const TerminalType& type);
  // The session is over.
  void leave(Session& session);

 private:
  struct Place {
    Seat seat;
    Terminal* terminal;
    Session* session = nullptr;
  };
  static bool fits(const Place& place, const TerminalType& type, const std::string& peer);

  std::string product_;
  std::function<void(const std::string&)> report_;
  std::vector<Place> places_;  // the server's thread
  Network network_;            // last: its end is the end of the server's thread
};

// The arguments of a device statement for a terminal: [GROUP [ADDRESS [MASK]]], the words of Hercules. `noprompt` is taken
// and has no effect. Errors say which argument is wrong.
Status parse_seat(std::span<const std::string> arguments, TerminalServer::Seat& seat);

}  // namespace replica
