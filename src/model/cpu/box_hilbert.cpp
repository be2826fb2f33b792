// The Hilbert transform of ones over a stretch of a circle, and the circle's Hilbert kernel.
#include "model/cpu/box_hilbert.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pac::cpu {
namespace {

constexpr double pi = std::numbers::pi;

double sign_of(std::int64_t n) { return n % 2 == 0 ? 1 : -1; }

}  // namespace

double CircleKernel::slow(double lag) const {
  const auto n = static_cast<double>(period_);
  return 1 / (n * std::tan(pi * lag / n));
}

double CircleKernel::alternating(double lag) const {
  const auto n = static_cast<double>(period_);
  return period_ % 2 == 0 ? -slow(lag) : -1 / (n * std::sin(pi * lag / n));
}

double CircleKernel::at(std::int64_t lag) const {
  std::int64_t d = lag % period_;
  if (2 * d > period_) d -= period_;
  if (2 * d < -period_) d += period_;
  if (d == 0) return 0;
  const auto x = static_cast<double>(d);
  return slow(x) + sign_of(d) * alternating(x);
}

// Sums over lags 1..n of the kernel's parts. Midpoint rule: sum g(d) = const + G(n + 1/2) - g'(n + 1/2) / 24, and for
// alternating sums (Boole): const + (-1)^n (g(n + 1/2) / 2 - g''(n + 1/2) / 16); the next terms are below 1e-9 from 64
// lags on. Sums up to N - 1 - n are those up to n, as the kernel is odd.

BoxHilbert::BoxHilbert(std::int64_t period, std::int64_t begin, std::int64_t end)
    : kernel_(period), begin_(begin), end_(end) {
  std::array<double, n_exact + 1> slow_direct{};
  std::array<double, n_exact + 1> alternating_direct{};
  for (std::size_t n = 1; n <= n_exact; ++n) {
    const auto lag = static_cast<double>(n);
    slow_direct[n] = slow_direct[n - 1] + kernel_.slow(lag);
    alternating_direct[n] =
        alternating_direct[n - 1] + sign_of(static_cast<std::int64_t>(n)) * kernel_.alternating(lag);
  }
  const double slow_rest = slow_direct[n_exact] - slow_sum(n_exact);
  const double alternating_rest = alternating_direct[n_exact] - alternating_sum(n_exact);  // n_exact is even
  for (std::size_t n = 0; n < n_exact; ++n) {
    slow_[n] = slow_direct[n] - slow_rest;
    alternating_[n] = sign_of(static_cast<std::int64_t>(n)) * (alternating_direct[n] - alternating_rest);
  }
}

double BoxHilbert::slow_sum(double n) const {
  const auto period = static_cast<double>(kernel_.period());
  const double m = std::min(n, period - 1 - n);
  if (m < n_exact) return slow_[static_cast<std::size_t>(m)];
  const double sine = std::sin(pi * (m + 0.5) / period);
  return std::log(sine) / pi + pi / (24 * period * period * sine * sine);
}

double BoxHilbert::alternating_sum(double n) const {
  const auto period = static_cast<double>(kernel_.period());
  const double m = std::min(n, period - 1 - n);
  const double turned = m == n ? 1.0 : -sign_of(kernel_.period());  // (-1)^(N - 1)
  if (m < n_exact) return turned * alternating_[static_cast<std::size_t>(m)];
  const double x = m + 0.5;
  return turned * (kernel_.alternating(x) / 2 + 1 / (8 * pi * x * x * x));
}

double BoxHilbert::slow(double t) const {
  return slow_sum(t - static_cast<double>(begin_)) - slow_sum(static_cast<double>(end_ - 1) - t);
}

double BoxHilbert::alternating(double t) const {
  return sign_of(begin_) * alternating_sum(t - static_cast<double>(begin_)) -
         sign_of(end_ - 1) * alternating_sum(static_cast<double>(end_ - 1) - t);
}

void BoxHilbert::fill(std::int64_t first, std::span<double> values) const {
  const auto count = static_cast<std::int64_t>(values.size());
  const std::int64_t nearest = std::min(first - begin_, end_ - first - count);
  constexpr int most_terms = 16;
  if (nearest < count || count < most_terms) {
    for (std::int64_t i = 0; i < count; ++i) {
      const auto t = static_cast<double>(first + i);
      values[static_cast<std::size_t>(i)] = slow(t) + sign_of(first + i) * alternating(t);
    }
    return;
  }
  // Far from the ends: a Chebyshev series, which converges like rho^-n, to 1e-12.
  const double half = static_cast<double>(count) / 2;
  const double ratio = static_cast<double>(nearest) / half + 1;
  const double rho = ratio + std::sqrt(ratio * ratio - 1);
  const int n_terms = std::clamp(static_cast<int>(std::ceil(std::log(1e12) / std::log(rho))), 3, most_terms);
  constexpr std::size_t group = 8;                            // times side by side
  std::array<std::array<double, group>, most_terms> terms{};  // [term][even and odd times in turn]
  for (int i = 0; i < n_terms; ++i) {
    const double angle = pi * (i + 0.5) / n_terms;
    const double t = static_cast<double>(first) + half * (1 + std::cos(angle));
    const double slow_value = slow(t);
    const double alternating_value = alternating(t);
    for (int k = 0; k < n_terms; ++k) {
      const double weight = (k == 0 ? 1.0 : 2.0) / n_terms * std::cos(k * angle);
      for (std::size_t j = 0; j < group; ++j) {
        const double sign = sign_of(first + static_cast<std::int64_t>(j));
        terms[static_cast<std::size_t>(k)][j] += weight * (slow_value + sign * alternating_value);
      }
    }
  }
  for (std::int64_t i = 0; i < count; i += static_cast<std::int64_t>(group)) {  // Clenshaw's recurrence
    std::array<double, group> x{};
    std::array<double, group> b1{};
    std::array<double, group> b2{};
    for (std::size_t j = 0; j < group; ++j) x[j] = (static_cast<double>(i) + static_cast<double>(j)) / half - 1;
    for (std::size_t k = static_cast<std::size_t>(n_terms); k-- > 1;) {
      for (std::size_t j = 0; j < group; ++j) {
        const double b0 = terms[k][j] + 2 * x[j] * b1[j] - b2[j];
        b2[j] = b1[j];
        b1[j] = b0;
      }
    }
    const auto used = static_cast<std::size_t>(std::min<std::int64_t>(group, count - i));
    for (std::size_t j = 0; j < used; ++j) {
      values[static_cast<std::size_t>(i) + j] = terms[0][j] + x[j] * b1[j] - b2[j];
    }
  }
}

}  // namespace pac::cpu
