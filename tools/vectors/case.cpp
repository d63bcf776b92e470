#include "tools/vectors/case.h"

namespace replica::vectors {
namespace {

constexpr u32 kDefaultStorage = 0x10000;

}  // namespace

const InstructionInfo* Case::subject() const {
  if (instructions.empty()) return nullptr;
  const Bytes& last = instructions.back();
  return find_instruction(last[0], last[1]);
}

u32 Case::storage_size() const {
  const Item* size = find(before, Field::storage_size);
  return size ? static_cast<u32>(size->value) : kDefaultStorage;
}

const Item* Case::find(const std::vector<Item>& items, Field field) {
  for (auto item = items.rbegin(); item != items.rend(); ++item) {
    if (item->field == field) return &*item;
  }
  return nullptr;
}

}  // namespace replica::vectors
