// How amplitudes become integers, for both backends: as large as the row's sum allows.
#pragma once

#include "kernels/context.hpp"

namespace pac::kernels {

/// What a band's amplitudes are multiplied with: their integers' sum stays below 2^31, so that sums of any samples do,
/// and a second turn below 2^32. The margin covers what single precision loses in a sum of 2^14 amplitudes; longer ones
/// are to be summed in double precision. 0 where there is no amplitude.
KERNEL_FN float integer_scale(double sum, std::int64_t n_times) {
  const double ceiling = (2147483647.0 - static_cast<double>(n_times)) * (1 - 1e-3);
  return sum > 0 ? static_cast<float>(ceiling / sum) : 0.0F;
}

KERNEL_FN std::uint32_t to_integer(float amplitude, float scale) {
  return static_cast<std::uint32_t>(static_cast<std::int32_t>(amplitude * scale + 0.5F));
}

}  // namespace pac::kernels
