#include "vmm/spool/spool_file.h"

#include <algorithm>

namespace replica::vmm {
namespace {

constexpr std::size_t kLongestName = 8;
constexpr std::size_t kLongestDataSetName = 24;
constexpr u32 kMostCopies = 99;

bool is_printable(char character) { return character > ' ' && character < 0x7F; }

Status check_name(std::string_view what, std::string_view name, std::size_t longest) {
  if (name.size() <= longest && std::all_of(name.begin(), name.end(), is_printable)) return {};
  return fail("{}: found '{}', expected up to {} characters without blanks", what, name, longest);
}

}  // namespace

bool is_spool_class(char character) {
  return (character >= 'A' && character <= 'Z') || (character >= '0' && character <= '9');
}

Status check_user(std::string_view what, std::string_view user) {
  if (user.empty()) return fail("{}: found nothing, expected 1 to {} characters", what, kLongestName);
  return check_name(what, user, kLongestName);
}

Status check_attributes(const SpoolAttributes& attributes) {
  if (Status status = check_user("owner", attributes.owner); !status) return status;
  if (Status status = check_user("origin", attributes.origin); !status) return status;
  if (Status status = check_name("distribution", attributes.distribution, kLongestName); !status) return status;
  if (Status status = check_name("file type", attributes.type, kLongestName); !status) return status;
  if (Status status = check_name("device type", attributes.device, kLongestName); !status) return status;
  const std::size_t longest = attributes.type.empty() ? kLongestDataSetName : kLongestName;
  if (Status status = check_name("file name", attributes.name, longest); !status) return status;
  if (!is_spool_class(attributes.spool_class))
    return fail("class: found '{}', expected A-Z or 0-9", attributes.spool_class);
  if (attributes.copies < 1 || attributes.copies > kMostCopies)
    return fail("copies: found {}, expected a number from 1 to {}", attributes.copies, kMostCopies);
  return {};
}

std::string_view spool_kind_name(SpoolKind kind) {
  return kind == SpoolKind::reader ? "RDR" : kind == SpoolKind::printer ? "PRT" : "PUN";
}

}  // namespace replica::vmm
