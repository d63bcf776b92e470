// Commands about users: AUTOLOG, LOGOFF, FORCE, SEND, SHUTDOWN.
#include "vmm/cp/commands.h"

namespace replica::vmm {
namespace {

Result<Session*> logged_on(ControlProgram& cp, const CommandText& command, std::size_t n) {
  if (command.words.size() <= n) return fail("DMKCFC020E USERID MISSING OR INVALID");
  Session* session = cp.find(command.words[n]);
  if (!session) return fail("DMKCFC045E {} NOT LOGGED ON", command.words[n]);
  return session;
}

// Logs a user on without a terminal, and loads the directory's system. The one who asks reads its console.
Status execute_autolog(ControlProgram& cp, Requester& requester, const CommandText& command) {
  if (command.words.size() < 2) return fail("DMKALG020E USERID MISSING OR INVALID");
  const User* user = cp.directory().find(command.words[1]);
  if (!user) return fail("DMKALG053E {} NOT IN CP DIRECTORY", command.words[1]);
  if (cp.find(user->name)) return fail("DMKALG054E {} ALREADY LOGGED ON", user->name);
  const std::string secondary = requester.session ? requester.session->name() : "OPERATOR";
  const auto session = cp.log_on(*user, {}, secondary);
  if (!session) return tl::unexpected(session.error());
  if (user->ipl.empty()) return {};
  Requester its_own{.session = *session, .classes = user->classes, .print = requester.print};
  execute_command(cp, its_own, "IPL " + user->ipl);
  return {};
}

Status execute_logoff(ControlProgram& cp, Requester& requester, const CommandText&) {
  if (!requester.session) return fail("DMKCFC001E THERE IS NO VIRTUAL MACHINE HERE");
  cp.log_off(*requester.session);
  requester.session = nullptr;
  return {};
}

Status execute_disconnect(ControlProgram& cp, Requester& requester, const CommandText&) {
  if (!requester.session) return fail("DMKCFC001E THERE IS NO VIRTUAL MACHINE HERE");
  cp.disconnect(*requester.session);
  return {};
}

Status execute_force(ControlProgram& cp, Requester&, const CommandText& command) {
  const auto session = logged_on(cp, command, 1);
  if (!session) return tl::unexpected(session.error());
  cp.log_off(**session);
  return {};
}

// SEND [CP] userid text: to the console of a machine that is disconnected, or as a command of its user.
Status execute_send(ControlProgram& cp, Requester& requester, const CommandText& command) {
  const bool to_cp = command.words.size() > 1 && command.words[1] == "CP";
  const auto found = logged_on(cp, command, to_cp ? 2 : 1);
  if (!found) return tl::unexpected(found.error());
  Session& session = **found;
  const std::string name = requester.session ? requester.session->name() : "OPERATOR";
  const bool may = session.secondary == name || requester.classes.has('A') || requester.classes.has('C');
  if (!may) return fail("DMKCFC003E INVALID OPTION - {}", session.name());
  const std::string text = command.rest(to_cp ? 3 : 2);
  if (to_cp || session.is_in_cp() || !session.console) {
    execute_user_line(cp, session, text);
  } else {
    enter_guest_line(cp, session, text);
  }
  return {};
}

Status execute_shutdown(ControlProgram& cp, Requester&, const CommandText&) {
  cp.shut_down();
  cp.tell_operator("SYSTEM SHUTDOWN COMPLETE");
  return {};
}

}  // namespace

std::span<const CpCommand> user_commands() {
  static constexpr CpCommand kCommands[] = {
      {"AUTOLOG", 4, "AB", execute_autolog},
      {"LOGOFF", 3, "ABCDEFGH", execute_logoff},
      {"DISCONNECT", 4, "ABCDEFGH", execute_disconnect},
      {"FORCE", 3, "A", execute_force},
      {"SEND", 4, "ABCDEFGH", execute_send},
      {"SHUTDOWN", 8, "A", execute_shutdown},
  };
  return kCommands;
}

}  // namespace replica::vmm
