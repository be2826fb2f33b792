// Measures beside the modulation index against the float64 oracle, whichever backend they come from.
#pragma once

#include "model/row_checks.hpp"

namespace pac {

inline const std::vector<Measure> all_measures{Measure::mi, Measure::mvl, Measure::ndpac, Measure::plv, Measure::hr};

inline oracle::Measure oracle_measure(Measure measure) {
  if (measure == Measure::mvl) return oracle::Measure::mvl;
  if (measure == Measure::ndpac) return oracle::Measure::ndpac;
  return measure == Measure::plv ? oracle::Measure::plv : oracle::Measure::hr;
}

/// Mean amplitude of each band: what errors of mvl, which has a unit, are relative to.
inline std::vector<double> mean_amplitudes(const oracle::RowResult& row, std::size_t n_amp) {
  const std::size_t n_times = row.amplitude.size() / n_amp;
  std::vector<double> means(n_amp);
  for (std::size_t i = 0; i < row.amplitude.size(); ++i)
    means[i / n_times] += row.amplitude[i] / static_cast<double>(n_times);
  return means;
}

/// Values of one measure that the oracle expects, and how far off they may be.
struct ExpectedMeasure {
  std::vector<double> observed;                 ///< [pair]
  std::vector<std::vector<double>> surrogates;  ///< [surrogate][pair]
  std::vector<double> floor;                    ///< [pair] beside 1e-5 of the value

  [[nodiscard]] double allowed(std::size_t pair, double value) const { return floor[pair] + 1e-5 * value; }
};

inline ExpectedMeasure expected_measure(const oracle::Definition& definition, const oracle::RowResult& row,
                                        Measure measure, const std::vector<std::int64_t>& shifts) {
  const auto of = oracle_measure(measure);
  ExpectedMeasure expected{oracle::measure_of_pairs(definition, row, of), {}, {}};
  for (const std::int64_t s : shifts) expected.surrogates.push_back(measure_of_pairs(definition, row, of, s));
  const std::size_t n_amp = definition.amp_bands.size();
  const std::vector<double> unit = mean_amplitudes(row, n_amp);
  const double n_times = static_cast<double>(row.phase.size()) / static_cast<double>(definition.pha_bands.size());
  for (std::size_t pair = 0; pair < expected.observed.size(); ++pair) {
    double floor = measure == Measure::mvl ? 1e-6 * unit[pair % n_amp] : 1e-6;
    if (measure == Measure::hr && row.edge_margin[pair / n_amp] < 1e-5) floor = 4 * definition.n_bins / n_times;
    expected.floor.push_back(floor);
  }
  return expected;
}

/// One pair of one measure: element `at` of its maps.
inline void expect_measure_of_pair(const ExpectedMeasure& expected, std::size_t pair, const MeasureMaps& maps,
                                   std::size_t at) {
  const double observed = expected.observed[pair];
  EXPECT_NEAR(static_cast<double>(maps.pac[at]), observed, expected.allowed(pair, observed));
  const auto n = static_cast<double>(expected.surrogates.size());
  if (expected.surrogates.empty()) return;
  double mean = 0;
  double squares = 0;
  int reached = 0;
  int may_reach = 0;
  for (const auto& surrogate : expected.surrogates) {
    const double value = surrogate[pair];
    mean += value / n;
    reached += value > observed + 2 * expected.allowed(pair, value) ? 1 : 0;
    may_reach += value > observed - 2 * expected.allowed(pair, value) ? 1 : 0;
  }
  for (const auto& surrogate : expected.surrogates) squares += (surrogate[pair] - mean) * (surrogate[pair] - mean);
  const double deviation = std::sqrt(squares / n);
  const double allowed = expected.allowed(pair, mean);
  const double z = (observed - mean) / deviation;
  EXPECT_NEAR(static_cast<double>(maps.surrogate_mean[at]), mean, allowed);
  EXPECT_NEAR(static_cast<double>(maps.surrogate_std[at]), deviation, allowed);
  EXPECT_NEAR(static_cast<double>(maps.pac_z[at]), z, 2 * allowed / deviation * (1 + std::abs(z)));
  EXPECT_GE(maps.exceed_count[at], static_cast<float>(reached));
  EXPECT_LE(maps.exceed_count[at], static_cast<float>(may_reach));
  EXPECT_NEAR(static_cast<double>(maps.p_value[at]), (1 + static_cast<double>(maps.exceed_count[at])) / (1 + n), 1e-6);
}

/// Compares every measure but mi of all pairs, observed and surrogate: 1e-5 of the value and 1e-6 of its unit (the mean
/// amplitude for mvl). A sample within 1e-5 rad of a bin edge may change a heights ratio as one sample of its bin can.
inline void expect_oracle_measures(const Config& config, const std::vector<std::vector<double>>& rows,
                                   const Computed& c) {
  const oracle::Definition definition = definition_of(c.plan, config);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto shifts = surrogate_shifts(c.plan, static_cast<std::int64_t>(r));
    const auto row = oracle::compute_row(definition, oracle::odd_extend(rows[r], c.plan.pad), c.plan.pad);
    for (std::size_t m = 0; m < c.plan.measures.size(); ++m) {
      const MeasureMaps& maps = c.result.of(m);
      if (maps.measure == Measure::mi) continue;
      const ExpectedMeasure expected = expected_measure(definition, row, maps.measure, shifts);
      for (std::size_t pair = 0; pair < expected.observed.size(); ++pair) {
        SCOPED_TRACE(name_of(maps.measure) + (" of row " + std::to_string(r)) + " pair " + std::to_string(pair));
        expect_measure_of_pair(expected, pair, maps, r * expected.observed.size() + pair);
      }
      for (std::size_t k = 0; k < shifts.size() && c.plan.surrogate_max; ++k) {
        double largest = 0;
        double allowed = 0;
        for (std::size_t pair = 0; pair < expected.observed.size(); ++pair) {
          largest = std::max(largest, expected.surrogates[k][pair]);
          allowed = std::max(allowed, expected.allowed(pair, expected.surrogates[k][pair]));
        }
        EXPECT_NEAR(static_cast<double>(maps.surrogate_max[r * shifts.size() + k]), largest, allowed)
            << name_of(maps.measure) << " surrogate " << k;
      }
    }
  }
}

}  // namespace pac
