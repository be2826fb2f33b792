// Lengths that fast Fourier transforms like.
#pragma once

#include <cstdint>

namespace pac {

/// Smallest 2^i 3^j 5^k >= n.
std::int64_t next_5_smooth(std::int64_t n);

/// Smallest 2^i 3^j 5^k 7^l >= n.
std::int64_t next_7_smooth(std::int64_t n);

/// A cheap transform length >= n where the exact length does not matter: the 5-smooth one of least estimated cost,
/// preferring multiples of 16 (SIMD needs them) up to a quarter longer than n.
std::int64_t cheap_length(std::int64_t n);

}  // namespace pac
