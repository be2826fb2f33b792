// How rows of samples lie before the lane loops, short rows and long ones alike: their scale and their room.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

namespace pac::cpu {

/// Room for a row of samples: what the lane loops may touch behind its end is there.
inline std::int64_t padded(std::int64_t n_times) { return (n_times + 16 + 63) / 64 * 64; }

/// The power of two that brings the largest magnitude of a row, or of what else belongs to it, near 1: results do not
/// depend on it, squares stay in range.
inline float scale_of(std::span<const float> row, double mean) {
  float largest = static_cast<float>(std::abs(mean));
  for (const float x : row) largest = std::max(largest, std::abs(x));
  if (!(largest > 0)) return 1;
  int exponent = 0;
  std::frexp(largest, &exponent);
  return std::ldexp(1.0F, std::clamp(-exponent, -126, 126));
}

}  // namespace pac::cpu
