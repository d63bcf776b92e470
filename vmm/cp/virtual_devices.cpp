#include "vmm/cp/virtual_devices.h"

#include <algorithm>

#include "devices/card_punch.h"
#include "devices/card_reader.h"
#include "devices/ctca/adapter.h"
#include "devices/line_printer.h"
#include "devices/terminal/display.h"
#include "vmm/cp/pseudo_timer.h"

namespace replica::vmm {
namespace {

struct Name {
  std::string_view types;  // with a blank behind each
  std::string_view name;
};

constexpr Name kNames[] = {
    {"2305 2311 2314 2319 3330 3340 3350 3375 3380 3310 3370 ", "DASD"},
    {"3410 3411 3420 3422 3430 3480 2401 2415 2420 8809 9347 ", "TAPE"},
    {"1403 1443 3203 3211 ", "PRT"},
    {"2501 2540R 3505 ", "RDR"},
    {"2540P 3525 ", "PUN"},
    {"1052 3210 3215 ", "CONS"},
    {"3270 ", "GRAF"},
    {"CTCA ", "CTCA"},
    {"TIMER ", "TIMR"},
};

}  // namespace

std::string_view name_of_type(std::string_view type) {
  const std::string word = std::string(type.substr(0, type.find('-'))) + ' ';
  for (const Name& each : kNames) {
    if (each.types.find(word) != std::string_view::npos) return each.name;
  }
  return "DEV";
}

std::string_view name_of_device(Session& session, u16 address) {
  const Device* device = session.machine->channels().device_at(address);
  return device ? name_of_type(device->type()) : "DEV";
}

VirtualDevices::VirtualDevices(ChannelSubsystem& real_devices, const DeviceEnvironment& environment,
                               const Directory& directory, SpoolStore& spool, SpoolingDevices& spooling,
                               Options options)
    : real_devices_(real_devices),
      environment_(environment),
      directory_(directory),
      spool_(spool),
      spooling_(spooling),
      options_(std::move(options)),
      minidisks_(real_devices, directory) {}

VirtualDevices::~VirtualDevices() {
  for (auto& [address, device] : offline_) static_cast<void>(real_devices_.attach(address, std::move(device)));
}

// ---- LOGON and LOGOFF ----

void VirtualDevices::add_all(Session& session) {
  const User& user = *session.user;
  const auto note = [&](const std::string& place, const Status& status) {
    if (!status) options_.tell(session, fmt::format("{} ({})", status.error().message, place));
  };
  if (user.console) note(user.console->place, add_console(session, user.console->address, user.console->spool_class));
  for (const SpoolDevice& device : user.spool_devices) note(device.place, add_spool_device(session, device));
  for (const DedicatedDevice& device : user.dedicated_devices) {
    const auto address =
        device.real_address ? Result<u16>(*device.real_address) : find_drive(real_devices_, device.volume);
    const Status status = address
                              ? attach_real(session, device.address, *address, device.read_only)
                              : fail("DMKLOG108E DEV {:03X} NOT ATTACHED; {}", device.address, address.error().message);
    note(device.place, status);
  }
  for (const SpecialDevice& device : user.special_devices)
    note(device.place, add_special(session, device.address, device.kind));
  for (const Minidisk& disk : user.minidisks)
    note(disk.place, add_minidisk(session, user, disk, disk.address, disk.mode));
  for (const Link& link : user.links) {
    const User& owner = *directory_.find(link.owner);
    note(link.place, add_minidisk(session, owner, directory_.target(link), link.address, link.mode));
  }
}

Status VirtualDevices::add_minidisk(Session& session, const User& owner, const Minidisk& disk, u16 address,
                                    LinkMode mode) {
  if (disk.kind == Minidisk::Kind::temporary) return add_temporary(session, address, disk.type, disk.cylinders);
  const auto message =
      add_link(session, {.user = session.name(), .address = address, .owner = owner.name, .disk = &disk, .mode = mode});
  if (!message) return tl::unexpected(message.error());
  if (!session.devices.at(address).is_as_wished) options_.tell(session, *message);
  return {};
}

void VirtualDevices::remove_all(Session& session) {
  while (!session.devices.empty()) remove(session, session.devices.begin()->first);
}

// ---- One device ----

Status VirtualDevices::check_free(const Session& session, u16 address) const {
  if (!session.devices.contains(address)) return {};
  return fail("DMKDEF024E DEV {:03X} ALREADY EXISTS", address);
}

Status VirtualDevices::attach(Session& session, u16 address, VirtualDevice device, std::unique_ptr<Device> model) {
  if (Status status = session.machine->channels().attach(address, std::move(model)); !status) return status;
  session.devices[address] = std::move(device);
  return {};
}

Status VirtualDevices::add_console(Session& session, u16 address, char spool_class) {
  if (Status free = check_free(session, address); !free) return free;
  if (session.console) return fail("DMKDEF024E CONS ALREADY EXISTS");
  auto console = std::make_unique<replica::Console>("3215", environment_);
  session.console = console.get();
  console->on_line([tell = options_.tell, &session](const std::string& line) { tell(session, line); });
  const SpoolSettings settings{.spool_class = spool_class};
  const VirtualDevice device{.kind = VirtualDevice::Kind::console,
                             .output = std::make_shared<SpoolOutput>(spool_, session.name(), "3215", settings)};
  return attach(session, address, device, std::move(console));
}

Status VirtualDevices::add_spool_device(Session& session, const SpoolDevice& device) {
  if (Status free = check_free(session, device.address); !free) return free;
  const bool is_2540 = device.type == "2540";
  const SpoolSettings settings{.spool_class = device.spool_class};
  if (device.kind == SpoolDevice::Kind::reader) {
    auto input = std::make_shared<SpoolInput>(spool_, session.name(), settings);
    auto model = make_card_reader_from(input, is_2540 ? "2540R" : device.type, {}, environment_);
    if (!model) return tl::unexpected(model.error());
    return attach(session, device.address, {.kind = VirtualDevice::Kind::reader, .input = input}, std::move(*model));
  }
  const bool prints = device.kind == SpoolDevice::Kind::printer;
  const std::string type = is_2540 ? "2540P" : device.type;
  auto output = std::make_shared<SpoolOutput>(spool_, session.name(), type, settings);
  auto model = prints ? make_line_printer_on(output, type, {}, environment_)
                      : make_card_punch_on(output, type, {}, environment_);
  if (!model) return tl::unexpected(model.error());
  const auto kind = prints ? VirtualDevice::Kind::printer : VirtualDevice::Kind::punch;
  return attach(session, device.address, {.kind = kind, .output = output}, std::move(*model));
}

Status VirtualDevices::add_special(Session& session, u16 address, SpecialDevice::Kind kind) {
  if (Status free = check_free(session, address); !free) return free;
  switch (kind) {
    case SpecialDevice::Kind::channel_adapter: {
      auto model = std::make_unique<ChannelAdapter>(std::make_shared<AdapterLink>(), AdapterLink::Side::x, "virtual",
                                                    environment_);
      const VirtualDevice adapter{.kind = VirtualDevice::Kind::adapter, .adapter = model.get()};
      return attach(session, address, adapter, std::move(model));
    }
    case SpecialDevice::Kind::display:
      return attach(session, address, {.kind = VirtualDevice::Kind::display}, std::make_unique<Display>());
    case SpecialDevice::Kind::timer: break;
  }
  return attach(session, address, {.kind = VirtualDevice::Kind::timer},
                std::make_unique<PseudoTimer>(*session.machine));
}

Result<std::string> VirtualDevices::add_link(Session& session, const Minidisks::Request& request) {
  if (session.devices.contains(request.address)) {
    return fail("DMKLNK110E {} {:03X} NOT LINKED; {:03X} ALREADY DEFINED", request.owner, request.disk->address,
                request.address);
  }
  auto linked = minidisks_.link(request);
  if (!linked) return tl::unexpected(linked.error());
  if (Status status = attach_minidisk(session, request.address, *linked); !status)
    return tl::unexpected(status.error());
  return linked->message;
}

Status VirtualDevices::add_temporary(Session& session, u16 address, const std::string& type, u32 cylinders) {
  if (Status free = check_free(session, address); !free) return free;
  auto linked = minidisks_.link_temporary(session.name(), address, type, cylinders);
  if (!linked) return tl::unexpected(linked.error());
  linked->volume = "(TEMP)";
  return attach_minidisk(session, address, *linked);
}

Status VirtualDevices::attach_minidisk(Session& session, u16 address, Minidisks::Linked& linked) {
  const VirtualDevice device{.kind = VirtualDevice::Kind::minidisk,
                             .real_address = linked.real_address,
                             .volume = linked.volume,
                             .cylinders = linked.cylinders,
                             .writes = linked.writes,
                             .is_as_wished = linked.is_as_wished};
  Status status = attach(session, address, device, std::move(linked.model));
  if (!status) minidisks_.unlink(session.name(), address);
  return status;
}

Status VirtualDevices::attach_real(Session& session, u16 address, u16 real_address, bool read_only) {
  const auto refuse = [&](std::string_view why) {
    return fail("DMKVDB120E DEV {:03X} NOT ATTACHED; {}", real_address, why);
  };
  if (session.devices.contains(address))
    return refuse(fmt::format("{} {:03X} ALREADY DEFINED", session.name(), address));
  if (offline_.contains(real_address)) return fail("DMKVDB046E DEV {:03X} OFFLINE", real_address);
  if (minidisks_.volumes().has(real_address)) return refuse("ATTACHED TO SYSTEM");
  Device* device = real_device(real_address);
  if (!device) return refuse("IT DOES NOT EXIST, OR SOMEBODY ELSE HAS IT");
  auto* drive = dynamic_cast<CkdDevice*>(device);
  if (read_only && !drive) return refuse("R/O IS FOR CKD DRIVES");
  spooling_.let_go(real_address);
  options_.taking(real_address);
  auto model = real_devices_.take(real_address);
  if (!model) return refuse(model.error().message);
  if (drive) drive->set_protects(read_only);
  const VirtualDevice dedicated{
      .kind = VirtualDevice::Kind::dedicated, .real_address = real_address, .writes = !read_only};
  if (Status attached = attach(session, address, dedicated, std::move(*model)); !attached) return attached;
  options_.taken(real_address, *device);
  return {};
}

Status VirtualDevices::rename(Session& session, u16 from, u16 to) {
  if (!session.devices.contains(from)) return fail("DMKDEF040E DEV {:03X} DOES NOT EXIST", from);
  if (Status free = check_free(session, to); !free) return free;
  static_cast<void>(session.machine->channels().reset(from));
  if (Status moved = session.machine->channels().move(from, to); !moved) return moved;
  auto node = session.devices.extract(from);
  node.key() = to;
  session.devices.insert(std::move(node));
  minidisks_.links().rename(session.name(), from, to);
  return {};
}

bool VirtualDevices::remove(Session& session, u16 address) {
  const auto found = session.devices.find(address);
  if (found == session.devices.end()) return false;
  const VirtualDevice device = found->second;
  session.devices.erase(found);
  static_cast<void>(session.machine->channels().reset(address));
  if (device.output) static_cast<void>(device.output->close_file());
  if (device.kind == VirtualDevice::Kind::console) session.console = nullptr;
  if (device.kind == VirtualDevice::Kind::display) {
    options_.dropping(session, address, *session.machine->channels().device_at(address));
  }
  if (device.kind == VirtualDevice::Kind::dedicated) {
    give_back(session, address, device.real_address);
  } else if (Status flushed = session.machine->channels().detach(address); !flushed) {
    options_.tell_operator(flushed.error().message);
  }
  minidisks_.unlink(session.name(), address);
  if (device.output) options_.start_spooling();
  return true;
}

void VirtualDevices::give_back(Session& session, u16 address, u16 real_address) {
  options_.taking(real_address);
  auto model = session.machine->channels().take(address);
  if (!model) return options_.tell_operator(fmt::format("{:03X}: {}", real_address, model.error().message));
  if (auto* drive = dynamic_cast<CkdDevice*>(model->get())) drive->set_protects(false);
  if (Status flushed = (*model)->flush(); !flushed) options_.tell_operator(flushed.error().message);
  if (Status back = real_devices_.attach(real_address, std::move(*model)); !back) {
    options_.tell_operator(fmt::format("{:03X}: {}", real_address, back.error().message));
  }
  options_.returned(real_address);
  spooling_.find_devices();
  options_.start_spooling();
}

std::optional<VirtualDevices::Partner> VirtualDevices::find_partner(
    const std::vector<std::unique_ptr<Session>>& sessions, const Session& session, u16 address) {
  const ChannelAdapter* own = session.devices.at(address).adapter;
  for (const auto& other : sessions) {
    for (const auto& [other_address, device] : other->devices) {
      if (own && device.adapter && device.adapter != own && device.adapter->is_coupled_to(*own)) {
        return Partner{other.get(), other_address};
      }
    }
  }
  return std::nullopt;
}

// ---- Real devices ----

Status VirtualDevices::vary_offline(u16 real_address) {
  if (offline_.contains(real_address)) return fail("DMKCPS046E DEV {:03X} OFFLINE", real_address);
  if (minidisks_.volumes().has(real_address)) return fail("DMKCPS123E DASD {:03X} ATTACHED TO SYSTEM", real_address);
  if (!real_device(real_address)) {
    return fail("DMKCPS040E DEV {:03X} DOES NOT EXIST, OR SOMEBODY HAS IT", real_address);
  }
  spooling_.let_go(real_address);
  options_.taking(real_address);
  auto model = real_devices_.take(real_address);
  if (!model) return fail("DMKCPS122E DEV {:03X}: {}", real_address, model.error().message);
  if (Status flushed = (*model)->flush(); !flushed) options_.tell_operator(flushed.error().message);
  offline_[real_address] = std::move(*model);
  return {};
}

Status VirtualDevices::vary_online(u16 real_address) {
  const auto found = offline_.find(real_address);
  if (found == offline_.end()) return fail("DMKCPS040E DEV {:03X} IS NOT OFFLINE", real_address);
  // Another device may have been configured there meanwhile; this one stays offline then.
  if (real_device(real_address)) return fail("DMKCPS122E DEV {:03X} IS THERE ALREADY", real_address);
  auto node = offline_.extract(found);
  if (Status back = real_devices_.attach(real_address, std::move(node.mapped())); !back) return back;
  options_.returned(real_address);
  spooling_.find_devices();
  options_.start_spooling();
  return {};
}

}  // namespace replica::vmm
