#include "tools/hercules/rates.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/hercules/dates.h"

namespace replica::tools {
namespace {

constexpr std::chrono::milliseconds kShortestSample{100};

}  // namespace

void Rates::sample(Date now, u64 instructions, u64 operations) {
  if (now - last_date_ < kShortestSample) return;
  const double seconds = std::chrono::duration<double>(now - last_date_).count();
  mips_ = static_cast<double>(instructions - last_instructions_) / seconds / 1e6;
  const auto rate = static_cast<u64>(static_cast<double>(operations - last_operations_) / seconds);
  last_date_ = now;
  last_instructions_ = instructions;
  last_operations_ = operations;
  if (now - present_.from >= interval_) begin_interval(now);
  present_.mips = std::max(present_.mips, mips_);
  present_.operations = std::max(present_.operations, rate);
}

void Rates::begin_interval(Date now) {
  present_.to = now;
  previous_ = present_;
  present_ = {now, now, 0, 0};
}

void Rates::set_interval(u32 minutes, Date now) {
  interval_ = std::chrono::minutes(minutes);
  begin_interval(now);
}

std::string Rates::report(Date now) {
  present_.to = now;
  std::string text = "Highest observed MIPS/SIOS rates:\n";
  for (const Interval& interval : {previous_, present_}) {
    text += fmt::format("\n  From: {}\n  To:   {}\n\n        MIPS: {:5.2f}\n        SIOS: {}\n",
                        date_and_time(interval.from), date_and_time(interval.to), interval.mips, interval.operations);
  }
  return text + fmt::format("\nCurrent interval = {} minutes.", interval_.count());
}

}  // namespace replica::tools
