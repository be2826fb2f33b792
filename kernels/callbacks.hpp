// What cuFFT does for us while it loads and stores: the load callback multiplies a row's spectrum with a band's
// one-sided gain, the store callback keeps the phase bin or the amplitude. So no complex analytic signal reaches
// memory. Compiled by nvcc to link-time images (load_gained.cu and the store_*.cu), by g++ for tests.
#pragma once

#include "kernels/analytic.hpp"
#include "kernels/divisor.hpp"

namespace pac::kernels {

/// Everything the callbacks of one transform need; lies in device memory, its address is given when the transform is
/// planned. The transform is of `length` points in batches of tile_rows x n_bands, all below 2^31 points.
struct CallbackInfo {
  const Complex* spectrum;  ///< [tile_rows][n_frequencies]
  const float* gain;        ///< [n_bands][n_frequencies]: gain of a band, doubled between 0 and length / 2, over length
  void* out;                ///< [tile_rows][n_bands][stride] bytes (bins) or floats (amplitudes)
  PhaseEdges edges;
  Divisor by_length;
  Divisor by_bands;
  std::uint32_t n_frequencies;  ///< length / 2 + 1
  std::uint32_t n_times;        ///< samples kept
  std::uint32_t stride;
};

struct CallbackPlace {
  std::uint32_t batch;  ///< row * n_bands + band
  std::uint32_t row;
  std::uint32_t band;
  std::uint32_t point;
};

KERNEL_FN CallbackPlace place_of(const CallbackInfo& info, unsigned long long offset) {
  const auto n = static_cast<std::uint32_t>(offset);
  const std::uint32_t batch = info.by_length.quotient(n);
  const std::uint32_t row = info.by_bands.quotient(batch);
  return {batch, row, batch - row * info.by_bands.divisor, n - batch * info.by_length.divisor};
}

KERNEL_FN Complex load_gained(const CallbackInfo& info, unsigned long long offset) {
  const CallbackPlace at = place_of(info, offset);
  if (at.point >= info.n_frequencies) return {0, 0};
  const Complex value = info.spectrum[static_cast<std::size_t>(at.row) * info.n_frequencies + at.point];
  const float gain = info.gain[static_cast<std::size_t>(at.band) * info.n_frequencies + at.point];
  return {value.re * gain, value.im * gain};
}

KERNEL_FN void store_bin(const CallbackInfo& info, unsigned long long offset, Complex value) {
  const CallbackPlace at = place_of(info, offset);
  if (at.point >= info.n_times) return;
  static_cast<std::uint8_t*>(info.out)[static_cast<std::size_t>(at.batch) * info.stride + at.point] =
      phase_bin(value.re, value.im, info.edges);
}

KERNEL_FN void store_amplitude(const CallbackInfo& info, unsigned long long offset, Complex value) {
  const CallbackPlace at = place_of(info, offset);
  if (at.point >= info.n_times) return;
  static_cast<float*>(info.out)[static_cast<std::size_t>(at.batch) * info.stride + at.point] =
      magnitude(value.re, value.im);
}

}  // namespace pac::kernels
