// DEFINE, DETACH, COUPLE, ATTACH, VARY and their queries.
#include "tests/vmm/cp/device_fixture.h"

namespace replica::vmm {
namespace {

class DeviceCommands : public DeviceTest {};

// ---- DETACH and DEFINE ----

TEST_F(DeviceCommands, DetachTakesOnesOwnDeviceAway) {
  log_on("ALPHA");
  EXPECT_THAT(type("ALPHA", "DETACH 191"), ElementsAre("DASD 191 DETACHED"));
  EXPECT_EQ(device("ALPHA", 0x191), nullptr);
  EXPECT_THAT(type("ALPHA", "DETACH 191"), ElementsAre("DMKVDB040E DEV 191 DOES NOT EXIST"));
  print("ALPHA", "HELLO");
  EXPECT_THAT(type("ALPHA", "DET 00E"), ElementsAre("PRT 00E DETACHED"));
  EXPECT_EQ(ids().size(), 1u);  // its file has been closed
  EXPECT_THAT(type("ALPHA", "DETACH 160 FROM OTHER"), ElementsAre(StartsWith("DMKVDB003E")));
}

TEST_F(DeviceCommands, DefineGivesADeviceAnotherAddress) {
  log_on("ALPHA");
  write("ALPHA", 0x191, 0, 0x42);
  EXPECT_THAT(type("ALPHA", "DEFINE 191 AS 3A1"), ElementsAre("DASD 3A1 DEFINED"));
  EXPECT_EQ(read("ALPHA", 0x3A1, 0), Bytes({0x42, 0x42}));
  EXPECT_EQ(device("ALPHA", 0x191), nullptr);
  EXPECT_THAT(type("ALPHA", "QUERY LINKS 3A1"), ElementsAre("ALPHA 3A1 R/W"));
  EXPECT_THAT(type("ALPHA", "DEFINE 3A1 192"), ElementsAre("DMKDEF024E DEV 192 ALREADY EXISTS"));
  EXPECT_THAT(type("ALPHA", "DEFINE 999 193"), ElementsAre("DMKDEF040E DEV 999 DOES NOT EXIST"));
  EXPECT_THAT(type("ALPHA", "DETACH 3A1"), ElementsAre("DASD 3A1 DETACHED"));
  EXPECT_THAT(type("QUERY 150"), ElementsAre(HasSubstr("001 LINKS")));
}

TEST_F(DeviceCommands, DefineMakesDevices) {
  log_on("BETA");
  EXPECT_THAT(type("BETA", "DEFINE PRINTER 00E"), ElementsAre("PRT 00E DEFINED"));
  EXPECT_THAT(type("BETA", "DEF 3211 AS 00F"), ElementsAre("PRT 00F DEFINED"));
  EXPECT_THAT(type("BETA", "DEF PUNCH 00D"), ElementsAre("PUN 00D DEFINED"));
  EXPECT_THAT(type("BETA", "DEF READER 00C"), ElementsAre("RDR 00C DEFINED"));
  EXPECT_THAT(type("BETA", "DEF CTCA 601"), ElementsAre("CTCA 601 DEFINED"));
  EXPECT_THAT(type("BETA", "DEF CONSOLE 01F"), ElementsAre("DMKDEF024E CONS ALREADY EXISTS"));
  EXPECT_THAT(type("BETA", "DETACH 009"), ElementsAre("CONS 009 DETACHED"));
  EXPECT_THAT(type("BETA", "DEF CONSOLE 01F"), ElementsAre("CONS 01F DEFINED"));
  EXPECT_THAT(type("BETA", "DEF NONSENSE 01E"), ElementsAre("DMKDEF003E INVALID OPTION - NONSENSE"));
  EXPECT_THAT(type("BETA", "DEF PRINTER 00E"), ElementsAre("DMKDEF024E DEV 00E ALREADY EXISTS"));
  EXPECT_THAT(type("BETA", "DEF PRINTER"), ElementsAre(StartsWith("DMKDEF022E")));
  EXPECT_THAT(
      type("BETA", "QUERY VIRTUAL"),
      ElementsAre("STORAGE = 00256K", "RDR 00C CL * NOCONT NOHOLD EOF", "PUN 00D CL A NOCONT NOHOLD COPY 01",
                  "PRT 00E CL A NOCONT NOHOLD COPY 01", "PRT 00F CL A NOCONT NOHOLD COPY 01", "CONS 01F", "TIMR 0FF",
                  "DASD 191 3330 TEST01 R/W 003 CYL", "CTCA 600 NOT COUPLED", "CTCA 601 NOT COUPLED", "GRAF 700"));
  EXPECT_THAT(type("BETA", "Q V DASD"), ElementsAre("DASD 191 3330 TEST01 R/W 003 CYL"));
  EXPECT_THAT(type("BETA", "Q 191"), ElementsAre("DASD 191 3330 TEST01 R/W 003 CYL"));
  EXPECT_THAT(type("BETA", "Q V 999"), ElementsAre("DMKCQG040E DEV 999 DOES NOT EXIST"));
}

TEST_F(DeviceCommands, DefineStorageClearsAndResets) {
  log_on("ALPHA");
  put("ALPHA", 0x2000, "C1C2C3C4");
  EXPECT_THAT(type("ALPHA", "DEFINE STORAGE AS 512K"), ElementsAre("STORAGE = 00512K"));
  EXPECT_EQ(word("ALPHA", 0x2000), 0u);
  EXPECT_EQ(machine("ALPHA").storage().size(), 512u << 10);
  put("ALPHA", 0x7FFFC, "C1C2C3C4");
  // The last word is there, the next is not: L 2,0(,1); LA 1,4(,1); L 2,0(,1)
  gr("ALPHA", 1) = 0x7FFFC;
  run_guest("ALPHA", "5820 1000 4110 1004 5820 1000");
  EXPECT_EQ(gr("ALPHA", 2), 0xC1C2C3C4);
  EXPECT_EQ(ended_at("ALPHA"), kProgramNew);
  EXPECT_THAT(type("ALPHA", "DEF STOR 64K"), ElementsAre("STORAGE = 00064K"));
  EXPECT_THAT(type("ALPHA", "DEF STOR 1M"), ElementsAre("STORAGE = 01024K"));
  EXPECT_EQ(word("ALPHA", 0x7FFFC), 0u);
  EXPECT_THAT(type("ALPHA", "DEF STOR 2M"), ElementsAre("DMKDEF094E STORAGE EXCEEDS ALLOWED MAXIMUM 1024K"));
  EXPECT_THAT(type("ALPHA", "DEF STOR 32K"), ElementsAre(StartsWith("DMKDEF025E")));
  EXPECT_THAT(type("ALPHA", "DEF STOR 999999M"), ElementsAre(StartsWith("DMKDEF025E")));
  EXPECT_THAT(type("ALPHA", "DEF STOR BIG"), ElementsAre(StartsWith("DMKDEF025E")));
  EXPECT_THAT(type("ALPHA", "QUERY VIRTUAL STORAGE"), ElementsAre("STORAGE = 01024K"));
}

// ---- Special devices ----

TEST_F(DeviceCommands, ThePseudoTimerGivesDateAndTime) {
  log_on("BETA");
  const Bytes reading = chain("BETA", 0x0FF, {Step::read(0x02, 24)}).data;
  ASSERT_EQ(reading.size(), 24u);
  std::string text;
  for (u32 n = 0; n < 16; ++n) text += static_cast<char>(default_code_page().to_host[reading[n]]);
  EXPECT_THAT(text, testing::MatchesRegex("../../..[0-9][0-9]:..:.."));
  EXPECT_EQ(chain("BETA", 0x0FF, {Step::control(0x01)}).status & unit_status::kUnitCheck, unit_status::kUnitCheck);
}

TEST_F(DeviceCommands, CoupledAdaptersMoveDataFromMachineToMachine) {
  log_on("ALPHA");
  log_on("BETA");
  EXPECT_THAT(type("ALPHA", "COUPLE 500 TO BETA 600"), ElementsAre("CTCA 500 COUPLE TO BETA 600"));
  EXPECT_THAT(lines_["BETA"], Contains("CTCA 600 COUPLE BY ALPHA 500"));
  EXPECT_THAT(type("BETA", "QUERY VIRTUAL CTCA"), ElementsAre("CTCA 600 COUPLE TO ALPHA 500"));

  // SIO until it is accepted, TIO until it has ended, then a disabled wait.
  const auto start = [&](const std::string& user, u16 address, const std::string& ccw, const std::string& data) {
    put(user, 0x1400, data);
    put(user, 0x1300, ccw);
    put(user, 0x48, "00001300");
    put(user, 0x800,
        fmt::format("9C00 0{0:03X} 4770 0{1:03X} 9D00 0{0:03X} 4720 0{2:03X} 8200 0FF8", address, 0x800, 0x808));
    put(user, 0xFF8, "00020000 00000FF8");
    monitor_->release_cpu();
    machine(user).cpu().load_psw(0x800);
    monitor_->start(machine(user));
  };
  start("ALPHA", 0x500, "01001400 20000008", "C1C2C3C4C5C6C7C8");
  start("BETA", 0x600, "02001400 20000008", "0000000000000000");
  run();
  monitor_->release_cpu();
  EXPECT_EQ(word("BETA", 0x1400), 0xC1C2C3C4u);
  EXPECT_EQ(word("BETA", 0x1404), 0xC5C6C7C8u);
  start("BETA", 0x600, "01001400 20000004", "D1D2D3D4");
  start("ALPHA", 0x500, "02001400 20000004", "00000000");
  run();
  monitor_->release_cpu();
  EXPECT_EQ(word("ALPHA", 0x1400), 0xD1D2D3D4u);
}

TEST_F(DeviceCommands, IplLoadsFromAMinidiskAndWithStopWaits) {
  log_on("ALPHA");
  Bytes record = {0, 0, 0, 0, 1,    0, 0,    24,    // record 1, without a key
                  0, 2, 0, 0, 0,    0, 0x0A, 0xBC,  // a disabled wait
                  3, 0, 0, 0, 0x20, 0, 0,    1};    // NO OPERATION
  record.resize(8 + 24);
  EXPECT_EQ(chain("ALPHA", 0x192, {seek(0, 0), search(0, 0, 0), Step::send(kWriteCkd, record)}).status, kGood);
  put("ALPHA", 0x3000, "C1C2C3C4");
  EXPECT_THAT(type("ALPHA", "IPL 192 STOP"), IsEmpty());
  EXPECT_EQ(ended_at("ALPHA"), 0xABCu);
  run();
  EXPECT_THAT(lines_["ALPHA"], IsEmpty());
  EXPECT_EQ(word("ALPHA", 0x3000), 0xC1C2C3C4u);
  type("ALPHA", "IPL 192 CLEAR");
  run();
  EXPECT_THAT(lines_["ALPHA"], Contains(HasSubstr("DISABLED WAIT PSW")));
  EXPECT_EQ(word("ALPHA", 0x3000), 0u);
  EXPECT_THAT(type("ALPHA", "IPL 192 NONSENSE"), ElementsAre(StartsWith("DMKCFC003E")));
  EXPECT_THAT(type("ALPHA", "IPL CMS"), ElementsAre("DMKCFG044E CMS DOES NOT EXIST: expected the address of a device"));
  EXPECT_THAT(type("ALPHA", "IPL"), ElementsAre(StartsWith("DMKCFC026E")));
}

// The first CCW reads the second one, as programs of ISAM do.
TEST_F(DeviceCommands, AChannelProgramMayChangeItself) {
  log_on("ALPHA");
  EXPECT_EQ(chain("ALPHA", 0x192,
                  {seek(0, 0), search(0, 0, 0),
                   Step::send(kWriteCkd, {0, 0, 0, 0, 1, 0, 0, 8, 0x1A, 0, 0x15, 0, 0x20, 0, 0, 5})})
                .status,
            kGood);
  // Seek, search, TIC, read data over the CCW behind, which is NO OPERATION and becomes READ HOME ADDRESS.
  put("ALPHA", 0x1300, "07001400 40000006 31001402 40000005 08001308 00000000 06001320 40000008 03000000 20000001");
  put("ALPHA", 0x1400, "0000 00000000 01");
  put("ALPHA", 0x1500, "FFFFFFFF FFFFFFFF");
  put("ALPHA", 0x48, "00001300");
  gr("ALPHA", 1) = 0x1000;
  run_guest("ALPHA", "9C00 0192 4770 1000 9D00 0192 4720 1008");  // SIO, and TIO until it has ended
  EXPECT_EQ(ended_at("ALPHA"), kEnd);
  EXPECT_EQ(word("ALPHA", 0x40), 0x00001328u);
  EXPECT_EQ(word("ALPHA", 0x44), 0x0C000000u);
  EXPECT_EQ(word("ALPHA", 0x1320), 0x1A001500u);
  EXPECT_EQ(word("ALPHA", 0x1500), 0u);
  EXPECT_EQ(word("ALPHA", 0x1504), 0x00FFFFFFu);
}

TEST_F(DeviceCommands, CoupleRefusesWhatIsNotThere) {
  log_on("ALPHA");
  EXPECT_THAT(type("ALPHA", "COUPLE 500 BETA 600"), ElementsAre("DMKDIA045E BETA NOT LOGGED ON"));
  log_on("BETA");
  EXPECT_THAT(type("ALPHA", "COUPLE 501 BETA 600"), ElementsAre("DMKDIA040E ALPHA 501 DOES NOT EXIST"));
  EXPECT_THAT(type("ALPHA", "COUPLE 500 BETA 191"), ElementsAre("DMKDIA011E INVALID DEVICE TYPE - BETA 191"));
  EXPECT_THAT(type("ALPHA", "COUPLE 500 * 500"), ElementsAre(StartsWith("DMKDIA011E")));
  EXPECT_THAT(type("ALPHA", "COUPLE"), ElementsAre(StartsWith("DMKDIA022E")));
  EXPECT_THAT(type("ALPHA", "COUPLE 500"), ElementsAre(StartsWith("DMKDIA020E")));
}

TEST_F(DeviceCommands, AnAdapterHasOnePartnerAtATime) {
  log_on("ALPHA");
  log_on("BETA");
  type("ALPHA", "DEFINE CTCA 501");
  type("ALPHA", "COUPLE 500 BETA 600");
  EXPECT_THAT(type("ALPHA", "COUPLE 501 BETA 600"), ElementsAre(StartsWith("DMKDIA055E")));
  // Whoever has coupled it may couple it elsewhere.
  type("BETA", "DEFINE CTCA 601");
  EXPECT_THAT(type("ALPHA", "COUPLE 500 BETA 601"),
              ElementsAre("CTCA 500 DROP FROM BETA 600", "CTCA 500 COUPLE TO BETA 601"));
  EXPECT_THAT(type("BETA", "QUERY VIRTUAL CTCA"), ElementsAre("CTCA 600 NOT COUPLED", "CTCA 601 COUPLE TO ALPHA 500"));
  type("ALPHA", "LOGOFF");
  EXPECT_THAT(type("BETA", "QUERY VIRTUAL 601"), ElementsAre("CTCA 601 NOT COUPLED"));
  EXPECT_EQ(chain("BETA", 0x601, {Step::read(0x02, 10)}).status & unit_status::kUnitCheck, unit_status::kUnitCheck);
}

// ---- Real devices ----

TEST_F(DeviceCommands, ADedicatedVolumeIsFoundByItsLabelAndGivenBack) {
  log_on("OTHER");
  EXPECT_THAT(lines_["OTHER"], IsEmpty());
  EXPECT_EQ(real_devices_->device_at(0x160), nullptr);
  EXPECT_THAT(type("OTHER", "QUERY VIRTUAL 160"), ElementsAre("DASD 160 ON DEV 160"));
  EXPECT_THAT(type("QUERY 160"), ElementsAre("DASD 160 ATTACHED TO OTHER 160"));
  EXPECT_THAT(type("ATTACH 160 SYSTEM"), ElementsAre(StartsWith("DMKVDB040E")));
  type("OTHER", "LOGOFF");
  EXPECT_NE(real_devices_->device_at(0x160), nullptr);
  EXPECT_THAT(type("QUERY 160"), ElementsAre("DASD 160 FREE TEST02"));
}

TEST_F(DeviceCommands, AttachAndDetachMoveARealDevice) {
  log_on("ALPHA");
  EXPECT_THAT(type("ATTACH 160 TO ALPHA AS 260"), ElementsAre("DASD 160 ATTACH TO ALPHA 260"));
  EXPECT_THAT(lines_["ALPHA"], Contains("DASD 260 ATTACHED"));
  EXPECT_EQ(write("ALPHA", 0x260, 1, 9).status, kGood);
  EXPECT_THAT(type("ATTACH 160 ALPHA 261"), ElementsAre(StartsWith("DMKVDB120E DEV 160 NOT ATTACHED")));
  EXPECT_THAT(type("DETACH 160 FROM BETA"), ElementsAre("DMKVDB045E BETA NOT LOGGED ON"));
  EXPECT_THAT(type("DETACH 160 FROM ALPHA"), ElementsAre("DASD 160 DETACH ALPHA 260"));
  EXPECT_THAT(lines_["ALPHA"], Contains("DASD 260 DETACHED BY OPERATOR"));
  EXPECT_THAT(type("DETACH 160 FROM ALPHA"), ElementsAre("DMKVDB121E DASD 160 NOT ATTACHED TO ALPHA"));
  EXPECT_THAT(type("ATTACH 160 ALPHA 260 R/O"), ElementsAre("DASD 160 ATTACH TO ALPHA 260"));
  EXPECT_EQ(write("ALPHA", 0x260, 1, 9).status, kCheck);
  EXPECT_THAT(type("ALPHA", "DETACH 260"), ElementsAre("DASD 260 DETACHED"));
  EXPECT_THAT(type("ATTACH 160 ALPHA 191"), ElementsAre("DMKVDB120E DEV 160 NOT ATTACHED; ALPHA 191 ALREADY DEFINED"));
  EXPECT_THAT(type("ATTACH 160 NOBODY 191"), ElementsAre("DMKVDB045E NOBODY NOT LOGGED ON"));
  EXPECT_THAT(type("ATTACH 999 ALPHA 260"), ElementsAre(StartsWith("DMKVDB120E")));
}

TEST_F(DeviceCommands, AVolumeWithMinidisksIsNobodysAsAWhole) {
  log_on("ALPHA");
  EXPECT_THAT(type("ATTACH 150 TO ALPHA 150"), ElementsAre("DMKVDB120E DEV 150 NOT ATTACHED; ATTACHED TO SYSTEM"));
  EXPECT_THAT(type("VARY OFFLINE 150"), ElementsAre("DMKCPS123E DASD 150 ATTACHED TO SYSTEM"));
  EXPECT_THAT(type("DETACH 150 FROM SYSTEM"), ElementsAre("DMKVDB124E DASD 150 IN USE: R/W BY ALPHA"));
  type("ALPHA", "LOGOFF");
  EXPECT_THAT(type("DETACH 150 FROM SYSTEM"), ElementsAre("DASD 150 DETACH SYSTEM"));
  log_on("BETA");  // takes it for the system again
  EXPECT_THAT(type("ATTACH 150 TO BETA 150"), ElementsAre(StartsWith("DMKVDB120E")));
  EXPECT_THAT(type("ATTACH 160 TO SYSTEM AS TEST01"), ElementsAre(StartsWith("DMKVDB127E")));
  EXPECT_THAT(type("ATTACH 160 TO SYSTEM AS TEST02"), ElementsAre("DASD 160 ATTACH TO SYSTEM TEST02"));
  EXPECT_THAT(type("ATTACH 160 TO SYSTEM"), ElementsAre(StartsWith("DMKVDB122E")));
}

// DETACH FROM SYSTEM, ATTACH to a user: minidisks of the volume cannot be linked then.
TEST_F(DeviceCommands, MinidisksAreNotThereWhileSomebodyHasTheVolume) {
  log_on("OTHER");
  type("DETACH 150 FROM SYSTEM");
  EXPECT_THAT(type("ATTACH 150 OTHER 150"), ElementsAre("DASD 150 ATTACH TO OTHER 150"));
  log_on("BETA");
  EXPECT_THAT(lines_["BETA"], ElementsAre(StartsWith("DMKLNK108E BETA 191 NOT LINKED; VOLID TEST01 NOT MOUNTED")));
}

TEST_F(DeviceCommands, AnOfflineDeviceIsThereForNobody) {
  log_on("ALPHA");
  EXPECT_THAT(type("VARY OFFLINE 160"), ElementsAre("160 VARIED OFFLINE"));
  EXPECT_THAT(type("QUERY DASD"), Contains("DASD 160 OFFLINE"));
  EXPECT_THAT(type("ATTACH 160 ALPHA 160"), ElementsAre("DMKVDB046E DEV 160 OFFLINE"));
  EXPECT_THAT(type("VARY OFFLINE 160"), ElementsAre("DMKCPS046E DEV 160 OFFLINE"));
  EXPECT_THAT(type("VARY ONLINE 160"), ElementsAre("160 VARIED ONLINE"));
  EXPECT_THAT(type("VARY ONLINE 160"), ElementsAre("DMKCPS040E DEV 160 IS NOT OFFLINE"));
  EXPECT_THAT(type("ATTACH 160 ALPHA 160"), ElementsAre("DASD 160 ATTACH TO ALPHA 160"));
  EXPECT_THAT(type("VARY"), ElementsAre(StartsWith("DMKCPS026E")));
  EXPECT_THAT(type("VARY OFF"), ElementsAre(StartsWith("DMKCFC026E")));
}

}  // namespace
}  // namespace replica::vmm
