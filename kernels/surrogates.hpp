// Surrogates: the amplitude shifted circularly against the phase. Shifted bin sums are differences of prefix sums at
// the phase's boundaries, moved by the shift; their cost does not grow with the sampling rate.
#pragma once

#include <type_traits>

#include "kernels/pair_sums.hpp"

namespace pac::kernels {

/// index[row][phase band][permutation of this launch][group][lane] = modulation index of the shifted amplitude.
///
/// A block copies the prefix sums of a row and group of amplitude bands to shared memory; a warp takes a phase band and
/// as many shifts as it has slots. All its lanes read the same boundary at once, each moved by its own shift: lanes of
/// a slot read one line of Lanes words, and slots of a quarter of the warp meet no bank twice where their shifts differ
/// modulo 32 / Lanes (the shifts come ordered so, see arranged_shifts()).
template <unsigned Lanes, bool Staged>
struct SurrogateSums {
  static constexpr bool cooperative = true;
  static constexpr unsigned most_threads = 640;
  using Lane = GroupLane<Lanes>;

  PairData data;
  const std::uint32_t* shifts;  ///< [row][n_perm]
  float* index;
  std::uint32_t n_perm;
  std::uint32_t first_perm;  ///< permutations [first_perm, first_perm + n_shifts) are this launch's
  std::uint32_t n_shifts;
  std::uint32_t most_shifts;  ///< of any launch: extent of `index`
  std::uint32_t splits;       ///< blocks that share the tasks of a row and group

  [[nodiscard]] Shape shape() const {
    const std::int64_t tasks = data.n_pha * ceil_div(n_shifts, Lane::slots);
    const std::int64_t warps = ceil_div(tasks, splits);
    const auto threads = static_cast<unsigned>(warps < most_threads / warp_size ? warps * warp_size : most_threads);
    return {{data.n_groups, data.n_rows, splits}, threads, staged_bytes<Lanes, Staged>(data.n_times)};
  }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t group = c.block().x;
    const std::int64_t row = c.block().y;
    const std::uint32_t* const prefix = staged_prefix<Lanes, Staged>(c, data, row, group);
    const std::uint32_t warps = c.threads() / warp_size;
    const std::uint32_t tasks = data.n_pha * ((n_shifts + Lane::slots - 1) / Lane::slots);
    const std::uint32_t slot = c.thread() % warp_size / Lane::parts;
    for (std::uint32_t task = c.block().z * warps + c.thread() / warp_size; task < tasks; task += splits * warps) {
      const std::uint32_t k = task / data.n_pha * Lane::slots + slot;
      if (k < n_shifts) one_shift(c, prefix, row, group, task % data.n_pha, k);
    }
  }

 private:
  /// Wide enough for the sum of all places of a list, which holds half of a row's times at most.
  using Tally = std::conditional_t<Staged && (Lanes >= 2), std::uint32_t, std::uint64_t>;
  static constexpr std::uint32_t line = sizeof(std::uint32_t) * Lanes;  ///< bytes of a time

  /// Sums of the prefix sums at the times of a list, moved by a shift around the circle. Where the way went past the
  /// row's end, `ahead` and `place` differ by the circle: so their sums tell how many turns there were.
  struct MovedSum {
    std::uint32_t word[Lane::width];
    Tally ahead;
    Tally place;
    KERNEL_FN std::uint32_t turns(std::uint32_t circle) const {
      return static_cast<std::uint32_t>((ahead - place) / circle);
    }
  };

  /// `shift` (with the thread's place in its line) and `circle` in bytes.
  KERNEL_FN static void add_moved(MovedSum& sum, const unsigned char* prefix, std::uint32_t time, std::uint32_t shift,
                                  std::uint32_t circle) {
    const std::uint32_t ahead = time * line + shift;
    const std::uint32_t back = ahead - circle;  // huge where `ahead` is within the circle
    const std::uint32_t place = back < ahead ? back : ahead;
    sum.ahead += ahead;
    sum.place += place;
    const auto value = *reinterpret_cast<const typename Lane::Vector*>(prefix + place);
    for (unsigned v = 0; v < Lane::width; ++v) sum.word[v] += value.word[v];
  }

