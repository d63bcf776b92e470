#include "jit/code_observer.h"

#include <fmt/format.h>

#include <iterator>
#include <map>

namespace replica {

NamedCode named_code(const ir::Block& block, const GeneratedCode& code) {
  return {fmt::format("guest_{:06X}", block.address), {code.entry, code.bytes}};
}

NamedCode named_code(const Region& region, const CompiledRegion& code, const u8* place) {
  return {fmt::format("region_{:06X}", region.address), {place, code.code.size()}};
}

std::vector<NamedCode> named_code(const Thunks& thunks, const u8* end) {
  std::map<const u8*, std::string> names = {
      {reinterpret_cast<const u8*>(reinterpret_cast<u64>(thunks.enter)), "replica_enter"},
      {thunks.leave, "replica_leave"},
      {thunks.leave_to_address, "replica_leave_to_address"},
      {thunks.leave_by_link, "replica_leave_by_link"},
      {thunks.call_instruction, "replica_call_instruction"},
      {thunks.materialize_cc, "replica_materialize_cc"},
      {thunks.enter_region, "replica_enter_region"},
      {thunks.go_to_address, "replica_go_to_address"},
      {thunks.region_not_entered, "replica_region_not_entered"},
      {end, ""},
  };
  std::vector<NamedCode> named;
  for (auto thunk = names.begin(); thunk->first != end; ++thunk) {
    named.push_back({thunk->second, {thunk->first, std::next(thunk)->first}});
  }
  return named;
}

}  // namespace replica
