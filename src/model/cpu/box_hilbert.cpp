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
  constexpr int n_nodes = 16;
  if (std::min(first - begin_, end_ - first - count) < count || count < n_nodes) {
    for (std::int64_t i = 0; i < count; ++i) {
      const auto t = static_cast<double>(first + i);
      values[static_cast<std::size_t>(i)] = slow(t) + sign_of(first + i) * alternating(t);
    }
    return;
  }
  // Far from the ends: Chebyshev polynomials through 16 nodes, error below 1e-12.
  std::array<double, n_nodes> slow_terms{};
  std::array<double, n_nodes> alternating_terms{};
  const double half = static_cast<double>(count) / 2;
  for (int i = 0; i < n_nodes; ++i) {
    const double angle = pi * (i + 0.5) / n_nodes;
    const double t = static_cast<double>(first) + half * (1 + std::cos(angle));
    const double slow_value = slow(t);
    const double alternating_value = alternating(t);
    for (int k = 0; k < n_nodes; ++k) {
      const double weight = (k == 0 ? 1.0 : 2.0) / n_nodes * std::cos(k * angle);
      slow_terms[static_cast<std::size_t>(k)] += weight * slow_value;
      alternating_terms[static_cast<std::size_t>(k)] += weight * alternating_value;
    }
  }
  for (std::int64_t i = 0; i < count; ++i) {
    const double x = static_cast<double>(i) / half - 1;
    const double sign = sign_of(first + i);
    double b1 = 0;
    double b2 = 0;
    for (std::size_t k = n_nodes; k-- > 1;) {
      const double b0 = slow_terms[k] + sign * alternating_terms[k] + 2 * x * b1 - b2;
      b2 = b1;
      b1 = b0;
    }
    values[static_cast<std::size_t>(i)] = slow_terms[0] + sign * alternating_terms[0] + x * b1 - b2;
  }
}

}  // namespace pac::cpu
