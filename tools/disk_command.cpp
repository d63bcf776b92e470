#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "devices/code_page.h"
#include "devices/dasd/block_store.h"
#include "devices/dasd/fba_device.h"
#include "devices/dasd/volume_tools.h"
#include "tools/commands.h"
#include "tools/output.h"

namespace replica::tools {
namespace {

constexpr const char* kFooter =
    "Images are those of Hercules: CKD, compressed CKD, FBA, compressed FBA, and their shadow files.\n"
    "Example: replica disk create vmres.cckd 3330 --volume VMRES1";

// How the new image is kept: --format.
void add_format(CLI::App* command, ImageFormat& format) {
  const std::map<std::string, int> kFormats = {{"raw", -1}, {"none", 0}, {"zlib", 1}, {"bzip2", 2}};
  command
      ->add_option_function<int>(
          "--format",
          [&format](int value) {
            format.raw = value < 0;
            format.compression = static_cast<Compression>(std::max(value, 0));
          },
          "raw: not compressed, tracks in place; none, zlib (assumed), bzip2: how tracks of a compressed file are")
      ->transform(CLI::CheckedTransformer(kFormats))
      ->type_name("FORMAT");
}

// The serial number in EBCDIC.
Result<std::vector<u8>> serial_number(const std::string& text) {
  constexpr size_t kMost = 6;
  if (text.empty() || text.size() > kMost) return fail("serial number '{}', expected 1 to {} characters", text, kMost);
  std::vector<u8> serial;
  for (const char character : text) {
    const bool upper = (character >= 'A' && character <= 'Z') || (character >= '0' && character <= '9') ||
                       character == '$' || character == '#' || character == '@';
    if (!upper) return fail("serial number '{}', expected capital letters, digits and $#@", text);
    serial.push_back(default_code_page().to_ebcdic[static_cast<u8>(character)]);
  }
  return serial;
}

struct CreateRequest {
  std::string image;
  std::string type;
  std::string serial;
  u32 size = 0;
  bool alternates = false;
  ImageFormat format;
};

Status create_fba(const CreateRequest& request, const FbaGeometry& geometry, const std::vector<u8>& serial) {
  if (request.alternates) return fail("{}: an FBA volume has no alternate cylinders", request.image);
  const u32 blocks = request.size == 0 ? fba_blocks(geometry) : request.size;
  if (blocks < 2 || blocks > fba_blocks(geometry)) {
    return fail("{}: {} blocks, expected 2 to {}", request.image, blocks, fba_blocks(geometry));
  }
  return create_blocks(request.image, blocks, request.format.raw, request.format.compression,
                       [&](u32 first, std::span<u8> bytes) -> Status {
                         if (first != 0 || serial.empty()) return {};
                         const std::vector<u8> label = label_block(serial);
                         std::copy(label.begin(), label.end(), bytes.begin() + kFbaBlock);
                         return {};
                       });
}

Status create_ckd(const CreateRequest& request, const CkdGeometry& geometry, const std::vector<u8>& serial) {
  u32 cylinders = request.alternates ? geometry.all_cylinders() : geometry.cylinders;
  if (request.size != 0) cylinders = request.size;
  return create_volume(request.image, {&geometry, cylinders, request.format},
                       [&](TrackAddress address) -> Result<Track> {
                         if (address == TrackAddress{0, 0} && !serial.empty()) return label_track(serial);
                         return Track(address);
                       });
}

Result<ExitStatus> create(const CreateRequest& request) {
  std::vector<u8> serial;
  if (!request.serial.empty()) {
    auto found = serial_number(request.serial);
    if (!found) return tl::unexpected(found.error());
    serial = std::move(*found);
  }
  Status status;
  if (const CkdGeometry* ckd = find_ckd_geometry(request.type)) {
    status = create_ckd(request, *ckd, serial);
  } else if (const FbaGeometry* fba = find_fba_geometry(request.type)) {
    status = create_fba(request, *fba, serial);
  } else {
    std::string names;
    for (const CkdGeometry& geometry : ckd_geometries()) names += fmt::format("{} ", geometry.name);
    return fail("{}: no such drive, expected one of {}3310 3370 3370-2", request.type, names);
  }
  if (!status) return tl::unexpected(status.error());
  return kSuccess;
}

void add_create(CLI::App* group, Action& action) {
  const auto request = std::make_shared<CreateRequest>();
  CLI::App* command = group->add_subcommand("create", "Make an empty volume");
  command->add_option("image", request->image, "The new image")->type_name("IMAGE")->required();
  command->add_option("type", request->type, "The drive: 3330, 3330-11, 3350, 3370")->type_name("TYPE")->required();
  command->add_option("--volume", request->serial, "Serial number of the volume; without, it has no label")
      ->type_name("SERIAL");
  command->add_option("--size", request->size, "Cylinders or blocks; those of the drive if left out")->type_name("N");
  command->add_flag("--alternates", request->alternates, "With the cylinders for alternate tracks");
  add_format(command, request->format);
  command->callback([request, &action] { action = [request] { return create(*request); }; });
}

std::string info_text(const std::string& image, const ImageSummary& summary) {
  std::string text = fmt::format("{}: {}, ", image, summary.format);
  if (summary.blocks != 0) {
    text += fmt::format("{} blocks", summary.blocks);
  } else {
    text += fmt::format("{}, {} cylinders of {} tracks", summary.drive, summary.cylinders, summary.heads);
  }
  std::string serial;
  for (const u8 byte : summary.serial) serial += static_cast<char>(default_code_page().to_host[byte]);
  text += summary.serial.empty() ? "\nNo volume label\n" : fmt::format("\nVolume {}\n", serial);
  text += fmt::format("{} bytes", summary.file_size);
  if (summary.compressed) {
    text += fmt::format("; {} {} stored, {} bytes used, {} free in {} extents{}", summary.stored,
                        summary.blocks != 0 ? "groups of blocks" : "tracks", summary.used, summary.free,
                        summary.free_extents, summary.up_to_date ? "" : "; was not closed");
  }
  return text + "\n";
}

void add_info(CLI::App* group, Action& action) {
  const auto image = std::make_shared<std::string>();
  CLI::App* command = group->add_subcommand("info", "Tell what an image is");
  command->add_option("image", *image, "The image")->type_name("IMAGE")->required();
  command->callback([image, &action] {
    action = [image]() -> Result<ExitStatus> {
      const auto summary = summarize_image(*image);
      if (!summary) return tl::unexpected(summary.error());
      return print(info_text(*image, *summary));
    };
  });
}

struct CheckRequest {
  std::string image;
  std::string shadow;
  bool repair = false;
};

Result<ExitStatus> check(const CheckRequest& request) {
  const VolumeOptions options{request.image, request.shadow, false};
  const auto problems = check_image(options);
  if (!problems) return tl::unexpected(problems.error());
  std::string text;
  for (const std::string& problem : *problems) text += problem + "\n";
  if (!problems->empty()) {
    print(text);
    return kFailure;
  }
  if (request.repair) {
    if (const auto status = refresh_image(options); !status) return tl::unexpected(status.error());
  }
  return print(request.image + ": no errors\n");
}

void add_shadow(CLI::App* command, std::string& shadow) {
  command->add_option("--shadow", shadow, "Template of its shadow files, as sf= in a configuration: pack_*.cckd")
      ->type_name("TEMPLATE");
}

void add_check(CLI::App* group, Action& action) {
  const auto request = std::make_shared<CheckRequest>();
  CLI::App* command = group->add_subcommand("check", "Check all tables and tracks of an image");
  command->add_option("image", request->image, "The image")->type_name("IMAGE")->required();
  add_shadow(command, request->shadow);
  command->add_flag("--repair", request->repair,
                    "Bring the list of free space up to date, which a program that was killed leaves behind");
  command->callback([request, &action] { action = [request] { return check(*request); }; });
}

struct CopyRequest {
  std::string from;
  std::string to;
  std::string shadow;
  u32 cylinders = 0;
  ImageFormat format;
};

void add_copy(CLI::App* group, Action& action) {
  const auto request = std::make_shared<CopyRequest>();
  CLI::App* command = group->add_subcommand("copy", "Copy a volume to a new image, in another format if you like");
  command->add_option("from", request->from, "The volume to copy")->type_name("IMAGE")->required();
  command->add_option("to", request->to, "The new image")->type_name("IMAGE")->required();
  add_shadow(command, request->shadow);
  command->add_option("--cylinders", request->cylinders, "Cylinders of the copy; as many if left out")->type_name("N");
  add_format(command, request->format);
  command->callback([request, &action] {
    action = [request]() -> Result<ExitStatus> {
      const auto copied =
          copy_image({request->from, request->shadow, true}, request->to, request->format, request->cylinders);
      if (!copied) return tl::unexpected(copied.error());
      return kSuccess;
    };
  });
}

void add_compress(CLI::App* group, Action& action) {
  const auto image = std::make_shared<std::string>();
  CLI::App* command = group->add_subcommand("compress", "Remove the free space from a compressed file");
  command->add_option("image", *image, "The file, base or shadow")->type_name("IMAGE")->required();
  command->callback([image, &action] {
    action = [image]() -> Result<ExitStatus> {
      const auto saved = compress_image(*image);
      if (!saved) return tl::unexpected(saved.error());
      return print(fmt::format("{}: {} bytes saved\n", *image, *saved));
    };
  });
}

}  // namespace

void add_disk_command(CLI::App& app, Action& action) {
  CLI::App* group = app.add_subcommand("disk", "Make, check, copy and compress images of disks");
  group->require_subcommand(1);
  group->footer(kFooter);
  add_create(group, action);
  add_info(group, action);
  add_check(group, action);
  add_copy(group, action);
  add_compress(group, action);
}

}  // namespace replica::tools
