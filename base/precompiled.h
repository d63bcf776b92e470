// What most sources of the project include, parsed once for all of them (see cmake/ReplicaTargets.cmake). Only headers of
// the standard library and of other libraries stand here: a source still includes what it uses.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <tl/expected.hpp>
