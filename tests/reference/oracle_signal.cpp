// The float64 oracle's first half: from a row's samples to the analytic signal of a band. Filter design, extension,
// plain recursive Fourier transform and the two orders of cutting and transforming, each written as its definition
// reads.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "reference/oracle.hpp"

namespace oracle {
namespace {

constexpr double pi = std::numbers::pi;

std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }

std::size_t smallest_factor(std::size_t n) {
  for (std::size_t p = 2; p * p <= n; ++p) {
    if (n % p == 0) return p;
  }
  return n;
}

/// out[k] = sum_t x[t stride] exp(-2 pi i k t / n); roots[k] = exp(-2 pi i k / N) for an N that n divides.
void transform(const Complex* x, std::size_t stride, Complex* out, std::size_t n, const std::vector<Complex>& roots) {
  if (n == 1) {
    out[0] = x[0];
    return;
  }
  const std::size_t p = smallest_factor(n);
  const std::size_t m = n / p;
  const std::size_t step = roots.size() / n;
  for (std::size_t r = 0; r < p; ++r) transform(x + r * stride, stride * p, out + r * m, m, roots);
  std::vector<Complex> column(p);
  for (std::size_t k = 0; k < m; ++k) {
    for (std::size_t r = 0; r < p; ++r) column[r] = out[r * m + k];
    for (std::size_t q = 0; q < p; ++q) {
      Complex sum = 0;
      for (std::size_t r = 0; r < p; ++r) sum += column[r] * roots[r * (k + q * m) % n * step];
      out[k + q * m] = sum;
    }
  }
}

/// Positive frequencies doubled, DC and (even length) the middle kept, negative ones removed.
void make_one_sided(std::vector<Complex>& spectrum) {
  const std::size_t n = spectrum.size();
  for (std::size_t k = 1; k < n; ++k) {
    if (2 * k < n) spectrum[k] *= 2;
    if (2 * k > n) spectrum[k] = 0;
  }
}

std::vector<Complex> zero_padded(const std::vector<double>& x, std::int64_t length) {
  std::vector<Complex> padded(size(length));
  std::ranges::copy(x, padded.begin());
  return padded;
}

/// Forward and backward filter: the taps' autocorrelation applied to the extended row, [time] of the row's own T
/// samples.
std::vector<double> filter_both_ways(const std::vector<double>& taps, const std::vector<double>& extended_row,
                                     std::size_t pad) {
  const std::size_t order = taps.size() - 1;
  std::vector<double> correlation(order + 1);  // [lag]
  for (std::size_t lag = 0; lag <= order; ++lag) {
    for (std::size_t i = 0; i + lag <= order; ++i) correlation[lag] += taps[i] * taps[i + lag];
  }
  std::vector<double> filtered(extended_row.size() - 2 * pad);
  for (std::size_t t = 0; t < filtered.size(); ++t) {
    const double* x = &extended_row[pad + t];
    double sum = correlation[0] * x[0];
    for (std::size_t lag = 1; lag <= order; ++lag) sum += correlation[lag] * (*(x - lag) + *(x + lag));
    filtered[t] = sum;
  }
  return filtered;
}

}  // namespace

int filter_order(double fs_hz, double lo_hz, int cycles, std::int64_t n_times) {
  const auto order = cycles * static_cast<std::int64_t>(std::floor(fs_hz / lo_hz));
  return static_cast<int>(n_times < 3 * order ? (n_times - 1) / 3 : order);
}

std::vector<double> band_pass_taps(int order, double lo_hz, double hi_hz, double fs_hz) {
  const auto sinc = [](double x) { return x == 0 ? 1.0 : std::sin(pi * x) / (pi * x); };
  const double lo = lo_hz / (fs_hz / 2);  // edges as fractions of half the sampling rate
  const double hi = hi_hz / (fs_hz / 2);
  std::vector<double> taps(size(order) + 1);
  double gain = 0;
  for (int i = 0; i <= order; ++i) {
    const double from_middle = i - order / 2.0;
    const double window = order > 0 ? 0.54 - 0.46 * std::cos(2 * pi * i / order) : 1;
    const double ideal = hi * sinc(hi * from_middle) - lo * sinc(lo * from_middle);
    taps[size(i)] = window * ideal;
    gain += taps[size(i)] * std::cos(pi * from_middle * (lo + hi) / 2);
  }
  for (double& tap : taps) tap /= gain;
  return taps;
}

