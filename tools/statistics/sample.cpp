#include "tools/statistics/sample.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "base/check.h"

namespace replica::statistics {
namespace {

// Leaves the values in another order.
double median_of(std::vector<double>& values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

// Draws samples from one, each time as many values as it has. What the standard library's distributions draw is not
// specified, so that they would not repeat everywhere.
class Drawer {
 public:
  explicit Drawer(Sample from) : from_(from), drawn_(from.size()) {}

  double median(std::mt19937_64& random) {
    std::generate(drawn_.begin(), drawn_.end(), [&] { return from_[random() % from_.size()]; });
    return median_of(drawn_);
  }

 private:
  Sample from_;
  std::vector<double> drawn_;
};

// The interval that leaves the same part of the values out at both ends.
Interval percentiles(std::vector<double> values, double confidence) {
  std::sort(values.begin(), values.end());
  const auto left_out = static_cast<std::size_t>(static_cast<double>(values.size()) * (1 - confidence) / 2);
  return {values[left_out], values[values.size() - 1 - left_out]};
}

template <typename Draw>
Interval bootstrap(const BootstrapOptions& options, Draw draw) {
  CHECK(options.resamples > 0 && options.confidence > 0 && options.confidence < 1);
  std::mt19937_64 random(options.seed);
  std::vector<double> values(options.resamples);
  std::generate(values.begin(), values.end(), [&] { return draw(random); });
  return percentiles(std::move(values), options.confidence);
}

}  // namespace

double median(Sample sample) {
  CHECK(!sample.empty());
  std::vector<double> values(sample.begin(), sample.end());
  return median_of(values);
}

Estimate bootstrap_median(Sample sample, const BootstrapOptions& options) {
  const double value = median(sample);
  Drawer drawer(sample);
  return {value, bootstrap(options, [&](std::mt19937_64& random) { return drawer.median(random); })};
}

Estimate bootstrap_median_ratio(Sample numerator, Sample denominator, const BootstrapOptions& options) {
  CHECK(std::all_of(denominator.begin(), denominator.end(), [](double value) { return value > 0; }));
  const double value = median(numerator) / median(denominator);
  Drawer above(numerator);
  Drawer below(denominator);
  return {value, bootstrap(options, [&](std::mt19937_64& random) {
            const double drawn = above.median(random);
            return drawn / below.median(random);
          })};
}

}  // namespace replica::statistics
