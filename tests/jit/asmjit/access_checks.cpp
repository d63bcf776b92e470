#include "tests/jit/asmjit/access_checks.h"

#include <capstone/capstone.h>
#include <fmt/format.h>

#include <cstddef>
#include <map>
#include <optional>
#include <set>

#include "base/check.h"
#include "mmu/access_map.h"

namespace replica {
namespace {

constexpr i64 kFetch = offsetof(AccessMap, fetch), kStore = offsetof(AccessMap, store);
constexpr i64 kArrayBytes = sizeof(AccessMap::fetch);

// One host instruction at a time.
class Disassembler {
 public:
  Disassembler() {
    CHECK(cs_open(CS_ARCH_X86, CS_MODE_64, &handle_) == CS_ERR_OK);
    cs_option(handle_, CS_OPT_DETAIL, CS_OPT_ON);
    instruction_ = cs_malloc(handle_);
  }
  ~Disassembler() {
    cs_free(instruction_, 1);
    cs_close(&handle_);
  }
  Disassembler(const Disassembler&) = delete;
  Disassembler& operator=(const Disassembler&) = delete;

  // The instruction at `code`, which moves behind it.
  const cs_insn& next(const u8*& code) {
    constexpr std::size_t kLongest = 15;
    std::size_t size = kLongest;
    u64 address = reinterpret_cast<u64>(code);
    CHECK(cs_disasm_iter(handle_, &code, &size, &address, instruction_));
    return *instruction_;
  }

  bool is_jump(const cs_insn& i) const { return cs_insn_group(handle_, &i, CS_GRP_JUMP); }
  std::vector<std::string> written_registers(const cs_insn& i) const {
    cs_regs read, written;
    u8 read_count = 0, written_count = 0;
    CHECK(cs_regs_access(handle_, &i, read, &read_count, written, &written_count) == CS_ERR_OK);
    std::vector<std::string> names;
    for (u8 n = 0; n < written_count; ++n) names.push_back(name(written[n]));
    return names;
  }

  // Of the whole register of which this is a part; empty for none.
  std::string name(unsigned reg) const {
    if (reg == X86_REG_INVALID) return "";
    std::string text = cs_reg_name(handle_, reg);
    const bool is_numbered = text[0] == 'r' && text[1] >= '0' && text[1] <= '9';
    if (is_numbered) return text.substr(0, text.find_last_of("0123456789") + 1);
    if (text.size() == 3 && (text[0] == 'e' || text[0] == 'r')) return "r" + text.substr(1);
    if (text.size() == 3 && text[2] == 'l') return "r" + text.substr(0, 2);  // sil
    if (text.size() == 2 && (text[1] == 'l' || text[1] == 'h')) return std::string("r") + text[0] + "x";
    return text;
  }

 private:
  csh handle_ = 0;
  cs_insn* instruction_ = nullptr;
};

const cs_x86_op& operand(const cs_insn& i, u8 n) { return i.detail->x86.operands[n]; }
u8 operands(const cs_insn& i) { return i.detail->x86.op_count; }
std::string text_of(const cs_insn& i) { return fmt::format("{} {}", i.mnemonic, i.op_str); }

// What a register leads to.
struct Entry {
  bool is_store;
  bool is_tested = false;
};

// Code has the CPU's state and the access map in these registers.
struct Convention {
  std::string state, map;
  bool is_region = false;
};

class Walk {
 public:
  Walk(std::span<const u8> code, Convention convention)
      : code_(code.data()), end_(code.data() + code.size()), convention_(std::move(convention)) {}

  AccessChecks run() {
    while (code_ < end_ && been_.insert(code_).second && step()) {
    }
    return found_;
  }

 private:
  // False behind the unconditional jump.
  bool step() {
    const cs_insn& i = disassembler_.next(code_);
    if (i.id == X86_INS_JMP && convention_.is_region) {
      code_ = target_of(i);
      return true;
    }
    if (i.id == X86_INS_JMP || i.id == X86_INS_RET) return false;
    if (i.id == X86_INS_CALL) {
      ++found_.calls;
      entries_.clear();
    } else if (disassembler_.is_jump(i)) {
      pass_jump(i);
    } else {
      const std::optional<std::string> target = written_by_move_or_lea(i);
      std::optional<Entry> value = target ? value_of(i) : std::nullopt;
      if (i.id == X86_INS_ADD) value = sum_of(i);
      note_accesses(i);
      tested_ =
          i.id == X86_INS_TEST && operand(i, 0).reg == operand(i, 1).reg ? disassembler_.name(operand(i, 0).reg) : "";
      for (const std::string& name : disassembler_.written_registers(i)) entries_.erase(name);
      if (value) entries_[disassembler_.name(operand(i, 0).reg)] = *value;
    }
    return true;
  }

  static const u8* target_of(const cs_insn& jump) { return reinterpret_cast<const u8*>(operand(jump, 0).imm); }

  // The budget's sign says whether the block is entered; an entry's whether it may be used.
  void pass_jump(const cs_insn& i) {
    const u8* target = target_of(i);
    if (i.id == X86_INS_JNS) {
      code_ = target;
    } else if (i.id == X86_INS_JS && entries_.contains(tested_)) {
      if (!(convention_.is_region ? leads_out(target, tested_) : leads_to_call(target, tested_))) return;
      Entry& entry = entries_.at(tested_);
      entry.is_tested = true;
      ++(entry.is_store ? found_.store_lookups : found_.fetch_lookups);
    }
  }

