// Phases of one signal with amplitudes of another, beside the oracle's bins and amplitudes and beside row workers.
#include "model/cpu/pair_worker.hpp"

#include <numeric>

#include "model/cpu/row_checks.hpp"
#include "model/cpu/side_maker.hpp"

namespace pac {
namespace {

Config small(Hilbert hilbert = Hilbert::cropped) {
  Config config;
  config.fs = 512;
  config.hilbert = hilbert;
  config.pha_n_bands = 5;
  config.amp_n_bands = 19;  // two tiles
  config.distributions = true;
  config.measure = {Measure::mi, Measure::hr};
  return config;
}

/// Rows of the given pairs of a source's rows, all of them one group. `spare_bytes`: for amplitudes held at once.
Computed compute_pairs(const Config& config, RowSource& source, const std::vector<ChannelPair>& pairs,
                       std::int64_t spare_bytes, int members = 1) {
  Computed c{make_plan(config, source.shape()), {}, {}};
  source.read({0, source.shape().n_rows()}, c.plan.pad, c.block);
  const std::int64_t n_signals = c.block.rows.count;
  c.plan.sides = {n_signals, 1, spare_bytes};
  c.block.group = {0, n_signals, {0, n_signals}, true, pairs};
  c.block.rows = {0, std::ssize(pairs)};
  c.result.allocate(std::ssize(pairs), c.plan.map_shape());
  const cpu::BandTables tables(c.plan);
  const cpu::LaneOps& ops = *cpu::lane_ops_variants().back();
  const cpu::SideStore store(tables.plan);
  cpu::SideMaker maker(tables, ops, members);
  cpu::PairWorker worker(tables, ops, store);
  const auto n_largest = static_cast<std::size_t>(cpu::n_largest(c.plan));
  std::vector<float> largest(pairs.size() * n_largest, cpu::no_surrogate);
  for (std::int64_t block = 0; block < store.n_blocks(); ++block) {
    cpu::run_threads(members, [&](int member) {
      for (std::int64_t i = 0; i < n_signals; ++i) maker.make(c.block, i, block == 0, block, store, member);
    });
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      worker.compute(c.block, static_cast<std::int64_t>(i), block, largest.data() + i * n_largest, c.result);
    }
  }
  for (std::size_t i = 0; n_largest > 0 && i < pairs.size(); ++i) {
    float* const own = largest.data() + i * n_largest;
    cpu::finish_row(std::span<float* const>(&own, 1), c.plan, c.result, static_cast<std::int64_t>(i));
  }
  return c;
}

constexpr std::int64_t plenty = std::int64_t{1} << 30;

void expect_same(const Comodulogram& a, const Comodulogram& b) {
  for_each_map(a, [&](const char* name, const std::vector<float>& values, std::int64_t) {
    const float* const other = map_named(b, name);
    ASSERT_NE(other, nullptr) << name;
    EXPECT_EQ(std::memcmp(values.data(), other, values.size() * sizeof(float)), 0) << name;
  });
  EXPECT_EQ(a.quality, b.quality);
}

/// Bins of one row, amplitudes of another, [phase band][amplitude band].
std::vector<double> oracle_mi(const oracle::RowResult& phase, const oracle::RowResult& amplitude, std::size_t n_times) {
  std::vector<double> mi;
  const std::size_t n_pha = phase.phase_bin.size() / n_times;
  const std::size_t n_amp = amplitude.amplitude.size() / n_times;
  for (std::size_t p = 0; p < n_pha; ++p) {
    for (std::size_t a = 0; a < n_amp; ++a) {
      std::vector<double> sum(18), count(18);
      for (std::size_t t = 0; t < n_times; ++t) {
        const auto bin = static_cast<std::size_t>(phase.phase_bin[p * n_times + t]);
        sum[bin] += amplitude.amplitude[a * n_times + t];
        ++count[bin];
      }
      for (std::size_t j = 0; j < sum.size(); ++j) sum[j] /= std::max(1.0, count[j]);
      mi.push_back(oracle::modulation_index(sum));
    }
  }
  return mi;
}

std::vector<oracle::RowResult> oracle_rows(const Plan& plan, const Config& config,
                                           const std::vector<std::vector<double>>& rows) {
  std::vector<oracle::RowResult> results;
  for (const auto& row : rows) {
    results.push_back(oracle::compute_row(definition_of(plan, config), oracle::odd_extend(row, plan.pad), plan.pad));
  }
  return results;
}

/// A row in which a sample lies near an edge may differ by that sample.
bool clear_of_edges(const oracle::RowResult& row, std::size_t p) { return row.edge_margin[p] >= 1e-5; }

TEST(PairWorker, MeetsTheOracleAcrossSignals) {
  for (const Hilbert hilbert : {Hilbert::cropped, Hilbert::extended}) {
    const Config config = small(hilbert);
    const auto rows = rows_of(3, 2048);
    HeldRows source(rows, 512);
    const auto pairs = all_channel_pairs(3);
    const Computed c = compute_pairs(config, source, pairs, plenty);
    const auto expected = oracle_rows(c.plan, config, rows);
    int compared = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const auto& phase = expected[static_cast<std::size_t>(pairs[i].phase)];
      const auto mi = oracle_mi(phase, expected[static_cast<std::size_t>(pairs[i].amplitude)], rows[0].size());
      for (std::size_t k = 0; k < mi.size(); ++k) {
        if (!clear_of_edges(phase, k / c.plan.amp.size())) continue;
        ++compared;
        ASSERT_NEAR(static_cast<double>(c.result.pac[i * mi.size() + k]), mi[k], 1e-6 + 1e-3 * mi[k]) << i << " " << k;
      }
    }
    EXPECT_GT(compared, 200);
  }
}

