#include "tools/tracer.h"

#include <fmt/format.h>

#include "frontend/instruction_table.h"
#include "tools/listing.h"
#include "tools/machine_state.h"

namespace replica::tools {
namespace {

// Not fmt::print, which throws if the disk is full: whoever owns the file asks it for errors at the end.
void write(std::FILE* out, const std::string& line) { std::fwrite(line.data(), 1, line.size(), out); }

}  // namespace

Tracer::Tracer(Cpu& cpu, std::FILE* out) : cpu_(cpu), out_(out), before_(cpu) {
  cpu.trace = [this](Cpu&, u32 address, const u8* bytes) { instruction(address, bytes); };
}

Tracer::~Tracer() {
  changes();
  cpu_.trace = nullptr;
}

void Tracer::instruction(u32 address, const u8* bytes) {
  changes();
  before_ = cpu_;
  const std::string line = list_instruction({bytes, instruction_length(bytes[0])}, address);
  write(out_, fmt::format("{:12}  {}  {}", cpu_.instructions(), format_psw(cpu_.psw), line));
}

void Tracer::changes() {
  const std::string changed = format_changes(before_, cpu_);
  if (!changed.empty()) write(out_, fmt::format("{:55}{}\n", "", changed));
}

}  // namespace replica::tools
