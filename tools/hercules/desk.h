// Where the operator sits: it takes the lines of the log, and gives the lines that are typed. A terminal, a pair of pipes, or
// a test.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace replica::tools {

class Desk {
 public:
  virtual ~Desk() = default;

  // One line of the log, on the panel's thread. False if it could not be written.
  virtual bool write_line(const std::string& line) = 0;

  // The next line that has been typed, if there is one. Does not wait.
  virtual std::optional<std::string> take_line() = 0;

  // True while lines may still come.
  virtual bool is_open() const = 0;

  // True if a person types, who sees the lines already and does not wait for each other's end; otherwise the lines are a
  // script.
  virtual bool is_interactive() const = 0;

  // `notify` is called, from any thread, when a line has come or the last has.
  virtual void on_input(std::function<void()> notify) = 0;

  // A line about the machine that replaces the one shown before.
  virtual void show_status(const std::string& /*status*/) {}
};

}  // namespace replica::tools
