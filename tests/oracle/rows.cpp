#include "tests/oracle/rows.h"

#include <vector>

namespace replica::oracle {
namespace {

std::vector<Row> make_rows() {
  std::vector<Row> rows;
  bool privileged = false;
#define ROW(op, mnemonic, shape, bytes, plant, weight) \
  rows.push_back({op, #mnemonic, Shape::shape, bytes, Plant::plant, weight, privileged});
#define PRIVILEGED_ROWS privileged = true;
#include "tests/oracle/generator_rows.def"
#undef ROW
#undef PRIVILEGED_ROWS
  return rows;
}

}  // namespace

std::span<const Row> rows() {
  static const std::vector<Row> kRows = make_rows();
  return kRows;
}

}  // namespace replica::oracle
