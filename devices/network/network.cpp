#include "devices/network/network.h"

#include <asio.hpp>
#include <atomic>
#include <future>
#include <list>
#include <mutex>
#include <thread>

namespace replica {
namespace {

using asio::ip::tcp;
using std::chrono::milliseconds;

constexpr std::size_t kReadSize = 4096;
// How long a connection that is being closed may take to send what waits.
constexpr milliseconds kLinger{2000};
// How long nobody is accepted after the host refused to, as it does when it has no descriptors left.
constexpr milliseconds kPauseAfterRefusal{100};

// Socket and timers belong to the network's thread. The bytes that wait to be sent are the only thing that threads share.
class Socket final : public Connection, public std::enable_shared_from_this<Socket> {
 public:
  explicit Socket(tcp::socket socket) : socket_(std::move(socket)), timer_(socket_.get_executor()) {
    asio::error_code error;
    socket_.set_option(tcp::no_delay(true), error);
    const auto endpoint = socket_.remote_endpoint(error);
    if (!error) peer_ = endpoint.address().to_string(error);
  }

  void start(std::shared_ptr<ConnectionHandler> handler) {
    handler_ = std::move(handler);
    read();
  }

  void send(std::vector<u8> bytes) override {
    {
      const std::lock_guard lock(mutex_);
      if (shut_ || bytes.empty()) return;
      waiting_ += bytes.size();
      if (waiting_ > kMostWaiting) shut_ = true;
      fresh_.insert(fresh_.end(), bytes.begin(), bytes.end());
      if (announced_) return;
      announced_ = true;
    }
    asio::post(socket_.get_executor(), [self = shared_from_this()] { self->write(); });
  }

  std::size_t waiting() const override { return waiting_; }

  void close() override {
    asio::post(socket_.get_executor(), [self = shared_from_this()] { self->begin_close(); });
  }

  std::string peer() const override { return peer_; }

  // The connection is over.
  void end() {
    {
      const std::lock_guard lock(mutex_);
      shut_ = true;
    }
    asio::error_code ignored;
    socket_.close(ignored);
    timer_.cancel();
    if (const auto handler = std::move(handler_)) handler->closed();
  }

 private:
  void read() {
    socket_.async_read_some(asio::buffer(input_),
                            [self = shared_from_this()](asio::error_code error, std::size_t count) {
                              if (error) return self->end();
                              if (self->handler_ && !self->closing_)
                                self->handler_->received(std::span(self->input_).first(count));
                              self->read();
                            });
  }

  void write() {
    if (writing_ || !socket_.is_open()) return;
    {
      const std::lock_guard lock(mutex_);
      announced_ = false;
      if (waiting_ > kMostWaiting) fresh_.clear();
      output_.swap(fresh_);
      fresh_.clear();
    }
    if (waiting_ > kMostWaiting) return end();
    if (output_.empty()) return nothing_to_write();
    writing_ = true;
    asio::async_write(socket_, asio::buffer(output_),
                      [self = shared_from_this()](asio::error_code error, std::size_t count) {
                        self->writing_ = false;
                        self->waiting_ -= count;
                        if (error) return self->end();
                        self->write();
                      });
  }

  void nothing_to_write() {
    if (closing_) return end();
    if (handler_) handler_->drained();
  }

  void begin_close() {
    if (closing_ || !socket_.is_open()) return;
    closing_ = true;
    timer_.expires_after(kLinger);
    timer_.async_wait([self = shared_from_this()](asio::error_code error) {
      if (!error) self->end();
    });
    write();
  }

  tcp::socket socket_;
  asio::steady_timer timer_;
  std::string peer_;
  std::shared_ptr<ConnectionHandler> handler_;
  std::array<u8, kReadSize> input_{};
  std::vector<u8> output_;  // being written
  bool writing_ = false;
  bool closing_ = false;

  std::mutex mutex_;
  std::vector<u8> fresh_;   // to be written next
  bool announced_ = false;  // write() will be called
  bool shut_ = false;       // nothing is taken any more
  std::atomic<std::size_t> waiting_ = 0;
};

// Weak references to the sockets that live.
class Sockets {
 public:
  void add(const std::shared_ptr<Socket>& socket) {
    forget_ended();
    sockets_.push_back(socket);
  }
  std::size_t count() {
    forget_ended();
    return sockets_.size();
  }
  void end_all() {
    for (const auto& weak : sockets_)
      if (const auto socket = weak.lock()) socket->end();
  }

