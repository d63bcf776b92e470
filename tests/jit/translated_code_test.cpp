// What translated code could get wrong about the state of the machine: each program is run twice, so that the second run is
// in translated code, and beside the interpreter; what it must lead to is computed by hand.

#include <gtest/gtest.h>

#include "jit/translating_engine.h"
#include "tests/cpu/guest.h"
#include "tests/cpu/snapshot.h"

namespace replica {
namespace {

// Programs stand at 400 and end in a loop of one instruction. Storage at 600 is in the same 2K block, at 900 in the next.
class TranslatedCode : public testing::Test {
 protected:
  TranslatedCode() { translated.machine().set_engine(*engine); }

  template <typename Change>
  void both(Change change) {
    change(interpreted);
    change(translated);
  }
  void put(u32 address, std::string_view hex) {
    both([&](Guest& guest) {
      guest.put(address, hex);
      guest.storage().note_change(address, static_cast<u32>(hex.size() / 2));
    });
  }
  // Executes `count` instructions from `address` on, in both.
  void run(u64 count, u32 address = 0x400, u64 psw = ec_psw(0)) {
    both([&](Guest& guest) {
      guest.set_psw(psw | address);
      guest.run(count);
    });
    expect_alike();
  }
  void go_on(u64 count) {
    both([&](Guest& guest) { guest.run(count); });
    expect_alike();
  }
  void expect_alike() {
    const Snapshot expected(interpreted.machine()), found(translated.machine());
    EXPECT_TRUE(found == expected) << "interpreted and translated: " << expected.difference(found);
  }
  TranslatingCounters counters() const { return engine->counters(); }

