// A terminal that somebody has dialed to a virtual machine: whoever sits there talks to a device of that machine. It passes
// everything on, and notices when the person goes, which the device alone would be told.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "devices/terminal/terminal.h"

namespace replica::vmm {

class DialedTerminal final : public Terminal {
 public:
  // The device must outlive it. `wake` is called on any thread when the person has gone.
  DialedTerminal(Terminal& device, std::function<void()> wake) : device_(device), wake_(std::move(wake)) {}

  const Terminal& device() const { return device_; }
  bool is_gone() const { return gone_; }

  // ---- Terminal, on the server's thread ----
  void connected(std::shared_ptr<TerminalLine> line, const Screen& screen) override {
    device_.connected(std::move(line), screen);
  }
  void disconnected() override {
    device_.disconnected();
    gone_ = true;
    wake_();
  }
  void received(std::span<const u8> bytes) override { device_.received(bytes); }
  void pressed(Key key) override { device_.pressed(key); }
  void drained() override { device_.drained(); }

 private:
  Terminal& device_;
  std::function<void()> wake_;
  std::atomic<bool> gone_ = false;
};

}  // namespace replica::vmm
