// What rounding amplitudes to integers costs: bin sums and modulation index beside sums in double precision, against
// the bounds that README's Definitions state.
#include "kernels/quantisation.hpp"

#include <array>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "poisoned.hpp"

namespace pac::kernels {
namespace {

constexpr std::size_t n_bins = 18;
using Bins = std::array<double, n_bins>;

/// A row of amplitudes (Rayleigh, as of Gaussian noise) that follow the phase to `depth`, and its bin sums both ways.
struct Sums {
  Bins samples{};
  Bins exact{};
  Bins integers{};  ///< times the unit
  double mean = 0;
  double largest_rounding = 0;  ///< of a sample, in units, beyond single precision's own 2^-23 of the amplitude
  std::uint64_t total = 0;
};

Sums sums_of(std::int64_t n_times, double depth, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> amplitude;
  std::vector<std::size_t> bin;
  double sum = 0;
  double turns = 0;
  for (std::int64_t t = 0; t < n_times; ++t) {
    turns += 6.0 / 512 + 1e-3 * (static_cast<double>(random()) / 4294967296.0 - 0.5);
    const double phase = turns - std::floor(turns);
    const double noise = std::sqrt(-2 * std::log((static_cast<double>(random()) + 0.5) / 4294967296.0));
    amplitude.push_back(static_cast<float>(noise * (1 + depth * std::sin(2 * M_PI * phase))));
    bin.push_back(static_cast<std::size_t>(phase * n_bins) % n_bins);
    sum += static_cast<double>(amplitude.back());
  }
  const float scale = integer_scale(sum, n_times);
  Sums s;
  s.mean = sum / static_cast<double>(n_times);
  for (std::size_t t = 0; t < amplitude.size(); ++t) {
    const std::uint32_t q = to_integer(amplitude[t], scale);
    const double wanted = static_cast<double>(amplitude[t]) * static_cast<double>(scale);
    s.largest_rounding = std::max(s.largest_rounding, std::abs(q - wanted) - std::ldexp(wanted, -23));
    s.total += q;
    s.samples[bin[t]] += 1;
    s.exact[bin[t]] += static_cast<double>(amplitude[t]);
    s.integers[bin[t]] += q / static_cast<double>(scale);
  }
  return s;
}

double modulation_index(const Bins& sums, const Bins& samples) {
  double all = 0;
  for (std::size_t j = 0; j < n_bins; ++j) all += sums[j] / samples[j];
  double index = 0;
  for (std::size_t j = 0; j < n_bins; ++j) {
    const double u = n_bins * sums[j] / samples[j] / all - 1;
    index += (1 + u) * std::log1p(u) - u;
  }
  return index / (n_bins * std::log(n_bins));
}

TEST(Quantisation, IsWithinItsBoundAndFarWithinTheContract) {
  struct Case {
    std::int64_t n_times;
    double depth;
    double share_of_contract;
  };
  constexpr std::int64_t longest = std::int64_t{1} << 24;
  for (const auto& [n_times, depth, share] :
       cases<Case>({{512, 0, 1e-3}, {4096, 0.8, 1e-3}, {4096, 0, 1e-3}, {longest, 0.1, 0.01}})) {
    SCOPED_TRACE(testing::Message() << n_times << " samples, depth " << depth);
    const Sums s = sums_of(n_times, depth, 7);
    EXPECT_LT(s.total, std::uint64_t{1} << 31);
    EXPECT_GT(s.total, std::uint64_t{0x7e000000});
    EXPECT_LE(s.largest_rounding, 0.5);
    for (std::size_t j = 0; j < n_bins; ++j) {
      const double bin_mean = s.exact[j] / s.samples[j];
      const double bound = 1.01 * std::ldexp(static_cast<double>(n_times), -32) * s.mean / bin_mean;
      EXPECT_LE(std::abs(s.integers[j] / s.exact[j] - 1), bound + 0x1p-23);
    }
    const double index = modulation_index(s.exact, s.samples);
    const double difference = std::abs(modulation_index(s.integers, s.samples) - index);
    EXPECT_LE(difference, share * (1e-6 + 1e-3 * index));
  }
}

}  // namespace
}  // namespace pac::kernels