std::vector<Complex> dft(const std::vector<Complex>& x, bool inverse) {
  const std::size_t n = x.size();
  std::vector<Complex> roots(n);
  for (std::size_t k = 0; k < n; ++k) {
    const double angle = 2 * pi * static_cast<double>(k) / static_cast<double>(n);
    roots[k] = {std::cos(angle), inverse ? std::sin(angle) : -std::sin(angle)};
  }
  std::vector<Complex> out(n);
  if (n > 0) transform(x.data(), 1, out.data(), n, roots);
  if (inverse) {
    for (Complex& z : out) z /= static_cast<double>(n);
  }
  return out;
}

std::int64_t smooth_length(std::int64_t n, std::int64_t largest_prime) {
  const auto is_smooth = [largest_prime](std::int64_t candidate) {
    for (std::int64_t p = 2; p <= largest_prime; ++p) {
      while (candidate % p == 0) candidate /= p;
    }
    return candidate == 1;
  };
  while (!is_smooth(n)) ++n;
  return n;
}

std::vector<Complex> analytic_signal(const std::vector<double>& x) {
  auto spectrum = dft(zero_padded(x, smooth_length(static_cast<std::int64_t>(x.size()), 5)));
  make_one_sided(spectrum);
  auto analytic = dft(spectrum, true);
  analytic.resize(x.size());
  return analytic;
}

std::vector<Complex> band_signal(const Definition& definition, const std::vector<double>& extended_row,
                                 std::int64_t pad, std::pair<double, double> edges, int cycles) {
  const auto n_times = static_cast<std::int64_t>(extended_row.size()) - 2 * pad;
  const int order = filter_order(definition.fs_hz, edges.first, cycles, n_times);
  if (order > pad) throw std::invalid_argument("oracle: the row's extension is shorter than a filter's order");
  const auto taps = band_pass_taps(order, edges.first, edges.second, definition.fs_hz);
  if (!definition.extended) return analytic_signal(filter_both_ways(taps, extended_row, size(pad)));
  const auto length = smooth_length(static_cast<std::int64_t>(extended_row.size()), 7);
  const auto filter = dft(zero_padded(taps, length));
  auto spectrum = dft(zero_padded(extended_row, length));
  for (std::size_t k = 0; k < spectrum.size(); ++k) spectrum[k] *= std::norm(filter[k]);
  make_one_sided(spectrum);
  const auto whole = dft(spectrum, true);
  return {whole.begin() + pad, whole.begin() + pad + n_times};
}

std::vector<double> odd_extend(const std::vector<double>& row, std::int64_t pad) {
  const auto n_times = static_cast<std::int64_t>(row.size());
  if (pad < 0 || pad >= n_times) throw std::invalid_argument("oracle: a row must be longer than its extension");
  std::vector<double> extended;
  for (std::int64_t k = pad; k >= 1; --k) extended.push_back(2 * row.front() - row[size(k)]);
  extended.insert(extended.end(), row.begin(), row.end());
  for (std::int64_t k = 1; k <= pad; ++k) extended.push_back(2 * row.back() - row[size(n_times - 1 - k)]);
  return extended;
}

std::int64_t extension_of(const Definition& definition, std::int64_t n_times) {
  int longest = 0;
  for (const auto& [lo, hi] : definition.pha_bands) {
    longest = std::max(longest, filter_order(definition.fs_hz, lo, definition.pha_cycles, n_times));
  }
  for (const auto& [lo, hi] : definition.amp_bands) {
    longest = std::max(longest, filter_order(definition.fs_hz, lo, definition.amp_cycles, n_times));
  }
  return longest;
}

}  // namespace oracle
