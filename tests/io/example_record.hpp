// A small Record that uses everything a result file can hold: statistics, distributions, two cases with different
// variables, metrics and stages, values that were not measured, text that needs care. For tests of the writers.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "measure/record.hpp"

namespace pac::test {

inline Comodulogram example_comodulogram(std::int64_t rows, std::int64_t n_pha, std::int64_t n_amp) {
  Comodulogram map;
  map.allocate(rows, {n_pha, n_amp, 18, 200, {Measure::mi, Measure::mvl}, true, true});
  std::size_t i = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t p = 0; p < n_pha; ++p) {
      for (std::int64_t a = 0; a < n_amp; ++a, ++i) {
        const double dp = static_cast<double>(p) / static_cast<double>(n_pha) - 0.25;
        const double da = static_cast<double>(a) / static_cast<double>(n_amp) - 0.4;
        const double bump = 0.02 * std::exp(-40 * dp * dp - 20 * da * da);
        map.pac[i] = static_cast<float>(bump + 1e-4 * static_cast<double>(row + 1));
        map.preferred_phase[i] = static_cast<float>(3 * std::sin(static_cast<double>(i)));
        map.surrogate_mean[i] = 1e-3F;
        map.surrogate_std[i] = 5e-4F;
        map.pac_z[i] = (map.pac[i] - 1e-3F) / 5e-4F;
        map.p_value[i] = map.pac_z[i] > 3 ? 1.0F / 201 : 0.5F;
        map.exceed_count[i] = map.pac_z[i] > 3 ? 0 : 99.5F;
        map.p_maxstat[i] = std::min(1.0F, 3 * map.p_value[i]);
        map.q_fdr[i] = std::min(1.0F, 2 * map.p_value[i]);
        map.others[0].pac[i] = map.pac[i] * 40;
        map.others[0].p_value[i] = map.p_value[i];
        for (std::size_t bin = 0; bin < 18; ++bin) map.amplitude_distribution[i * 18 + bin] = static_cast<float>(bin);
      }
    }
  }
  for (std::size_t k = 0; k < map.surrogate_max.size(); ++k) {
    map.surrogate_max[k] = 2e-3F + 1e-5F * static_cast<float>(k % 200);
  }
  // The last row is undefined, the first has an empty phase bin in one pair.
  for (std::size_t k = i - static_cast<std::size_t>(map.pairs()); k < i; ++k) {
    map.pac[k] = std::numeric_limits<float>::quiet_NaN();
    map.quality[k] = static_cast<std::uint8_t>(Quality::undefined);
  }
  map.quality[1] = static_cast<std::uint8_t>(Quality::empty_phase_bin);
  return map;
}

inline Record example_record() {
  Record record;
  record.benchmark = "comodulogram";
  record.question = "is the map right, and the same on N ranks as on one?";
  record.verdict = Verdict::passed;
  record.reason = "8 of 8 rows \"bitwise\" equal,\npeak at 6 Hz \xC3\x97 80 Hz";
  record.config.n_perm = 200;
  record.config.distributions = true;
  record.config.surrogate_max = true;
  record.config.measure = {Measure::mi, Measure::mvl};
  record.config.mem_limit = Bytes{std::uint64_t{3} << 30};
  record.config.seed = std::numeric_limits<std::uint64_t>::max();
  record.shape = {3, 2, 4096, 512, {"Fp1", "\xC3\x85 left"}, {0, 8, 16}, "uV", 0};
  for (int i = 0; i < 20; ++i) {
    const double c = 2 + 16.0 * i / 19;
    record.pha_bands.push_back({std::max(0.5, c * 0.75), c * 1.25});
  }
  for (int i = 0; i < 30; ++i) {
    const double c = 40 + 108.0 * i / 29;
    record.amp_bands.push_back({c * 0.875, c * 1.125});
  }
  record.comodulogram = example_comodulogram(6, 20, 30);

  Case one;
  one.label = "1 rank, batch \"8\"";
  one.variables = {{"batch_size", "1", 8}};
  one.metrics = {{"wall_s_median", "s", 0.125}, {"rows_per_s", "rows/s", 1.0 / 3}};
  one.stages = {"load", "compute", "gather"};
  one.samples = {{0, 0, true, 0.5, {0.1, 0.3, 0.1}}, {0, 1, false, 0.125, {0.025, 0.075, 0.025}}};
  one.memory = {{0, 1000, 900, -1, -1, 123456789, 1000000}};
  Case two;
  two.label = "2 ranks";
  two.n_ranks = 2;
  two.variables = {{"batch_size", "1", 16}, {"n_ranks", "1", 2}};
  two.metrics = {{"wall_s_median", "s", 0.0625}, {"speedup", "1", 2}};
  two.stages = {"compute"};
  one.results_digest = "00ff";
  two.failure = "bands, reach fs / 2";
  two.samples = {{0, 0, false, 0.0625, {0.05}}, {1, 0, false, 0.0624, {0.06}}};
  two.memory = {{0, 1000, 900, -1, -1, -1}, {1, 1000, 900, -1, -1, 5}};
  record.cases = {one, two};
  record.ranks = {{"node1", 0, "cpu", "AMD EPYC", "", 0, 2, "0-1", 0, -1, 8},
                  {"node2", 0, "cuda", "H100", "GPU-1", 5, 2, "0,8", -0.25, 4, 8}};
  record.provenance = {{"version", "0.1.0"},
                       {"command_line", "pacbench comodulogram --input \"a b.h5\" \xFF"},
                       {"OMP_NUM_THREADS", ""},
                       {"odd/name", "slash"}};
  return record;
}

}  // namespace pac::test