TEST(PairWorker, ASignalWithItselfIsARowBitForBit) {
  for (const Hilbert hilbert : {Hilbert::cropped, Hilbert::extended}) {
    Config config = small(hilbert);
    config.n_perm = 30;
    config.surrogate_max = true;
    HeldRows source(rows_of(3, 2048), 512);
    expect_same(compute(config, source).result, compute_pairs(config, source, {{0, 0}, {1, 1}, {2, 2}}, plenty).result);
  }
}

TEST(PairWorker, NeitherBlocksNorMembersChangeABit) {
  for (const Hilbert hilbert : {Hilbert::cropped, Hilbert::extended}) {
    Config config = small(hilbert);
    config.n_perm = 10;
    HeldRows source(rows_of(3, 1500), 512);
    const auto pairs = all_channel_pairs(3);
    const Computed all = compute_pairs(config, source, pairs, plenty);
    EXPECT_EQ(cpu::SideStore(all.plan).n_blocks(), 1);
    const Computed fewest = compute_pairs(config, source, pairs, 0, 2);
    EXPECT_EQ(cpu::SideStore(fewest.plan).n_blocks(), 6);
    expect_same(all.result, fewest.result);
  }
}

TEST(PairWorker, AConstantSignalIsUndefinedOnEitherSide) {
  Config config = small();
  config.n_perm = 10;
  auto rows = rows_of(2, 1500);
  std::fill(rows[0].begin(), rows[0].end(), 3.0);
  HeldRows source(rows, 512);
  const Computed c = compute_pairs(config, source, all_channel_pairs(2), plenty);
  const auto per_row = static_cast<std::size_t>(c.plan.pairs());
  for (std::size_t i = 0; i < 4 * per_row; ++i) {
    const bool defined = i / per_row == 3;
    EXPECT_EQ(std::isnan(c.result.pac[i]), !defined);
    EXPECT_EQ(std::isnan(c.result.p_value[i]), !defined);
    EXPECT_EQ(c.result.quality[i] == static_cast<std::uint8_t>(Quality::undefined), !defined);
  }
}

Config swapping() {
  Config config = small();
  config.surrogate = Surrogate::swap_trials;
  config.n_perm = 40;
  config.surrogate_max = true;
  return config;
}

std::vector<ChannelPair> themselves(std::int64_t n) {
  std::vector<ChannelPair> pairs;
  for (std::int64_t i = 0; i < n; ++i) pairs.push_back({i, i});
  return pairs;
}

