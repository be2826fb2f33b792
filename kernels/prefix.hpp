// Amplitudes to integers and their prefix sums: sums of integers do not depend on order, so every rank, tile and device
// gets the same ones.
#pragma once

#include "kernels/context.hpp"
#include "kernels/quantisation.hpp"

namespace pac::kernels {

/// prefix[row][group][time][Lanes] = sum of a band's integer amplitudes before `time`, total[row][group][Lanes] over
/// the whole row. A group is Lanes amplitude bands side by side; lanes without a band hold zeros. A block for each row
/// and group, a warp for each band.
template <unsigned Lanes>
struct PrefixSums {
  static constexpr bool cooperative = true;
  static constexpr unsigned chunk = 4 * warp_size;  ///< samples of a step
  const float* amplitudes;                          ///< [tile_rows][n_amp][stride], stride a multiple of 4
  std::uint32_t* prefix;
  std::uint32_t* total;
  std::int64_t stride;
  std::int64_t n_times;
  std::uint32_t n_amp;
  std::uint32_t n_groups;
  std::uint32_t n_rows;

  [[nodiscard]] Shape shape() const {
    return {{n_groups, n_rows, 1}, warp_size * Lanes, sizeof(std::uint32_t) * (chunk * Lanes + warp_size)};
  }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    std::uint32_t* const tile = c.template shared<std::uint32_t>();  // [chunk][Lanes], a word spare every 4 times
    const std::uint32_t lane = c.thread() % warp_size;
    const std::uint32_t own = c.thread() / warp_size;
    const std::int64_t group = c.block().x;
    const std::int64_t row = c.block().y;
    const std::int64_t band = group * Lanes + own;
    const bool present = band < n_amp;
    const float* const a = amplitudes + (row * n_amp + (present ? band : 0)) * stride;
    const float scale = present ? scale_of(c, a, lane) : 0;
    std::uint32_t* const out = prefix + (row * n_groups + group) * n_times * Lanes;
    std::uint32_t carry = 0;
    for (std::int64_t first = 0; first < n_times; first += chunk) {
      std::uint32_t value[4];
      std::uint32_t mine = 0;
      for (unsigned i = 0; i < 4; ++i) {
        const std::int64_t t = first + 4 * lane + i;
        value[i] = t < n_times ? to_integer(a[t], scale) : 0;
        mine += value[i];
      }
      std::uint32_t sum = mine;
      for (unsigned d = 1; d < warp_size; d *= 2) {
        const std::uint32_t below = c.shuffle_up(sum, d);
        if (lane >= d) sum += below;
      }
      std::uint32_t before = carry + sum - mine;
      for (unsigned i = 0; i < 4; ++i) {
        tile[(4 * lane + i) * Lanes + own + lane] = before;
        before += value[i];
      }
      carry += c.shuffle(sum, warp_size - 1);
      c.sync();
      for (unsigned k = c.thread(); k < chunk * Lanes; k += c.threads()) {
        if (first + k / Lanes < n_times) out[first * Lanes + k] = tile[k + k / (4 * Lanes)];
      }
      c.sync();
    }
    if (lane == 0) total[(row * n_groups + group) * Lanes + own] = carry;
  }

 private:
  /// From the sum of a band's amplitudes, in double precision and always in the same order.
  template <class C>
  KERNEL_FN float scale_of(const C& c, const float* a, std::uint32_t lane) const {
    double sum = 0;
    for (std::int64_t t = 4 * lane; t < n_times; t += chunk) {
      for (unsigned i = 0; i < 4; ++i) {
        if (t + i < n_times) sum += static_cast<double>(a[t + i]);
      }
    }
    for (unsigned mask = warp_size / 2; mask > 0; mask /= 2) sum += c.shuffle_xor(sum, mask);
    return integer_scale(sum, n_times);
  }
};

}  // namespace pac::kernels
