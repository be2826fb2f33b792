// Vector types of the compiler, as wide as a register, and what the lane loops do with them everywhere. For files that
// are compiled once per instruction set only: everything here has internal linkage, so that no variant's code can end
// up in another.
#pragma once

#include <cstdint>

/// What must stay in registers: a call would send every value through memory.
#define PAC_INLINE [[gnu::always_inline]] inline

#pragma GCC diagnostic ignored "-Wpsabi"  // how wide vectors are passed matters to no one outside a file

namespace pac::cpu {
namespace {

// As many lanes at a time as one register holds; values of wider vectors would be taken apart through memory.
#if defined(PAC_LANE_WIDTH)
constexpr int width = PAC_LANE_WIDTH;
#elif defined(__AVX512F__)
constexpr int width = 16;
#elif defined(__AVX2__)
constexpr int width = 8;
#else
constexpr int width = 4;
#endif
using Floats = float __attribute__((vector_size(4 * width)));
using Ints = std::int32_t __attribute__((vector_size(4 * width)));
using Words = std::uint32_t __attribute__((vector_size(4 * width)));

/// The lanes of a register at p, which is aligned to them.
PAC_INLINE const Floats& at(const float* p) { return *reinterpret_cast<const Floats*>(p); }
PAC_INLINE Floats& at(float* p) { return *reinterpret_cast<Floats*>(p); }
PAC_INLINE const Words& at(const std::uint32_t* p) { return *reinterpret_cast<const Words*>(p); }
PAC_INLINE Words& at(std::uint32_t* p) { return *reinterpret_cast<Words*>(p); }

/// x in every lane. (Adding it to zeros would make -0 zero, an addition that compilers must keep.)
PAC_INLINE Floats splat(float x) { return x - Floats{}; }

/// Of any width: yes where the mask is set, no elsewhere.
template <class I, class F>
PAC_INLINE F select(I mask, F yes, F no) {
  return reinterpret_cast<F>((mask & reinterpret_cast<I>(yes)) | (~mask & reinterpret_cast<I>(no)));
}

template <class F>
PAC_INLINE F square_root(F v) {
  F r;
  for (unsigned i = 0; i < sizeof v / sizeof v[0]; ++i) r[i] = __builtin_sqrtf(v[i]);
  return r;
}

/// Mean amplitude of a bin: its sum, below 2^31, times the weight.
PAC_INLINE Floats bin_mean(const std::uint32_t* sum, float weight) {
  return __builtin_convertvector(reinterpret_cast<Ints>(at(sum)), Floats) * weight;
}

}  // namespace
}  // namespace pac::cpu
