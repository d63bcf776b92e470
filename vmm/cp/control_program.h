// CP: users who log on to their virtual machines, and the commands by which they and the operator control them. VM/370 CP
// Command Reference for General Users (GC20-1820), Operator's Guide (GC20-1806).
//
// Everything happens on the CPU's thread, between two instructions of the guests.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "devices/device_environment.h"
#include "vmm/cp/session.h"
#include "vmm/cp/spooling_devices.h"
#include "vmm/cp/terminals.h"
#include "vmm/cp/virtual_devices.h"
#include "vmm/monitor.h"

namespace replica::vmm {

class ControlProgram {
 public:
  struct Options {
    std::filesystem::path accounting_file;  // empty: no records are kept
    // The lines of the operator's console.
    std::function<void(const std::string&)> print;
    // At which users log on. They outlive it.
    std::vector<RealTerminal> terminals = {};
    // Takes what the VMM has done for a machine, in lines, when its user logs off; may be empty.
    std::function<void(const std::string&)> statistics = {};
  };

  // All must outlive it: the monitor, the directory, the devices of the real machine and their environment, the spool.
  ControlProgram(Monitor& monitor, const Directory& directory, ChannelSubsystem& real_devices,
                 const DeviceEnvironment& environment, SpoolStore& spool, Options options);
  ~ControlProgram();

  // A line typed at the operator's console.
  void type_operator_line(const std::string& line);
  // SHUTDOWN has been entered.
  bool is_shut_down() const { return shut_down_; }

  // ---- For commands ----

  Monitor& monitor() const { return monitor_; }
  const Directory& directory() const { return directory_; }
  SpoolStore& spool() { return spool_; }
  SpoolingDevices& spooling() { return spooling_; }
  VirtualDevices& devices() { return devices_; }
  const CodePage& code_page() const { return *environment_.code_page; }
  ChannelSubsystem& real_devices() { return real_devices_; }
  std::vector<std::unique_ptr<Session>>& sessions() { return sessions_; }
  Session* find(std::string_view name);
  // Makes the virtual machine of a user and its devices. `print` is empty for one that is disconnected from the beginning.
  // The user is told which devices cannot be had. Errors: there is no room for the machine.
  Result<Session*> log_on(const User& user, std::function<void(const std::string&)> print,
                          const std::string& secondary);
  void log_off(Session& session);
  // SLEEP: neither the machine nor its user does anything until a time, or kNever. Attention ends it sooner.
  void put_to_sleep(Session& session, u64 until);
  void wake_up(Session& session);
  // The user leaves the terminal; the machine runs on.
  void disconnect(Session& session);
  // Somebody was not let in: the operator learns of it, and so does who reads the accounting records.
  void refuse_log_on(const std::string& user, const std::string& from, const std::string& why);
  // Lines to a user, or to whoever reads in the user's place.
  void tell(Session& session, const std::string& line);
  void tell_operator(const std::string& line) { options_.print(line); }
  void account(const std::string& record);
  void shut_down();
  // Printers and punches may have something to do, or terminals something to show.
  void start_writers() { monitor_.want_background_work(); }

 private:
  void serve_terminals();
  void wake_sleepers();
  void fix_in_real_storage(Session& session);
  void stopped(VirtualMachine& machine, const std::string& why);

  Monitor& monitor_;
  const Directory& directory_;
  ChannelSubsystem& real_devices_;
  const DeviceEnvironment& environment_;
  SpoolStore& spool_;
  Options options_;
  std::vector<std::unique_ptr<Session>> sessions_;
  SpoolingDevices spooling_;
  VirtualDevices devices_;
  bool shut_down_ = false;
  std::unique_ptr<Terminals> terminals_;
};

}  // namespace replica::vmm
