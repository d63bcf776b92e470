// A printer-keyboard: a TELNET client.
#pragma once

#include "vmm/terminals/user_terminal.h"

namespace replica::vmm {

class LineTerminal final : public UserTerminal {
 public:
  using UserTerminal::UserTerminal;

  void print(const std::string& line) override;

  // ---- Terminal, on the server's thread ----
  void connected(std::shared_ptr<TerminalLine> line, const Screen& screen) override;
  void disconnected() override;
  void received(std::span<const u8> typed) override;
  void pressed(Key key) override;

 private:
  std::mutex mutex_;
  std::shared_ptr<TerminalLine> line_;
  u64 lost_ = 0;  // lines, since the last that went out
};

}  // namespace replica::vmm
