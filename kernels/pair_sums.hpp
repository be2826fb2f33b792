// What observed and shifted bin sums have in common: a block works on one row and one group of amplitude bands, whose
// prefix sums it first copies to shared memory where they fit; each thread holds a vector of a group's bands.
#pragma once

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
template <unsigned Lanes>
struct ThreadPairs {
  using Lane = GroupLane<Lanes>;
  const std::uint32_t* entries;
  const std::uint32_t* starts;  ///< [3 n_bins], as BoundaryLists
  const std::uint32_t* ends;
  const float* weights;  ///< [n_bins]
  std::uint32_t n_bins;
  std::uint32_t last_bin;
  typename Lane::Vector total;
  float factor[Lane::width];  ///< 1 / what a bin's mean amplitude is near

  /// at: row * n_pha + phase band; part: the thread's place among those that hold a group.
  KERNEL_FN ThreadPairs(const PairData& data, std::int64_t row, std::int64_t group, std::int64_t at, std::uint32_t part)
      : entries(data.lists.entries + at * data.lists.capacity),
        starts(data.lists.starts + at * 3 * data.n_bins),
        ends(data.lists.ends + at * 3 * data.n_bins),
        weights(data.lists.weights + at * data.n_bins),
        n_bins(data.n_bins),
        last_bin(data.lists.last_bin[at]) {
    for (unsigned v = 0; v < Lane::width; ++v) {
      total.word[v] = data.total[(row * data.n_groups + group) * Lanes + part * Lane::width + v];
      factor[v] = data.factor(total.word[v]);
    }
  }

  /// Calls use(bin, v, amplitude of the bin over the reference) for each bin and band, in one order for all kernels.
  /// sum_of_list(begin, end): prefix sums at the times entries[begin, end), added, with this thread's turns round the
  /// circle.
  template <class SumOfList, class Use>
  KERNEL_FN void for_each_bin(const SumOfList& sum_of_list, const Use& use) const {
    using Vector = typename Lane::Vector;
    Vector previous{};   // regular sums of the bin before
    Vector first_sum{};  // bin 0 waits for the last bin's
    for (std::uint32_t j = 0; j <= n_bins; ++j) {
      Vector sum{};
      if (j < n_bins) {
        const Vector leaving = sum_of_list(starts[3 * j], ends[3 * j]);
        for (unsigned v = 0; v < Lane::width; ++v) {
          sum.word[v] = leaving.word[v] - previous.word[v] + (j == last_bin ? total.word[v] : 0);
        }
        if (starts[3 * j + 1] < ends[3 * j + 1] || starts[3 * j + 2] < ends[3 * j + 2]) {
          const Vector from = sum_of_list(starts[3 * j + 1], ends[3 * j + 1]);
          const Vector to = sum_of_list(starts[3 * j + 2], ends[3 * j + 2]);
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
      for (unsigned v = 0; v < Lane::width; ++v) {
        use(bin, v, bin_amplitude(sum.word[v], weights[bin], factor[v]));
      }
    }
  }
};

}  // namespace pac::kernels
