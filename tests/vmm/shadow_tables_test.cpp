// What shadow tables remember is forgotten when it must be: one test for each reason, at every assist level, on every engine,
// and with less real storage than there is virtual. Each fails when what it names is taken out. And nothing is forgotten that
// need not be.
#include "tests/vmm/shadow_tables_fixture.h"

namespace replica::vmm {
namespace {

constexpr u16 kOperation = 0x0001, kProtection = 0x0004, kAddressing = 0x0005, kPageTranslation = 0x0011;

INSTANTIATE_TEST_SUITE_P(All, ShadowTablesTest, testing::ValuesIn(all_ways()),
                         [](const auto& test) { return std::string(test.param.name); });

// ---- The guest's tables ----

TEST_P(ShadowTablesTest, PurgeTlb) {
  guest.cpu().gr[7] = kB >> 8;
  guest.cpu().gr[9] = page_entry(0, 8);
  // L; STH: the data page is kB; PTLB; L
  EXPECT_EQ(run("5810 8000  4070 9000  B20D 0000  5820 8000"), 0);
  EXPECT_EQ(gr(1), 0xAAAAAAAA);
  EXPECT_EQ(gr(2), 0xBBBBBBBB);
}

TEST_P(ShadowTablesTest, InvalidatePageTableEntry) {
  guest.cpu().gr[10] = page_table(0);
  EXPECT_EQ(run("5810 8000  B221 00A8  5820 8000"), kPageTranslation);
  EXPECT_EQ(gr(1), 0xAAAAAAAA);
}

// What the virtual CPU itself has fetched of the guest's storage: the operand of an LCTL.
TEST_P(ShadowTablesTest, PurgeTlbForSimulatedInstructions) {
  guest.cpu().gr[7] = kB >> 8;
  guest.cpu().gr[9] = page_entry(0, 8);
  EXPECT_EQ(run("B733 8000  4070 9000  B20D 0000  B744 8000"), 0);
  EXPECT_EQ(guest.cpu().cr[3], 0xAAAAAAAA);
  EXPECT_EQ(guest.cpu().cr[4], 0xBBBBBBBB);
}

TEST_P(ShadowTablesTest, SegmentTableDesignation) {
  put_word(guest, kOperands, segment_table(1));
  put_word(guest, kOperands + 4, segment_table(0));
  EXPECT_EQ(run("5810 8000  B711 B000  5820 8000  B711 B004  5830 8000"), 0);
  EXPECT_EQ(gr(1), 0xAAAAAAAA);
  EXPECT_EQ(gr(2), 0xBBBBBBBB);
  EXPECT_EQ(gr(3), 0xAAAAAAAA);
}

// With pages of 2K, the program is on pages 2 and 3, the end in page 0, and the data on page 16.
TEST_P(ShadowTablesTest, TranslationFormat) {
  put_word(guest, kOperands, kFormat2K);
  put_half(guest, page_entry(0, 2), kProgram >> 8);
  put_half(guest, page_entry(0, 16), kB >> 8);
  EXPECT_EQ(run("5810 8000  B700 B000  5820 8000"), 0);
  EXPECT_EQ(gr(1), 0xAAAAAAAA);
  EXPECT_EQ(gr(2), 0xBBBBBBBB);
}

TEST_P(ShadowTablesTest, TranslationOnAndOff) {
  // L; STOSM; L; STNSM; L
  EXPECT_EQ(run("5810 8000  AD04 B0F0  5820 8000  ACFB B0F0  5830 8000", 0), 0);
  EXPECT_EQ(gr(1), 0x88888888);
  EXPECT_EQ(gr(2), 0xAAAAAAAA);
  EXPECT_EQ(gr(3), 0x88888888);
}

TEST_P(ShadowTablesTest, Prefix) {
  put_word(guest, 0x200, 0x00000000);
  put_word(guest, 0x5200, 0x55555555);
  put_word(guest, kOperands, 0x5000);
  for (const u32 psw : {0u, kDat}) {
    EXPECT_EQ(run("5810 0200  B210 B000  5820 0200", psw), 0);
    EXPECT_EQ(gr(1), 0x00000000);
    EXPECT_EQ(gr(2), 0x55555555);
    guest.cpu().prefix = 0;
  }
}

// The tables change while the machine is stopped, and what runs then loads the same control registers.
TEST_P(ShadowTablesTest, InitialProgramLoad) {
  ASSERT_TRUE(guest.channels().attach(0x00C, std::make_unique<Loader>()));
  EXPECT_EQ(run("5810 8000  B733 8000"), 0);
  EXPECT_EQ(gr(1), 0xAAAAAAAA);
  put_half(guest, page_entry(0, 8), kB >> 8);
  put_word(guest, kOperands, kFormat4K);
  put_word(guest, kOperands + 4, segment_table(0));
  put_program(guest, "B701 B000  AD04 B0F0  5820 8000  B744 8000");
  ASSERT_TRUE(system.monitor->load(guest, 0x00C, false));
  system.run();
  EXPECT_EQ(end(guest), 0);
  EXPECT_EQ(gr(2), 0xBBBBBBBB);
  EXPECT_EQ(guest.cpu().cr[4], 0xBBBBBBBB);
}

TEST_P(ShadowTablesTest, SystemReset) {
  EXPECT_EQ(run("5810 8000"), 0);
  system.monitor->system_reset(guest, false);
  put_half(guest, page_entry(0, 8), kB >> 8);
  EXPECT_EQ(run("5820 8000"), 0);
  EXPECT_EQ(gr(2), 0xBBBBBBBB);
}

// ---- Protection ----

TEST_P(ShadowTablesTest, LowAddressProtection) {
  put_word(guest, kOperands, kFormat4K | kLowAddressProtection);
  for (const u32 psw : {0u, kDat}) EXPECT_EQ(run("5010 0100  B700 B000  5010 0100", psw), kProtection);
}

TEST_P(ShadowTablesTest, KeyOfThePswBySpka) {
  guest.storage().set_key(kA >> kBlockShift, 0x10);
  EXPECT_EQ(run("B20A 0010  5010 8000  B20A 0020  5010 8000"), kProtection);
}

TEST_P(ShadowTablesTest, KeyOfThePswByLpsw) {
  guest.storage().set_key(kA >> kBlockShift, 0x10);
  put_word(guest, kOperands, 0x04280000);  // key 2, DAT on
  put_word(guest, kOperands + 4, kProgram + 12);
  EXPECT_EQ(run("B20A 0010  5010 8000  8200 B000  5010 8000"), kProtection);
}

// The new key differs in the access-control bits alone.
TEST_P(ShadowTablesTest, KeyOfStorage) {
  guest.cpu().gr[6] = 0x26;
  for (const std::string_view set_key : {"0865", "B22B 0065"}) {
    guest.storage().set_key(kA >> kBlockShift, 0x10);
    EXPECT_EQ(run("B20A 0010  5010 8000 " + std::string(set_key) + " 5010 8000"), kProtection) << set_key;
  }
}

// The new key differs in nothing but that bit.
TEST_P(ShadowTablesTest, FetchProtection) {
  guest.storage().set_key(kA >> kBlockShift, 0x20);
  guest.cpu().gr[6] = 0x2C;
  EXPECT_EQ(run("B20A 0010  5810 8000  0865  5820 8000"), kProtection);
}

// After RRB, the next fetch turns the reference bit on again, which the next RRB tells in its condition code.
TEST_P(ShadowTablesTest, ReferenceBit) {
  for (const std::string_view reset : {"B213 5000", "B22A 0005"}) {
    guest.storage().set_key(kA >> kBlockShift, 0);
    EXPECT_EQ(run("5810 8000 " + std::string(reset) + " 5810 8000 " + std::string(reset) + " 0540"), 0) << reset;
    EXPECT_EQ(gr(4) >> 28 & 3, 2u) << reset;
  }
}

// The same of a store and the change bit, which SSK turns off and ISK tells.
TEST_P(ShadowTablesTest, ChangeBit) {
  guest.cpu().gr[6] = 0x00;
  EXPECT_EQ(run("5010 8000  0865  5010 8000  0945"), 0);
  EXPECT_EQ(gr(4) & 0xFF, 0x06u);
}

// ---- Pages ----

// Another machine takes all frames for itself, and leaves its own bytes in them.
void take_all_frames(VirtualMachine& other) {
  for (u32 page = 0; page < other.storage().size() >> kPageShift; ++page) {
    u8* bytes = other.storage().at(page << kPageShift);
    other.storage().record_store(page << kPageShift, kBlockSize);
    other.storage().record_store((page << kPageShift) + kBlockSize, kBlockSize);
    std::fill_n(bytes, kPageSize, u8{0xEE});
  }
}

class StolenPages : public ShadowTablesTest {};
INSTANTIATE_TEST_SUITE_P(All, StolenPages, testing::ValuesIn(small_ways()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(StolenPages, AreAskedForAgain) {
  VirtualMachine& other = system.add("OTHER", 512 * 1024);
  EXPECT_EQ(run("5810 8000"), 0);
  EXPECT_EQ(gr(1), 0xAAAAAAAA);
  take_all_frames(other);
  EXPECT_FALSE(guest.storage().is_resident(kA >> kPageShift));
  EXPECT_EQ(run("5820 8000  5010 8000"), 0);
  EXPECT_EQ(gr(2), 0xAAAAAAAA);
  for (u32 address = 0; address < other.storage().size(); address += kPageSize)
    ASSERT_EQ(load_be32(other.storage().at(address)), 0xEEEEEEEEu);
}

// What the virtual CPU keeps while nothing is taken away is forgotten when that begins.
TEST_P(StolenPages, AreAskedForAgainBySimulatedInstructions) {
  EXPECT_EQ(run("B733 8000"), 0);
  EXPECT_EQ(guest.cpu().cr[3], 0xAAAAAAAA);
  take_all_frames(system.add("OTHER", 512 * 1024));
  EXPECT_EQ(run("B744 8000"), 0);
  EXPECT_EQ(guest.cpu().cr[4], 0xAAAAAAAA);
}

// Both machines run programs in all of their pages, so that frames with translated code change hands.
TEST_P(StolenPages, TakeTheirTranslatedCodeAlong) {
  VirtualMachine& other = system.add("OTHER", 256 * 1024);
  prepare(other);
  for (unsigned round = 0; round < 3; ++round) {
    for (u32 page = 16; page < 64; ++page) {
      EXPECT_EQ(run(guest, "4110 0AAA", 0, page << kPageShift), 0);
      ASSERT_EQ(guest.cpu().gr[1], 0xAAAu);
    }
    for (u32 page = 16; page < 64; ++page) {
      EXPECT_EQ(run(other, "4110 0BBB", 0, page << kPageShift), 0);
      ASSERT_EQ(other.cpu().gr[1], 0xBBBu);
    }
  }
}

// What is entered first in a block is interpreted; then the access map finds translated code.
constexpr std::string_view kToProgram = "47F0 D000";
constexpr u32 kJump = 0x1200;

// The frame with a program of one machine gets another's, at the same address, from the paging file: nobody stores it.
TEST_P(ShadowTablesTest, TranslatedCodeDoesNotStayInAFrame) {
  constexpr u32 kPage = kProgram >> kPageShift;
  VirtualMachine& other = system.add("OTHER", 64 * 1024);
  prepare(other);
  put_program(other, "4110 0BBB");
  put_program(other, kToProgram, kJump);
  put_program(guest, "4110 0AAA");
  EXPECT_EQ(run(guest, kToProgram, 0, kJump), 0);
  EXPECT_EQ(gr(1), 0xAAAu);
  system.monitor->release_cpu();
  const u32 frame = guest.storage().frame(kPage);
  other.storage().take_away(kPage);
  guest.storage().release(kPage);
  other.storage().bring_in(kPage);
  ASSERT_EQ(other.storage().frame(kPage), frame);
  EXPECT_EQ(run(other, "", 0, kJump), 0);
  EXPECT_EQ(other.cpu().gr[1], 0xBBBu);
}

// A machine whose storage is fixed takes frames at once, however lately they were used, and while all pages may stay.
class TakenFrames : public ShadowTablesTest {};
INSTANTIATE_TEST_SUITE_P(ShadowTables, TakenFrames, testing::ValuesIn(large_ways()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(TakenFrames, AreAskedForAgain) {
  VirtualMachine& other = system.add("OTHER", 64 * 1024);
  EXPECT_EQ(run("5810 8000  B733 8000"), 0);
  EXPECT_EQ(gr(1), 0xAAAAAAAA);
  system.monitor->release_cpu();
  other.storage().fix_in_real_storage();
  EXPECT_FALSE(guest.storage().is_resident(kA >> kPageShift));
  take_all_frames(other);
  EXPECT_EQ(run("5820 8000  B744 8000"), 0);
  EXPECT_EQ(gr(2), 0xAAAAAAAA);
  EXPECT_EQ(guest.cpu().cr[4], 0xAAAAAAAA);
}

// Nobody else takes the frame, which would have told the maps, too, and cleared it: what it held is still there. Nor does one
// CPU bring the page in for the other.
TEST_P(ShadowTablesTest, ReleasedPage) {
  EXPECT_EQ(run("5810 8000"), 0);
  EXPECT_EQ(gr(1), 0xAAAAAAAA);
  system.monitor->release_cpu();
  guest.storage().release(kA >> kPageShift);
  EXPECT_EQ(run("5820 8000"), 0);
  EXPECT_EQ(gr(2), 0u);
}

TEST_P(ShadowTablesTest, ReleasedPageBySimulatedInstructions) {
  EXPECT_EQ(run("B733 8000"), 0);
  EXPECT_EQ(guest.cpu().cr[3], 0xAAAAAAAA);
  system.monitor->release_cpu();
  guest.storage().release(kA >> kPageShift);
  EXPECT_EQ(run("B744 8000"), 0);
  EXPECT_EQ(guest.cpu().cr[4], 0u);
}

void put_waits(VirtualMachine& machine, std::initializer_list<u32> waits) {
  for (const u32 wait : waits) {
    u8 psw[8];
    store_be64(psw, u64{0x000A0000} << 32 | wait);
    VirtualSystem::put(machine, wait, psw);
  }
}

// The second program is the first, which might be what runs again.
TEST_P(ShadowTablesTest, ClearReset) {
  EXPECT_EQ(run("5810 8000", 0), 0);
  EXPECT_EQ(gr(1), 0x88888888);
  system.monitor->system_reset(guest, true);
  put_waits(guest, {kEnd, kProgramNew});
  EXPECT_EQ(run("5810 8000", 0), 0);
  EXPECT_EQ(gr(1), 0u);
}

TEST_P(ShadowTablesTest, ClearResetForSimulatedInstructions) {
  EXPECT_EQ(run("B733 8000", 0), 0);
  EXPECT_EQ(guest.cpu().cr[3], 0x88888888);
  system.monitor->system_reset(guest, true);
  put_waits(guest, {kEnd, kProgramNew});
  EXPECT_EQ(run("B733 8000", 0), 0);
  EXPECT_EQ(guest.cpu().cr[3], 0u);
}

// A locked page keeps its frame, but not its key.
TEST_P(ShadowTablesTest, ClearResetOfALockedPage) {
  guest.storage().lock(kData >> kPageShift);
  guest.storage().set_key(kData >> kBlockShift, 0x10);
  EXPECT_EQ(run("B20A 0010  5010 8000", 0), 0);
  system.monitor->system_reset(guest, true);
  put_waits(guest, {kEnd, kProgramNew});
  EXPECT_EQ(run("5820 8000  B20A 0010  5010 8000", 0), kProtection);
  EXPECT_EQ(gr(2), 0u);
}

// Nor its translated code: zeros are no instruction.
TEST_P(ShadowTablesTest, ClearResetOfALockedProgram) {
  guest.storage().lock(kProgram >> kPageShift);
  put_program(guest, "4110 0AAA");
  EXPECT_EQ(run(guest, kToProgram, 0, kJump), 0);
  EXPECT_EQ(gr(1), 0xAAAu);
  system.monitor->system_reset(guest, true);
  put_waits(guest, {kEnd, kProgramNew});
  EXPECT_EQ(run(guest, kToProgram, 0, kJump), kOperation);
  EXPECT_EQ(gr(1), 0u);
}

TEST_P(ShadowTablesTest, SizeOfStorage) {
  VirtualMachine& machine =
      *system.monitor->create_machine({.name = "SIZED", .storage_bytes = 256 * 1024, .identity = {}}).value();
  prepare(machine);
  put_word(machine, kOperands, 0x30000);
  put_word(machine, 0x30000, 0x33333333);
  EXPECT_EQ(run(machine, "5890 B000  5810 9000  B733 9000", 0), 0);
  EXPECT_EQ(machine.cpu().gr[1], 0x33333333u);
  for (const u32 kilobytes : {128u, 256u}) {
    ASSERT_TRUE(system.monitor->resize(machine, kilobytes * 1024));
    prepare(machine);
    put_word(machine, kOperands, 0x30000);
    EXPECT_EQ(run(machine, "5890 B000  5810 9000  B733 9000", 0), kilobytes == 128 ? kAddressing : 0);
  }
  EXPECT_EQ(machine.cpu().gr[1], 0u);
  EXPECT_EQ(machine.cpu().cr[3], 0u);
}

// ---- Address spaces ----

// Of as many as there can be tables, and one more: each time round, the one that is wanted has just gone. Three kinds of them, so
// that what is left of a table is another space's, however tables are reused.
TEST_P(ShadowTablesTest, MoreAddressSpacesThanTables) {
  constexpr u32 kSpaces = ShadowTables::kMost + 1;
  constexpr u32 kExpected[] = {0xAAAAAAAA, 0xBBBBBBBB, 0x88888888};
  make_space(guest, 2, kData);
  const u64 made = guest.shadow_tables().made();
  for (u32 round = 0; round < 2; ++round) {
    for (u32 space = 0; space < kSpaces; ++space) {
      // The same table at addresses that differ in what does not count for it: the length.
      put_word(guest, kOperands, space << 24 | segment_table(space % 3));
      EXPECT_EQ(run("B711 B000  5810 8000"), 0);
      ASSERT_EQ(gr(1), kExpected[space % 3]);
    }
  }
  EXPECT_GE(guest.shadow_tables().made() - made, 2 * kSpaces - 1);
}

// The real CPU keeps no entry of a table that is gone.
TEST_P(ShadowTablesTest, ATableThatGoesIsEmptied) {
  AccessMaps& maps = system.monitor->real().cpu().maps();
  EXPECT_EQ(run("5810 8000"), 0);
  GuestContext context = guest_context(guest.cpu());
  context.dat = true;
  context.cr0_format = kFormat4K;
  context.cr1 = segment_table(0);
  const AccessContext of_space_0{.cr1 = guest.shadow_tables().find(context).number, .dat = true};
  EXPECT_TRUE(maps.select(of_space_0)->used.any());
  for (u32 n = 0; n < ShadowTables::kMost; ++n) {
    context.cr1 += 0x1000;
    guest.shadow_tables().find(context);
  }
  EXPECT_TRUE(maps.select(of_space_0)->used.none());
}

// Eight address spaces, each entered with two keys, and real addresses in between: see which of them are used.
constexpr u32 kSpaces = 8;
constexpr std::string_view kRound =
    "B711 B000 5A20 8000 5020 8004 B20A 0080 5A20 8000 B20A 0000  B711 B004 5A20 8000 5020 8004 B20A 0080 5A20 8000 "
    "B20A 0000  B711 B008 5A20 8000 5020 8004 B20A 0080 5A20 8000 B20A 0000  B711 B00C 5A20 8000 5020 8004 B20A 0080 "
    "5A20 8000 B20A 0000  B711 B010 5A20 8000 5020 8004 B20A 0080 5A20 8000 B20A 0000  B711 B014 5A20 8000 5020 8004 "
    "B20A 0080 5A20 8000 B20A 0000  B711 B018 5A20 8000 5020 8004 B20A 0080 5A20 8000 B20A 0000  B711 B01C 5A20 8000 "
    "5020 8004 B20A 0080 5A20 8000 B20A 0000  ACFB B0F0 5A20 8000 AD04 B0F0  46C0 D000";
constexpr u64 kInstructionsOfRound = 6 * kSpaces + 4;

void prepare_spaces(VirtualMachine& machine, u32 rounds) {
  const auto put_word = [&](u32 address, u32 value) {
    u8 bytes[4];
    store_be32(bytes, value);
    VirtualSystem::put(machine, address, bytes);
  };
  put_word(0x8000, 100);
  for (u32 space = 0; space < kSpaces; ++space) {
    put_word(0x4000 + 4 * space, 0x2000 + 0x40 * space);
    put_word(0x10000 + space * kPageSize, space + 1);
  }
  machine.cpu().gr[2] = 0;
  machine.cpu().gr[12] = rounds;
}

constexpr u32 kSumOfRound = 2 * (1 + 2 + 3 + 4 + 5 + 6 + 7 + 8) + 100;

TEST_P(ShadowTablesTest, EightAddressSpacesAreFilledOnce) {
  constexpr u32 kRounds = 1000;
  for (u32 space = 0; space < kSpaces; ++space) make_space(guest, space, 0x10000 + space * kPageSize);
  prepare_spaces(guest, kRounds);
  begin(guest, kRound, kDat);
  Cpu& real = system.monitor->real().cpu();
  system.run(real.instructions() + 2 * kInstructionsOfRound);
  const u64 fills = system.monitor->shadow_fills(), evictions = real.maps().evictions();
  const u64 made = guest.shadow_tables().made();
  system.run();
  EXPECT_EQ(end(guest), 0);
  EXPECT_EQ(gr(2), kRounds * kSumOfRound);
  EXPECT_EQ(system.monitor->shadow_fills(), fills);
  EXPECT_EQ(real.maps().evictions(), evictions);
  EXPECT_EQ(guest.cpu().maps().evictions(), 0u);
  EXPECT_EQ(guest.shadow_tables().made(), made);
}

// Three machines have more maps than one CPU has by itself.
TEST_P(ShadowTablesTest, EachMachineKeepsItsAddressSpaces) {
  constexpr u32 kRounds = 15'000;
  VirtualMachine* machines[] = {&guest, &system.add("SECOND", 128 * 1024), &system.add("THIRD", 128 * 1024)};
  for (VirtualMachine* machine : machines) {
    prepare(*machine);
    for (u32 space = 0; space < kSpaces; ++space) make_space(*machine, space, 0x10000 + space * kPageSize);
    prepare_spaces(*machine, kRounds);
    begin(*machine, kRound, kDat);
  }
  Cpu& real = system.monitor->real().cpu();
  system.run(real.instructions() + 600'000);  // each has had its turn
  const u64 fills = system.monitor->shadow_fills();
  system.run();
  for (VirtualMachine* machine : machines) {
    EXPECT_EQ(end(*machine), 0);
    EXPECT_EQ(machine->cpu().gr[2], kRounds * kSumOfRound);
  }
  EXPECT_EQ(system.monitor->shadow_fills(), fills);
  EXPECT_EQ(real.maps().evictions(), 0u);
}

}  // namespace
}  // namespace replica::vmm
