// The engines that `replica run` and `replica vm` have: tests that hold on every engine go through this list.
#pragma once

namespace replica::tools {

inline constexpr const char* kEngines[] = {"interpreter", "asmjit", "tiered"};

}  // namespace replica::tools
