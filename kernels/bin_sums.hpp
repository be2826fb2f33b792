// Observed sums of the amplitudes over a phase bin's samples, from prefix sums at the phase's boundaries.
#pragma once

#include "kernels/pair_sums.hpp"

namespace pac::kernels {

/// sums[row][phase band][bin][left and net][group][lane]: prefix sums at the regular boundaries that leave the bin; and
/// these, with those of its jumps and of the row's end. A bin's sum is its own net less what left the bin before it.
///
/// A block for each row and group of amplitude bands. A warp takes some bins at a time, `sharing` slots of it each.
template <unsigned Lanes, bool Staged>
struct BinSums {
  static constexpr bool cooperative = true;
  static constexpr unsigned most_threads = 640;
  using Lane = GroupLane<Lanes>;
  static constexpr unsigned sharing = 4;                      ///< slots that share out a bin's boundaries
  static constexpr unsigned at_once = Lane::slots / sharing;  ///< bins of a warp

  PairData data;
  std::uint32_t* sums;

  [[nodiscard]] Shape shape() const {
    const std::int64_t wanted = ceil_div(data.n_pha * data.n_bins, at_once) * warp_size;
    return {{data.n_groups, data.n_rows, 1},
            wanted < most_threads ? static_cast<unsigned>(wanted) : most_threads,
            staged_bytes<Lanes, Staged>(data.n_times)};
  }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t group = c.block().x;
    const std::int64_t row = c.block().y;
    const std::uint32_t lane = c.thread() % warp_size;
    const std::uint32_t part = lane % Lane::parts;
    const std::uint32_t slot = lane / Lane::parts;
    const std::uint32_t* const prefix = staged_prefix<Lanes, Staged>(c, data, row, group) + part * Lane::width;
    const std::uint32_t n_tasks = data.n_pha * data.n_bins;
    const std::uint32_t step = c.threads() / warp_size * at_once;
    for (std::uint32_t first = c.thread() / warp_size * at_once; first < n_tasks; first += step) {
      const std::uint32_t task = first + slot / sharing;
      one_bin(c, prefix, row, group, task, slot % sharing, part);
    }
  }

 private:
  using Vector = typename Lane::Vector;

  /// This slot's share of the prefix sums at the times of a list, which begins at a multiple of 4; the zeros that fill
  /// it up add nothing.
  KERNEL_FN static Vector share_of_list(const std::uint32_t* prefix, const std::uint32_t* entries, std::uint32_t begin,
                                        std::uint32_t end, std::uint32_t share) {
    Vector sum{};
    for (std::uint32_t i = begin + 4 * share; i < end; i += 4 * sharing) {
      const Words4 four = *reinterpret_cast<const Words4*>(entries + i);
      for (const std::uint32_t time : four.word) {
        const auto value = *reinterpret_cast<const Vector*>(prefix + static_cast<std::size_t>(time) * Lanes);
        for (unsigned v = 0; v < Lane::width; ++v) sum.word[v] += value.word[v];
      }
    }
    return sum;
  }

  /// task: phase band and bin, or one past them all: lanes without a bin keep the others company.
  template <class C>
  KERNEL_FN void one_bin(const C& c, const std::uint32_t* prefix, std::int64_t row, std::int64_t group,
                         std::uint32_t task, std::uint32_t share, std::uint32_t part) const {
    const std::uint32_t p = task / data.n_bins;
    const std::uint32_t bin = task - p * data.n_bins;
    const bool present = p < data.n_pha;
    const std::int64_t at = row * data.n_pha + p;
    Vector left{};
    Vector net{};
    if (present) {
      const std::uint32_t* const entries = data.lists.entries + at * data.lists.capacity;
      const std::uint32_t* const starts = data.lists.starts + (at * data.n_bins + bin) * 3;
      const std::uint32_t* const ends = data.lists.ends + (at * data.n_bins + bin) * 3;
      left = share_of_list(prefix, entries, starts[0], ends[0], share);
      const Vector from = share_of_list(prefix, entries, starts[1], ends[1], share);
      const Vector to = share_of_list(prefix, entries, starts[2], ends[2], share);
      for (unsigned v = 0; v < Lane::width; ++v) net.word[v] = left.word[v] + from.word[v] - to.word[v];
    }
    for (unsigned mask = Lane::parts; mask < Lane::parts * sharing; mask *= 2) {
      for (unsigned v = 0; v < Lane::width; ++v) {
        left.word[v] += c.shuffle_xor(left.word[v], mask);
        net.word[v] += c.shuffle_xor(net.word[v], mask);
      }
    }
    if (!present || share > 1) return;
    const std::int64_t padded = static_cast<std::int64_t>(data.n_groups) * Lanes;
    const std::int64_t lane = group * Lanes + part * Lane::width;
    if (share == 1) {
      const std::uint32_t* const total = data.total + row * padded + lane;
      const bool last = bin == data.lists.last_bin[at];
      for (unsigned v = 0; v < Lane::width; ++v) net.word[v] += last ? total[v] : 0;
    }
    std::uint32_t* const out = sums + ((at * data.n_bins + bin) * 2 + share) * padded + lane;
    *reinterpret_cast<Vector*>(out) = share == 0 ? left : net;
  }
};

}  // namespace pac::kernels
