// viridis from 18 of its 256 colours, straight lines between them: at most 6 of 255 off.
#include "io/colour_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace pac {
namespace {

using Colour = std::array<double, 3>;

constexpr std::array<Colour, 18> anchors{{{68, 1, 84},
                                          {72, 23, 105},
                                          {71, 42, 122},
                                          {67, 61, 132},
                                          {61, 78, 138},
                                          {53, 94, 141},
                                          {46, 109, 142},
                                          {41, 123, 142},
                                          {35, 137, 142},
                                          {31, 151, 139},
                                          {33, 165, 133},
                                          {46, 179, 124},
                                          {70, 192, 111},
                                          {101, 203, 94},
                                          {137, 213, 72},
                                          {176, 221, 47},
                                          {216, 226, 25},
                                          {253, 231, 37}}};

}  // namespace

std::string viridis(double share) {
  if (std::isnan(share)) return "none";
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(anchors.size() - 1);
  const auto first = std::min(static_cast<std::size_t>(place), anchors.size() - 2);
  const double rest = place - static_cast<double>(first);
  std::array<int, 3> mixed{};
  for (std::size_t k = 0; k < 3; ++k) {
    mixed[k] = static_cast<int>(std::lround(anchors[first][k] * (1 - rest) + anchors[first + 1][k] * rest));
  }
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "#%02x%02x%02x", mixed[0] & 255, mixed[1] & 255, mixed[2] & 255);
  return text.data();
}

}  // namespace pac
