#include "vmm/shadow_tables.h"

#include <algorithm>

#include "base/bits.h"
#include "base/check.h"
#include "mmu/dat.h"

namespace replica::vmm {
namespace {

constexpr u32 kLowAddressProtection = ibm_mask<u32>(3);  // CR0

u32 next_number() {
  static u32 last = 0;
  return ++last;
}

}  // namespace

GuestContext guest_context(const Cpu& cpu) {
  GuestContext context{
      .prefix = cpu.prefix, .dat = cpu.psw.dat(), .low_address_protection = (cpu.cr[0] & kLowAddressProtection) != 0};
  if (context.dat) {
    context.cr0_format = cpu.cr[0] & kDatFormatMask;
    context.cr1 = cpu.cr[1];
  }
  return context;
}

ShadowTable& ShadowTables::find(const GuestContext& context) {
  ++uses_;
  if (latest_ && latest_->context == context) [[likely]] {
    latest_->last_used = uses_;
    return *latest_;
  }
  auto found =
      std::find_if(tables_.begin(), tables_.end(), [&](const auto& table) { return table->context == context; });
  if (found == tables_.end()) {
    if (tables_.size() == kMost) {
      const auto oldest = std::min_element(tables_.begin(), tables_.end(), [](const auto& one, const auto& other) {
        return one->last_used < other->last_used;
      });
      real_maps_.purge_translations((*oldest)->number);
      tables_.erase(oldest);
    }
    found = tables_.insert(tables_.end(), std::make_unique<ShadowTable>());
    **found = {.number = next_number(), .context = context, .storage = &storage_, .known_maps = {}};
    ++made_;
  }
  latest_ = found->get();
  latest_->last_used = uses_;
  return *latest_;
}

void ShadowTables::purge_translations() {
  ++purges_;
  for (const auto& table : tables_) {
    if (table->context.dat) real_maps_.purge_translations(table->number);
  }
}

bool ShadowTables::has(u32 number) const {
  return std::any_of(tables_.begin(), tables_.end(), [&](const auto& table) { return table->number == number; });
}

void ShadowTables::discard_all() {
  for (const auto& table : tables_) real_maps_.purge_translations(table->number);
  tables_.clear();
  latest_ = nullptr;
}

Access ShadowTranslator::access(const AccessContext& context, u32 address, AccessKind kind, bool record) {
  fault_.reset();
  CHECK(table_ && table_->number == context.cr1);
  if (record) ++fills_;
  const GuestContext& guest = table_->context;
  const AccessContext of_guest{.cr0_format = guest.cr0_format,
                               .cr1 = guest.cr1,
                               .prefix = guest.prefix,
                               .key = context.key,
                               .dat = guest.dat,
                               .low_address_protection = guest.low_address_protection};
  GuestStorage& storage = *table_->storage;
  const GuestStorage::ResidentOnly resident_only(storage);
  try {
    Access access = RealTranslator(storage).access(of_guest, address, kind, record);
    if (access.code == ProgramCode::none) access.absolute = storage.real_address(access.absolute);
    return access;
  } catch (const PageAbsent& absent) {
    if (record) fault_ = absent.page;
    return {.code = ProgramCode::page_translation};
  }
}

}  // namespace replica::vmm
