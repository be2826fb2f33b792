// Numbers that both backends take from the Plan or from a row before they compute.
#include "model/row_tables.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

namespace pac {

constexpr double pi = std::numbers::pi;

PhaseEdgeTable phase_edge_table(std::int64_t n_bins) {
  const auto n = static_cast<int>(n_bins);
  const bool even = n % 2 == 0;
  const int count = even ? n / 2 - 1 : n / 2;
  PhaseEdgeTable table;
  table.upper_base = n / 2;
  for (int k = 0; k < count; ++k) {
    table.lower_cot.push_back(static_cast<float>(1 / std::tan(2 * pi * (k + 1) / n)));
    table.upper_cot.push_back(even ? table.lower_cot.back() : static_cast<float>(1 / std::tan(2 * pi * (k + 0.5) / n)));
  }
  table.n_edges = count;
  for (std::vector<float>* cotangents : {&table.lower_cot, &table.upper_cot}) {
    cotangents->resize((cotangents->size() + 3) / 4 * 4, -std::numeric_limits<float>::infinity());
  }
  for (int j = 0; j < n; ++j) {
    const double centre = -pi + 2 * pi * (j + 0.5) / n;
    table.bin_cos.push_back(static_cast<float>(std::cos(centre)));
    table.bin_sin.push_back(static_cast<float>(std::sin(centre)));
  }
  return table;
}

std::vector<float> box_spectrum(const Plan& plan, std::int64_t length, std::int64_t pad) {
  const bool whole_circle = plan.hilbert == Hilbert::cropped;
  const std::int64_t width = whole_circle ? length : plan.n_times + 2 * pad;
  const double middle = static_cast<double>(plan.n_times - 1) / 2;
  std::vector<float> box;
  box.reserve(static_cast<std::size_t>(2 * (length / 2 + 1)));
  for (std::int64_t f = 0; f <= length / 2; ++f) {
    const double w = 2 * pi * static_cast<double>(f) / static_cast<double>(length);
    double kernel = static_cast<double>(width);
    if (f > 0) kernel = whole_circle ? 0 : std::sin(w * static_cast<double>(width) / 2) / std::sin(w / 2);
    box.push_back(static_cast<float>(kernel * std::cos(w * middle)));
    box.push_back(static_cast<float>(-kernel * std::sin(w * middle)));
  }
  return box;
}

float scale_of(std::span<const float> row, double mean) {
  // Magnitudes compare like the integers of their bits: a loop of integers becomes one of vectors.
  const auto magnitude_bits = [](float x) { return std::bit_cast<std::int32_t>(x) & 0x7fffffff; };
  std::int32_t bits = magnitude_bits(static_cast<float>(mean));
  for (const float x : row) bits = std::max(bits, magnitude_bits(x));
  const auto largest = std::bit_cast<float>(bits);
  if (!(largest > 0)) return 1;
  int exponent = 0;
  std::frexp(largest, &exponent);
  return std::ldexp(1.0F, std::clamp(-exponent, -126, 126));
}

}  // namespace pac
