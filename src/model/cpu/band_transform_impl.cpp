// Bodies of the band transform, compiled once per instruction set. The spectrum is read in whatever order the leaves
// want it, the last pass writes results in order of time.
#include "model/cpu/band_passes.hpp"
#include "model/cpu/band_stores.hpp"
#include "model/cpu/lane_set.hpp"

namespace pac::cpu::PAC_LANE_SET {
namespace {

/// What a transform works on. A signal without negative frequencies has its samples at even times given by the
/// transform of half the length of its spectrum, and those at odd times by that of the spectrum turned by exp(2 pi i f
/// / L).
template <class Rows>
struct Job {
  const BandTransform& plan;
  Rows spectrum;      ///< [size] complex, in the leaves' order, as order_spectrum makes it
  const float* gain;  ///< [size + 1][lane], likewise
  Floats nyquist;  ///< what stands beside the zero frequency: spectrum at L/2, times -1 for odd times; 0 where L is odd

  PAC_INLINE C input(std::int64_t i) const {
    const Floats g = at(gain + i * lanes);
    const C x = spectrum(i);
    return {g * x.re, g * x.im};
  }
  PAC_INLINE C with_nyquist(C x) const {
    x.re += at(gain + plan.size * lanes) * nyquist;
    return x;
  }
};

/// The analytic signals of all lanes at the times [0, n_times), handed to put(t, value) in any order.
template <bool Fused, class Rows, class Put>
void analytic_signals(const BandTransform& plan, Rows ordered, const float* gain, float* work, std::int64_t n_times,
                      Put put) {
  const std::int64_t turns = plan.length % 2 == 0 ? 2 : 1;
  const Rows turned = from(ordered, 2 * plan.size);
  const Floats nyquist = turns == 2 ? turned.real(2 * plan.size) : Floats{};
  for (std::int64_t odd = 0; odd < turns; ++odd) {
    const Job<Rows> job{plan, odd == 0 ? ordered : turned, gain, odd == 0 ? nyquist : -nyquist};
    transform_once<Fused>(job, work, [turns, odd, n_times, put](std::int64_t m, C value) {
      const std::int64_t t = turns * m + odd;
      if (t < n_times) put(t, value);
    });
  }
}

}  // namespace

void order_spectrum(const BandTransform& plan, const float* spectrum, float* ordered) {
  const bool even = plan.length % 2 == 0;
  float* const turned = ordered + 2 * plan.size;
  for (std::int64_t i = 0; i < plan.size; ++i) {
    const std::int64_t f = plan.order[i];
    const float re = f < 0 ? 0.0F : spectrum[2 * f];
    const float im = f < 0 ? 0.0F : spectrum[2 * f + 1];
    ordered[2 * i] = re;
    ordered[2 * i + 1] = im;
    if (!even) continue;
    turned[2 * i] = re * plan.turn[2 * i] - im * plan.turn[2 * i + 1];
    turned[2 * i + 1] = re * plan.turn[2 * i + 1] + im * plan.turn[2 * i];
  }
  if (even) turned[2 * plan.size] = spectrum[plan.length];
}

void band_amplitudes(const BandTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                     std::int64_t n_times, float* a, double* sum) {
  store_amplitudes(
      [&]<bool Fused>(int lane, auto put) {
        analytic_signals<Fused>(plan, OneRow{ordered}, gain + lane, work, n_times, put);
      },
      n_lanes, n_times, a, sum);
}

void band_phase_bins(const BandTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                     std::int64_t n_times, const BinEdges& edges, std::uint8_t* bytes, std::uint8_t* const* bins) {
  store_phase_bins(
      [&]<bool Fused>(int lane, auto put) {
        analytic_signals<Fused>(plan, OneRow{ordered}, gain + lane, work, n_times, put);
      },
      n_lanes, n_times, edges, bytes, bins);
}

void band_phasors(const BandTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                  std::int64_t n_times, float* const* cosine, float* const* sine) {
  store_phasors(
      [&]<bool Fused>(int lane, auto put) {
        analytic_signals<Fused>(plan, OneRow{ordered}, gain + lane, work, n_times, put);
      },
      n_lanes, cosine, sine);
}

#if !defined(PAC_LANE_WIDTH)
void mix_spectra(const float* const* rows, std::int64_t n, float* mixed) {
  for (std::int64_t i = 0; i < n; ++i, mixed += mixed_rows) {
    for (int row = 0; row < mixed_rows; ++row) mixed[row] = rows[row][i];
  }
}

void mixed_band_phase_bins(const BandTransform& plan, const float* mixed, const float* gain, int n_lanes, float* work,
                           std::int64_t n_times, const BinEdges& edges, std::uint8_t* bytes,
                           std::uint8_t* const* bins) {
  store_phase_bins(
      [&]<bool Fused>(int lane, auto put) {
        analytic_signals<Fused>(plan, MixedRows{mixed}, gain + lane, work, n_times, put);
      },
      n_lanes, n_times, edges, bytes, bins);
}
#endif

}  // namespace pac::cpu::PAC_LANE_SET
