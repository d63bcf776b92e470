#include "vmm/virtual_machine.h"

namespace replica::vmm {

VirtualMachine::VirtualMachine(Options options, const Clocks::Options& clocks, FrameTable& frames, PagingFile& paging,
                               AccessMaps& real_maps)
    : options_(std::move(options)),
      storage_(new GuestStorage(options_.storage_bytes, frames, paging)),
      channels_(std::make_unique<ChannelSubsystem>(*storage_)),
      machine_(
          Machine::create(std::unique_ptr<Storage>(storage_),
                          {.storage_bytes = options_.storage_bytes, .clocks = clocks, .identity = options_.identity},
                          options_.other_channels ? options_.other_channels : channels_.get())),
      shadow_tables_(*storage_, real_maps) {
  schedule.share = options_.share;
  channels_->on_polling([this](u64 units) { pause_ = units; });
  cpu().maps().on_purge([this] { shadow_tables_.purge_translations(); });
}

}  // namespace replica::vmm
