// Directories from their source. What statements mean is from the VM/370 Planning Guide (GC20-1801), "Directory Control
// Statements"; numbers are worked out by hand.
#include "vmm/directory/directory.h"

#include <gmock/gmock.h>

#include "tests/tools/temporary_folder.h"

namespace replica::vmm {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// Of "HELLO".
const std::string kHash = "$y$j75$.2IU7tFskJPwQDGcxq.UQ.$SGK9tqTKXnDA6h6YB2X4K0jX6794KielfngsVYD21R8";

Directory good(const std::string& text) {
  auto directory = parse_directory(text, "d");
  EXPECT_TRUE(directory) << directory.error().message;
  return directory ? std::move(*directory) : Directory();
}

// All errors of a directory that has some.
std::string errors(const std::string& text) {
  const auto directory = parse_directory(text, "d");
  EXPECT_FALSE(directory) << text;
  return directory ? "" : directory.error().message;
}

// The errors of one statement of user A.
std::string errors_of(const std::string& statement) { return errors("USER A NOLOG\n" + statement + "\n"); }

User user_with(const std::string& statements) {
  const Directory directory = good("USER A NOLOG\n" + statements + "\n");
  EXPECT_THAT(directory.users, SizeIs(1));
  return directory.users.empty() ? User() : directory.users[0];
}

// ---- Single statements ----

TEST(UserStatement, HasDefaults) {
  const Directory directory = good("USER CMS1 " + kHash);
  ASSERT_THAT(directory.users, SizeIs(1));
  const User& user = directory.users[0];
  EXPECT_EQ(user.name, "CMS1");
  EXPECT_TRUE(user.password.matches("HELLO"));
  EXPECT_EQ(user.storage, 128u << 10);
  EXPECT_EQ(user.maximum_storage, 1u << 20);
  EXPECT_EQ(user.classes.letters(), "G");
  EXPECT_EQ(user.priority, 64);
  EXPECT_EQ(user.line_end, EditSymbol());
  EXPECT_EQ(user.account, "");
  EXPECT_EQ(user.distribution, "CMS1");
  EXPECT_EQ(user.ipl, "");
  EXPECT_FALSE(user.console);
  EXPECT_EQ(user.place, "d:1");
  EXPECT_THAT(directory.notes, IsEmpty());
}

TEST(UserStatement, HasTenOperands) {
  const User user = good("user maint nolog 512k 16M abcdefg 1 # OFF 7C on").users.at(0);
  EXPECT_EQ(user.name, "MAINT");
  EXPECT_TRUE(user.password.is_none());
  EXPECT_EQ(user.storage, 512u << 10);
  EXPECT_EQ(user.maximum_storage, 16u << 20);
  EXPECT_EQ(user.classes.letters(), "ABCDEFG");
  EXPECT_EQ(user.priority, 1);
  EXPECT_EQ(user.line_end, (EditSymbol{EditSymbol::Kind::own, '#'}));
  EXPECT_EQ(user.line_delete, EditSymbol{EditSymbol::Kind::off});
  EXPECT_EQ(user.character_delete, (EditSymbol{EditSymbol::Kind::own, '@'}));  // EBCDIC 7C
  EXPECT_EQ(user.escape, EditSymbol{EditSymbol::Kind::system});
}

TEST(UserStatement, RaisesTheMaximumToTheStorage) {
  EXPECT_EQ(good("USER A NOLOG 4M").users.at(0).maximum_storage, 4u << 20);
  EXPECT_EQ(errors("USER A NOLOG 2M 1M"),
            "d:1: USER: found 1024K as maximum storage, expected at least the storage, 2048K");
}

TEST(UserStatement, TellsWhatIsWrong) {
  EXPECT_EQ(errors("USER"), "d:1: USER: found nothing behind the last word, expected the user's name");
  EXPECT_EQ(errors("USER ABCDEFGHI NOLOG"),
            "d:1: USER: the user's name: found 'ABCDEFGHI', expected 1 to 8 letters, digits or $#@_-");
  EXPECT_EQ(errors("USER A"), "d:1: USER: found nothing behind the last word, expected a password or NOLOG");
  EXPECT_EQ(errors("USER A NOLOG 4K"),
            "d:1: USER: storage: found '4K', expected storage from 8K to 16M, a multiple of 4K");
  EXPECT_EQ(errors("USER A NOLOG 1M 17M"),
            "d:1: USER: maximum storage: found '17M', expected storage from 8K to 16M, a multiple of 4K");
  EXPECT_EQ(errors("USER A NOLOG 1M 1M GI"), "d:1: USER: privilege classes: found 'GI', expected letters from A to H");
  EXPECT_EQ(errors("USER A NOLOG 1M 1M G 100"), "d:1: USER: priority: found '100', expected a number from 1 to 99");
  EXPECT_THAT(errors("USER A NOLOG 1M 1M G 1 XY"),
              HasSubstr("d:1: USER: line end: found 'XY', expected ON, OFF, a char"));
  EXPECT_THAT(errors("USER A NOLOG 1M 1M G 1 00"), HasSubstr("line end"));
}

TEST(UserStatement, MayNotHaveANameOfCp) {
  for (const char* name : {"AUTOLOG", "system", "ALL"}) {
    EXPECT_THAT(errors(std::string("USER ") + name + " NOLOG"), HasSubstr("which is reserved for CP"));
  }
  EXPECT_EQ(good("USER AUTOLOG1 NOLOG").users.size(), 1u);
}

TEST(UserStatement, HasEachNameOnce) {
  EXPECT_EQ(errors("USER A NOLOG\nUSER B NOLOG\nUSER a NOLOG\n"),
            "d:3: USER: user A is there already, by d:1, expected each name once");
}

TEST(AccountStatement, GivesNumberAndDistribution) {
  EXPECT_EQ(user_with("ACCOUNT 101").account, "101");
  EXPECT_EQ(user_with("ACCOUNT 101").distribution, "A");
  EXPECT_EQ(user_with("a act/1 bin-2").distribution, "BIN-2");
  EXPECT_THAT(errors_of("ACCOUNT 1\nACCOUNT 2"), HasSubstr("d:3: ACCOUNT: user A has one already, by d:2"));
  EXPECT_THAT(errors_of("ACCOUNT 123456789"), HasSubstr("the account number"));
}

TEST(OptionStatement, SetsOptionsInAnyOrder) {
  const UserOptions none = user_with("").options;
  EXPECT_FALSE(none.real_timer || none.extended_control || none.self_modifying_isam || none.virtual_is_real ||
               none.svc_by_cp || none.block_multiplexer || none.cpu_id);
  const UserOptions some = user_with("OPTION BMX ECMODE REALTIMER\noption cpuid 1a2b").options;
  EXPECT_TRUE(some.real_timer && some.extended_control && some.block_multiplexer);
  EXPECT_FALSE(some.self_modifying_isam || some.virtual_is_real);
  EXPECT_EQ(some.cpu_id, 0x1A2Bu);
  const UserOptions short_ones = user_with("O R E I V S").options;
  EXPECT_TRUE(short_ones.real_timer && short_ones.extended_control && short_ones.self_modifying_isam &&
              short_ones.virtual_is_real && short_ones.svc_by_cp);
}

TEST(OptionStatement, TakesNoteOfWhatHasNoEffect) {
  const Directory directory = good("USER A NOLOG\nOPTION ACCT AFFINITY 01 VMSAVE STFIRST ECMODE");
  EXPECT_TRUE(directory.users[0].options.accounting);
  EXPECT_EQ(directory.users[0].options.affinity, 1);
  EXPECT_THAT(directory.notes, ElementsAre("d:2: OPTION AFFINITY has no effect: there is one processor",
                                           "d:2: OPTION VMSAVE has no effect", "d:2: OPTION STFIRST has no effect"));
}

TEST(OptionStatement, TellsWhatIsWrong) {
  EXPECT_THAT(errors_of("OPTION"), HasSubstr("d:2: OPTION: found nothing behind the last word, expected an option"));
  EXPECT_THAT(errors_of("OPTION FAST"), HasSubstr("d:2: OPTION: found 'FAST', expected REALTIMER"));
  EXPECT_THAT(errors_of("OPTION CPUID"), HasSubstr("expected 6 hexadecimal digits"));
  EXPECT_THAT(errors_of("OPTION CPUID 1234567"), HasSubstr("found '1234567', expected 1 to 6 hexadecimal digits"));
  EXPECT_THAT(errors_of("OPTION CPUID -1"), HasSubstr("found '-1'"));
  EXPECT_THAT(errors_of("OPTION AFFINITY X"), HasSubstr("AFFINITY: found 'X'"));
}

TEST(IplStatement, NamesASystemOrADevice) {
  EXPECT_EQ(user_with("IPL cms").ipl, "CMS");
  EXPECT_EQ(user_with("I 190").ipl, "190");
  EXPECT_THAT(errors_of("IPL A\nIPL B"), HasSubstr("d:3: IPL: user A has one already, by d:2"));
  EXPECT_THAT(errors_of("IPL"), HasSubstr("d:2: IPL: found nothing"));
}

TEST(ConsoleStatement, DefinesOneConsole) {
  const User user = user_with("CONSOLE 009 3215");
  ASSERT_TRUE(user.console);
  EXPECT_EQ(user.console->address, 9);
  EXPECT_EQ(user.console->type, "3215");
  EXPECT_EQ(user.console->spool_class, 'T');
  EXPECT_EQ(user_with("c 01F 3210 a").console->spool_class, 'A');
  EXPECT_THAT(errors_of("CONSOLE 009 3270"), HasSubstr("expected 1052, 3210 or 3215; displays are SPECIAL devices"));
  EXPECT_THAT(errors_of("CONSOLE 009 3215 *"), HasSubstr("found the spool class '*'"));
  EXPECT_THAT(errors_of("CONSOLE 009 3215\nCONSOLE 01F 3215"),
              HasSubstr("d:3: CONSOLE: user A has one already, by d:2"));
}

TEST(SpoolStatement, DefinesUnitRecordDevices) {
  using Kind = SpoolDevice::Kind;
  const User user = user_with(
      "SPOOL 00C 2540 READER\nSPOOL 00D 2540 PUNCH B\ns e 1403\nSPOOL 01C 3505 A\nSPOOL 01D 3525\nSPOOL 01E 1443\n"
      "SPOOL 01F 3211\nSPOOL 020 3203\nSPOOL 021 2501");
  ASSERT_THAT(user.spool_devices, SizeIs(9));
  std::string kinds;
  for (const SpoolDevice& device : user.spool_devices) {
    kinds += device.kind == Kind::reader ? 'r' : device.kind == Kind::punch ? 'u' : 'p';
    kinds += device.spool_class;
  }
  EXPECT_EQ(kinds, "r*uBpArAuApApApAr*");
  EXPECT_EQ(user.spool_devices[0].address, 0xC);
  EXPECT_EQ(user.spool_devices[0].type, "2540");
  EXPECT_EQ(user.spool_devices[2].place, "d:4");
}

TEST(SpoolStatement, TellsWhatIsWrong) {
  EXPECT_THAT(errors_of("SPOOL 00C 2540"),
              HasSubstr("d:2: SPOOL: found nothing behind the last word, expected READER or"));
  EXPECT_THAT(errors_of("SPOOL 00C 2540 A"), HasSubstr("found 'A' behind 2540, expected READER or PUNCH"));
  EXPECT_THAT(errors_of("SPOOL 00C 1404"), HasSubstr("found the device type '1404', expected 2540, 2501, 3505"));
  EXPECT_THAT(errors_of("SPOOL 00E 1403 *"), HasSubstr("found the spool class '*', expected a letter or a digit"));
  EXPECT_THAT(errors_of("SPOOL 00E 1403 AB"), HasSubstr("found the spool class 'AB'"));
}

TEST(MdiskStatement, IsAnExtentOfAVolume) {
  const User user = user_with("MDISK 191 3330 100 20 vmpk01");
  ASSERT_THAT(user.minidisks, SizeIs(1));
  const Minidisk& disk = user.minidisks[0];
  EXPECT_EQ(disk.kind, Minidisk::Kind::extent);
  EXPECT_EQ(disk.address, 0x191);
  EXPECT_EQ(disk.type, "3330");
  EXPECT_EQ(disk.first_cylinder, 100u);
  EXPECT_EQ(disk.cylinders, 20u);
  EXPECT_EQ(disk.volume, "VMPK01");
  EXPECT_EQ(disk.mode, LinkMode::W);
  EXPECT_FALSE(disk.reserve_release);
  EXPECT_TRUE(disk.read.is_none() && disk.write.is_none() && disk.multiple.is_none());
  EXPECT_EQ(user.find_minidisk(0x191), &disk);
  EXPECT_EQ(user.find_minidisk(0x192), nullptr);
}

TEST(MdiskStatement, HasAModeAndThreePasswords) {
  const User user = user_with("MDISK 191 3350 0 5 VOL1 mrv ALL " + kHash + " " + kHash);
  const Minidisk& disk = user.minidisks.at(0);
  EXPECT_EQ(disk.mode, LinkMode::MR);
  EXPECT_TRUE(disk.reserve_release);
  EXPECT_TRUE(disk.password(LinkAccess::read).is_all());
  EXPECT_TRUE(disk.password(LinkAccess::write).matches("HELLO"));
  EXPECT_EQ(disk.password(LinkAccess::multiple).hash(), kHash);
}

TEST(MdiskStatement, MayBeAWholeVolumeByItsAddress) {
  const Minidisk disk = user_with("MDISK 250 3350 DEVNO 25A MW ALL").minidisks.at(0);
  EXPECT_EQ(disk.kind, Minidisk::Kind::whole);
  EXPECT_EQ(disk.real_address, 0x25A);
  EXPECT_EQ(disk.mode, LinkMode::MW);
  EXPECT_TRUE(disk.read.is_all());
  EXPECT_TRUE(disk.write.is_none());
}

TEST(MdiskStatement, MayBeTemporary) {
  const Minidisk disk = user_with("MDISK 192 3330 T-DISK 7").minidisks.at(0);
  EXPECT_EQ(disk.kind, Minidisk::Kind::temporary);
  EXPECT_EQ(disk.cylinders, 7u);
  EXPECT_THAT(errors_of("MDISK 192 3330 T-DISK 7 MR PASS"), AllOf(HasSubstr("found more"), Not(HasSubstr("PASS"))));
}

// The sizes of the manual's table, and of later drives by their own manuals.
TEST(MdiskStatement, IsInsideOfItsDeviceType) {
  const struct {
    const char* type;
    u32 cylinders;
  } kTypes[] = {{"2314", 203},    {"2319", 203},    {"3330", 808},  {"3330-1", 404}, {"3330-11", 808},
                {"3340", 696},    {"3340-35", 348}, {"3350", 555},  {"2305", 96},    {"2305-1", 48},
                {"3340-70", 696}, {"3375", 959},    {"3380", 2655}, {"3380-E", 1770}};
  for (const auto& [type, cylinders] : kTypes) {
    const auto statement = [&](u32 first, u32 count) {
      return fmt::format("MDISK 191 {} {} {} V", type, first, count);
    };
    EXPECT_EQ(user_with(statement(0, cylinders)).minidisks.at(0).cylinders, cylinders) << type;
    EXPECT_EQ(user_with(statement(cylinders - 1, 1)).minidisks.at(0).first_cylinder, cylinders - 1) << type;
    EXPECT_THAT(
        errors_of(statement(1, cylinders)),
        HasSubstr(fmt::format("found cylinders 1 to {}, expected cylinders 0 to {}", cylinders, cylinders - 1)));
    EXPECT_THAT(errors_of(statement(cylinders, 1)), HasSubstr("the first cylinder")) << type;
  }
}

TEST(MdiskStatement, TellsWhatIsWrong) {
  EXPECT_THAT(errors_of("MDISK 1FFF 3330 1 1 V"), HasSubstr("the virtual address: found '1FFF'"));
  EXPECT_THAT(errors_of("MDISK 191 3390 1 1 V"), HasSubstr("found the device type '3390', expected 2305, 2314"));
  EXPECT_THAT(errors_of("MDISK 191 3330-9 1 1 V"), HasSubstr("found the device type '3330-9'"));
  EXPECT_THAT(errors_of("MDISK 191 3370 1 1 V"), HasSubstr("a device of fixed blocks"));
  EXPECT_THAT(errors_of("MDISK 191 3344 1 1 V"), HasSubstr("expected the drive that it is like: 3340"));
  EXPECT_THAT(errors_of("MDISK 191 2311 TOP 1 1 V"), HasSubstr("found the device type 2311"));
  EXPECT_THAT(errors_of("MDISK 191 3330 1 0 V"), HasSubstr("the number of cylinders: found '0'"));
  EXPECT_THAT(errors_of("MDISK 191 3330 1 1"), HasSubstr("expected the volume serial number"));
  EXPECT_THAT(errors_of("MDISK 191 3330 1 1 VOLUME1"), HasSubstr("the volume serial number: found 'VOLUME1'"));
  EXPECT_THAT(errors_of("MDISK 191 3330 1 1 V RW"), HasSubstr("expected the access mode"));
  EXPECT_THAT(errors_of("MDISK 191 3330 1 1 V V"), HasSubstr("expected the access mode"));
  EXPECT_THAT(errors_of("MDISK 191 3330 1 1 V W WR"), HasSubstr("found an access mode in place of a password"));
  EXPECT_THAT(errors_of("MDISK 191 3330 DEVNO 1000"), HasSubstr("the real address: found '1000'"));
}

TEST(LinkStatement, TakesAddressAndModeFromTheOwnerIfNotGiven) {
  const Directory directory = good(
      "USER A NOLOG\nMDISK 190 3330 1 5 V\n"
      "USER B NOLOG\nLINK a 190\nLINK A 190 191\nL A 190 192 MW\n");
  const std::vector<Link>& links = directory.find("b")->links;
  ASSERT_THAT(links, SizeIs(3));
  EXPECT_EQ(links[0].owner, "A");
  EXPECT_EQ(links[0].owner_address, 0x190);
  EXPECT_EQ(links[0].address, 0x190);
  EXPECT_EQ(links[0].mode, LinkMode::R);
  EXPECT_EQ(links[1].address, 0x191);
  EXPECT_EQ(links[2].mode, LinkMode::MW);
  EXPECT_EQ(&directory.target(links[2]), &directory.users[0].minidisks[0]);
}

TEST(DedicateStatement, NamesARealDeviceOrAVolume) {
  const User user = user_with("DEDICATE 0B8 0B0\nDED 250 MYPACK R/O\nD 251 VOLID ABC\nD 252 VOLID MYPAC2\nD 253 FEED");
  ASSERT_THAT(user.dedicated_devices, SizeIs(5));
  EXPECT_EQ(user.dedicated_devices[0].address, 0xB8);
  EXPECT_EQ(user.dedicated_devices[0].real_address, 0xB0);
  EXPECT_FALSE(user.dedicated_devices[0].read_only);
  EXPECT_FALSE(user.dedicated_devices[1].real_address);
  EXPECT_EQ(user.dedicated_devices[1].volume, "MYPACK");
  EXPECT_TRUE(user.dedicated_devices[1].read_only);
  EXPECT_EQ(user.dedicated_devices[2].volume, "ABC");
  EXPECT_EQ(user.dedicated_devices[3].volume, "MYPAC2");
  EXPECT_EQ(user.dedicated_devices[4].volume, "FEED");  // four characters are no address
  EXPECT_THAT(errors_of("DEDICATE 250"), HasSubstr("expected the real address"));
  EXPECT_THAT(errors_of("DEDICATE 250 XYZ"), HasSubstr("the real address: found 'XYZ'"));
  EXPECT_THAT(errors_of("DEDICATE 250 130 3330V"), HasSubstr("found '3330V', expected R/O or nothing"));
}

TEST(SpecialStatement, DefinesWhatHasNoRealDevice) {
  using Kind = SpecialDevice::Kind;
  const User user = user_with("SPECIAL 0C0 3270\nSPE 500 ctca\nSPECIAL 0FF TIMER");
  ASSERT_THAT(user.special_devices, SizeIs(3));
  EXPECT_EQ(user.special_devices[0].kind, Kind::display);
  EXPECT_EQ(user.special_devices[1].kind, Kind::channel_adapter);
  EXPECT_EQ(user.special_devices[1].address, 0x500);
  EXPECT_EQ(user.special_devices[2].kind, Kind::timer);
  EXPECT_THAT(errors_of("SPECIAL 080 2703 IBM"), HasSubstr("found '2703', a transmission control unit"));
  EXPECT_THAT(errors_of("SPECIAL 080 9999"), HasSubstr("found the device type '9999', expected CTCA, 3270 or TIMER"));
}

// ---- The source as a whole ----

TEST(DirectorySource, MayBeginWithDirectoryAndHaveComments) {
  const Directory directory = good("* comment \xFF\n\nDIR 190 3330 VMRES\r\n  USER A NOLOG\r\n");
  EXPECT_THAT(directory.users, SizeIs(1));
  EXPECT_THAT(directory.notes, ElementsAre("d:3: DIRECTORY has no effect: the directory is this file"));
  EXPECT_THAT(errors("USER A NOLOG\nDIRECTORY 190 3330 V"), HasSubstr("d:2: DIRECTORY: found behind a USER statement"));
  EXPECT_THAT(good("").users, IsEmpty());
}

TEST(DirectorySource, IgnoresWhatFollowsTheLastOperand) {
  const Directory directory = good(
      "USER A NOLOG\nIPL CMS SECRET\nSPOOL 00E 1403 A                                     "
      "                    00030000");
  EXPECT_THAT(directory.notes, ElementsAre("d:2: IPL: what follows the last operand is ignored"));
}

TEST(DirectorySource, HasItsStatementsInOrder) {
  EXPECT_EQ(errors("IPL CMS\nMDISK 191 3330 1 1 V"),
            "d:1: IPL: found in front of the first USER statement, expected behind one\n"
            "d:2: MDISK: found in front of the first USER statement, expected behind one");
  EXPECT_EQ(errors("USER A NOLOG\nCONSOLE 009 3215\nIPL CMS"),
            "d:3: IPL: found behind a device statement of user A, expected in front of all of them");
  good("USER A NOLOG\nCONSOLE 009 3215\nUSER B NOLOG\nIPL CMS");
}

TEST(DirectorySource, TellsAllErrorsInTheOrderOfTheLines) {
  EXPECT_EQ(
      errors("USER A NOLOG 1X\n"
             "MDISK 191 3330 1 10 V\n"
             "WHAT IS THIS\n"
             "USER B NOLOG\n"
             "MDISK 191 3330 5 10 V\n"
             "CONSOLE 9 1\n"),
      "d:1: USER: storage: found '1X', expected storage from 8K to 16M, a multiple of 4K\n"
      "d:3: found the unknown statement 'WHAT', expected USER, ACCOUNT, OPTION, IPL, CONSOLE, SPOOL, MDISK, LINK, "
      "DEDICATE, SPECIAL or a comment\n"
      "d:5: MDISK: cylinders 5 to 14 of V for B 191 overlap 1 to 10 for A 191 at d:2, expected cylinders of its own\n"
      "d:6: CONSOLE: found the console type '1', expected 1052, 3210 or 3215; displays are SPECIAL devices");
}

TEST(VirtualAddresses, AreUniqueInAUserWhateverTheDevice) {
  const char* const kDevices[] = {"MDISK 100 3330 T-DISK 1", "LINK B 1 100",     "SPOOL 100 1403",
                                  "CONSOLE 100 3215",        "DEDICATE 100 123", "SPECIAL 100 CTCA"};
  for (const char* one : kDevices) {
    for (const char* other : kDevices) {
      EXPECT_EQ(errors(fmt::format("USER A NOLOG\n{}\n{}\nUSER B NOLOG\nMDISK 1 3330 1 1 V", one, other))
                        .find("virtual address 100 of user A is there already, by d:2, expected each address once") !=
                    std::string::npos,
                true)
          << one << ", " << other;
    }
  }
  EXPECT_THAT(errors("USER A NOLOG\nSPOOL 190 1403\nLINK B 190\nUSER B NOLOG\nMDISK 190 3330 1 1 V"),
              HasSubstr("d:3: LINK: virtual address 190 of user A is there already, by d:2"));
  good("USER A NOLOG\nSPOOL 00E 1403\nUSER B NOLOG\nSPOOL 00E 1403");
}

// ---- Minidisks together ----

TEST(Extents, MayTouchButNotOverlap) {
  good(
      "USER A NOLOG\nMDISK 1 3330 0 10 V\nMDISK 2 3330 10 10 V\nUSER B NOLOG\nMDISK 1 3330 20 1 V\nMDISK 2 3330 0 10 "
      "W");
  EXPECT_THAT(errors("USER A NOLOG\nMDISK 1 3330 0 11 V\nUSER B NOLOG\nMDISK 1 3330 10 10 V"),
              HasSubstr("d:4: MDISK: cylinders 10 to 19 of V for B 001 overlap 0 to 10 for A 001 at d:2"));
}

TEST(Extents, AreComparedWithThoseFarInFrontToo) {
  const std::string all =
      errors("USER A NOLOG\nMDISK 1 3330 0 100 V\nMDISK 2 3330 5 1 V\nMDISK 3 3330 50 1 V\nMDISK 4 3330 100 1 V");
  EXPECT_THAT(all, AllOf(HasSubstr("d:3: "), HasSubstr("d:4: "), Not(HasSubstr("d:5: "))));
}

TEST(Extents, OfOneVolumeAreOfOneType) {
  EXPECT_THAT(good("USER A NOLOG\nMDISK 1 3330 0 1 V\nMDISK 2 3350 1 1 V").notes,
              ElementsAre("d:3: MDISK: volume V is a 3350 here and a 3330 at d:2"));
  EXPECT_THAT(
      good("USER A NOLOG\nMDISK 1 2314 0 1 V\nMDISK 2 2319 1 1 V\nMDISK 3 3330 1 1 W\nMDISK 4 3330-11 2 1 W").notes,
      IsEmpty());
}

TEST(WholeVolumes, HaveTheirAddressForThemselves) {
  EXPECT_EQ(
      errors("USER A NOLOG\nMDISK 1 3330 DEVNO 130\nUSER B NOLOG\nMDISK 1 3330 DEVNO 130\nMDISK 2 3330 DEVNO 131"),
      "d:4: MDISK: the volume at 130 for B 001 is that of A 001 at d:2, expected one of its own");
}

// ---- Space for temporary minidisks ----

TEST(TemporarySpace, IsNobodysAndHasNoOtherMinidisks) {
  EXPECT_EQ(
      errors("USER $TDISK$ NOLOG\nMDISK 1 3330 10 5 V\nUSER A NOLOG\nMDISK 1 3330 14 1 V"),
      "d:4: MDISK: cylinders 14 to 14 of V for A 001 overlap 10 to 14 for $TDISK$ 001 at d:2, expected cylinders of "
      "its own");
  EXPECT_EQ(errors("USER $TDISK$ " + kHash + "\nMDISK 1 3330 1 1 V"),
            "d:1: USER: found a password for $TDISK$, whose minidisks are space for temporary ones, expected NOLOG");
  EXPECT_EQ(errors("USER $TDISK$ NOLOG\nMDISK 1 3330 DEVNO 130\nMDISK 2 3330 T-DISK 1"),
            "d:2: MDISK: found a DEVNO minidisk of $TDISK$, expected cylinders of a labelled volume\n"
            "d:3: MDISK: found a temporary minidisk of $TDISK$, expected cylinders of a labelled volume");
  EXPECT_EQ(errors("USER $TDISK$ NOLOG\nMDISK 1 3330 1 1 V\nUSER A NOLOG\nLINK $TDISK$ 1"),
            "d:4: LINK: found $TDISK$, whose minidisks are space for temporary ones, expected another user");
}

TEST(TemporarySpace, IsNotedToBeMissing) {
  const std::string user = "USER A NOLOG\nMDISK 192 3330 T-DISK 5\n";
  const std::string note =
      "d:2: MDISK: no minidisk of user $TDISK$ is a 3330 of 5 cylinders or more; 192 cannot be had";
  EXPECT_THAT(good(user).notes, ElementsAre(note));
  EXPECT_THAT(good(user + "USER $TDISK$ NOLOG\nMDISK 1 3330 1 4 V\nMDISK 2 3350 1 9 W").notes, ElementsAre(note));
  EXPECT_THAT(good(user + "USER $TDISK$ NOLOG\nMDISK 1 3330-11 1 5 V").notes, IsEmpty());
}

// ---- Links ----

TEST(Links, LeadToAMinidiskThatExists) {
  EXPECT_EQ(errors("USER A NOLOG\nLINK B 190\nLINK A 192 193\nMDISK 191 3330 T-DISK 1\nUSER C NOLOG\nLINK A 191\n"),
            "d:2: LINK: found the user B, who does not exist, expected one of this directory\n"
            "d:3: LINK: user A at d:1 has no minidisk 192, expected one\n"
            "d:6: LINK: A 191 is a temporary minidisk, by d:4, expected a lasting one");
  EXPECT_THAT(errors("USER A NOLOG\nSPOOL 00E 1403\nUSER B NOLOG\nLINK A E"), HasSubstr("has no minidisk 00E"));
}

TEST(Links, MayLeadOverOthers) {
  const Directory directory = good(
      "USER A NOLOG\nLINK B 2 1\nUSER B NOLOG\nLINK C 3 2\nUSER C NOLOG\nMDISK 3 3330 1 1 V\nUSER D NOLOG\nLINK A 1 9");
  EXPECT_EQ(directory.target(directory.find("D")->links[0]).address, 3);
  EXPECT_EQ(directory.find("A")->find_link(1), &directory.users[0].links[0]);
}

TEST(Links, DoNotLeadInACircle) {
  EXPECT_EQ(errors("USER A NOLOG\nLINK B 2 1\nUSER B NOLOG\nLINK A 1 2\nUSER C NOLOG\nLINK A 1"),
            "d:2: LINK: the links from B 002 on lead back here, expected a minidisk");
  EXPECT_EQ(errors("USER A NOLOG\nLINK A 1 1"),
            "d:2: LINK: the links from A 001 on lead back here, expected a minidisk");
}

TEST(Links, AreNotBlamedForErrorsOfTheOwner) {
  EXPECT_THAT(errors("USER A NOLOG\nMDISK 191 3330 1 1 V XX\nUSER B NOLOG\nLINK A 191"), Not(HasSubstr("d:4")));
}

// ---- What is only remarkable ----

TEST(Notes, TellWhatTwoUsersWant) {
  const std::string text =
      "USER A NOLOG\nOPTION VIRT=REAL\nDEDICATE 181 580\nDEDICATE 250 MYPACK\nMDISK 5 3330 DEVNO 131\nMDISK 6 3330 1 1 "
      "WORK01\nUSER B NOLOG\nOPTION VIRT=REAL\nDEDICATE 181 580\nDEDICATE 250 MYPACK\nDEDICATE 251 131\nDEDICATE 252 "
      "WORK01\n";
  EXPECT_THAT(
      good(text).notes,
      ElementsAre("d:7: OPTION VIRT=REAL: user A at d:1 has it also; who logs on first gets it",
                  "d:9: DEDICATE: 580 is dedicated by d:3 also; who logs on first has it",
                  "d:10: DEDICATE: volume MYPACK is dedicated by d:4 also; who logs on first has it",
                  "d:11: DEDICATE: 131 has the minidisk A 005 by d:5 also; who logs on first has it",
                  "d:12: DEDICATE: volume WORK01 has the minidisk A 006 by d:6 also; who logs on first has it"));
}

TEST(Notes, TellThatHighChannelsNeedTheExtendedMode) {
  const std::string devices = "CONSOLE 600 3215\nSPOOL 5FF 1403\nSPECIAL FFF CTCA\n";
  EXPECT_THAT(good("USER A NOLOG\n" + devices).notes,
              ElementsAre("d:2: virtual address 600 is above 5FF, which needs OPTION ECMODE",
                          "d:4: virtual address FFF is above 5FF, which needs OPTION ECMODE"));
  EXPECT_THAT(good("USER A NOLOG\nOPTION ECMODE\n" + devices).notes, IsEmpty());
}

// ---- Passwords ----

TEST(PlainPasswords, AreRefusedUnlessAllowed) {
  const std::string text = "USER A SECRET\nMDISK 1 3330 1 1 V W ALL SECRET\n";
  EXPECT_EQ(errors(text),
            "d:1: found a password in plain text, expected its hash, by which 'replica directory hash d' replaces it\n"
            "d:2: found a password in plain text, expected its hash, by which 'replica directory hash d' replaces it");
  const auto directory = parse_directory(text, "d", PlainPasswords::hash);
  ASSERT_TRUE(directory) << directory.error().message;
  const User& user = directory->users[0];
  EXPECT_TRUE(user.password.matches("SECRET"));
  EXPECT_FALSE(user.password.matches("ALL"));
  EXPECT_TRUE(user.minidisks[0].read.is_all());
  EXPECT_TRUE(user.minidisks[0].write.matches("secret"));
  EXPECT_TRUE(user.minidisks[0].multiple.is_none());
}

TEST(PlainPasswords, AreNotQuoted) {
  for (const char* text :
       {"USER A SECRET", "USER A SECRETWORD", "USER A $y$SECRET", "USER A NOLOG\nMDISK 1 3330 1 1 V W SECRET",
        "USER A NOLOG\nMDISK 1 3330 1 1 V W SECRETWORD"}) {
    EXPECT_THAT(errors(text), Not(HasSubstr("SECRET")));
  }
}

// ---- Files ----

TEST(ReadDirectory, NamesTheFile) {
  const tools::TemporaryFolder folder;
  const std::string text = "USER A NOLOG\nUSER B\n";
  const std::string path = folder.write("users.direct", {text.begin(), text.end()});
  EXPECT_EQ(read_directory(path).error().message,
            path + ":2: USER: found nothing behind the last word, expected a password or NOLOG");
  EXPECT_THAT(read_directory(folder.path("none")).error().message, HasSubstr(folder.path("none")));
  EXPECT_FALSE(read_directory(folder.path("")));
  folder.write("large", std::vector<u8>((4 << 20) + 1, ' '));
  EXPECT_THAT(read_directory(folder.path("large")).error().message, HasSubstr("has more than 4194304 bytes"));
}

}  // namespace
}  // namespace replica::vmm