 private:
  void forget_ended() {
    sockets_.remove_if([](const auto& weak) { return weak.expired(); });
  }

  std::list<std::weak_ptr<Socket>> sockets_;
};

void start(tcp::socket accepted, Sockets& sockets, const Network::MakeHandler& make) {
  const auto socket = std::make_shared<Socket>(std::move(accepted));
  auto handler = make(socket);
  if (!handler) return;
  sockets.add(socket);
  socket->start(std::move(handler));
}

class Listener {
 public:
  Listener(asio::io_context& context, unsigned most, Network::MakeHandler make)
      : acceptor_(context), pause_(context), most_(most), make_(std::move(make)) {}

  asio::error_code open(const tcp::endpoint& endpoint) {
    asio::error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    return error;
  }

  u16 port() const {
    asio::error_code ignored;
    return acceptor_.local_endpoint(ignored).port();
  }

  void accept() {
    acceptor_.async_accept([this](asio::error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) return pause();
      if (sockets_.count() < most_) start(std::move(socket), sockets_, make_);
      accept();
    });
  }

  void end() {
    asio::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    sockets_.end_all();
  }

 private:
  void pause() {
    pause_.expires_after(kPauseAfterRefusal);
    pause_.async_wait([this](asio::error_code error) {
      if (!error) accept();
    });
  }

  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  unsigned most_;
  Network::MakeHandler make_;
  Sockets sockets_;
};

}  // namespace

struct Network::Implementation {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::list<Listener> listeners;
  Sockets connected;
  std::thread thread;
};

Network::Network() : implementation_(std::make_unique<Implementation>()) {
  implementation_->thread = std::thread([this] { implementation_->context.run(); });
}

Network::~Network() {
  wait_for([this] {
    for (Listener& listener : implementation_->listeners) listener.end();
    implementation_->connected.end_all();
  });
  implementation_->context.stop();
  implementation_->thread.join();
}

Result<u16> Network::listen(const std::string& host, u16 port, unsigned most, MakeHandler accept) {
  asio::error_code error;
  tcp::endpoint endpoint(tcp::v4(), port);
  if (!host.empty()) {
    tcp::resolver resolver(implementation_->context);
    const auto found = resolver.resolve(tcp::v4(), host, std::to_string(port), error);
    if (error) return fail("no address of this machine is named '{}': {}", host, error.message());
    endpoint = found.begin()->endpoint();
  }
  u16 taken = 0;
  wait_for([&] {
    Listener& listener = implementation_->listeners.emplace_back(implementation_->context, most, std::move(accept));
    error = listener.open(endpoint);
    if (error) return implementation_->listeners.pop_back();
    taken = listener.port();
    listener.accept();
  });
  if (error) return fail("port {} cannot be listened on: {}", port, error.message());
  return taken;
}

void Network::connect(const std::string& host, u16 port, MakeHandler made, std::function<void()> failed) {
  struct Attempt {
    tcp::resolver resolver;
    tcp::socket socket;
  };
  const auto attempt = std::make_shared<Attempt>(
      Attempt{tcp::resolver(implementation_->context), tcp::socket(implementation_->context)});
  const auto connected = [this, attempt, made = std::move(made), failed](asio::error_code error, const tcp::endpoint&) {
    if (error) return failed();
    start(std::move(attempt->socket), implementation_->connected, made);
  };
  attempt->resolver.async_resolve(host, std::to_string(port),
                                  [attempt, connected, failed](asio::error_code error, const auto& found) {
                                    if (error) return failed();
                                    asio::async_connect(attempt->socket, found, connected);
                                  });
}

void Network::post(std::function<void()> function) { asio::post(implementation_->context, std::move(function)); }

void Network::after(milliseconds delay, std::function<void()> function) {
  const auto timer = std::make_shared<asio::steady_timer>(implementation_->context);
  timer->expires_after(delay);
  timer->async_wait([timer, function = std::move(function)](asio::error_code error) {
    if (!error) function();
  });
}

void Network::wait_for(const std::function<void()>& function) {
  std::promise<void> done;
  post([&] {
    function();
    done.set_value();
  });
  done.get_future().wait();
}

}  // namespace replica
