// Vectors of sixteen numbers, for loops over time or frequency that leave it to the compiler how to take them apart.
// For files that are compiled once per instruction set only (see lane_vectors.hpp).
#pragma once

#include "model/cpu/lane_vectors.hpp"

namespace pac::cpu {
namespace {

using F16 = float __attribute__((vector_size(64)));
using I16 = std::int32_t __attribute__((vector_size(64)));
using L8 = std::int64_t __attribute__((vector_size(64)));
using D8 = double __attribute__((vector_size(64)));
// The same without a promise of alignment.
using F16u = float __attribute__((vector_size(64), aligned(4), may_alias));

inline F16 load(const float* p) { return *reinterpret_cast<const F16u*>(p); }
inline void store(float* p, F16 v) { *reinterpret_cast<F16u*>(p) = v; }
inline F16 splat16(float x) { return F16{} + x; }

inline F16 swap_parts(F16 v) {
  return __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
}
inline F16 real_parts(F16 v) {
  return __builtin_shufflevector(v, v, 0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14, 14);
}
inline F16 imaginary_parts(F16 v) {
  return __builtin_shufflevector(v, v, 1, 1, 3, 3, 5, 5, 7, 7, 9, 9, 11, 11, 13, 13, 15, 15);
}

}  // namespace
}  // namespace pac::cpu
