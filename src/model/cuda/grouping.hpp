// What the files of the pipeline share: numbers as kernels take them, and how amplitude bands are grouped.
#pragma once

#include <cstdint>
#include <limits>

#include "model/cuda/geometry.hpp"

namespace pac::cuda {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

inline std::uint32_t count32(std::int64_t n) { return static_cast<std::uint32_t>(n); }

/// Calls work.template operator()<Lanes, Staged>() for the grouping that a plan uses.
template <class Work>
void with_grouping(const Geometry& g, Work&& work) {
  if (!g.staged) return work.template operator()<8, false>();
  switch (g.lanes) {
    case 8:
      return work.template operator()<8, true>();
    case 4:
      return work.template operator()<4, true>();
    case 2:
      return work.template operator()<2, true>();
    default:
      return work.template operator()<1, true>();
  }
}

}  // namespace pac::cuda
