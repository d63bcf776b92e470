#include "tests/isolation/house.h"

#include <algorithm>

#include "base/big_endian.h"
#include "base/check.h"
#include "devices/dasd/volume_tools.h"
#include "vmm/directory/parser.h"

namespace replica::isolation {
namespace {

constexpr const char* kUsers = R"(
USER OPERATOR NOLOG 64K 1M ABCDEG
 CONSOLE 009 3215
USER VICTIM NOLOG 256K 1M G
 CONSOLE 009 3215
 SPOOL 00C 2540 READER *
 SPOOL 00D 2540 PUNCH A
 SPOOL 00E 1403 A
 MDISK 191 3330 4 2 SHARED W
 SPECIAL 500 CTCA
USER MALLET NOLOG 256K 1M G
 CONSOLE 009 3215
 SPOOL 00C 2540 READER *
 SPOOL 00D 2540 PUNCH A
 SPOOL 00E 1403 A
 MDISK 191 3330 2 1 SHARED W
 MDISK 192 3330 8 1 SHARED W
 LINK LIBRARY 190 190 RR
 SPECIAL 500 CTCA
USER TRUDY NOLOG 256K 1M G
 CONSOLE 009 3215
 SPOOL 00C 2540 READER *
 SPOOL 00D 2540 PUNCH A
 SPOOL 00E 1403 A
 MDISK 191 3330 6 2 SHARED W
 MDISK 192 3330 9 1 SHARED W
 LINK LIBRARY 190 190 RR
 SPECIAL 500 CTCA
USER WORKER NOLOG 256K 1M G
 CONSOLE 009 3215
USER LIBRARY NOLOG 64K 1M G
 MDISK 190 3330 10 1 SHARED RR ALL
)";

constexpr u16 kDrive = 0x150;
// Attackers fill the spool, which shall not take long.
constexpr u64 kSpoolBytes = 4 * 1024 * 1024;

std::string path_of(const tools::TemporaryFolder& folder) { return folder.path("shared"); }

// Goes through the pages from 4000 on: the first doubleword says which page it is, and is all over the page; then it stores
// what is there already, and loads it into a floating-point register.
constexpr u8 kWorkerProgram[] = {
    0x58, 0x20, 0x0F, 0x00,              // 00  L    2,first
    0x18, 0x32,                          // 04  LR   3,2
    0x88, 0x30, 0x00, 0x0C,              // 06  SRL  3,12
    0x49, 0x30, 0x20, 0x06,              // 0A  CH   3,6(2)
    0x47, 0x70, 0xB0, 0x50,              // 0E  BNE  failed
    0xD5, 0xF7, 0x20, 0x08, 0x20, 0x00,  // 12  CLC  8(248,2),0(2)
    0x47, 0x70, 0xB0, 0x50,              // 18  BNE  failed
    0xD5, 0xFF, 0x28, 0x00, 0x20, 0x00,  // 1C  CLC  X'800'(256,2),0(2)
    0x47, 0x70, 0xB0, 0x50,              // 22  BNE  failed
    0xD2, 0x07, 0x21, 0x00, 0x20, 0x00,  // 26  MVC  X'100'(8,2),0(2)
    0x68, 0x00, 0x20, 0x00,              // 2C  LD   0,0(2)
    0x5A, 0x20, 0x0F, 0x04,              // 30  A    2,step
    0x59, 0x20, 0x0F, 0x08,              // 34  C    2,end
    0x47, 0x40, 0xB0, 0x04,              // 38  BL   4
    0x41, 0x40, 0x40, 0x01,              // 3C  LA   4,1(4)
    0x50, 0x40, 0x0F, 0x0C,              // 40  ST   4,rounds
    0x47, 0xF0, 0xB0, 0x00,              // 44  B    0
};
constexpr u8 kWorkerFails[] = {0x82, 0x00, 0x0F, 0xF8};  // 50  LPSW failed
constexpr u32 kWorkerBase = 0x1000, kWorkerPages = 0x4000, kWorkerRounds = 0xF0C;

void put_word(vmm::VirtualMachine& machine, u32 address, u32 value) {
  u8 bytes[4];
  store_be32(bytes, value);
  put(machine, address, bytes);
}

}  // namespace

void put(vmm::VirtualMachine& machine, u32 address, std::span<const u8> bytes) {
  for (u32 n = 0; n < bytes.size(); ++n) {
    machine.storage().record_store(address + n, 1);
    *machine.storage().at(address + n) = bytes[n];
  }
}

