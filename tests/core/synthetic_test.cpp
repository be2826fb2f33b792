// Synthetic rows: reproducible per global row, pink, and coupled as planted.
#include "core/synthetic.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace {

using namespace pac;

double power_at(std::span<const float> x, double hz, double fs_hz) {
  double re = 0;
  double im = 0;
  for (std::size_t t = 0; t < x.size(); ++t) {
    const double angle = 2 * std::numbers::pi * hz * static_cast<double>(t) / fs_hz;
    re += static_cast<double>(x[t]) * std::cos(angle);
    im += static_cast<double>(x[t]) * std::sin(angle);
  }
  return (re * re + im * im) / static_cast<double>(x.size() * x.size());
}

TEST(Synthetic, RowsDependOnTheirGlobalIndexAlone) {
  Config config;
  config.batch_size = 3;
  config.n_channels = 2;
  config.seq_sec = 0.5;
  const auto source = synthetic_signals(config);
  RowBlock all;
  source->read({0, 6}, 10, all);
  for (std::int64_t row = 0; row < 6; ++row) {
    RowBlock one;
    source->read({row, 1}, 10, one);
    EXPECT_TRUE(std::equal(one.samples.begin(), one.samples.end(), all.row(row).begin())) << row;
    EXPECT_EQ(one.mean[0], all.mean[static_cast<std::size_t>(row)]);
  }
  EXPECT_FALSE(std::equal(all.row(0).begin(), all.row(0).end(), all.row(1).begin()));
  config.n_channels = 6;  // the same rows under another shape
  config.batch_size = 1;
  RowBlock reshaped;
  synthetic_signals(config)->read({0, 6}, 10, reshaped);
  EXPECT_EQ(reshaped.samples, all.samples);
  config.seed = 43;
  synthetic_signals(config)->read({0, 6}, 10, reshaped);
  EXPECT_NE(reshaped.samples, all.samples);
}

TEST(Synthetic, NoiseHasUnitVarianceAndFallsAsOneOverF) {
  Config config;
  config.batch_size = 1;
  config.n_channels = 8;
  config.seq_sec = 32;
  config.coupling.clear();
  RowBlock block;
  const auto source = synthetic_signals(config);
  source->read({0, 8}, 0, block);
  double variance = 0;
  for (const float x : block.samples) variance += static_cast<double>(x) * static_cast<double>(x);
  EXPECT_NEAR(variance / static_cast<double>(block.samples.size()), 1.0,
              0.35);  // 1/f noise estimates its variance poorly
  const auto band_power = [&](double lo_hz, double hi_hz) {
    double sum = 0;
    int count = 0;
    for (std::int64_t row = 0; row < 8; ++row) {
      for (double hz = lo_hz; hz < hi_hz; hz += (hi_hz - lo_hz) / 40, ++count) sum += power_at(block.row(row), hz, 512);
    }
    return sum / count;
  };
  EXPECT_NEAR(band_power(8, 12) / band_power(80, 120), 10, 4);
}

TEST(Synthetic, CouplingHasItsRhythmsAndSidebands) {
  Config config;
  config.batch_size = 1;
  config.n_channels = 1;
  config.noise = 0;
  config.coupling = {{6, 80, 0.8}};
  RowBlock block;
  synthetic_signals(config)->read({0, 1}, 0, block);
  EXPECT_NEAR(power_at(block.row(0), 6, 512), 0.25, 1e-3);     // amplitude 1
  EXPECT_NEAR(power_at(block.row(0), 80, 512), 0.0625, 1e-3);  // amplitude 0.5
  EXPECT_NEAR(power_at(block.row(0), 86, 512), 0.01, 1e-3);    // 0.5 * 0.8 / 2
  EXPECT_NEAR(power_at(block.row(0), 74, 512), 0.01, 1e-3);
  EXPECT_NEAR(power_at(block.row(0), 50, 512), 0, 1e-4);
}

}  // namespace
