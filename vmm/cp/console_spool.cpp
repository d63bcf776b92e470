#include "vmm/cp/console_spool.h"

namespace replica::vmm {
namespace {

constexpr u8 kWriteAndSpace1 = 0x09;
constexpr std::size_t kLongestLine = 132;

}  // namespace

Status print_line(SpoolOutput& output, const CodePage& code_page, std::string_view line) {
  do {
    const std::string_view piece = line.substr(0, kLongestLine);
    line.remove_prefix(piece.size());
    std::vector<u8> data;
    for (const char c : piece) data.push_back(code_page.to_ebcdic[static_cast<u8>(c)]);
    if (data.empty()) data.push_back(code_page.to_ebcdic[' ']);
    const std::string text = std::string(piece) + '\n';
    const CompletedCommand command{.command = kWriteAndSpace1, .begins_chain = true, .data = data, .text = text};
    if (Status taken = output.take(command); !taken) return taken;
  } while (!line.empty());
  return {};
}

SpoolOutput* first_printer(Session& session) {
  for (const auto& [address, device] : session.devices) {
    if (device.kind == VirtualDevice::Kind::printer && device.output) return device.output.get();
  }
  return nullptr;
}

}  // namespace replica::vmm
