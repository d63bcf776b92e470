// One client of the terminal server, from its connection to its end: what its terminal is, which device it gets, and then
// the records or lines that go between the two. All on the network's thread, but for what TerminalLine declares.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "devices/network/network.h"
#include "devices/terminal/telnet.h"
#include "devices/terminal/terminal.h"
#include "devices/terminal/terminal_server.h"

namespace replica {

class Session final : public ConnectionHandler,
                      public TelnetUser,
                      public TerminalLine,
                      public std::enable_shared_from_this<Session> {
 public:
  // The server must outlive the session.
  Session(TerminalServer& server, std::shared_ptr<Connection> connection);
  void start();
  // Its device has gone: so does the client.
  void terminal_removed();

  // ---- TerminalLine, from any thread ----
  void send(std::vector<u8> bytes) override;
  std::size_t waiting() const override { return posted_ + connection_->waiting(); }
  std::string peer() const override { return connection_->peer(); }

  // ---- ConnectionHandler ----
  void received(std::span<const u8> bytes) override;
  void drained() override;
  void closed() override;

  // ---- TelnetUser ----
  void telnet_send(std::span<const u8> bytes) override;
  void terminal_type(const std::string& type) override;
  void records_agreed() override;
  void telnet_data(std::span<const u8> bytes) override;
  void end_of_record() override;
  void attention_key() override;
  void protocol_error(const std::string& message) override;

 private:
  void take_place();
  void welcome(const std::string& message);
  void type(u8 character);
  void echo(std::string_view text);
  void give_line();
  void flush();
  void end();

  TerminalServer& server_;
  std::shared_ptr<Connection> connection_;
  Telnet telnet_;
  TerminalType type_;
  Terminal* terminal_ = nullptr;
  bool ended_ = false;
  bool after_return_ = false;  // a line feed or null that follows belongs to the carriage return
  std::vector<u8> inbound_;    // the record, or the typed line, as far as it has come
  std::vector<u8> outbound_;   // made by Telnet and not yet sent
  std::atomic<std::size_t> posted_ = 0;
};

}  // namespace replica
