// The devices of the virtual machines: made when their users log on, by commands meanwhile, and gone or given back in the end.
// VM/370 CP Command Reference for General Users (GC20-1820), Operator's Guide (GC20-1806).
//
// Invariants:
//   1. A session's `devices` and the channels of its machine have the same addresses.
//   2. Each link of `minidisks` belongs to a device of a session, and each minidisk has one.
//   3. A real device is at one place: on the real channels, on those of the machine it is attached to, or offline.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "devices/device_environment.h"
#include "vmm/cp/minidisks.h"
#include "vmm/cp/session.h"
#include "vmm/cp/spooling_devices.h"

namespace replica::vmm {

class VirtualDevices {
 public:
  struct Options {
    // Lines to a user and to the operator.
    std::function<void(Session&, const std::string&)> tell;
    std::function<void(const std::string&)> tell_operator;
    // Spooling may have something to do.
    std::function<void()> start_spooling;
    // A real device, maybe a terminal: is about to move, is a virtual device now, is back.
    std::function<void(u16 real_address)> taking;
    std::function<void(u16 real_address, Device& device)> taken;
    std::function<void(u16 real_address)> returned;
    // A virtual display goes, and with it whoever has dialed to it.
    std::function<void(const Session& session, u16 address, const Device& display)> dropping;
  };

  // All must outlive it.
  VirtualDevices(ChannelSubsystem& real_devices, const DeviceEnvironment& environment, const Directory& directory,
                 SpoolStore& spool, SpoolingDevices& spooling, Options options);
  // Devices that are offline go back to the real channels.
  ~VirtualDevices();

  // LOGON: all that the directory says. The user is told what cannot be had.
  void add_all(Session& session);
  void remove_all(Session& session);

  // ---- One device. Errors: the address is in use, and what each says ----

  Status add_console(Session& session, u16 address, char spool_class);
  Status add_spool_device(Session& session, const SpoolDevice& device);
  Status add_special(Session& session, u16 address, SpecialDevice::Kind kind);
  // A minidisk. Gives what the user is to be told.
  Result<std::string> add_link(Session& session, const Minidisks::Request& request);
  // A temporary minidisk, empty, until it is detached.
  Status add_temporary(Session& session, u16 address, const std::string& type, u32 cylinders);
  // The real device moves to the virtual channels. Errors: it is not free, or not there.
  Status attach_real(Session& session, u16 address, u16 real_address, bool read_only);
  Status rename(Session& session, u16 from, u16 to);
  // Whatever it is, what it does is given up. False if there is none.
  bool remove(Session& session, u16 address);

  // The adapter that one is coupled to.
  struct Partner {
    Session* session;
    u16 address;
  };
  static std::optional<Partner> find_partner(const std::vector<std::unique_ptr<Session>>& sessions,
                                             const Session& session, u16 address);

  // ---- Real devices ----

  Status vary_offline(u16 real_address);
  Status vary_online(u16 real_address);
  const std::map<u16, std::unique_ptr<Device>>& offline() const { return offline_; }
  Device* real_device(u16 real_address) { return real_devices_.device_at(real_address); }
  std::vector<u16> real_addresses() const { return real_devices_.addresses(); }

  Minidisks& minidisks() { return minidisks_; }

 private:
  Status attach(Session& session, u16 address, VirtualDevice device, std::unique_ptr<Device> model);
  Status attach_minidisk(Session& session, u16 address, Minidisks::Linked& linked);
  Status add_minidisk(Session& session, const User& owner, const Minidisk& disk, u16 address, LinkMode mode);
  void give_back(Session& session, u16 address, u16 real_address);
  Status check_free(const Session& session, u16 address) const;

  ChannelSubsystem& real_devices_;
  const DeviceEnvironment& environment_;
  const Directory& directory_;
  SpoolStore& spool_;
  SpoolingDevices& spooling_;
  Options options_;
  Minidisks minidisks_;
  std::map<u16, std::unique_ptr<Device>> offline_;
};

// What messages call a device: DASD, TAPE, PRT, PUN, RDR, CONS, CTCA, GRAF, TIMR or DEV.
std::string_view name_of_type(std::string_view type);
std::string_view name_of_device(Session& session, u16 address);

}  // namespace replica::vmm
