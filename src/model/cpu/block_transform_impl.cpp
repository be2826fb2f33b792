// Bodies of the block transform: a block of a long row, complex already (the row and its Hilbert transform), through 16
// real filters at once. The passes are the band transform's; the leaves read both halves of the spectrum, because a
// block that is cut out of an analytic signal has negative frequencies. Compiled once per instruction set.
#include "model/cpu/band_passes.hpp"
#include "model/cpu/band_stores.hpp"
#include "model/cpu/lane_set.hpp"

namespace pac::cpu::PAC_LANE_SET {
namespace {

Floats polynomial(const float* coefficients, int n_terms, float tau) {
  Floats value = at(coefficients + (n_terms - 1) * lanes);
  for (int k = n_terms - 2; k >= 0; --k) value = value * tau + at(coefficients + k * lanes);
  return value;
}

/// The corrected signals of the lanes from `lane` on, handed to put(time, value) in any order.
template <bool Fused, class Put>
void block_signals(const BandTransform& plan, const float* spectrum, const float* gain, int lane, float* work,
                   const BlockWindow& window, const BlockCorrection& correction, Put put) {
  const Floats real = at(correction.real + lane);
  const float* const series = correction.series == nullptr ? nullptr : correction.series + lane;
  const auto wanted = [&](std::int64_t place, C value) {
    const std::int64_t t = place - window.first;
    if (t < 0 || t >= window.count) return;
    const float* const coefficients = correction.imaginary + (t & 1) * correction.n_terms * lanes + lane;
    value.re += real;
    value.im += polynomial(coefficients, correction.n_terms, static_cast<float>(t) * window.step - 1.0F);
    if (series != nullptr) value.im += at(series + t * lanes);
    put(t, value);
  };
  // Samples at even times are the transform of half the length of S(f) + S(f + L/2), those at odd times that of (S(f) -
  // S(f + L/2)) exp(2 pi i f / L).
  float* const low = work + element * plan.size;
  float* const high = low + 2 * plan.size;
  for (std::int64_t i = 0; i < plan.size; ++i) {
    const std::int64_t f = plan.order[i];
    low[2 * i] = spectrum[2 * f];
    low[2 * i + 1] = spectrum[2 * f + 1];
    high[2 * i] = spectrum[2 * (f + plan.size)];
    high[2 * i + 1] = spectrum[2 * (f + plan.size) + 1];
  }
  const HalvesJob<OneRow> job{plan, {low}, {high}, gain + lane};
  for (std::int64_t odd = 0; odd < 2; ++odd) {
    for (std::int64_t i = 0; odd != 0 && i < plan.size; ++i) {
      const float c = plan.turn[2 * i];
      const float s = plan.turn[2 * i + 1];
      const float low_re = low[2 * i];
      const float high_re = high[2 * i];
      low[2 * i] = low_re * c - low[2 * i + 1] * s;
      low[2 * i + 1] = low_re * s + low[2 * i + 1] * c;
      high[2 * i] = high[2 * i + 1] * s - high_re * c;
      high[2 * i + 1] = -high_re * s - high[2 * i + 1] * c;
    }
    transform_once<Fused>(job, work, [&](std::int64_t m, C value) { wanted(2 * m + odd, value); });
  }
}

}  // namespace

void block_amplitudes(const BandTransform& plan, const float* spectrum, const float* gain, int n_lanes, float* work,
                      const BlockWindow& window, const BlockCorrection& correction, float* a, double* sum) {
  store_amplitudes(
      [&]<bool Fused>(int lane, auto put) {
        block_signals<Fused>(plan, spectrum, gain, lane, work, window, correction, put);
      },
      n_lanes, window.count, a, sum);
}

void block_phase_bins(const BandTransform& plan, const float* spectrum, const float* gain, int n_lanes, float* work,
                      const BlockWindow& window, const BlockCorrection& correction, const BinEdges& edges,
                      std::uint8_t* bytes, std::uint8_t* const* bins) {
  store_phase_bins(
      [&]<bool Fused>(int lane, auto put) {
        block_signals<Fused>(plan, spectrum, gain, lane, work, window, correction, put);
      },
      n_lanes, window.count, edges, bytes, bins);
}

void block_reals(const BandTransform& plan, const float* spectrum, const float* gain, int n_lanes, float* work,
                 const BlockWindow& window, const BlockCorrection& correction, float* y) {
  for (int lane = 0; lane < n_lanes; lane += width) {
    block_signals<true>(plan, spectrum, gain, lane, work, window, correction,
                        [&](std::int64_t t, C z) { at(y + lanes * t + lane) = z.re; });
  }
}

void polynomial_series(const float* coefficients, int n_terms, std::int64_t count, float step, float* series) {
  for (std::int64_t t = 0; t < count; ++t) {
    const float* const own = coefficients + (t & 1) * n_terms * lanes;
    const float tau = static_cast<float>(t) * step - 1.0F;
    for (int lane = 0; lane < lanes; lane += width) {
      at(series + t * lanes + lane) = polynomial(own + lane, n_terms, tau);
    }
  }
}

}  // namespace pac::cpu::PAC_LANE_SET
