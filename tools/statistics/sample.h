// Samples of measured values, and what describes one: its median, with an interval. Everything here is for values that are
// skewed and have outliers, as times on a busy host are; so nothing assumes that they are normally distributed.
//
// All samples must have at least one value, and finite ones; who reads files checks that.
#pragma once

#include <span>

#include "base/types.h"

namespace replica::statistics {

using Sample = std::span<const double>;

struct Interval {
  double low;
  double high;
};

// A value that was computed from samples, and where the true one lies with some confidence.
struct Estimate {
  double value;
  Interval interval;
};

// The middle value, or the mean of the two middle ones.
double median(Sample sample);

struct BootstrapOptions {
  double confidence = 0.95;
  unsigned resamples = 10'000;
  u64 seed = 370;  // the same seed gives the same interval
};

// The median, with its percentile bootstrap interval: the sample is drawn anew, with replacement, again and again, and the
// interval has the given part of the medians of what was drawn. (B. Efron, "Bootstrap Methods: Another Look at the
// Jackknife", 1979.)
Estimate bootstrap_median(Sample sample, const BootstrapOptions& options = {});

// The median of the one in terms of the median of the other, both drawn anew. The denominator's values must be positive. For
// measurements that were made in pairs, bootstrap_median of the ratios of the pairs is better: it is free of what both share.
Estimate bootstrap_median_ratio(Sample numerator, Sample denominator, const BootstrapOptions& options = {});

}  // namespace replica::statistics
