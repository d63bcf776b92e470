// Commands about the files of the spool: PURGE, TRANSFER, ORDER, CHANGE, TAG. VM/370 CP Command Reference (GC20-1820). A user of
// class D may name another user, or SYSTEM for all of them, in front of the files.
#include <algorithm>

#include "vmm/cp/spool_selection.h"

namespace replica::vmm {
namespace {

std::string number_of(std::size_t files) { return files == 0 ? "NO" : fmt::format("{:04}", files); }

// The owner, the queue and the files that stand at the beginning of a command.
struct Selected {
  std::string owner;
  std::vector<SpoolFile> files;
};

Result<Selected> take_selected(ControlProgram& cp, const Requester& requester, Operands& operands, bool needs_kind) {
  const auto owner = take_owner(requester, operands);
  if (!owner) return tl::unexpected(owner.error());
  const auto kind = take_kind(operands);
  if (!kind && needs_kind) return fail("DMKCSU026E OPERAND MISSING OR INVALID: expected READER, PRINTER or PUNCH");
  cp.monitor().release_cpu();
  auto files = take_files(cp.spool(), *owner, kind, operands);
  if (!files) return tl::unexpected(files.error());
  return Selected{*owner, std::move(*files)};
}

// PURGE [userid|SYSTEM] READER|PRINTER|PUNCH ALL|CLASS c|spoolid..., PURGE ALL
Status execute_purge(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command);
  auto selected = take_selected(cp, requester, operands, operands.peek() != "ALL");
  if (!selected) return tl::unexpected(selected.error());
  if (Status status = operands.expect_end(); !status) return status;
  std::size_t purged = 0;
  for (const SpoolFile& file : selected->files) {
    if (Status done = cp.spool().purge(file.id); !done) return done;
    ++purged;
  }
  requester.print(fmt::format("{} FILES PURGED", number_of(purged)));
  return {};
}

// ORDER [userid|SYSTEM] READER|PRINTER|PUNCH CLASS c|spoolid...
Status execute_order(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command);
  const auto selected = take_selected(cp, requester, operands, true);
  if (!selected) return tl::unexpected(selected.error());
  if (Status status = operands.expect_end(); !status) return status;
  // Each owner's files are a queue of their own.
  std::vector<SpoolFile> files = selected->files;
  for (std::size_t begin = 0; begin < files.size();) {
    const std::string owner = files[begin].owner;
    const auto end = std::stable_partition(files.begin() + static_cast<std::ptrdiff_t>(begin), files.end(),
                                           [&](const SpoolFile& file) { return file.owner == owner; });
    std::vector<SpoolId> ids;
    for (auto file = files.begin() + static_cast<std::ptrdiff_t>(begin); file != end; ++file) ids.push_back(file->id);
    if (Status done = cp.spool().order(ids); !done) return done;
    begin += ids.size();
  }
  requester.print(fmt::format("{} FILES ORDERED", number_of(files.size())));
  return {};
}

struct Changes {
  std::optional<char> spool_class{};
  std::optional<u32> copies{};
  std::optional<SpoolHold> hold{};
  std::optional<std::string> distribution{};
  std::optional<std::string> name{};
  std::string type{};

  SpoolAttributes applied_to(SpoolAttributes attributes) const {
    if (spool_class) attributes.spool_class = *spool_class;
    if (copies) attributes.copies = *copies;
    if (hold) attributes.hold = *hold;
    if (distribution) attributes.distribution = *distribution == "OFF" ? "" : *distribution;
    if (name) {
      attributes.name = *name;
      attributes.type = type;
    }
    return attributes;
  }
};

Result<Changes> take_changes(Operands& operands) {
  Changes changes;
  while (!operands.at_end()) {
    if (operands.take("CLASS", 2)) {
      const auto spool_class = take_class(operands);
      if (!spool_class) return tl::unexpected(spool_class.error());
      changes.spool_class = *spool_class;
    } else if (operands.take("COPY", 4)) {
      const auto copies = take_copies(operands);
      if (!copies) return tl::unexpected(copies.error());
      changes.copies = *copies;
    } else if (operands.take("HOLD", 2)) {
      changes.hold = SpoolHold::user;
    } else if (operands.take("NOHOLD", 3)) {
      changes.hold = SpoolHold::none;
    } else if (operands.take("DIST", 4)) {
      changes.distribution = operands.take();
    } else if (operands.take("NAME", 2)) {
      changes.name = operands.take();
      changes.type = operands.take();
    } else {
      return fail("DMKCSU003E INVALID OPTION - {}", operands.peek());
    }
  }
  return changes;
}

