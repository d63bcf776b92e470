// A display: a TN3270 client, whose screen CP divides into lines and a place to type.
#pragma once

#include "vmm/terminals/screen.h"

namespace replica::vmm {

class DisplayTerminal final : public UserTerminal {
 public:
  DisplayTerminal(const CodePage& code_page, std::function<void()> wake)
      : UserTerminal(std::move(wake)), screen_(code_page) {}

  void print(const std::string& line) override;
  void hide_next_line() override;
  void set_status(TerminalStatus status) override;
  void clear() override;
  void update() override;
  std::optional<ConsoleScreen::Clock::time_point> next_update() const override;

  // ---- Terminal, on the server's thread ----
  void connected(std::shared_ptr<TerminalLine> line, const Screen& screen) override;
  void disconnected() override;
  void received(std::span<const u8> record) override;
  void drained() override;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<TerminalLine> line_;
  ConsoleScreen screen_;
};

}  // namespace replica::vmm
