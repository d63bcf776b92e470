#include "devices/dasd/ckd_factory.h"

#include "devices/dasd/ckd_device.h"
#include "devices/dasd/open_volume.h"
#include "devices/device_options.h"

namespace replica {
namespace {

struct ControlUnit {
  std::string_view name;
  u16 type;
  u8 model;
};

constexpr ControlUnit kControlUnits[] = {
    {"2314", 0x2314, 0x00}, {"2835", 0x2835, 0x00}, {"2841", 0x2841, 0x00},
    {"3830", 0x3830, 0x02}, {"3880", 0x3880, 0x05},
};

Status take_control_unit(std::string_view name, CkdDevice::Options& options) {
  std::string names;
  for (const ControlUnit& unit : kControlUnits) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", unit.name);
    if (unit.name != name) continue;
    options.control_unit = unit.type;
    options.control_unit_model = unit.model;
    return {};
  }
  return fail("cu={}: expected one of {}", name, names);
}

Status parse(std::span<const std::string> arguments, const DeviceEnvironment& environment, VolumeOptions& volume,
             CkdDevice::Options& device) {
  auto ignore = [](std::string_view) -> Status { return {}; };
  const DeviceOption words[] = {
      option("readonly", volume.read_only, true),
      option("rdonly", volume.read_only, true),
      option("ro", volume.read_only, true),
      option("fakewrite", device.fake_write, true),
      option("fakewrt", device.fake_write, true),
      option("fw", device.fake_write, true),
      option("lazywrite", device.lazy_write, true),
      option("nolazywrite", device.lazy_write, false),
      {"sf=",
       [&](std::string_view name) -> Status {
         volume.shadow = environment.resolve(std::string(name));
         return {};
       }},
      {"cu=", [&](std::string_view name) { return take_control_unit(name, device); }},
      {"fulltrackio", ignore},
      {"fulltrkio", ignore},
      {"ftio", ignore},
      {"nofulltrackio", ignore},
      {"nofulltrkio", ignore},
      {"noftio", ignore},
      {"readahead", ignore},
      {"noreadahead", ignore},
      {"syncio", ignore},
      {"nosyncio", ignore},
  };
  const auto others = take_options(arguments, words);
  if (!others) return tl::unexpected(others.error());
  if (others->size() != 1) {
    return fail("found {} words that are no options, expected one, the name of the image file", others->size());
  }
  volume.file = environment.resolve(others->front());
  if (device.fake_write) volume.read_only = true;
  return {};
}

}  // namespace

Result<std::unique_ptr<Device>> make_ckd_device(std::string_view type, std::span<const std::string> arguments,
                                                const DeviceEnvironment& environment) {
  const CkdGeometry* geometry = find_ckd_geometry(type);
  if (!geometry) return fail("{}: no such CKD drive", type);
  VolumeOptions volume;
  CkdDevice::Options options;
  options.sense_id = environment.sense_id;
  options.report = environment.report;
  if (auto status = parse(arguments, environment, volume, options); !status) return tl::unexpected(status.error());
  auto store = open_volume(volume);
  if (!store) return tl::unexpected(store.error());
  if ((*store)->geometry().type != geometry->type) {
    return fail("{}: offset 16: is an image of a {:04X}, expected a {:04X}", volume.file.string(),
                (*store)->geometry().type, geometry->type);
  }
  return std::unique_ptr<Device>(std::make_unique<CkdDevice>(std::string(type), std::move(*store), std::move(options)));
}

}  // namespace replica
