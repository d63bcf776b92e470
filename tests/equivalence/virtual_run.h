// A run of `replica vm` as an operator prepares it: the real machine's configuration, the users' directory, and a run-command file
// that logs them on and answers what they ask. In virtual time, so that it is the same run every time, and pauses cost nothing.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tools/replica_process.h"

namespace replica::tools {

// How instructions are executed, and how much the VMM does for its guests in translated code.
struct Way {
  std::string engine;
  std::string assist;

  std::string name() const { return engine + "_" + assist; }
};
inline void PrintTo(const Way& way, std::ostream* stream) { *stream << way.name(); }

// Every engine at every assist level.
std::vector<Way> all_ways();

class VirtualRun {
 public:
  // A file of the run, or a name for one.
  std::string path(const std::string& name) const { return folder_.path(name); }
  const TemporaryFolder& folder() const { return folder_; }

  // A statement of the configuration. The storage size and the operating system are there already.
  void configure(const std::string& statement);
  // Statements of the directory.
  void add_user(const std::string& statements);
  // A deck for a user's reader, of cards or of text lines: it is in the spool when they log on.
  void add_deck(const std::string& user, std::span<const u8> cards);
  void add_text_deck(const std::string& user, const std::string& lines);
  // A command that is entered at the start.
  void command(const std::string& line);
  // What the operator does, a little later, when a line with this extended regular expression is printed.
  void when(const std::string& pattern, const std::vector<std::string>& commands);
  // The same for a line of a user's console.
  void when(const std::string& user, const std::string& pattern, const std::vector<std::string>& commands);
  // How many seconds later; 0.02 until it is said.
  void set_pause(double seconds) { pause_ = seconds; }
  // Logs users on; at the end, when all of them have been logged off, the system is shut down.
  void log_on(const std::vector<std::string>& users);

  // Writes the files and does it.
  ProcessResult run(const Way& way);
  // Writes the files and gives the arguments of the command, which runs in path(""), and in real time if nothing is added.
  std::vector<std::string> prepare(const Way& way);

 private:
  void add_reader(const std::string& user, const std::vector<u8>& cards, const std::string& options);

  TemporaryFolder folder_;
  std::string configuration_ = "MAINSIZE 16\nARCHMODE S/370\nOSTAILOR QUIET\n";
  std::string directory_;
  std::string commands_;
  double pause_ = 0.02;
  unsigned readers_ = 0;
  unsigned scripts_ = 0;
};

// What a user's virtual console has printed, and what CP has told its user, out of the operator's log.
std::string console_of(const std::string& log, std::string_view user);
// What the console has printed, out of the log of `replica run` from initial program load on.
std::string console_of_bare_machine(const std::string& log);

}  // namespace replica::tools
