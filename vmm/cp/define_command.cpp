// DEFINE: other storage, another address for a device, a new device. VM/370 CP Command Reference for General Users (GC20-1820).
#include <algorithm>

#include "vmm/cp/device_commands.h"
#include "vmm/directory/disk_types.h"

namespace replica::vmm {
namespace {

// A word of DEFINE, and the device it makes.
struct Definable {
  std::string_view name;
  std::size_t shortest;
  SpoolDevice::Kind kind;
  const char* type;
};

constexpr Definable kSpoolDevices[] = {
    {"READER", 1, SpoolDevice::Kind::reader, "2540"}, {"RDR", 3, SpoolDevice::Kind::reader, "2540"},
    {"2540R", 5, SpoolDevice::Kind::reader, "2540"},  {"2501", 4, SpoolDevice::Kind::reader, "2501"},
    {"3505", 4, SpoolDevice::Kind::reader, "3505"},   {"PRINTER", 2, SpoolDevice::Kind::printer, "1403"},
    {"PRT", 3, SpoolDevice::Kind::printer, "1403"},   {"1403", 4, SpoolDevice::Kind::printer, "1403"},
    {"1443", 4, SpoolDevice::Kind::printer, "1443"},  {"3203", 4, SpoolDevice::Kind::printer, "3203"},
    {"3211", 4, SpoolDevice::Kind::printer, "3211"},  {"PUNCH", 2, SpoolDevice::Kind::punch, "2540"},
    {"PCH", 3, SpoolDevice::Kind::punch, "2540"},     {"2540P", 5, SpoolDevice::Kind::punch, "2540"},
    {"3525", 4, SpoolDevice::Kind::punch, "3525"},
};

struct Special {
  std::string_view name;
  std::size_t shortest;
  SpecialDevice::Kind kind;
};

constexpr Special kSpecialDevices[] = {
    {"CTCA", 4, SpecialDevice::Kind::channel_adapter},
    {"TIMER", 5, SpecialDevice::Kind::timer},
    {"GRAF", 4, SpecialDevice::Kind::display},
    {"3270", 4, SpecialDevice::Kind::display},
};

bool names_console(std::string_view word) {
  return abbreviates(word, "CONSOLE", 3) || word == "3215" || word == "3210" || word == "1052";
}

// "512K", "2M" in bytes.
Result<u32> parse_storage(std::string_view word) {
  const auto invalid = [&] {
    return fail("DMKDEF025E STORAGE MISSING OR INVALID: found '{}', expected a size such as 512K or 2M", word);
  };
  if (word.empty() || (word.back() != 'K' && word.back() != 'M')) return invalid();
  const u32 shift = word.back() == 'K' ? 10 : 20;
  const auto number = parse_decimal(word.substr(0, word.size() - 1), 1, kMaxStorage >> shift);
  if (!number) return invalid();
  return *number << shift;
}

Status define_storage(ControlProgram& cp, Requester& requester, Session& session, Operands operands) {
  operands.take("AS", 2);
  const auto bytes = parse_storage(operands.take());
  if (!bytes) return tl::unexpected(bytes.error());
  if (Status end = operands.expect_end(); !end) return end;
  if (*bytes > session.user->maximum_storage) {
    return fail("DMKDEF094E STORAGE EXCEEDS ALLOWED MAXIMUM {}K", session.user->maximum_storage >> 10);
  }
  const bool was_fixed = session.machine->storage().is_fixed();
  if (Status status = cp.monitor().resize(*session.machine, *bytes); !status) {
    return fail("DMKDEF025E STORAGE NOT DEFINED; {}", status.error().message);
  }
  if (was_fixed && !session.machine->storage().is_fixed()) {
    requester.print("VIRT=REAL AREA NOT AVAILABLE; STORAGE IS VIRTUAL");
  }
  requester.print(fmt::format("STORAGE = {:05}K", *bytes >> 10));
  return {};
}

constexpr std::string_view kTemporaryTypes[] = {"T2305", "T2314", "T2319", "T3330", "T3340", "T3350", "T3375", "T3380"};

// DEFINE Ttype [AS] vaddr [CYL] cylinders: what follows the type.
Status define_temporary(ControlProgram& cp, Requester& requester, Session& session, const std::string& type,
                        Operands operands) {
  operands.take("AS", 2);
  const auto address = parse_device_address(operands.take());
  if (!address) return fail("DMKDEF022E VADDR MISSING OR INVALID");
  operands.take("CYL", 3);
  const auto most = cylinders_of_type(type);
  if (!most) return tl::unexpected(most.error());
  const auto cylinders = parse_decimal(operands.take(), 1, *most);
  if (!cylinders) return tl::unexpected(cylinders.error());
  if (Status end = operands.expect_end(); !end) return end;
  if (Status added = cp.devices().add_temporary(session, *address, type, *cylinders); !added) return added;
  requester.print(named(session, *address) + " DEFINED");
  return {};
}

// A device of this name at the address; an error if there is no such name.
Status define_device(ControlProgram& cp, Session& session, const std::string& word, u16 address) {
  if (names_console(word)) return cp.devices().add_console(session, address, 'T');
  for (const Definable& each : kSpoolDevices) {
    if (!abbreviates(word, each.name, each.shortest)) continue;
    const char spool_class = each.kind == SpoolDevice::Kind::reader ? '*' : 'A';
    return cp.devices().add_spool_device(
        session, {.address = address, .kind = each.kind, .type = each.type, .spool_class = spool_class, .place = {}});
  }
  for (const Special& each : kSpecialDevices) {
    if (abbreviates(word, each.name, each.shortest)) return cp.devices().add_special(session, address, each.kind);
  }
  return fail("DMKDEF003E INVALID OPTION - {}", word);
}

}  // namespace

// DEFINE STORAGE [AS] nnnnK|nnM, DEFINE vaddr1 [AS] vaddr2, DEFINE type [AS] vaddr, DEFINE Ttype [AS] vaddr [CYL] cylinders
Status execute_define(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto own = own_session(requester);
  if (!own) return tl::unexpected(own.error());
  Session& session = **own;
  Operands operands(command);
  if (Status more = operands.expect_more("STORAGE, A DEVICE TYPE OR A VIRTUAL ADDRESS"); !more) return more;
  cp.monitor().release_cpu();
  if (operands.take("STORAGE", 4)) return define_storage(cp, requester, session, operands);
  const std::string what = operands.take();
  if (std::ranges::find(kTemporaryTypes, what) != std::end(kTemporaryTypes)) {
    return define_temporary(cp, requester, session, what.substr(1), operands);
  }
  operands.take("AS", 2);
  const auto address = parse_device_address(operands.take());
  if (!address) return fail("DMKDEF022E VADDR MISSING OR INVALID");
  if (Status end = operands.expect_end(); !end) return end;
  // Types have names, or four digits; addresses up to three.
  const auto from = parse_device_address(what);
  const Status defined = from && what.size() <= 3 ? cp.devices().rename(session, *from, *address)
                                                  : define_device(cp, session, what, *address);
  if (!defined) return defined;
  requester.print(named(session, *address) + " DEFINED");
  return {};
}

}  // namespace replica::vmm
