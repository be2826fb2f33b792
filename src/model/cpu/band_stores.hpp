// What band transforms store of a complex value per lane: amplitude or phase bin. For files that are compiled once per
// instruction set only.
#pragma once

#include "model/cpu/band_butterflies.hpp"
#include "model/cpu/lane_ops.hpp"

namespace pac::cpu {
namespace {

inline Floats square_root(Floats v) {
  Floats r;
  for (int i = 0; i < width; ++i) r[i] = __builtin_sqrtf(v[i]);
  return r;
}

inline Floats select(Ints mask, Floats yes, Floats no) {
  return reinterpret_cast<Floats>((mask & reinterpret_cast<Ints>(yes)) | (~mask & reinterpret_cast<Ints>(no)));
}

/// z / |z|, or 1 where z is 0, of the first n_bands lanes to cosine[band][time], sine[band][time].
inline void store_phasor(C z, std::int64_t time, int n_bands, float* const* cosine, float* const* sine) {
  const Floats radius = square_root(z.re * z.re + z.im * z.im);
  const Ints somewhere = radius > 0;
  const Floats x = select(somewhere, z.re / radius, Floats{} + 1.0F);
  const Floats y = select(somewhere, z.im / radius, Floats{});
  for (int i = 0; i < width && i < n_bands; ++i) {
    cosine[i][time] = x[i];
    sine[i][time] = y[i];
  }
}

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

/// Bins of the phases; Same: the edges of both half planes are the same.
template <bool Same>
PAC_INLINE Bytes phase_bin(C z, const BinEdges& edges) {
  const Ints lower = (z.im < 0) | ((z.im == 0) & (z.re < 0));
  const Floats sign = select(lower, Floats{} - 1.0F, Floats{} + 1.0F);
  const Floats re = z.re * sign;
  const Floats im = z.im * sign;
  Ints bin = (Ints{} + edges.upper_base) & ~lower;
  for (int k = 0; k < edges.n_edges; ++k) {
    Floats cotangent = Floats{} + edges.lower_cot[k];
    if constexpr (!Same) cotangent = select(lower, cotangent, Floats{} + edges.upper_cot[k]);
    bin -= (re <= im * cotangent);
  }
  return __builtin_convertvector(bin, Bytes);
}

}  // namespace
}  // namespace pac::cpu
