// Filter and Hilbert transform around plain complex transforms: where these do not fit BandSignals. `extended`: the
// one-sided spectrum times gain is all; `cropped`: two bands share each complex transform.
#pragma once

#include "kernels/context.hpp"

namespace pac::kernels {

/// out[row][band][length] = spectrum[row] times the band's one-sided gain; zeros at the negative frequencies.
struct ApplyOneSidedGain {
  static constexpr bool cooperative = false;
  const Complex* spectrum;  ///< [tile_rows][n_frequencies]
  const float* gain;        ///< [n_bands][n_frequencies]
  Complex* out;             ///< [tile_rows][n_bands][length]
  std::int64_t length;
  std::int64_t n_frequencies;  ///< length / 2 + 1
  std::int64_t n_bands;
  std::int64_t tile_rows;

  [[nodiscard]] Shape shape() const { return elementwise(length, n_bands, tile_rows); }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t f = element_of(c);
    if (f >= length) return;
    const std::int64_t band = c.block().y;
    const std::int64_t row = c.block().z;
    Complex value{0, 0};
    if (f < n_frequencies) {
      const Complex x = spectrum[row * n_frequencies + f];
      const float g = gain[band * n_frequencies + f];
      value = {x.re * g, x.im * g};
    }
    out[(row * n_bands + band) * length + f] = value;
  }
};

/// out[row][pair][length] = spectrum[row], negative frequencies too, times (gain of the first band + i gain of the
/// second): its inverse transform is the first filtered signal + i the second.
struct ApplyPairGain {
  static constexpr bool cooperative = false;
  const Complex* spectrum;  ///< [tile_rows][n_frequencies]
  const float* gain;        ///< [2 n_pairs][n_frequencies], over length; zeros for a band that is not there
  Complex* out;             ///< [tile_rows][n_pairs][length]
  std::int64_t length;
  std::int64_t n_frequencies;  ///< length / 2 + 1
  std::int64_t n_pairs;
  std::int64_t tile_rows;

  [[nodiscard]] Shape shape() const { return elementwise(length, n_pairs, tile_rows); }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t i = element_of(c);
    if (i >= length) return;
    const std::int64_t pair = c.block().y;
    const std::int64_t row = c.block().z;
    const bool mirrored = i >= n_frequencies;
    const std::int64_t f = mirrored ? length - i : i;
    const Complex x = spectrum[row * n_frequencies + f];
    const float im = mirrored ? -x.im : x.im;
    const float g = gain[2 * pair * n_frequencies + f];
    const float h = gain[(2 * pair + 1) * n_frequencies + f];
    out[(row * n_pairs + pair) * length + i] = {x.re * g - im * h, x.re * h + im * g};
  }
};

/// Zeros at [begin, end) of each of n_units x tile_rows signals of `length`: what `cropped` pads a cut signal with.
struct ZeroTail {
  static constexpr bool cooperative = false;
  Complex* signal;  ///< [tile_rows][n_units][length]
  std::int64_t length;
  std::int64_t begin;
  std::int64_t end;
  std::int64_t n_units;
  std::int64_t tile_rows;

  [[nodiscard]] Shape shape() const { return elementwise(end - begin, n_units, tile_rows); }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t i = begin + element_of(c);
    if (i >= end) return;
    const std::int64_t unit = static_cast<std::int64_t>(c.block().z) * n_units + c.block().y;
    signal[unit * length + i] = {0, 0};
  }
};

/// spectrum[..][length] times -i sgn(f) / length, in place: the Hilbert transforms of both signals of a pair.
struct HilbertTurn {
  static constexpr bool cooperative = false;
  Complex* spectrum;  ///< [tile_rows][n_units][length]
  std::int64_t length;
  std::int64_t n_units;
  std::int64_t tile_rows;
  float scale;  ///< 1 / length

  [[nodiscard]] Shape shape() const { return elementwise(length, n_units, tile_rows); }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t f = element_of(c);
    if (f >= length) return;
    const std::int64_t unit = static_cast<std::int64_t>(c.block().z) * n_units + c.block().y;
    Complex& value = spectrum[unit * length + f];
    const float sign = f == 0 || 2 * f == length ? 0.0F : 2 * f < length ? scale : -scale;
    value = {value.im * sign, -value.re * sign};
  }
};

}  // namespace pac::kernels
