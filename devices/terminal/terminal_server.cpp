#include "devices/terminal/terminal_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "devices/terminal/session.h"

namespace replica {
namespace {

// Clients at a time, those included that have not told yet what they are.
constexpr unsigned kMostClients = 256;

std::optional<u32> parse_address(const std::string& text) {
  in_addr address{};
  if (inet_pton(AF_INET, text.c_str(), &address) != 1) return std::nullopt;
  return ntohl(address.s_addr);
}

bool is_no_group(const std::string& group) { return group.empty() || group == "*"; }

std::string upper_case(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

std::string rejection(const TerminalType& type) {
  const char* const kind = type.kind == TerminalKind::display ? "3270" : "1052 or 3215";
  if (type.number)
    return fmt::format("Connection rejected, device {:04X} is not available to a {}", *type.number, kind);
  if (!type.group.empty())
    return fmt::format("Connection rejected, no available {} device in group {}", kind, type.group);
  return fmt::format("Connection rejected, no available {} device", kind);
}

}  // namespace

TerminalServer::TerminalServer(std::string product, std::function<void(const std::string&)> report)
    : product_(std::move(product)), report_(std::move(report)) {}

TerminalServer::~TerminalServer() = default;

Result<u16> TerminalServer::open(const std::string& host, u16 port) {
  return network_.listen(host, port, kMostClients, [this](std::shared_ptr<Connection> connection) {
    const auto session = std::make_shared<Session>(*this, std::move(connection));
    session->start();
    return session;
  });
}

void TerminalServer::add(const Seat& seat, Terminal& terminal) {
  network_.wait_for([&] {
    places_.push_back({seat, &terminal});
    std::sort(places_.begin(), places_.end(),
              [](const Place& a, const Place& b) { return a.seat.number < b.seat.number; });
  });
}

void TerminalServer::remove(const Terminal& terminal) {
  network_.wait_for([&] {
    const auto place =
        std::find_if(places_.begin(), places_.end(), [&](const Place& p) { return p.terminal == &terminal; });
    if (place == places_.end()) return;
    Session* const session = place->session;
    places_.erase(place);
    if (session) session->terminal_removed();
  });
}

void TerminalServer::renumber(u16 from, u16 to) {
  network_.wait_for([&] {
    for (Place& place : places_)
      if (place.seat.number == from) place.seat.number = to;
  });
}

bool TerminalServer::fits(const Place& place, const TerminalType& type, const std::string& peer) {
  const Seat& seat = place.seat;
  if (place.session || seat.kind != type.kind) return false;
  if (seat.mask != 0 && (parse_address(peer).value_or(0) & seat.mask) != seat.address) return false;
  if (type.number) return seat.number == *type.number;
  return type.group.empty() ? is_no_group(seat.group) : seat.group == type.group;
}

TerminalServer::Assignment TerminalServer::assign(Session& session, const TerminalType& type) {
  const std::string peer = session.peer();
  const auto place = std::find_if(places_.begin(), places_.end(), [&](const Place& p) { return fits(p, type, peer); });
  if (place == places_.end()) return {nullptr, rejection(type)};
  place->session = &session;
  report_(
      fmt::format("HHCTE009I Client {} connected to {} device 0:{:04X}", peer, place->seat.name, place->seat.number));
  return {place->terminal, fmt::format("Connected to device 0:{:04X}", place->seat.number)};
}

void TerminalServer::leave(Session& session) {
  for (Place& place : places_) {
    if (place.session != &session) continue;
    place.session = nullptr;
    report_(fmt::format("HHCTE007I {} device {:04X} client {} connection closed", place.seat.name, place.seat.number,
                        session.peer()));
  }
}

Status parse_seat(std::span<const std::string> arguments, TerminalServer::Seat& seat) {
  std::vector<std::string> words(arguments.begin(), arguments.end());
  std::erase_if(words, [](const std::string& word) { return upper_case(word) == "NOPROMPT"; });
  if (words.size() > 3) return fail("found '{}'; expected at most a group, an address and a mask", words[3]);
  if (!words.empty()) seat.group = upper_case(words[0]);
  if (words.size() < 2) return {};
  const auto address = parse_address(words[1]);
  if (!address) return fail("expected an address like 192.168.1.7, found '{}'", words[1]);
  const auto mask = words.size() > 2 ? parse_address(words[2]) : ~u32{0};
  if (!mask) return fail("expected a mask like 255.255.255.0, found '{}'", words[2]);
  seat.mask = *mask;
  seat.address = *address & *mask;
  return {};
}

}  // namespace replica
