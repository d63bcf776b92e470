// The list as GDB reads it, by the names and the layout that its manual gives ("JIT Compilation Interface").
#include "jit/observers/gdb_registration.h"

#include <gmock/gmock.h>

#include "tests/jit/observers/observed_guest.h"

namespace {

struct GdbEntry {
  GdbEntry* next;
  GdbEntry* previous;
  const char* symbol_file;
  std::uint64_t size;
};
struct GdbDescriptor {
  std::uint32_t version;
  std::uint32_t action;
  GdbEntry* relevant;
  GdbEntry* first;
};
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" GdbDescriptor __jit_debug_descriptor_of_tests __asm__("__jit_debug_descriptor");

}  // namespace

namespace replica {
namespace {

const GdbDescriptor& descriptor() { return __jit_debug_descriptor_of_tests; }

// The names in the symbol files, of which each is the last of its file.
std::vector<std::string> registered() {
  std::vector<std::string> names;
  const GdbEntry* previous = nullptr;
  for (const GdbEntry* entry = descriptor().first; entry; entry = entry->next) {
    EXPECT_EQ(entry->previous, previous);
    previous = entry;
    const std::string_view file(entry->symbol_file, entry->size);
    EXPECT_TRUE(file.starts_with("\177ELF"));
    EXPECT_EQ(file.back(), '\0');
    names.emplace_back(&file[file.rfind('\0', file.size() - 2) + 1]);
  }
  return names;
}

constexpr std::uint32_t kRegister = 1, kUnregister = 2;

TEST(GdbRegistration, ListsWhatIsTranslatedAsLongAsItIsThere) {
  EXPECT_EQ(descriptor().version, 1u);
  {
    GdbRegistration registration;
    ObservedGuest guest(registration);
    guest.guest().put(0x410, "47F00400");
    guest.execute("47F00410");
    EXPECT_EQ(descriptor().action, kRegister);
    EXPECT_THAT(registered(), testing::IsSupersetOf({"guest_000400", "guest_000410", "replica_leave"}));
  }
  EXPECT_EQ(descriptor().action, kUnregister);
  EXPECT_THAT(registered(), testing::IsEmpty());
}

TEST(GdbRegistration, TakesBlocksBackWhenTheCacheIsFlushed) {
  GdbRegistration registration;
  ObservedGuest guest(registration, ObservedGuest::kSmallCache);
  guest.fill_small_cache();
  ASSERT_GT(guest.engine().counters().flushes, 0u);
  EXPECT_THAT(registered(), testing::Contains("replica_leave"));
  EXPECT_LT(registered().size(), guest.engine().counters().blocks);
}

}  // namespace
}  // namespace replica
