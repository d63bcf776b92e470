// A 3277 or 3278 display at a local non-SNA control unit (3272, 3274), whose screen and keyboard are a TN3270 client.
// GA23-0218 "3274 Control Unit Description", GA27-2749 "3270 Component Description".
//
// The channel's writes go to the client as records. What the client sends by itself raises attention and waits for a READ
// MODIFIED. A read that finds nothing asks the client, and ends when the answer comes. The screen's contents are known to
// the client alone.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "devices/device.h"
#include "devices/terminal/terminal.h"

namespace replica {

class Display final : public BufferedDevice, public Terminal {
 public:
  std::string_view type() const override { return "3270"; }
  std::string description() const override;
  void begin_chain() override { position_ = 0; }
  Answer begin(u8 command) override;
  Ending end() override;
  void halt() override;
  void reset() override;

  // ---- Terminal, on the server's thread ----
  void connected(std::shared_ptr<TerminalLine> line, const Screen& screen) override;
  void disconnected() override;
  void received(std::span<const u8> record) override;
  void drained() override;

 private:
  enum class Awaited : u8 { nothing, record, room };

  Answer begin_connected(u8 command);
  Answer begin_write(u8 remote_command);
  Answer begin_read(u8 remote_command);
  Ending end_write();
  u32 screen_size() const;

  u8 write_ = 0;      // the remote command of the write that has begun; 0 during others
  u32 position_ = 0;  // the buffer address after the last write of this chain

  mutable std::mutex mutex_;  // for what follows
  std::shared_ptr<TerminalLine> line_;
  Screen screen_;
  bool alternate_screen_ = false;  // the last erase was ERASE/WRITE ALTERNATE
  struct Inbound {
    std::vector<u8> record;
    bool is_answer;  // the present command has asked for it
  };
  std::optional<Inbound> inbound_;      // the last that has come, until it is read
  Awaited awaited_ = Awaited::nothing;  // by a command that answered `later`
};

}  // namespace replica
