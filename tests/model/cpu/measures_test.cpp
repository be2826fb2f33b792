// Every measure on the CPU against the float64 oracle, and bit for bit against itself for any number of threads, any
// neighbours and any other measures asked for.
#include "model/cpu/row_checks.hpp"
#include "model/measure_checks.hpp"

namespace {

using namespace pac;

Config bands_of(const std::vector<Measure>& measures) {
  Config config = small_bands();
  config.measure = measures;
  config.surrogate_max = true;
  return config;
}

TEST(Measures, MeetTheOracleInBothDefinitions) {
  for (const Hilbert hilbert : {Hilbert::cropped, Hilbert::extended}) {
    for (const std::size_t n_times : {301U, 512U, 997U}) {
      Config config = bands_of(all_measures);
      config.hilbert = hilbert;
      SCOPED_TRACE(to_text(hilbert) + " " + std::to_string(n_times));
      const auto rows = rows_of(2, n_times);
      HeldRows source(rows, 512);
      const Computed c = compute(config, source);
      expect_oracle(config, rows, c);
      expect_oracle_measures(config, rows, c);
    }
  }
}

TEST(Measures, HoldAnyUnitAndOffset) {
  for (const double unit : {1e-9, 1.0, 1e7}) {
    auto rows = rows_of(1, 900);
    for (double& x : rows[0]) x = unit * (x + 30);
    const Config config = bands_of(all_measures);
    HeldRows source(rows, 512);
    expect_oracle_measures(config, rows, compute(config, source));
  }
}

TEST(Measures, HeightsOfSumsAndOfManyBinsLeaveEmptyOnesOut) {
  for (const BinStatistic statistic : {BinStatistic::mean, BinStatistic::sum}) {
    Config config = bands_of({Measure::hr});
    config.bin_statistic = statistic;
    config.n_bins = 50;
    const auto rows = rows_of(1, 90);
    HeldRows source(rows, 512);
    const Computed c = compute(config, source);
    EXPECT_EQ(c.result.quality[0], static_cast<std::uint8_t>(Quality::empty_phase_bin));
    expect_oracle_measures(config, rows, c);
  }
}

TEST(Measures, DoNotDependOnTheOthersNorOnTheirOrder) {
  HeldRows source(rows_of(1, 640), 512);
  const Computed all = compute(bands_of(all_measures), source);
  for (std::size_t m = 0; m < all_measures.size(); ++m) {
    const Computed alone = compute(bands_of({all_measures[m]}), source);
    const MeasureMaps& together = all.result.of(m);
    EXPECT_EQ(alone.result.pac, together.pac);
    EXPECT_EQ(alone.result.surrogate_mean, together.surrogate_mean);
    EXPECT_EQ(alone.result.surrogate_std, together.surrogate_std);
    EXPECT_EQ(alone.result.q_fdr, together.q_fdr);
    EXPECT_EQ(alone.result.surrogate_max, together.surrogate_max);
    EXPECT_EQ(alone.result.preferred_phase, all.result.preferred_phase);
    EXPECT_EQ(alone.result.quality, all.result.quality);
  }
}

TEST(Measures, ThreadsAndNeighboursDoNotChangeABit) {
  for (const Hilbert hilbert : {Hilbert::cropped, Hilbert::extended}) {
    Config config = bands_of({Measure::plv, Measure::hr, Measure::mvl, Measure::mi, Measure::ndpac});
    config.hilbert = hilbert;
    config.amp_bands.clear();
    config.amp_n_bands = 20;
    const auto rows = rows_of(3, 800);
    HeldRows source(rows, 512);
    const Computed alone = compute(config, source);
    for (const int threads : {2, 3, 5}) {
      const Computed together = compute(config, source, threads);
      for (std::int64_t row = 0; row < 3; ++row) expect_same_bits(alone.result, row, together.result, row);
    }
    HeldRows first({rows[0]}, 512);
    expect_same_bits(compute(config, first).result, 0, alone.result, 0);
  }
}

TEST(Measures, ConstantRowsAreUndefinedInAll) {
  auto rows = rows_of(2, 400);
  rows[0].assign(400, 7);
  HeldRows source(rows, 512);
  const Computed c = compute(bands_of(all_measures), source);
  expect_first_row_undefined(c);
  const auto pairs = static_cast<std::size_t>(c.plan.pairs());
  for (std::size_t m = 1; m < all_measures.size(); ++m) {
    const MeasureMaps& maps = c.result.of(m);
    for (const auto* map : {&maps.pac, &maps.pac_z, &maps.surrogate_mean, &maps.p_value, &maps.p_maxstat}) {
      EXPECT_TRUE(std::isnan((*map)[0])) << name_of(maps.measure);
      EXPECT_FALSE(std::isnan((*map)[pairs])) << name_of(maps.measure);
    }
    EXPECT_TRUE(std::isnan(maps.surrogate_max[0]));
  }
}

TEST(Measures, LongRowsMeetTheOracle) {
  // The heights ratio block by block, the others on the whole row: one more than a block's length times four.
  Config config = bands_of({Measure::hr, Measure::mi});
  config.pha_bands = {{5, 8}};
  config.amp_bands = {{60, 90}, {140, 200}};
  config.n_perm = 3;
  const auto rows = rows_of(1, 60001);
  HeldRows source(rows, 512);
  const Computed blocks = compute(config, source);
  EXPECT_TRUE(cpu::LongGeometry::applies(blocks.plan));
  expect_oracle_measures(config, rows, blocks);
  config.measure = {Measure::mvl, Measure::ndpac, Measure::plv};
  const Computed whole = compute(config, source);
  EXPECT_FALSE(cpu::LongGeometry::applies(whole.plan));
  expect_oracle_measures(config, rows, whole);
}

TEST(Measures, PredictTheMemoryTheyTake) {
  for (const auto& measures : {std::vector{Measure::mvl}, std::vector{Measure::plv, Measure::hr}, all_measures}) {
    for (const std::int64_t n_perm : {0, 10}) {
      Config config = bands_of(measures);
      config.n_perm = n_perm;
      config.surrogate_max = n_perm > 0;
      SignalShape shape;
      shape.n_times = 6001;
      shape.fs_hz = 512;
      const Plan plan = make_plan(config, shape);
      const cpu::BandTables tables(plan);
      const cpu::RowWorker worker(tables, *cpu::lane_ops_variants().back(), 2);
      const auto predicted = static_cast<double>(cpu::RowWorker::predicted_bytes(plan, tables.longest(), 2));
      EXPECT_NEAR(predicted / static_cast<double>(worker.bytes()), 1, 0.05);
    }
  }
}

}  // namespace
