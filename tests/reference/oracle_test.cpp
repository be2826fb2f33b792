// Properties that pin the float64 oracle without outside data: closed forms, symmetries and hand-made distributions.
#include "reference/oracle.hpp"

#include <cmath>
#include <numbers>
#include <random>
#include <stdexcept>

#include <gtest/gtest.h>

namespace {

using oracle::Complex;
constexpr double pi = std::numbers::pi;

std::vector<double> noise_row(std::size_t n_times, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<double> row(n_times);
  for (double& x : row) x = normal(generator);
  return row;
}

oracle::Definition small_definition(bool extended = false) {
  oracle::Definition definition;
  definition.fs_hz = 256;
  definition.extended = extended;
  definition.pha_bands = {{4, 8}, {8, 13}};
  definition.amp_bands = {{30, 50}, {60, 90}, {80, 110}};
  return definition;
}

oracle::RowResult result_of(const oracle::Definition& definition, const std::vector<double>& row,
                            const std::vector<std::int64_t>& shifts = {}) {
  const auto pad = oracle::extension_of(definition, static_cast<std::int64_t>(row.size()));
  return oracle::compute_row(definition, oracle::odd_extend(row, pad), pad, shifts);
}

/// Response of symmetric taps at a frequency: sum of b_i cos(2 pi f (i - N / 2) / fs).
double response(const std::vector<double>& taps, double f_hz, double fs_hz) {
  double sum = 0;
  for (std::size_t i = 0; i < taps.size(); ++i) {
    const double from_middle = static_cast<double>(i) - static_cast<double>(taps.size() - 1) / 2;
    sum += taps[i] * std::cos(2 * pi * f_hz * from_middle / fs_hz);
  }
  return sum;
}

TEST(OracleFilter, OrderFollowsTheLowerEdgeAndTheRowsLength) {
  EXPECT_EQ(oracle::filter_order(512, 2, 3, 4096), 768);
  EXPECT_EQ(oracle::filter_order(512, 148 - 148.0 / 8, 6, 4096), 18);  // 512 / 129.5 = 3.95..
  EXPECT_EQ(oracle::filter_order(512, 2, 3, 2304), 768);               // T = 3 N keeps N
  EXPECT_EQ(oracle::filter_order(512, 2, 3, 2303), 767);               // T < 3 N: (T - 1) / 3
  EXPECT_EQ(oracle::filter_order(512, 2, 3, 301), 100);
}

TEST(OracleFilter, TapsAreSymmetricWithUnitGainAtTheCentre) {
  for (const int order : {18, 43, 327, 768}) {
    const auto taps = oracle::band_pass_taps(order, 60, 90, 512);
    ASSERT_EQ(taps.size(), static_cast<std::size_t>(order + 1));
    for (std::size_t i = 0; i < taps.size(); ++i) EXPECT_NEAR(taps[i], taps[taps.size() - 1 - i], 1e-16);
    EXPECT_NEAR(response(taps, 75, 512), 1, 1e-14);
  }
  const auto taps = oracle::band_pass_taps(768, 60, 90, 512);
  EXPECT_LT(std::abs(response(taps, 0, 512)), 3e-3);  // Hamming: side lobes of 53 dB
  EXPECT_LT(std::abs(response(taps, 150, 512)), 3e-3);
}

TEST(OracleFilter, ExtensionIsTheLargestOrder) {
  EXPECT_EQ(oracle::extension_of(small_definition(), 2048), 3 * 64);  // floor(256 / 4), 3 cycles
}

TEST(OracleFilter, OddExtensionReflectsThroughTheEndSamples) {
  const auto extended = oracle::odd_extend({1, 2, 4, 8}, 2);
  EXPECT_EQ(extended, (std::vector<double>{-2, 0, 1, 2, 4, 8, 12, 14}));
  EXPECT_THROW(oracle::odd_extend({1, 2}, 2), std::invalid_argument);
}

TEST(OracleTransform, AgreesWithTheSumItIsDefinedBy) {
  for (const std::size_t n : {1U, 2U, 12U, 35U, 77U, 97U, 210U, 256U}) {
    std::mt19937 generator(static_cast<unsigned>(n));
    std::normal_distribution<double> normal;
    std::vector<Complex> x(n);
    for (Complex& z : x) z = {normal(generator), normal(generator)};
    const auto spectrum = oracle::dft(x);
    for (std::size_t k = 0; k < n; ++k) {
      Complex sum = 0;
      for (std::size_t t = 0; t < n; ++t)
        sum += x[t] * std::polar(1.0, -2 * pi * static_cast<double>(k * t % n) / static_cast<double>(n));
      EXPECT_NEAR(std::abs(spectrum[k] - sum), 0, 1e-12) << "length " << n << ", frequency " << k;
    }
    const auto back = oracle::dft(spectrum, true);
    for (std::size_t t = 0; t < n; ++t) EXPECT_NEAR(std::abs(back[t] - x[t]), 0, 1e-13);
  }
}

TEST(OracleTransform, SmoothLengthsAreTheNextOnes) {
  EXPECT_EQ(oracle::smooth_length(4001, 5), 4050);
  EXPECT_EQ(oracle::smooth_length(4096, 5), 4096);
  EXPECT_EQ(oracle::smooth_length(4097, 5), 4320);
  EXPECT_EQ(oracle::smooth_length(4097, 7), 4116);
  EXPECT_EQ(oracle::smooth_length(1, 5), 1);
}

TEST(OracleTransform, AnalyticSignalOfACosineTurnsAtUnitRadius) {
  constexpr std::size_t n = 360;
  std::vector<double> x(n);
  for (std::size_t t = 0; t < n; ++t) x[t] = std::cos(2 * pi * 7 * static_cast<double>(t) / n + 0.3);
  const auto analytic = oracle::analytic_signal(x);
  for (std::size_t t = 0; t < n; ++t) {
    const Complex expected = std::polar(1.0, 2 * pi * 7 * static_cast<double>(t) / n + 0.3);
    EXPECT_NEAR(std::abs(analytic[t] - expected), 0, 1e-12);
  }
}

TEST(OracleTransform, RealPartOfAnAnalyticSignalIsTheSignalAtAnyLength) {
  for (const std::size_t n : {97U, 100U, 301U}) {  // zero-padded to 100, 100 and 320
    const auto x = noise_row(n, 5);
    const auto analytic = oracle::analytic_signal(x);
    ASSERT_EQ(analytic.size(), n);
    for (std::size_t t = 0; t < n; ++t) EXPECT_NEAR(analytic[t].real(), x[t], 1e-13);
  }
}

TEST(OracleModulationIndex, OfHandMadeDistributions) {
  EXPECT_NEAR(oracle::modulation_index(std::vector<double>(18, 3.5)), 0, 1e-15);
  std::vector<double> single(18, 0);
  single[4] = 2;
  EXPECT_DOUBLE_EQ(oracle::modulation_index(single), 1);
  std::vector<double> half(18, 0);
  for (std::size_t j = 0; j < 9; ++j) half[j] = 1;
  EXPECT_NEAR(oracle::modulation_index(half), 1 - std::log(9.0) / std::log(18.0), 1e-15);
  EXPECT_NEAR(oracle::modulation_index({3, 1}), 1 + (0.75 * std::log2(0.75) + 0.25 * std::log2(0.25)), 1e-15);
  EXPECT_TRUE(std::isnan(oracle::modulation_index(std::vector<double>(18, 0))));
}

TEST(OracleRow, ModulationIndexIsThatOfItsOwnBinsAndAmplitudes) {
  for (const bool sum_statistic : {false, true}) {
    auto definition = small_definition();
    definition.sum_statistic = sum_statistic;
    const auto row = result_of(definition, noise_row(1000, 1));
    std::vector<double> sum(18);
    std::vector<double> count(18);
    for (std::size_t t = 0; t < 1000; ++t) {  // second phase band, third amplitude band
      const auto bin = static_cast<std::size_t>(row.phase_bin[1000 + t]);
      EXPECT_EQ(bin, static_cast<std::size_t>((row.phase[1000 + t] + pi) * 18 / (2 * pi)) % 18);
      sum[bin] += row.amplitude[2000 + t];
      count[bin] += 1;
    }
    for (std::size_t j = 0; j < 18 && !sum_statistic; ++j) sum[j] /= count[j];
    EXPECT_NEAR(row.mi[1 * 3 + 2], oracle::modulation_index(sum), 1e-15);
    EXPECT_GT(row.mi[5], 0);
    double total = 0;
    for (std::size_t j = 0; j < 18; ++j) total += row.distribution[5 * 18 + j];
    EXPECT_NEAR(total, 1, 1e-14);
  }
}

TEST(OracleRow, DoesNotDependOnTheAmplitudesScale) {
  for (const bool extended : {false, true}) {
    auto x = noise_row(1000, 2);
    const auto row = result_of(small_definition(extended), x);
    for (double& sample : x) sample *= 1024;  // exact in floating point, so every bin stays
    const auto scaled = result_of(small_definition(extended), x);
    EXPECT_EQ(row.phase_bin, scaled.phase_bin);
    EXPECT_EQ(row.mi, scaled.mi);
  }
}

TEST(OracleRow, FindsAPlantedPairAndItsPhase) {
  oracle::Definition definition = small_definition();
  std::vector<double> x = noise_row(4096, 3);
  for (std::size_t t = 0; t < x.size(); ++t) {
    const double phase = 2 * pi * 6 * static_cast<double>(t) / 256;
    x[t] = 0.1 * x[t] + std::cos(phase) +
           (1 + std::cos(phase - 1.0)) * std::cos(2 * pi * 75 * static_cast<double>(t) / 256);
  }
  for (const bool extended : {false, true}) {
    definition.extended = extended;
    const auto row = result_of(definition, x);
    for (std::size_t pair = 0; pair < row.mi.size(); ++pair) {
      if (pair != 1) {
        EXPECT_GT(row.mi[1], row.mi[pair]) << "pair " << pair;
      }
    }
    EXPECT_NEAR(row.preferred_phase[1], 1.0, 0.05);
  }
}

TEST(OracleRow, HilbertDefinitionsAgreeAwayFromTheRowsEnds) {
  const auto x = noise_row(4096, 4);
  const auto cropped = result_of(small_definition(false), x);
  const auto extended = result_of(small_definition(true), x);
  for (std::size_t t = 1024; t < 3072; ++t) EXPECT_NEAR(cropped.amplitude[t], extended.amplitude[t], 0.02);
  EXPECT_NE(cropped.mi, extended.mi);
}

TEST(OracleRow, NeighbouringSamplesReplaceTheReflection) {
  const auto definition = small_definition();
  const auto recording = noise_row(3000, 6);
  const std::vector<double> window(recording.begin() + 808, recording.begin() + 2192);
  const auto inside = oracle::compute_row(definition, window, 192);
  const std::vector<double> epoch(recording.begin() + 1000, recording.begin() + 2000);
  const auto alone = result_of(definition, epoch);
  EXPECT_EQ(inside.mi.size(), alone.mi.size());
  EXPECT_NE(inside.mi, alone.mi);
  EXPECT_THROW(oracle::compute_row(definition, window, 191), std::invalid_argument);
}

TEST(OracleRow, ConstantRowsHaveNoModulationIndex) {
  const auto row = result_of(small_definition(), std::vector<double>(1000, 3), {1, 2});
  for (const double mi : row.mi) EXPECT_TRUE(std::isnan(mi));
  for (const double p : row.p_value) EXPECT_TRUE(std::isnan(p));
  for (const double z : row.pac_z) EXPECT_TRUE(std::isnan(z));
}

TEST(OracleRow, ShortRowsLeaveBinsEmptyAndSaySo) {
  const auto short_row = result_of(small_definition(), noise_row(24, 7));
  EXPECT_TRUE(short_row.empty_bin[0]);
  for (const double mi : short_row.mi) EXPECT_FALSE(std::isnan(mi));
  EXPECT_FALSE(result_of(small_definition(), noise_row(4000, 7)).empty_bin[0]);
}

TEST(OracleSurrogates, WithoutShiftAreTheObservation) {
  const auto row = result_of(small_definition(), noise_row(1000, 8), {0, 1000, 17});
  for (std::size_t pair = 0; pair < 6; ++pair) {
    EXPECT_EQ(row.surrogate_mi[pair], row.mi[pair]);
    EXPECT_EQ(row.surrogate_mi[6 + pair], row.mi[pair]);
    EXPECT_NE(row.surrogate_mi[12 + pair], row.mi[pair]);
  }
}

TEST(OracleSurrogates, StatisticsAreThoseOfTheirValues) {
  const auto row = result_of(small_definition(), noise_row(1000, 9), {0, 100, 500});
  for (std::size_t pair = 0; pair < 6; ++pair) {
    const double values[] = {row.surrogate_mi[pair], row.surrogate_mi[6 + pair], row.surrogate_mi[12 + pair]};
    const double mean = (values[0] + values[1] + values[2]) / 3;
    const double variance = (values[0] * values[0] + values[1] * values[1] + values[2] * values[2]) / 3 - mean * mean;
    const int at_least = 1 + (values[1] >= row.mi[pair] ? 1 : 0) + (values[2] >= row.mi[pair] ? 1 : 0);
    EXPECT_NEAR(row.surrogate_mean[pair], mean, 1e-15);
    EXPECT_NEAR(row.surrogate_std[pair] * row.surrogate_std[pair], variance, 1e-15);
    EXPECT_NEAR(row.pac_z[pair] * row.surrogate_std[pair], row.mi[pair] - mean, 1e-15);
    EXPECT_DOUBLE_EQ(row.p_value[pair], (1 + at_least) / 4.0);
  }
}

TEST(OracleSurrogates, AmplitudeIsReadLaterByTheShift) {
  const auto row = result_of(small_definition(), noise_row(500, 10), {123});
  std::vector<double> sum(18);
  std::vector<double> count(18);
  for (std::size_t t = 0; t < 500; ++t) {
    sum[static_cast<std::size_t>(row.phase_bin[t])] += row.amplitude[(t + 123) % 500];
    count[static_cast<std::size_t>(row.phase_bin[t])] += 1;
  }
  for (std::size_t j = 0; j < 18; ++j) sum[j] /= count[j];
  EXPECT_NEAR(row.surrogate_mi[0], oracle::modulation_index(sum), 1e-15);
}

TEST(OracleAccuracy, OneSampleEffectIsTheChangeThatTheNearestSampleMakes) {
  const auto definition = small_definition();
  auto row = result_of(definition, noise_row(1000, 11));
  EXPECT_EQ(oracle::one_sample_effect(definition, row, 0, 0, row.edge_margin[0] / 2), 0);
  // The sample nearest to an edge, moved by hand.
  std::size_t nearest = 0;
  double least = 1;
  for (std::size_t t = 0; t < 1000; ++t) {
    const double position = (row.phase[t] + pi) * 18 / (2 * pi);
    const double distance = std::abs(position - std::round(position));
    if (distance < least) {
      least = distance;
      nearest = t;
    }
  }
  EXPECT_NEAR(least * 2 * pi / 18, row.edge_margin[0], 1e-15);
  const double position = (row.phase[nearest] + pi) * 18 / (2 * pi);
  const int across = position < std::round(position) ? row.phase_bin[nearest] + 1 : row.phase_bin[nearest] + 17;
  std::vector<double> sum(18);
  std::vector<double> count(18);
  for (std::size_t t = 0; t < 1000; ++t) {
    const auto bin = static_cast<std::size_t>(t == nearest ? across % 18 : row.phase_bin[t]);
    sum[bin] += row.amplitude[t];
    count[bin] += 1;
  }
  for (std::size_t j = 0; j < 18; ++j) sum[j] /= count[j];
  const double expected = std::abs(oracle::modulation_index(sum) - row.mi[0]);
  EXPECT_GT(expected, 0);
  EXPECT_NEAR(oracle::one_sample_effect(definition, row, 0, 0, row.edge_margin[0] * 1.0001), expected, 1e-13);
}

}  // namespace