  // Code that asks whether the entry is just held back: where it goes on if not. Null if it does not go on by that question; the
  // code itself if it does not ask.
  const u8* unless_held_back(const u8* code, const std::string& entry) const {
    Disassembler disassembler;
    const u8* next = code;
    const cs_insn* i = &disassembler.next(next);
    if (i->id != X86_INS_CMP || disassembler.name(operand(*i, 0).reg) != entry ||
        operand(*i, 1).imm != AccessMap::kAsk) {
      return code;
    }
    i = &disassembler.next(next);
    return i->id == X86_INS_JE ? target_of(*i) : nullptr;
  }

  // True if the code there calls for the instruction to be done as a whole: at once, or if the entry is not just held back.
  bool leads_to_call(const u8* code, const std::string& entry) const {
    Disassembler disassembler;
    code = unless_held_back(code, entry);
    if (!code) return false;
    for (unsigned n = 0; n < 3; ++n) {
      const cs_insn& i = disassembler.next(code);
      if (i.id == X86_INS_CALL) return true;
      if (i.id != X86_INS_MOV && i.id != X86_INS_MOVABS) return false;
    }
    return false;
  }

  // True if the code there returns, or does so unless the entry is just held back.
  bool leads_out(const u8* code, const std::string& entry) const {
    constexpr unsigned kMost = 60;  // stores of what may have changed
    Disassembler disassembler;
    code = unless_held_back(code, entry);
    if (!code) return false;
    for (unsigned n = 0; n < kMost; ++n) {
      const cs_insn& i = disassembler.next(code);
      if (i.id == X86_INS_RET) return true;
      if (i.id == X86_INS_JMP) {
        code = target_of(i);
      } else if (disassembler.is_jump(i)) {
        return false;
      }
    }
    return false;
  }

  std::optional<std::string> written_by_move_or_lea(const cs_insn& i) const {
    if (i.id != X86_INS_MOV && i.id != X86_INS_LEA) return std::nullopt;
    if (operand(i, 0).type != X86_OP_REG || operand(i, 0).size != 8) return std::nullopt;
    return disassembler_.name(operand(i, 0).reg);
  }

  // Of a register that is written: an entry of the map, or an address made with one.
  std::optional<Entry> value_of(const cs_insn& i) const {
    const cs_x86_op& from = operand(i, 1);
    if (from.type == X86_OP_REG) return entry_in(disassembler_.name(from.reg));
    if (from.type != X86_OP_MEM) return std::nullopt;
    if (i.id == X86_INS_LEA) return entry_of(from);
    if (disassembler_.name(from.mem.base) != convention_.map) return std::nullopt;
    const auto is_in = [&](i64 array) { return from.mem.disp >= array && from.mem.disp < array + kArrayBytes; };
    if (is_in(kFetch)) return Entry{.is_store = false};
    if (is_in(kStore)) return Entry{.is_store = true};
    return std::nullopt;
  }

  std::optional<Entry> sum_of(const cs_insn& i) const {
    if (operand(i, 0).type != X86_OP_REG) return std::nullopt;
    const auto entry = entry_in(disassembler_.name(operand(i, 0).reg));
    if (entry || operand(i, 1).type != X86_OP_REG) return entry;
    return entry_in(disassembler_.name(operand(i, 1).reg));
  }

  std::optional<Entry> entry_in(const std::string& reg) const {
    const auto found = entries_.find(reg);
    return found == entries_.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<Entry> entry_of(const cs_x86_op& memory) const {
    const auto base = entry_in(disassembler_.name(memory.mem.base));
    return base ? base : entry_in(disassembler_.name(memory.mem.index));
  }

  // Of all but the CPU's state, the map and the stack.
  void note_accesses(const cs_insn& i) {
    if (i.id == X86_INS_LEA || i.id == X86_INS_NOP) return;
    for (u8 n = 0; n < operands(i); ++n) {
      const cs_x86_op& o = operand(i, n);
      if (o.type != X86_OP_MEM) continue;
      const std::string base = disassembler_.name(o.mem.base);
      if (base == convention_.state || base == convention_.map || base == "rsp") continue;
      ++found_.accesses;
      const auto entry = entry_of(o);
      if (!entry || !entry->is_tested) {
        found_.wrong.push_back("without look-up: " + text_of(i));
      } else if ((o.access & CS_AC_WRITE) && !entry->is_store) {
        found_.wrong.push_back("store by an entry for fetching: " + text_of(i));
      }
    }
  }

  Disassembler disassembler_;
  const u8* code_;
  const u8* end_;
  Convention convention_;
  std::set<const u8*> been_;
  std::map<std::string, Entry> entries_;  // by register
  std::string tested_;                    // the register of which the sign has just been tested
  AccessChecks found_;
};

}  // namespace

AccessChecks find_access_checks(std::span<const u8> code) { return Walk(code, {.state = "r12", .map = "r13"}).run(); }

AccessChecks find_access_checks_of_region(std::span<const u8> code) {
  return Walk(code, {.state = "rdi", .map = "rsi", .is_region = true}).run();
}

}  // namespace replica
