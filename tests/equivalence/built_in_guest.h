// The programs of guests/ as users of `replica vm`: loaded from cards, without other devices. What they print stays in storage, and
// the operator has it displayed at the end.
#pragma once

#include <string>
#include <vector>

#include "tests/equivalence/virtual_run.h"

namespace replica::tools {

// What CP tells the user of a guest that has ended well.
inline constexpr const char* kGoodEnd = "CP ENTERED; DISABLED WAIT PSW '00020000 00000000'";

// A file that the build has made in guests/.
std::vector<u8> read_built(const std::string& name);

// Adds the user, the deck, and what the operator does at its end: display the report and log the user off. Gives the userid.
std::string add_built_in_guest(VirtualRun& run, const std::string& guest);
// The report out of the operator's log.
std::string report_of(const std::string& log, const std::string& guest);
// What it must be.
std::string expected_report(const std::string& guest);

}  // namespace replica::tools
