#include "tools/overhead/virtual_devices.h"

#include <fstream>

#include "devices/host_decks.h"

namespace replica::overhead {
namespace fs = std::filesystem;
using tools::DeviceStatement;

namespace {

constexpr u8 kPunch = 0x01;
constexpr u16 kFirstRealAddress = 0x100;
constexpr u16 kLastRealAddress = 0xFFF;
constexpr std::string_view kClasses = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

// The type of a disk as the directory knows it; its model is that of the volume.
std::string directory_type(const DeviceStatement& statement) {
  return statement.type.substr(0, statement.type.find('-'));
}

// Collects the devices of all guests.
class Collector {
 public:
  Status add_guest(const Workload& workload, const fs::path& folder, unsigned guest) {
    auto devices = devices_of_guest(workload, folder);
    if (!devices) return tl::unexpected(devices.error());
    const u32 kilobytes = workload.configuration.main_storage >> 10;
    result_.directory += fmt::format("USER GUEST{} NOLOG {}K {}K G\n OPTION ECMODE REALTIMER CPUID {:06X}\n", guest + 1,
                                     kilobytes, kilobytes, workload.configuration.cpu_serial & 0xFFFFFF);
    readers_ = 0;
    for (const DeviceStatement& device : *devices) {
      if (Status added = add(device); !added) return added;
    }
    return {};
  }

  RealDevices take() { return std::move(result_); }

 private:
  Status add(const DeviceStatement& device) {
    const u16 address = device.address;
    switch (*class_of(device)) {
      case DeviceClass::console: say("CONSOLE {:03X} 3215", address); return {};
      case DeviceClass::display: say("SPECIAL {:03X} 3270", address); return {};
      case DeviceClass::reader:
        if (readers_ == kClasses.size()) return fail("found too many readers; expected up to {}", kClasses.size());
        say("SPOOL {:03X} {} {}", address, device.type == "2540R" ? "2540 READER" : device.type, kClasses[readers_++]);
        return {};
      case DeviceClass::printer: return add_spooled(device, device.type, printers_);
      case DeviceClass::punch:
        return add_spooled(device, device.type == "2540P" ? "2540 PUNCH" : device.type, punches_);
      case DeviceClass::disk: {
        const auto real = add_real(device);
        if (!real) return tl::unexpected(real.error());
        say("MDISK {:03X} {} DEVNO {:03X} MW", address, directory_type(device), *real);
        return {};
      }
      case DeviceClass::tape: {
        const auto real = add_real(device);
        if (!real) return tl::unexpected(real.error());
        say("DEDICATE {:03X} {:03X}", address, *real);
        return {};
      }
    }
    return {};
  }

  Status add_spooled(const DeviceStatement& device, const std::string& type, std::size_t& number) {
    if (number == kClasses.size()) {
      return fail("found too many printers or punches; expected up to {} of all guests together", kClasses.size());
    }
    const char spool_class = kClasses[number++];
    say("SPOOL {:03X} {} {}", device.address, type, spool_class);
    if (device.arguments.empty()) return {};
    const auto real = add_real(device);
    if (!real) return tl::unexpected(real.error());
    result_.classes[*real] = spool_class;
    return {};
  }

  Result<u16> add_real(DeviceStatement device) {
    if (next_address_ > kLastRealAddress) {
      return fail("found too many devices; expected up to {} of all guests together",
                  kLastRealAddress - kFirstRealAddress + 1);
    }
    device.address = next_address_++;
    result_.statements.push_back(device);
    return device.address;
  }

  template <typename... Args>
  void say(fmt::format_string<Args...> format, Args&&... args) {
    result_.directory += " " + fmt::format(format, std::forward<Args>(args)...) + "\n";
  }

  RealDevices result_;
  u16 next_address_ = kFirstRealAddress;
  std::size_t printers_ = 0, punches_ = 0;  // of all guests
  std::size_t readers_ = 0;                 // of this guest
};

// Calls `use` for each reader of the workload, with its decks and the class of its files.
Status for_each_reader(const Workload& workload, const DeviceEnvironment& environment,
                       const std::function<Status(const DeviceStatement&, HostDecks&, char)>& use) {
  DeviceEnvironment in_folder = environment;
  in_folder.directory = workload.folder;
  std::size_t number = 0;
  for (const DeviceStatement& statement : workload.configuration.devices) {
    if (*class_of(statement) != DeviceClass::reader) continue;
    HostDecks decks(in_folder);
    const char spool_class = kClasses[number++];
    if (Status loaded = decks.load(statement.arguments); !loaded) return loaded;
    if (Status used = use(statement, decks, spool_class); !used) return used;
  }
  return {};
}

// One deck as a file.
Status spool_deck(HostDecks& decks, vmm::SpoolStore& spool, const vmm::SpoolAttributes& attributes) {
  if (!decks.open()) return fail("cannot be opened");
  const auto file = spool.create(attributes);
  if (!file) return tl::unexpected(file.error());
  std::vector<u8> card;
  for (;;) {
    const CardSource::Outcome outcome = decks.read(card);
    if (outcome == CardSource::Outcome::end_of_deck) break;
    if (outcome != CardSource::Outcome::card) return fail("found a card that cannot be read");
    const Status added =
        spool.append(*file, {.command = kPunch, .flags = vmm::SpoolRecord::kBeginsChain, .data = card});
    if (!added) return added;
  }
  decks.end_deck();
  return spool.close(*file, attributes);
}

}  // namespace

fs::path guest_folder(const fs::path& folder, unsigned guest) { return folder / fmt::format("guest{}", guest + 1); }

Result<RealDevices> real_devices(const Workload& workload, const fs::path& folder, unsigned guests) {
  Collector collector;
  for (unsigned guest = 0; guest < guests; ++guest) {
    const fs::path own = guest_folder(folder, guest);
    std::error_code error;
    fs::create_directories(own, error);
    if (error) return fail("{}: {}", own.string(), error.message());
    if (Status added = collector.add_guest(workload, own, guest); !added) return tl::unexpected(added.error());
  }
  return collector.take();
}

Status spool_decks(const Workload& workload, const std::string& user, vmm::SpoolStore& spool,
                   const DeviceEnvironment& environment) {
  return for_each_reader(
      workload, environment, [&](const DeviceStatement& statement, HostDecks& decks, char spool_class) -> Status {
        while (decks.has_deck()) {
          const Status spooled = spool_deck(decks, spool,
                                            {.owner = user,
                                             .origin = user,
                                             .kind = vmm::SpoolKind::reader,
                                             .spool_class = spool_class,
                                             .device = statement.type});
          if (!spooled) return fail("{:04X}: {}: {}", statement.address, decks.description(), spooled.error().message);
        }
        return {};
      });
}

Status set_readers(const Workload& workload, vmm::Session& session, const DeviceEnvironment& environment) {
  return for_each_reader(workload, environment,
                         [&](const DeviceStatement& statement, HostDecks& decks, char) -> Status {
                           vmm::SpoolInput& input = *session.devices.at(statement.address).input;
                           vmm::SpoolSettings settings = input.settings();
                           settings.end_of_file = decks.rules().exception_at_end;
                           return input.alter(settings);
                         });
}

}  // namespace replica::overhead
