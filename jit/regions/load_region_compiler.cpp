#include <dlfcn.h>

#include "jit/regions/region_compiler.h"

namespace replica {
namespace {

// Found by the run path of the program, which has its own folder in it.
constexpr const char* kPlugIn = "libreplica_llvm.so";
constexpr const char* kFactory = "replica_make_region_compiler";

}  // namespace

// RTLD_NODELETE, since the compiler's libraries do not like to be unloaded.
Result<std::unique_ptr<RegionCompiler>> load_region_compiler() {
  void* const plug_in = dlopen(kPlugIn, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!plug_in) return fail("no compiler for regions: {}", dlerror());
  using Factory = RegionCompiler*();
  const auto factory = reinterpret_cast<Factory*>(dlsym(plug_in, kFactory));
  if (!factory) return fail("no compiler for regions: {}: expected a function {}", kPlugIn, kFactory);
  std::unique_ptr<RegionCompiler> compiler(factory());
  if (!compiler) return fail("no compiler for regions: {} makes no code for this host", kPlugIn);
  return compiler;
}

}  // namespace replica
