// A terminal as CP sees it: lines go out, lines and keys come in, whatever kind of terminal it is.
//
// What comes from the person comes on the server's thread and is kept until take_events(), which belongs to CP's thread, as
// does all else here.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "devices/code_page.h"
#include "devices/terminal/terminal.h"

namespace replica::vmm {

struct TerminalEvent {
  enum class Kind : u8 {
    connected,
    disconnected,
    line,       // typed, and ended with ENTER
    attention,  // to CP
    entered,    // on the screen of a program, see write_screen()
  };
  Kind kind;
  std::string text = {};
};

// Whom CP or the virtual machine waits for, as a display shows it.
enum class TerminalStatus : u8 { cp_read, vm_read, running };

class UserTerminal : public Terminal {
 public:
  // `wake` is called on any thread when there are events.
  explicit UserTerminal(std::function<void()> wake) : wake_(std::move(wake)) {}

  std::vector<TerminalEvent> take_events() {
    const std::lock_guard lock(mutex_);
    return std::exchange(events_, {});
  }

  // A line for the person. Never waits: what a slow client does not take is lost, and the client is told how much.
  virtual void print(const std::string& line) = 0;
  // What is typed next is not to be seen, if the terminal can do that.
  virtual void hide_next_line() {}
  virtual void set_status(TerminalStatus /*status*/) {}
  // Somebody else will sit here: nothing of the last one's is to be seen.
  virtual void clear() {}
  // What has been printed becomes visible.
  virtual void update() {}

  // ---- The screen as a program's (DIAGNOSE X'58') ----

  enum class ScreenAnswer : u8 {
    done,
    no_screen,
    lost,  // CP has shown something, and the program does not erase it
    busy,  // the client does not take what it is sent
  };
  // Whether there is one, and somebody before it.
  virtual bool has_screen() const { return false; }
  // Gives the screen to a program, and a record of the 3270 data stream to the client. The program has it until print() or
  // the attention key.
  virtual ScreenAnswer write_screen(std::vector<u8> /*record*/, bool /*erases*/) { return ScreenAnswer::no_screen; }
  // The record that was entered last, once; empty if there is none.
  virtual std::vector<u8> take_entered() { return {}; }

  // When to update at the latest although nothing happens.
  virtual std::optional<std::chrono::steady_clock::time_point> next_update() const { return std::nullopt; }

 protected:
  // So many may wait for CP; what comes beyond them is lost.
  static constexpr std::size_t kMostEvents = 256;

  void put(TerminalEvent event) {
    {
      const std::lock_guard lock(mutex_);
      const bool is_typed = event.kind == TerminalEvent::Kind::line || event.kind == TerminalEvent::Kind::attention;
      if (is_typed && events_.size() >= kMostEvents) return;
      events_.push_back(std::move(event));
    }
    wake_();
  }

 private:
  std::function<void()> wake_;
  std::mutex mutex_;
  std::vector<TerminalEvent> events_;
};

}  // namespace replica::vmm
