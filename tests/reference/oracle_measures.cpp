// The float64 oracle's measures beside the modulation index, each as its definition reads: mean vector length (Canolty
// et al. 2006), normalised direct PAC (Ozkurt & Schnitzler 2011), phase-locking value (Penny et al. 2008), heights
// ratio (Lakatos et al. 2005).
#include <algorithm>
#include <cmath>
#include <limits>

#include "reference/oracle.hpp"

namespace oracle {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

using Series = std::vector<double>;

double mean_of(const Series& x) {
  double sum = 0;
  for (const double value : x) sum += value;
  return sum / static_cast<double>(x.size());
}

/// |sum_t weight exp(i (phase - turn))| / T
double resultant(const Series& phase, const Series& turn, const Series& weight) {
  Complex sum = 0;
  for (std::size_t t = 0; t < phase.size(); ++t) sum += std::polar(1.0, phase[t] - turn[t]) * weight[t];
  return std::abs(sum) / static_cast<double>(phase.size());
}

double normalised_direct(const Series& phase, const Series& amplitude) {
  const double mean = mean_of(amplitude);
  double squares = 0;
  for (const double a : amplitude) squares += (a - mean) * (a - mean);
  const double deviation = std::sqrt(squares / static_cast<double>(amplitude.size() - 1));
  Series normalised;
  for (const double a : amplitude) normalised.push_back((a - mean) / deviation);
  return resultant(phase, Series(phase.size()), normalised);
}

double heights_ratio(const int* bins, const Series& amplitude, int n_bins, bool as_sum) {
  double highest = 0;
  double lowest = std::numeric_limits<double>::infinity();
  for (int bin = 0; bin < n_bins; ++bin) {
    double sum = 0;
    double count = 0;
    for (std::size_t t = 0; t < amplitude.size(); ++t) {
      if (bins[t] != bin) continue;
      sum += amplitude[t];
      count += 1;
    }
    if (count == 0) continue;
    const double height = as_sum ? sum : sum / count;
    highest = std::max(highest, height);
    lowest = std::min(lowest, height);
  }
  return (highest - lowest) / highest;
}

Series later(const Series& x, std::size_t shift) {
  Series shifted;
  for (std::size_t t = 0; t < x.size(); ++t) shifted.push_back(x[(t + shift) % x.size()]);
  return shifted;
}

}  // namespace

std::vector<double> measure_of_pairs(const Definition& definition, const RowResult& row, Measure measure,
                                     std::int64_t shift) {
  const std::size_t n_pha = definition.pha_bands.size();
  const std::size_t n_amp = definition.amp_bands.size();
  const std::size_t n_times = row.phase.size() / n_pha;
  const auto band = [n_times](const Series& all, std::size_t i) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(i * n_times);
    return Series(first, first + static_cast<std::ptrdiff_t>(n_times));
  };
  const auto samples = static_cast<std::int64_t>(n_times);
  const auto s = static_cast<std::size_t>((shift % samples + samples) % samples);
  const Series none(n_times, 0);
  const Series ones(n_times, 1);
  std::vector<double> values(n_pha * n_amp);
  for (std::size_t a = 0; a < n_amp; ++a) {
    const Series amplitude = band(row.amplitude, a);
    Series amplitude_phase;  // of the amplitude where it was, then shifted with it
    for (const Complex z : analytic_signal(amplitude)) amplitude_phase.push_back(std::arg(z));
    const Series shifted = later(amplitude, s);
    for (std::size_t p = 0; p < n_pha; ++p) {
      const Series phase = band(row.phase, p);
      double& value = values[p * n_amp + a];
      if (std::isnan(row.mi[p * n_amp + a])) {
        value = nan;
      } else if (measure == Measure::mvl) {
        value = resultant(phase, none, shifted);
      } else if (measure == Measure::ndpac) {
        value = normalised_direct(phase, shifted);
      } else if (measure == Measure::plv) {
        value = resultant(phase, later(amplitude_phase, s), ones);
      } else {
        value = heights_ratio(&row.phase_bin[p * n_times], shifted, definition.n_bins, definition.sum_statistic);
      }
    }
  }
  return values;
}

}  // namespace oracle
