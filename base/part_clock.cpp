#include "base/part_clock.h"

#include <algorithm>
#include <vector>

namespace replica {

// Of many tries the middle one: now and then the host takes the CPU away in between.
double PartClock::cost_of_reading() {
  constexpr unsigned kTries = 101, kReadings = 1000;
  std::vector<double> tries;
  for (unsigned n = 0; n < kTries; ++n) {
    PartClock clock;
    for (unsigned reading = 0; reading < kReadings; ++reading) clock.enter(part::kMachine);
    const Count& count = clock.counts()[part::kMachine];
    tries.push_back(static_cast<double>(count.cycles) / static_cast<double>(count.pieces));
  }
  std::nth_element(tries.begin(), tries.begin() + kTries / 2, tries.end());
  return tries[kTries / 2];
}

}  // namespace replica
