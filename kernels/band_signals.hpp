// Filter, Hilbert transform, phase bin and amplitude of a band, or a pair of bands, in one go: a row's spectrum in,
// bins or amplitudes out, everything between in shared memory.
#pragma once

#include "kernels/analytic.hpp"
#include "kernels/block_transform.hpp"

namespace pac::kernels {

/// A block for each row and unit: `extended`: a band, whose analytic signal is the inverse transform of the one-sided
/// spectrum; `cropped`: a pair of bands, filtered together as real and imaginary part, cut, and Hilbert-transformed.
///
/// Inverse transforms are forward ones of numbers with real and imaginary parts swapped, before and after.
struct BandSignals {
  static constexpr bool cooperative = true;
  static constexpr unsigned most_threads = 1024;

  const Complex* spectrum;  ///< [tile_rows][n_frequencies]
  const float* gain;        ///< [n_bands, or 2 n_units][n_frequencies], over length; `extended`: doubled in between
  TransformStages filter;   ///< of the filter's length
  TransformStages hilbert;  ///< of the Hilbert transform; none: `extended`
  PhaseEdges edges;
  std::uint8_t* bins;  ///< [row][n_bands][stride], or null
  float* amplitudes;   ///< the same, or null
  std::int64_t stride;
  std::uint32_t n_frequencies;  ///< length / 2 + 1
  std::uint32_t n_times;
  std::uint32_t n_bands;
  std::uint32_t n_units;
  std::uint32_t n_rows;

  /// Shared memory: two arrays for the filter's transform; `cropped`, three for the Hilbert transform, the first of
  /// them the filtered signals.
  static constexpr std::size_t bytes_for(std::int64_t length, std::int64_t hilbert_length) {
    const std::int64_t two = 2 * spaced_length(length);
    const std::int64_t three = 3 * spaced_length(hilbert_length);
    return sizeof(Complex) * static_cast<std::size_t>(two > three ? two : three);
  }

  [[nodiscard]] Shape shape() const {
    constexpr std::size_t half_of_a_multiprocessor = std::size_t{113} << 10;
    const std::size_t bytes = bytes_for(filter.length, hilbert.length);
    const unsigned most = bytes <= half_of_a_multiprocessor ? most_threads / 2 : most_threads;
    const unsigned wanted = (filter.length / 8 + warp_size - 1) / warp_size * warp_size;
    return {{n_units, n_rows, 1}, wanted < warp_size ? warp_size : wanted < most ? wanted : most, bytes};
  }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    Complex* const filtered = c.template shared<Complex>();
    Complex* const second = filtered + spaced_length(filter.length);
    const std::uint32_t unit = c.block().x;
    const std::uint32_t row = c.block().y;
    const bool pairs = hilbert.count > 0;
    // 0: to filtered signals; 1: to their spectra; 2: to their Hilbert transforms. From where the first array gets
    // them.
    const bool odd = filter.count % 2 == 1;
    Complex* from = odd ? second : filtered;
    Complex* to = odd ? filtered : second;
    for (std::uint32_t i = c.thread(); i < filter.length; i += c.threads()) {
      from[spaced(i)] = swapped(pairs ? of_pair(row, unit, i) : one_sided(row, unit, i));
    }
    for (int step = 0; step < (pairs ? 3 : 1); ++step) {
      c.sync();
      Complex* const result = transform(c, step == 0 ? filter : hilbert, from, to);
      if (step == 0) {
        from = filtered + spaced_length(hilbert.length);
        to = from + spaced_length(hilbert.length);
        for (std::uint32_t i = c.thread(); i < hilbert.length; i += c.threads()) {
          from[spaced(i)] = i < n_times ? filtered[spaced(i)] : Complex{0, 0};
        }
      } else {
        to = result == from ? to : from;
        from = result;
        if (step == 1) turn(c, from);
      }
    }
    keep(c, row, unit, filtered, pairs ? from : nullptr);
  }

 private:
  KERNEL_FN Complex one_sided(std::uint32_t row, std::uint32_t band, std::uint32_t i) const {
    if (i >= n_frequencies) return {0, 0};
    return spectrum[static_cast<std::size_t>(row) * n_frequencies + i] *
           gain[static_cast<std::size_t>(band) * n_frequencies + i];
  }

  KERNEL_FN Complex of_pair(std::uint32_t row, std::uint32_t pair, std::uint32_t i) const {
    const bool mirrored = i >= n_frequencies;
    const std::uint32_t f = mirrored ? filter.length - i : i;
    const Complex x = spectrum[static_cast<std::size_t>(row) * n_frequencies + f];
    const float* const own = gain + static_cast<std::size_t>(2 * pair) * n_frequencies + f;
    return Complex{x.re, mirrored ? -x.im : x.im} * Complex{own[0], own[n_frequencies]};
  }

  /// Times -i sgn(f) / length, and swapped for the inverse transform.
  template <class C>
  KERNEL_FN void turn(const C& c, Complex* numbers) const {
    const std::uint32_t n = hilbert.length;
    const float scale = 1.0F / static_cast<float>(n);
    for (std::uint32_t f = c.thread(); f < n; f += c.threads()) {
      Complex& value = numbers[spaced(f)];
      const float sign = f == 0 || 2 * f == n ? 0.0F : 2 * f < n ? scale : -scale;
      value = swapped(turned_back(value) * sign);
    }
  }

  /// `filtered`: swapped; `turned`: Hilbert transforms of the swapped, swapped; null: `filtered` is the analytic
  /// signal.
  template <class C>
  KERNEL_FN void keep(const C& c, std::uint32_t row, std::uint32_t unit, const Complex* filtered,
                      const Complex* turned) const {
    const std::uint32_t band = turned == nullptr ? unit : 2 * unit;
    const std::int64_t at = (static_cast<std::int64_t>(row) * n_bands + band) * stride;
    const bool two = turned != nullptr && band + 1 < n_bands;
    for (std::uint32_t t = c.thread(); t < n_times; t += c.threads()) {
      const Complex x = filtered[spaced(t)];
      const Complex y = turned == nullptr ? Complex{x.re, 0} : turned[spaced(t)];
      keep_one(at + t, x.im, y.re);
      if (two) keep_one(at + stride + t, x.re, y.im);
    }
  }

  KERNEL_FN void keep_one(std::int64_t at, float re, float im) const {
    if (bins != nullptr) {
      bins[at] = phase_bin(re, im, edges);
    } else {
      amplitudes[at] = magnitude(re, im);
    }
  }
};

}  // namespace pac::kernels
