// FIR design: the windowed-sinc band-pass of SciPy's firwin, its order rule, and its zero-phase gain.
#include "core/fir.hpp"

#include <cmath>
#include <numbers>

namespace pac {
namespace {

constexpr double pi = std::numbers::pi;

double sinc(double x) { return x == 0 ? 1.0 : std::sin(pi * x) / (pi * x); }

}  // namespace

std::int64_t filter_order(double fs_hz, double lo_hz, std::int64_t cycles, std::int64_t n_times) {
  const auto wanted = cycles * static_cast<std::int64_t>(std::floor(fs_hz / lo_hz));
  return n_times < 3 * wanted ? (n_times - 1) / 3 : wanted;
}

std::vector<double> band_pass(std::int64_t order, const Band& band, double fs_hz) {
  const double nyquist = fs_hz / 2;
  const double left = band.lo_hz / nyquist;
  const double right = band.hi_hz / nyquist;
  const double centre = (left + right) / 2;
  const double middle = static_cast<double>(order) / 2;
  std::vector<double> taps(static_cast<std::size_t>(order + 1));
  double gain = 0;
  for (std::int64_t i = 0; i <= order; ++i) {
    const double m = static_cast<double>(i) - middle;
    const double window =
        order == 0 ? 1.0 : 0.54 - 0.46 * std::cos(2 * pi * static_cast<double>(i) / static_cast<double>(order));
    const double tap = (right * sinc(right * m) - left * sinc(left * m)) * window;
    taps[static_cast<std::size_t>(i)] = tap;
    gain += tap * std::cos(pi * m * centre);
  }
  for (double& tap : taps) tap /= gain;
  return taps;
}

std::vector<double> autocorrelation(std::span<const double> taps) {
  std::vector<double> correlation(taps.size());
  for (std::size_t k = 0; k < taps.size(); ++k) {
    double sum = 0;
    for (std::size_t i = 0; i + k < taps.size(); ++i) sum += taps[i] * taps[i + k];
    correlation[k] = sum;
  }
  return correlation;
}

std::vector<double> zero_phase_gain(std::span<const double> correlation, std::int64_t length) {
  const auto n_frequencies = static_cast<std::size_t>(length / 2 + 1);
  std::vector<double> gain(n_frequencies);
  constexpr std::size_t block = 16;  // frequencies side by side, so that the recurrence vectorises
  for (std::size_t first = 0; first < n_frequencies; first += block) {
    double twice_cos[block];
    double b1[block] = {};
    double b2[block] = {};
    for (std::size_t i = 0; i < block; ++i) {
      twice_cos[i] = 2 * std::cos(2 * pi * static_cast<double>(first + i) / static_cast<double>(length));
    }
    for (std::size_t k = correlation.size(); k-- > 1;) {
      for (std::size_t i = 0; i < block; ++i) {
        const double b0 = 2 * correlation[k] + twice_cos[i] * b1[i] - b2[i];
        b2[i] = b1[i];
        b1[i] = b0;
      }
    }
    for (std::size_t i = 0; i < block && first + i < n_frequencies; ++i) {
      gain[first + i] = correlation[0] + b1[i] * twice_cos[i] / 2 - b2[i];
    }
  }
  return gain;
}

}  // namespace pac
