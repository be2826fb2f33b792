// Coupling from the samples themselves: sums over time of the phase's phasors times the amplitude (mean vector length,
// normalised direct PAC), or times the phasors of the amplitude's own phase (phase-locking value), observed and
// shifted. Definitions: enum Measure in src/core/comodulogram.hpp.
#pragma once

#include <cmath>
#include <type_traits>

#include "kernels/analytic.hpp"
#include "kernels/rows.hpp"

namespace pac::kernels {

/// phasors[row][band][stride] = z / |z| of the first n_times samples; 1 where z is 0.
struct ToPhasors {
  static constexpr bool cooperative = false;
  AnalyticView signal;
  Complex* phasors;
  std::int64_t stride;
  std::int64_t n_times;
  std::int64_t n_bands;
  std::int64_t n_rows;

  [[nodiscard]] Shape shape() const { return elementwise(n_times, n_bands, n_rows); }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    with_sample(c, *this, [&](std::int64_t at, Complex z) {
      const float size = magnitude(z.re, z.im);
      phasors[at] = size > 0 ? Complex{z.re / size, z.im / size} : Complex{1, 0};
    });
  }
};

/// signal[row][pair][length] = amplitude of band 2 pair + i that of the next one, zeros from n_times on and for a band
/// that is not there: what a Hilbert transform of both takes.
struct PackPairs {
  static constexpr bool cooperative = false;
  const float* amplitudes;  ///< [tile_rows][n_bands][stride]
  Complex* signal;
  std::int64_t stride;
  std::int64_t n_times;
  std::int64_t length;
  std::int64_t n_bands;
  std::int64_t n_rows;  ///< those behind are zeros
  std::int64_t tile_rows;

  [[nodiscard]] Shape shape() const { return elementwise(length, (n_bands + 1) / 2, tile_rows); }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t t = element_of(c);
    if (t >= length) return;
    const std::int64_t row = c.block().z;
    const std::int64_t pairs = (n_bands + 1) / 2;
    const auto value = [&](std::int64_t band) {
      return row < n_rows && t < n_times && band < n_bands ? amplitudes[(row * n_bands + band) * stride + t] : 0.0F;
    };
    const std::int64_t pair = c.block().y;
    signal[(row * pairs + pair) * length + t] = {value(2 * pair), value(2 * pair + 1)};
  }
};

/// Mean of a band's amplitude and its sample standard deviation (ddof 1).
struct alignas(16) Moments {
  double mean;
  double deviation;
};

/// The lanes' sum on every lane of the warp.
template <class C>
KERNEL_FN double sum_of_warp(const C& c, double value) {
  for (unsigned mask = warp_size / 2; mask > 0; mask /= 2) value += c.shuffle_xor(value, mask);
  return value;
}

/// moments[row][n_amp]. A warp for each band.
struct AmplitudeMoments {
  static constexpr bool cooperative = true;
  const float* amplitudes;  ///< [tile_rows][n_amp][stride]
  Moments* moments;
  std::int64_t stride;
  std::int64_t n_times;
  std::uint32_t n_amp;
  std::uint32_t n_rows;

  [[nodiscard]] Shape shape() const { return {{n_amp, n_rows, 1}, warp_size, 0}; }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t at = static_cast<std::int64_t>(c.block().y) * n_amp + c.block().x;
    const float* const own = amplitudes + at * stride;
    double sum = 0;
    for (std::int64_t t = c.thread(); t < n_times; t += warp_size) sum += static_cast<double>(own[t]);
    const double mean = sum_of_warp(c, sum) / static_cast<double>(n_times);
    double squares = 0;
    for (std::int64_t t = c.thread(); t < n_times; t += warp_size) {
      const double rest = static_cast<double>(own[t]) - mean;
      squares += rest * rest;
    }
    squares = sum_of_warp(c, squares);
    if (c.thread() == 0) moments[at] = {mean, sqrt(squares / static_cast<double>(n_times - 1))};
  }
};

struct alignas(16) Sum2 {
  double re;
  double im;
};

/// sums[row][n_pha] = sum of a phase band's phasors. A warp for each band.
struct PhasorSums {
  static constexpr bool cooperative = true;
  const Complex* phasors;  ///< [tile_rows][n_pha][stride]
  Sum2* sums;
  std::int64_t stride;
  std::int64_t n_times;
  std::uint32_t n_pha;
  std::uint32_t n_rows;

  [[nodiscard]] Shape shape() const { return {{n_pha, n_rows, 1}, warp_size, 0}; }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t at = static_cast<std::int64_t>(c.block().y) * n_pha + c.block().x;
    const Complex* const own = phasors + at * stride;
    double re = 0;
    double im = 0;
    for (std::int64_t t = c.thread(); t < n_times; t += warp_size) {
      re += static_cast<double>(own[t].re);
      im += static_cast<double>(own[t].im);
    }
    re = sum_of_warp(c, re);
    im = sum_of_warp(c, im);
    if (c.thread() == 0) sums[at] = {re, im};
  }
};

