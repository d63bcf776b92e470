#include "vmm/cp/spool_selection.h"

#include <algorithm>

namespace replica::vmm {
namespace {

constexpr u32 kMostCopies = 99;

std::optional<VirtualDevice::Kind> device_kind(std::string_view word) {
  using Kind = VirtualDevice::Kind;
  if (abbreviates(word, "READER", 1) || word == "RDR") return Kind::reader;
  if (abbreviates(word, "PRINTER", 1) || word == "PRT") return Kind::printer;
  if (abbreviates(word, "PUNCH", 2) || word == "PCH") return Kind::punch;
  if (abbreviates(word, "CONSOLE", 3)) return Kind::console;
  return {};
}

bool is_number(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Status add_file(const SpoolStore& store, const std::string& owner, std::optional<SpoolKind> kind, std::string_view word,
                std::vector<SpoolFile>& files) {
  const auto id = parse_decimal(word, 1, kLastSpoolId);
  const SpoolFile* file = id ? store.find(*id) : nullptr;
  const bool is_meant = file && (owner.empty() || file->owner == owner) && (!kind || file->kind == *kind);
  if (!is_meant) return fail("DMKCSU042E SPOOLID {} DOES NOT EXIST", word);
  if (file->state != SpoolState::closed) return fail("DMKCSU043E SPOOLID {} IS IN USE", word);
  files.push_back(*file);
  return {};
}

}  // namespace

Result<std::vector<VirtualDevice*>> spooled_devices(Session& session, std::string_view word) {
  if (word.empty()) return fail("DMKCSP022E VADDR MISSING OR INVALID");
  std::vector<VirtualDevice*> found;
  if (const auto kind = device_kind(word)) {
    for (auto& [address, device] : session.devices) {
      if (device.kind == *kind && (device.output || device.input)) found.push_back(&device);
    }
  } else {
    const auto address = parse_device_address(word);
    if (!address) return tl::unexpected(address.error());
    const auto device = session.devices.find(*address);
    if (device == session.devices.end()) return fail("DMKCSP040E DEV {:03X} DOES NOT EXIST", *address);
    if (!device->second.output && !device->second.input)
      return fail("DMKCSP006E INVALID DEVICE TYPE - {:03X}", *address);
    found.push_back(&device->second);
  }
  if (found.empty()) return fail("DMKCSP040E DEV {} DOES NOT EXIST", word);
  return found;
}

std::optional<SpoolKind> take_kind(Operands& operands) {
  const auto kind = device_kind(operands.peek());
  if (!kind || *kind == VirtualDevice::Kind::console) return {};
  operands.take();
  return *kind == VirtualDevice::Kind::reader    ? SpoolKind::reader
         : *kind == VirtualDevice::Kind::printer ? SpoolKind::printer
                                                 : SpoolKind::punch;
}

Result<std::string> take_owner(const Requester& requester, Operands& operands) {
  const bool may_name = requester.classes.has('D');
  const std::string_view word = operands.peek();
  const bool is_keyword =
      word.empty() || device_kind(word) || is_number(word) || word == "ALL" || abbreviates(word, "CLASS", 2);
  if (!may_name || is_keyword) {
    if (requester.session) return requester.session->name();
    if (may_name) return std::string();
    return fail("DMKCSU020E USERID MISSING OR INVALID");
  }
  const std::string owner = operands.take();
  return owner == "SYSTEM" ? std::string() : owner;
}

Result<std::vector<SpoolFile>> take_files(const SpoolStore& store, const std::string& owner,
                                          std::optional<SpoolKind> kind, Operands& operands) {
  std::vector<SpoolFile> files;
  const auto add_class = [&](char spool_class) {
    for (const SpoolFile& file : store.list({.owner = owner, .kind = kind, .spool_class = spool_class})) {
      if (file.state == SpoolState::closed) files.push_back(file);
    }
  };
  bool any = false;
  for (;; any = true) {
    if (operands.take("ALL", 3)) {
      add_class('*');
    } else if (operands.take("CLASS", 2)) {
      const auto spool_class = take_class(operands);
      if (!spool_class) return tl::unexpected(spool_class.error());
      add_class(*spool_class);
    } else if (is_number(operands.peek())) {
      if (Status added = add_file(store, owner, kind, operands.take(), files); !added)
        return tl::unexpected(added.error());
    } else {
      break;
    }
  }
  if (!any) return fail("DMKCSU026E OPERAND MISSING OR INVALID: expected ALL, CLASS and a class, or a spoolid");
  // A file that is named twice is meant once.
  std::vector<SpoolFile> once;
  for (SpoolFile& file : files) {
    const bool is_known =
        std::any_of(once.begin(), once.end(), [&](const SpoolFile& other) { return other.id == file.id; });
    if (!is_known) once.push_back(std::move(file));
  }
  return once;
}

Result<char> take_class(Operands& operands) {
  const std::string word = operands.take();
  if (word.size() == 1 && is_spool_class(word[0])) return word[0];
  return fail("DMKCSP028E CLASS MISSING OR INVALID - {}", word);
}

Result<u32> take_copies(Operands& operands) {
  const std::string word = operands.take();
  const auto copies = parse_decimal(word, 1, kMostCopies);
  if (!copies) return fail("DMKCSP030E COPIES MISSING OR INVALID - {}", word);
  return *copies;
}

}  // namespace replica::vmm
