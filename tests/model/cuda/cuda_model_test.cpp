// The CUDA backend against the float64 oracle and the CPU backend, for every option that changes the numbers, and bit
// for bit against itself. Runs where there is a GPU (label gpu), and on the simulated one (label kernels).
#include "model/cuda/cuda_model.hpp"

#include "model/cpu/row_checks.hpp"
#include "model/cuda/gpu_session.hpp"

namespace {

using namespace pac;
using cuda::CudaModel;
using cuda::PreparedPlan;

constexpr std::size_t all_shared = 232448;  // what a block of an H100 may ask for

struct Way {
  std::size_t shared_bytes = all_shared;
  bool may_fuse = true;
  std::int64_t tile_rows = 4;
};

std::shared_ptr<PreparedPlan> prepare(const Plan& plan, const Way& way) {
  return std::make_shared<PreparedPlan>(plan, std::min(way.shared_bytes, gpu().device().shared_bytes_per_block),
                                        way.tile_rows, way.may_fuse);
}

Computed compute_on_gpu(const Config& config, RowSource& source, const Way& way = {}) {
  Computed c{make_plan(config, source.shape()), {}, {}};
  const std::int64_t rows = source.shape().n_rows();
  source.read({0, rows}, c.plan.pad, c.block);
  CudaModel model(prepare(c.plan, way), rows, gpu().world(), nullptr, gpu().device().free_bytes);
  model.load(c.block);
  model.compute();
  c.result = model.results();
  return c;
}

void expect_oracle_on_gpu(const Config& config, const std::vector<std::vector<double>>& rows, double fs_hz,
                          const Way& way = {}) {
  HeldRows source(rows, fs_hz);
  expect_oracle(config, rows, compute_on_gpu(config, source, way));
}

TEST(CudaModel, MeetsTheOracleInBothDefinitionsInOneKernelAndWithCufft) {
  for (const Hilbert hilbert : {Hilbert::cropped, Hilbert::extended}) {
    for (const std::size_t n_times : {301U, 997U}) {
      for (const bool may_fuse : {true, false}) {
        Config config = small_bands();
        config.hilbert = hilbert;
        SCOPED_TRACE(to_text(hilbert) + " " + std::to_string(n_times) + (may_fuse ? " fused" : ""));
        expect_oracle_on_gpu(config, rows_of(2, n_times), 512, {all_shared, may_fuse, 4});
      }
    }
  }
}

TEST(CudaModel, MeetsTheOracleForEveryStatisticAndBinCount) {
  for (const BinStatistic statistic : {BinStatistic::mean, BinStatistic::sum}) {
    for (const std::int64_t n_bins : {2, 3, 18, 40}) {
      Config config = small_bands();
      config.bin_statistic = statistic;
      config.n_bins = n_bins;
      SCOPED_TRACE(to_text(statistic) + " " + std::to_string(n_bins));
      expect_oracle_on_gpu(config, rows_of(1, 800), 512);
    }
  }
}

TEST(CudaModel, MeetsTheOracleHoweverPrefixSumsAreGrouped) {
  constexpr std::size_t n_times = 700;
  for (const std::size_t lanes : {8U, 4U, 2U, 1U, 0U}) {
    Config config = small_bands();
    config.n_perm = 7;
    config.min_shift = 50;
    SCOPED_TRACE(lanes);
    expect_oracle_on_gpu(config, rows_of(1, n_times), 512, {n_times * lanes * 4, true, 2});
  }
}

TEST(CudaModel, MeetsTheOracleWithOtherCyclesRatesAndManyBands) {
  Config config = small_bands();
  config.pha_cycles = 2;
  config.amp_cycles = 4;
  config.hilbert = Hilbert::extended;
  expect_oracle_on_gpu(config, rows_of(1, 1200), 1000);
  config = small_bands();
  config.amp_bands.clear();
  config.amp_n_bands = 19;
  config.pha_bands = {{4, 8}};
  config.n_perm = 300;  // more than one launch
  expect_oracle_on_gpu(config, rows_of(1, 700), 512);
}

TEST(CudaModel, HoldsOffsetsAndTinyUnits) {
  Config config = small_bands();
  config.n_perm = 0;
  auto rows = rows_of(1, 2400);
  for (double& x : rows[0]) x += 3e5;
  expect_oracle_on_gpu(config, rows, 512);
  rows = rows_of(1, 900);
  for (double& x : rows[0]) x *= 1e-25;
  expect_oracle_on_gpu(config, rows, 512);
}

TEST(CudaModel, ConstantRowsAreUndefinedAndHarmless) {
  for (const double level : {0.0, -1e9}) {
    auto rows = rows_of(2, 400);
    rows[0].assign(400, level);
    HeldRows source(rows, 512);
    const Computed c = compute_on_gpu(small_bands(), source);
    expect_first_row_undefined(c);
  }
}

TEST(CudaModel, ShortRowsLeavePhaseBinsEmpty) {
  Config config = small_bands();
  config.n_bins = 50;
  expect_oracle_on_gpu(config, rows_of(1, 60), 512);
}

TEST(CudaModel, AgreesWithTheCpu) {
  const Config config = small_bands();
  HeldRows source(rows_of(2, 1500), 512);
  const Computed cpu = compute(config, source);
  const Computed gpu = compute_on_gpu(config, source);
  std::size_t moved = 0;  // pairs whose transforms' rounding moved a sample across an edge
  for (std::size_t i = 0; i < cpu.result.pac.size(); ++i) {
    const double mi = static_cast<double>(cpu.result.pac[i]);
    EXPECT_NEAR(static_cast<double>(gpu.result.pac[i]), mi, 1e-6 + 1e-3 * mi);
    if (gpu.result.p_value[i] != cpu.result.p_value[i]) ++moved;
  }
  EXPECT_LE(moved, cpu.result.pac.size() / 10);
}

TEST(CudaModel, EveryMeasureAgreesWithTheCpu) {
  for (const Hilbert hilbert : {Hilbert::cropped, Hilbert::extended}) {
    for (const bool mi_first : {true, false}) {
      Config config = small_bands();
      config.hilbert = hilbert;
      config.surrogate_max = true;
      config.measure = {Measure::mvl, Measure::plv, Measure::hr, Measure::ndpac};
      if (mi_first) config.measure.insert(config.measure.begin(), Measure::mi);
      HeldRows source(rows_of(2, 601), 512);
      const Computed cpu = compute(config, source);
      for (const std::size_t shared_bytes : {std::size_t{227} << 10, std::size_t{601} * 6}) {
        const Computed gpu = compute_on_gpu(config, source, {shared_bytes, true, 2});
        for (std::size_t m = 0; m < config.measure.size(); ++m) {
          SCOPED_TRACE(to_text(hilbert) + " " + name_of(config.measure[m]));
          const MeasureMaps& there = cpu.result.of(m);
          const MeasureMaps& here = gpu.result.of(m);
          const auto near = [](const char* map, const std::vector<float>& a, const std::vector<float>& b, double share,
                               double rest) {
            ASSERT_EQ(a.size(), b.size());
            for (std::size_t i = 0; i < a.size(); ++i) {
              const auto value = static_cast<double>(a[i]);
              ASSERT_NEAR(static_cast<double>(b[i]), value, rest + share * std::abs(value)) << map << ' ' << i;
            }
          };
          // A sample that moves across an edge acts on mi and hr alone.
          const bool binned = config.measure[m] == Measure::mi || config.measure[m] == Measure::hr;
          near("pac", there.pac, here.pac, binned ? 5e-3 : 1e-5, 1e-6);
          near("surrogate_mean", there.surrogate_mean, here.surrogate_mean, binned ? 5e-3 : 1e-5, 1e-6);
          near("surrogate_std", there.surrogate_std, here.surrogate_std, binned ? 2e-2 : 1e-4, 1e-6);
          near("surrogate_max", there.surrogate_max, here.surrogate_max, binned ? 5e-3 : 1e-5, 1e-6);
          near("p_maxstat", there.p_maxstat, here.p_maxstat, 0, 0.1);
          near("q_fdr", there.q_fdr, here.q_fdr, 0.2, 0.1);
        }
      }
    }
  }
}

TEST(CudaModel, NumbersOfRowsAndTilesDoNotChangeABit) {
  for (const auto& [hilbert, every_measure] :
       {std::pair{Hilbert::cropped, false}, {Hilbert::extended, false}, {Hilbert::cropped, true}}) {
    Config config = small_bands();
    config.hilbert = hilbert;
    config.surrogate_max = true;
    config.n_perm = 300;  // more than one launch
    if (every_measure) config.measure = {Measure::plv, Measure::mi, Measure::hr, Measure::mvl, Measure::ndpac};
    const auto rows = rows_of(7, 640);
    HeldRows all(rows, 512);
    const Computed together = compute_on_gpu(config, all, {all_shared, true, 2});  // four tiles, the last one padded
    const std::int64_t pad = together.plan.pad;
    const auto prepared = prepare(together.plan, {all_shared, true, 2});
    for (const std::int64_t at_once : {1, 3}) {
      CudaModel model(prepared, at_once, gpu().world(), nullptr, gpu().device().free_bytes);
      RowBlock block;
      for (std::int64_t first = 0; first + at_once <= 7; first += at_once) {
        all.read({first, at_once}, pad, block);
        model.load(block);
        for (int again = 0; again < 2; ++again) {  // the second time from rows that are on the device
          model.compute();
          for (std::int64_t i = 0; i < at_once; ++i) {
            expect_same_bits(together.result, first + i, model.results(), i);
          }
        }
      }
    }
  }
}

TEST(CudaModel, TakesTheMemoryItPredicts) {
  Config config;
  config.n_perm = 10;
  HeldRows source(rows_of(1, 1000), 512);
  const Plan plan = make_plan(config, source.shape());
  const auto prepared = prepare(plan, {all_shared, true, 1});
  const CudaModel model(prepared, 3, gpu().world(), nullptr, gpu().device().free_bytes);
  const ModelMemory use = model.memory();
  EXPECT_EQ(use.predicted_bytes, CudaModel::predicted_bytes(*prepared, 3));
  EXPECT_EQ(use.predicted_bytes, use.requested_bytes);
  EXPECT_GE(use.fft_workspace_bytes, 0);
  EXPECT_GT(use.device_peak_bytes, 0);
}

TEST(CudaModel, CountsStagesOnceEach) {
  HeldRows source(rows_of(2, 500), 512);
  const Plan plan = make_plan(small_bands(), source.shape());
  RowBlock block;
  source.read({0, 2}, plan.pad, block);
  CudaModel model(prepare(plan, {}), 2, gpu().world(), nullptr, gpu().device().free_bytes);
  EXPECT_EQ(model.compute(), StageSeconds{});  // nothing loaded
  model.load(block);
  for (const double seconds : model.compute()) EXPECT_GE(seconds, 0);
}

}  // namespace
