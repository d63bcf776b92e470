// The spooling operator's commands, of class D: START, DRAIN, BACKSPAC, FLUSH, REPEAT, HOLD, FREE. VM/370 Operator's Guide
// (GC20-1806).
#include "vmm/cp/spool_selection.h"

namespace replica::vmm {
namespace {

// The real devices that a word names: an address, ALL, or READER, PRINTER or PUNCH.
struct RealDevices {
  std::vector<std::pair<u16, SpoolWriter*>> writers;
  std::vector<std::pair<u16, SpoolingDevices::Reader*>> readers;
};

Result<RealDevices> take_devices(ControlProgram& cp, Operands& operands) {
  if (operands.at_end()) return fail("DMKCSO021E RADDR MISSING OR INVALID");
  SpoolingDevices& spooling = cp.spooling();
  RealDevices found;
  const bool all = operands.take("ALL", 3);
  std::optional<SpoolKind> kind;
  if (!all) kind = take_kind(operands);
  if (!all && !kind) {
    const auto address = parse_device_address(operands.peek());
    if (!address) return fail("DMKCSO021E RADDR MISSING OR INVALID - {}", operands.peek());
    operands.take();
    if (SpoolWriter* writer = spooling.writer(*address)) found.writers.emplace_back(*address, writer);
    if (auto* reader = spooling.reader(*address)) found.readers.emplace_back(*address, reader);
    if (found.writers.empty() && found.readers.empty())
      return fail("DMKCSO140E {:03X} IS NO PRINTER, PUNCH OR READER OF THE SYSTEM", *address);
    return found;
  }
  for (const auto& [address, each] : spooling.writers()) {
    if (all || each.kind == kind) found.writers.emplace_back(address, each.writer.get());
  }
  if (all || kind == SpoolKind::reader) {
    for (auto& [address, reader] : spooling.readers()) found.readers.emplace_back(address, &reader);
  }
  return found;
}

Result<SpoolWriter*> take_writer(ControlProgram& cp, Operands& operands) {
  const auto address = parse_device_address(operands.peek());
  if (!address) return fail("DMKCSO021E RADDR MISSING OR INVALID - {}", operands.peek());
  operands.take();
  SpoolWriter* writer = cp.spooling().writer(*address);
  if (!writer) return fail("DMKCSO140E {:03X} IS NO PRINTER OR PUNCH OF THE SYSTEM", *address);
  return writer;
}

Status with_number(Status status, const char* number) {
  if (status) return {};
  return fail("{} {}", number, status.error().message);
}

// START raddr|ALL|READER|PRINTER|PUNCH [CLASS c...] [SEP|NOSEP]
Status execute_start(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command);
  const auto devices = take_devices(cp, operands);
  if (!devices) return tl::unexpected(devices.error());
  std::string classes;
  std::optional<bool> separator;
  while (!operands.at_end()) {
    if (operands.take("CLASS", 2)) {
      classes = operands.take();
    } else if (operands.take("NOSEP", 3)) {
      separator = false;
    } else if (operands.take("SEP", 3)) {
      separator = true;
    } else {
      return operands.expect_end();
    }
  }
  for (const auto& [address, writer] : devices->writers) {
    const Status started = classes.empty() && !separator ? (writer->start(), Status{})
                                                         : writer->start(classes.empty() ? writer->classes() : classes,
                                                                         separator.value_or(writer->has_separator()));
    if (!started) return fail("DMKCSO028E CLASS MISSING OR INVALID - {}", classes);
    requester.print(fmt::format("{:03X} STARTED", address));
  }
  for (const auto& [address, reader] : devices->readers) {
    reader->is_drained = false;
    requester.print(fmt::format("{:03X} STARTED", address));
  }
  cp.start_writers();
  return {};
}

// DRAIN raddr|ALL|READER|PRINTER|PUNCH
Status execute_drain(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command);
  const auto devices = take_devices(cp, operands);
  if (!devices) return tl::unexpected(devices.error());
  if (Status status = operands.expect_end(); !status) return status;
  for (const auto& [address, writer] : devices->writers) {
    writer->drain();
    requester.print(
        fmt::format("{:03X} {}", address, writer->state() == SpoolWriter::State::drained ? "DRAINED" : "DRAINING"));
  }
  for (const auto& [address, reader] : devices->readers) {
    reader->is_drained = true;
    requester.print(fmt::format("{:03X} DRAINED", address));
  }
  return {};
}

