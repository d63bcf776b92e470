// A desk with a terminal: lines are edited with a history, and the prompt is the status line. The log scrolls above it.
//
// libedit is seen in terminal_desk.cpp alone. All that goes to the terminal is written by one thread, that of the editor:
// while it waits for a key it takes the lines of the log, writes them in the place of the prompt, and draws the prompt and
// what has been typed again below them.
#pragma once

#include <memory>

#include "tools/hercules/desk.h"

namespace replica::tools {

// True if standard input and output are a terminal that lines can be edited on.
bool has_editing_terminal();

// Takes standard input and output, until it is destroyed.
std::unique_ptr<Desk> make_terminal_desk();

}  // namespace replica::tools
