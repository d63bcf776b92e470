// The built-in workloads: the monitor of guests/monitor with cards for its job streams and dials.
//
// A workload is named by a set of cards, with dials behind it that replace those of the cards: "mixed" or
// "mixed:SVC=2000:SSM=4000".
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tools/overhead/workload.h"

namespace replica::overhead {

// Those that are run if the user names none.
std::vector<std::string> usual_workloads();

// Makes the deck of the workload in `folder`, which must live as long as the workload. `guests` is where the build has
// put the monitor; `millions` of instructions are what it is to execute, if not as many as take some tenths of a second.
// Errors: there is no such workload or dial; the monitor was not built.
Result<Workload> built_in_workload(const std::string& spec, std::optional<u64> millions,
                                   const std::filesystem::path& guests, const std::filesystem::path& folder);

// Where the build puts guests, beside the folder of the program itself.
std::filesystem::path built_guests();

}  // namespace replica::overhead
