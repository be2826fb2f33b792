// How rows of samples lie before the lane loops, short rows and long ones alike.
#pragma once

#include <cstdint>

namespace pac::cpu {

/// Room for a row of samples: what the lane loops may touch behind its end is there.
inline std::int64_t padded(std::int64_t n_times) { return (n_times + 16 + 63) / 64 * 64; }

}  // namespace pac::cpu
