// Lines that CP itself prints on a virtual printer, or notes of a console: records of a spool file, as if a program had
// printed them.
#pragma once

#include <string_view>

#include "devices/code_page.h"
#include "vmm/cp/session.h"

namespace replica::vmm {

// Appends a line to the file of a virtual printer or console; the file begins with it if none is open. A long line goes on in
// further records. Errors: the spool is full.
Status print_line(SpoolOutput& output, const CodePage& code_page, std::string_view line);

// The virtual printer of the lowest address; null if there is none.
SpoolOutput* first_printer(Session& session);

}  // namespace replica::vmm
