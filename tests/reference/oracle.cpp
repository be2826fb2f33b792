// The float64 oracle's second half: phase bins, modulation index and surrogates of one row, each written as its
// definition reads. The signals of its bands come from oracle_signal.cpp.
#include "reference/oracle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace oracle {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }

/// Phase in units of a bin's width, from -pi: its floor is the bin.
double in_bins(double phase, int n_bins) { return (phase + pi) * n_bins / (2 * pi); }

/// Distance (rad) from the nearest bin edge.
double edge_distance(double phase, int n_bins) {
  const double position = in_bins(phase, n_bins);
  return std::abs(position - std::round(position)) * 2 * pi / n_bins;
}

/// The bin on the other side of the nearest edge.
int bin_across(double phase, int bin, int n_bins) {
  const double position = in_bins(phase, n_bins);
  const bool edge_is_lower = position - std::floor(position) < 0.5;
  return (bin + (edge_is_lower ? n_bins - 1 : 1)) % n_bins;
}

/// Amplitude summed over the samples of each bin, and how many they are.
struct BinSums {
  std::vector<double> sum;    // [bin]
  std::vector<double> count;  // [bin]

  explicit BinSums(int n_bins) : sum(size(n_bins)), count(size(n_bins)) {}

  void add(int bin, double amplitude) {
    sum[size(bin)] += amplitude;
    count[size(bin)] += 1;
  }
  void remove(int bin, double amplitude) {
    count[size(bin)] -= 1;
    sum[size(bin)] = count[size(bin)] > 0 ? sum[size(bin)] - amplitude : 0;
  }
  [[nodiscard]] std::vector<double> statistic(bool as_sum) const {
    if (as_sum) return sum;
    std::vector<double> mean(sum.size());
    for (std::size_t j = 0; j < mean.size(); ++j) mean[j] = count[j] > 0 ? sum[j] / count[j] : 0;
    return mean;
  }
};

/// bins [time] and amplitude [time], the amplitude read `shift` samples later, circularly.
BinSums bin_sums(const int* bins, const double* amplitude, std::size_t n_times, std::size_t shift, int n_bins) {
  BinSums sums(n_bins);
  for (std::size_t t = 0; t < n_times; ++t) sums.add(bins[t], amplitude[(t + shift) % n_times]);
  return sums;
}

void set_phases(const Definition& definition, const std::vector<double>& extended_row, std::int64_t pad,
                RowResult& result) {
  const int n_bins = definition.n_bins;
  for (const auto& edges : definition.pha_bands) {
    double margin = 2 * pi;
    std::vector<bool> seen(size(n_bins));
    for (const Complex z : band_signal(definition, extended_row, pad, edges, definition.pha_cycles)) {
      const double phase = std::atan2(z.imag(), z.real());
      const int bin = static_cast<int>(std::floor(in_bins(phase, n_bins))) % n_bins;
      result.phase.push_back(phase);
      result.phase_bin.push_back(bin);
      seen[size(bin)] = true;
      margin = std::min(margin, edge_distance(phase, n_bins));
    }
    result.edge_margin.push_back(margin);
    result.empty_bin.push_back(std::ranges::count(seen, false) > 0);
  }
}

void set_amplitudes(const Definition& definition, const std::vector<double>& extended_row, std::int64_t pad,
                    RowResult& result) {
  for (const auto& edges : definition.amp_bands) {
    for (const Complex z : band_signal(definition, extended_row, pad, edges, definition.amp_cycles))
      result.amplitude.push_back(std::abs(z));
  }
}

/// Appends MI, distribution and preferred phase of one pair.
void append_pair(const std::vector<double>& bin_amplitude, bool defined, RowResult& result) {
  double total = 0;
  for (const double amplitude : bin_amplitude) total += amplitude;
  const double mi = defined ? modulation_index(bin_amplitude) : nan;
  Complex resultant = 0;
  for (std::size_t j = 0; j < bin_amplitude.size(); ++j) {
    const double p = std::isnan(mi) ? nan : bin_amplitude[j] / total;
    const double bin_centre = -pi + (static_cast<double>(j) + 0.5) * 2 * pi / static_cast<double>(bin_amplitude.size());
    result.distribution.push_back(p);
    resultant += p * Complex(std::cos(bin_centre), std::sin(bin_centre));
  }
  result.mi.push_back(mi);
  result.preferred_phase.push_back(std::atan2(resultant.imag(), resultant.real()));
}

