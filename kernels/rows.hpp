// From extended rows to spectra, around cuFFT's forward transform: rows laid onto circles, their means added back.
#pragma once

#include "kernels/context.hpp"

namespace pac::kernels {

/// What a row is brought to before single precision works on it: samples times scale (a power of two that brings them
/// near 1), and its mean times scale.
struct RowScale {
  float scale;
  float offset;
};

/// circle[row][length] = a row's T own samples, `pad` samples of extension behind them, zeros, and `pad` samples of
/// extension before them at the end, as filtering by multiplication of spectra wants them. Rows behind n_rows (the last
/// tile is padded) become zeros.
struct LayCircle {
  static constexpr bool cooperative = false;
  const float* samples;    ///< [row][row_pad + T + row_pad]
  const RowScale* scales;  ///< [row]
  float* circle;           ///< [tile_rows][length]
  std::int64_t length;
  std::int64_t n_times;
  std::int64_t row_pad;
  std::int64_t pad;  ///< <= row_pad
  std::int64_t n_rows;
  std::int64_t tile_rows;

  [[nodiscard]] Shape shape() const { return elementwise(length, tile_rows); }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t i = element_of(c);
    const std::int64_t row = c.block().y;
    if (i >= length) return;
    float value = 0;
    if (row < n_rows) {
      const float* const first = samples + row * (n_times + 2 * row_pad) + row_pad;
      if (i < n_times + pad) value = first[i] * scales[row].scale;
      if (i >= length - pad) value = first[i - length] * scales[row].scale;
    }
    circle[row * length + i] = value;
  }
};

/// spectrum[row][n_frequencies] += the row's mean times `box`, the spectrum of ones over the extended row: the mean
/// stays out of single precision until here.
struct AddMean {
  static constexpr bool cooperative = false;
  const RowScale* scales;  ///< [row]
  const Complex* box;      ///< [n_frequencies]
  Complex* spectrum;       ///< [tile_rows][n_frequencies]
  std::int64_t n_frequencies;
  std::int64_t n_rows;

  [[nodiscard]] Shape shape() const { return elementwise(n_frequencies, n_rows); }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t f = element_of(c);
    const std::int64_t row = c.block().y;
    if (f >= n_frequencies) return;
    const float offset = scales[row].offset;
    Complex& value = spectrum[row * n_frequencies + f];
    value.re += offset * box[f].re;
    value.im += offset * box[f].im;
  }
};

}  // namespace pac::kernels
