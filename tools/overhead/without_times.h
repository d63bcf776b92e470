// What operating systems print, made comparable from one run to another.
#pragma once

#include <string>

namespace replica::overhead {

// The text with letters in the place of times, dates and names that are made of them, without carriage returns and blanks
// at ends of lines. Virtual machines share the time: one that has less of it prints a later hour.
std::string without_times(std::string text);

}  // namespace replica::overhead
