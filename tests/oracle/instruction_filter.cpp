#include "tests/oracle/instruction_filter.h"

#include <algorithm>
#include <set>

#include "tests/oracle/rows.h"

namespace replica::oracle {

u16 operation_code(const u8* bytes) {
  return bytes[0] == 0xB2 || bytes[0] == 0xE5 ? static_cast<u16>(bytes[0] << 8 | bytes[1]) : bytes[0];
}

bool is_excluded(const u8* bytes) {
  static const std::set<u16> kGenerated = [] {
    std::set<u16> codes;
    for (const Row& row : rows())
      if (row.weight) codes.insert(row.op);
    return codes;
  }();
  const u16 op = operation_code(bytes);
  if (op == 0) return false;  // an operation exception everywhere
  return !kGenerated.contains(op);
}

}  // namespace replica::oracle
