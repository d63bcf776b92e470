#include "tools/statistics/comparison.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <ranges>

#include "base/check.h"

namespace replica::statistics {
namespace {

// As many values can be counted in a fraction of a millisecond.
constexpr std::size_t kMostExact = 60;

double normal_tail(double z) { return std::erfc(z / std::sqrt(2.0)) / 2; }

// The values of both samples in order, told by twice their ranks, which are whole numbers: equal values share the mean of
// their ranks.
struct Ranking {
  std::vector<std::size_t> ranks;
  std::size_t first_sum = 0;  // of those of the first sample
  double ties = 0;            // the sum of t^3 - t over the groups of t equal values
};

Ranking rank(Sample first, Sample second) {
  struct Value {
    double value;
    bool of_first;
  };
  std::vector<Value> values;
  for (const double value : first) values.push_back({value, true});
  for (const double value : second) values.push_back({value, false});
  std::sort(values.begin(), values.end(), [](const Value& a, const Value& b) { return a.value < b.value; });
  Ranking ranking;
  for (std::size_t begin = 0, end = 0; begin < values.size(); begin = end) {
    while (end < values.size() && values[end].value == values[begin].value) ++end;
    const std::size_t twice_the_rank = begin + 1 + end;
    for (std::size_t i = begin; i < end; ++i) {
      ranking.ranks.push_back(twice_the_rank);
      if (values[i].of_first) ranking.first_sum += twice_the_rank;
    }
    const auto equal = static_cast<double>(end - begin);
    ranking.ties += equal * equal * equal - equal;
  }
  return ranking;
}

// The pairs of which the first sample's value is the greater one.
double u_of(const Ranking& ranking, std::size_t first_size) {
  const auto n = static_cast<double>(first_size);
  return static_cast<double>(ranking.first_sum) / 2 - n * (n + 1) / 2;
}

// In how many ways `chosen` of the ranks make each sum. Numbers are below 2^57, hence exact to a part in 2^52.
std::vector<double> ways_by_sum(const std::vector<std::size_t>& ranks, std::size_t chosen) {
  const std::size_t sums = std::accumulate(ranks.begin(), ranks.end(), std::size_t{0}) + 1;
  std::vector<std::vector<double>> ways(chosen + 1, std::vector<double>(sums, 0));
  ways[0][0] = 1;
  std::size_t taken = 0;
  for (const std::size_t rank : ranks) {
    taken = std::min(taken + 1, chosen);
    for (std::size_t count = taken; count > 0; --count)
      for (std::size_t sum = rank; sum < sums; ++sum) ways[count][sum] += ways[count - 1][sum - rank];
  }
  return ways[chosen];
}

double exact_p(const Ranking& ranking, std::size_t first_size) {
  const auto ways = ways_by_sum(ranking.ranks, first_size);
  const std::size_t expected = first_size * (ranking.ranks.size() + 1);
  const auto distance = [&](std::size_t sum) { return sum > expected ? sum - expected : expected - sum; };
  double all = 0;
  double as_far = 0;
  for (std::size_t sum = 0; sum < ways.size(); ++sum) {
    all += ways[sum];
    if (distance(sum) >= distance(ranking.first_sum)) as_far += ways[sum];
  }
  return as_far / all;
}

double approximate_p(double u, double first_size, double second_size, double ties) {
  const double n = first_size + second_size;
  const double variance = first_size * second_size / 12 * (n + 1 - ties / (n * (n - 1)));
  if (variance <= 0) return 1;  // all values are equal
  const double distance = std::abs(u - first_size * second_size / 2) - 0.5;
  return std::min(1.0, 2 * normal_tail(distance / std::sqrt(variance)));
}

// The smallest u for which U, of samples of these sizes without equal values, is at most u with more than this probability.
u64 smallest_u_above(double probability, std::size_t first, std::size_t second) {
  const double pairs = static_cast<double>(first) * static_cast<double>(second);
  if (first + second > kMostExact) {
    const double deviation = std::sqrt(pairs * static_cast<double>(first + second + 1) / 12);
    const auto is_above = [&](u64 u) {
      return normal_tail((pairs / 2 - static_cast<double>(u) - 0.5) / deviation) > probability;
    };
    const auto candidates = std::views::iota(u64{0}, static_cast<u64>(pairs / 2) + 1);
    return *std::ranges::partition_point(candidates, [&](u64 u) { return !is_above(u); });
  }
  std::vector<std::size_t> ranks(first + second);
  std::iota(ranks.begin(), ranks.end(), std::size_t{1});
  const auto ways = ways_by_sum(ranks, first);
  const double all = std::accumulate(ways.begin(), ways.end(), 0.0);
  const std::size_t least = first * (first + 1) / 2;
  double up_to = ways[least];
  u64 u = 0;
  while (up_to / all <= probability) up_to += ways[least + ++u];
  return u;
}

// How many of the pairs have a ratio of at most `limit`; both samples in ascending order.
u64 ratios_up_to(Sample before, Sample after, double limit) {
  u64 count = 0;
  std::size_t within = 0;  // of `after`: those up to limit * before[i]; never fewer for a greater before[i]
  for (const double divisor : before) {
    while (within < after.size() && after[within] / divisor <= limit) ++within;
    count += within;
  }
  return count;
}

// The ratio that is `number`th of all pairs in ascending order, from 1, without making them all: positive doubles are in the
// order of their bits, and these are bisected.
double nth_ratio(Sample before, Sample after, u64 number) {
  u64 below = std::bit_cast<u64>(after.front() / before.back());
  u64 above = std::bit_cast<u64>(after.back() / before.front());
  while (below < above) {
    const u64 middle = below + (above - below) / 2;
    if (ratios_up_to(before, after, std::bit_cast<double>(middle)) >= number) {
      above = middle;
    } else {
      below = middle + 1;
    }
  }
  return std::bit_cast<double>(above);
}

std::vector<double> sorted_positive(Sample sample) {
  std::vector<double> values(sample.begin(), sample.end());
  std::sort(values.begin(), values.end());
  CHECK(!values.empty() && values.front() > 0);
  return values;
}

}  // namespace

RankTest mann_whitney(Sample first, Sample second) {
  CHECK(!first.empty() && !second.empty());
  const Ranking ranking = rank(first, second);
  const double u = u_of(ranking, first.size());
  const bool exact = ranking.ranks.size() <= kMostExact;
  const double p =
      exact ? exact_p(ranking, first.size())
            : approximate_p(u, static_cast<double>(first.size()), static_cast<double>(second.size()), ranking.ties);
  return {u, p, exact};
}

double smallest_p(std::size_t first, std::size_t second) {
  double ways = 1;  // of choosing the first sample's values among all
  for (std::size_t i = 1; i <= first; ++i) ways *= static_cast<double>(second + i) / static_cast<double>(i);
  return std::min(1.0, 2 / ways);
}

double cliffs_delta(Sample before, Sample after) {
  const double pairs = static_cast<double>(before.size()) * static_cast<double>(after.size());
  return 2 * u_of(rank(after, before), after.size()) / pairs - 1;
}

Estimate hodges_lehmann_ratio(Sample before, Sample after, double confidence) {
  const auto divisors = sorted_positive(before);
  const auto dividends = sorted_positive(after);
  const u64 pairs = u64{divisors.size()} * dividends.size();
  const auto nth = [&](u64 number) { return nth_ratio(divisors, dividends, number); };
  const double value = pairs % 2 == 1 ? nth(pairs / 2 + 1) : std::sqrt(nth(pairs / 2) * nth(pairs / 2 + 1));
  const u64 lowest = std::max<u64>(1, smallest_u_above((1 - confidence) / 2, divisors.size(), dividends.size()));
  return {value, {nth(lowest), nth(pairs + 1 - lowest)}};
}

std::vector<double> adjusted_for_many(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size());
  double least = 1;
  for (std::size_t rank = p.size(); rank > 0; --rank) {
    const std::size_t test = order[rank - 1];
    least = std::min(least, p[test] * static_cast<double>(p.size()) / static_cast<double>(rank));
    adjusted[test] = least;
  }
  return adjusted;
}

}  // namespace replica::statistics
