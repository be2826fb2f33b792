// The band transform: one row's spectrum to the analytic signals of 16 bands at once, one band a lane, for `--hilbert
// extended`. Its length is the definition's own (7-smooth, often with a single factor 2), which FFTW transforms three
// times slower than a power of two because it vectorises along the signal; across bands every length is as good. The
// filter's gain is applied at the load, the amplitude or phase bin taken at the store: no complex signal is written
// back.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "model/cpu/lane_ops.hpp"

namespace pac::cpu {

/// Factors and twiddles of an inverse transform of a 7-smooth length.
class BandTransformPlan {
 public:
  /// Longest transform: rows that are transformed whole, up to where blocks begin with usual bands. Longer ones are
  /// FFTW's, of which two bands of 32768 samples take as long as four here.
  static constexpr std::int64_t longest = 65536;

  explicit BandTransformPlan(std::int64_t length);
  /// Frequency of each input of the leaves, [size]; -1 beyond the spectrum.
  [[nodiscard]] const std::vector<std::int32_t>& order() const { return order_; }
  [[nodiscard]] BandTransform view() const;
  /// Floats of scratch that a transform of this length works in.
  static std::int64_t work_floats(std::int64_t length) {
    const std::int64_t size = length % 2 == 0 ? length / 2 : length;
    return 2 * size * lanes;
  }
  /// The same of a block of a long row, whose spectrum has negative frequencies too.
  static std::int64_t block_work_floats(std::int64_t length) { return work_floats(length) + 2 * length; }
  /// The same of a cropped transform, from the lengths of filter and Hilbert transform.
  static std::int64_t cropped_work_floats(std::int64_t filter, std::int64_t hilbert) {
    return 2 * lanes * (hilbert + std::max(filter, hilbert) / 2);
  }
  /// Floats of a spectrum as LaneOps::order_spectrum or order_real_spectrum lays it out.
  static std::int64_t ordered_floats(std::int64_t length) { return 2 * length + 1; }

 private:
  std::int64_t length_;
  std::int64_t size_;                 ///< of a transform: half the length where it is even
  std::vector<int> radix_;            ///< [pass] leaf first
  std::vector<std::int64_t> first_;   ///< [pass] place of its twiddles
  std::vector<float> twiddle_;        ///< per pass [k][q - 1] complex
  std::vector<std::int32_t> order_;   ///< [size]
  std::vector<float> turn_;           ///< [size] complex
  std::vector<std::int32_t> mirror_;  ///< [size] where the length is even
};

}  // namespace pac::cpu
