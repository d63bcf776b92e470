// The look-up in the access map is there, in the code of each instruction that accesses storage: in the problem state with a
// key as in every other, since the code is the same.

#include "tests/jit/asmjit/access_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jit/asmjit/code_generator.h"
#include "jit/asmjit/emitter.h"
#include "jit/passes/passes.h"
#include "jit/translate.h"
#include "tests/cpu/guest.h"

namespace replica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

bool has_storage_operand(const InstructionInfo& info) {
  if (!is_installed(info)) return false;
  switch (info.format) {
    case Format::RX:
    case Format::RX_F:
    case Format::RS:
    case Format::RS_M:
    case Format::SI:
    case Format::S:
    case Format::SS_L:
    case Format::SS_LL:
    case Format::SS_I: return true;
    default: return false;
  }
}

std::vector<InstructionInfo> instructions_with_storage_operand() {
  std::vector<InstructionInfo> rows;
  for (const InstructionInfo& info : kInstructionTable) {
    if (has_storage_operand(info)) rows.push_back(info);
  }
  return rows;
}

// The instruction with R1 4 or a length of 5, and operands at `base`.
std::string hex_of(const InstructionInfo& info, unsigned base) {
  const std::string field = fmt::format("{:X}100", base);
  if (info.is_two_byte()) return fmt::format("{:04X}{}{}", info.code, field, field);
  const bool has_index = info.format == Format::RX || info.format == Format::RX_F;
  return fmt::format("{:02X}4{}{}{}", info.code, has_index ? 0 : 6, field, field)
      .substr(0, 4 * instruction_length(info.first_byte()) / 2);
}

class AccessChecksTest : public testing::Test {
 protected:
  ir::Block block_of(const std::string& instruction) {
    guest.put(0x1000, "000000000000");
    guest.put(0x1000, instruction);
    ir::Block block = translate(guest.storage().data() + 0x1000, 0x1000, {});
    ir::optimize(block, guest.cpu().gr);
    return block;
  }
  AccessChecks checks_in(const ir::Block& block) {
    Emitter emitter(*memory);
    code = generate(block, {emit_thunks(*memory, guest.storage())}, emitter);
    return find_access_checks({code->entry, code->bytes});
  }

  Guest guest;
  std::unique_ptr<CodeMemory> memory = std::move(*CodeMemory::create(1 << 20));
  std::unique_ptr<GeneratedCode> code;
};

// ---- Of all instructions ----

class EveryStorageInstruction : public AccessChecksTest, public testing::WithParamInterface<InstructionInfo> {};

