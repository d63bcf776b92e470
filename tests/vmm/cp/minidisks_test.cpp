// Minidisks of the directory, and LINK.
#include "tests/vmm/cp/device_fixture.h"

namespace replica::vmm {
namespace {

class MinidisksTest : public DeviceTest {};

TEST_F(MinidisksTest, UsersHaveTheirCylindersAndNoOthers) {
  log_on("ALPHA");
  log_on("BETA");
  EXPECT_THAT(lines_["ALPHA"], IsEmpty());
  EXPECT_EQ(write("ALPHA", 0x191, 2, 0xA2).status, kGood);
  EXPECT_EQ(write("BETA", 0x191, 0, 0xB0).status, kGood);
  EXPECT_EQ(read("ALPHA", 0x191, 2), Bytes({0xA2, 0xA2}));
  EXPECT_EQ(read("BETA", 0x191, 0), Bytes({0xB0, 0xB0}));
  EXPECT_EQ(chain("ALPHA", 0x191, {seek(3, 0)}).status, kCheck);
  EXPECT_EQ(chain("BETA", 0x191, {seek(3, 0)}).status, kCheck);
  // Where they are on the volume.
  log_on("WHOLE");
  const Bytes count = chain("WHOLE", 0x150, {seek(3, 0), Step::read(kReadCkd, 10)}).data;
  EXPECT_EQ(count, Bytes({0, 2, 0, 0, 1, 0, 0, 2, 0xA2, 0xA2}));
}

TEST_F(MinidisksTest, VolumesOfTheDirectoryAreAttachedToSystemFromTheBeginning) {
  cp();
  EXPECT_THAT(operator_lines_, ElementsAre("DASD 150 ATTACH TO SYSTEM TEST01", "DASD 170 ATTACH TO SYSTEM TEST03"));
  EXPECT_THAT(type("QUERY DASD"), ElementsAre("DASD 150 ATTACHED TO SYSTEM TEST01 000 LINKS", "DASD 160 FREE TEST02",
                                              "DASD 170 ATTACHED TO SYSTEM TEST03 000 LINKS"));
  log_on("ALPHA");
  EXPECT_THAT(type("QUERY 150"), ElementsAre("DASD 150 ATTACHED TO SYSTEM TEST01 002 LINKS"));
  EXPECT_THAT(type("QUERY SYSTEM 150"), ElementsAre("DASD 150 ATTACHED TO SYSTEM TEST01 002 LINKS",
                                                    "ALPHA 191 R/W CYL 1 TO 3", "ALPHA 192 R/W CYL 7 TO 7"));
}

TEST_F(MinidisksTest, LogonSaysWhatCannotBeHadAndGoesOn) {
  log_on("WRONG");
  EXPECT_THAT(lines_["WRONG"],
              ElementsAre(HasSubstr("DMKVDB120E DEV 161 NOT ATTACHED"), HasSubstr("ATTACHED TO SYSTEM"),
                          StartsWith("DMKLNK108E WRONG 191 NOT LINKED; CYLINDERS 8 TO 107 EXCEED THE 10"),
                          StartsWith("DMKLNK108E WRONG 192 NOT LINKED; VOLID NOSUCH NOT MOUNTED"),
                          StartsWith("DMKLNK108E WRONG 193 NOT LINKED; DEV 170 IS A 3330, NOT A 3350")));
  EXPECT_THAT(type("WRONG", "QUERY VIRTUAL"), ElementsAre("STORAGE = 00256K", "CONS 009"));
}

TEST_F(MinidisksTest, ALinkOfTheDirectoryNeedsNoPassword) {
  log_on("GAMMA");
  EXPECT_FALSE(device("GAMMA", 0x291) == nullptr);
  EXPECT_EQ(write("GAMMA", 0x291, 0, 1).status, kCheck);
  log_on("ALPHA");  // MR: others read only
  EXPECT_EQ(write("ALPHA", 0x191, 0, 0x77).status, kGood);
  EXPECT_EQ(read("GAMMA", 0x291, 0), Bytes({0x77, 0x77}));
}

TEST_F(MinidisksTest, AWriteLinkBesideAWriterIsForcedReadOnly) {
  log_on("WHOLE");
  log_on("ALPHA");
  EXPECT_THAT(lines_["ALPHA"], ElementsAre(StartsWith("DMKLNK102W DASD 191 FORCED R/O; R/W BY WHOLE"),
                                           StartsWith("DMKLNK105E ALPHA 192 NOT LINKED; R/W BY WHOLE")));
  EXPECT_EQ(write("ALPHA", 0x191, 0, 1).status, kCheck);
  const Bytes sense = ChannelDriver(*device("ALPHA", 0x191)).run(kSense, 24).data;
  EXPECT_EQ(sense[0], sense::kCommandReject);
  EXPECT_EQ(sense[1], 0x04);  // file protected
}

// ---- LINK ----

TEST_F(MinidisksTest, LinkAsksForThePasswordOfItsMode) {
  log_on("ALPHA");
  log_on("BETA");
  EXPECT_THAT(type("BETA", "LINK ALPHA 191 291 RR"), ElementsAre(HasSubstr("expected PASS= AND THE READ PASSWORD")));
  EXPECT_THAT(type("BETA", "LINK ALPHA 191 291 RR PASS= nonsense"),
              ElementsAre("DMKLNK114E ALPHA 191 NOT LINKED; MODE OR PASSWORD INCORRECT"));
  EXPECT_THAT(type("BETA", "LINK ALPHA 191 291 RR PASS= WPASS"), ElementsAre(StartsWith("DMKLNK114E")));
  EXPECT_THAT(type("BETA", "link to alpha 191 as 291 rr pass= rpass"),
              ElementsAre("DASD 291 LINKED R/O; R/W BY ALPHA"));
  EXPECT_THAT(type("BETA", "LINK ALPHA 191 292 R RPASS"), ElementsAre("DMKLNK106E ALPHA 191 NOT LINKED; R/W BY ALPHA; "
                                                                      "R/O BY BETA"));
  EXPECT_THAT(type("BETA", "LINK ALPHA 191 293 MW PASS=MPASS"), ElementsAre(StartsWith("DASD 293 LINKED R/W")));
  EXPECT_THAT(type("BETA", "LINK ALPHA 192 294 RR"), ElementsAre("DASD 294 LINKED R/O; R/W BY ALPHA"));  // ALL
  EXPECT_THAT(type("BETA", "LINK ALPHA 192 295 W X"),
              ElementsAre("DMKLNK112E ALPHA 192 NOT LINKED; NO WRITE PASSWORD"));
  EXPECT_EQ(write("BETA", 0x291, 0, 1).status, kCheck);
  EXPECT_EQ(write("BETA", 0x293, 0, 0x93).status, kGood);
  EXPECT_EQ(read("ALPHA", 0x191, 0), Bytes({0x93, 0x93}));
  EXPECT_THAT(type("ALPHA", "QUERY LINKS 191"), ElementsAre("ALPHA 191 R/W, BETA 291 R/O, BETA 293 R/W"));
}

TEST_F(MinidisksTest, LinkSaysWhatIsWrong) {
  log_on("BETA");
  EXPECT_THAT(type("BETA", "LINK"), ElementsAre(StartsWith("DMKLNK020E")));
  EXPECT_THAT(type("BETA", "LINK NOBODY 191 291"), ElementsAre("DMKLNK053E NOBODY NOT IN CP DIRECTORY"));
  EXPECT_THAT(type("BETA", "LINK ALPHA 999 291"), ElementsAre("DMKLNK107E ALPHA 999 NOT LINKED; NOT IN CP DIRECTORY"));
  EXPECT_THAT(type("BETA", "LINK ALPHA XYZ 291"), ElementsAre(StartsWith("DMKLNK022E")));
  EXPECT_THAT(type("BETA", "LINK ALPHA 191"), ElementsAre(StartsWith("DMKLNK022E")));
  EXPECT_THAT(type("BETA", "LINK ALPHA 191 291 RR RPASS MORE"), ElementsAre(StartsWith("DMKLNK026E")));
  EXPECT_THAT(type("BETA", "LINK ALPHA 191 009 RR RPASS"),
              ElementsAre("DMKLNK110E ALPHA 191 NOT LINKED; 009 ALREADY DEFINED"));
}

TEST_F(MinidisksTest, TheOwnerMayBeAwayAndComesBackToWhatIsLeft) {
  log_on("BETA");
  EXPECT_THAT(type("BETA", "LINK ALPHA 191 291 MW MPASS"), ElementsAre("DASD 291 LINKED R/W"));
  log_on("ALPHA");
  EXPECT_THAT(lines_["ALPHA"], ElementsAre(StartsWith("DMKLNK102W DASD 191 FORCED R/O; R/W BY BETA")));
  EXPECT_THAT(type("BETA", "DETACH 291"), ElementsAre("DASD 291 DETACHED"));
  EXPECT_THAT(type("ALPHA", "DETACH 191"), ElementsAre("DASD 191 DETACHED"));
  EXPECT_THAT(type("ALPHA", "LINK * 191 191"), ElementsAre("DASD 191 LINKED R/W"));
}

TEST_F(MinidisksTest, RefusedLinksAreRecordedAndLimited) {
  log_on("BETA");
  for (int n = 0; n < 10; ++n)
    EXPECT_THAT(type("BETA", "LINK ALPHA 191 291 RR GUESS"), ElementsAre(StartsWith("DMKLNK114E")));
  EXPECT_THAT(type("BETA", "LINK ALPHA 191 291 RR RPASS"),
              ElementsAre("DMKLNK115E LINK INVALID; EXCESSIVE INCORRECT PASSWORDS"));
  const Lines records = accounting();
  EXPECT_EQ(records.size(), 10u);
  for (const std::string& record : records) {
    EXPECT_THAT(record, HasSubstr("BETA    ACCTB   ALPHA   191 RR"));
    EXPECT_TRUE(record.ends_with("06"));
    EXPECT_THAT(record, testing::Not(HasSubstr("GUESS")));
  }
}

TEST_F(MinidisksTest, LogoffLetsGoOfAllLinks) {
  log_on("WHOLE");
  type("WHOLE", "LOGOFF");
  log_on("ALPHA");
  EXPECT_THAT(lines_["ALPHA"], IsEmpty());
  EXPECT_EQ(write("ALPHA", 0x191, 0, 1).status, kGood);
}

TEST_F(MinidisksTest, AReadOnlyVolumeIsLinkedReadOnly) {
  ASSERT_TRUE(real_devices_->detach(0x150));
  EXPECT_GOOD(real_devices_->attach(
      0x150, std::make_unique<CkdDevice>("3330", open_for_test(folder_.path("TEST01"), true), CkdDevice::Options())));
  log_on("BETA");
  EXPECT_THAT(lines_["BETA"], ElementsAre(StartsWith("DMKLNK101W DASD 191 FORCED R/O; THE VOLUME IS R/O")));
}

// ---- Reserve and release ----

constexpr const char* kSharers = R"(
USER ANN NOLOG 256K 1M G
 MDISK 191 3330 1 1 TEST01 MWV ALL ALL ALL
USER BOB NOLOG 256K 1M G
 LINK ANN 191 291 MW
)";

class Reserving : public DeviceTest {
 protected:
  static constexpr u8 kReserve = 0xB4, kUnconditionalReserve = 0x14, kRelease = 0x94;
  Reserving() : DeviceTest(kSharers) {
    log_on("ANN");
    log_on("BOB");
  }
  u8 command(const std::string& user, u8 code) {
    return chain(user, user == "ANN" ? 0x191 : 0x291, {Step::read(code, 24)}).status;
  }
};

TEST_F(Reserving, AMinidiskIsBusyForOthersUntilItIsReleased) {
  EXPECT_EQ(command("ANN", kReserve), kGood);
  EXPECT_EQ(write("ANN", 0x191, 0, 0x11).status, kGood);
  {
    ChannelDriver bobs(*device("BOB", 0x291));
    EXPECT_EQ(bobs.chain({seek(0, 0)}).status, unit_status::kBusy);
    EXPECT_EQ(bobs.chain({Step::read(kReserve, 24)}).status, unit_status::kBusy);
    EXPECT_THAT(bobs.presented, IsEmpty());
    EXPECT_EQ(command("ANN", kRelease), kGood);
    EXPECT_THAT(bobs.presented, ElementsAre(unit_status::kDeviceEnd));
  }
  EXPECT_EQ(read("BOB", 0x291, 0), Bytes({0x11, 0x11}));
  EXPECT_EQ(command("BOB", kReserve), kGood);
  EXPECT_EQ(chain("ANN", 0x191, {seek(0, 0)}).status, unit_status::kBusy);
  EXPECT_EQ(command("ANN", kUnconditionalReserve), kGood);
  EXPECT_EQ(chain("BOB", 0x291, {seek(0, 0)}).status, unit_status::kBusy);
}

TEST_F(Reserving, ResetAndDetachReleaseIt) {
  for (const std::string line : {"SYSTEM RESET", "RESET 191", "DETACH 191"}) {
    EXPECT_EQ(command("ANN", kReserve), kGood);
    EXPECT_EQ(chain("BOB", 0x291, {seek(0, 0)}).status, unit_status::kBusy);
    type("ANN", line);
    EXPECT_EQ(chain("BOB", 0x291, {seek(0, 0)}).status, kGood) << line;
  }
}

}  // namespace
}  // namespace replica::vmm
