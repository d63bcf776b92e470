// The real printers, punches and readers that nobody has dedicated: they carry out the spool. VM/370 Operator's Guide
// (GC20-1806), "Controlling Spooling".
//
// All calls come on the CPU's thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "devices/channels.h"
#include "devices/device_environment.h"
#include "vmm/spool/spool_reader_input.h"
#include "vmm/spool/spool_writer.h"

namespace replica::vmm {

class SpoolingDevices {
 public:
  struct Options {
    const CodePage* code_page = &default_code_page();
    std::function<bool(const std::string&)> is_user;        // of the directory
    std::function<void(const std::string&)> tell_operator;  // a line
  };

  // Both outlive it.
  SpoolingDevices(SpoolStore& store, ChannelSubsystem& devices, Options options)
      : store_(store), devices_(devices), options_(std::move(options)) {}

  // Takes every printer, punch and reader of the real machine, and starts it.
  void find_devices();
  // The device is going to be somebody's. The file in work waits in its queue again.
  void let_go(u16 address);
  // Prints, punches and reads some. True if there is more to do at once.
  bool work();
  // Prints and punches what there is.
  void finish_output();

  // nullptr if there is none at this address.
  SpoolWriter* writer(u16 address);
  struct Reader {
    std::unique_ptr<SpoolReaderInput> input;
    bool is_drained = false;
  };
  Reader* reader(u16 address);
  struct Writer {
    SpoolKind kind;
    std::unique_ptr<SpoolWriter> writer;
  };
  const std::map<u16, Writer>& writers() const { return writers_; }
  std::map<u16, Reader>& readers() { return readers_; }

  // HOLD: output of the user, of one kind or of both, is kept until FREE. FREE tells how many files it has released.
  void hold(const std::string& user, SpoolKind kind) { held_.insert({user, kind}); }
  u32 free(const std::string& user, SpoolKind kind);
  const std::set<std::pair<std::string, SpoolKind>>& held() const { return held_; }

 private:
  void take_interruptions();
  void add_writer(u16 address, Device& device, SpoolKind kind);
  bool write();
  void keep_held_files();

  SpoolStore& store_;
  ChannelSubsystem& devices_;
  Options options_;
  std::map<u16, Writer> writers_;
  std::map<u16, Reader> readers_;
  std::set<std::pair<std::string, SpoolKind>> held_;
};

}  // namespace replica::vmm
