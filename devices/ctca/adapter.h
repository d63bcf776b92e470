// One side of a channel-to-channel adapter as a device: CTCA. The link that joins the two sides is someone else's
// (devices/ctca/link.h).
#pragma once

#include <memory>
#include <string>

#include "devices/ctca/link.h"
#include "devices/device.h"
#include "devices/device_environment.h"

namespace replica {

class ChannelAdapter final : public BufferedDevice {
 public:
  // Takes its side of the link, which nobody else may have. `name` is for description().
  ChannelAdapter(std::shared_ptr<AdapterLink> link, AdapterLink::Side side, std::string name,
                 const DeviceEnvironment& environment);
  ~ChannelAdapter() override;

  // Leaves its link for the free side of another adapter's. A command that waits is given again there.
  void couple_to(const ChannelAdapter& other);
  // Leaves its link, and stands alone.
  void uncouple();
  bool is_coupled_to(const ChannelAdapter& other) const { return link_ == other.link_; }
  bool is_coupled() const { return link_->is_ready(); }

  std::string_view type() const override { return "CTCA"; }
  std::string description() const override;
  Answer begin(u8 command) override;
  Ending end() override;
  void halt() override;
  void reset() override;

 private:
  void join();
  void move_to(std::shared_ptr<AdapterLink> link, AdapterLink::Side side);
  Answer react(AdapterLink::Reaction reaction);

  std::shared_ptr<AdapterLink> link_;
  AdapterLink::Side side_;
  std::string name_;
  bool sense_id_;
  u8 command_ = 0;
};

}  // namespace replica
