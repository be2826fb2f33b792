// See map_difference.hpp.
#include "core/map_difference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace pac {

double contract_of(double modulation_index) { return 1e-6 + 1e-3 * std::abs(modulation_index); }

// One sample moves from a phase bin into its neighbour. With psi(x) = x ln(n x) - x + 1/n, which is >= 0 and convex
// with psi'(x) = ln(n x), D = MI ln n = sum_j psi(p_j).
//
// 1. Size of the move. A bin of T / n samples with mean amplitude A changes its mean by (a - A) / (T / n); relative to
//    the sum of means, about n A, that is (a / A - 1) / T. Amplitudes of narrow bands follow a Rayleigh distribution:
//    beyond five mean amplitudes lie 3 in 10^9. So two shares move by at most e = 4 / T each (this covers sums in place
//    of means: a / (T A)), and then all are divided by 1 + s, |s| <= 2 e. This step assumes evenly filled bins and such
//    amplitudes; the others are exact.
//
// 2. The two bins. |psi(x') - psi(x)| <= e max |ln(n x)| over both distributions (psi' is monotone). psi(x) <= D bounds
//    the logarithm l = ln(n x) by z = n D >= 1 + (l - 1) exp(l). For l > 0 that is >= l^2 / 2, so l <= sqrt(2 z), and
//    l <= ln n anyway. For l = -m < 0: 1 - (1 + m) exp(-m) <= z; its slope m exp(-m) is >= m / exp(1) up to m = 1, so
//    m <= sqrt(2 exp(1) z) up to z = 1 - 2 / exp(1); and as (1 + m) exp(-m / 2) <= 2 exp(-1/2),
//    m <= 2 ln(2 exp(-1/2) / (1 - z)) up to z = 1. An emptier bin has no such bound, but psi falls from psi(0), so
//    |psi(x') - psi(x)| <= psi(0) - psi(e) = e (1 - ln(n e)).
//
// 3. The division changes all shares by s p: sum_j |s| p_j |ln(n p_j)| <= |s| (D + 2 S), S the sum of
//    p_j ln(1 / (n p_j)) over p_j < 1/n. There y ln(1 / y) <= 1 - y, so S is at most the total variation from uniform,
//    <= sqrt(D / 2) (Pinsker).
//
// Together |dMI| <= 2 e (L + D + sqrt(2 D)) / ln n, L the logarithm's bound of step 2.
double moved_sample_bound(double modulation_index, const MapScale& scale) {
  const double contract = contract_of(modulation_index);
  if (scale.n_times <= 0 || scale.n_bins < 2) return contract;
  const auto n = static_cast<double>(scale.n_bins);
  const double e = 4 / static_cast<double>(scale.n_times);
  const double d = std::clamp(modulation_index, 0.0, 1.0) * std::log(n);
  const double z = n * d;
  const double above = std::min(std::sqrt(2 * z), std::log(n));
  double below = std::numeric_limits<double>::infinity();
  if (z <= 1 - 2 / std::exp(1.0)) {
    below = std::sqrt(2 * std::exp(1.0) * z);
  } else if (z < 1) {
    below = 2 * std::log(2 * std::exp(-0.5) / (1 - z));
  }
  if (n * e < 1) below = std::min(below, 1 - std::log(n * e));
  const double logarithm = std::max(above, below);
  return std::min(1.0, contract + 2 * e * (logarithm + d + std::sqrt(2 * d)) / std::log(n));
}

bool MapDifference::agrees() const {
  return n_one_sided == 0 && n_beyond_moved == 0 && n_moved_phases <= std::max<std::int64_t>(1, n_phases / 100);
}

MapDifference difference_of(std::span<const float> a, std::span<const float> b, const MapScale& scale) {
  const auto n_amp = static_cast<std::size_t>(scale.n_amp);
  if (a.size() != b.size() || n_amp == 0 || a.size() % n_amp != 0) {
    throw std::logic_error("difference_of: maps of different size");
  }
  MapDifference result;
  double sum = 0, sum_a = 0, sum_b = 0;
  for (std::size_t first = 0; first < a.size(); first += n_amp) {
    bool moved = false;
    for (std::size_t i = first; i < first + n_amp; ++i) {
      if (std::isnan(a[i]) || std::isnan(b[i])) {
        if (std::isnan(a[i]) != std::isnan(b[i])) ++result.n_one_sided;
        continue;
      }
      const auto left = static_cast<double>(a[i]);
      const auto right = static_cast<double>(b[i]);
      const double distance = std::abs(left - right);
      const double index = std::max(left, right);
      ++result.n_pairs;
      sum += distance;
      sum_a += left;
      sum_b += right;
      result.largest = std::max(result.largest, distance);
      if (distance <= contract_of(index)) continue;
      ++result.n_beyond_contract;
      moved = true;
      // Not "distance >": an infinite value lies beyond everything.
      if (!(distance <= moved_sample_bound(index, scale))) ++result.n_beyond_moved;
    }
    ++result.n_phases;
    if (moved) ++result.n_moved_phases;
  }
  const auto n = static_cast<double>(result.n_pairs);
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (result.n_pairs == 0) {
    result.largest = result.mean = result.correlation = none;
    return result;
  }
  result.mean = sum / n;
  double square_a = 0, square_b = 0, product = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) || std::isnan(b[i])) continue;
    const double left = static_cast<double>(a[i]) - sum_a / n;
    const double right = static_cast<double>(b[i]) - sum_b / n;
    square_a += left * left;
    square_b += right * right;
    product += left * right;
  }
  const double norm = std::sqrt(square_a) * std::sqrt(square_b);
  result.correlation = norm > 0 ? std::clamp(product / norm, -1.0, 1.0) : none;
  return result;
}

}  // namespace pac
