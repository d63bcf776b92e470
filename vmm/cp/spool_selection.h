// Which spool files and which virtual devices a command means.
#pragma once

#include "vmm/cp/operands.h"

namespace replica::vmm {

// The virtual devices of a session that a word names: by address, or READER, PRINTER, PUNCH or CONSOLE for all of these.
// Errors: there is none, or it is not spooled.
Result<std::vector<VirtualDevice*>> spooled_devices(Session& session, std::string_view word);

// READER, PRINTER, PUNCH and their abbreviations.
std::optional<SpoolKind> take_kind(Operands& operands);

// Whose files a command is about: the requester's own; for class D those of a user that it names, or of all (SYSTEM, which gives
// an empty name).
Result<std::string> take_owner(const Requester& requester, Operands& operands);

// The files that are named by ALL, CLASS c, or numbers, as many as there are. Those that are in use are left out, unless they are
// named by number, which is an error. An empty owner is every one.
Result<std::vector<SpoolFile>> take_files(const SpoolStore& store, const std::string& owner,
                                          std::optional<SpoolKind> kind, Operands& operands);

// The value of CLASS, COPY.
Result<char> take_class(Operands& operands);
Result<u32> take_copies(Operands& operands);

}  // namespace replica::vmm
