// Long rows, computed in blocks, against the float64 oracle and bit for bit against themselves.
#include <numbers>

#include "model/cpu/row_checks.hpp"

namespace {

using namespace pac;

/// A low and a high edge among few bands: the oracle is slow.
Config few_bands(Hilbert hilbert) {
  Config config;
  config.pha_bands = {{2, 2.5}, {9, 14}};
  config.amp_bands = {{40, 52}, {70, 100}, {200, 250}};
  config.distributions = true;
  config.hilbert = hilbert;
  return config;
}

constexpr std::array both{Hilbert::cropped, Hilbert::extended};

/// White noise; with `coupled`, amplitude at 80 Hz that follows a phase at 6 Hz.
std::vector<std::vector<double>> noise(std::size_t n_times, bool coupled) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  std::vector<double> row(n_times);
  for (std::size_t t = 0; t < n_times; ++t) {
    const double time_s = static_cast<double>(t) / 512;
    const double slow = std::sin(2 * std::numbers::pi * 6.1 * time_s);
    row[t] = normal(random);
    if (coupled) row[t] += slow + (1 + slow) * 0.5 * std::sin(2 * std::numbers::pi * 80 * time_s);
  }
  return {row};
}

TEST(LongRow, TakesRowsOfSomeBlocksOnly) {
  SignalShape shape;
  shape.fs_hz = 512;
  for (const Hilbert hilbert : both) {
    Config config;
    config.hilbert = hilbert;
    for (const auto& [n_times, expected] : {std::pair{4096, false}, {16384, false}, {32768, false}, {65536, true}}) {
      shape.n_times = n_times;
      EXPECT_EQ(cpu::LongGeometry::applies(make_plan(config, shape)), expected) << n_times;
    }
  }
}

TEST(LongRow, MeetsTheOracleAtPrimeAndSmoothLengths) {
  for (const Hilbert hilbert : both) {
    // The shortest long row, whose circle has no gap behind it; a prime; a circle with a wide gap.
    for (const std::size_t n_times : {57600U, 100003U, 131221U}) {
      SCOPED_TRACE(to_text(hilbert) + " " + std::to_string(n_times));
      expect_oracle(few_bands(hilbert), rows_of(1, n_times), 512, Compare::everything);
    }
  }
}

TEST(LongRow, MeetsTheOracleOnNoise) {
  for (const Hilbert hilbert : both) {
    for (const bool coupled : {false, true}) {
      SCOPED_TRACE(to_text(hilbert) + (coupled ? " coupled" : " white"));
      expect_oracle(few_bands(hilbert), noise(73637, coupled), 512, Compare::everything);
    }
  }
}

TEST(LongRow, HoldsAStrongDrift) {
  for (const Hilbert hilbert : both) {
    auto rows = noise(70001, true);
    for (std::size_t t = 0; t < rows[0].size(); ++t) {
      const double turn = static_cast<double>(t) / 70001;
      const double drift = 1000 * std::sin(2 * std::numbers::pi * 0.7 * turn) + 300 * turn;
      rows[0][t] = static_cast<double>(static_cast<float>(rows[0][t] + drift));  // the oracle's samples are floats too
    }
    // Single precision beside the drift is 6e-5, beside 0.06 in the lowest band: phases move, and samples cross edges.
    SCOPED_TRACE(to_text(hilbert));
    expect_oracle(few_bands(hilbert), rows, 512, Compare::index, 1e-4);
  }
}

TEST(LongRow, HoldsAnOffset) {
  for (const Hilbert hilbert : both) {
    auto rows = noise(65537, true);
    for (double& x : rows[0]) x += hilbert == Hilbert::cropped ? 3e5 : 1e3;
    SCOPED_TRACE(to_text(hilbert));
    expect_oracle(few_bands(hilbert), rows, 512, Compare::everything);
  }
}

TEST(LongRow, MeetsTheOracleForSumsAndOddBins) {
  for (const Hilbert hilbert : both) {
    Config config = few_bands(hilbert);
    config.bin_statistic = BinStatistic::sum;
    config.n_bins = 7;
    config.pha_bands = {{3, 6}};
    config.amp_bands.clear();
    config.amp_n_bands = 17;  // two tiles, one of one lane
    SCOPED_TRACE(to_text(hilbert));
    expect_oracle(config, noise(58001, true), 512, Compare::everything);
  }
}

TEST(LongRow, MeetsTheOracleWithSurrogates) {
  for (const Hilbert hilbert : both) {
    Config config = few_bands(hilbert);
    config.n_perm = 5;
    config.amp_bands.clear();
    config.amp_n_bands = 18;
    SCOPED_TRACE(to_text(hilbert));
    expect_oracle(config, noise(60013, true), 512, Compare::everything);
  }
}

TEST(LongRow, SurrogatesDoNotChangeTheObserved) {
  Config config = few_bands(Hilbert::cropped);
  HeldRows source(noise(58000, false), 512);
  const Computed without = compute(config, source);
  config.n_perm = 2;
  expect_same_bits(without.result, 0, compute(config, source).result, 0);
}

TEST(LongRow, ConstantRowsAreUndefined) {
  for (const Hilbert hilbert : both) {
    HeldRows source({std::vector<double>(60000, 5.0)}, 512);
    Config config = few_bands(hilbert);
    config.n_perm = 2;
    const Computed c = compute(config, source);
    for (const float mi : c.result.pac) EXPECT_TRUE(std::isnan(mi));
    for (const float z : c.result.pac_z) EXPECT_TRUE(std::isnan(z));
  }
}

TEST(LongRow, ThreadsDoNotChangeABit) {
  for (const Hilbert hilbert : both) {
    HeldRows source(rows_of(2, 60013), 512);
    Config config = few_bands(hilbert);
    config.n_perm = 11;
    const Computed alone = compute(config, source);
    for (const int threads : {2, 3}) {
      const Computed together = compute(config, source, threads);
      for (std::int64_t row = 0; row < 2; ++row) expect_same_bits(alone.result, row, together.result, row);
    }
  }
}

std::int64_t bytes_of(const Config& config, std::int64_t n_times) {
  SignalShape shape;
  shape.n_times = n_times;
  shape.fs_hz = 512;
  const Plan plan = make_plan(config, shape);
  const cpu::BandTables tables(plan);
  const cpu::RowWorker worker(tables, *cpu::lane_ops_variants().back(), 2);
  const auto predicted = static_cast<double>(cpu::RowWorker::predicted_bytes(plan, tables.longest(), 2));
  EXPECT_NEAR(predicted / static_cast<double>(worker.bytes()), 1, 0.05);
  const auto tables_predicted = static_cast<double>(cpu::LongTables::predicted_bytes(plan));
  EXPECT_NEAR(tables_predicted / static_cast<double>(tables.bytes()), 1, 0.05);
  return worker.bytes() + tables.bytes();
}

TEST(LongRow, PredictsTheMemoryItTakes) {
  for (const Hilbert hilbert : both) {
    Config config;
    config.hilbert = hilbert;
    const std::int64_t shorter = bytes_of(config, 100003);
    EXPECT_LT(shorter, std::int64_t{48} << 20);
    EXPECT_LT(bytes_of(config, 4194304) - shorter, 4194304);  // a byte a sample, beside the four of the row itself
    config.n_perm = 10;
    EXPECT_LT(bytes_of(config, 1000003), shorter + std::int64_t{70} * 1000003);  // one tile's prefix sums
  }
}

}  // namespace
