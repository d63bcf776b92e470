// Prints the behaviour cases that another System/370 can run, one JSON object a line: the state before, in full, and
// the state expected afterwards. check.py runs them on Hercules.
//
// Left out are cases about things that differ from machine to machine (clocks, prefixing, channels, what an operator
// does) or that need storage to end at 64 KB. A case that is run in both modes here stands for EC mode.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tools/vectors/parser.h"
#include "tools/vectors/state.h"

namespace replica::vectors {
namespace {

using Json = nlohmann::ordered_json;

bool is_portable(const Case& c) {
  if (c.instructions.empty()) return false;
  for (const Field field :
       {Field::action, Field::channel_cc, Field::pending_io, Field::steps, Field::tod_clock, Field::clock_comparator,
        Field::cpu_timer, Field::prefix, Field::storage_size, Field::external_interruption}) {
    if (c.has_before(field) || c.has_after(field)) return false;
  }
  const Item* program = Case::find(c.after, Field::program_interruption);
  const Opcode opcode = c.subject() ? c.subject()->opcode : Opcode::LR;
  return !(program && program->value == 0x05) && opcode != Opcode::STCK && opcode != Opcode::SIGP &&
         opcode != Opcode::SPX;
}

template <typename Range>
std::string hex(const Range& bytes) {
  return fmt::format("{:02X}", fmt::join(bytes, ""));
}

// The bytes of storage where the mask is not zero, as [address, bytes, mask].
Json pieces(const std::vector<u8>& storage, const std::vector<u8>& where, const std::vector<u8>& mask) {
  Json list = Json::array();
  for (std::size_t n = 0; n < storage.size(); ++n) {
    if (where[n] == 0) continue;
    const std::size_t first = n;
    while (n < storage.size() && where[n] != 0) ++n;
    const auto part = [&](const std::vector<u8>& bytes) {
      return hex(std::vector<u8>(bytes.begin() + static_cast<i64>(first), bytes.begin() + static_cast<i64>(n)));
    };
    list.push_back({first, part(storage), part(mask)});
  }
  return list;
}

Json registers_of(const State& state) {
  return {{"gr", state.gr}, {"fpr", state.fpr}, {"cr", state.cr}, {"psw", state.psw}};
}

Json json_of(const Case& c) {
  const Item* psw = Case::find(c.before, Field::psw);
  const Variation variation{.ec_mode = psw ? is_ec(psw->value) : !c.has_before(Field::bc_mode)};
  const State before = state_before(c, variation);
  const Expectation after = state_after(c, variation, before);
  // All other bytes are zeros, and stay so.
  std::vector<u8> touched(before.storage.size());
  for (std::size_t n = 0; n < touched.size(); ++n) {
    touched[n] = before.storage[n] | after.value.storage[n] | static_cast<u8>(~after.known.storage[n]);
  }
  const Item* code = Case::find(c.before, Field::code_location);
  Json json = {{"place", fmt::format("{}:{}", c.file.substr(c.file.rfind('/') + 1), c.line)},
               {"text", c.text},
               {"source", c.source},
               {"code", code ? Json(code->value) : Json()},
               {"before", registers_of(before)},
               {"after", registers_of(after.value)},
               {"known", registers_of(after.known)}};
  json["before"]["keys"] = hex(before.keys);
  json["before"]["storage"] = pieces(before.storage, touched, touched);
  json["after"]["storage"] = pieces(after.value.storage, touched, after.known.storage);
  return json;
}

int print_all(const char* folder) {
  const auto files = parse_folder(folder);
  if (!files) {
    fmt::print(stderr, "{}\n", files.error().message);
    return 1;
  }
  for (const VectorFile& file : *files) {
    for (const Case& c : file.cases) {
      if (is_portable(c)) fmt::print("{}\n", json_of(c).dump());
    }
  }
  return 0;
}

}  // namespace
}  // namespace replica::vectors

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: vector_states FOLDER\n");
    return 2;
  }
  return replica::vectors::print_all(argv[1]);
}
