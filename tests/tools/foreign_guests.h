// Operating systems and decks that nobody in this project wrote. They are looked for in $REPLICA_GUESTS, then in ../shared/guests
// beside the source tree; tests that need them are skipped without them.
#pragma once

#include <filesystem>

namespace replica::tools {

std::filesystem::path foreign_guests_folder();

// Copies a guest's folder; in the copy everything may be written to.
void copy_guest(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace replica::tools
