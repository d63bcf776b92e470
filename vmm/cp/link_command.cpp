// LINK: a minidisk of another user, or of one's own once more. VM/370 CP Command Reference for General Users (GC20-1820).
#include "vmm/cp/device_commands.h"

namespace replica::vmm {
namespace {

constexpr u32 kMostWrongPasswords = 10;

struct Wanted {
  std::string owner;
  u16 owner_address = 0;
  u16 address = 0;
  LinkMode mode = LinkMode::R;
  bool has_mode = false;
  std::string password;
};

// [TO] userid|* vaddr1 [AS] vaddr2 [mode] [[PASS=] password]
Result<Wanted> parse(Operands operands, const std::string& own_name) {
  Wanted wanted;
  operands.take("TO", 2);
  if (operands.at_end()) return fail("DMKLNK020E USERID MISSING OR INVALID");
  wanted.owner = operands.take();
  if (wanted.owner == "*") wanted.owner = own_name;
  const auto owner_address = parse_device_address(operands.take());
  operands.take("AS", 2);
  const auto address = parse_device_address(operands.take());
  if (!owner_address || !address) return fail("DMKLNK022E VADDR MISSING OR INVALID");
  wanted.owner_address = *owner_address;
  wanted.address = *address;
  if (!operands.peek().starts_with("PASS=")) {
    if (const auto mode = parse_link_mode(operands.peek())) {
      wanted.mode = *mode;
      wanted.has_mode = true;
      operands.take();
    }
  }
  if (operands.peek() == "PASS=") {
    operands.take();
    wanted.password = operands.take();
  } else {
    wanted.password = operands.take();
    if (wanted.password.starts_with("PASS=")) wanted.password.erase(0, 5);
  }
  if (!operands.at_end()) return fail("DMKLNK026E OPERAND MISSING OR INVALID - {}", operands.peek());
  return wanted;
}

// The minidisk, or what a link of the owner's leads to.
Result<const Minidisk*> find_disk(const ControlProgram& cp, const Wanted& wanted, bool& is_own,
                                  const std::string& user) {
  const User* owner = cp.directory().find(wanted.owner);
  if (!owner) return fail("DMKLNK053E {} NOT IN CP DIRECTORY", wanted.owner);
  const Minidisk* disk = owner->find_minidisk(wanted.owner_address);
  is_own = disk && wanted.owner == user;
  if (const Link* link = owner->find_link(wanted.owner_address)) disk = &cp.directory().target(*link);
  const bool lasts = disk && disk->kind != Minidisk::Kind::temporary && wanted.owner != kTemporarySpaceOwner;
  if (lasts) return disk;
  return fail("DMKLNK107E {} {:03X} NOT LINKED; NOT IN CP DIRECTORY", wanted.owner, wanted.owner_address);
}

LinkPassword check_password(const Password& password, const std::string& text) {
  if (password.is_none()) return LinkPassword::absent;
  return password.matches(text) ? LinkPassword::accepted : LinkPassword::wrong;
}

void account_refusal(ControlProgram& cp, const Session& session, const Wanted& wanted) {
  cp.account(fmt::format("{:8}{:8}{:8}{:03X} {:2}{:>30}06", session.name(), session.user->account, wanted.owner,
                         wanted.owner_address, name(wanted.mode), ""));
}

}  // namespace

Status execute_link(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const auto own = own_session(requester);
  if (!own) return tl::unexpected(own.error());
  Session& session = **own;
  if (session.wrong_link_passwords >= kMostWrongPasswords) {
    return fail("DMKLNK115E LINK INVALID; EXCESSIVE INCORRECT PASSWORDS");
  }
  auto parsed = parse(Operands(command), session.name());
  if (!parsed) return tl::unexpected(parsed.error());
  Wanted& wanted = *parsed;
  bool is_own = false;
  const auto disk = find_disk(cp, wanted, is_own, session.name());
  if (!disk) return tl::unexpected(disk.error());
  // One's own disk is linked as it is at LOGON.
  if (is_own && !wanted.has_mode) wanted.mode = (*disk)->mode;
  const LinkAccess access = access_of(wanted.mode);
  Minidisks::Request request{
      .user = session.name(), .address = wanted.address, .owner = wanted.owner, .disk = *disk, .mode = wanted.mode};
  const Password& password = (*disk)->password(access);
  if (!is_own && !password.is_all()) {
    if (wanted.password.empty() && !password.is_none()) {
      constexpr const char* kNames[] = {"READ", "WRITE", "MULT"};
      return fail("DMKLNK026E OPERAND MISSING OR INVALID: expected PASS= AND THE {} PASSWORD",
                  kNames[static_cast<unsigned>(access)]);
    }
    request.password = check_password(password, wanted.password);
  }
  wipe(wanted.password);
  if (request.password == LinkPassword::wrong) ++session.wrong_link_passwords;
  if (request.password != LinkPassword::accepted) account_refusal(cp, session, wanted);
  cp.monitor().release_cpu();
  const auto message = cp.devices().add_link(session, request);
  if (!message) return tl::unexpected(message.error());
  requester.print(*message);
  return {};
}

}  // namespace replica::vmm