/// With Value float: mvl and ndpac of phases at t beside amplitudes at (t + shift) mod n_times; with Value Complex (the
/// amplitude's own phasors): plv. Each is [row][phase band][most_shifts][padded_amp], or null where not wanted.
///
/// A block has one amplitude band, which it copies to shared memory (Staged), and `width` phase bands; a thread has a
/// shift. All threads read the same phasors at once. Float sums over `run` samples, added in double precision.
template <bool Staged, class Value>
struct VectorSums {
  static constexpr bool cooperative = true;
  static constexpr unsigned most_threads = 256;
  static constexpr unsigned width = 4;
  static constexpr std::uint32_t run = 64;

  const Complex* phasors;       ///< [tile_rows][n_pha][stride]
  const Value* values;          ///< [tile_rows][n_amp][stride]
  const std::uint8_t* quality;  ///< [row][n_pha][n_amp]; 2: undefined
  const RowScale* scales;       ///< [row] what samples were multiplied with; mvl alone
  const Moments* moments;       ///< [row][n_amp]; ndpac alone
  const Sum2* phasor_sums;      ///< [row][n_pha]; ndpac alone
  const std::uint32_t* shifts;  ///< [row][n_perm]; null: one shift of 0
  float* mvl;
  float* ndpac;
  float* plv;
  std::int64_t stride;
  std::uint32_t n_times;
  std::uint32_t n_pha;
  std::uint32_t n_amp;
  std::uint32_t padded_amp;
  std::uint32_t n_rows;
  std::uint32_t n_perm;
  std::uint32_t first_perm;  ///< permutations [first_perm, first_perm + n_shifts) are this launch's
  std::uint32_t n_shifts;
  std::uint32_t most_shifts;  ///< of any launch: extent of the results
  float undefined;            ///< NaN

  [[nodiscard]] Shape shape() const {
    const auto wanted = static_cast<unsigned>(ceil_div(n_shifts, warp_size) * warp_size);
    return {{n_amp, n_rows, static_cast<unsigned>(ceil_div(n_pha, width))},
            wanted < most_threads ? wanted : most_threads,
            Staged ? sizeof(Value) * n_times : 0};
  }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t row = c.block().y;
    const std::int64_t a = c.block().x;
    const Value* own = values + (row * n_amp + a) * stride;
    if constexpr (Staged) {
      Value* const copy = c.template shared<Value>();
      for (std::uint32_t t = c.thread(); t < n_times; t += c.threads()) copy[t] = own[t];
      c.sync();
      own = copy;
    }
    const std::uint32_t first_band = c.block().z * width;
    for (std::uint32_t k = c.thread(); k < n_shifts; k += c.threads()) {
      const std::uint32_t shift = shifts == nullptr ? 0 : shifts[row * n_perm + first_perm + k];
      Sum2 sums[width] = {};
      add_all(own, row, first_band, shift, sums);
      for (unsigned q = 0; q < width && first_band + q < n_pha; ++q) store(row, first_band + q, a, k, sums[q]);
    }
  }

 private:
  KERNEL_FN static void add(Sum2& sum, float re, float im) {
    sum.re += static_cast<double>(re);
    sum.im += static_cast<double>(im);
  }

  KERNEL_FN void add_all(const Value* own, std::int64_t row, std::uint32_t first_band, std::uint32_t shift,
                         Sum2* sums) const {
    const Complex* bands[width];
    for (unsigned q = 0; q < width; ++q) {  // a band too many is summed like the last one, and not stored
      const std::uint32_t p = first_band + q < n_pha ? first_band + q : n_pha - 1;
      bands[q] = phasors + (row * n_pha + p) * stride;
    }
    std::uint32_t place = shift;
    for (std::uint32_t begin = 0; begin < n_times; begin += run) {
      const std::uint32_t end = begin + run < n_times ? begin + run : n_times;
      float re[width] = {};
      float im[width] = {};
      for (std::uint32_t t = begin; t < end; ++t) {
        const Value value = own[place];
        place = place + 1 == n_times ? 0 : place + 1;
        for (unsigned q = 0; q < width; ++q) {
          const Complex u = bands[q][t];
          if constexpr (std::is_same_v<Value, float>) {
            re[q] += u.re * value;
            im[q] += u.im * value;
          } else {
            re[q] += u.re * value.re + u.im * value.im;
            im[q] += u.im * value.re - u.re * value.im;
          }
        }
      }
      for (unsigned q = 0; q < width; ++q) add(sums[q], re[q], im[q]);
    }
  }

  KERNEL_FN static double length(double re, double im) { return sqrt(re * re + im * im); }

  KERNEL_FN void store(std::int64_t row, std::uint32_t p, std::int64_t a, std::uint32_t k, const Sum2& sum) const {
    const std::int64_t band = row * n_pha + p;
    const bool defined = quality[band * n_amp + a] != 2;
    const std::int64_t at = (band * most_shifts + k) * padded_amp + a;
    const auto put = [&](float* out, double value) { out[at] = defined ? static_cast<float>(value) : undefined; };
    const double n = n_times;
    if constexpr (std::is_same_v<Value, float>) {
      if (mvl != nullptr) put(mvl, length(sum.re, sum.im) / (n * static_cast<double>(scales[row].scale)));
      if (ndpac == nullptr) return;
      const Moments m = moments[row * n_amp + a];
      const Sum2 u = phasor_sums[band];
      put(ndpac, length(sum.re - m.mean * u.re, sum.im - m.mean * u.im) / (n * m.deviation));
    } else {
      put(plv, length(sum.re, sum.im) / n);
    }
  }
};

}  // namespace pac::kernels
