// Roots of unity that join the stages of a block's Fourier transform.
#include <cmath>
#include <numbers>

#include "kernels/block_transform.hpp"

namespace pac::kernels {

std::vector<Complex> transform_roots(std::int64_t length) {
  std::vector<Complex> roots;
  for (std::int64_t k = 0; k < length; ++k) {
    const double angle = -2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(length);
    roots.push_back({static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))});
  }
  return roots;
}

}  // namespace pac::kernels
