// What observed and shifted bin sums have in common: a block works on one row and one group of amplitude bands, whose
// prefix sums it first copies to shared memory where they fit; each thread holds a vector of a group's bands.
#pragma once

#include <type_traits>

#include "kernels/boundaries.hpp"
#include "kernels/modulation.hpp"

namespace pac::kernels {

/// Everything bin sums are made from, [row] of the tile throughout.
struct PairData {
  BoundaryLists lists;
  const std::uint32_t* prefix;  ///< [row][group][time][lanes]
  const std::uint32_t* total;   ///< [row][group][lanes]
  std::uint32_t n_times;
  std::uint32_t n_pha;
  std::uint32_t n_amp;
  std::uint32_t n_bins;
  std::uint32_t n_groups;
  std::uint32_t n_rows;
  float reference;  ///< a row's amplitudes over this are near the mean of a bin's: n_times for means, n_bins for sums
  float log_n_bins;

  /// 1 / what the mean of a bin's integers is near, from a band's total.
  KERNEL_FN float factor(std::uint32_t total_of_band) const { return reference / static_cast<float>(total_of_band); }
};

/// A bin's amplitude over the reference.
KERNEL_FN float bin_amplitude(std::uint32_t sum, float weight, float factor) {
  return static_cast<float>(sum) * weight * factor;
}

/// A thread's share of the work on a group of Lanes bands.
template <unsigned Lanes>
struct GroupLane {
  static constexpr unsigned width = Lanes < 4 ? Lanes : 4;  ///< bands of a thread
  static constexpr unsigned parts = Lanes / width;          ///< threads side by side that hold a group
  static constexpr unsigned slots = warp_size / parts;      ///< groups of a warp at once
  using Vector = Words<width>;
};

/// Times as kernels read them: rows whose prefix sums fit shared memory are short.
template <bool Staged>
using Time = std::conditional_t<Staged, std::uint16_t, std::uint32_t>;

template <bool Staged>
struct alignas(4 * sizeof(Time<Staged>)) FourTimes {
  Time<Staged> time[4];
};

/// The lists of a row and phase band.
template <bool Staged>
KERNEL_FN const Time<Staged>* entries_of(const BoundaryLists& lists, std::int64_t at) {
  if constexpr (Staged) {
    return lists.short_entries + at * lists.capacity;
  } else {
    return lists.entries + at * lists.capacity;
  }
}

/// The prefix sums that a block reads: its own copy in shared memory (Staged), or the array itself.
template <unsigned Lanes, bool Staged, class C>
KERNEL_FN const std::uint32_t* staged_prefix(const C& c, const PairData& data, std::int64_t row, std::int64_t group) {
  using Vector = typename GroupLane<Lanes>::Vector;
  constexpr unsigned width = GroupLane<Lanes>::width;
  const std::uint32_t* const all = data.prefix + (row * data.n_groups + group) * data.n_times * Lanes;
  if constexpr (!Staged) return all;
  std::uint32_t* const copy = c.template shared<std::uint32_t>();
  const std::uint32_t count = data.n_times * (Lanes / width);
  for (std::uint32_t i = c.thread(); i < count; i += c.threads()) {
    reinterpret_cast<Vector*>(copy)[i] = reinterpret_cast<const Vector*>(all)[i];
  }
  c.sync();
  return copy;
}

/// Bytes of shared memory for that copy.
template <unsigned Lanes, bool Staged>
std::size_t staged_bytes(std::uint32_t n_times) {
  return Staged ? sizeof(std::uint32_t) * static_cast<std::size_t>(n_times) * Lanes : 0;
}

/// One phase band of a row beside the amplitude bands of one thread.
template <unsigned Lanes, bool Staged>
struct ThreadPairs {
  using Lane = GroupLane<Lanes>;
  const BoundaryLists& lists;
  const Time<Staged>* entries;
  std::int64_t first_list;  ///< of starts, ends and time_sums
  std::int64_t first_bin;   ///< of weights
  std::uint32_t n_bins;
  std::uint32_t last_bin;
  typename Lane::Vector total;
  float factor[Lane::width];  ///< 1 / what a bin's mean amplitude is near

  /// at: row * n_pha + phase band; part: the thread's place among those that hold a group.
  KERNEL_FN ThreadPairs(const PairData& data, std::int64_t row, std::int64_t group, std::int64_t at, std::uint32_t part)
      : lists(data.lists),
        entries(entries_of<Staged>(data.lists, at)),
        first_list(at * 3 * data.n_bins),
        first_bin(at * data.n_bins),
        n_bins(data.n_bins),
        last_bin(data.lists.last_bin[at]) {
    for (unsigned v = 0; v < Lane::width; ++v) {
      total.word[v] = data.total[(row * data.n_groups + group) * Lanes + part * Lane::width + v];
      factor[v] = data.factor(total.word[v]);
    }
  }

  KERNEL_FN std::uint32_t start(std::uint32_t list) const { return lists.starts[first_list + list]; }
  KERNEL_FN std::uint32_t end(std::uint32_t list) const { return lists.ends[first_list + list]; }

  /// Calls use(v, amplitude of the bin over the reference, weight of the bin) for each bin and band v, in one order for
  /// all kernels.
  /// sum_of_list(list): prefix sums at a list's times, added, with this thread's turns round the circle.
  template <class SumOfList, class Use>
  KERNEL_FN void for_each_bin(const SumOfList& sum_of_list, const Use& use) const {
    using Vector = typename Lane::Vector;
    Vector previous{};   // regular sums of the bin before
    Vector first_sum{};  // bin 0 waits for the last bin's
    for (std::uint32_t j = 0; j <= n_bins; ++j) {
      Vector sum{};
      if (j < n_bins) {
        const Vector leaving = sum_of_list(3 * j);
        for (unsigned v = 0; v < Lane::width; ++v) {
          sum.word[v] = leaving.word[v] - previous.word[v] + (j == last_bin ? total.word[v] : 0);
        }
        if (start(3 * j + 1) < end(3 * j + 1) || start(3 * j + 2) < end(3 * j + 2)) {
          const Vector from = sum_of_list(3 * j + 1);
          const Vector to = sum_of_list(3 * j + 2);
          for (unsigned v = 0; v < Lane::width; ++v) sum.word[v] += from.word[v] - to.word[v];
        }
        previous = leaving;
        if (j == 0) {
          first_sum = sum;
          continue;
        }
      } else {
        for (unsigned v = 0; v < Lane::width; ++v) sum.word[v] = first_sum.word[v] - previous.word[v];
      }
      const std::uint32_t bin = j < n_bins ? j : 0;
      const float weight = lists.weights[first_bin + bin];
      for (unsigned v = 0; v < Lane::width; ++v) use(v, bin_amplitude(sum.word[v], weight, factor[v]), weight);
    }
  }
};

}  // namespace pac::kernels
