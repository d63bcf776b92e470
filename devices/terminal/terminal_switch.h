// Leads the person at a terminal to one of several: the device itself, or whoever else talks to people, as a VMM does. To the
// one that is led to, it is as if the person had just connected; to the one before, as if the person had gone.
#pragma once

#include <memory>
#include <mutex>

#include "devices/terminal/terminal.h"

namespace replica {

class TerminalSwitch final : public Terminal {
 public:
  explicit TerminalSwitch(Terminal* target) : target_(target) {}

  // Nobody with nullptr. When it returns, the one before is not called any more. From any thread, but not from a terminal.
  void lead_to(Terminal* target);

  // ---- Terminal ----
  void connected(std::shared_ptr<TerminalLine> line, const Screen& screen) override;
  void disconnected() override;
  void received(std::span<const u8> bytes) override;
  void pressed(Key key) override;
  void drained() override;

 private:
  std::mutex mutex_;
  Terminal* target_;
  std::shared_ptr<TerminalLine> line_;
  Screen screen_;
};

}  // namespace replica
