// Direct sums against double precision, for lengths that transforms like and for primes.
#include "model/cpu/direct_sums.hpp"

#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "model/cpu/surrogate_statistics.hpp"
#include "reference/oracle.hpp"

namespace {

using namespace pac;
using namespace pac::cpu;
using Complex = std::complex<double>;

constexpr float scale = 0.25F;  // amplitudes are a quarter of the row's unit

/// One phase band and one amplitude band that follows it weakly, all shifts as surrogates.
struct Pair {
  Plan plan;
  std::vector<double> phase;
  std::vector<double> amplitude;
  std::vector<double> amplitude_phase;

  explicit Pair(std::int64_t n_times) {
    plan.n_times = n_times;
    plan.pha.resize(1);
    plan.amp.resize(1);
    plan.measures = {Measure::plv, Measure::mi, Measure::mvl, Measure::ndpac};
    plan.n_perm = n_times;
    std::mt19937 random(static_cast<unsigned>(n_times));
    std::normal_distribution<double> normal;
    double slow = 0;
    for (std::int64_t t = 0; t < n_times; ++t) {
      phase.push_back(std::remainder(0.1 * static_cast<double>(t) + 0.3 * normal(random), 2 * std::numbers::pi));
      slow = 0.9 * slow + 0.1 * normal(random);
      const double value = std::abs(1 + slow + 0.05 * std::cos(phase.back() - 1));
      amplitude.push_back(static_cast<double>(static_cast<float>(value)));
    }
    for (const Complex z : oracle::analytic_signal(amplitude)) amplitude_phase.push_back(std::arg(z));
  }

  [[nodiscard]] double expected(Measure measure, std::int64_t shift) const {
    const auto n = static_cast<double>(plan.n_times);
    const double mean = std::accumulate(amplitude.begin(), amplitude.end(), 0.0) / n;
    double squares = 0;
    Complex sum = 0;
    for (std::size_t t = 0; t < phase.size(); ++t) {
      const std::size_t later = (t + static_cast<std::size_t>(shift)) % phase.size();
      const double centred = amplitude[later] - mean;
      squares += centred * centred / (n - 1);
      const double phi = phase[t];
      if (measure == Measure::mvl) sum += std::polar(amplitude[later] / static_cast<double>(scale), phi);
      if (measure == Measure::ndpac) sum += centred * std::polar(1.0, phi);
      if (measure == Measure::plv) sum += std::polar(1.0, phi - amplitude_phase[later]);
    }
    return std::abs(sum) / n / (measure == Measure::ndpac ? std::sqrt(squares) : 1);
  }
};

/// Fills the only band's phasors and tells what comes of them.
Comodulogram computed(const Pair& pair, std::span<const std::int64_t> shifts, std::vector<float>& largest) {
  Plan plan = pair.plan;
  plan.n_perm = static_cast<std::int64_t>(shifts.size());
  const LaneOps& ops = *lane_ops_variants().back();
  const DirectTables tables(plan);
  RowPhasors phasors(plan);
  DirectSums sums(plan, tables, ops);
  EXPECT_EQ(RowPhasors::predicted_bytes(plan), phasors.bytes());
  EXPECT_EQ(DirectSums::predicted_bytes(plan), sums.bytes());
  std::vector<float> amplitude;  // every third value is one
  for (std::size_t t = 0; t < pair.phase.size(); ++t) {
    phasors.cosine(0)[t] = static_cast<float>(std::cos(pair.phase[t]));
    phasors.sine(0)[t] = static_cast<float>(std::sin(pair.phase[t]));
    amplitude.insert(amplitude.end(), {static_cast<float>(pair.amplitude[t]), 1e9F, 1e9F});
  }
  phasors.finish(tables, 0, sums.scratch());
  Comodulogram result;
  result.allocate(1, plan.map_shape());
  sums.set_amplitude(amplitude.data(), 3, scale);
  sums.store_observed(phasors, 0, result, 0);
  std::vector<std::int64_t> permutation(shifts.size());
  std::iota(permutation.rbegin(), permutation.rend(), 0);  // surrogate k is the last but k
  largest.assign(plan.measures.size() * shifts.size(), no_surrogate);
  if (!shifts.empty()) sums.store_surrogates(phasors, 0, shifts, permutation, largest.data(), result, 0);
  return result;
}

TEST(DirectSums, AreTheirDefinitionsForEveryShift) {
  for (const std::int64_t n_times : {4, 60, 97, 801, 1024}) {
    const Pair pair(n_times);
    std::vector<std::int64_t> shifts(static_cast<std::size_t>(n_times));
    std::iota(shifts.begin(), shifts.end(), 1);  // the last one is the observed row again
    std::vector<float> largest;
    const Comodulogram result = computed(pair, shifts, largest);
    for (std::size_t m = 0; m < pair.plan.measures.size(); ++m) {
      const MeasureMaps& maps = result.of(m);
      if (maps.measure == Measure::mi) {
        EXPECT_EQ(maps.pac[0], 0) << "not this class's";
        continue;
      }
      SCOPED_TRACE(std::string(name_of(maps.measure)) + " of " + std::to_string(n_times));
      const double observed = pair.expected(maps.measure, 0);
      EXPECT_NEAR(static_cast<double>(maps.pac[0]) / observed, 1, 1e-6);
      std::vector<double> expected;
      for (const std::int64_t shift : shifts) expected.push_back(pair.expected(maps.measure, shift));
      double mean = 0;
      double squares = 0;
      for (const double x : expected) mean += x / static_cast<double>(n_times);
      for (const double x : expected) squares += (x - mean) * (x - mean) / static_cast<double>(n_times);
      for (std::size_t k = 0; k < shifts.size(); ++k) {
        const float got = largest[(m + 1) * shifts.size() - 1 - k];
        EXPECT_NEAR(static_cast<double>(got), expected[k], 1e-5 * mean) << "shift " << shifts[k];
      }
      EXPECT_NEAR(static_cast<double>(maps.surrogate_mean[0]) / mean, 1, 1e-6);
      EXPECT_NEAR(static_cast<double>(maps.surrogate_std[0]), std::sqrt(squares), 1e-5 * mean);
      EXPECT_NEAR(static_cast<double>(maps.pac_z[0]), (observed - mean) / std::sqrt(squares), 1e-3);
    }
  }
}

TEST(DirectSums, AskedForMoreSurrogatesTheFirstOnesStay) {
  const Pair pair(500);
  std::vector<float> few;
  std::vector<float> more;
  const std::vector<std::int64_t> shifts{3, 77, 250, 251, 499};
  const Comodulogram with_few = computed(pair, std::span(shifts).last(2), few);
  const Comodulogram with_more = computed(pair, shifts, more);
  for (std::size_t m = 0; m < pair.plan.measures.size(); ++m) {
    EXPECT_EQ(with_few.of(m).pac, with_more.of(m).pac);
    EXPECT_EQ(few[2 * m], more[5 * m]);
    EXPECT_EQ(few[2 * m + 1], more[5 * m + 1]);
  }
}

TEST(DirectSums, WithoutAmplitudeAreUndefined) {
  Pair pair(100);
  pair.amplitude.assign(100, 0);
  std::vector<float> largest;
  const std::vector<std::int64_t> shifts{5};
  const Comodulogram result = computed(pair, shifts, largest);
  for (const std::size_t m : {0U, 2U, 3U}) {
    EXPECT_TRUE(std::isnan(result.of(m).pac[0]));
    EXPECT_TRUE(std::isnan(result.of(m).p_value[0]));
    EXPECT_EQ(largest[m], no_surrogate);
  }
}

}  // namespace
