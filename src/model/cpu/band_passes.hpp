// Passes of the band transform, over whatever a Job hands to the leaves: decimation in time, depth first - a
// sub-transform is finished while it is in the first cache. For files that are compiled once per instruction set only.
#pragma once

#include "model/cpu/band_butterflies.hpp"
#include "model/cpu/lane_ops.hpp"

namespace pac::cpu {
namespace {

/// What a transform of half a real filter's length works on: g(f) low(f) + g(L/2 - f) high(f), g the filter's gain.
template <class Rows>
struct HalvesJob {
  const BandTransform& plan;
  Rows low;           ///< [size] complex, in the leaves' order
  Rows high;          ///< [size] complex, likewise
  const float* gain;  ///< [size + 1][lane]

  PAC_INLINE C input(std::int64_t i) const {
    const Floats g = at(gain + i * lanes);
    const Floats m = at(gain + plan.mirror[i] * lanes);
    const C l = low(i);
    const C h = high(i);
    return {g * l.re + m * h.re, g * l.im + m * h.im};
  }
  PAC_INLINE C with_nyquist(C x) const { return x; }
};

/// Leaves: `count` times R inputs, from `first` on.
template <int R, class Job>
void leaves(const Job& job, float* work, std::int64_t first, std::int64_t count) {
  for (const std::int64_t end = first + count * R; first < end; first += R, work += element * R) {
    C x[R];
#pragma GCC unroll 16
    for (int q = 0; q < R; ++q) x[q] = job.input(first + q);
    if (first == 0) x[0] = job.with_nyquist(x[0]);
    Dft<R>::run(x);
#pragma GCC unroll 16
    for (int q = 0; q < R; ++q) store(work + element * q, x[q]);
  }
}

/// Joins R sub-transforms of length m: one butterfly for each k.
template <int R, class Put>
[[gnu::noinline]] void join(const float* work, std::int64_t m, const float* twiddle, std::int64_t k_end, Put put) {
  for (std::int64_t k = 0; k < k_end; ++k, twiddle += 2 * (R - 1)) {
    C x[R];
    x[0] = load(work + element * k);
#pragma GCC unroll 16
    for (int q = 1; q < R; ++q)
      x[q] = times(load(work + element * (q * m + k)), twiddle[2 * q - 2], twiddle[2 * q - 1]);
    Dft<R>::run(x);
#pragma GCC unroll 16
    for (int q = 0; q < R; ++q) put(q * m + k, x[q]);
  }
}

/// Calls f.template operator()<R>() for a radix known at run time.
template <class Work>
void with_radix(int radix, Work work) {
  switch (radix) {
    case 2:
      return work.template operator()<2>();
    case 3:
      return work.template operator()<3>();
    case 4:
      return work.template operator()<4>();
    case 5:
      return work.template operator()<5>();
    case 6:
      return work.template operator()<6>();
    case 7:
      return work.template operator()<7>();
    case 8:
      return work.template operator()<8>();
    case 9:
      return work.template operator()<9>();
    default:
      return work.template operator()<10>();
  }
}

/// The m inputs from `first` on through passes 0..pass: results in order of time at `work`.
template <class Job>
void transform(const Job& job, int pass, float* work, std::int64_t m, std::int64_t first) {
  if (pass <= 1) {
    const int leaf = job.plan.radix[0];
    with_radix(leaf, [&]<int R>() { leaves<R>(job, work, first, m / leaf); });
    if (pass == 0) return;
  }
  const int radix = job.plan.radix[pass];
  const std::int64_t below = m / radix;
  for (int q = 0; pass > 1 && q < radix; ++q)
    transform(job, pass - 1, work + element * q * below, below, first + q * below);
  with_radix(radix, [&]<int R>() {
    join<R>(work, below, job.plan.twiddle + job.plan.first[pass], below,
            [&](std::int64_t t, C value) { store(work + element * t, value); });
  });
}

/// One transform, its results handed to put(m, value). Fused: by the last pass, instead of storing them; otherwise by a
/// loop of its own, which is slower but need not be compiled into the pass of every radix.
template <bool Fused, class Job, class Put>
void transform_once(const Job& job, float* work, Put put) {
  const int last = job.plan.n_passes - 1;
  if constexpr (Fused) {
    if (last > 0) {
      const int radix = job.plan.radix[last];
      const std::int64_t below = job.plan.size / radix;
      for (int q = 0; q < radix; ++q) transform(job, last - 1, work + element * q * below, below, q * below);
      with_radix(radix, [&]<int R>() { join<R>(work, below, job.plan.twiddle + job.plan.first[last], below, put); });
      return;
    }
  }
  transform(job, last, work, job.plan.size, 0);
  for (std::int64_t t = 0; t < job.plan.size; ++t) put(t, load(work + element * t));
}

}  // namespace
}  // namespace pac::cpu
