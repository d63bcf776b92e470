// The meanings of frontend/semantics over values that are not numbers, as the translator sees them. That this file compiles
// proves that no meaning branches on a guest value.

#include "frontend/semantics/builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <type_traits>

#include "tests/frontend/recorder.h"

namespace replica {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

static_assert(!std::is_convertible_v<Recorder::Word, bool> && !std::is_constructible_v<bool, Recorder::Word>);
static_assert(!std::is_constructible_v<bool, Recorder::Flag>);

using Operations = std::vector<Recorder::Operation>;
using Meaning = void(Recorder&, const Insn&);

// By row of the opcode table.
constexpr Meaning* kMeanings[] = {
#define INSTRUCTION(code, mnemonic, ...) semantics::mnemonic<Recorder>,
#include "frontend/instructions.def"
#undef INSTRUCTION
};

constexpr bool is_routine(Opcode opcode) {
  switch (opcode) {
#define ROUTINE(mnemonic) case Opcode::mnemonic:
    REPLICA_ROUTINES(ROUTINE)
#undef ROUTINE
    return true;
    default: return false;
  }
}

Recorder record(Opcode opcode, const Insn& insn) {
  Recorder recorder;
  kMeanings[static_cast<u8>(opcode)](recorder, insn);
  return recorder;
}

std::vector<std::string> statements(Opcode opcode, const Insn& insn) { return record(opcode, insn).statements(); }

// Calls action(insn) for many combinations of an instruction's fields.
template <typename Action>
void for_each_variant(const InstructionInfo& info, Action action) {
  const u8 ilc = static_cast<u8>(instruction_length(info.first_byte()) / 2);
  for (u8 r1 = 0; r1 < 16; ++r1) {
    for (u8 r = 0; r < 16; ++r) {
      action(Insn{.address = 0x1000,
                  .ilc = ilc,
                  .r1 = r1,
                  .r2 = r,
                  .r3 = r,
                  .x2 = r,
                  .b1 = 3,
                  .b2 = 4,
                  .l1 = r,
                  .l2 = r,
                  .i2 = r,
                  .d1 = 0x123,
                  .d2 = 0x456});
    }
  }
}
// Calls action(info, operations) for every instruction and variant.
template <typename Action>
void for_each_recording(Action action) {
  for (const InstructionInfo& info : kInstructionTable) {
    for_each_variant(info, [&](const Insn& insn) { action(info, record(info.opcode, insn).operations()); });
  }
}

// ---- Of all instructions ----

TEST(EveryMeaning, ChecksBeforeItCommits) {
  for_each_recording([](const InstructionInfo& info, const Operations& operations) {
    std::string_view change;
    for (const auto& operation : operations) {
      if (Recorder::is_check(operation.name)) {
        EXPECT_EQ(change, "") << info.mnemonic << " can still be refused by " << operation.name;
      }
      if (Recorder::is_change(operation.name)) change = operation.name;
    }
  });
}

TEST(EveryMeaning, ReadsRegistersBeforeItChangesThem) {
  for_each_recording([](const InstructionInfo& info, const Operations& operations) {
    for (const auto& operation : operations) {
      EXPECT_FALSE(operation.name.starts_with("new_")) << info.mnemonic << " reads a register that it has set";
    }
  });
}

TEST(EveryMeaning, EndsWithTheExceptionThatItAlwaysRaises) {
  for_each_recording([](const InstructionInfo& info, const Operations& operations) {
    for (const auto& operation : operations) {
      if (operation.name != "specification" && operation.name != "operation_exception") continue;
      EXPECT_EQ(operations.size(), 1u) << info.mnemonic << " acts beside its exception";
    }
  });
}

TEST(EveryMeaning, OfARoutineIsOneCallOfItsOwnRoutine) {
  for (const InstructionInfo& info : kInstructionTable) {
    if (!is_routine(info.opcode)) continue;
    const std::string call = fmt::format("routine {:X}", static_cast<u8>(info.opcode));
    EXPECT_THAT(statements(info.opcode, {}), ElementsAre(call)) << info.mnemonic;
  }
}

TEST(EveryMeaning, OfAnAbsentFacilityIsTheOperationException) {
  for (const InstructionInfo& info : kInstructionTable) {
    const bool refused = statements(info.opcode, {}) == std::vector<std::string>{"operation_exception"};
    EXPECT_EQ(refused, !is_installed(info)) << info.mnemonic;
  }
}

// What all recordings of one instruction have among them.
struct Summary {
  bool accesses_storage = false;
  bool sets_condition_code = false;
  bool raises_specification = false;
  bool is_float_sum = false;  // the builder's float operations set the code of sums themselves
};

Summary summarize(const InstructionInfo& info) {
  Summary summary;
  for_each_variant(info, [&](const Insn& insn) {
    for (const auto& operation : record(info.opcode, insn).operations()) {
      summary.accesses_storage |= Recorder::is_access(operation.name);
      summary.sets_condition_code |= Recorder::sets_condition_code(operation.name);
      summary.raises_specification |= operation.name == "specification";
      if (operation.name.starts_with("float_")) {
        summary.is_float_sum |= operation.operands[0].value <= static_cast<u32>(FloatOperation::subtract_unnormalized);
      }
    }
  });
  return summary;
}

bool lists(std::string_view exceptions, std::string_view letter) {
  const std::string padded = fmt::format(" {} ", exceptions);
  return padded.find(fmt::format(" {} ", letter)) != std::string::npos;
}

// The table's columns say the same as the meanings. Routines do not show what they do; EXECUTE's specification exception and
// fetch are those of its target.
TEST(EveryMeaning, AgreesWithTheOpcodeTable) {
  for (const InstructionInfo& info : kInstructionTable) {
    if (is_routine(info.opcode) || !is_installed(info) || info.opcode == Opcode::EX) continue;
    const Summary summary = summarize(info);
    const bool access_listed =
        lists(info.exceptions, "Af") || lists(info.exceptions, "As") || lists(info.exceptions, "Au");
    EXPECT_EQ(summary.accesses_storage, access_listed) << info.mnemonic;
    EXPECT_EQ(summary.raises_specification, lists(info.exceptions, "SP")) << info.mnemonic;
    EXPECT_EQ(summary.sets_condition_code || summary.is_float_sum, info.condition_codes != "-") << info.mnemonic;
  }
}

// ---- Single instructions ----

constexpr Insn kRx = {.r1 = 1, .x2 = 2, .b2 = 3, .d2 = 0x456};
constexpr Insn kRr = {.r1 = 1, .r2 = 2};

TEST(Meaning, AddChecksItsOperandThenSetsRegisterAndCode) {
  EXPECT_THAT(statements(Opcode::A, kRx),
              ElementsAre("load32 (address 3 2 456)",                          //
                          "set_gr 1 (add (gr 1) (load32 (address 3 2 456)))",  //
                          "cc_add_signed (gr 1) (load32 (address 3 2 456))"));
}

TEST(Meaning, LoadHalfwordExtendsTheSign) {
  EXPECT_THAT(statements(Opcode::LH, kRx),
              ElementsAre("load16 (address 3 2 456)", "set_gr 1 (sign_extend16 (load16 (address 3 2 456)))"));
}

TEST(Meaning, LoadAddressDoesNotAccessStorage) {
  EXPECT_THAT(statements(Opcode::LA, kRx), ElementsAre("set_gr 1 (address 3 2 456)"));
}

TEST(Meaning, StoreIsOneStore) {
  EXPECT_THAT(statements(Opcode::ST, kRx), ElementsAre("store32 (address 3 2 456) (gr 1)"));
}

TEST(Meaning, InsertCharacterKeepsTheOtherThreeBytes) {
  EXPECT_THAT(
      statements(Opcode::IC, kRx),
      ElementsAre("load8 (address 3 2 456)", "set_gr 1 (or (and (gr 1) (word FFFFFF00)) (load8 (address 3 2 456)))"));
}

TEST(Meaning, LoadMultipleChecksAllOfItsWordsAndWrapsFromRegister15To0) {
  EXPECT_THAT(statements(Opcode::LM, {.r1 = 15, .r3 = 0, .b2 = 3, .d2 = 8}),
              ElementsAre("fetch_area (address 3 0 8) 8",                             //
                          "set_gr F (area_load32 (fetch_area (address 3 0 8) 8) 0)",  //
                          "set_gr 0 (area_load32 (fetch_area (address 3 0 8) 8) 4)"));
}

TEST(Meaning, StoreMultipleOfOneRegisterLessThanAllIsSixtyBytes) {
  EXPECT_EQ(statements(Opcode::STM, {.r1 = 14, .r3 = 12}).front(), "store_area (address 0 0 0) 3C");
  EXPECT_EQ(statements(Opcode::STM, {.r1 = 14, .r3 = 13}).front(), "store_area (address 0 0 0) 40");
}

TEST(Meaning, AndImmediateUpdatesItsByteUnderOneCheck) {
  EXPECT_THAT(statements(Opcode::NI, {.b1 = 5, .i2 = 0x7F, .d1 = 1}),
              ElementsAre("store_area (address 5 0 1) 1",
                          "area_store8 (store_area (address 5 0 1) 1) 0 "
                          "(and (area_load8 (store_area (address 5 0 1) 1) 0) (word 7F))",
                          "cc_nonzero (and (area_load8 (store_area (address 5 0 1) 1) 0) (word 7F))"));
}

TEST(Meaning, StoreCharactersUnderMaskZeroDoesNothing) {
  EXPECT_THAT(statements(Opcode::STCM, {.r1 = 1, .r3 = 0, .b2 = 3}), IsEmpty());
}

TEST(Meaning, StoreCharactersUnderMaskStoresTheSelectedBytesContiguously) {
  EXPECT_THAT(statements(Opcode::STCM, {.r1 = 1, .r3 = 0b0101, .b2 = 3}),
              ElementsAre("store_area (address 3 0 0) 2",
                          "area_store8 (store_area (address 3 0 0) 2) 0 (shift_right (gr 1) (word 10))",
                          "area_store8 (store_area (address 3 0 0) 2) 1 (shift_right (gr 1) (word 0))"));
}

TEST(Meaning, CharactersUnderMaskZeroAreStillCheckedForFetching) {
  EXPECT_EQ(statements(Opcode::ICM, {.r1 = 1, .r3 = 0, .b2 = 3}).front(), "fetch_area (address 3 0 0) 1");
  EXPECT_EQ(statements(Opcode::CLM, {.r1 = 1, .r3 = 0, .b2 = 3}).front(), "fetch_area (address 3 0 0) 1");
}

TEST(Meaning, InsertCharactersUnderMaskZeroKeepsTheRegister) {
  EXPECT_THAT(statements(Opcode::ICM, {.r1 = 1, .r3 = 0, .b2 = 3}),
              ElementsAre("fetch_area (address 3 0 0) 1", "set_cc (word 0)"));
}

TEST(Meaning, DivideIsRefusedBeforeItsRegistersChange) {
  EXPECT_THAT(statements(Opcode::DR, {.r1 = 4, .r2 = 7}),
              ElementsAre("require (is_divisible (join (gr 4) (gr 5)) (gr 7)) 9",  //
                          "set_gr 4 (remainder (join (gr 4) (gr 5)) (gr 7))",      //
                          "set_gr 5 (quotient (join (gr 4) (gr 5)) (gr 7))"));
}

TEST(Meaning, MultiplyTakesTheOddRegisterAndFillsThePair) {
  EXPECT_THAT(statements(Opcode::MR, {.r1 = 4, .r2 = 4}),
              ElementsAre("set_gr 4 (high (multiply (gr 5) (gr 4)))", "set_gr 5 (low (multiply (gr 5) (gr 4)))"));
}

TEST(Meaning, AnOddPairIsASpecificationExceptionAndNothingElse) {
  for (const Opcode opcode :
       {Opcode::MR, Opcode::M, Opcode::DR, Opcode::D, Opcode::SLDA, Opcode::SRDA, Opcode::SLDL, Opcode::SRDL}) {
    EXPECT_THAT(statements(opcode, kRr), ElementsAre("specification")) << info_of(opcode).mnemonic;
  }
}

TEST(Meaning, FloatRegistersAre0246) {
  for (unsigned r1 = 0; r1 < 16; ++r1) {
    const bool valid = r1 == 0 || r1 == 2 || r1 == 4 || r1 == 6;
    const Insn insn{.r1 = static_cast<u8>(r1), .r2 = 2};
    EXPECT_EQ(statements(Opcode::LDR, insn).front() != "specification", valid) << r1;
    EXPECT_EQ(statements(Opcode::STE, insn).front() != "specification", valid) << r1;
  }
}

// ---- Branches ----

TEST(Meaning, BranchAndLinkTakesItsTargetFromTheRegisterAsItWas) {
  EXPECT_THAT(statements(Opcode::BALR, {.r1 = 5, .r2 = 5}),
              ElementsAre("set_gr 5 (link_information)", "branch (and (gr 5) (word FFFFFF))"));
}

TEST(Meaning, RegisterFormsWithR2ZeroDoNotBranch) {
  EXPECT_THAT(statements(Opcode::BALR, {.r1 = 5}), ElementsAre("set_gr 5 (link_information)"));
  EXPECT_THAT(statements(Opcode::BASR, {.address = 0x1000, .ilc = 1, .r1 = 5}), ElementsAre("set_gr 5 (word 1002)"));
  EXPECT_THAT(statements(Opcode::BCTR, {.r1 = 5}), ElementsAre("set_gr 5 (sub (gr 5) (word 1))"));
  EXPECT_THAT(statements(Opcode::BCR, {.r1 = 15}), IsEmpty());
}

TEST(Meaning, BranchOnConditionAsksForTheMaskUnlessItIsAllOrNothing) {
  EXPECT_THAT(statements(Opcode::BC, {.r1 = 8, .b2 = 3, .d2 = 4}), ElementsAre("branch_if (in_cc 8) (address 3 0 4)"));
  EXPECT_THAT(statements(Opcode::BC, {.r1 = 15, .b2 = 3, .d2 = 4}), ElementsAre("branch (address 3 0 4)"));
  EXPECT_THAT(statements(Opcode::BC, {.r1 = 0, .b2 = 3, .d2 = 4}), IsEmpty());
}

// The comparand is the odd register: R3 itself if it is odd. Its value is that before the addition.
TEST(Meaning, BranchOnIndexComparesWithTheOddRegister) {
  EXPECT_THAT(statements(Opcode::BXH, {.r1 = 2, .r3 = 4, .b2 = 9}),
              ElementsAre("set_gr 2 (add (gr 2) (gr 4))",
                          "branch_if (less_signed (gr 5) (add (gr 2) (gr 4))) (address 9 0 0)"));
  EXPECT_THAT(statements(Opcode::BXLE, {.r1 = 5, .r3 = 5, .b2 = 9}),
              ElementsAre("set_gr 5 (add (gr 5) (gr 5))",
                          "branch_if (not (less_signed (gr 5) (add (gr 5) (gr 5)))) (address 9 0 0)"));
}

TEST(Meaning, SetProgramMaskTakesBits2To7) {
  EXPECT_THAT(statements(Opcode::SPM, {.r1 = 7}),
              ElementsAre("set_cc (and (shift_right (gr 7) (word 1C)) (word 3))",
                          "set_program_mask (and (shift_right (gr 7) (word 18)) (word F))"));
}

TEST(Meaning, ExecuteHandsOverTheTargetAddress) {
  EXPECT_THAT(statements(Opcode::EX, kRx), ElementsAre("execute (address 3 2 456)"));
}

}  // namespace
}  // namespace replica
