// What cuFFT does for us while it loads and stores: the load callback multiplies a row's spectrum with a band's
// one-sided gain, the store callback keeps the phase bin or the amplitude. So no complex analytic signal reaches
// memory. Compiled by nvcc to link-time images (load_gained.cu and the store_*.cu), by g++ for tests.
#pragma once

#include "kernels/analytic.hpp"
#include "kernels/divisor.hpp"

namespace pac::kernels {

/// Everything the callbacks of one transform need; lies in device memory, its address is given when the transform is
/// planned. The transform is of `length` points in batches of tile_rows x n_bands, all below 2^31 points.
///
/// Fields that are used together lie together in 16 bytes: one load.
struct CallbackInfo {
  struct alignas(16) Source {
    const Complex* spectrum;  ///< [tile_rows][n_frequencies]
    const float* gain;  ///< [n_bands][n_frequencies]: gain of a band, doubled between 0 and length / 2, over length
  } source;
  struct alignas(16) Points {
    Divisor by_length;
    std::uint32_t n_frequencies;  ///< length / 2 + 1
  } points;
  struct alignas(16) Bands {
    Divisor by_bands;
    std::uint32_t stride;
  } bands;
  struct alignas(16) Target {
    void* out;              ///< [tile_rows][n_bands][stride] bytes (bins) or floats (amplitudes)
    std::uint32_t n_times;  ///< samples kept
  } target;
  PhaseEdges edges;

  /// For transforms of `length` points in batches of [row][n_bands].
  static CallbackInfo of(const Complex* spectrum, const float* gain, void* out, const PhaseEdges& edges,
                         std::uint32_t length, std::uint32_t n_bands, std::uint32_t n_times, std::uint32_t stride) {
    return {
        {spectrum, gain}, {Divisor::by(length), length / 2 + 1}, {Divisor::by(n_bands), stride}, {out, n_times}, edges};
  }
};

KERNEL_FN Complex load_gained(const CallbackInfo& info, unsigned long long offset) {
  const auto n = static_cast<std::uint32_t>(offset);
  const CallbackInfo::Points points = info.points;
  const std::uint32_t batch = points.by_length.quotient(n);  // row * n_bands + band
  const std::uint32_t f = n - batch * points.by_length.divisor;
  if (f >= points.n_frequencies) return {0, 0};
  const CallbackInfo::Bands bands = info.bands;
  const std::uint32_t row = bands.by_bands.quotient(batch);
  const std::uint32_t band = batch - row * bands.by_bands.divisor;
  const CallbackInfo::Source source = info.source;
  const Complex value = source.spectrum[row * points.n_frequencies + f];
  const float gain = source.gain[band * points.n_frequencies + f];
  return {value.re * gain, value.im * gain};
}

/// Calls keep(place of [row][band][time]) for an offset whose sample is kept.
template <class Keep>
KERNEL_FN void store_kept(const CallbackInfo& info, unsigned long long offset, const Keep& keep) {
  const auto n = static_cast<std::uint32_t>(offset);
  const Divisor by_length = info.points.by_length;
  const CallbackInfo::Target target = info.target;
  const std::uint32_t batch = by_length.quotient(n);
  const std::uint32_t time = n - batch * by_length.divisor;
  if (time < target.n_times) keep(target.out, static_cast<std::size_t>(batch) * info.bands.stride + time);
}

KERNEL_FN void store_bin(const CallbackInfo& info, unsigned long long offset, Complex value) {
  store_kept(info, offset, [&](void* out, std::size_t at) {
    static_cast<std::uint8_t*>(out)[at] = phase_bin(value.re, value.im, info.edges);
  });
}

KERNEL_FN void store_amplitude(const CallbackInfo& info, unsigned long long offset, Complex value) {
  store_kept(info, offset,
             [&](void* out, std::size_t at) { static_cast<float*>(out)[at] = magnitude(value.re, value.im); });
}

}  // namespace pac::kernels
