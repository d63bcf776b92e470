// Listings of blocks as they are translated: the intermediate representation after the passes, and the host code under the
// guest instructions that it belongs to.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "jit/code_observer.h"
#include "mmu/access_map.h"

namespace replica {

class CodeListing final : public CodeObserver {
 public:
  // Which blocks are listed, by their virtual addresses; none if there is no range.
  struct Ranges {
    std::optional<AddressRange> ir = std::nullopt;
    std::optional<AddressRange> code = std::nullopt;
  };
  using Print = std::function<void(const std::string&)>;

  CodeListing(const Ranges& ranges, Print print) : ranges_(ranges), print_(std::move(print)) {}

  bool wants_pieces() const override { return ranges_.code.has_value(); }
  void begins(std::span<const NamedCode> shared) override;
  void translated(const ir::Block& block, const GeneratedCode& code) override;
  void compiled(const Region& region, const CompiledRegion& code, const u8* place) override;
  void discarded_all() override {}

 private:
  std::string list(const ir::Block& block, const GeneratedCode& code) const;

  Ranges ranges_;
  Print print_;
  std::map<u64, std::string> names_;  // of what blocks share
};

}  // namespace replica
