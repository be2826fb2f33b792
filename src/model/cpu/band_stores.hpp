// What band transforms store of a complex value per lane: amplitude, phase bin or phasor. For files that are compiled
// once per instruction set only.
#pragma once

#include "model/cpu/band_butterflies.hpp"
#include "model/cpu/lane_phase_bins.hpp"

namespace pac::cpu {
namespace {

using B16 = std::uint8_t __attribute__((vector_size(16)));
using B16u = std::uint8_t __attribute__((vector_size(16), aligned(1), may_alias));

/// Sixteen times of sixteen bands from bytes[time][16] to bins[band][time]: four rounds of interleaving halves.
inline void transpose_bytes(const std::uint8_t* in, std::uint8_t* const* out, std::int64_t t) {
  B16 r[16];
  B16 s[16];
  for (int i = 0; i < 16; ++i) r[i] = *reinterpret_cast<const B16u*>(in + lanes * i);
  for (int round = 0; round < 4; ++round) {
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {
      s[2 * i] = __builtin_shufflevector(r[i], r[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      s[2 * i + 1] =
          __builtin_shufflevector(r[i], r[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) r[i] = s[i];
  }
  for (int lane = 0; lane < 16; ++lane) *reinterpret_cast<B16u*>(out[lane] + t) = r[lane];
}

// What follows takes signals<Fused>(lane, put), which hands the signals of the lanes from `lane` on to put(time, value)
// in any order; Fused as in transform_once.

/// Amplitudes a[time][lane] of n_times and their sums; by a loop of their own, which keeps sums in registers.
template <class Signals>
PAC_INLINE void store_amplitudes(Signals signals, int n_lanes, std::int64_t n_times, float* a, double* sum) {
  for (int lane = 0; lane < n_lanes; lane += width) {
    float* const own = a + lane;
    signals.template operator()<true>(
        lane, [own](std::int64_t t, C z) { at(own + lanes * t) = square_root(z.re * z.re + z.im * z.im); });
    Floats partial[4] = {};
    std::int64_t t = 0;
    for (; t + 4 <= n_times; t += 4) {
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) partial[i] += at(own + lanes * (t + i));
    }
    for (; t < n_times; ++t) partial[0] += at(own + lanes * t);
    const Floats all = (partial[0] + partial[1]) + (partial[2] + partial[3]);
    for (int i = 0; i < width; ++i) sum[lane + i] = static_cast<double>(all[i]);
  }
}

/// Phase bins to bins[lane][time]; bytes: [time][lane], scratch.
template <class Signals>
PAC_INLINE void store_phase_bins(Signals signals, int n_lanes, std::int64_t n_times, const BinEdges& edges,
                                 std::uint8_t* bytes, std::uint8_t* const* bins) {
  const auto store_bins = [&]<bool Same>(int lane) {
    // By value: what is stored through bytes might be part of anything that is referred to.
    signals.template operator()<Same>(lane, [edges, out = bytes + lane](std::int64_t t, C z) {
      store_bytes(out + lanes * t, phase_bin<Same>(z.re, z.im, edges));
    });
  };
  for (int lane = 0; lane < n_lanes; lane += width) {
    if (edges.lower_cot == edges.upper_cot) {
      store_bins.template operator()<true>(lane);
    } else {
      store_bins.template operator()<false>(lane);
    }
  }
  for (std::int64_t t = 0; t < n_times; t += 16) transpose_bytes(bytes + lanes * t, bins, t);
}

/// Phasors z / |z|, or 1 where z is 0, to cosine[lane][time], sine[lane][time].
template <class Signals>
PAC_INLINE void store_phasors(Signals signals, int n_lanes, float* const* cosine, float* const* sine) {
  for (int lane = 0; lane < n_lanes; lane += width) {
    signals.template operator()<false>(lane, [&](std::int64_t t, C z) {
      const Floats radius = square_root(z.re * z.re + z.im * z.im);
      const Ints somewhere = radius > 0;
      const Floats x = select(somewhere, z.re / radius, splat(1));
      const Floats y = select(somewhere, z.im / radius, Floats{});
      for (int i = 0; i < width && lane + i < n_lanes; ++i) {
        cosine[lane + i][t] = x[i];
        sine[lane + i][t] = y[i];
      }
    });
  }
}

}  // namespace
}  // namespace pac::cpu
