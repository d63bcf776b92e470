// CP on a monitor in virtual time, with users of a small directory, a spool in a folder of its own, and real devices as a test
// likes them. Lines are typed at the operator's and the users' consoles, and what comes back is looked at.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/big_endian.h"
#include "devices/card_reader.h"
#include "devices/line_printer.h"
#include "tests/tools/temporary_folder.h"
#include "vmm/cp/commands.h"
#include "vmm/cp/console_spool.h"
#include "vmm/cp/control_program.h"

namespace replica::vmm {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

using Lines = std::vector<std::string>;

inline constexpr const char* kUsers = R"(
USER OPERATOR NOLOG 64K 1M ABCDEG
 CONSOLE 009 3215
USER ONE NOLOG 256K 1M G
 ACCOUNT ACCT1 BIN1
 CONSOLE 009 3215 T
 SPOOL 00C 2540 READER *
 SPOOL 00D 2540 PUNCH A
 SPOOL 00E 1403 A
USER TWO NOLOG 256K 1M G
 CONSOLE 01F 3215
 SPOOL 00C 2540 READER A
 SPOOL 00D 2540 PUNCH A
 SPOOL 00E 1403 A
)";

class ControlProgramTest : public testing::Test {
 protected:
  explicit ControlProgramTest(const std::string& users = kUsers, AssistLevel assist = AssistLevel::vma) {
    environment_.directory = folder_.path("");
    directory_ = parse_directory(users, "users.direct", PlainPasswords::hash).value();
    MonitorOptions options;
    options.real_storage = 16 * 1024 * 1024;
    options.paging_directory = folder_.path("");
    options.assist = assist;
    monitor_ = Monitor::create(options).value();
    spool_ = SpoolStore::open({.directory = folder_.path("spool"), .now = [] { return i64{1'000'000'000}; }}).value();
    real_devices_ = std::make_unique<ChannelSubsystem>(monitor_->frames().real());
  }

  // CP takes over the real devices that are there by now.
  ControlProgram& cp() {
    if (!control_program_) {
      control_program_ = std::make_unique<ControlProgram>(
          *monitor_, directory_, *real_devices_, environment_, *spool_,
          ControlProgram::Options{.accounting_file = folder_.path("accounting"),
                                  .print = [this](const std::string& line) { operator_lines_.push_back(line); },
                                  .terminals = terminals_,
                                  .statistics = [this](const std::string& text) { statistics_ += text; }});
    }
    return *control_program_;
  }

  Session& log_on(const std::string& name) {
    auto session = cp().log_on(
        *directory_.find(name), [this, name](const std::string& line) { lines_[name].push_back(line); }, "");
    EXPECT_TRUE(session) << session.error().message;
    operator_lines_.clear();
    return **session;
  }
  Session& session(const std::string& name) { return *cp().find(name); }
  VirtualMachine& machine(const std::string& name) { return *session(name).machine; }

  // What comes back at once, there.
  Lines type(const std::string& line) {
    operator_lines_.clear();
    cp().type_operator_line(line);
    return operator_lines_;
  }
  Lines type(const std::string& user, const std::string& line) {
    lines_[user].clear();
    execute_user_line(cp(), session(user), line);
    return lines_[user];
  }

  StopReason run(u64 instructions = 1'000'000) {
    return monitor_->real().run(monitor_->real().cpu().instructions() + instructions);
  }

  // ---- Spool ----

  // A user's virtual printer or punch prints a line.
  void print(const std::string& user, const std::string& line, u16 address = 0x00E) {
    SpoolOutput& output = *session(user).devices.at(address).output;
    const Status printed = print_line(output, default_code_page(), line);
    EXPECT_TRUE(printed) << printed.error().message;
  }
  // A closed file of that printer or punch.
  SpoolId make_file(const std::string& user, const std::string& line, u16 address = 0x00E) {
    print(user, line, address);
    return session(user).devices.at(address).output->close_file().value().value();
  }
  // The lines of a file.
  Lines text_of(SpoolId id) {
    Lines lines;
    SpoolCursor cursor(*spool_, id);
    for (auto record = cursor.next(); record && *record; record = cursor.next()) {
      std::string line;
      for (const u8 byte : (*record)->data) line += static_cast<char>(default_code_page().to_host[byte]);
      lines.push_back(line);
    }
    return lines;
  }
  std::vector<SpoolId> ids(const SpoolQuery& query = {}) {
    std::vector<SpoolId> all;
    for (const SpoolFile& file : spool_->list(query)) all.push_back(file.id);
    return all;
  }

  // ---- Guests ----

  // Two hexadecimal digits a byte; blanks are for the reader.
  void put(const std::string& user, u32 address, std::string_view hex) {
    Storage& storage = machine(user).storage();
    int high = -1;
    for (const char c : hex) {
      if (c == ' ') continue;
      const int digit = c <= '9' ? c - '0' : c - 'A' + 10;
      if (high >= 0) {
        storage.record_store(address, 1);
        *storage.at(address++) = static_cast<u8>(high << 4 | digit);
      }
      high = high >= 0 ? -1 : digit;
    }
  }
  void put_text(const std::string& user, u32 address, std::string_view text) {
    for (const char c : text) {
      machine(user).storage().record_store(address, 1);
      *machine(user).storage().at(address++) = default_code_page().to_ebcdic[static_cast<u8>(c)];
    }
  }
  u32 word(const std::string& user, u32 address) { return load_be32(machine(user).storage().at(address)); }
  std::string text(const std::string& user, u32 address, u32 length) {
    std::string text;
    for (u32 n = 0; n < length; ++n)
      text += static_cast<char>(default_code_page().to_host[*machine(user).storage().at(address + n)]);
    return text;
  }

  // Runs instructions at 1000 in the supervisor state, all interruptions off, to a disabled wait at the end. New PSWs are
  // disabled waits at their own location.
  void run_guest(const std::string& user, std::string_view instructions) {
    VirtualMachine& guest = machine(user);
    for (const u32 location : {88u, 96u, 104u, 112u, 120u})
      put(user, location, fmt::format("00020000{:08X}", location));
    put(user, 0x1000, std::string(instructions) + "8200 0FF8");
    put(user, 0xFF8, "00020000 00000FF8");
    monitor_->release_cpu();
    guest.cpu().load_psw(0x1000);
    monitor_->start(guest);
    run();
    monitor_->release_cpu();
  }
  // Where it came to wait.
  u32 ended_at(const std::string& user) { return machine(user).cpu().psw.address; }
  static constexpr u32 kEnd = 0xFF8, kProgramNew = 104;
  u32& gr(const std::string& user, unsigned n) { return machine(user).cpu().gr[n]; }
  u8 cc(const std::string& user) { return machine(user).cpu().psw.cc; }

  tools::TemporaryFolder folder_;
  DeviceEnvironment environment_;
  Directory directory_;
  std::vector<RealTerminal> terminals_;
  std::unique_ptr<SpoolStore> spool_;
  std::unique_ptr<ChannelSubsystem> real_devices_;
  std::unique_ptr<Monitor> monitor_;
  std::string statistics_;  // written when all users are logged off
  std::unique_ptr<ControlProgram> control_program_;
  Lines operator_lines_;
  std::map<std::string, Lines> lines_;
};

}  // namespace replica::vmm
