// Differences of maps: what is counted, what agrees, and that moving one sample stays within its bound.
#include "core/map_difference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace {

using namespace pac;

const float nothing = std::numeric_limits<float>::quiet_NaN();

TEST(MapDifference, OfEqualMapsIsNothing) {
  const std::vector<float> map{0.01F, 0.02F, nothing, 0.005F};
  const MapDifference d = difference_of(map, map, {2, 4096, 18});
  EXPECT_EQ(d.n_pairs, 3);
  EXPECT_EQ(d.n_phases, 2);
  EXPECT_EQ(d.largest, 0);
  EXPECT_EQ(d.mean, 0);
  EXPECT_NEAR(d.correlation, 1, 1e-12);
  EXPECT_TRUE(d.agrees());
}

TEST(MapDifference, NanAgreesWithNanOnly) {
  const MapDifference d = difference_of(std::vector<float>{0.01F, nothing}, std::vector<float>{0.01F, 0.02F}, {});
  EXPECT_EQ(d.n_one_sided, 1);
  EXPECT_EQ(d.n_pairs, 1);
  EXPECT_FALSE(d.agrees());
  const MapDifference none = difference_of(std::vector<float>{nothing}, std::vector<float>{nothing}, {});
  EXPECT_TRUE(none.agrees());
  EXPECT_TRUE(std::isnan(none.largest));
  EXPECT_TRUE(std::isnan(none.correlation));
}

TEST(MapDifference, CountsWhatTheContractDoesNotCover) {
  const std::vector<float> a{0.1F, 0.1F, 0.2F, 0.2F};
  const std::vector<float> b{0.10005F, 0.1002F, 0.2001F, 0.9F};
  const MapDifference d = difference_of(a, b, {2, 0, 18});
  EXPECT_EQ(d.n_beyond_contract, 2);
  EXPECT_EQ(d.n_beyond_moved, 2);  // T unknown: no allowance
  EXPECT_NEAR(d.largest, 0.7, 1e-6);
  EXPECT_NEAR(d.mean, (0.00005 + 0.0002 + 0.0001 + 0.7) / 4, 1e-6);
  EXPECT_FALSE(d.agrees());
  const std::vector<float> reversed{0.2F, 0.2F, 0.1F, 0.1F};
  EXPECT_NEAR(difference_of(a, reversed, {}).correlation, -1, 1e-6);
}

TEST(MapDifference, AMovedSampleMayTouchOnePhaseInAHundred) {
  constexpr std::size_t n_amp = 3;
  std::vector<float> a(200 * n_amp, 0.001F);
  std::vector<float> b = a;
  const MapScale scale{n_amp, 4096, 18};
  const auto moved = static_cast<float>(0.5 * moved_sample_bound(0.001, scale));
  for (std::size_t i = 0; i < 2 * n_amp; ++i) b[i] += moved;
  const MapDifference two = difference_of(a, b, scale);
  EXPECT_EQ(two.n_beyond_contract, 6);
  EXPECT_EQ(two.n_beyond_moved, 0);
  EXPECT_EQ(two.n_moved_phases, 2);
  EXPECT_TRUE(two.agrees());
  b[2 * n_amp] += moved;
  EXPECT_FALSE(difference_of(a, b, scale).agrees());
  b = a;
  b[7] += 0.01F;
  EXPECT_EQ(difference_of(a, b, scale).n_beyond_moved, 1);
  EXPECT_FALSE(difference_of(a, b, scale).agrees());
}

/// MI of mean amplitudes per phase bin, as defined.
double modulation(const std::vector<double>& sums, const std::vector<double>& counts) {
  std::vector<double> p;
  double total = 0;
  for (std::size_t j = 0; j < sums.size(); ++j) total += p.emplace_back(sums[j] / counts[j]);
  double entropy = 0;
  for (const double mean : p) {
    if (mean > 0) entropy -= mean / total * std::log(mean / total);
  }
  return 1 - entropy / std::log(static_cast<double>(sums.size()));
}

/// Rows of evenly spread phases and Rayleigh amplitudes with a coupling between none and full, every sample moved.
TEST(MapDifference, MovingAnySampleStaysWithinTheBound) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> uniform(0, 1);
  constexpr std::size_t n = 18;
  double most = 0;
  for (const std::size_t n_times : {720UL, 4096UL}) {
    for (const double strength : {0.0, 0.1, 0.5, 0.9, 0.999}) {
      std::vector<double> amplitude(n_times), sums(n), counts(n);
      std::vector<std::size_t> bin(n_times);
      for (std::size_t t = 0; t < n_times; ++t) {
        bin[t] = t % n;
        const double angle = 2 * std::numbers::pi * static_cast<double>(bin[t]) / n;
        amplitude[t] = std::sqrt(-2 * std::log(1 - uniform(random))) * (1 - strength * std::cos(angle));
        sums[bin[t]] += amplitude[t];
        counts[bin[t]] += 1;
      }
      const double before = modulation(sums, counts);
      for (std::size_t t = 0; t < n_times; ++t) {
        std::vector<double> other_sums = sums;
        std::vector<double> other_counts = counts;
        const std::size_t to = (bin[t] + 1) % n;
        other_sums[bin[t]] -= amplitude[t];
        other_counts[bin[t]] -= 1;
        other_sums[to] += amplitude[t];
        other_counts[to] += 1;
        const double after = modulation(other_sums, other_counts);
        const MapScale scale{1, static_cast<std::int64_t>(n_times), n};
        const double bound = moved_sample_bound(std::max(before, after), scale);
        ASSERT_LE(std::abs(after - before), bound) << n_times << " " << strength << " sample " << t;
        most = std::max(most, std::abs(after - before) / bound);
      }
    }
  }
  EXPECT_GT(most, 0.05);  // and the bound is not an empty one
}

}  // namespace
