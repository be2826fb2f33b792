// The largest number that still fits.
#pragma once

#include <cstdint>

namespace pac {

/// The largest n of 1..most with fits(n), by bisection; fits(1) holds, and whatever fits one number fits every smaller.
/// most itself is tried first. fits may be collective where every rank gives the same answers.
template <class Fits>
std::int64_t largest_that(Fits&& fits, std::int64_t most) {
  if (most <= 1 || fits(most)) return most < 1 ? 1 : most;
  std::int64_t low = 1;
  std::int64_t high = most;
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (fits(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace pac
