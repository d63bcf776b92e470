#include "jit/observers/perf_map.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace replica {

std::string PerfMap::path() { return fmt::format("/tmp/perf-{}.map", getpid()); }

Result<std::unique_ptr<PerfMap>> PerfMap::create() {
  File file(std::fopen(path().c_str(), "w"), std::fclose);
  if (!file) return fail("{}: {}; expected a file that can be written", path(), std::strerror(errno));
  std::setvbuf(file.get(), nullptr, _IOLBF, BUFSIZ);  // a guest may never end
  return std::unique_ptr<PerfMap>(new PerfMap(std::move(file)));
}

void PerfMap::begins(std::span<const NamedCode> shared) {
  for (const NamedCode& code : shared) add(code);
}

void PerfMap::translated(const ir::Block& block, const GeneratedCode& code) { add(named_code(block, code)); }

void PerfMap::compiled(const Region& region, const CompiledRegion& code, const u8* place) {
  add(named_code(region, code, place));
}

void PerfMap::add(const NamedCode& code) {
  fmt::print(file_.get(), "{:x} {:x} {}\n", reinterpret_cast<u64>(code.code.data()), code.code.size(), code.name);
}

}  // namespace replica
