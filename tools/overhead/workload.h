// What the experiment runs: the machine of a Hercules configuration and the commands of its operator, in copies of its files.
//
// A workload is never changed by being run. Each guest gets devices of its own in a folder of its own: its disks and tapes are
// copies, what it prints and punches goes there, and only decks of cards are read where they are.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tools/hercules/configuration.h"

namespace replica::overhead {

struct Workload {
  std::string name;              // in tables and results
  std::filesystem::path folder;  // that of the configuration: files that it and the scripts name are relative to it
  tools::Configuration configuration;
  std::vector<std::string> commands;  // the run-command file
};

// Errors: what the two files say wrong, with their lines; and devices that an experiment cannot give to each guest.
Result<Workload> read_workload(const std::string& name, const std::string& configuration, const std::string& commands);

// The devices of one guest, with all that it writes in `folder`, which exists. Addresses are those of the workload.
// Errors: a file cannot be copied.
Result<std::vector<tools::DeviceStatement>> devices_of_guest(const Workload& workload,
                                                             const std::filesystem::path& folder);

enum class DeviceClass : u8 { console, reader, printer, punch, disk, tape, display };
// Of a device that an experiment may have. Error: it may not.
Result<DeviceClass> class_of(const tools::DeviceStatement& statement);

// What a guest has printed and punched, by the address of the device, and at its console.
struct Output {
  std::map<u16, std::string> files;
  std::string console;
};

// Where one of the printers and punches of devices_of_guest() has written.
std::filesystem::path output_file(const std::filesystem::path& folder, u16 address);
// Reads the output of the guest in `folder`.
Result<Output> read_output(const Workload& workload, const std::filesystem::path& folder);

// How two outputs differ, but for times, dates, and what is left blank at ends of lines; empty: in nothing.
std::string difference(const Output& expected, const Output& found);

}  // namespace replica::overhead
