#include "vmm/spool/spool_output.h"

#include "base/part_clock.h"

namespace replica::vmm {
namespace {

// A printer needs intervention when not even a line and what goes in front of it fits.
constexpr u64 kLeastRoom = 2048;

bool is_punch(std::string_view type) { return type == "2540P" || type == "3525"; }

}  // namespace

SpoolOutput::SpoolOutput(SpoolStore& store, std::string owner, std::string type, SpoolSettings settings)
    : store_(store),
      owner_(std::move(owner)),
      type_(std::move(type)),
      kind_(is_punch(type_) ? SpoolKind::punch : SpoolKind::printer),
      settings_(std::move(settings)) {}

SpoolAttributes SpoolOutput::attributes(const SpoolClose& options) const {
  const std::string& to = settings_.to == "*" ? owner_ : settings_.to;
  return {.owner = !to.empty()                  ? to
                   : settings_.for_user.empty() ? owner_
                                                : settings_.for_user,
          .origin = owner_,
          .kind = to.empty() ? kind_ : SpoolKind::reader,
          .spool_class = options.spool_class.value_or(settings_.spool_class),
          .copies = options.copies.value_or(settings_.copies),
          .hold = options.hold.value_or(settings_.hold) ? SpoolHold::user : SpoolHold::none,
          .distribution = options.distribution.value_or(settings_.distribution),
          .name = options.name,
          .type = options.type,
          .device = type_};
}

Status SpoolOutput::alter(const SpoolSettings& settings) {
  SpoolSettings before = settings_;
  settings_ = settings;
  Status status = check_attributes(attributes({}));
  if (!status) settings_ = std::move(before);
  return status;
}

Result<std::optional<SpoolId>> SpoolOutput::close_file(const SpoolClose& options) {
  const PartScope scope(part::kSpool);
  if (!file_ || (settings_.continuous && !options.always && !options.purge)) return std::nullopt;
  const SpoolId id = *file_;
  const bool discards = options.purge || !begun_;
  if (Status done = discards ? store_.discard(id) : store_.close(id, attributes(options)); !done)
    return tl::unexpected(done.error());
  file_.reset();
  begun_ = false;
  return discards ? std::nullopt : std::optional(id);
}

Status SpoolOutput::open() {
  if (!store_.has_room(kLeastRoom)) return tl::unexpected(store_.full());
  return {};
}

Status SpoolOutput::take(const CompletedCommand& command) {
  const PartScope scope(part::kSpool);
  if (!file_) {
    if (command.text.empty() && !command.prepares) return {};  // which is repeated when the file begins
    const auto created = store_.create(attributes({}));
    if (!created) return tl::unexpected(created.error());
    file_ = *created;
  }
  const u8 flags = static_cast<u8>((command.begins_chain ? SpoolRecord::kBeginsChain : 0) |
                                   (command.lacks_channel ? SpoolRecord::kLacksChannel : 0));
  Status appended = store_.append(*file_, {.command = command.command, .flags = flags, .data = command.data});
  if (appended) begun_ |= !command.prepares;
  return appended;
}

Status SpoolOutput::close() {
  const auto closed = close_file({.always = true});
  if (!closed) return tl::unexpected(closed.error());
  return {};
}

std::string SpoolOutput::name() const {
  std::string text = fmt::format("spool class {}", settings_.spool_class);
  if (!settings_.to.empty()) text += fmt::format(" to {}", settings_.to);
  if (file_) text += fmt::format(" file {:04}", *file_);
  return text;
}

}  // namespace replica::vmm
