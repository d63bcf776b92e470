// Which outcomes of each instruction the cases expect: normal completion, each condition code and each exception that
// its row of instructions.def has.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "tools/vectors/case.h"

namespace replica::vectors {

struct InstructionCoverage {
  const InstructionInfo* info = nullptr;
  std::size_t cases = 0;  // patterns of access exceptions included
  std::vector<std::string> tested;
  std::vector<std::string> missing;
  std::vector<std::string> unreachable;  // declared by "never": this machine cannot produce it
};

struct Coverage {
  std::vector<InstructionCoverage> instructions;  // the installed ones, in the order of the table
  std::size_t tested() const;
  std::size_t missing() const;
  std::size_t unreachable() const;
};

// Errors: a "never" for an outcome that the instruction does not have, or that a case expects all the same.
Result<Coverage> measure_coverage(const std::vector<VectorFile>& files);

// The outcomes of a row, in words: "hex" (a case that gives the opcode in hexadecimal), "normal", "cc=0", "Af", "SP".
std::vector<std::string> outcomes_of(const InstructionInfo& info);

}  // namespace replica::vectors
