// Vector types of the compiler and what the lane loops do with them everywhere. For files that are compiled once per
// instruction set only: everything here has internal linkage, so that no variant's code can end up in another.
#pragma once

#include <cstdint>

#pragma GCC diagnostic ignored "-Wpsabi"  // how wide vectors are passed matters to no one outside a file

namespace pac::cpu {
namespace {

using F16 = float __attribute__((vector_size(64)));
using I16 = std::int32_t __attribute__((vector_size(64)));
using U16 = std::uint32_t __attribute__((vector_size(64)));
using L8 = std::int64_t __attribute__((vector_size(64)));
using F8 = float __attribute__((vector_size(32)));
using D8 = double __attribute__((vector_size(64)));
using B16 = std::uint8_t __attribute__((vector_size(16)));
// The same without a promise of alignment.
using F16u = float __attribute__((vector_size(64), aligned(4), may_alias));
using B16u = std::uint8_t __attribute__((vector_size(16), aligned(1), may_alias));

inline F16 load(const float* p) { return *reinterpret_cast<const F16u*>(p); }
inline void store(float* p, F16 v) { *reinterpret_cast<F16u*>(p) = v; }
inline U16 load(const std::uint32_t* p) { return *reinterpret_cast<const U16*>(p); }
inline void store(std::uint32_t* p, U16 v) { *reinterpret_cast<U16*>(p) = v; }
inline F16 splat(float x) { return F16{} + x; }
inline F16 select(I16 mask, F16 yes, F16 no) {
  return reinterpret_cast<F16>((mask & reinterpret_cast<I16>(yes)) | (~mask & reinterpret_cast<I16>(no)));
}

inline F16 square_root(F16 v) {
  F16 r;
  for (int i = 0; i < 16; ++i) r[i] = __builtin_sqrtf(v[i]);
  return r;
}

}  // namespace
}  // namespace pac::cpu
