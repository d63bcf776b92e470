#include "vmm/directory/link_mode.h"

#include <algorithm>

#include "vmm/directory/statement.h"

namespace replica::vmm {
namespace {

struct Row {
  LinkMode mode;
  std::string_view name;
  LinkAccess access;
  LinkAnswer alone;       // no other links
  LinkAnswer with_read;   // others read
  LinkAnswer with_write;  // others write, whether or not some read
};

constexpr LinkAnswer kReadOnly = LinkAnswer::read_only;
constexpr LinkAnswer kReadWrite = LinkAnswer::read_write;
constexpr LinkAnswer kOthersRead = LinkAnswer::others_read;
constexpr LinkAnswer kOthersWrite = LinkAnswer::others_write;

// In the order of the enumerators.
// clang-format off
constexpr Row kRows[] = {
    {LinkMode::R,  "R",  LinkAccess::read,     kReadOnly,  kReadOnly,   kOthersWrite},
    {LinkMode::RR, "RR", LinkAccess::read,     kReadOnly,  kReadOnly,   kReadOnly},
    {LinkMode::W,  "W",  LinkAccess::write,    kReadWrite, kOthersRead, kOthersWrite},
    {LinkMode::WR, "WR", LinkAccess::write,    kReadWrite, kReadOnly,   kReadOnly},
    {LinkMode::M,  "M",  LinkAccess::multiple, kReadWrite, kReadWrite,  kOthersWrite},
    {LinkMode::MR, "MR", LinkAccess::multiple, kReadWrite, kReadWrite,  kReadOnly},
    {LinkMode::MW, "MW", LinkAccess::multiple, kReadWrite, kReadWrite,  kReadWrite},
};
// clang-format on

const Row& row(LinkMode mode) { return kRows[static_cast<std::size_t>(mode)]; }

}  // namespace

std::string_view name(LinkMode mode) { return row(mode).name; }

Result<LinkMode> parse_link_mode(std::string_view text) {
  const std::string capitals = upper_case(text);
  const auto* found = std::find_if(std::begin(kRows), std::end(kRows),
                                   [&](const Row& candidate) { return candidate.name == capitals; });
  if (found == std::end(kRows))
    return fail("found {}, expected the access mode R, RR, W, WR, M, MR or MW", shown(text));
  return found->mode;
}

LinkAccess access_of(LinkMode mode) { return row(mode).access; }

LinkAnswer answer_link(LinkMode mode, OtherLinks others, LinkPassword password) {
  if (password == LinkPassword::absent) return LinkAnswer::no_password;
  if (password == LinkPassword::wrong) return LinkAnswer::wrong_password;
  if (others.write) return row(mode).with_write;
  return others.read ? row(mode).with_read : row(mode).alone;
}

}  // namespace replica::vmm