// CHANGE [userid|SYSTEM] READER|PRINTER|PUNCH ALL|CLASS c|spoolid [CLASS c] [COPY n] [HOLD|NOHOLD] [DIST d] [NAME fn [ft]]
Status execute_change(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command);
  const auto owner = take_owner(requester, operands);
  if (!owner) return tl::unexpected(owner.error());
  const auto kind = take_kind(operands);
  if (!kind) return fail("DMKCSU026E OPERAND MISSING OR INVALID: expected READER, PRINTER or PUNCH");
  // A class that follows the first one is the new one.
  const std::size_t of_selection = abbreviates(operands.peek(), "CLASS", 2) ? 2 : 1;
  const CommandText selection = command.part(operands.position(), of_selection);
  Operands which(selection, 0);
  cp.monitor().release_cpu();
  const auto files = take_files(cp.spool(), *owner, kind, which);
  if (!files) return tl::unexpected(files.error());
  for (std::size_t n = 0; n < of_selection; ++n) operands.take();
  if (Status status = operands.expect_more("what is to be changed"); !status) return status;
  const auto changes = take_changes(operands);
  if (!changes) return tl::unexpected(changes.error());
  for (const SpoolFile& file : *files) {
    // The operator's hold is not the user's to end.
    if (file.hold == SpoolHold::system && changes->hold && !requester.classes.has('D'))
      return fail("DMKCSU003E INVALID OPTION: SPOOLID {:04} IS IN SYSTEM HOLD", file.id);
    if (Status done = cp.spool().change(file.id, changes->applied_to(file)); !done)
      return fail("DMKCSU003E INVALID OPTION: {}", done.error().message);
  }
  requester.print(fmt::format("{} FILES CHANGED", number_of(files->size())));
  cp.start_writers();
  return {};
}

// TRANSFER [userid|SYSTEM] [READER|...] ALL|CLASS c|spoolid [TO] userid, or FROM userid: what one has sent there.
Status execute_transfer(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command);
  const auto owner = take_owner(requester, operands);
  if (!owner) return tl::unexpected(owner.error());
  const auto kind = take_kind(operands).value_or(SpoolKind::reader);
  // FROM stands behind the files that it is about.
  const auto from = std::find(command.words.begin(), command.words.end(), "FROM");
  const bool takes_back = from != command.words.end();
  const std::string sender = name_of(requester);
  if (takes_back && from + 1 == command.words.end()) return fail("DMKCSU020E USERID MISSING OR INVALID");
  cp.monitor().release_cpu();
  auto files = take_files(cp.spool(), takes_back ? *(from + 1) : *owner, kind, operands);
  if (!files) return tl::unexpected(files.error());
  if (takes_back) {
    std::erase_if(*files, [&](const SpoolFile& file) { return file.origin != sender; });
    operands.take();
  } else {
    operands.take("TO", 2);
  }
  const std::string user = operands.take();
  if (user.empty()) return fail("DMKCSU020E USERID MISSING OR INVALID");
  if (Status status = operands.expect_end(); !status) return status;
  if (!cp.directory().find(user)) return fail("DMKCSU053E {} NOT IN CP DIRECTORY", user);
  const std::string to = takes_back ? sender : user;
  for (const SpoolFile& file : *files) {
    if (Status done = cp.spool().transfer(file.id, to); !done) return done;
    if (Session* receiver = cp.find(to); receiver && receiver != requester.session)
      cp.tell(*receiver, fmt::format("RDR FILE {:04} TRANSFERRED FROM {}", file.id, sender));
  }
  requester.print(fmt::format("{} FILES TRANSFERRED", number_of(files->size())));
  return {};
}

}  // namespace

std::span<const CpCommand> spool_commands() {
  static constexpr CpCommand kCommands[] = {
      {"PURGE", 3, "DG", execute_purge},
      {"ORDER", 3, "DG", execute_order},
      {"CHANGE", 2, "DG", execute_change},
      {"TRANSFER", 4, "DG", execute_transfer},
  };
  return kCommands;
}

}  // namespace replica::vmm