  KERNEL_FN static MovedSum moved_sum(const unsigned char* prefix, const std::uint32_t* entries, std::uint32_t begin,
                                      std::uint32_t end, std::uint32_t shift, std::uint32_t circle) {
    MovedSum sum{};
    const std::uint32_t* next = entries + begin;  // lists start at multiples of 4
    const std::uint32_t* const last = entries + end;
    for (const std::uint32_t* const fours = next + (end - begin) / 4 * 4; next < fours; next += 4) {
      const Words4 four = *reinterpret_cast<const Words4*>(next);
      for (unsigned k = 0; k < 4; ++k) add_moved(sum, prefix, four.word[k], shift, circle);
    }
    for (; next < last; ++next) add_moved(sum, prefix, *next, shift, circle);
    return sum;
  }

  template <class C>
  KERNEL_FN void one_shift(const C& c, const std::uint32_t* prefix, std::int64_t row, std::int64_t group,
                           std::uint32_t p, std::uint32_t k) const {
    const std::uint32_t part = c.thread() % Lane::parts;
    const std::int64_t at = row * data.n_pha + p;
    const std::uint32_t n_bins = data.n_bins;
    const std::uint32_t* const entries = data.lists.entries + at * data.lists.capacity;
    const std::uint32_t* const starts = data.lists.starts + at * 3 * n_bins;
    const std::uint32_t* const ends = data.lists.ends + at * 3 * n_bins;
    const float* const weights = data.lists.weights + at * n_bins;
    const std::uint32_t last_bin = data.lists.last_bin[at];
    const auto* const from = reinterpret_cast<const unsigned char*>(prefix);
    const std::uint32_t circle = data.n_times * line;
    const std::uint32_t shift =
        shifts[row * n_perm + first_perm + k] * line + part * static_cast<std::uint32_t>(sizeof(typename Lane::Vector));

    std::uint32_t total[Lane::width];
    float factor[Lane::width];
    IndexSum sums[Lane::width];
    for (unsigned v = 0; v < Lane::width; ++v) {
      total[v] = data.total[(row * data.n_groups + group) * Lanes + part * Lane::width + v];
      factor[v] = data.reference / static_cast<float>(total[v]);
    }
    std::uint32_t previous[Lane::width] = {};   // regular sums of the bin before
    std::uint32_t first_sum[Lane::width] = {};  // bin 0 waits for the last bin's
    for (std::uint32_t j = 0; j <= n_bins; ++j) {
      std::uint32_t sum[Lane::width];
      if (j < n_bins) {
        const MovedSum regular = moved_sum(from, entries, starts[3 * j], ends[3 * j], shift, circle);
        const std::uint32_t turns = regular.turns(circle);
        const std::uint32_t closing = j == last_bin ? 1 : 0;
        for (unsigned v = 0; v < Lane::width; ++v) {
          const std::uint32_t leaving = regular.word[v] + turns * total[v];
          sum[v] = leaving - previous[v] + closing * total[v];
          previous[v] = leaving;
        }
        if (starts[3 * j + 1] < ends[3 * j + 1] || starts[3 * j + 2] < ends[3 * j + 2]) {
          const MovedSum out = moved_sum(from, entries, starts[3 * j + 1], ends[3 * j + 1], shift, circle);
          const MovedSum in = moved_sum(from, entries, starts[3 * j + 2], ends[3 * j + 2], shift, circle);
          const std::uint32_t more_turns = out.turns(circle) - in.turns(circle);
          for (unsigned v = 0; v < Lane::width; ++v) {
            sum[v] += out.word[v] - in.word[v] + more_turns * total[v];
          }
        }
        if (j == 0) {
          for (unsigned v = 0; v < Lane::width; ++v) first_sum[v] = sum[v];
          continue;
        }
      } else {
        for (unsigned v = 0; v < Lane::width; ++v) sum[v] = first_sum[v] - previous[v];
      }
      const float weight = weights[j < n_bins ? j : 0];
      for (unsigned v = 0; v < Lane::width; ++v) sums[v].add(static_cast<float>(sum[v]) * weight * factor[v]);
    }
    float* const out = index + ((at * most_shifts + k) * data.n_groups + group) * Lanes + part * Lane::width;
    for (unsigned v = 0; v < Lane::width; ++v) {
      out[v] = sums[v].index(static_cast<float>(n_bins), data.log_n_bins);
    }
  }
};

/// A row's shifts in an order in which each group of `distinct` (32 / Lanes) neighbours differs modulo `distinct` as
/// far as they allow: SurrogateSums reads shared memory without conflicts then. In place.
void arrange_shifts(std::uint32_t* shifts, std::int64_t n, std::uint32_t distinct);

}  // namespace pac::kernels
