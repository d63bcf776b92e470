// TCP for devices: one thread waits for all sockets, so that no device, and never the CPU, waits for a peer. Asio is seen in
// network.cpp alone.
//
// A peer may send anything, at any speed, or nothing; what it can make this side keep is bounded: connections by the
// listener's number, bytes that wait to be sent by kMostWaiting, and bytes received by what the handler keeps.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace replica {

// One TCP connection. Any function from any thread.
class Connection {
 public:
  // A peer that lets more bytes than this wait is disconnected.
  static constexpr std::size_t kMostWaiting = 1 << 20;

  virtual ~Connection() = default;
  virtual void send(std::vector<u8> bytes) = 0;
  // Bytes that were sent and not yet taken by the host's network.
  virtual std::size_t waiting() const = 0;
  // Ends the connection after what waits has been sent, or a short time. Nothing more is received.
  virtual void close() = 0;
  // The peer's address, without its port.
  virtual std::string peer() const = 0;
};

// What happens on a connection. All calls come on the network's thread.
class ConnectionHandler {
 public:
  virtual ~ConnectionHandler() = default;
  virtual void received(std::span<const u8> bytes) = 0;
  // All that was sent has been taken.
  virtual void drained() {}
  // The connection has ended, by either side: the last call.
  virtual void closed() = 0;
};

class Network {
 public:
  // Makes the handler of a connection that has been made; nullptr refuses it. On the network's thread.
  using MakeHandler = std::function<std::shared_ptr<ConnectionHandler>(std::shared_ptr<Connection>)>;

  Network();
  // Ends all connections; their handlers hear no more.
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // Accepts connections, `most` at a time; further ones are closed at once. `host` is an address, or empty for all of this
  // machine's; port 0 takes a free one. Gives the port. Error: the port is in use, or not allowed, or there is no such
  // address.
  Result<u16> listen(const std::string& host, u16 port, unsigned most, MakeHandler accept);
  // Connects to a peer once; `failed` is called on the network's thread if that cannot be done.
  void connect(const std::string& host, u16 port, MakeHandler made, std::function<void()> failed);

  // Runs a function on the network's thread: soon, after a time, or at once, and waits for its end. wait_for() must not be
  // called by the network's thread itself.
  void post(std::function<void()> function);
  void after(std::chrono::milliseconds delay, std::function<void()> function);
  void wait_for(const std::function<void()>& function);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace replica
