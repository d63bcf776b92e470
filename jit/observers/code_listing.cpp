#include "jit/observers/code_listing.h"

#include <fmt/format.h>

#include "jit/ir/print.h"
#include "jit/observers/host_disassembler.h"

namespace replica {
namespace {

bool covers(const std::optional<AddressRange>& range, const ir::Block& block) {
  return range && range->contains(block.address);
}

std::string heading(const char* what, const ir::Block& block) {
  const std::string mode = block.mode.fixed_point_overflow ? ", with the mask of fixed-point overflow on" : "";
  return fmt::format("{} of the block {:06X}-{:06X}: {} instructions{}\n", what, block.address, block.next() - 1,
                     block.instructions.size(), mode);
}

std::string heading(const CodePiece& piece, const ir::Block& block) {
  const auto of_instruction = [&](const char* what) {
    return fmt::format("{:06X}  {}\n", block.instructions[piece.number].insn.address, what);
  };
  switch (piece.part) {
    case CodePiece::Part::entry: return "entry\n";
    case CodePiece::Part::instruction: return ir::print(block.instructions[piece.number]) + "\n";
    case CodePiece::Part::exit: return of_instruction("leaves the block");
    case CodePiece::Part::out_of_line: return of_instruction("goes on out of line");
    case CodePiece::Part::cold_path: return of_instruction("is called");
  }
  return "";
}

}  // namespace

void CodeListing::begins(std::span<const NamedCode> shared) {
  for (const NamedCode& thunk : shared) names_[reinterpret_cast<u64>(thunk.code.data())] = thunk.name;
}

void CodeListing::translated(const ir::Block& block, const GeneratedCode& code) {
  if (covers(ranges_.ir, block)) print_(heading("IR", block) + ir::print(block) + "\n");
  if (covers(ranges_.code, block)) print_(list(block, code) + "\n");
}

// A region is listed if it is entered in the range: as it was found, as LLVM left it, and its host code.
void CodeListing::compiled(const Region& region, const CompiledRegion& code, const u8* place) {
  const std::string what =
      fmt::format("of the region {:06X}: {} instructions\n", region.address, region.instructions.size());
  if (ranges_.ir && ranges_.ir->contains(region.address)) {
    std::string text = "IR " + what;
    for (const RegionInstruction& i : region.instructions) text += ir::print(i.code);
    print_(text + code.text + "\n");
  }
  if (!ranges_.code || !ranges_.code->contains(region.address)) return;
  const u64 address = reinterpret_cast<u64>(place);
  std::string text = "Code " + what + fmt::format("{} bytes at {:X}\n", code.code.size(), address);
  for (const HostInstruction& host : disassemble_host(code.code, address, [](u64) { return ""; })) {
    text += fmt::format("    +{:03X}  {}\n", host.offset, host.text);
  }
  print_(text + "\n");
}

std::string CodeListing::list(const ir::Block& block, const GeneratedCode& code) const {
  const u64 address = reinterpret_cast<u64>(code.entry);
  std::string text = heading("Code", block) + fmt::format("{} bytes at {:X}\n", code.bytes, address);
  const auto name = [this](u64 target) {
    const auto named = names_.find(target);
    return named == names_.end() ? "" : named->second;
  };
  auto piece = code.pieces.begin();
  for (const HostInstruction& host : disassemble_host({code.entry, code.bytes}, address, name)) {
    for (; piece != code.pieces.end() && piece->offset <= host.offset; ++piece) text += heading(*piece, block);
    text += fmt::format("    +{:03X}  {}\n", host.offset, host.text);
  }
  return text;
}

}  // namespace replica
