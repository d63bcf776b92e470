#include "devices/terminal/telnet.h"

#include <libtelnet.h>

#include <cstring>
#include <utility>

namespace replica {
namespace {

// What is agreed to: what this side does, and what it lets the other do. Everything else is refused.
constexpr telnet_telopt_t kOptions[] = {
    {TELNET_TELOPT_TTYPE, TELNET_WONT, TELNET_DO},  {TELNET_TELOPT_EOR, TELNET_WILL, TELNET_DO},
    {TELNET_TELOPT_BINARY, TELNET_WILL, TELNET_DO}, {TELNET_TELOPT_SGA, TELNET_WILL, TELNET_DO},
    {TELNET_TELOPT_ECHO, TELNET_WILL, TELNET_DONT}, {-1, 0, 0}};

constexpr unsigned kAllAgreed = 15;
constexpr std::size_t kLongestType = 40;

const char* chars(std::span<const u8> bytes) { return reinterpret_cast<const char*>(bytes.data()); }

std::span<const u8> bytes_of(const char* buffer, std::size_t size) {
  return {reinterpret_cast<const u8*>(buffer), size};
}

}  // namespace

void Telnet::Free::operator()(telnet_t* telnet) const { telnet_free(telnet); }

Telnet::Telnet(TelnetUser& user) : user_(user), telnet_(telnet_init(kOptions, &Telnet::handle, 0, this)) {}

void Telnet::ask_type() { telnet_negotiate(telnet_.get(), TELNET_DO, TELNET_TELOPT_TTYPE); }

void Telnet::ask_records() {
  for (const u8 option : {u8{TELNET_TELOPT_EOR}, u8{TELNET_TELOPT_BINARY}}) {
    telnet_negotiate(telnet_.get(), TELNET_DO, option);
    telnet_negotiate(telnet_.get(), TELNET_WILL, option);
  }
}

bool Telnet::has_records() const { return agreed_ == kAllAgreed; }

void Telnet::promise_echo() {
  telnet_negotiate(telnet_.get(), TELNET_WILL, TELNET_TELOPT_ECHO);
  telnet_negotiate(telnet_.get(), TELNET_WILL, TELNET_TELOPT_SGA);
}

void Telnet::receive(std::span<const u8> bytes) { telnet_recv(telnet_.get(), chars(bytes), bytes.size()); }

void Telnet::send(std::span<const u8> bytes) { telnet_send(telnet_.get(), chars(bytes), bytes.size()); }

void Telnet::send_record(std::span<const u8> bytes) {
  send(bytes);
  telnet_iac(telnet_.get(), TELNET_EOR);
}

void Telnet::handle(telnet_t*, telnet_event_t* event, void* self) { static_cast<Telnet*>(self)->handle(*event); }

void Telnet::handle(telnet_event_t& event) {
  switch (event.type) {
    case TELNET_EV_SEND: return user_.telnet_send(bytes_of(event.data.buffer, event.data.size));
    case TELNET_EV_DATA: return user_.telnet_data(bytes_of(event.data.buffer, event.data.size));
    case TELNET_EV_IAC:
      if (event.iac.cmd == TELNET_EOR) user_.end_of_record();
      if (event.iac.cmd == TELNET_BREAK || event.iac.cmd == TELNET_IP) user_.attention_key();
      return;
    case TELNET_EV_WILL:
      if (event.neg.telopt == TELNET_TELOPT_TTYPE) return telnet_ttype_send(telnet_.get());
      return agreed(event.neg.telopt, 0);
    case TELNET_EV_DO: return agreed(event.neg.telopt, 1);
    case TELNET_EV_TTYPE:
      if (event.ttype.cmd != TELNET_TTYPE_IS || std::exchange(type_known_, true)) return;
      return user_.terminal_type(std::string(event.ttype.name, strnlen(event.ttype.name, kLongestType)));
    // A peer may begin to compress without being asked, and make megabytes of a few bytes.
    case TELNET_EV_COMPRESS: return user_.protocol_error("compression, which nobody agreed to");
    case TELNET_EV_ERROR: return user_.protocol_error(event.error.msg);
    default: return;
  }
}

void Telnet::agreed(u8 option, unsigned ours) {
  const unsigned before = agreed_;
  if (option == TELNET_TELOPT_EOR) agreed_ |= 1 << ours;
  if (option == TELNET_TELOPT_BINARY) agreed_ |= 4 << ours;
  if (before != kAllAgreed && agreed_ == kAllAgreed) user_.records_agreed();
}

}  // namespace replica