  Guest interpreted;
  Guest translated;
  std::unique_ptr<TranslatingEngine> engine = std::move(
      *TranslatingEngine::create(translated.cpu(), {.threshold = 0, .cache_bytes = 1 << 20, .short_life = 0}));
};

// ---- The budget ----

class BudgetTest : public TranslatedCode {
 protected:
  BudgetTest() {
    put(0x400,
        "41300003"                // LA   3,3
        "5A100600"                // A    1,600
        "50100604"                // ST   1,604
        "90140900"                // STM  1,4,900
        "98580900"                // LM   5,8,900
        "D20306080604"            // MVC  608(4),604
        "45E00440"                // BAL  14,440
        "44000450"                // EX   0,450
        "46300404"                // BCT  3,404
        "47F00426");              // B    426
    put(0x440, "91FF0607 07FE");  // TM 607,FF; BR 14
    put(0x450, "1AA1");           // AR 10,1
    put(0x600, "00000005");
  }
  void begin() {
    both([](Guest& guest) { guest.set_gr(0, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}); });
  }
};

TEST_F(BudgetTest, TheProgramDoesWhatItMust) {
  for (int n = 0; n < 3; ++n) {
    begin();
    run(31);
    EXPECT_EQ(translated.gr(1), 15u);
    EXPECT_EQ(translated.gr(10), 5u + 10 + 15);
    EXPECT_EQ(translated.word(0x608), 15u);
    EXPECT_EQ(translated.cpu().psw.address, 0x426u);
  }
}

TEST_F(BudgetTest, CutsAtEachInstruction) {
  begin();
  run(100);
  for (u64 budget = 0; budget <= 40; ++budget) {
    SCOPED_TRACE(budget);
    begin();
    run(budget);
    go_on(1);
  }
}

TEST_F(BudgetTest, CutsAnywhereGoOnToTheSameEnd) {
  for (u64 budget = 1; budget <= 32; ++budget) {
    SCOPED_TRACE(budget);
    begin();
    run(budget);
    while (translated.cpu().psw.address != 0x426) go_on(budget);
    EXPECT_EQ(translated.gr(10), 30u);
  }
}

// ---- Stores into code ----

TEST_F(TranslatedCode, AStoreIntoTheNextInstructionOfALoopWorksEachTime) {
  put(0x400,
      "41200064"    // LA   2,100
      "4220040B"    // STC  2,40B
      "41330000"    // LA   3,0(3), of which 0 is replaced
      "46200404"    // BCT  2,404
      "47F00410");  // B    410
  for (int n = 0; n < 3; ++n) {
    both([](Guest& guest) { guest.gr(3) = 0; });
    run(302);
    EXPECT_EQ(translated.gr(3), 5050u);
  }
  EXPECT_GT(counters().invalidations, 50u);
}

TEST_F(TranslatedCode, AStoreBesideTheCodeOfItsBlockInvalidatesNothing) {
  put(0x400, "5A100600 50100604 D20306080604 46300400 47F00412");  // A, ST, MVC, BCT
  put(0x600, "00000002");
  both([](Guest& guest) { guest.gr(3) = 1000; });
  run(4001);
  EXPECT_EQ(translated.word(0x604), 2000u);
  EXPECT_EQ(translated.word(0x608), 2000u);
  EXPECT_EQ(counters().invalidations, 0u);
  EXPECT_LT(counters().entries, 20u) << "it stays in translated code";
}

TEST_F(TranslatedCode, AStoreIntoALineWithCodeIsNoticed) {
  put(0x400, "5A100600 50100430 46300400 47F0040C");  // A, ST, BCT
  put(0x600, "00000002");
  both([](Guest& guest) { guest.gr(3) = 10; });
  run(31);
  EXPECT_EQ(translated.word(0x430), 20u);
  EXPECT_GT(counters().invalidations, 0u);
}

TEST_F(TranslatedCode, AMoveOverSeveralLinesIntoALineWithCodeIsNoticed) {
  // The code is in the line at 480, the operand of 206 bytes in those from 400 on.
  put(0x480, "41110001 D2CD04020602 46300480 47F0048E");  // LA 1,1(1); MVC 402(206),602; BCT; B
  put(0x680, "41110003 D2CD04020602 46300480 47F0048E");  // LA 1,3(1), and so on: what comes to 480
  both([](Guest& guest) { guest.gr(3) = 20; });
  run(60, 0x480);
  EXPECT_EQ(translated.gr(1), 1u + 19 * 3);
  EXPECT_GT(counters().invalidations, 10u) << "each time, not only when the access is not in the map yet";
}

// ---- Look-ups that accesses share ----

TEST_F(TranslatedCode, ASharedLookUpIsOfTheWholeAreaOrOfNone) {
  // L 1,0(2); A 1,4(2); ST 1,8(2); STM 4,5,12(2); LA 2,4(2); BCT 3,400: over the boundary at 1000.
  put(0x400, "58102000 5A102004 50102008 9045200C 41202004 46300400 47F00418");
  put(0xFC0, "00000001 00000002 00000003 00000004");
  both([](Guest& guest) {
    guest.gr(2) = 0xFC0;
    guest.gr(3) = 40;
    guest.gr(4) = 4;
    guest.gr(5) = 5;
  });
  run(240);
  EXPECT_EQ(translated.word(0xFC8), 3u);
  EXPECT_EQ(translated.gr(2), 0xFC0u + 160);
  EXPECT_EQ(translated.word(0x106C), 5u);
}
TEST_F(TranslatedCode, ASharedLookUpOfABlockWithCodeIsMadeByEach) {
  put(0x400, "58102000 5A102004 50102008 50102040 46300400 47F00414");  // L, A, ST 1,8(2), ST 1,64(2), BCT
  put(0x600, "00000001 00000002");
  both([](Guest& guest) {
    guest.gr(2) = 0x600;
    guest.gr(3) = 100;
  });
  run(500);
  EXPECT_EQ(translated.word(0x608), 3u);
  EXPECT_EQ(counters().invalidations, 0u);
  EXPECT_LT(counters().entries, 20u) << "it stays in translated code";
}
TEST_F(TranslatedCode, OneOfSeveralThatShareALookUpMayBeForbidden) {
  // The block at 1000 may be fetched from but not stored into with key 1.
  put(0x400, "58102000 5A102004 50102008 47F00400");  // L, A, ST
  both([](Guest& guest) {
    guest.storage().set_key(0x1000 >> kBlockShift, 0x20);
    guest.storage().set_key(0x400 >> kBlockShift, 0x10);
    guest.storage().data()[0x1003] = 7;
    guest.gr(2) = 0x1000;
  });
  for (int n = 0; n < 3; ++n) run(3, 0x400, ec_psw(0) | u64{1} << 52);
  EXPECT_EQ(translated.gr(1), 7u);
  EXPECT_EQ(translated.word(0x1008), 0u);
}

TEST_F(TranslatedCode, AStoreByAChannelIntoCodeIsNoticed) {
  put(0x400, "41110001 47F00400");  // LA 1,1(1); B 400
  run(100);
  EXPECT_EQ(translated.gr(1), 50u);
  both([](Guest& guest) {
    guest.storage().record_store(0x403, 1);
    guest.storage().data()[0x403] = 7;
  });
  go_on(2);
  EXPECT_EQ(translated.gr(1), 57u);
}

TEST_F(TranslatedCode, AChangedTargetOfAnExecuteIsExecutedAsChanged) {
  put(0x400,
      "44000440"       // EX   0,440
      "96010441"       // OI   441,1
      "44000440"       // EX   0,440
      "94FE0441"       // NI   441,FE
      "46300400"       // BCT  3,400
      "47F00414");     // B    414
  put(0x440, "1A20");  // AR 2,0, and AR 2,1
  both([](Guest& guest) { guest.set_gr(0, {1, 100, 0, 20}); });
  run(101);
  EXPECT_EQ(translated.gr(2), 20u * 101);
}

// ---- Keys ----

constexpr u64 kKey1 = psw_key(1);

TEST_F(TranslatedCode, CodeInABlockWhoseKeyChangesIsNoLongerExecuted) {
  put(0x1000, "41110001 47F05000");  // LA 1,1(1); B 0(5)
  both([](Guest& guest) {
    guest.set_key_of(0x1000, 0x10);
    guest.gr(5) = 0x1000;
  });
  run(100, 0x1000, ec_psw(0) | kKey1 | kProblem);
  EXPECT_EQ(translated.gr(1), 50u);
  both([](Guest& guest) { guest.set_key_of(0x1000, 0x20); });
  go_on(10);
  EXPECT_EQ(translated.gr(1), 55u) << "another key alone allows fetching";
  both([](Guest& guest) { guest.set_key_of(0x1000, 0x28); });
  go_on(10);
  EXPECT_EQ(translated.gr(1), 55u);
  EXPECT_TRUE(translated.waits_at(kProgramNew));
  EXPECT_EQ(translated.program_identification() & 0xFFFF, 4u) << "protection";
}

TEST_F(TranslatedCode, ACodeBlockProtectedByTheCodeThatBranchesToItIsNotExecuted) {
  put(0x400, "0823 07F4");       // SSK 2,3; BR 4
  put(0x1000, "41110001 07F5");  // LA 1,1(1); BR 5
  put(0x420, "47F00420");        // B 420
  both([](Guest& guest) {
    guest.set_key_of(0x400, 0x10);
    guest.set_gr(1, {0, 0x10, 0x1000, 0x1000, 0x420});
  });
  for (u32 n = 1; n <= 3; ++n) {
    run(5, 0x400, ec_psw(0) | kKey1);
    EXPECT_EQ(translated.gr(1), n);
  }
  both([](Guest& guest) { guest.gr(2) = 0x28; });
  run(5, 0x400, ec_psw(0) | kKey1);
  EXPECT_EQ(translated.gr(1), 3u);
  EXPECT_TRUE(translated.waits_at(kProgramNew));
}

TEST_F(TranslatedCode, AStoreIsRefusedOnceTheKeyOfItsBlockHasChanged) {
  put(0x400, "50100900 47F00400");  // ST 1,900; B 400
  both([](Guest& guest) {
    guest.set_key_of(0x900, 0x10);
    guest.gr(1) = 0x11111111;
  });
  run(100, 0x400, ec_psw(0) | kKey1);
  both([](Guest& guest) {
    guest.gr(1) = 0x22222222;
    guest.set_key_of(0x900, 0x20);
  });
  go_on(100);
  EXPECT_EQ(translated.word(0x900), 0x11111111u);
  EXPECT_TRUE(translated.waits_at(kProgramNew));
  EXPECT_EQ(translated.key_of(0x900), 0x20) << "neither reference nor change is recorded";
}

TEST_F(TranslatedCode, ReferenceAndChangeAreRecordedAgainAfterTheyHaveBeenReset) {
  put(0x400, "58100900 50101100 47F00400");  // L 1,900; ST 1,100(1); B 400
  both([](Guest& guest) { guest.put_word(0x900, 0x1000); });
  run(99);
  for (const u32 address : {0x900u, 0x1100u}) {
    both([&](Guest& guest) { guest.set_key_of(address, 0); });
  }
  go_on(3);
  EXPECT_EQ(translated.key_of(0x900), storage_key::kReference);
  EXPECT_EQ(translated.key_of(0x1100), storage_key::kReference | storage_key::kChange);
}

// ---- Translation ----

// The table entry of a page with code changes without a purge, so that code of the old and of the new page may be executed for
// a while; but no jump may lead from one into the other for good.
TEST_F(TranslatedCode, CodeOfAPageDoesNotGoOnInAPageThatStoodThereForAWhile) {
  for (const u32 real : {0x3000u, 0x5000u}) {
    put(real + 0x7F0, "1A12 4780C700 47F0C7FE");  // AR 1,2; BC 8,700(12); B 7FE(12)
    put(real + 0x7FE, "41330001 47F0C802");       // LA 3,1(3), in two blocks; B 802(12)
  }
  put(0x3700, "41440001 47F0C704");  // LA 4,1(4); B 704(12)
  put(0x5700, "41550001 47F0C704");  // LA 5,1(5); B 704(12)
  both([](Guest& guest) {
    guest.enable_translation();
    guest.gr(12) = 0x3000;
  });
  const auto go = [&](u32 address, u32 gr1) {
    both([&](Guest& guest) {
      guest.gr(1) = gr1;
      guest.set_psw(ec_psw(address) | kDat);
      guest.run(20);
    });
  };
  for (unsigned n = 0; n < 2; ++n) go(0x37F0, 1);
  both([](Guest& guest) { guest.map_page(3, 0x5000); });
  go(0x37FE, 1);
  go(0x37F0, 0);
  both([](Guest& guest) {
    guest.map_page(3, 0x3000);
    guest.cpu().maps().purge_translations();
    guest.set_gr(4, {0, 0});
  });
  for (unsigned n = 0; n < 2; ++n) go(0x37F0, 0);
  EXPECT_EQ(translated.gr(4), 2u);
  EXPECT_EQ(translated.gr(5), 0u);
}

// ---- Exceptions in the middle of a block ----

struct Fault {
  const char* name;
  const char* hex;
  u32 code;
  bool is_nullifying;
  u32 good, bad;  // register 15
};
void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

class FaultTest : public TranslatedCode, public testing::WithParamInterface<Fault> {};

// As the n-th instruction of a block of eight, first with a good operand, then with a bad one.
TEST_P(FaultTest, LeavesThePswOfItsInstruction) {
  const Fault& fault = GetParam();
  both([](Guest& guest) {
    guest.enable_translation();
    guest.put_word(0xE004, 1);  // segment 1 is invalid
    guest.invalidate_page(3);
    guest.map_page(8, 0x200000);
    guest.set_key_of(0x2000, 0x20);
    guest.set_key_of(0x900, 0x10);
    guest.set_key_of(0x400, 0x10);
    guest.put_doubleword(0x900, 0x0000'0000'0000'001C);
    guest.put_doubleword(0x910, 0);
  });
  const u64 psw = ec_psw(0) | kDat | kKey1 | kProblem;
  for (u32 position = 0; position < 8; ++position) {
    SCOPED_TRACE(position);
    std::string program;
    for (u32 n = 0; n < 8; ++n) program += n == position ? fault.hex : "41110001";  // LA 1,1(1)
    put(0x400, program + "47F00420");
    put(0x420, "47F00420");
    for (const u32 operand : {fault.good, fault.good, fault.bad}) {
      both([&](Guest& guest) {
        guest.set_gr(0, {0, 0, 0, 0, 0, 1});
        guest.gr(15) = operand;
      });
      const u64 entries = counters().entries;
      run(20, 0x400, psw);
      EXPECT_GT(counters().entries, entries);
    }
    EXPECT_TRUE(translated.waits_at(kProgramNew));
    EXPECT_EQ(translated.gr(1), position);
    EXPECT_EQ(translated.program_identification(), 0x40000 | fault.code);
    const u32 address = 0x400 + 4 * position + (fault.is_nullifying ? 0 : 4);
    EXPECT_EQ(translated.doubleword(kProgramOld), psw | address);
  }
}

INSTANTIATE_TEST_SUITE_P(, FaultTest,
                         testing::Values(Fault{"AddressingOfL", "5820F000", 0x05, false, 0x900, 0x8000},
                                         Fault{"ProtectionOfSt", "5010F000", 0x04, false, 0x900, 0x2000},
                                         Fault{"ProtectionOfStm", "9014F000", 0x04, false, 0x900, 0x2000},
                                         Fault{"PageOfL", "5820F000", 0x11, true, 0x900, 0x3000},
                                         Fault{"PageOfLm", "9823F000", 0x11, true, 0x900, 0x3000},
                                         Fault{"PageOfTm", "9100F000", 0x11, true, 0x900, 0x3000},
                                         Fault{"PageOfStd", "6000F000", 0x11, true, 0x900, 0x3000},
                                         Fault{"SegmentOfLh", "4820F000", 0x10, true, 0x900, 0x10000},
                                         Fault{"DivideOfD", "5D40F000", 0x09, false, 0x904, 0x910},
                                         Fault{"DataOfCvb", "4F20F000", 0x07, false, 0x900, 0x910}),
                         [](const auto& fault) { return std::string(fault.param.name); });

// ---- PER ----

TEST_F(TranslatedCode, PerSwitchedOnByLpswReportsTheNextInstruction) {
  put(0x400, "41110001 82000500");           // LA 1,1(1); LPSW 500
  put(0x410, "41220001 41330001 47F00400");  // LA 2,1(2); LA 3,1(3); B 400
  both([](Guest& guest) {
    guest.put_doubleword(0x500, ec_psw(0x410));
    guest.set_cr(9, 0x40000000);  // instruction fetching
    guest.set_cr(10, 0);
    guest.set_cr(11, 0xFFFFFF);
  });
  run(50);
  EXPECT_EQ(translated.gr(1), 10u);
  both([](Guest& guest) { guest.put_doubleword(0x500, ec_psw(0x410) | kPer); });
  run(5);
  EXPECT_EQ(translated.gr(2), 11u) << "one instruction, then the interruption";
  EXPECT_EQ(translated.gr(3), 10u);
  EXPECT_TRUE(translated.waits_at(kProgramNew));
  EXPECT_EQ(translated.word(140), 0x40080u);
  EXPECT_EQ(translated.byte(150), 0x40) << "an instruction-fetching event";
  EXPECT_EQ(translated.word(152), 0x410u);
  both([](Guest& guest) { guest.put_doubleword(0x500, ec_psw(0x410)); });
  run(50);
  EXPECT_EQ(translated.gr(1), 21u) << "off again";
}

TEST_F(TranslatedCode, PerSwitchedOnByLctlReportsTheNextInstruction) {
  put(0x400, "41110001 B7990600 41220001 47F00400");  // LA 1,1(1); LCTL 9,9,600; LA 2,1(2); B 400
  both([](Guest& guest) { guest.set_cr(11, 0xFFFFFF); });
  run(40, 0x400, ec_psw(0) | kPer);
  EXPECT_EQ(translated.gr(2), 10u);
  put(0x600, "40000000");
  go_on(10);
  EXPECT_EQ(translated.gr(2), 11u);
  EXPECT_TRUE(translated.waits_at(kProgramNew));
  EXPECT_EQ(translated.word(152), 0x408u);
}

TEST_F(TranslatedCode, AStoreIsReportedOncePerWatchesItsBlock) {
  put(0x400, "50100900 82000500");  // ST 1,900; LPSW 500
  both([](Guest& guest) {
    guest.put_doubleword(0x500, ec_psw(0x400));
    guest.set_cr(9, 0x20000000);  // storage alteration
    guest.set_cr(10, 0x900);
    guest.set_cr(11, 0x903);
  });
  run(50);
  both([](Guest& guest) { guest.put_doubleword(0x500, ec_psw(0x400) | kPer); });
  go_on(4);
  EXPECT_TRUE(translated.waits_at(kProgramNew));
  EXPECT_EQ(translated.byte(150), 0x20) << "a storage-alteration event";
}

// ---- From one 2K block into the next ----

class CrossingTest : public TranslatedCode {
 protected:
  CrossingTest() {
    put(0x7F8,
        "41110001"    // LA   1,1(1)
        "1A21"        // AR   2,1
        "5A300600"    // A    3,600, of which the second half is in the next block
        "464007F8"    // BCT  4,7F8
        "47F00806");  // B    806
    put(0x600, "00000005");
  }
  void begin() {
    both([](Guest& guest) { guest.set_gr(1, {0, 0, 0, 50}); });
  }
};

TEST_F(CrossingTest, ALoopAcrossTheBoundaryDoesWhatItMust) {
  begin();
  run(201, 0x7F8);
  EXPECT_EQ(translated.gr(2), 1275u);
  EXPECT_EQ(translated.gr(3), 250u);
}

TEST_F(CrossingTest, BudgetsCutOnBothSides) {
  begin();
  run(201, 0x7F8);
  for (u64 budget = 0; budget <= 12; ++budget) {
    SCOPED_TRACE(budget);
    begin();
    run(budget, 0x7F8);
    go_on(3);
  }
}

TEST_F(CrossingTest, TheSecondBlockMayBeProtected) {
  both([](Guest& guest) {
    guest.set_key_of(0x400, 0x10);
    guest.set_key_of(0x800, 0x10);
  });
  begin();
  run(150, 0x7F8, ec_psw(0) | kKey1);
  both([](Guest& guest) { guest.set_key_of(0x800, 0x28); });
  begin();
  run(20, 0x7F8, ec_psw(0) | kKey1);
  EXPECT_EQ(translated.gr(1), 1u);
  EXPECT_EQ(translated.gr(3), 0u);
  EXPECT_TRUE(translated.waits_at(kProgramNew));
}

TEST_F(CrossingTest, AStoreIntoTheSecondHalfIsNoticed) {
  begin();
  run(201, 0x7F8);
  put(0x800, "0604");  // A 3,604
  put(0x604, "00000007");
  begin();
  run(201, 0x7F8);
  EXPECT_EQ(translated.gr(3), 350u);
}

// ---- Exchanging PSWs ----

// A loop of SUPERVISOR CALL, whose condition code is left for later, and a handler that returns from it.
class ExchangeTest : public TranslatedCode {
 protected:
  ExchangeTest() {
    put(0x1000,
        "1A34"                // AR   3,4
        "0A5C"                // SVC  5C
        "47F0C000");          // B    0(12)
    put(0x1800, "82000020");  // LPSW 20
    set_new_psw(ec_psw(0x1800) | kCc2);
    both([](Guest& guest) {
      guest.set_gr(3, {0xFFFFFFF8, 1});
      guest.gr(12) = 0x1000;
    });
  }
  void set_new_psw(u64 psw) {
    both([&](Guest& guest) { guest.put_doubleword(kSvcNew, psw); });
  }
  // Of 40 instructions, which are ten rounds.
  u64 called_by(u64 psw, u32 address = 0x1000) {
    const u64 before = counters().whole_calls;
    run(40, address, psw);
    return counters().whole_calls - before;
  }

  static constexpr u64 kCc2 = u64{2} << 44, kMaskOfEc = u64{0xA} << 40, kMaskOfBc = u64{0xA} << 24;
  static constexpr u64 kOnceEach = 4;  // each PSW, when it is not known yet
};

TEST_F(ExchangeTest, StoresAndLoadsAllFieldsOfBothModes) {
  const u64 ec = ec_psw(0), bc = bc_psw(0);
  for (const u64 psw : {ec, ec | psw_key(0xA), ec | kProblem | kMaskOfEc, ec | kExternal | kIo, bc, bc | psw_key(0xA),
                        bc | kProblem | kMaskOfBc, bc | 0xFE00'0000'0000'0000}) {
    SCOPED_TRACE(fmt::format("{:016X}", psw));
    EXPECT_LE(called_by(psw), kOnceEach);
    EXPECT_EQ(called_by(psw), 0u);
  }
}

TEST_F(ExchangeTest, LeadsToHandlersOfBothModes) {
  for (const u64 psw : {bc_psw(0x1800), ec_psw(0x1800), bc_psw(0x1800) | psw_key(3) | kMaskOfBc}) {
    SCOPED_TRACE(fmt::format("{:016X}", psw));
    set_new_psw(psw);
    called_by(ec_psw(0));
    EXPECT_EQ(called_by(ec_psw(0)), 0u);
  }
}

TEST_F(ExchangeTest, TakesConditionCodesOfAllKinds) {
  for (const char* instruction : {"1534", "1934", "1E34", "1F34", "1434", "1834", "1B34"}) {  // CLR CR ALR SLR NR LR SR
    SCOPED_TRACE(instruction);
    put(0x1000, instruction);
    called_by(ec_psw(0));
    EXPECT_EQ(called_by(ec_psw(0)), 0u);
  }
}

TEST_F(ExchangeTest, UsesThePrefix) {
  both([](Guest& guest) {
    guest.put_doubleword(0x4000 + kSvcNew, ec_psw(0x1800));
    guest.set_prefix(0x4000);
  });
  called_by(ec_psw(0));
  EXPECT_EQ(called_by(ec_psw(0)), 0u);
  EXPECT_EQ(translated.doubleword(0x4000 + kSvcOld) & kAddressMask, 0x1004u);
}

TEST_F(ExchangeTest, RecordsReferenceAndChange) {
  called_by(ec_psw(0));
  both([](Guest& guest) { guest.set_key_of(0, 0); });
  EXPECT_EQ(called_by(ec_psw(0)), 2u) << "and LPSW looks up its operand anew";
  EXPECT_EQ(translated.key_of(0), storage_key::kReference | storage_key::kChange);
}

// The SVC's old PSW is stored over the second instruction of a program at 20, which is executed first.
TEST_F(ExchangeTest, IsNoticedWhereItStoresIntoCode) {
  put(0x20, "1844 1855 47F0C000 0000");  // LR 4,4; LR 5,5; B 0(12)
  run(43, 0x20);
  put(0x20, "1844 1855 47F0C000 0000");
  run(43, 0x20);
  EXPECT_EQ(translated.gr(3), 0xFFFFFFF8u + 20);
}

TEST_F(ExchangeTest, TakesWhatIsPendingWhenThePswAllowsIt) {
  called_by(ec_psw(0));
  both([](Guest& guest) {
    guest.set_cr(0, 0xE0);
    guest.put_doubleword(kExternalNew, ec_psw(0x1800) | kWait);
    guest.cpu().request_external(Cpu::kInterruptKey);
  });
  run(40, 0x1004, ec_psw(0) | kExternal);
  EXPECT_EQ(translated.halfword(134), 0x0040u);
}

TEST_F(ExchangeTest, RefusesWhatLoadPswMayNotDo) {
  set_new_psw(ec_psw(0x1800) | kProblem);
  called_by(ec_psw(0));
  EXPECT_TRUE(translated.waits_at(kProgramNew)) << "privileged operation";
  set_new_psw(ec_psw(0x1800));
  put(0x1800, "82000024");
  called_by(ec_psw(0));
  EXPECT_TRUE(translated.waits_at(kProgramNew)) << "specification";
}

TEST_F(ExchangeTest, AnInterceptorSeesEachSupervisorCall) {
  struct Counter final : Interceptor {
    bool intercept(Cpu&, const Interruption&) override { return ++calls, false; }
    u64 calls = 0;
  } counter;
  called_by(ec_psw(0));
  translated.cpu().interceptor = &counter;
  called_by(ec_psw(0));
  EXPECT_EQ(counter.calls, 10u);
}

}  // namespace
}  // namespace replica
