#include "tools/vectors/runner.h"

#include <algorithm>

#include "base/bits.h"
#include "base/check.h"
#include "tools/vectors/per_variations.h"
#include "tools/vectors/state.h"

namespace replica::vectors {
namespace {

std::vector<bool> modes_of(const Case& c) {
  if (const Item* psw = Case::find(c.before, Field::psw)) return {is_ec(psw->value)};
  if (c.has_before(Field::ec_mode)) return {true};
  if (c.has_before(Field::bc_mode)) return {false};
  return {false, true};
}

bool allows_execute(const Case& c) {
  const InstructionInfo* subject = c.subject();
  if (c.instructions.size() != 1 || (subject && subject->opcode == Opcode::EX)) return false;
  for (const Field field : {Field::only_direct, Field::code_location, Field::prefix, Field::steps, Field::ilc}) {
    if (c.has_before(field) || c.has_after(field)) return false;
  }
  const State before = state_before(c, {.ec_mode = modes_of(c).back()});
  const u32 address = static_cast<u32>(ibm_bits(before.psw, 40, 63));
  const bool per = ibm_bit(before.psw, 1) && is_ec(before.psw);
  return !is_dat_on(before.psw) && !per && address % 2 == 0 && address < 0xFF0;
}

bool allows_repetition(const Case& c) {
  for (const Field field : {Field::cold, Field::storage_key, Field::prefix, Field::tod_clock, Field::clock_comparator,
                            Field::cpu_timer, Field::action, Field::pending_io, Field::storage_size}) {
    if (c.has_before(field) || c.has_after(field)) return false;
  }
  return !c.instructions.empty();
}

std::vector<Variation> variations_of(const Case& c, const Tier& tier) {
  std::vector<Variation> variations;
  for (const bool ec : modes_of(c)) {
    for (const bool execute : {false, true}) {
      if (execute && !allows_execute(c)) continue;
      for (const bool warm : {false, true}) {
        if (warm && !allows_repetition(c)) continue;
        variations.push_back({.ec_mode = ec, .under_execute = execute, .warm = warm, .per = {}});
      }
    }
  }
  if (!tier.repeats_per) return variations;
  for (const Variation::Per& per : per_variations(c)) variations.push_back({.ec_mode = true, .per = per});
  return variations;
}

// ---- One run ----

void perform(Action action, Machine& machine) {
  Cpu& cpu = machine.cpu();
  switch (action) {
    case Action::restart_key: machine.restart(); break;
    case Action::interrupt_key: machine.request_interrupt_key(); break;
    case Action::emergency_signal: cpu.request_emergency_signal(); break;
    case Action::external_call: CHECK(cpu.request_external_call()); break;
    case Action::cpu_reset: cpu.reset(); break;
    case Action::initial_cpu_reset: cpu.initial_reset(); break;
    case Action::system_reset: machine.system_reset(false); break;
    case Action::system_clear: machine.system_reset(true); break;
    case Action::store_status: cpu.store_status(); break;
  }
}

// The CPU does not run on after these.
bool is_reset(Action action) { return action >= Action::cpu_reset; }

void execute(const Case& c, const State& before, Machine& machine, ScriptedChannels& channels) {
  load_state(before, machine);
  const Item* answer = Case::find(c.before, Field::channel_cc);
  const Item* pending = Case::find(c.before, Field::pending_io);
  channels.answer = answer ? static_cast<u8>(answer->value) : 3;
  channels.asked.reset();
  if (pending) channels.pending_address = static_cast<u16>(pending->value);

  bool run = true;
  machine.cpu().stopped = false;
  for (const Item& item : c.before) {
    if (item.field != Field::action) continue;
    const Action action = static_cast<Action>(item.value);
    perform(action, machine);
    run &= !is_reset(action);
  }
  const Item* steps = Case::find(c.before, Field::steps);
  if (run) machine.run(machine.cpu().instructions() + (steps ? steps->value : c.instructions.size()));
}

std::vector<std::string> run_once(const Case& c, const Variation& variation, const Tier& tier) {
  const State before = state_before(c, variation);
  ScriptedChannels channels;
  MachineOptions options;
  options.storage_bytes = static_cast<u32>(before.storage.size());
  options.identity = {.version = 0xFD, .serial = 0x123456, .model = 0x3033};
  auto machine = Machine::create(options, &channels);
  if (!machine) return {machine.error().message};
  tier.prepare(**machine);
  std::unique_ptr<Engine> engine;
  if (tier.make_engine) {
    engine = tier.make_engine((*machine)->cpu());
    (*machine)->set_engine(*engine);
  }
  if (variation.warm) execute(c, before, **machine, channels);
  execute(c, before, **machine, channels);
  return differences(read_state(**machine, channels), state_after(c, variation, before));
}

std::string describe(const Case& c, const Variation& variation, const Tier& tier) {
  std::string text =
      fmt::format("{}:{}: {} [{}, {} mode", c.file, c.line, c.text, tier.name, variation.ec_mode ? "EC" : "BC");
  if (variation.under_execute) text += ", under EXECUTE";
  if (variation.warm) text += ", second time";
  if (variation.per) {
    text += fmt::format(", PER with CR9-11 {:08X} {:06X} {:06X}", variation.per->cr9, variation.per->first,
                        variation.per->last);
  }
  return text + fmt::format("] ({})", c.source);
}

}  // namespace

std::vector<Tier> interpreter_tiers() {
  // Under PER both would run the watched loop.
  return {{.name = "interpreter", .prepare = [](Machine&) {}, .repeats_per = true},
          {.name = "interpreter, watched",
           .prepare = [](Machine& machine) { machine.cpu().paranoid = true; },
           .repeats_per = false}};
}

std::optional<std::string> run(const Case& c, const Tier& tier) {
  std::optional<std::string> failure;
  std::size_t more = 0;
  for (const Variation& variation : variations_of(c, tier)) {
    const auto lines = run_once(c, variation, tier);
    if (lines.empty()) continue;
    if (failure) {
      ++more;
    } else {
      failure = fmt::format("{}\n  {}", describe(c, variation, tier), fmt::join(lines, "\n  "));
    }
  }
  if (more != 0) *failure += fmt::format("\n  and so in {} more variations", more);
  return failure;
}

}  // namespace replica::vectors
