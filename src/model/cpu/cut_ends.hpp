// The default definition on long rows: the filtered row is cut to its T samples before its Hilbert transform. Filters
// commute with the Hilbert transform of the uncut row x (zero beyond its extension), so that of the cut one is
//
//     h(t) = (g * H x)(t) - sum over s beyond the row's ends of kernel(t - s) (g * x)(s),
//
// exactly, with the circle's kernel. The filtered signals beyond an end are 2 pad samples at most. Near the ends the
// sum is a transform of that length; elsewhere the kernel is smooth, and it is interpolated: 8 Chebyshev nodes beyond
// each end carry charges that stand for the 2 pad samples, and a polynomial in time takes their effect on an interval.
// All errors are below 1e-6 of the amplitude at the row's end.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "model/cpu/box_hilbert.hpp"
#include "model/cpu/fft.hpp"
#include "model/cpu/lane_ops.hpp"
#include "model/cpu/long_geometry.hpp"

namespace pac::cpu {

class CutEnds {
 public:
  static constexpr int n_terms = 8;                  ///< most terms of a polynomial, and nodes it goes through
  static constexpr int n_nodes = 8;                  ///< charges beyond each end
  static constexpr int n_charges = 2 * n_nodes + 1;  ///< both ends', and the mean's
  static constexpr std::int64_t charge_doubles = 2 * n_charges * lanes;  ///< [slow, alternating][charge][lane]

  /// Charges to polynomial coefficients of an interval, the same for all bands.
  struct Pull {
    int terms = 1;
    std::array<std::array<double, n_charges>, n_terms> slow{};
    std::array<std::array<double, n_charges>, n_terms> alternating{};
  };
  enum Sources : unsigned { left = 1, right = 2, mean = 4 };

  explicit CutEnds(const LongGeometry& geometry);

  /// Charges of one tile from its filtered signals beyond the ends, [2 pad][lane] each in order of time, and of the
  /// rows' mean times the filters' gains at 0, [lane].
  void charge(const float* before, const float* behind, const double* mean_gain, double* charges) const;

  /// The sum's effect on the `window` samples at an end (0 or 1), for one tile: near[window][lane], counted inwards.
  /// own and other: filtered signals beyond this end and the other, as for charge(). a, b: [window_floats()] scratch.
  void transform_window(int end, const float* own, const float* other, float* a, float* b, float* near) const;

  /// Whether one polynomial serves [first, first + count) with its mean and both ends.
  [[nodiscard]] bool is_far(std::int64_t first, std::int64_t count) const;
  [[nodiscard]] Pull pull(std::int64_t first, std::int64_t count, unsigned sources) const;
  /// coefficients[parity][pull.terms][lane], as BlockCorrection::imaginary wants them.
  static void coefficients(const Pull& pull, const double* charges, std::int64_t first, float* coefficients);

  /// The Hilbert transform of the row's mean, per unit, at the times first, first + 1, ..
  void fill_mean(std::int64_t first, std::span<double> values) const { box_.fill(first, values); }
  /// The whole correction near the ends: series[count][lane] for the times first... near: [end][window][lane];
  /// mean_series: as fill_mean makes it.
  void fill(const LaneOps& ops, std::int64_t first, std::int64_t count, const double* charges, const float* near,
            std::span<const double> mean_series, float* series) const;

  [[nodiscard]] std::int64_t bytes() const {
    return kernel_.bytes() + static_cast<std::int64_t>(lagrange_.size() * sizeof(double));
  }
  static std::int64_t window_floats(const LongGeometry& g) { return 2 * g.window_length + 32; }

 private:
  void fill_smooth(const LaneOps& ops, std::int64_t first, std::int64_t end, std::int64_t origin, const double* charges,
                   float* series) const;
  void fill_interval(const LaneOps& ops, std::int64_t first, std::int64_t end, unsigned sources, const double* charges,
                     float* series) const;
  LongGeometry geometry_;
  CircleKernel circle_;
  BoxHilbert box_;
  Fft forward_;
  Fft backward_;
  AlignedArray<float> kernel_;          ///< [window_length] complex spectrum / length
  std::vector<double> lagrange_;        ///< [2 pad, outwards][node]
  std::array<double, n_nodes> node_{};  ///< places of the charges, outwards
  std::array<std::array<std::array<double, n_terms>, n_terms>, n_terms> monomial_{};  ///< [terms - 1][term][node]
};

}  // namespace pac::cpu
