#include "tests/oracle/generator.h"

#include "tests/oracle/emit.h"
#include "tests/oracle/values.h"

namespace replica::oracle {
namespace {

// Keys that mostly let the program get at its region: key of the PSW or fetchable; some of neither.
void choose_keys(Random& random, Case& c) {
  const u32 psw_key = (c.psw >> 52) & 15;
  const u32 friendly = random.between(50, 100);
  for (u8& key : c.keys) {
    const u32 access = random.chance(friendly) ? psw_key : random.below(16);
    const u32 fetch_protected = random.chance(25);
    const u32 reference_change = random.chance(50) ? random.below(4) : 0;
    key = static_cast<u8>(access << 4 | fetch_protected << 3 | reference_change << 1);
  }
}

// The blocks of the code can be fetched from, or there would be nothing to see.
void open_code(Case& c, const Space& space) {
  const u32 psw_key = (c.psw >> 52) & 15;
  for (u32 i = 0; i < kProgramBytes; i += 32) {
    const auto offset = space.region_offset(c.program.front().logical + i);
    if (!offset) continue;
    u8& key = c.keys[*offset / kBlockBytes];
    if (key & 8) key = static_cast<u8>((key & 0x0F) | psw_key << 4);
  }
}

void choose_state(Random& random, Case& c, const Space& tables) {
  for (u64& fpr : c.fpr) fpr = float_value(random);
  if (random.chance(30)) c.fpr[2] = c.fpr[0] ^ (random.chance(50) ? u64{1} << 63 : random.below(3));
  for (u32 i = 0; i < 16; ++i) c.cr[i] = control_register(random, i, tables);
  if (has_dat(c.psw)) c.cr[0] = (c.cr[0] & ~u32{0x00F80000}) | tables.cr0();
  c.clock_comparator = random.chance(80) ? kNeverReached : 0;
}

}  // namespace

Case make_case(u64 seed, u32 number, u32 storage_bytes) {
  Random random(seed * 0x9E3779B97F4A7C15u + number);
  random.bits64();
  Case c;
  c.number = number;
  c.storage_bytes = storage_bytes;
  Overlay overlay;
  const bool identity_code = random.chance(60);
  const Space tables = Space::with_tables(random, overlay, storage_bytes, identity_code);
  c.psw = random_psw(random, true);
  const bool dat = has_dat(c.psw);
  const Space& space = dat ? tables : Space::identity(storage_bytes);
  choose_keys(random, c);
  choose_state(random, c, tables);

  Program program(random, overlay, space, c);
  Emitter emitter(program, tables, identity_code && dat);
  const bool supervisor = !(c.psw & kPswProblem);
  const u32 wanted = random.between(12, 100);
  while (program.instructions() < wanted && program.room()) {
    program.begin_group();
    if (random.chance(3))
      emitter.emit_loop(supervisor);
    else
      emitter.emit_random(supervisor);
  }
  program.finish();
  open_code(c, space);
  c.psw |= c.program.front().logical;
  c.patches = overlay.patches();
  return c;
}

}  // namespace replica::oracle
