// The devices of a workload as those of several users: what the real machine has of each, and what the directory says.
//
// Disks are minidisks of whole volumes, tapes are dedicated, and what is read from cards, printed and punched is spooled. Each
// guest's printer is a class of the spool, and has a real printer that prints this class alone, into the file that the guest
// on the bare machine prints into.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tools/overhead/workload.h"
#include "vmm/cp/session.h"
#include "vmm/spool/spool_store.h"

namespace replica::overhead {

struct RealDevices {
  std::vector<tools::DeviceStatement> statements;
  std::map<u16, char> classes;  // of the files that each real printer or punch takes
  std::string directory;        // the source of the user directory
};

// The folder of one guest's files.
std::filesystem::path guest_folder(const std::filesystem::path& folder, unsigned guest);

// Makes the folders, with copies of all images. Errors: more devices than there are addresses or classes.
Result<RealDevices> real_devices(const Workload& workload, const std::filesystem::path& folder, unsigned guests);

// Puts the decks of the workload's readers into the user's readers.
Status spool_decks(const Workload& workload, const std::string& user, vmm::SpoolStore& spool,
                   const DeviceEnvironment& environment);
// What comes behind the last card, as the workload has it.
Status set_readers(const Workload& workload, vmm::Session& session, const DeviceEnvironment& environment);

}  // namespace replica::overhead
