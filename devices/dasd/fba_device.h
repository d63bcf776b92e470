// The model of an FBA drive, 3310 or 3370: blocks of 512 bytes, addressed by number within an extent that the channel program
// defines. Manual: GA26-1657 (3370); facts 6.17.
//
//   FILE [ORIGIN [BLOCKS]] [readonly] [sf=TEMPLATE]
//
// ORIGIN and BLOCKS name a part of the file, a minidisk.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "devices/dasd/block_store.h"
#include "devices/dasd/shadow_files.h"
#include "devices/device.h"
#include "devices/device_environment.h"

namespace replica {

struct FbaGeometry;

// By the name in a configuration, "3310", "3370" or "3370-2"; null if there is none.
const FbaGeometry* find_fba_geometry(std::string_view name);
u32 fba_blocks(const FbaGeometry& geometry);

class FbaDevice : public BufferedDevice, public HasShadowFiles {
 public:
  struct Extent {
    u32 origin;
    u32 blocks;
  };

  FbaDevice(std::string type, const FbaGeometry& geometry, std::unique_ptr<BlockStore> store, Extent part,
            std::function<void(const std::string&)> report);
  ~FbaDevice() override;

  std::string_view type() const override { return type_; }
  std::string description() const override;

  void begin_chain() override;
  Answer begin(u8 command) override;
  u32 read(std::span<u8> bytes) override;
  u32 write(std::span<const u8> bytes) override;
  Ending end() override;
  u32 microseconds() const override { return command_ == 0x43 ? 100 : 30; }
  void halt() override { command_ = 0; }
  void reset() override;
  Status flush() override { return store_->flush(); }
  Result<ImageStack*> shadow_files() override { return store_->files(); }

 private:
  enum class Operation : u8 { none, read, write, format };

  Answer rejected();
  bool reject();
  bool failed(const Error& error);
  Answer begin_write();
  Answer begin_ipl();
  Answer read_blocks(u32 first, u32 count);
  Answer device_characteristics();
  Answer sense_id();
  bool define_extent();
  bool locate();
  bool take_operation(u8 operation);
  bool read_more();
  bool write_out();

  std::string type_;
  const FbaGeometry& geometry_;
  std::unique_ptr<BlockStore> store_;
  Extent part_;  // of the store, which is the device
  std::function<void(const std::string&)> report_;

  // Of the channel program.
  bool extent_defined_ = false;
  u8 file_mask_ = 0;
  u32 extent_block_ = 0;  // of the device, where the extent begins
  u32 extent_first_ = 0;  // number of that block in the data set
  u32 extent_last_ = 0;
  Operation operation_ = Operation::none;  // of the LOCATE that has just been
  u32 block_ = 0;                          // of the device, to which it went
  u32 count_ = 0;

  u8 command_ = 0;
  u32 wanted_ = 0;  // bytes that the command takes
  u32 left_ = 0;    // of READ and WRITE: blocks, from block_ on, that are neither read ahead nor written
  bool failed_ = false;
};

Result<std::unique_ptr<Device>> make_fba_device(std::string_view type, std::span<const std::string> arguments,
                                                const DeviceEnvironment& environment);

}  // namespace replica