TEST(SwappedTrials, MeetTheOraclesOtherTrials) {
  const Config config = swapping();
  const auto rows = rows_of(4, 1500);
  HeldRows source(rows, 512);
  const Computed c = compute_pairs(config, source, themselves(4), plenty);
  const auto trials = oracle_rows(c.plan, config, rows);
  const auto per_row = static_cast<std::size_t>(c.plan.pairs());
  int compared = 0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    std::vector<std::int64_t> others(4);
    std::iota(others.begin(), others.end(), 0);
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(row));
    const auto drawn = surrogate_trials(c.plan, others, static_cast<std::int64_t>(row));
    const auto observed = oracle_mi(trials[row], trials[row], rows[0].size());
    std::vector<double> sum(per_row), squares(per_row), reached(per_row);
    for (const std::int64_t trial : drawn) {
      const auto mi = oracle_mi(trials[row], trials[static_cast<std::size_t>(trial)], rows[0].size());
      for (std::size_t k = 0; k < per_row; ++k) {
        sum[k] += mi[k];
        squares[k] += mi[k] * mi[k];
        reached[k] += mi[k] >= observed[k] ? 1 : 0;
      }
    }
    for (std::size_t k = 0; k < per_row; ++k) {
      if (!clear_of_edges(trials[row], k / c.plan.amp.size())) continue;
      ++compared;
      const std::size_t at = row * per_row + k;
      const double mean = sum[k] / 40;
      ASSERT_NEAR(static_cast<double>(c.result.surrogate_mean[at]), mean, 1e-6 + 1e-3 * mean);
      const double deviation = std::sqrt(std::max(0.0, squares[k] / 40 - mean * mean));
      EXPECT_NEAR(static_cast<double>(c.result.surrogate_std[at]), deviation, 1e-6 + 5e-3 * deviation);
      EXPECT_NEAR(static_cast<double>(c.result.p_value[at]), (1 + reached[k]) / 41, 1e-6);
    }
  }
  EXPECT_GT(compared, 200);
}

TEST(SwappedTrials, OfTwoTrialsAreTheOthersAmplitudeInEveryMeasure) {
  HeldRows source(rows_of(2, 1500), 512);
  const Computed swapped = compute_pairs(swapping(), source, themselves(2), plenty);
  const Computed across = compute_pairs(small(), source, {{0, 1}, {1, 0}}, plenty);
  for (std::size_t m = 0; m < 2; ++m) EXPECT_EQ(swapped.result.of(m).surrogate_mean, across.result.of(m).pac);
}

TEST(SwappedTrials, BlocksOfTilesDoNotChangeABit) {
  HeldRows source(rows_of(4, 1500), 512);
  const Computed few = compute_pairs(swapping(), source, themselves(4), 0);
  EXPECT_EQ(cpu::SideStore(few.plan).n_blocks(), 2);
  expect_same(compute_pairs(swapping(), source, themselves(4), plenty).result, few.result);
}

TEST(SwappedTrials, ConstantTrialsLendNoAmplitude) {
  auto rows = rows_of(3, 1500);
  std::fill(rows[0].begin(), rows[0].end(), 3.0);
  HeldRows source(rows, 512);
  const Computed c = compute_pairs(swapping(), source, themselves(3), plenty);
  const auto per_row = static_cast<std::size_t>(c.plan.pairs());
  for (std::size_t i = per_row; i < 3 * per_row; ++i) {
    EXPECT_FALSE(std::isnan(c.result.surrogate_mean[i]));
    EXPECT_NEAR(static_cast<double>(c.result.surrogate_std[i]), 0, 1e-7);  // there is one other trial
  }
}

TEST(PairWorker, PredictsTheMemoryItTakes) {
  Config config = small();
  for (const Surrogate surrogate : {Surrogate::shift, Surrogate::swap_trials}) {
    config.surrogate = surrogate;
    config.n_perm = 20;
    HeldRows source(rows_of(5, 4096), 512);
    Plan plan = make_plan(config, source.shape());
    for (const std::int64_t spare : {std::int64_t{0}, plenty}) {
      plan.sides = {5, 1, spare};
      const cpu::BandTables tables(plan);
      const cpu::LaneOps& ops = *cpu::lane_ops_variants().back();
      const cpu::SideStore store(tables.plan);
      EXPECT_EQ(store.bytes(), cpu::SideStore::predicted_bytes(plan));
      const auto near = [](std::int64_t taken, std::int64_t predicted) {
        EXPECT_NEAR(static_cast<double>(taken), static_cast<double>(predicted), 0.05 * static_cast<double>(predicted));
      };
      near(cpu::PairWorker(tables, ops, store).bytes(), cpu::PairWorker::predicted_bytes(plan));
      near(cpu::SideMaker(tables, ops, 2).bytes(), cpu::SideMaker::predicted_bytes(plan, tables.longest(), 2));
    }
  }
}

}  // namespace
}  // namespace pac