// BACKSPAC raddr [FILE|pages]
Status execute_backspace(ControlProgram& cp, Requester&, const CommandText& command) {
  Operands operands(command);
  const auto writer = take_writer(cp, operands);
  if (!writer) return tl::unexpected(writer.error());
  if (operands.take("FILE", 1)) return with_number((*writer)->restart(), "DMKCSO017E");
  u32 pages = 1;
  if (!operands.at_end()) {
    const auto given = parse_decimal(operands.take(), 1, 9999);
    if (!given) return tl::unexpected(given.error());
    pages = *given;
  }
  if (Status status = operands.expect_end(); !status) return status;
  const Status done = (*writer)->backspace(pages);
  cp.start_writers();
  return with_number(done, "DMKCSO017E");
}

// FLUSH raddr [ALL|HOLD]
Status execute_flush(ControlProgram& cp, Requester&, const CommandText& command) {
  Operands operands(command);
  const auto writer = take_writer(cp, operands);
  if (!writer) return tl::unexpected(writer.error());
  const bool all = operands.take("ALL", 3);
  const bool hold = !all && operands.take("HOLD", 4);
  if (Status status = operands.expect_end(); !status) return status;
  const Status done = (*writer)->flush(all, hold);
  cp.start_writers();
  return with_number(done, "DMKCSO017E");
}

// REPEAT raddr [copies]
Status execute_repeat(ControlProgram& cp, Requester&, const CommandText& command) {
  Operands operands(command);
  const auto writer = take_writer(cp, operands);
  if (!writer) return tl::unexpected(writer.error());
  u32 copies = 1;
  if (!operands.at_end()) {
    const auto given = take_copies(operands);
    if (!given) return tl::unexpected(given.error());
    copies = *given;
  }
  if (Status status = operands.expect_end(); !status) return status;
  return with_number((*writer)->repeat(copies), "DMKCSO030E");
}

Result<std::pair<std::string, std::vector<SpoolKind>>> take_user_and_kinds(ControlProgram& cp, Operands& operands) {
  const std::string user = operands.take();
  if (user.empty()) return fail("DMKCSO020E USERID MISSING OR INVALID");
  if (!cp.directory().find(user)) return fail("DMKCSO053E {} NOT IN CP DIRECTORY", user);
  std::vector<SpoolKind> kinds{SpoolKind::printer, SpoolKind::punch};
  if (!operands.take("ALL", 3)) {
    const auto kind = take_kind(operands);
    if (kind == SpoolKind::reader) return fail("DMKCSO003E INVALID OPTION - READER");
    if (kind) kinds = {*kind};
  }
  if (Status status = operands.expect_end(); !status) return tl::unexpected(status.error());
  return std::pair{user, kinds};
}

// HOLD userid [PRINTER|PUNCH|ALL]
Status execute_hold(ControlProgram& cp, Requester&, const CommandText& command) {
  Operands operands(command);
  const auto what = take_user_and_kinds(cp, operands);
  if (!what) return tl::unexpected(what.error());
  for (const SpoolKind kind : what->second) cp.spooling().hold(what->first, kind);
  cp.start_writers();
  return {};
}

// FREE userid [PRINTER|PUNCH|ALL]
Status execute_free(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command);
  const auto what = take_user_and_kinds(cp, operands);
  if (!what) return tl::unexpected(what.error());
  u32 freed = 0;
  for (const SpoolKind kind : what->second) freed += cp.spooling().free(what->first, kind);
  requester.print(fmt::format("{:04} FILES FREED", freed));
  cp.start_writers();
  return {};
}

}  // namespace

std::span<const CpCommand> writer_commands() {
  static constexpr CpCommand kCommands[] = {
      {"START", 3, "D", execute_start},        {"DRAIN", 2, "D", execute_drain},
      {"BACKSPAC", 3, "D", execute_backspace}, {"BACKSPACE", 3, "D", execute_backspace},
      {"FLUSH", 2, "D", execute_flush},        {"REPEAT", 3, "D", execute_repeat},
      {"HOLD", 4, "D", execute_hold},          {"FREE", 4, "D", execute_free},
  };
  return kCommands;
}

}  // namespace replica::vmm
