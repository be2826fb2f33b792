// The Hilbert transform of ones over a stretch of a circle, for the mean that a row carries apart: in double precision,
// at any time within the stretch. Also the circle's Hilbert kernel itself.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace pac::cpu {

/// Kernel of the Hilbert transform on a circle of N samples, -i sgn(f) with 0 at f = 0 and N/2. At lag d it is slow(d)
/// +
/// (-1)^d alternating(d), both smooth but for the lags 0 and N: cot(pi d / N) / N, and minus the same (even N) or minus
/// 1 / (N sin(pi d / N)) (odd N). The sums of these over frequencies are in any table of trigonometric series.
class CircleKernel {
 public:
  explicit CircleKernel(std::int64_t period) : period_(period) {}
  [[nodiscard]] std::int64_t period() const { return period_; }
  [[nodiscard]] double slow(double lag) const;
  [[nodiscard]] double alternating(double lag) const;
  /// At a whole lag; 0 at multiples of the period.
  [[nodiscard]] double at(std::int64_t lag) const;

 private:
  std::int64_t period_;
};

class BoxHilbert {
 public:
  /// Ones at [begin, end), at most a period.
  BoxHilbert(std::int64_t period, std::int64_t begin, std::int64_t end);
  /// Values at the times first, first + 1, .. within the box.
  void fill(std::int64_t first, std::span<double> values) const;
  /// value(t) = slow(t) + (-1)^t alternating(t).
  [[nodiscard]] double slow(double t) const;
  [[nodiscard]] double alternating(double t) const;

 private:
  static constexpr int n_exact = 64;  ///< sums of so few terms are taken one by one
  [[nodiscard]] double slow_sum(double n) const;
  [[nodiscard]] double alternating_sum(double n) const;
  CircleKernel kernel_;
  std::int64_t begin_;
  std::int64_t end_;
  std::array<double, n_exact> slow_{};  ///< sum of the first n terms, less the constant that the formula leaves out
  std::array<double, n_exact> alternating_{};
};

}  // namespace pac::cpu
