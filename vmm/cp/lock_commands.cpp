// LOCK and UNLOCK: pages of a virtual machine that stay in real storage. VM/370 Operator's Guide (GC20-1806).
#include "vmm/cp/operands.h"

namespace replica::vmm {
namespace {

struct Pages {
  GuestStorage* storage;
  u32 first, last;
};

Result<Pages> take_pages(ControlProgram& cp, Operands& operands) {
  const std::string user = operands.take();
  if (user.empty()) return fail("DMKCPV020E USERID MISSING OR INVALID");
  Session* session = cp.find(user);
  if (!session) return fail("DMKCPV045E {} NOT LOGGED ON", user);
  GuestStorage& storage = session->machine->storage();
  if (storage.is_fixed()) return fail("DMKCPV160E {} IS VIRT=REAL; ALL OF ITS PAGES ARE LOCKED", user);
  const u32 most = (storage.size() >> kPageShift) - 1;
  const auto first = parse_hexadecimal(operands.take(), most);
  if (!first) return tl::unexpected(first.error());
  const auto last = parse_hexadecimal(operands.take(), most);
  if (!last) return tl::unexpected(last.error());
  if (*first > *last) return fail("DMKCPV009E INVALID RANGE - {:X} {:X}", *first, *last);
  return Pages{&storage, *first, *last};
}

// LOCK userid firstpage lastpage [MAP]
Status execute_lock(ControlProgram& cp, Requester& requester, const CommandText& command) {
  Operands operands(command);
  cp.monitor().release_cpu();
  const auto pages = take_pages(cp, operands);
  if (!pages) return tl::unexpected(pages.error());
  const bool maps = operands.take("MAP", 3);
  if (Status status = operands.expect_end(); !status) return status;
  const FrameTable& frames = cp.monitor().frames();
  const u32 wanted = pages->last - pages->first + 1;
  if (wanted > frames.lockable_frames())
    return fail("DMKCPV160E LOCK NOT POSSIBLE: {} of {} frames are locked, and {} are kept for paging",
                frames.locked_frames(), frames.frames(), FrameTable::kLeastForPaging);
  u32 locked = 0;
  try {
    for (; locked < wanted; ++locked) pages->storage->lock(pages->first + locked);
  } catch (const PagingError&) {
    while (locked-- != 0) pages->storage->unlock(pages->first + locked);
    throw;
  }
  for (u32 page = pages->first; maps && page <= pages->last; ++page)
    requester.print(fmt::format("{:06X} = {:08X}", page << kPageShift, pages->storage->frame(page) << kPageShift));
  return {};
}

// UNLOCK userid firstpage lastpage
Status execute_unlock(ControlProgram& cp, Requester&, const CommandText& command) {
  Operands operands(command);
  cp.monitor().release_cpu();
  const auto pages = take_pages(cp, operands);
  if (!pages) return tl::unexpected(pages.error());
  if (Status status = operands.expect_end(); !status) return status;
  for (u32 page = pages->first; page <= pages->last; ++page) {
    if (pages->storage->is_locked(page)) pages->storage->unlock(page);
  }
  return {};
}

}  // namespace

std::span<const CpCommand> lock_commands() {
  static constexpr CpCommand kCommands[] = {
      {"LOCK", 4, "A", execute_lock},
      {"UNLOCK", 3, "A", execute_unlock},
  };
  return kCommands;
}

}  // namespace replica::vmm
