// The instruction set as a document, from the opcode table: `replica isa`, and docs/instructions.md.
#pragma once

#include <string>

namespace replica::tools {

// Aligned columns for people, followed by what the columns mean.
std::string isa_text();

// One object with the arrays "instructions" and "facilities".
std::string isa_json();

// docs/instructions.md, of which a test proves that it equals this.
std::string isa_markdown();

}  // namespace replica::tools
