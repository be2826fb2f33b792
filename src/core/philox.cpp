// Counter-based random numbers by Random123's Philox4x32-10.
#include "core/philox.hpp"

#include <Random123/philox.h>

namespace pac {

std::array<std::uint32_t, 4> philox(std::uint64_t seed, std::uint64_t row, std::uint32_t index, Stream stream) {
  using Generator = r123::Philox4x32;
  const Generator::key_type key{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  const Generator::ctr_type counter{{static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(row >> 32), index,
                                     static_cast<std::uint32_t>(stream)}};
  const Generator::ctr_type words = Generator()(counter, key);
  return {words[0], words[1], words[2], words[3]};
}

std::int64_t uniform_below(std::int64_t range, std::uint64_t seed, std::uint64_t row, std::uint32_t index,
                           Stream stream) {
  const auto words = philox(seed, row, index, stream);
  const std::uint64_t word = (std::uint64_t{words[1]} << 32) | words[0];
  const auto wide = static_cast<std::uint64_t>(range);
  // The high half of the 128-bit product, from 32-bit halves.
  const std::uint64_t low = (word & 0xffffffffU) * wide;
  const std::uint64_t high = (word >> 32) * wide + (low >> 32);
  return static_cast<std::int64_t>(high >> 32);
}

}  // namespace pac
