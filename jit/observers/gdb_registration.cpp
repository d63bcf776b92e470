#include "jit/observers/gdb_registration.h"

#include <mutex>

#include "jit/observers/elf_symbol_file.h"

// Names, members and their order are GDB's.
extern "C" {

struct jit_code_entry {
  jit_code_entry* next_entry;
  jit_code_entry* prev_entry;
  const char* symfile_addr;
  uint64_t symfile_size;
};

enum jit_actions_t : uint32_t { JIT_NOACTION = 0, JIT_REGISTER_FN, JIT_UNREGISTER_FN };

struct jit_descriptor {
  uint32_t version;
  uint32_t action_flag;
  jit_code_entry* relevant_entry;
  jit_code_entry* first_entry;
};

// NOLINTBEGIN(bugprone-reserved-identifier)
[[gnu::noinline, gnu::used]] void __jit_debug_register_code() { asm volatile("" ::: "memory"); }
[[gnu::used]] jit_descriptor __jit_debug_descriptor = {1, JIT_NOACTION, nullptr, nullptr};
// NOLINTEND(bugprone-reserved-identifier)

}  // extern "C"

namespace replica {
namespace {

// The list is the process's.
std::mutex list_mutex;

void tell_gdb(jit_actions_t action, jit_code_entry& entry) {
  __jit_debug_descriptor.action_flag = action;
  __jit_debug_descriptor.relevant_entry = &entry;
  __jit_debug_register_code();
}

}  // namespace

// In the list as long as it lives.
class GdbRegistration::Entry {
 public:
  explicit Entry(const NamedCode& code) : file_(elf_symbol_file(code)) {
    const std::lock_guard lock(list_mutex);
    jit_code_entry*& first = __jit_debug_descriptor.first_entry;
    entry_ = {.next_entry = first, .prev_entry = nullptr, .symfile_addr = file_.data(), .symfile_size = file_.size()};
    if (first) first->prev_entry = &entry_;
    first = &entry_;
    tell_gdb(JIT_REGISTER_FN, entry_);
  }
  ~Entry() {
    const std::lock_guard lock(list_mutex);
    (entry_.prev_entry ? entry_.prev_entry->next_entry : __jit_debug_descriptor.first_entry) = entry_.next_entry;
    if (entry_.next_entry) entry_.next_entry->prev_entry = entry_.prev_entry;
    tell_gdb(JIT_UNREGISTER_FN, entry_);
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

 private:
  std::string file_;
  jit_code_entry entry_;
};

GdbRegistration::GdbRegistration() = default;
GdbRegistration::~GdbRegistration() = default;

void GdbRegistration::begins(std::span<const NamedCode> shared) {
  for (const NamedCode& code : shared) shared_.push_back(std::make_unique<Entry>(code));
}

void GdbRegistration::translated(const ir::Block& block, const GeneratedCode& code) {
  blocks_.push_back(std::make_unique<Entry>(named_code(block, code)));
}

void GdbRegistration::compiled(const Region& region, const CompiledRegion& code, const u8* place) {
  blocks_.push_back(std::make_unique<Entry>(named_code(region, code, place)));
}

void GdbRegistration::discarded_all() { blocks_.clear(); }

}  // namespace replica
