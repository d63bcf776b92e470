// The highest rates of instructions and I/O that were seen, as the command `maxrates` reports them: since the last full
// interval began, and in the one before.
#pragma once

#include <chrono>
#include <string>

#include "base/types.h"
#include "tools/hercules/dates.h"

namespace replica::tools {

class Rates {
 public:
  explicit Rates(Date now) : previous_{now, now, 0, 0}, present_{now, now, 0, 0}, last_date_(now) {}

  // What the counters say at this time. Rates are taken over at least a tenth of a second.
  void sample(Date now, u64 instructions, u64 operations);

  // Of the last sample, in millions of instructions a second.
  double mips() const { return mips_; }

  void set_interval(u32 minutes, Date now);
  std::string report(Date now);

 private:
  struct Interval {
    Date from, to;
    double mips;
    u64 operations;
  };
  void begin_interval(Date now);

  std::chrono::minutes interval_{1440};
  Interval previous_, present_;
  Date last_date_;
  u64 last_instructions_ = 0;
  u64 last_operations_ = 0;
  double mips_ = 0;
};

}  // namespace replica::tools
