// The terminals of the real machine that are CP's: who sits at each, how users log on there, and where what is typed goes.
// VM/370 Terminal User's Guide (GC20-1810).
//
// Nobody has the terminal, or the user who has logged on there, or a virtual machine that it has been dialed to (DIAL). A line goes to the virtual machine's console while that runs,
// and is a command of CP while it does not, or if it begins with #CP. All on CP's thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devices/code_page.h"
#include "devices/terminal/terminal_switch.h"
#include "devices/terminal/terminal_type.h"
#include "vmm/cp/session.h"
#include "vmm/terminals/dialed_terminal.h"
#include "vmm/terminals/user_terminal.h"

namespace replica::vmm {

class ControlProgram;
struct CommandText;

// A terminal of the real machine.
struct RealTerminal {
  u16 address;
  TerminalKind kind;
  TerminalSwitch* line;
};

class Terminals {
 public:
  using Clock = std::chrono::steady_clock;

  // All must outlive it. `wake` is called on any thread when there is something to serve().
  Terminals(ControlProgram& cp, const std::vector<RealTerminal>& terminals, const CodePage& code_page,
            const std::function<void()>& wake);
  // Everybody gets back to the devices.
  ~Terminals();

  // Does what people have typed since the last time, and shows what has been printed.
  void serve();
  // When to serve at the latest although nobody does anything.
  std::optional<Clock::time_point> next_service() const;

  // The session gives up its terminal, if it has one.
  void release(Session& session, const std::string& last_words);

  // A virtual machine is given the device: whoever sits there talks to it. Between the two calls to nobody, while the device
  // moves. Nothing happens if there is no terminal at the address.
  void take_away(u16 address);
  void lead_to(u16 address, Terminal* device);
  void give_back(u16 address);

  // A virtual display goes: who has dialed to it gets back to CP.
  void drop(const Session& session, u16 address, const Device& display);

 private:
  struct Seat {
    u16 address;
    TerminalKind kind;
    TerminalSwitch* line;
    std::unique_ptr<UserTerminal> terminal;
    std::unique_ptr<DialedTerminal> dialed = {};
    Session* session = nullptr;
    const User* candidate = nullptr;  // who has to give the password next
    u32 refused = 0;                  // attempts in a row
    Clock::time_point shut_until{};   // after too many of them
  };

  void handle(Seat& seat, const TerminalEvent& event);
  void type(Seat& seat, const std::string& line);
  void dial(Seat& seat, const CommandText& command);
  // The virtual display that is meant, or any that nobody has dialed to.
  Terminal* find_display(Session& session, std::optional<u16> address, u16& found) const;
  void hang_up(Seat& seat);
  void command_of_nobody(Seat& seat, const std::string& line);
  void ask_for_password(Seat& seat, const std::string& name);
  void check_password(Seat& seat, std::string password);
  void log_on(Seat& seat, const User& user);
  void gone(Seat& seat);
  void enter_cp(Seat& seat);
  void execute(Seat& seat, const std::string& line);
  void show_status(Seat& seat);
  Seat* find(u16 address);

  ControlProgram& cp_;
  std::function<void()> wake_;
  std::vector<Seat> seats_;
};

}  // namespace replica::vmm
