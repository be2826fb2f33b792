// Phase bins of the lanes of a register. For files that are compiled once per instruction set only.
#pragma once

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "model/cpu/lane_ops.hpp"
#include "model/cpu/lane_vectors.hpp"

namespace pac::cpu {
namespace {

/// The lowest byte of every lane.
PAC_INLINE void store_bytes(std::uint8_t* p, Ints v) {
#if defined(__SSE2__) && !defined(__AVX512F__)  // which compilers do byte by byte
#if defined(__AVX2__)
  const auto both = reinterpret_cast<__m256i>(v);
  const __m128i shorts = _mm_packs_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
#else
  const __m128i shorts = _mm_packs_epi32(reinterpret_cast<__m128i>(v), __m128i{});
#endif
  const __m128i bytes = _mm_packus_epi16(shorts, shorts);
  __builtin_memcpy(p, &bytes, width);
#else
  using Bytes = std::uint8_t __attribute__((vector_size(width)));
  const Bytes bytes = __builtin_convertvector(v, Bytes);
  __builtin_memcpy(p, &bytes, width);
#endif
}

/// count, and 1 more where a <= b.
PAC_INLINE Ints counted(Ints count, Floats a, Floats b) {
#if defined(__AVX512VL__) && defined(PAC_LANE_WIDTH)  // which compilers do by way of a vector of all ones
  static_assert(width == 8);
  const auto all = reinterpret_cast<__m256i>(count);
  const __mmask8 more = _mm256_cmp_ps_mask(reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b), _CMP_LE_OQ);
  return reinterpret_cast<Ints>(_mm256_mask_add_epi32(all, more, all, _mm256_set1_epi32(1)));
#elif defined(__AVX512F__)
  const auto all = reinterpret_cast<__m512i>(count);
  const __mmask16 more = _mm512_cmp_ps_mask(reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b), _CMP_LE_OQ);
  return reinterpret_cast<Ints>(_mm512_mask_add_epi32(all, more, all, _mm512_set1_epi32(1)));
#else
  return count - (a <= b);
#endif
}

/// How many edges a signal in the upper half plane has passed.
PAC_INLINE Ints edges_passed(Floats re, Floats im, const float* cotangent, int n_edges) {
  Ints count{};
  for (int k = 0; k < n_edges; k += 4) {  // those that fill up the last four are passed by none
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) count = counted(count, re, im * splat(cotangent[k + i]));
  }
  return count;
}

/// Bins of the phases of re + i im; Same: the edges of both half planes are the same.
template <bool Same>
PAC_INLINE Ints phase_bin(Floats re, Floats im, const BinEdges& edges) {
  const Ints lower = (im < 0) | ((im == 0) & (re < 0));
  const Floats sign = select(lower, splat(-1), splat(1));
  re *= sign;
  im *= sign;
  const Ints base = (Ints{} + edges.upper_base) & ~lower;
  const Ints passed = edges_passed(re, im, edges.lower_cot, edges.n_edges);
  if constexpr (Same) return base + passed;
  return base + select(lower, passed, edges_passed(re, im, edges.upper_cot, edges.n_edges));
}

}  // namespace
}  // namespace pac::cpu