TEST_P(EveryStorageInstruction, AccessesNothingWithoutLookUp) {
  for (const unsigned base : {5u, 9u, 0u}) {  // in a host register, in the CPU's state, no base at all
    const ir::Block block = block_of(hex_of(GetParam(), base));
    ASSERT_EQ(block.instructions.size(), 1u);
    const AccessChecks checks = checks_in(block);
    EXPECT_THAT(checks.wrong, IsEmpty()) << "base " << base;
    if (checks.calls != 0) {  // it has no code of its own
      EXPECT_EQ(checks.accesses, 0u) << "base " << base;
      continue;
    }
    for (const ir::Operation& operation : block.operations) {
      if (operation.info().kind != ir::Kind::access) continue;
      EXPECT_GT(checks.accesses, 0u) << operation.info().name << ", base " << base;
      const bool fetches = !operation.info().name.starts_with("store");
      const bool stores = !fetches || operation.code == ir::Code::move;
      EXPECT_TRUE(checks.store_lookups != 0 || !stores) << operation.info().name << ", base " << base;
      EXPECT_TRUE(checks.fetch_lookups != 0 || !fetches) << operation.info().name << ", base " << base;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, EveryStorageInstruction, testing::ValuesIn(instructions_with_storage_operand()),
                         [](const auto& row) { return std::string(row.param.mnemonic); });

// ---- Of those that programs use most ----

struct Inline {
  const char* instruction;
  const char* hex;
  unsigned fetches;
  unsigned stores;
};
void PrintTo(const Inline& row, std::ostream* out) { *out << row.instruction; }

class InlineInstruction : public AccessChecksTest, public testing::WithParamInterface<Inline> {};

TEST_P(InlineInstruction, HasItsLookUps) {
  const AccessChecks checks = checks_in(block_of(GetParam().hex));
  EXPECT_EQ(checks.calls, 0u) << "it has code of its own";
  EXPECT_EQ(checks.fetch_lookups, GetParam().fetches);
  EXPECT_EQ(checks.store_lookups, GetParam().stores);
}

constexpr Inline kInline[] = {
    {"L", "58105100", 1, 0},       {"LH", "48105100", 1, 0},  {"IC", "43105100", 1, 0},  {"ST", "50105100", 0, 1},
    {"STH", "40105100", 0, 1},     {"STC", "42105100", 0, 1}, {"LM", "98145100", 1, 0},  {"STM", "90145100", 0, 1},
    {"MVC", "D20751009200", 1, 1}, {"CLI", "95405100", 1, 0}, {"MVI", "92405100", 0, 1}, {"TM", "91405100", 1, 0},
    {"LD", "68205100", 1, 0},      {"STD", "60205100", 0, 1}, {"LE", "78205100", 1, 0},  {"STE", "70205100", 0, 1},
    {"A", "5A105100", 1, 0},       {"AH", "4A105100", 1, 0},  {"S", "5B105100", 1, 0},   {"C", "59105100", 1, 0},
    {"CL", "55105100", 1, 0},      {"N", "54105100", 1, 0},   {"O", "56105100", 1, 0},   {"X", "57105100", 1, 0},
    {"AL", "5E105100", 1, 0},      {"SL", "5F105100", 1, 0},  {"M", "5C405100", 1, 0},   {"MH", "4C105100", 1, 0},
};
INSTANTIATE_TEST_SUITE_P(, InlineInstruction, testing::ValuesIn(kInline),
                         [](const auto& row) { return std::string(row.param.instruction); });

// NI, OI and XI fetch a byte and store one there: by one look-up or two.
TEST_F(AccessChecksTest, AnUpdateOfAByteIsLookedUpForStoring) {
  for (const char* hex : {"94405100", "96405100", "97405100"}) {
    const AccessChecks checks = checks_in(block_of(hex));
    EXPECT_EQ(checks.calls, 0u);
    EXPECT_EQ(checks.store_lookups, 1u);
    EXPECT_THAT(checks.wrong, IsEmpty());
  }
}

// ---- The reader itself: code as it must not be ----

AccessChecks checks_in_bytes(std::vector<u8> bytes) {
  bytes.resize(bytes.size() + 32, 0xC3);  // RET
  return find_access_checks(bytes);
}

TEST(AccessChecksReader, SeesAnAccessWithoutLookUp) {
  EXPECT_THAT(checks_in_bytes({0x8B, 0x04, 0x07}).wrong, ElementsAre(HasSubstr("mov eax, dword ptr [rdi + rax]")));
}

TEST(AccessChecksReader, SeesALookUpWithoutSignTest) {
  // mov rdx, [r13 + rdx*8]; mov eax, [rdx + rsi]
  EXPECT_THAT(checks_in_bytes({0x49, 0x8B, 0x54, 0xD5, 0x00, 0x8B, 0x04, 0x32}).wrong,
              ElementsAre(HasSubstr("without look-up")));
}

TEST(AccessChecksReader, SeesASignTestThatLeadsToNoColdStub) {
  // mov rdx, [r13 + rdx*8]; test rdx, rdx; js behind; mov eax, [rdx + rsi]; behind:
  EXPECT_THAT(checks_in_bytes({0x49, 0x8B, 0x54, 0xD5, 0x00, 0x48, 0x85, 0xD2, 0x78, 0x03, 0x8B, 0x04, 0x32}).wrong,
              ElementsAre(HasSubstr("without look-up")));
}

TEST(AccessChecksReader, SeesAnEntryThatIsGone) {
  // mov rdx, [r13 + rdx*8]; test rdx, rdx; js cold; mov edx, esi; mov eax, [rdx + rsi]; ret; cold: mov rax, rcx; call
  EXPECT_THAT(checks_in_bytes({0x49, 0x8B, 0x54, 0xD5, 0x00, 0x48, 0x85, 0xD2, 0x78, 0x06, 0x89, 0xF2,
                               0x8B, 0x04, 0x32, 0xC3, 0x48, 0x89, 0xC8, 0xE8, 0x00, 0x00, 0x00, 0x00})
                  .wrong,
              ElementsAre(HasSubstr("without look-up")));
}

TEST(AccessChecksReader, SeesAStoreByAnEntryForFetching) {
  // mov rdx, [r13 + rdx*8]; test rdx, rdx; js cold; mov [rdx + rsi], eax; ret; cold: mov rax, rcx; call
  EXPECT_THAT(checks_in_bytes({0x49, 0x8B, 0x54, 0xD5, 0x00, 0x48, 0x85, 0xD2, 0x78, 0x04, 0x89,
                               0x04, 0x32, 0xC3, 0x48, 0x89, 0xC8, 0xE8, 0x00, 0x00, 0x00, 0x00})
                  .wrong,
              ElementsAre(HasSubstr("an entry for fetching")));
}

TEST(AccessChecksReader, IsContentWithALookUp) {
  const AccessChecks checks = checks_in_bytes({0x49, 0x8B, 0x54, 0xD5, 0x00, 0x48, 0x85, 0xD2, 0x78, 0x04, 0x8B,
                                               0x04, 0x32, 0xC3, 0x48, 0x89, 0xC8, 0xE8, 0x00, 0x00, 0x00, 0x00});
  EXPECT_THAT(checks.wrong, IsEmpty());
  EXPECT_EQ(checks.fetch_lookups, 1u);
  EXPECT_EQ(checks.accesses, 1u);
}

}  // namespace
}  // namespace replica
