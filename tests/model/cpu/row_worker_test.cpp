// Rows on the CPU against the float64 oracle, for every option that changes the numbers, and bit for bit against
// themselves for any number of threads and neighbours.
#include "model/cpu/row_worker.hpp"

#include "model/cpu/row_checks.hpp"

namespace {

using namespace pac;
using cpu::BandTables;
using cpu::RowWorker;

TEST(RowWorker, MeetsTheOracleInBothDefinitions) {
  for (const Hilbert hilbert : {Hilbert::cropped, Hilbert::extended}) {
    for (const std::size_t n_times : {301U, 512U, 669U, 997U, 1500U}) {  // 669: an odd circle
      Config config = small_bands();
      config.hilbert = hilbert;
      SCOPED_TRACE(to_text(hilbert) + " " + std::to_string(n_times));
      expect_oracle(config, rows_of(2, n_times), 512);
    }
  }
}

TEST(RowWorker, MeetsTheOracleForEveryStatisticAndBinCount) {
  for (const BinStatistic statistic : {BinStatistic::mean, BinStatistic::sum}) {
    for (const std::int64_t n_bins : {2, 3, 9, 18, 40}) {
      Config config = small_bands();
      config.bin_statistic = statistic;
      config.n_bins = n_bins;
      SCOPED_TRACE(to_text(statistic) + " " + std::to_string(n_bins));
      expect_oracle(config, rows_of(1, 800), 512);
    }
  }
}

TEST(RowWorker, MeetsTheOracleWithOtherCyclesRatesAndMoreBandsThanATile) {
  Config config = small_bands();
  config.pha_cycles = 2;
  config.amp_cycles = 4;
  expect_oracle(config, rows_of(1, 1200), 1000);
  config = small_bands();
  config.amp_bands.clear();
  config.amp_n_bands = 35;
  config.pha_bands = {{4, 8}};
  config.n_perm = 3;
  expect_oracle(config, rows_of(1, 700), 512);
}

TEST(RowWorker, MeetsTheOracleInAnyCompanyWithTheSameBits) {
  for (const Hilbert hilbert : {Hilbert::cropped, Hilbert::extended}) {
    for (const std::int64_t n_pha : {1, 3, 4, 5, 18}) {  // 5: too many for a tile of several rows
      Config config;
      config.pha_n_bands = n_pha;
      config.amp_n_bands = 9;
      config.hilbert = hilbert;
      config.n_perm = 2;
      SCOPED_TRACE(to_text(hilbert) + " " + std::to_string(n_pha));
      const auto rows = rows_of(6, 1200);
      HeldRows source(rows, 512);
      const Computed alone = compute(config, source, 1, 1);
      EXPECT_EQ(cpu::SignalFilter::most_together(alone.plan), n_pha == 5 ? 1 : 4);
      expect_oracle(config, rows, alone);
      for (const auto& [threads, together] : {std::pair{1, 4}, {2, 4}, {3, 3}, {2, 1}}) {
        const Computed other = compute(config, source, threads, together);
        for (std::int64_t row = 0; row < 6; ++row) expect_same_bits(alone.result, row, other.result, row);
      }
    }
  }
}

TEST(RowWorker, HoldsALargeOffset) {
  auto rows = rows_of(1, 2400);        // long enough for filters that stop the offset itself
  for (double& x : rows[0]) x += 3e5;  // an offset that would leave single precision two digits for the signal
  expect_oracle(small_bands(), rows, 512);
}

TEST(RowWorker, HoldsTinyUnits) {
  auto rows = rows_of(1, 900);
  for (double& x : rows[0]) x *= 1e-25;  // squares would underflow
  expect_oracle(small_bands(), rows, 512);
}

TEST(RowWorker, ExtendedHoldsAModerateOffset) {
  // Extended pads with zeros: the step at the padding is part of the definition, and of the rounding.
  Config config = small_bands();
  config.hilbert = Hilbert::extended;
  auto rows = rows_of(1, 900);
  for (double& x : rows[0]) x += 30;
  expect_oracle(config, rows, 512);
}

TEST(RowWorker, ShortRowsLeavePhaseBinsEmpty) {
  Config config = small_bands();
  config.n_bins = 50;
  HeldRows source(rows_of(1, 60), 512);
  const Computed c = compute(config, source);
  EXPECT_EQ(c.result.quality[0], static_cast<std::uint8_t>(Quality::empty_phase_bin));
  expect_oracle(config, rows_of(1, 60), 512);
}

TEST(RowWorker, ConstantRowsAreUndefinedAndHarmless) {
  for (const double level : {0.0, 1.0, -1e9}) {
    Config config = small_bands();
    auto rows = rows_of(2, 400);
    rows[0].assign(400, level);
    HeldRows source(rows, 512);
    const Computed c = compute(config, source);
    expect_first_row_undefined(c);
  }
}

TEST(RowWorker, ThreadsWithinARowDoNotChangeABit) {
  for (const Hilbert hilbert : {Hilbert::cropped, Hilbert::extended}) {
    Config config = small_bands();
    config.hilbert = hilbert;
    config.amp_bands.clear();
    config.amp_n_bands = 20;
    HeldRows source(rows_of(3, 800), 512);
    const Computed alone = compute(config, source);
    for (const int threads : {2, 3, 5}) {
      const Computed together = compute(config, source, threads);
      for (std::int64_t row = 0; row < 3; ++row) expect_same_bits(alone.result, row, together.result, row);
    }
  }
}

TEST(RowWorker, NeighboursInTheBlockDoNotChangeABit) {
  const Config config = small_bands();
  auto rows = rows_of(3, 640);
  HeldRows all(rows, 512);
  const Computed together = compute(config, all);
  HeldRows first({rows[0]}, 512);
  expect_same_bits(compute(config, first).result, 0, together.result, 0);
}

TEST(RowWorker, AskedForMoreSurrogatesTheFirstOnesStay) {
  Config config = small_bands();
  HeldRows source(rows_of(1, 500), 512);
  config.n_perm = 1;
  const Computed one = compute(config, source);
  for (const float p : one.result.p_value) EXPECT_TRUE(p == 0.5F || p == 1.0F);
  for (const float z : one.result.pac_z) EXPECT_TRUE(std::isnan(z));  // one surrogate has no spread
}

TEST(RowWorker, PredictsTheMemoryItTakes) {
  for (const std::int64_t n_perm : {0, 10}) {
    Config config;
    config.n_perm = n_perm;
    SignalShape shape;
    shape.n_times = 4096;
    shape.fs_hz = 512;
    const Plan plan = make_plan(config, shape);
    const BandTables tables(plan);
    const RowWorker worker(tables, *cpu::lane_ops_variants().back(), 2);
    const auto predicted = static_cast<double>(RowWorker::predicted_bytes(plan, tables.longest(), 2));
    EXPECT_NEAR(predicted / static_cast<double>(worker.bytes()), 1, 0.05);
  }
}

}  // namespace
