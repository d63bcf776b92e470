#include "vmm/directory/disk_types.h"

#include <algorithm>

#include "devices/dasd/geometry.h"
#include "vmm/directory/statement.h"

namespace replica::vmm {
namespace {

constexpr std::string_view kExpected = "2305, 2314, 2319, 3330, 3340, 3350, 3375 or 3380, or a model such as 3330-11";

// A name without a model stands for all of them. The 2319 is a 2314 in another box.
std::string_view without_model(std::string_view type) {
  if (type == "2319") return "2314";
  return type.substr(0, type.find('-'));
}

bool is_block_device(std::string_view type) {
  return type == "3310" || type == "3370" || type == "9332" || type == "9335" || type == "9336" || type == "0671";
}

// The alternate cylinders of a 2314 may hold minidisks of CMS; those of other drives are used by the drive itself.
u32 usable_cylinders(const CkdGeometry& geometry) {
  return geometry.type == 0x2314 ? geometry.all_cylinders() : geometry.cylinders;
}

}  // namespace

Result<u32> cylinders_of_type(std::string_view type) {
  if (without_model(type) == "2311") return fail("found the device type 2311, expected {}", kExpected);
  if (is_block_device(without_model(type))) {
    return fail("found {}, a device of fixed blocks, expected {}", shown(type), kExpected);
  }
  if (type == "3333" || type == "3344") {
    return fail("found {}, expected the drive that it is like: {}", shown(type), type == "3333" ? "3330" : "3340");
  }
  if (type.find('-') != std::string_view::npos) {
    if (const CkdGeometry* geometry = find_ckd_geometry(type)) return usable_cylinders(*geometry);
    return fail("found the device type {}, expected {}", shown(type), kExpected);
  }
  u32 most = 0;
  for (const CkdGeometry& geometry : ckd_geometries()) {
    if (without_model(geometry.name) == without_model(type)) most = std::max(most, usable_cylinders(geometry));
  }
  if (most == 0) return fail("found the device type {}, expected {}", shown(type), kExpected);
  return most;
}

bool may_be_same_type(std::string_view one, std::string_view other) {
  return without_model(one) == without_model(other);
}

}  // namespace replica::vmm