void set_surrogate_statistics(std::size_t n_perm, RowResult& result) {
  const std::size_t n_pairs = result.mi.size();
  for (std::size_t pair = 0; pair < n_pairs; ++pair) {
    const double mi = result.mi[pair];
    const auto n = static_cast<double>(n_perm);
    double mean = 0;
    double variance = 0;
    double at_least = 0;
    for (std::size_t k = 0; k < n_perm; ++k) mean += result.surrogate_mi[k * n_pairs + pair] / n;
    for (std::size_t k = 0; k < n_perm; ++k) {
      const double surrogate = result.surrogate_mi[k * n_pairs + pair];
      variance += (surrogate - mean) * (surrogate - mean) / n;
      at_least += surrogate >= mi ? 1 : 0;
    }
    result.surrogate_mean.push_back(mean);
    result.surrogate_std.push_back(std::sqrt(variance));
    result.pac_z.push_back((mi - mean) / std::sqrt(variance));
    result.p_value.push_back(std::isnan(mi) ? nan : (1 + at_least) / (1 + n));
  }
}

}  // namespace

double modulation_index(const std::vector<double>& bin_amplitude) {
  double total = 0;
  for (const double amplitude : bin_amplitude) total += amplitude;
  if (!(total > 0) || !std::isfinite(total)) return nan;
  double sum = 0;
  for (const double amplitude : bin_amplitude) {
    const double p = amplitude / total;
    if (p > 0) sum += p * std::log(p);
  }
  return 1 + sum / std::log(static_cast<double>(bin_amplitude.size()));
}

RowResult compute_row(const Definition& definition, const std::vector<double>& extended_row, std::int64_t pad,
                      const std::vector<std::int64_t>& shifts) {
  const auto n_times = static_cast<std::int64_t>(extended_row.size()) - 2 * pad;
  if (pad < 0 || n_times <= 0) throw std::invalid_argument("oracle: the row is not longer than its extension");
  const auto first = extended_row.begin() + pad;
  const bool constant = std::all_of(first, first + n_times, [first](double x) { return x == *first; });

  RowResult result;
  set_phases(definition, extended_row, pad, result);
  set_amplitudes(definition, extended_row, pad, result);

  const auto sums_of = [&](std::size_t p, std::size_t a, std::int64_t shift) {
    return bin_sums(&result.phase_bin[p * size(n_times)], &result.amplitude[a * size(n_times)], size(n_times),
                    size((shift % n_times + n_times) % n_times), definition.n_bins)
        .statistic(definition.sum_statistic);
  };
  for (std::size_t p = 0; p < definition.pha_bands.size(); ++p) {
    for (std::size_t a = 0; a < definition.amp_bands.size(); ++a) append_pair(sums_of(p, a, 0), !constant, result);
  }
  for (const std::int64_t shift : shifts) {
    for (std::size_t p = 0; p < definition.pha_bands.size(); ++p) {
      for (std::size_t a = 0; a < definition.amp_bands.size(); ++a) {
        result.surrogate_mi.push_back(constant ? nan : modulation_index(sums_of(p, a, shift)));
      }
    }
  }
  if (!shifts.empty()) set_surrogate_statistics(shifts.size(), result);
  return result;
}

double one_sample_effect(const Definition& definition, const RowResult& row, int pha, int amp, double margin,
                         std::int64_t shift) {
  const std::size_t n_times = row.phase.size() / definition.pha_bands.size();
  const std::size_t later = size(shift) % n_times;
  const int* bins = &row.phase_bin[size(pha) * n_times];
  const double* phase = &row.phase[size(pha) * n_times];
  const double* amplitude = &row.amplitude[size(amp) * n_times];
  const BinSums sums = bin_sums(bins, amplitude, n_times, later, definition.n_bins);
  const double mi = modulation_index(sums.statistic(definition.sum_statistic));
  double effect = 0;
  for (std::size_t t = 0; t < n_times; ++t) {
    if (edge_distance(phase[t], definition.n_bins) > margin) continue;
    BinSums moved = sums;
    const double own = amplitude[(t + later) % n_times];
    moved.remove(bins[t], own);
    moved.add(bin_across(phase[t], bins[t], definition.n_bins), own);
    effect += std::abs(modulation_index(moved.statistic(definition.sum_statistic)) - mi);
  }
  return effect;
}

}  // namespace oracle
