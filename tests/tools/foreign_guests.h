// Operating systems and decks that nobody in this project wrote, and how what they print is compared. They are looked for in
// $REPLICA_GUESTS, then in ../shared/guests beside the source tree; tests that need them are skipped without them.
#pragma once

#include <filesystem>
#include <string>

namespace replica::tools {

std::filesystem::path foreign_guests_folder();

// Copies a guest's folder; in the copy everything may be written to.
void copy_guest(const std::filesystem::path& from, const std::filesystem::path& to);

// What differs from run to run is replaced, and blanks at the ends of lines are left out.
std::string without_times(std::string text);

}  // namespace replica::tools
