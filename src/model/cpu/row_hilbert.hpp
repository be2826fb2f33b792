// The Hilbert transform of a whole row, delivered block by block: filters commute with it, so one per row serves all
// bands. Its kernel is cut smoothly in two: a near part of +-near_reach samples, applied by transforms of a block's
// length, and a far part, so smooth that the row decimated by low_pass_reach / 11 is enough for it (with the
// alternating row (-1)^t x beside it, for frequencies near half the sampling rate). Both cuts are at -140 and -120 dB.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/cpu/fft.hpp"
#include "model/cpu/long_geometry.hpp"

namespace pac::cpu {

/// A row's samples as the Hilbert transform wants them: [pad + T + pad] floats without their mean, to be scaled.
struct ScaledRow {
  std::span<const float> samples;
  float scale = 1;
};

class RowHilbert {
 public:
  explicit RowHilbert(const LongGeometry& geometry);

  /// Decimated samples [first, first + count) of the row and of its alternating twin.
  void decimate(const ScaledRow& row, std::int64_t first, std::int64_t count, float* slow, float* alternating) const;
  /// Their far part, in place: what even and what odd times receive. a, b: [far_floats()] scratch.
  void transform_far(float* slow, float* alternating, float* a, float* b) const;
  /// The Hilbert transform h[block] at the times first, first + 1, ..; meaningful within the extended row. a, b:
  /// [near_floats()] scratch; h may be within b.
  const float* block(const ScaledRow& row, std::int64_t first, const float* even, const float* odd, float* a,
                     float* b) const;
  /// The row's samples at the times first.. (zero beyond its extension), scaled.
  void samples(const ScaledRow& row, std::int64_t first, std::int64_t count, float* out) const;

  [[nodiscard]] std::int64_t bytes() const {
    return near_kernel_.bytes() + slow_kernel_.bytes() + alternating_kernel_.bytes();
  }
  static std::int64_t near_floats(const LongGeometry& g) { return g.near_length + 32; }
  static std::int64_t far_floats(const LongGeometry& g) { return g.far_length + 32; }

 private:
  void add_samples(const ScaledRow& row, std::int64_t first, std::int64_t count, std::int64_t turn, float* out) const;
  void make_far_kernels();
  LongGeometry geometry_;
  Fft near_forward_;
  Fft near_backward_;
  Fft far_forward_;
  Fft far_backward_;
  AlignedArray<float> near_kernel_;         ///< [near_length / 2 + 1] imaginary parts of its spectrum / length
  AlignedArray<float> slow_kernel_;         ///< [far_length / 2 + 1] likewise
  AlignedArray<float> alternating_kernel_;  ///< [far_length / 2 + 1]
  std::vector<double> low_pass_;            ///< [2 low_pass_reach]
  std::vector<float> interpolation_;        ///< the same
};

}  // namespace pac::cpu
