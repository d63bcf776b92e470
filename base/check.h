// Assertions about our own mistakes. CHECK always stands; DCHECK only in builds without NDEBUG. Neither is for anything
// that a guest, a file or a user can cause: that is a Result (base/result.h) or the architecture's own interruption.
#pragma once

namespace replica {

[[noreturn]] void check_failed(const char* file, int line, const char* condition);

}  // namespace replica

#define CHECK(condition) \
  (static_cast<bool>(condition) ? void(0) : ::replica::check_failed(__FILE__, __LINE__, #condition))

#ifdef NDEBUG
#define DCHECK(condition) void(0)
#else
#define DCHECK(condition) CHECK(condition)
#endif
