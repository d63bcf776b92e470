// Temporary minidisks: DEFINE T3330, and T-DISK of the directory.
#include "tests/vmm/cp/device_fixture.h"

namespace replica::vmm {
namespace {

// Five cylinders, 1 to 5, of which the first two and the last three are spaces of their own.
constexpr const char* kTemporaryUsers = R"(
USER $TDISK$ NOLOG
 MDISK 001 3330 1 2 TEST04
 MDISK 002 3330 3 3 TEST04
USER TEMP NOLOG 256K 1M G
 CONSOLE 009 3215
 MDISK 192 3330 T-DISK 3
)";

class TemporaryDisks : public DeviceTest {
 protected:
  TemporaryDisks() : DeviceTest(std::string(kDiskUsers) + kTemporaryUsers) { add_drive(0x180, "TEST04", 7); }
};

TEST_F(TemporaryDisks, AreEmptyAndGoneWhenTheyAreDetached) {
  log_on("ALPHA");
  EXPECT_THAT(type("ALPHA", "DEFINE T3330 AS 300 CYL 2"), ElementsAre("DASD 300 DEFINED"));
  EXPECT_THAT(type("ALPHA", "QUERY VIRTUAL 300"), ElementsAre("DASD 300 3330 (TEMP) R/W 002 CYL"));
  EXPECT_EQ(write("ALPHA", 0x300, 1, 0x5E).status, kGood);
  EXPECT_EQ(read("ALPHA", 0x300, 1), Bytes({0x5E, 0x5E}));
  EXPECT_EQ(chain("ALPHA", 0x300, {seek(2, 0)}).status, kCheck);
  EXPECT_THAT(type("QUERY SYSTEM 180"), Contains("ALPHA 300 R/W CYL 1 TO 2"));
  EXPECT_THAT(type("ALPHA", "DETACH 300"), ElementsAre("DASD 300 DETACHED"));

  log_on("BETA");
  EXPECT_THAT(type("BETA", "DEFINE T3330 300 2"), ElementsAre("DASD 300 DEFINED"));
  EXPECT_THAT(type("QUERY SYSTEM 180"), Contains("BETA 300 R/W CYL 1 TO 2"));
  EXPECT_EQ(read("BETA", 0x300, 1), Bytes());
}

TEST_F(TemporaryDisks, AreNobodyElses) {
  log_on("ALPHA");
  log_on("BETA");
  for (const std::string user : {"ALPHA", "BETA"}) {
    EXPECT_THAT(type(user, "DEFINE T3330 AS 300 CYL 1"), ElementsAre("DASD 300 DEFINED"));
    EXPECT_EQ(write(user, 0x300, 0, user == "ALPHA" ? 0xAA : 0xBB).status, kGood);
  }
  EXPECT_EQ(read("ALPHA", 0x300, 0), Bytes({0xAA, 0xAA}));
  EXPECT_EQ(read("BETA", 0x300, 0), Bytes({0xBB, 0xBB}));
  EXPECT_THAT(type("BETA", "LINK ALPHA 300 301"), ElementsAre(StartsWith("DMKLNK107E")));
  EXPECT_THAT(type("BETA", "LINK $TDISK$ 001 301"), ElementsAre(StartsWith("DMKLNK107E")));
}

TEST_F(TemporaryDisks, TheLowestPieceThatIsLargeEnoughIsTaken) {
  log_on("ALPHA");
  const auto define = [&](const std::string& address, u32 cylinders) {
    return type("ALPHA", fmt::format("DEFINE T3330 AS {} CYL {}", address, cylinders)).at(0);
  };
  EXPECT_EQ(define("301", 1), "DASD 301 DEFINED");
  EXPECT_EQ(define("302", 2), "DASD 302 DEFINED");
  EXPECT_EQ(define("303", 1), "DASD 303 DEFINED");
  EXPECT_THAT(type("QUERY SYSTEM 180"), ElementsAre(testing::_, "ALPHA 301 R/W CYL 1 TO 1", "ALPHA 302 R/W CYL 3 TO 4",
                                                    "ALPHA 303 R/W CYL 2 TO 2"));
  EXPECT_THAT(define("304", 2), StartsWith("DMKDEF091E DASD 304 NOT DEFINED; TEMP SPACE NOT AVAILABLE"));
  type("ALPHA", "DETACH 301");
  type("ALPHA", "DETACH 303");
  EXPECT_EQ(define("304", 2), "DASD 304 DEFINED");
}

TEST_F(TemporaryDisks, WhatCannotBeHadIsRefused) {
  log_on("ALPHA");
  EXPECT_THAT(type("ALPHA", "DEFINE T3350 AS 300 CYL 1"), ElementsAre(HasSubstr("THE DIRECTORY HAS NO 3350")));
  EXPECT_THAT(type("ALPHA", "DEFINE T3330 AS 191 CYL 1"), ElementsAre("DMKDEF024E DEV 191 ALREADY EXISTS"));
  EXPECT_THAT(type("ALPHA", "DEFINE T3330 AS 300 CYL 0"), ElementsAre(StartsWith("DMKCFC026E")));
  EXPECT_THAT(type("ALPHA", "DEFINE T3330 AS 300 CYL 809"), ElementsAre(StartsWith("DMKCFC026E")));
  EXPECT_THAT(type("ALPHA", "DEFINE T3330"), ElementsAre(StartsWith("DMKDEF022E")));
  EXPECT_THAT(type("ALPHA", "DEFINE T9999 AS 300 CYL 1"), ElementsAre(HasSubstr("003E")));
}

TEST_F(TemporaryDisks, TheDirectorysIsThereAtLogon) {
  log_on("TEMP");
  EXPECT_THAT(lines_["TEMP"], IsEmpty());
  EXPECT_THAT(type("TEMP", "QUERY VIRTUAL DASD"), ElementsAre("DASD 192 3330 (TEMP) R/W 003 CYL"));
  log_on("ALPHA");
  EXPECT_THAT(type("ALPHA", "DEFINE T3330 AS 300 CYL 3"), ElementsAre(StartsWith("DMKDEF091E")));
  type("TEMP", "LOGOFF");
  EXPECT_THAT(type("ALPHA", "DEFINE T3330 AS 300 CYL 3"), ElementsAre("DASD 300 DEFINED"));
}

}  // namespace
}  // namespace replica::vmm
