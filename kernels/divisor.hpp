// Division by a number that is known before the kernel starts, as a multiplication and a shift.
#pragma once

#include "kernels/context.hpp"

namespace pac::kernels {

/// n / divisor for 0 <= n < 2^31 (Granlund and Montgomery 1994, PLDI, figure 4.1).
struct Divisor {
  std::uint32_t divisor = 1;
  std::uint32_t multiplier = 1;
  std::uint32_t shift = 0;

  /// divisor: 1 .. 2^31.
  static Divisor by(std::uint32_t divisor) {
    std::uint32_t shift = 0;
    while ((std::uint64_t{1} << shift) < divisor) ++shift;
    const std::uint64_t excess = (std::uint64_t{1} << shift) - divisor;
    return {divisor, static_cast<std::uint32_t>((excess << 32) / divisor + 1), shift};
  }

  KERNEL_FN std::uint32_t quotient(std::uint32_t n) const {
    const auto high = static_cast<std::uint32_t>((static_cast<std::uint64_t>(multiplier) * n) >> 32);
    return (high + n) >> shift;
  }
};

}  // namespace pac::kernels
