// The whole chain of kernel bodies against the float64 oracle, in both definitions of the Hilbert transform.
#include "chain.hpp"

#include <bit>

#include "core/row_inference.hpp"
#include "model/cpu/row_checks.hpp"
#include "poisoned.hpp"

namespace pac::kernels {
namespace {

constexpr double fs_hz = 512;

Config small_bands(Hilbert hilbert) {
  Config config;
  config.pha_bands = {{3, 5}, {5, 8}, {8, 13}};
  config.amp_bands = {{40, 60}, {60, 90}, {70, 100}, {90, 130}, {140, 200}};
  config.n_perm = 20;
  config.distributions = true;
  config.hilbert = hilbert;
  return config;
}

Computed on_host(const Config& config, const std::vector<std::vector<double>>& rows, const ChainOptions& options = {}) {
  HeldRows source(rows, fs_hz);
  Computed c{make_plan(config, source.shape()), {}, {}};
  source.read({0, source.shape().n_rows()}, c.plan.pad, c.block);
  c.result = compute_on_host(c.plan, c.block, options);
  return c;
}

void expect_oracle_of_chain(const Config& config, const std::vector<std::vector<double>>& rows,
                            const ChainOptions& options = {}) {
  expect_oracle(config, rows, on_host(config, rows, options));
}

TEST(Chain, MeetsTheOracleInBothDefinitions) {
  for (const Hilbert hilbert : {Hilbert::cropped, Hilbert::extended}) {
    for (const std::size_t n_times : cases({301U, 997U})) {
      SCOPED_TRACE(to_text(hilbert) + " " + std::to_string(n_times));
      expect_oracle_of_chain(small_bands(hilbert), rows_of(2, n_times));
    }
  }
}

TEST(Chain, MeetsTheOracleForEveryStatisticAndNumberOfBins) {
  for (const BinStatistic statistic : {BinStatistic::mean, BinStatistic::sum}) {
    for (const std::int64_t n_bins : cases({2, 3, 9, 18, 40})) {
      Config config = small_bands(n_bins % 2 == 0 ? Hilbert::cropped : Hilbert::extended);
      config.bin_statistic = statistic;
      config.n_bins = n_bins;
      SCOPED_TRACE(to_text(statistic) + " " + std::to_string(n_bins));
      expect_oracle_of_chain(config, rows_of(1, 800));
    }
  }
}

TEST(Chain, MeetsTheOracleInOneKernel) {
  for (const Hilbert hilbert : {Hilbert::cropped, Hilbert::extended}) {
    for (const std::size_t n_times : cases({301U, 997U, 2048U})) {
      SCOPED_TRACE(to_text(hilbert) + " " + std::to_string(n_times));
      ChainOptions options;
      options.fused = true;
      expect_oracle_of_chain(small_bands(hilbert), rows_of(2, n_times), options);
    }
  }
}

TEST(Chain, OrdersDoNotChangeABit) {
  for (const Hilbert hilbert : {Hilbert::cropped, Hilbert::extended}) {
    const Config config = small_bands(hilbert);
    const auto rows = rows_of(2, 301);
    for (const bool fused : {false, true}) {
      ChainOptions options;
      options.fused = fused;
      const Computed plain = on_host(config, rows, options);
      for (const Order order : all_orders) {
        options.order = order;
        const Computed other = on_host(config, rows, options);
        for (std::int64_t row = 0; row < 2; ++row) expect_same_bits(plain.result, row, other.result, row);
      }
    }
  }
}

TEST(Chain, GroupingAndDivisionChangeNoBitButTheOrderOfSums) {
  const Config config = small_bands(Hilbert::cropped);
  const auto rows = rows_of(2, 301);
  const Computed plain = on_host(config, rows);
  for (const auto& [lanes, staged] : cases<std::pair<unsigned, bool>>({{8, false}, {1, true}, {2, true}, {4, true}})) {
    ChainOptions options;
    options.lanes = lanes;
    options.staged = staged;
    options.most_shifts = 7;
    options.splits = 2;
    SCOPED_TRACE(lanes);
    const Computed other = on_host(config, rows, options);
    for (std::size_t i = 0; i < plain.result.pac.size(); ++i) {
      // Groups of other sizes take the shifts in another order, so sums of surrogates may differ in their last digit.
      EXPECT_EQ(plain.result.pac[i], other.result.pac[i]);
      EXPECT_EQ(plain.result.p_value[i], other.result.p_value[i]);
      EXPECT_FLOAT_EQ(plain.result.surrogate_mean[i], other.result.surrogate_mean[i]);
      EXPECT_FLOAT_EQ(plain.result.surrogate_std[i], other.result.surrogate_std[i]);
    }
  }
}

TEST(Chain, InfersARowAsTheHostDoes) {
  Config config = small_bands(Hilbert::cropped);
  config.surrogate_max = true;
  auto rows = rows_of(3, 301);
  rows[1].assign(301, 7);  // undefined
  for (const std::int64_t most_shifts : {20, 7}) {
    ChainOptions options;
    options.most_shifts = most_shifts;
    Computed c = on_host(config, rows, options);
    const Comodulogram kernels = c.result;
    for (std::int64_t row = 0; row < 3; ++row) {
      const auto largest = std::span(c.result.surrogate_max).subspan(static_cast<std::size_t>(row * 20), 20);
      EXPECT_EQ(std::isnan(largest[0]), row == 1);
      infer_row(c.result, row, c.result.pairs(), largest);
    }
    for (std::size_t i = 0; i < kernels.pac.size(); ++i) {
      EXPECT_EQ(std::bit_cast<std::uint32_t>(kernels.p_maxstat[i]),
                std::bit_cast<std::uint32_t>(c.result.p_maxstat[i]));
      EXPECT_EQ(std::bit_cast<std::uint32_t>(kernels.q_fdr[i]), std::bit_cast<std::uint32_t>(c.result.q_fdr[i]));
    }
  }
}

TEST(Chain, HoldsOffsetsAndTinyUnits) {
  auto rows = rows_of(1, 2400);
  for (double& x : rows[0]) x += 3e5;
  expect_oracle_of_chain(small_bands(Hilbert::cropped), rows);
  rows = rows_of(1, 900);
  for (double& x : rows[0]) x *= 1e-25;
  expect_oracle_of_chain(small_bands(Hilbert::cropped), rows);
  rows = rows_of(1, 900);
  for (double& x : rows[0]) x += 30;
  expect_oracle_of_chain(small_bands(Hilbert::extended), rows);
}

TEST(Chain, ConstantRowsAreUndefinedAndHarmless) {
  for (const Hilbert hilbert : {Hilbert::cropped, Hilbert::extended}) {
    auto rows = rows_of(2, 301);
    const Computed alone = on_host(small_bands(hilbert), {rows[1]});
    rows[0].assign(301, 7);
    const Computed c = on_host(small_bands(hilbert), rows);
    for (std::size_t pair = 0; pair < 15; ++pair) {
      EXPECT_TRUE(std::isnan(c.result.pac[pair]));
      EXPECT_TRUE(std::isnan(c.result.p_value[pair]));
      EXPECT_EQ(c.result.quality[pair], static_cast<std::uint8_t>(Quality::undefined));
      EXPECT_EQ(c.result.pac[15 + pair], alone.result.pac[pair]);
    }
  }
}

}  // namespace
}  // namespace pac::kernels
