#include "jit/asmjit/value_locations.h"

namespace replica {
namespace {

constexpr u32 all_scratch() {
  u32 set = 0;
  for (const unsigned id : kScratch) set |= 1u << id;
  return set;
}

}  // namespace

ValueLocations::ValueLocations(const ir::Block& block, Assembler& assembler, Scratch& scratch)
    : block_(block),
      a_(assembler),
      locations_(scratch.vector<Location>(block.operations.size())),
      last_use_(scratch.vector<ir::Ref>(block.operations.size())),
      owner_free_(all_scratch()) {
  for (ir::Ref at = 0; at < block.operations.size(); ++at) {
    if (!block.operations[at].info().operands.empty()) note_uses(at, at);
  }
}

// Flags are made where they are used, so their operands are needed until then. Quotients are made where it is required that
// there are some.
void ValueLocations::note_uses(ir::Ref at, ir::Ref user) {
  const ir::Code code = block_.operations[at].code;
  if (code == ir::Code::quotient || code == ir::Code::remainder) return;
  for (const ir::Ref operand : block_.operations[at].places()) {
    if (operand == ir::kNoRef) continue;
    last_use_[operand] = user;
    if (block_.operations[operand].info().result == ir::Type::flag) note_uses(operand, user);
  }
}

std::optional<host::Gp> ValueLocations::spare_register() const {
  for (const unsigned id : kScratch) {
    if (owner_free_ & 1u << id) return host::gpq(id);
  }
  return std::nullopt;
}

host::Gp ValueLocations::allocate() {
  const std::optional<host::Gp> spare = spare_register();
  if (!spare) failed_ = true;
  const host::Gp taken = spare.value_or(host::gpq(kScratch[0]));
  owner_free_ &= ~(1u << taken.id());
  return taken;
}

host::Gp ValueLocations::in_register(ir::Ref ref) {
  const Location location = of(ref);
  if (location.kind == Kind::scratch) return host::gpq(location.n);
  if (location.kind == Kind::guest && host_of(location.n) != kNotPinned) return host::gpq(host_of(location.n));
  const host::Gp scratch = load(location);
  set_scratch(ref, scratch);
  return scratch;
}

asmjit::Operand ValueLocations::as_operand(ir::Ref ref) {
  const Location location = of(ref);
  if (location.kind == Kind::constant) return asmjit::Imm(static_cast<i32>(location.value));
  if (location.kind == Kind::guest && host_of(location.n) == kNotPinned) return gr_operand(location.n);
  return in_register(ref).r32();
}

bool ValueLocations::is_shared(ir::Ref ref, ir::Ref at) const {
  for (ir::Ref other = at + 1; other-- > 0;) {
    if (block_.operations[other].code == ir::Code::instruction) break;
    if (other != ref && of(other).kind == Kind::scratch && of(other).n == of(ref).n) return true;
  }
  return false;
}

host::Gp ValueLocations::copy(ir::Ref ref, ir::Ref at) {
  const Location location = of(ref);
  if (location.kind == Kind::scratch && is_last_use(ref, at) && !is_shared(ref, at)) {
    locations_[ref] = {};
    return host::gpq(location.n);
  }
  return load(location);
}

host::Gp ValueLocations::load(const Location& from) {
  const host::Gp scratch = allocate();
  const bool is_pinned = from.kind == Kind::guest && host_of(from.n) != kNotPinned;
  if (from.kind == Kind::constant) {
    a_.mov(scratch.r32(), from.value);
  } else if (from.kind == Kind::scratch) {
    a_.mov(scratch, host::gpq(from.n));
  } else if (is_pinned) {
    a_.mov(scratch.r32(), host::gpd(host_of(from.n)));
  } else {
    a_.mov(scratch.r32(), gr_operand(from.n));
  }
  return scratch;
}

void ValueLocations::save_values_of(unsigned guest, ir::Ref at) {
  std::optional<host::Gp> saved;
  for (ir::Ref ref = at + 1; ref-- > 0;) {
    if (block_.operations[ref].code == ir::Code::instruction) break;  // values do not outlive their instruction
    if (!is_guest(ref, guest) || is_last_use(ref, at)) continue;
    if (!saved) saved = copy(ref, at);
    set_scratch(ref, *saved);
  }
}

void ValueLocations::release_value(ir::Ref ref, ir::Ref at) {
  if (of(ref).kind != Kind::scratch || !is_last_use(ref, at)) return;
  if (!is_shared(ref, at)) release(host::gpq(of(ref).n));
  locations_[ref] = {};
}

void ValueLocations::release_operands(ir::Ref at) {
  const auto release_of = [&](auto& self, ir::Ref user) -> void {
    for (const ir::Ref ref : block_.operations[user].places()) {
      if (ref == ir::kNoRef || !is_last_use(ref, at)) continue;
      if (block_.operations[ref].info().result == ir::Type::flag) self(self, ref);
      release_value(ref, at);
    }
  };
  release_of(release_of, at);
}

void ValueLocations::release_unused(ir::Ref at) {
  if (is_used(at) || of(at).kind != Kind::scratch) return;
  release(host::gpq(of(at).n));
  locations_[at] = {};
}

void ValueLocations::release_all() { owner_free_ = all_scratch() & ~reserved_; }

void ValueLocations::reserve(const host::Gp& scratch) {
  reserved_ = 1u << scratch.id();
  release_all();
}

}  // namespace replica
