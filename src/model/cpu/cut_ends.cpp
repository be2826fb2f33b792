// The default definition on long rows: what the cut at the ends takes away from the Hilbert transform.
#include "model/cpu/cut_ends.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/fast_length.hpp"

namespace pac::cpu {
namespace {

constexpr double pi = std::numbers::pi;

double sign_of(std::int64_t n) { return n % 2 == 0 ? 1 : -1; }

double chebyshev_node(int i, int n) { return std::cos(pi * (i + 0.5) / n); }

}  // namespace

CutEnds::CutEnds(const LongGeometry& geometry)
    : geometry_(geometry),
      circle_(geometry.period),
      box_(geometry.period, 0, geometry.n_times),
      forward_(Transform::complex_forward, geometry.window_length),
      backward_(Transform::complex_backward, geometry.window_length),
      kernel_(2 * geometry.window_length) {
  const std::int64_t length = geometry_.window_length;
  const AlignedArray<float> kernel(window_floats(geometry_));
  std::fill_n(kernel.data(), 2 * length, 0.0F);
  for (std::int64_t d = 1 - geometry_.source_high; d < geometry_.window - geometry_.source_low; ++d) {
    kernel[2 * ((d + length) % length)] = static_cast<float>(circle_.at(d) / static_cast<double>(length));
  }
  const AlignedArray<float> spectrum(window_floats(geometry_));
  forward_(kernel.data(), spectrum.data());
  std::copy_n(spectrum.data(), 2 * length, kernel_.data());

  // Lagrange polynomials on Chebyshev nodes: l_j(x) = (1 + 2 sum_k T_k(x_j) T_k(x)) / n.
  const auto width = static_cast<double>(2 * geometry_.pad);
  for (int j = 0; j < n_nodes; ++j) {
    node_[static_cast<std::size_t>(j)] = (width - 1) / 2 + width / 2 * chebyshev_node(j, n_nodes);
  }
  for (std::int64_t n = 0; n < 2 * geometry_.pad; ++n) {
    const double angle = std::acos((static_cast<double>(n) - (width - 1) / 2) / (width / 2));
    for (int j = 0; j < n_nodes; ++j) {
      double value = 1;
      for (int k = 1; k < n_nodes; ++k) value += 2 * std::cos(k * angle) * std::cos(k * pi * (j + 0.5) / n_nodes);
      lagrange_.push_back(value / n_nodes);
    }
  }

  // Values at nodes to a Chebyshev series of so many terms, and that to powers.
  std::array<std::array<double, n_terms>, n_terms> power{};  // [k][term] of T_k
  power[0][0] = 1;
  power[1][1] = 1;
  for (std::size_t k = 2; k < n_terms; ++k) {
    for (std::size_t m = 0; m < n_terms; ++m) {
      power[k][m] = (m > 0 ? 2 * power[k - 1][m - 1] : 0) - power[k - 2][m];
    }
  }
  for (std::size_t terms = 1; terms <= n_terms; ++terms) {
    for (std::size_t k = 0; k < terms; ++k) {
      for (std::size_t i = 0; i < n_terms; ++i) {
        const double angle = static_cast<double>(k) * pi * (static_cast<double>(i) + 0.5) / n_terms;
        const double weight = (k == 0 ? 1.0 : 2.0) / n_terms * std::cos(angle);
        for (std::size_t m = 0; m <= k; ++m) monomial_[terms - 1][m][i] += power[k][m] * weight;
      }
    }
  }
}

void CutEnds::charge(const float* before, const float* behind, const double* mean_gain, double* charges) const {
  const std::int64_t width = 2 * geometry_.pad;
  std::fill_n(charges, charge_doubles, 0.0);
  double* const slow = charges;
  double* const alternating = charges + n_charges * lanes;
  for (int end = 0; end < 2; ++end) {
    for (std::int64_t n = 0; n < width; ++n) {
      const float* const y = (end == 0 ? before + (width - 1 - n) * lanes : behind + n * lanes);
      const bool odd = (end == 0 ? n + 1 : geometry_.n_times + n) % 2 != 0;  // of the time
      double* const sums = (odd ? alternating : slow) + end * n_nodes * lanes;
      for (std::int64_t j = 0; j < n_nodes; ++j) {
        const double weight = lagrange_[static_cast<std::size_t>(n * n_nodes + j)];
        for (std::int64_t lane = 0; lane < lanes; ++lane) {
          sums[j * lanes + lane] += weight * static_cast<double>(y[lane]);
        }
      }
    }
  }
  for (std::int64_t i = 0; i < 2 * n_nodes * lanes; ++i) {  // sums over even and odd times to the parts; taken away
    const double even = slow[i];
    const double odd = alternating[i];
    slow[i] = -(even + odd);
    alternating[i] = -(even - odd);
  }
  std::copy_n(mean_gain, lanes, slow + 2 * n_nodes * lanes);
  std::copy_n(mean_gain, lanes, alternating + 2 * n_nodes * lanes);
}

void CutEnds::transform_window(int end, const float* own, const float* other, float* a, float* b, float* near) const {
  const std::int64_t width = 2 * geometry_.pad;
  const std::int64_t length = geometry_.window_length;
  // Signals beyond this end and beyond the other, the n-th outwards.
  const auto at = [&](const float* y, bool left_end, std::int64_t n) {
    return y + (left_end ? width - 1 - n : n) * lanes;
  };
  const float sign = end == 0 ? -1 : 1;  // taken away; counted inwards, time runs backwards at the right end
  for (int lane = 0; lane < lanes; lane += 2) {
    std::fill_n(a, 2 * length, 0.0F);
    const auto add = [&](std::int64_t place, const float* y) {
      float* const to = a + 2 * ((place + length) % length);
      to[0] += y[lane];
      to[1] += y[lane + 1];
    };
    for (std::int64_t n = 0; n < width; ++n) add(-1 - n, at(own, end == 0, n));
    for (std::int64_t n = 0; geometry_.near_image && n < width; ++n) add(n - geometry_.gap, at(other, end != 0, n));
    forward_(a, b);
    for (std::int64_t f = 0; f < length; ++f) {
      const float re = b[2 * f];
      const float im = b[2 * f + 1];
      b[2 * f] = re * kernel_[2 * f] - im * kernel_[2 * f + 1];
      b[2 * f + 1] = re * kernel_[2 * f + 1] + im * kernel_[2 * f];
    }
    backward_(b, a);
    for (std::int64_t t = 0; t < geometry_.window; ++t) {
      near[t * lanes + lane] = sign * a[2 * t];
      near[t * lanes + lane + 1] = sign * a[2 * t + 1];
    }
  }
}

bool CutEnds::is_far(std::int64_t first, std::int64_t count) const {
  return std::min(first, geometry_.n_times - first - count) - geometry_.source_high >= count;
}

CutEnds::Pull CutEnds::pull(std::int64_t first, std::int64_t count, unsigned sources) const {
  Pull pull;
  // As many terms as bring the error below 1e-6: a Chebyshev series converges like rho^-n, where rho follows from the
  // distance of the nearest charge; the effect itself falls with that distance.
  const double half = static_cast<double>(count) / 2;
  const auto nearest = static_cast<double>(std::min(first, geometry_.n_times - first - count) - geometry_.source_high);
  const double ratio = std::max(nearest, 2 * half) / half + 1;
  const double rho = ratio + std::sqrt(ratio * ratio - 1);
  pull.terms = std::clamp(static_cast<int>(std::ceil(std::log(1e6 / ratio) / std::log(rho))), 1, n_terms);
  for (std::size_t i = 0; i < n_terms; ++i) {
    const double t = static_cast<double>(first) + half * (1 + chebyshev_node(static_cast<int>(i), n_terms));
    for (std::size_t c = 0; c < n_charges; ++c) {
      const bool is_mean = c == 2 * n_nodes;
      const bool is_left = c < n_nodes;
      if ((sources & (is_mean ? mean : is_left ? left : right)) == 0) continue;
      double slow = 0;
      double alternating = 0;
      if (is_mean) {
        slow = box_.slow(t);
        alternating = box_.alternating(t);
      } else {
        const double place = is_left ? -1 - node_[c] : static_cast<double>(geometry_.n_times) + node_[c - n_nodes];
        slow = circle_.slow(t - place);
        alternating = circle_.alternating(t - place);
      }
      for (std::size_t m = 0; m < static_cast<std::size_t>(pull.terms); ++m) {
        const double weight = monomial_[static_cast<std::size_t>(pull.terms - 1)][m][i];
        pull.slow[m][c] += weight * slow;
        pull.alternating[m][c] += weight * alternating;
      }
    }
  }
  return pull;
}

void CutEnds::coefficients(const Pull& pull, const double* charges, std::int64_t first, float* coefficients) {
  for (int m = 0; m < pull.terms; ++m) {
    std::array<double, lanes> slow{};
    std::array<double, lanes> alternating{};
    for (std::size_t c = 0; c < n_charges; ++c) {
      const double s = pull.slow[static_cast<std::size_t>(m)][c];
      const double a = pull.alternating[static_cast<std::size_t>(m)][c];
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        slow[lane] += s * charges[c * lanes + lane];
        alternating[lane] += a * charges[(n_charges + c) * lanes + lane];
      }
    }
    for (int parity = 0; parity < 2; ++parity) {
      const double sign = sign_of(first + parity);
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        coefficients[(parity * pull.terms + m) * lanes + static_cast<int>(lane)] =
            static_cast<float>(slow[lane] + sign * alternating[lane]);
      }
    }
  }
}