House::House(const HouseOptions& options) {
  environment_.directory = folder_.path("");
  directory_ = vmm::parse_directory(kUsers, "users.direct", vmm::PlainPasswords::hash).value();
  vmm::MonitorOptions monitor_options;
  monitor_options.real_storage = options.real_storage;
  monitor_options.paging_directory = folder_.path("");
  monitor_options.assist = options.assist;
  monitor_ = vmm::Monitor::create(monitor_options).value();
  vmm::SpoolOptions spool_options{.directory = folder_.path("spool"), .now = [] { return i64{1'000'000'000}; }};
  spool_options.most_bytes = kSpoolBytes;
  spool_ = vmm::SpoolStore::open(spool_options).value();
  real_devices_ = std::make_unique<ChannelSubsystem>(monitor_->frames().real());
  make_volume();
  control_program_ = std::make_unique<vmm::ControlProgram>(
      *monitor_, directory_, *real_devices_, environment_, *spool_,
      vmm::ControlProgram::Options{.accounting_file = {}, .print = [](const std::string&) {}});
  log_on(Owner::victim, "VICTIM");
  log_on(Owner::first_attacker, "MALLET");
  log_on(Owner::second_attacker, "TRUDY");
  log_on(Owner::worker, "WORKER");
  make_spool_files();
  start_worker(*resident(Owner::worker).machine);
}

House::~House() = default;

Resident& House::resident(Owner owner) {
  return *std::find_if(residents_.begin(), residents_.end(), [&](const Resident& each) { return each.owner == owner; });
}

Owner House::owner_of_cylinder(u32 cylinder) {
  constexpr Owner kOf[kCylinders] = {Owner::nobody,          Owner::nobody,          Owner::first_attacker,
                                     Owner::nobody,          Owner::victim,          Owner::victim,
                                     Owner::second_attacker, Owner::second_attacker, Owner::first_attacker,
                                     Owner::second_attacker, Owner::library,         Owner::nobody};
  return kOf[cylinder];
}

// Three records on each track. Their counts name the cylinder of the minidisk, as its guest would have written them.
void House::make_volume() {
  constexpr u32 kFirst[kCylinders] = {0, 1, 2, 3, 4, 4, 6, 6, 8, 9, 10, 11};
  const NewVolume volume{find_ckd_geometry("3330"), kCylinders, {.raw = true}};
  const u8 serial[] = {0xE2, 0xC8, 0xC1, 0xD9, 0xC5, 0xC4};
  const Status made = create_volume(path_of(folder_), volume, [&](TrackAddress address) -> Result<Track> {
    if (address == TrackAddress{0, 0}) return label_track(serial);
    Track track(address);
    const u32 place = address.cylinder << 8 | address.head;
    const TrackAddress named = {address.cylinder - kFirst[address.cylinder], address.head};
    for (u8 record = 1; record <= 3; ++record)
      track.append(make_count(named, record, 8, 1000), filled(1008, owner_of_cylinder(address.cylinder), place));
    return track;
  });
  CHECK(made.has_value());
  VolumeOptions options;
  options.file = path_of(folder_);
  auto drive = std::make_unique<CkdDevice>("3330", open_volume(options).value(), CkdDevice::Options{});
  volume_ = drive->share().value();
  CHECK(real_devices_->attach(kDrive, std::move(drive)).has_value());
}

void House::log_on(Owner owner, const char* user) {
  const auto session = control_program_->log_on(
      *directory_.find(user), [this, owner](const std::string& line) { lines_.emplace_back(owner, line); }, "");
  CHECK(session.has_value());
  Resident& resident = residents_.emplace_back(Resident{owner, user, (*session)->machine});
  for (u32 page = 0; page < kStorage >> kPageShift; ++page) mark(resident, page);
}

// Of each machine two files in its reader, and one in the printers' queue.
void House::make_spool_files() {
  for (const Resident& each : residents_) {
    if (each.owner == Owner::worker) continue;
    for (u32 n = 0; n < 3; ++n) {
      const auto kind = n < 2 ? vmm::SpoolKind::reader : vmm::SpoolKind::printer;
      const vmm::SpoolAttributes attributes{.owner = each.user,
                                            .origin = each.user,
                                            .kind = kind,
                                            .hold = n == 2 ? vmm::SpoolHold::user : vmm::SpoolHold::none,
                                            .device = "3525"};
      const auto id = spool_->create(attributes).value();
      for (u32 record = 0; record < 4; ++record) {
        const std::vector<u8> card = filled(80, each.owner, n);
        CHECK(spool_->append(id, {.command = 1, .data = card}).has_value());
      }
      CHECK(spool_->close(id, attributes).has_value());
    }
  }
}

void House::start_worker(vmm::VirtualMachine& machine) {
  const std::vector<u8> nothing(kWorkerPages);
  put(machine, 0, nothing);
  put(machine, kWorkerBase, kWorkerProgram);
  put(machine, kWorkerBase + 0x50, kWorkerFails);
  put_word(machine, 0xF00, kWorkerPages);
  put_word(machine, 0xF04, kPageSize);
  put_word(machine, 0xF08, kStorage);
  for (const u32 wait : {88u, 96u, 104u, 112u, 120u, kWorkerFailed}) {
    put_word(machine, wait, 0x00020000);
    put_word(machine, wait + 4, wait);
  }
  monitor_->release_cpu();
  machine.cpu().gr[11] = kWorkerBase;
  machine.cpu().gr[4] = 0;
  machine.cpu().load_psw(kWorkerBase);
  monitor_->start(machine);
}

u32 House::rounds_of_worker() { return load_be32(resident(Owner::worker).machine->storage().at(kWorkerRounds)); }

void House::mark(Resident& resident) {
  for (u32 page = kKept >> kPageShift; page < kStorage >> kPageShift; ++page) mark(resident, page);
}

void House::mark(Resident& resident, u32 page) {
  put(*resident.machine, page << kPageShift, filled(kPageSize, resident.owner, page));
}

}  // namespace replica::isolation
