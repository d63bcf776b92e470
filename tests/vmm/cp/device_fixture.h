// CP with real drives: TEST01 on 150 and TEST03 on 170, which the directory has minidisks on, and TEST02 on 160, which it has not.
#pragma once

#include <fstream>

#include "tests/devices/dasd/ckd_fixture.h"
#include "tests/vmm/cp/control_program_fixture.h"

namespace replica::vmm {

using namespace replica::test;

inline constexpr const char* kDiskUsers = R"(
USER OPERATOR NOLOG 64K 1M ABCDEG
 CONSOLE 009 3215
USER ALPHA NOLOG 256K 1M G
 ACCOUNT ACCTA BIN1
 CONSOLE 009 3215
 SPOOL 00E 1403 A
 MDISK 191 3330 1 3 TEST01 MR RPASS WPASS MPASS
 MDISK 192 3330 7 1 TEST01 W ALL
 SPECIAL 500 CTCA
USER BETA NOLOG 256K 1M G
 ACCOUNT ACCTB BIN2
 CONSOLE 009 3215
 MDISK 191 3330 4 3 TEST01 W
 SPECIAL 600 CTCA
 SPECIAL 0FF TIMER
 SPECIAL 700 3270
USER GAMMA NOLOG 256K 1M G
 CONSOLE 009 3215
 LINK ALPHA 191 291 RR
USER WHOLE NOLOG 256K 1M G
 CONSOLE 009 3215
 MDISK 150 3330 DEVNO 150 MW
USER OTHER NOLOG 256K 1M G
 CONSOLE 009 3215
 DEDICATE 160 TEST02
USER WRONG NOLOG 256K 1M G
 CONSOLE 009 3215
 MDISK 191 3330 8 100 TEST01 W
 MDISK 192 3330 0 1 NOSUCH W
 MDISK 193 3350 5 1 TEST03 W
 DEDICATE 161 161
 DEDICATE 162 150
)";

class DeviceTest : public ControlProgramTest {
 protected:
  explicit DeviceTest(const std::string& users = kDiskUsers) : ControlProgramTest(users) {
    add_drive(0x150, "TEST01", 10);
    add_drive(0x160, "TEST02", 3);
    add_drive(0x170, "TEST03", 1);
  }

  void add_drive(u16 address, const std::string& label, u32 cylinders, CkdDevice::Options options = {}) {
    const NewVolume volume{find_ckd_geometry("3330"), cylinders, {}};
    Bytes serial;
    for (const char c : label) serial.push_back(default_code_page().to_ebcdic[static_cast<u8>(c)]);
    const std::string path = folder_.path(label);
    EXPECT_GOOD(create_volume(path, volume, [&](TrackAddress track) -> Result<Track> {
      return track == TrackAddress{0, 0} ? label_track(serial) : Track(track);
    }));
    EXPECT_GOOD(
        real_devices_->attach(address, std::make_unique<CkdDevice>("3330", open_for_test(path), std::move(options))));
  }

  Device* device(const std::string& user, u16 address) { return machine(user).channels().device_at(address); }

  // A chain of commands at a user's drive: the last one's outcome.
  Outcome chain(const std::string& user, u16 address, const std::vector<Step>& steps) {
    Device* drive = device(user, address);
    if (!drive) return {};
    return ChannelDriver(*drive).chain(steps);
  }
  static Step seek(u8 cylinder, u8 head) { return Step::send(kSeek, {0, 0, 0, cylinder, 0, head}); }
  static Step search(u8 cylinder, u8 head, u8 record) {
    return Step::send(kSearchIdEqual, {0, cylinder, 0, head, record});
  }
  // Writes record 1 of a track.
  Outcome write(const std::string& user, u16 address, u8 cylinder, u8 value) {
    return chain(user, address,
                 {seek(cylinder, 0), search(cylinder, 0, 0),
                  Step::send(kWriteCkd, {0, cylinder, 0, 0, 1, 0, 0, 2, value, value})});
  }
  Bytes read(const std::string& user, u16 address, u8 cylinder) {
    return chain(user, address, {seek(cylinder, 0), search(cylinder, 0, 1), Step::read(kReadData, 2)}).data;
  }

  Lines accounting() {
    Lines lines;
    std::ifstream file(folder_.path("accounting"));
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }
};

}  // namespace replica::vmm
