#include <fmt/format.h>

#include <memory>

#include "tools/commands.h"
#include "tools/output.h"
#include "vmm/directory/directory.h"
#include "vmm/directory/hash_passwords.h"

namespace replica::tools {
namespace {

constexpr const char* kFooter =
    "A user directory is a source for VM/370's command DIRECT; docs/directory.md tells what it may have.\n"
    "Example: replica directory hash users.direct && replica directory check users.direct";

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

Result<ExitStatus> check(const std::string& path) {
  const auto directory = vmm::read_directory(path);
  if (!directory) return tl::unexpected(directory.error());
  std::string text;
  for (const std::string& note : directory->notes) text += fmt::format("{}\n", note);
  std::size_t minidisks = 0, links = 0;
  for (const vmm::User& user : directory->users) {
    minidisks += user.minidisks.size();
    links += user.links.size();
  }
  return print(fmt::format("{}{}: {}, {}, {}, no errors\n", text, path, counted(directory->users.size(), "user"),
                           counted(minidisks, "minidisk"), counted(links, "link")));
}

Result<ExitStatus> hash(const std::string& path) {
  const auto replaced = vmm::hash_passwords(path);
  if (!replaced) return tl::unexpected(replaced.error());
  return print(fmt::format("{}: {} replaced by {}\n", path, counted(*replaced, "password"),
                           *replaced == 1 ? "its hash" : "their hashes"));
}

void add(CLI::App* group, Action& action, const char* name, const char* description,
         Result<ExitStatus> (*execute)(const std::string&)) {
  const auto path = std::make_shared<std::string>();
  CLI::App* command = group->add_subcommand(name, description);
  command->add_option("file", *path, "The source of the directory")->type_name("FILE")->required();
  command->callback([path, execute, &action] { action = [path, execute] { return execute(*path); }; });
}

}  // namespace

void add_directory_command(CLI::App& app, Action& action) {
  CLI::App* group = app.add_subcommand("directory", "Check a directory of virtual machines, hash its passwords");
  group->require_subcommand(1);
  group->footer(kFooter);
  add(group, action, "check", "Tell all that is wrong in it", check);
  add(group, action, "hash", "Replace its passwords by their hashes, and nothing else", hash);
}

}  // namespace replica::tools
