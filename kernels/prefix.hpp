// Amplitudes to integers and their prefix sums: sums of integers do not depend on order, so every rank, tile and device
// gets the same ones.
#pragma once

#include "kernels/context.hpp"
#include "kernels/quantisation.hpp"

namespace pac::kernels {

/// prefix[row][group][time][Lanes] = sum of a band's integer amplitudes before `time`, total[row][group][Lanes] over
/// the whole row. A group is Lanes amplitude bands side by side; lanes without a band hold zeros. A block for each row
/// and group, some warps for each band: at every step each sums its own piece of a chunk, then all write the chunk out,
/// adding what came before.
template <unsigned Lanes>
struct PrefixSums {
  static constexpr bool cooperative = true;
  static constexpr unsigned most_threads = 512;
  static constexpr unsigned warps_of_band = 2;
  static constexpr unsigned piece = 4 * warp_size;  ///< samples of a warp and step
  static constexpr unsigned chunk = warps_of_band * piece;
  static constexpr unsigned width = Lanes < 4 ? Lanes : 4;  ///< bands that a thread writes at once
  using Vector = Words<width>;

  const float* amplitudes;  ///< [tile_rows][n_amp][stride], stride a multiple of 4
  std::uint32_t* prefix;
  std::uint32_t* total;
  std::int64_t stride;
  std::int64_t n_times;
  std::uint32_t n_amp;
  std::uint32_t n_groups;
  std::uint32_t n_rows;

  [[nodiscard]] Shape shape() const {
    return {{n_groups, n_rows, 1}, threads, 2 * sizeof(Step) + sizeof(double) * Lanes * warps_of_band};
  }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    Step* const steps = c.template shared<Step>();  // two: the next is made while one is written out
    auto* const sums = reinterpret_cast<double*>(steps + 2);
    const std::uint32_t lane = c.thread() % warp_size;
    const std::uint32_t own = c.thread() / warp_size / warps_of_band;
    const std::uint32_t part = c.thread() / warp_size % warps_of_band;
    const std::int64_t group = c.block().x;
    const std::int64_t row = c.block().y;
    const std::int64_t band = group * Lanes + own;
    const bool present = band < n_amp;
    const float* const a = amplitudes + (row * n_amp + (present ? band : 0)) * stride;
    const std::int64_t mine = part * piece + 4 * lane;

    sum_of_part(c, a, mine, sums + own * warps_of_band + part);
    c.sync();
    double sum = 0;
    for (unsigned i = 0; i < warps_of_band; ++i) sum += sums[own * warps_of_band + i];
    const float scale = present ? integer_scale(sum, n_times) : 0;

    const std::uint32_t quad = c.thread() % (Lanes / width);  // of the bands that this thread writes
    Vector before{};                                          // the chunk
    std::uint32_t* const out = prefix + (row * n_groups + group) * n_times * Lanes;
    Floats4 value = four(a, mine);
    for (std::int64_t first = 0; first < n_times; first += chunk) {
      Step& step = steps[first / chunk % 2];
      sum_piece(c, step, value, scale, own, part);
      value = four(a, first + chunk + mine);
      c.sync();
      Vector pieces[warps_of_band];  // before each piece
      for (unsigned i = 0; i < warps_of_band; ++i) {
        for (unsigned v = 0; v < width; ++v) {
          pieces[i].word[v] = before.word[v];
          before.word[v] += step.total[i][quad * width + v];
        }
      }
      for (unsigned k = c.thread(); k < chunk * Lanes / width; k += threads) {
        const unsigned t = k / (Lanes / width);
        if (first + t >= n_times) break;
        Vector sum_before = pieces[0];
        for (unsigned i = 1; i < warps_of_band; ++i) {
          if (t >= i * piece) sum_before = pieces[i];
        }
        for (unsigned v = 0; v < width; ++v) sum_before.word[v] += step.sum[place(t) + quad * width + v];
        reinterpret_cast<Vector*>(out + first * Lanes)[k] = sum_before;
      }
    }
    if (c.thread() < Lanes / width) {
      reinterpret_cast<Vector*>(total + (row * n_groups + group) * Lanes)[quad] = before;
    }
  }

 private:
  static constexpr unsigned threads = warp_size * warps_of_band * Lanes;

  /// Where a time's bands lie in a step: a word spare every 4 times keeps the lanes that write them apart.
  KERNEL_FN static unsigned place(unsigned time) { return time * Lanes + time / 4; }

  struct Step {
    std::uint32_t sum[chunk * Lanes + chunk / 4];  ///< [time][band], before the time, of its piece
    std::uint32_t total[warps_of_band][Lanes];     ///< of each piece
  };

  /// Samples t .. t + 3; zeros behind the row.
  KERNEL_FN Floats4 four(const float* a, std::int64_t t) const {
    if (t + 4 <= n_times) return *reinterpret_cast<const Floats4*>(a + t);
    Floats4 value{};
    for (unsigned i = 0; i < 4; ++i) {
      if (t + i < n_times) value.value[i] = a[t + i];
    }
    return value;
  }

  /// The sum of a warp's samples in double precision, always in the same order.
  template <class C>
  KERNEL_FN void sum_of_part(const C& c, const float* a, std::int64_t mine, double* out) const {
    double sum = 0;
    for (std::int64_t t = mine; t < n_times; t += chunk) {
      const Floats4 value = four(a, t);
      for (const float x : value.value) sum += static_cast<double>(x);
    }
    for (unsigned mask = warp_size / 2; mask > 0; mask /= 2) sum += c.shuffle_xor(sum, mask);
    if (c.thread() % warp_size == 0) *out = sum;
  }

  /// A warp's piece of a chunk, from its first sample on.
  template <class C>
  KERNEL_FN void sum_piece(const C& c, Step& step, const Floats4& value, float scale, std::uint32_t own,
                           std::uint32_t part) const {
    const std::uint32_t lane = c.thread() % warp_size;
    std::uint32_t integer[4];
    std::uint32_t mine = 0;
    for (unsigned i = 0; i < 4; ++i) mine += integer[i] = to_integer(value.value[i], scale);
    std::uint32_t sum = mine;
    for (unsigned d = 1; d < warp_size; d *= 2) {
      const std::uint32_t below = c.shuffle_up(sum, d);
      if (lane >= d) sum += below;
    }
    if (lane == warp_size - 1) step.total[part][own] = sum;
    std::uint32_t before = sum - mine;
    for (unsigned i = 0; i < 4; ++i) {
      step.sum[place(part * piece + 4 * lane + i) + own] = before;
      before += integer[i];
    }
  }
};

}  // namespace pac::kernels
