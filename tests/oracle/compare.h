// Compares what two machines did with one case. Two things are left out: the interval timer, which runs by itself, and the
// translation-exception address where it is unpredictable (fact sheet 2.7: low bits; anything but code 10 and 11).
#pragma once

#include <string>
#include <vector>

#include "tests/oracle/case.h"

namespace replica::oracle {

struct Difference {
  enum class Field : u8 {
    interruption_class,
    old_psw,
    location,  // one of the words at real locations 128-159
    general_register,
    interruption_count,
    control_register,
    float_register,
    key,      // `index` is the block of the region
    storage,  // `index` is the region offset of the first byte that differs in an aligned word
  };
  Field field;
  u32 interruption;  // which one, for the first four fields
  u32 index;
  u64 ours;
  u64 theirs;
};

// All differences, in the order of the fields; for interruptions only those of the first that differs.
std::vector<Difference> compare(const Case& c, const Record& ours, const Record& theirs);

// The interruption of `record` at which two records first differ; its last one if they agree in all; null without any.
const Interruption* first_differing(const std::vector<Difference>& differences, const Record& record);

// The test region as the case finds it, and as a record leaves it.
std::vector<u8> initial_region(const Case& c);
std::vector<u8> final_region(const Case& c, const Record& record);

std::string describe(const Difference& difference, u32 storage_bytes);
std::string describe(const Record& record);

}  // namespace replica::oracle