void CutEnds::fill_interval(const LaneOps& ops, std::int64_t first, std::int64_t end, unsigned sources,
                            const double* charges, float* series) const {
  alignas(64) std::array<float, 2 * n_terms * lanes> terms;
  const Pull effect = pull(first, end - first, sources);
  coefficients(effect, charges, first, terms.data());
  ops.polynomial_series(terms.data(), effect.terms, end - first, 2.0F / static_cast<float>(end - first), series);
}

void CutEnds::fill_smooth(const LaneOps& ops, std::int64_t first, std::int64_t end, std::int64_t origin,
                          const double* charges, float* series) const {
  if (first >= end) return;
  if (!is_far(first, end - first) && end - first > geometry_.pad) {
    const std::int64_t middle = (first + end) / 2;
    fill_smooth(ops, first, middle, origin, charges, series);
    fill_smooth(ops, middle, end, origin, charges, series);
    return;
  }
  fill_interval(ops, first, end, left | right, charges, series + (first - origin) * lanes);
}

void CutEnds::fill(const LaneOps& ops, std::int64_t first, std::int64_t count, const double* charges, const float* near,
                   std::span<const double> mean_series, float* series) const {
  const std::int64_t end = first + count;
  const std::int64_t n_times = geometry_.n_times;
  const std::int64_t window = geometry_.window;
  const std::int64_t left_end = std::min(end, window);                 // times before it: transformed
  const std::int64_t right_begin = std::max(first, n_times - window);  // and from here on
  if (first < left_end) {
    if (geometry_.near_image) {
      std::fill_n(series, (left_end - first) * lanes, 0.0F);
    } else {
      fill_interval(ops, first, left_end, right, charges, series);
    }
    for (std::int64_t i = 0; i < (left_end - first) * lanes; ++i) series[i] += near[first * lanes + i];
  }
  fill_smooth(ops, std::max(first, window), std::min(end, n_times - window), first, charges, series);
  if (right_begin < end) {
    float* const out = series + (right_begin - first) * lanes;
    if (geometry_.near_image) {
      std::fill_n(out, (end - right_begin) * lanes, 0.0F);
    } else {
      fill_interval(ops, right_begin, end, left, charges, out);
    }
    for (std::int64_t t = right_begin; t < end; ++t) {
      const float* const from = near + (window + n_times - 1 - t) * lanes;
      for (std::int64_t lane = 0; lane < lanes; ++lane) out[(t - right_begin) * lanes + lane] += from[lane];
    }
  }
  const double* const gain = charges + 2 * n_nodes * lanes;
  for (std::int64_t t = 0; t < count; ++t) {
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
      series[t * lanes + lane] += static_cast<float>(gain[lane] * mean_series[static_cast<std::size_t>(t)]);
    }
  }
}

}  // namespace pac::cpu
