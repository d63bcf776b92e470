#include "tools/vectors/case.h"

namespace replica::vectors {

const InstructionInfo* Case::subject() const {
  if (instructions.empty()) return nullptr;
  const Bytes& last = instructions.back();
  return find_instruction(last[0], last[1]);
}

const Item* Case::find(const std::vector<Item>& items, Field field) {
  for (auto item = items.rbegin(); item != items.rend(); ++item) {
    if (item->field == field) return &*item;
  }
  return nullptr;
}

}  // namespace replica::vectors
