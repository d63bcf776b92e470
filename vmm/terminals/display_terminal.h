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
  bool has_screen() const override;
  ScreenAnswer write_screen(std::vector<u8> record, bool erases) override;
  std::vector<u8> take_entered() override;
  std::optional<ConsoleScreen::Clock::time_point> next_update() const override;

  // ---- Terminal, on the server's thread ----
  void connected(std::shared_ptr<TerminalLine> line, const Screen& screen) override;
  void disconnected() override;
  void received(std::span<const u8> record) override;
  void drained() override;

 private:
  void take_screen_back();
  std::optional<TerminalEvent> receive_on_lent_screen(std::span<const u8> record);

  mutable std::mutex mutex_;
  std::shared_ptr<TerminalLine> line_;
  ConsoleScreen screen_;
  bool is_lent_ = false;  // the screen is a program's
  std::vector<u8> entered_;
};

}  // namespace replica::vmm
