// From an analytic signal to what is kept of it: phase bin (one byte) and amplitude.
#pragma once

#include <cmath>

#include "kernels/context.hpp"

namespace pac::kernels {

/// Edges between phase bins in the upper half plane, as cotangents: a signal re + i im with im >= 0 has passed the edge
/// at angle theta when re <= im cot(theta). `lower` is for phases below 0, turned by pi, `upper` for the others. Both
/// lie at multiples of 16 bytes and are filled up to a multiple of 4 with -infinity, which no phase passes.
struct PhaseEdges {
  const float* lower_cot;  ///< [n_edges]
  const float* upper_cot;  ///< [n_edges]
  int n_edges;             ///< filled up
  int upper_base;          ///< bin of the first phase >= 0
};

/// floor((arg(re + i im) + pi) n_bins / (2 pi)), closed below, +pi counted as -pi; without an arc tangent.
KERNEL_FN std::uint8_t phase_bin(float re, float im, const PhaseEdges& edges) {
  const bool lower = im < 0 || (im == 0 && re < 0);
  const float x = lower ? -re : re;
  const float y = lower ? -im : im;
  const float* const cot = lower ? edges.lower_cot : edges.upper_cot;
  float passed = 0;  // counted as a float: a comparison gives one in a single instruction
  for (int k = 0; k < edges.n_edges; k += 4) {
    const Floats4 four = *reinterpret_cast<const Floats4*>(cot + k);
    for (const float edge : four.value) passed += x <= y * edge ? 1.0F : 0.0F;
  }
  return static_cast<std::uint8_t>((lower ? 0 : edges.upper_base) + static_cast<int>(passed));
}

KERNEL_FN float magnitude(float re, float im) { return sqrtf(re * re + im * im); }

/// Where analytic signals of one or two bands per complex transform lie. Of one: `real` and `imaginary` are the same
/// array of complex numbers. Of two (`pairs`): the real parts of `real` and `imaginary` are the first band's signal and
/// its Hilbert transform, their imaginary parts the second band's.
struct AnalyticView {
  const float* real;              ///< [tile_rows][unit][real_length] complex
  const float* imaginary;         ///< [tile_rows][unit][imaginary_length] complex
  std::int64_t real_length;       ///< complex numbers of a unit
  std::int64_t imaginary_length;  ///< the same where not pairs
  std::int64_t n_units;           ///< bands, or pairs of bands
  bool pairs;

  KERNEL_FN Complex at(std::int64_t row, std::int64_t band, std::int64_t time) const {
    const std::int64_t unit = row * n_units + (pairs ? band / 2 : band);
    const std::int64_t part = pairs ? band % 2 : 0;
    return {real[2 * (unit * real_length + time) + part],
            imaginary[2 * (unit * imaginary_length + time) + (pairs ? part : 1)]};
  }
};

/// Calls keep(place, z) for this thread's sample of a body that keeps [row][band][stride]: time x, band y, row z.
template <class C, class Body, class Keep>
KERNEL_FN void with_sample(const C& c, const Body& body, const Keep& keep) {
  const std::int64_t t = element_of(c);
  if (t >= body.n_times) return;
  const std::int64_t band = c.block().y;
  const std::int64_t row = c.block().z;
  keep((row * body.n_bands + band) * body.stride + t, body.signal.at(row, band, t));
}

/// bins[row][band][stride] of the first n_times samples.
struct ToBins {
  static constexpr bool cooperative = false;
  AnalyticView signal;
  PhaseEdges edges;
  std::uint8_t* bins;
  std::int64_t stride;
  std::int64_t n_times;
  std::int64_t n_bands;
  std::int64_t n_rows;

  [[nodiscard]] Shape shape() const { return elementwise(n_times, n_bands, n_rows); }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    with_sample(c, *this, [&](std::int64_t at, Complex z) { bins[at] = phase_bin(z.re, z.im, edges); });
  }
};

/// amplitudes[row][band][stride] of the first n_times samples.
struct ToAmplitudes {
  static constexpr bool cooperative = false;
  AnalyticView signal;
  float* amplitudes;
  std::int64_t stride;
  std::int64_t n_times;
  std::int64_t n_bands;
  std::int64_t n_rows;

  [[nodiscard]] Shape shape() const { return elementwise(n_times, n_bands, n_rows); }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    with_sample(c, *this, [&](std::int64_t at, Complex z) { amplitudes[at] = magnitude(z.re, z.im); });
  }
};

}  // namespace pac::kernels
