#include "vmm/cp/diagnose.h"

#include <algorithm>

#include "vmm/cp/calendar.h"
#include "vmm/cp/diagnose_call.h"

namespace replica::vmm {
namespace {

constexpr u32 kDoubleword = 8;
// Release 6, level 0, program level change 4.
constexpr u8 kVersion[] = {6, 0, 4};
// The text of a message begins behind "DMKxxxnnnE".
constexpr u32 kMessageCode = 10;
// DIAGNOSE X'64' and X'08': DMKxxx044E, there is no such system.
constexpr u32 kNoSuchSystem = 44;

using Function = void(const DiagnoseCall&);

struct Row {
  u16 code;
  Function* function;
};

constexpr Row kFunctions[] = {
    {0x00, store_extended_identification},
    {0x08, virtual_console_function},
    {0x0C, pseudo_timer},
    {0x10, release_pages},
    {0x14, manipulate_input_file},
    {0x18, standard_disk_io},
    {0x20, general_io},
    {0x24, device_type_and_features},
    {0x4C, generate_accounting},
    {0x58, display_console_interface},
    {0x5C, edit_error_message},
    {0x60, virtual_storage_size},
    {0x64, find_segments},
};

}  // namespace

void diagnose(ControlProgram& cp, Session& session, Cpu& cpu, const Insn& i) {
  const u32 code = (i.b2 == 0 ? 0 : cpu.gr[i.b2]) + i.d2;
  const auto row = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                [&](const Row& each) { return each.code == (code & kAddressMask); });
  if (row == std::end(kFunctions)) cpu.throw_program(ProgramCode::specification);
  row->function(DiagnoseCall(cp, session, cpu, i));
}

// ---- Storage ----

bool DiagnoseCall::has_storage(u32 address, u32 length) const {
  const u32 size = session.machine->storage().size();
  if (length > size || address > size - length) return false;
  // The prefix area may be where there is no storage.
  for (u32 at = address; at < address + length; at = (at | (kPageSize - 1)) + 1) {
    if (!session.machine->storage().contains(absolute(at))) return false;
  }
  return true;
}

void DiagnoseCall::require_storage(u32 address, u32 length) const {
  if (!has_storage(address, length)) cpu.throw_program(ProgramCode::addressing);
}

std::vector<u8> DiagnoseCall::fetch(u32 address, u32 length) const {
  require_storage(address, length);
  Storage& storage = session.machine->storage();
  std::vector<u8> bytes;
  while (bytes.size() < length) {
    const u32 real = address + static_cast<u32>(bytes.size());
    const u32 piece = std::min(length - static_cast<u32>(bytes.size()), kBlockSize - (real & (kBlockSize - 1)));
    storage.record_fetch(absolute(real) >> kBlockShift);
    const u8* from = storage.at(absolute(real));
    bytes.insert(bytes.end(), from, from + piece);
  }
  return bytes;
}

void DiagnoseCall::store(u32 address, std::span<const u8> bytes) const {
  require_storage(address, static_cast<u32>(bytes.size()));
  Storage& storage = session.machine->storage();
  while (!bytes.empty()) {
    const u32 piece = std::min(static_cast<u32>(bytes.size()), kBlockSize - (address & (kBlockSize - 1)));
    storage.record_store(absolute(address), piece);
    std::copy_n(bytes.begin(), piece, storage.at(absolute(address)));
    bytes = bytes.subspan(piece);
    address += piece;
  }
}

std::string DiagnoseCall::to_host(std::span<const u8> ebcdic) const {
  std::string text;
  for (const u8 byte : ebcdic) text += static_cast<char>(cp.code_page().to_host[byte]);
  return text;
}

std::vector<u8> DiagnoseCall::to_ebcdic(std::string_view text, std::size_t length) const {
  std::vector<u8> bytes;
  for (const char c : text.substr(0, length)) bytes.push_back(cp.code_page().to_ebcdic[static_cast<u8>(c)]);
  bytes.resize(length, cp.code_page().to_ebcdic[' ']);
  return bytes;
}

// ---- Functions ----

void store_extended_identification(const DiagnoseCall& call) {
  const u32 address = call.rx_address();
  call.require(address % kDoubleword == 0 && static_cast<i32>(call.ry()) > 0);
  std::vector<u8> identification = call.to_ebcdic("VM/370", 8);
  identification.insert(identification.end(), std::begin(kVersion), std::end(kVersion));
  identification.push_back(call.cpu.identity.version);
  identification.resize(16);  // no extended logout, processor address 0
  const std::vector<u8> user = call.to_ebcdic(call.session.name(), 8);
  identification.insert(identification.end(), user.begin(), user.end());
  identification.resize(32);  // no program products
  identification.resize(std::min<std::size_t>(identification.size(), call.ry()));
  call.store(address, identification);
  call.set(call.y, call.ry() - static_cast<u32>(identification.size()));
}

void pseudo_timer(const DiagnoseCall& call) {
  const u32 address = call.rx_address();
  call.require(address % kDoubleword == 0);
  std::vector<u8> area = call.to_ebcdic(date_and_time(call.cpu.clocks().tod_at(call.cpu.now())), 16);
  area.resize(32);
  const u64 used = call.cp.monitor().cpu_time(*call.session.machine) / kUnitsPerMicrosecond;
  store_be64(area.data() + 16, used);
  store_be64(area.data() + 24, used);
  call.store(address, area);
}

void release_pages(const DiagnoseCall& call) {
  const u32 first = call.rx_address(), last = call.ry_address();
  call.require(first % kPageSize == 0 && last % kPageSize == 0 && first <= last);
  GuestStorage& storage = call.session.machine->storage();
  call.require(storage.contains(last));
  for (u32 page = first; page <= last; page += kPageSize) {
    const u32 absolute = apply_prefix(page, call.cpu.prefix);
    if (storage.contains(absolute)) storage.release(absolute >> kPageShift);
  }
}

// Rx and Ry are the message; what the user wants of it is left: SET EMSG.
void edit_error_message(const DiagnoseCall& call) {
  const u32 length = call.ry();
  switch (call.session.error_messages) {
    case ErrorMessages::on: break;
    case ErrorMessages::off: call.set(call.y, 0); break;
    case ErrorMessages::code: call.set(call.y, std::min(length, kMessageCode)); break;
    case ErrorMessages::text: {
      const u32 skipped = std::min(length, kMessageCode);
      call.set(call.x, call.rx() + skipped);
      call.set(call.y, length - skipped);
      break;
    }
  }
}

void virtual_storage_size(const DiagnoseCall& call) { call.set(call.x, call.session.machine->storage().size()); }

// Named segments: there are none.
void find_segments(const DiagnoseCall& call) {
  constexpr u32 kLoadShared = 0x00, kLoadNotShared = 0x04, kPurge = 0x08, kFind = 0x0C;
  call.require_storage(call.rx_address(), 8);
  switch (call.ry()) {
    case kLoadShared:
    case kLoadNotShared:
    case kFind:
    case kPurge: call.set_cc(2); break;
    default: call.specification();
  }
  call.set(call.y, kNoSuchSystem);
}

}  // namespace replica::vmm
