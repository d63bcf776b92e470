// DIAGNOSE X'14': a program looks at the files of its reader, and reads them a page at a time.
#include "vmm/cp/diagnose_call.h"
#include "vmm/cp/spool_pages.h"

namespace replica::vmm {
namespace {

constexpr u32 kNextPage = 0x0000, kNextPrintFile = 0x0004, kNextPunchFile = 0x0008, kSelect = 0x000C, kRepeat = 0x0010,
              kRestart = 0x0014, kBackspace = 0x0018, kNextMonitorFile = 0x001C, kNextMonitorPage = 0x0020,
              kDescribe = 0x0FFF;
constexpr u8 kDone = 0, kEndOfFile = 1, kNotFound = 2, kFailed = 3;
// In Ry+1 with condition code 3.
constexpr u32 kBadAddress = 4, kBadType = 8, kDeviceBusy = 12, kPagingError = 16;

// The tag that a file begins with: blank.
constexpr u32 kTagBytes = 136;

void failed(const DiagnoseCall& call, u32 code) {
  call.set(call.y + 1, code);
  call.set_cc(kFailed);
}

VirtualDevice* reader_of(const DiagnoseCall& call) {
  const auto found =
      call.ry() > 0xFFFF ? call.session.devices.end() : call.session.devices.find(static_cast<u16>(call.ry()));
  if (found == call.session.devices.end()) return failed(call, kBadAddress), nullptr;
  if (!found->second.input) return failed(call, kBadType), nullptr;
  if (found->second.input->active_file() || call.session.machine->channels().is_busy(found->first))
    return failed(call, kDeviceBusy), nullptr;
  if (!found->second.pages) found->second.pages = std::make_shared<SpoolPageReader>(call.cp.spool());
  return &found->second;
}

// Opens the next file of the reader's class, unless one is open. False if there is none.
bool open_next(const DiagnoseCall& call, VirtualDevice& reader) {
  if (reader.pages->is_open()) return true;
  const SpoolFile* file = call.cp.spool().next_for_reader(call.session.name(), reader.input->settings().spool_class);
  if (!file) return false;
  reader.pages->open(file->id);
  return true;
}

void next_page(const DiagnoseCall& call, VirtualDevice& reader) {
  if (!open_next(call, reader)) return call.set_cc(kNotFound);
  for (;;) {
    const auto page = reader.pages->next();
    if (!page) return failed(call, kPagingError);
    if (*page) {
      call.store(call.rx_address(), **page);
      return call.set_cc(kDone);
    }
    if (reader.pages->repeats != 0) {
      --reader.pages->repeats;
      reader.pages->restart();
      if (call.cp.spool().find(reader.pages->file())->records == 0) reader.pages->repeats = 0;
      continue;
    }
    reader.pages->close(reader.input->settings().hold);
    // A file that stays would be found again.
    const bool goes_on = reader.input->settings().continuous && !reader.input->settings().hold;
    if (!goes_on || !open_next(call, reader)) return call.set_cc(kEndOfFile);
  }
}

bool is_punched(const SpoolFile& file) { return file.device == "3525" || file.device == "2540P"; }

// The file behind `last` in the user's reader, or the first; of those that `is_meant` says.
template <typename Predicate>
std::optional<SpoolFile> file_behind(const DiagnoseCall& call, SpoolId last, Predicate is_meant) {
  bool is_behind = last == 0;
  for (const SpoolFile& file : call.cp.spool().list({.owner = call.session.name(), .kind = SpoolKind::reader})) {
    if (is_behind && file.state != SpoolState::open && is_meant(file)) return file;
    is_behind |= file.id == last;
  }
  return {};
}

void next_block(const DiagnoseCall& call, VirtualDevice& reader, bool punched) {
  const SpoolId last = reader.pages->last_shown;
  const auto file = file_behind(call, last, [&](const SpoolFile& each) { return is_punched(each) == punched; });
  reader.pages->last_shown = file ? file->id : 0;
  if (!file) return call.set_cc(last == 0 ? kNotFound : kEndOfFile);
  call.store(call.rx_address(), spool_file_block(*file, call.cp.code_page()));
  call.set_cc(kDone);
}

// The file is the first of its queue, so that the next read opens it.
void select(const DiagnoseCall& call, VirtualDevice& reader) {
  const SpoolFile* file = call.cp.spool().find(call.rx());
  const bool is_ours = file && file->owner == call.session.name() && file->kind == SpoolKind::reader &&
                       file->state == SpoolState::closed;
  if (!is_ours) return call.set_cc(kNotFound);
  const SpoolId ids[] = {file->id};
  if (!call.cp.spool().order(ids)) return failed(call, kPagingError);
  reader.pages->close(true);
  call.set_cc(kDone);
}

// The block of the file behind that with the number in Ry, or of the first, and its tag.
void describe(const DiagnoseCall& call) {
  constexpr u8 kNoOperation = 0x03;
  const SpoolId last = call.ry();
  if (last != 0) {
    const SpoolFile* file = call.cp.spool().find(last);
    if (!file || file->owner != call.session.name()) return call.set_cc(kNotFound);
  }
  const auto file = file_behind(call, last, [](const SpoolFile&) { return true; });
  if (!file) return call.set_cc(kEndOfFile);
  const auto block = spool_file_block(*file, call.cp.code_page());
  std::vector<u8> answer(block.begin(), block.end());
  answer.resize(answer.size() + 16);
  answer[block.size()] = kNoOperation;
  store_be16(&answer[block.size() + 6], kTagBytes);
  answer.resize(answer.size() + kTagBytes, call.cp.code_page().to_ebcdic[' ']);
  call.store(call.rx_address(), answer);
  call.set_cc(kDone);
}

// The operands that a function needs, before anything is done.
void check_operands(const DiagnoseCall& call, u32 function) {
  switch (function) {
    case kNextPage:
    case kNextMonitorPage:
    case kBackspace:
    case kRestart: call.require(call.rx() % kPageSize == 0); return call.require_storage(call.rx_address(), kPageSize);
    case kNextPrintFile:
    case kNextPunchFile:
    case kNextMonitorFile: call.require(call.rx() % 8 == 0); return call.require_storage(call.rx_address(), 96);
    case kDescribe: return call.require_storage(call.rx_address(), 252);
    case kSelect:
    case kRepeat: return;
    default: call.specification();
  }
}

}  // namespace

// Rx: a buffer or a number; Ry: the reader; Ry+1: what to do.
void manipulate_input_file(const DiagnoseCall& call) {
  constexpr u32 kMostRepeats = 99;
  call.require(call.y % 2 == 0);
  const u32 function = call.cpu.gr[call.y + 1];
  check_operands(call, function);
  if (function == kDescribe) return describe(call);
  VirtualDevice* reader = reader_of(call);
  if (!reader) return;
  const bool needs_open = function == kRepeat || function == kRestart || function == kBackspace;
  if (needs_open && !reader->pages->is_open()) return call.set_cc(kNotFound);
  switch (function) {
    case kNextPage: return next_page(call, *reader);
    case kNextPrintFile: return next_block(call, *reader, false);
    case kNextPunchFile: return next_block(call, *reader, true);
    case kSelect: return select(call, *reader);
    case kRepeat: reader->pages->repeats = std::min(call.rx(), kMostRepeats); return call.set_cc(kDone);
    case kRestart: reader->pages->restart(); return call.set_cc(kDone);
    case kBackspace: reader->pages->backspace(); return next_page(call, *reader);
    default: return call.set_cc(kNotFound);  // there are no files of the monitor
  }
}

}  // namespace replica::vmm
