// Bodies of the band transform, compiled once per instruction set. Decimation in time, depth first: a sub-transform is
// finished while it is in the first cache. The spectrum is read in whatever order the leaves want it, the last pass
// writes results in order of time.
#include "model/cpu/band_butterflies.hpp"
#include "model/cpu/lane_set.hpp"

namespace pac::cpu::PAC_LANE_SET {
namespace {

/// What a transform works on. A signal without negative frequencies has its samples at even times given by the
/// transform of half the length of its spectrum, and those at odd times by that of the spectrum turned by exp(2 pi i f
/// / L).
struct Job {
  const BandTransform& plan;
  const float* spectrum;  ///< [size] complex, in the leaves' order
  const float* gain;      ///< [size + 1][lane], likewise
  float nyquist;  ///< what stands beside the zero frequency: spectrum at L/2, times -1 for odd times; 0 where L is odd
};

PAC_INLINE Floats gain_at(const Job& job, std::int64_t i) {
  return *reinterpret_cast<const Floats*>(job.gain + i * lanes);
}

/// Leaf: the R inputs from `first` on, gained.
template <int R>
void leaf(const Job& job, float* work, std::int64_t first) {
  C x[R];
#pragma GCC unroll 16
  for (int q = 0; q < R; ++q) {
    const Floats gain = gain_at(job, first + q);
    x[q] = {gain * job.spectrum[2 * (first + q)], gain * job.spectrum[2 * (first + q) + 1]};
  }
  if (first == 0) x[0].re += gain_at(job, job.plan.size) * job.nyquist;
  Dft<R>::run(x);
#pragma GCC unroll 16
  for (int q = 0; q < R; ++q) store(work + element * q, x[q]);
}

/// Joins R sub-transforms of length m: one butterfly for each k.
template <int R, class Put>
void join(const float* work, std::int64_t m, const float* twiddle, std::int64_t k_end, Put put) {
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
void transform(const Job& job, int pass, float* work, std::int64_t m, std::int64_t first) {
  const int radix = job.plan.radix[pass];
  if (pass == 0) {
    with_radix(radix, [&]<int R>() { leaf<R>(job, work, first); });
    return;
  }
  const std::int64_t below = m / radix;
  for (int q = 0; q < radix; ++q) transform(job, pass - 1, work + element * q * below, below, first + q * below);
  with_radix(radix, [&]<int R>() {
    join<R>(work, below, job.plan.twiddle + job.plan.first[pass], below,
            [&](std::int64_t t, C value) { store(work + element * t, value); });
  });
}

/// One transform; the last pass hands its results to put(m, value) instead of storing them.
template <class Put>
void transform_once(const Job& job, float* work, Put put) {
  const int last = job.plan.n_passes - 1;
  if (last == 0) {
    transform(job, 0, work, job.plan.size, 0);
    for (std::int64_t t = 0; t < job.plan.size; ++t) put(t, load(work + element * t));
    return;
  }
  const int radix = job.plan.radix[last];
  const std::int64_t below = job.plan.size / radix;
  for (int q = 0; q < radix; ++q) transform(job, last - 1, work + element * q * below, below, q * below);
  with_radix(radix, [&]<int R>() { join<R>(work, below, job.plan.twiddle + job.plan.first[last], below, put); });
}

/// The analytic signals of all lanes at the times [0, n_times), handed to put(t, value) in any order.
template <class Put>
void analytic_signals(const BandTransform& plan, const float* spectrum, const float* gain, float* work,
                      std::int64_t n_times, Put put) {
  const auto wanted = [&](std::int64_t t, C value) {
    if (t < n_times) put(t, value);
  };
  float* const ordered = work + element * plan.size;
  for (std::int64_t i = 0; i < plan.size; ++i) {
    const std::int32_t f = plan.order[i];
    ordered[2 * i] = f < 0 ? 0.0F : spectrum[2 * f];
    ordered[2 * i + 1] = f < 0 ? 0.0F : spectrum[2 * f + 1];
  }
  if (plan.length % 2 != 0) {
    transform_once({plan, ordered, gain, 0}, work, wanted);
    return;
  }
  const float nyquist = spectrum[plan.length];
  transform_once({plan, ordered, gain, nyquist}, work, [&](std::int64_t m, C value) { wanted(2 * m, value); });
  for (std::int64_t i = 0; i < plan.size; ++i) {
    const float re = ordered[2 * i];
    const float im = ordered[2 * i + 1];
    ordered[2 * i] = re * plan.turn[2 * i] - im * plan.turn[2 * i + 1];
    ordered[2 * i + 1] = re * plan.turn[2 * i + 1] + im * plan.turn[2 * i];
  }
  transform_once({plan, ordered, gain, -nyquist}, work, [&](std::int64_t m, C value) { wanted(2 * m + 1, value); });
}

Floats square_root(Floats v) {
  Floats r;
  for (int i = 0; i < width; ++i) r[i] = __builtin_sqrtf(v[i]);
  return r;
}

Floats select(Ints mask, Floats yes, Floats no) {
  return reinterpret_cast<Floats>((mask & reinterpret_cast<Ints>(yes)) | (~mask & reinterpret_cast<Ints>(no)));
}

using B16 = std::uint8_t __attribute__((vector_size(16)));
using B16u = std::uint8_t __attribute__((vector_size(16), aligned(1), may_alias));

/// Sixteen times of sixteen bands from bytes[time][16] to bins[band][time]: four rounds of interleaving halves.
void transpose_bytes(const std::uint8_t* in, std::uint8_t* const* out, std::int64_t t) {
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

/// Phase bins of all lanes, to bytes[time][16]; Same: the edges of both half planes are the same.
template <bool Same>
void store_bins(const BandTransform& plan, const float* spectrum, const float* gain, float* work, std::int64_t n_times,
                const BinEdges& edges, std::uint8_t* bytes) {
  const Ints upper_base = Ints{} + edges.upper_base;
  analytic_signals(plan, spectrum, gain, work, n_times, [&](std::int64_t t, C z) {
    const Ints lower = (z.im < 0) | ((z.im == 0) & (z.re < 0));
    const Floats sign = select(lower, Floats{} - 1.0F, Floats{} + 1.0F);
    const Floats re = z.re * sign;
    const Floats im = z.im * sign;
    Ints bin = upper_base & ~lower;
    for (int k = 0; k < edges.n_edges; ++k) {
      Floats cotangent = Floats{} + edges.lower_cot[k];
      if constexpr (!Same) cotangent = select(lower, cotangent, Floats{} + edges.upper_cot[k]);
      bin -= (re <= im * cotangent);
    }
    *reinterpret_cast<BytesUnaligned*>(bytes + lanes * t) = __builtin_convertvector(bin, Bytes);
  });
}

}  // namespace

void band_amplitudes(const BandTransform& plan, const float* spectrum, const float* gain, int n_lanes, float* work,
                     std::int64_t n_times, float* a, double* sum) {
  for (int lane = 0; lane < n_lanes; lane += width) {
    Floats partial{};
    analytic_signals(plan, spectrum, gain + lane, work, n_times, [&](std::int64_t t, C z) {
      const Floats value = square_root(z.re * z.re + z.im * z.im);
      *reinterpret_cast<Floats*>(a + lanes * t + lane) = value;
      partial += value;
    });
    for (int i = 0; i < width; ++i) sum[lane + i] = static_cast<double>(partial[i]);
  }
}

void band_phase_bins(const BandTransform& plan, const float* spectrum, const float* gain, int n_lanes, float* work,
                     std::int64_t n_times, const BinEdges& edges, std::uint8_t* bytes, std::uint8_t* const* bins) {
  for (int lane = 0; lane < n_lanes; lane += width) {
    if (edges.lower_cot == edges.upper_cot) {
      store_bins<true>(plan, spectrum, gain + lane, work, n_times, edges, bytes + lane);
    } else {
      store_bins<false>(plan, spectrum, gain + lane, work, n_times, edges, bytes + lane);
    }
  }
  for (std::int64_t t = 0; t < n_times; t += 16) transpose_bytes(bytes + lanes * t, bins, t);
}

}  // namespace pac::cpu::PAC_LANE_SET
