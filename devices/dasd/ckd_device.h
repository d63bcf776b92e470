// The model of a CKD drive with its control unit, as a System/370 sees both. Manuals: GA26-1592 (3830, 3330), GA26-1619 (3340),
// GA26-1638 (3350), GA26-3599 (2314), GA26-1589 (2305); facts 6.15.
//
// The disk turns under the heads, and a command finds what comes next. What has just passed is the *orientation*: an area (home
// address, count, key, data) of a record. A command either goes on with the same record, if it is oriented to an area
// that stands before the one it wants, or waits for the next record. Behind the last record comes the index, from where the
// track begins anew; at the second index without a result the drive gives up.
//
// Several devices may use one store, as drives of several systems have one string of disks. Their channel programs mix command
// by command: each command finds the track as the last one, of whichever device, has left it.
//
//   ckd_commands.cpp   the table of commands
//   ckd_position.cpp   orientation: next count, index, head switching
//   ckd_control.cpp    seeks, file mask, sectors, sense, reserve
//   ckd_search.cpp     searches
//   ckd_read.cpp       reads
//   ckd_write.cpp      writes
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "devices/dasd/shadow_files.h"
#include "devices/dasd/shared_store.h"
#include "devices/dasd/track_store.h"
#include "devices/device.h"

namespace replica {

struct CkdCommand;

class CkdDevice : public BufferedDevice, public HasShadowFiles {
 public:
  struct Options {
    bool fake_write = false;  // writes seem to succeed on an image that cannot be written
    bool lazy_write = false;  // a changed track is written when another is needed, or at flush()
    bool protects = false;    // every write command is rejected, as at a drive that is set to read only
    bool sense_id = false;    // accept SENSE ID though the drive is too old for it
    u16 control_unit = 0;     // its type; 0 for the drive's own
    u8 control_unit_model = 0;
    std::function<void(const std::string&)> report;  // tells the operator of errors of the host
  };

  CkdDevice(std::string type, std::shared_ptr<TrackStore> store, Options options);
  ~CkdDevice() override;

  std::string_view type() const override { return type_; }
  std::string description() const override;
  TrackStore& store() { return *store_; }
  // The tracks, for other devices on the same volume. From now on nothing is written late, and the shadow files stay as they
  // are. The error says what could not be written.
  Result<std::shared_ptr<SharedStore>> share();
  const Options& options() const { return options_; }
  void set_protects(bool protects) { options_.protects = protects; }

  void begin_chain() override;
  Answer begin(u8 command) override;
  u32 write(std::span<const u8> bytes) override;
  Ending end() override;
  u32 microseconds() const override;
  void halt() override;
  void reset() override;
  Status flush() override;
  Result<ImageStack*> shadow_files() override;

 private:
  friend struct CkdCommands;

  // What has passed the heads. `home` includes "nothing": the index.
  enum class Area : u8 { index, home, count, key, data };

  // Conditions that begin anew with each channel program.
  struct Chain {
    u8 file_mask = 0;
    bool mask_is_set = false;
    bool index_passed = false;  // and nothing found since
    bool may_update = false;    // WRITE DATA may follow: the record at hand has been searched for and found
    bool may_format = false;    // WRITE COUNT KEY AND DATA may follow
    bool may_write_r0 = false;  // WRITE R0 may follow
  };

  const CkdGeometry& geometry() const { return store_->geometry(); }
  bool multitrack() const { return (code_ & 0x80) != 0; }
  bool supported(const CkdCommand& command) const;
  std::string_view protection() const;

  // Errors. Each notes the sense bytes and gives false.
  bool fault(u8 sense0, u8 sense1, u8 format = 0, u8 message = 0);
  bool reject(u8 message);
  bool read_fault(const Error& error);
  bool write_fault(const Error& error);
  void set_sense(u8 sense0, u8 sense1, u8 format, u8 message);
  static Answer checked() { return Answer::ended(unit_status::kEnd | unit_status::kUnitCheck); }
  static Ending ended(bool good) { return {static_cast<u8>(unit_status::kEnd | (good ? 0 : unit_status::kUnitCheck))}; }

  // Position.
  bool load();
  bool look_again();
  bool move_to(u32 cylinder, u32 head);
  bool next_count(bool with_r0);
  bool to_count();
  bool to_count_or_key();
  bool to_home(bool switch_heads);
  bool next_head();
  // The record that the next count field belongs to, or the number of records.
  u32 next_record() const;
  CountField count() const { return track_->count(record_); }
  u8 sector() const;

  // Data.
  Answer take(u32 wanted);
  Answer give(std::vector<u8> bytes);
  void append_overflow(std::vector<u8>& bytes);
  u32 overflow_length() const;
  bool changed();
  bool write_back();

  Answer begin_immediate();
  Answer begin_seek();
  Answer begin_recalibrate();
  Answer begin_set_file_mask();
  Answer begin_set_sector();
  Answer begin_space_count();
  Answer begin_read_sector();
  Answer begin_sense();
  Answer begin_sense_id();
  Answer begin_read_log();
  Answer begin_search_id();
  Answer begin_search_key();
  Answer begin_search_home();
  Answer begin_search_key_data();
  Answer begin_read_data();
  Answer begin_read_key_data();
  Answer begin_read_count();
  Answer begin_read_ckd();
  Answer begin_read_multiple();
  Answer begin_read_r0();
  Answer begin_read_home();
  Answer begin_read_ipl();
  Answer begin_write_data();
  Answer begin_write_key_data();
  Answer begin_write_ckd();
  Answer begin_write_r0();
  Answer begin_write_home();

  Ending finish_immediate();
  Ending finish_seek();
  Ending finish_set_file_mask();
  Ending finish_set_sector();
  Ending finish_space_count();
  Ending finish_read();
  Ending finish_search_id();
  Ending finish_search_key();
  Ending finish_search_home();
  Ending finish_search_key_data();
  Ending finish_write_data();
  Ending finish_write_key_data();
  Ending finish_write_ckd();
  Ending finish_erase();
  Ending finish_write_r0();
  Ending finish_write_home();

  bool writes_allowed();
  bool begin_format();
  bool formatted(u32 index, bool erase);
  bool fits(u32 index, const CountField& count) const;
  Ending search_result(int comparison, bool complete, bool& flag);
  bool update(std::span<const u8> bytes, bool with_key);

  std::string type_;
  std::shared_ptr<TrackStore> store_;
  std::shared_ptr<SharedStore> shared_;  // the same, if others use it too
  Options options_;

  u32 cylinder_ = 0;
  u32 head_ = 0;
  Area area_ = Area::index;
  u32 record_ = 0;              // index on the track, if area_ is count, key or data
  std::optional<Track> track_;  // that of the position, if it has been read
  u64 version_ = 0;             // of track_, in the store
  bool dirty_ = false;          // track_ is newer than the image

  Chain chain_;
  const CkdCommand* command_ = nullptr;
  u8 code_ = 0;
  u32 wanted_ = 0;             // bytes that the command takes
  bool sizes_itself_ = false;  // by the count field with which they begin
  u8 read_status_ = 0;         // with which a read ends
  bool sense_is_set_ = false;
};

// A row of the table of commands.
struct CkdCommand {
  enum class Kind : u8 { control, sense, read, search, write };
  enum class Needs : u8 { nothing, sectors, file_scan, long_sense, sense_id, overflow };

  u8 code;
  bool multitrack;  // the code with X'80' is the multitrack form
  Kind kind;
  Needs needs;
  u8 microseconds;
  Device::Answer (CkdDevice::*begin)();
  Device::Ending (CkdDevice::*finish)();
};

}  // namespace replica
