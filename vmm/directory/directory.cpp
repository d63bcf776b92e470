#include "vmm/directory/directory.h"

#include <algorithm>

#include "base/check.h"
#include "vmm/directory/checks.h"
#include "vmm/directory/source_file.h"
#include "vmm/directory/statement.h"

namespace replica::vmm {
namespace {

template <typename Device>
const Device* find_at(const std::vector<Device>& devices, u16 address) {
  const auto found =
      std::find_if(devices.begin(), devices.end(), [&](const Device& device) { return device.address == address; });
  return found == devices.end() ? nullptr : &*found;
}

}  // namespace

const Password& Minidisk::password(LinkAccess access) const {
  switch (access) {
    case LinkAccess::read: return read;
    case LinkAccess::write: return write;
    case LinkAccess::multiple: break;
  }
  return multiple;
}

const Minidisk* User::find_minidisk(u16 address) const { return find_at(minidisks, address); }

const Link* User::find_link(u16 address) const { return find_at(links, address); }

const User* Directory::find(std::string_view id) const {
  const std::string capitals = upper_case(id);
  const auto found = std::find_if(users.begin(), users.end(), [&](const User& user) { return user.name == capitals; });
  return found == users.end() ? nullptr : &*found;
}

const Minidisk& Directory::target(const Link& link) const {
  for (const Link* next = &link;;) {
    const User* owner = find(next->owner);
    CHECK(owner != nullptr);
    if (const Minidisk* disk = owner->find_minidisk(next->owner_address)) return *disk;
    next = owner->find_link(next->owner_address);
    CHECK(next != nullptr);
  }
}

Result<Directory> parse_directory(std::string_view text, const std::string& name, PlainPasswords plain) {
  ParsedDirectory parsed =
      parse_statements(text, name, plain == PlainPasswords::hash ? PlainHandling::hash : PlainHandling::refuse);
  check_directory(parsed);
  if (parsed.findings.has_errors()) return fail("{}", parsed.findings.errors());
  parsed.directory.notes = parsed.findings.notes();
  return std::move(parsed.directory);
}

Result<Directory> read_directory(const std::string& path, PlainPasswords plain) {
  auto text = read_source(path);
  if (!text) return tl::unexpected(text.error());
  auto directory = parse_directory(*text, path, plain);
  wipe(*text);
  return directory;
}

}  // namespace replica::vmm
