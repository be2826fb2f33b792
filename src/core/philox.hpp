// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, SC11; Random123), a pure function of its key and
// counter, so that a row's numbers depend on its global index and on nothing else.
#pragma once

#include <array>
#include <cstdint>

namespace pac {

/// What a draw is for: draws of different purposes never share a counter.
enum class Stream : std::uint32_t {
  surrogate_shift = 1,
  white_noise = 2,
  coupling_phase = 3,
  order = 4,
  surrogate_trial = 5
};

/// Four 32-bit words for (seed, row, index) of a stream.
std::array<std::uint32_t, 4> philox(std::uint64_t seed, std::uint64_t row, std::uint32_t index, Stream stream);

/// A whole number in [0, range), range >= 1: the high half of a 64-bit word times range (bias below range / 2^64).
std::int64_t uniform_below(std::int64_t range, std::uint64_t seed, std::uint64_t row, std::uint32_t index,
                           Stream stream);

}  // namespace pac
