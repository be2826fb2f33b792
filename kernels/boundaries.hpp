// Where the phase leaves its bins. A row is treated as a circle: at time t the bin changes from that of sample t - 1
// (of the last one for t = 0). The sum of an amplitude over a bin's samples is a difference of its prefix sums at these
// times, for every circular shift. A change to the next bin is regular and serves both bins with one number; any other
// change is a jump and is listed for both.
#pragma once

#include "kernels/context.hpp"

namespace pac::kernels {

/// A row's boundaries in one phase band: bin j has three lists of times, at [starts[3 j + kind], ends[3 j + kind]) of
/// entries: kind 0: regular, leaving j; 1: jumps from j; 2: jumps to j. Lists start at multiples of 4 and are filled up
/// with zeros: whoever reads four times at once reads no others than these.
struct BoundaryLists {
  std::uint32_t* entries;        ///< [row][phase band][capacity]; null: not wanted
  std::uint16_t* short_entries;  ///< the same for rows of at most 2^16 samples; null: not wanted
  std::uint32_t* starts;         ///< [row][phase band][3 n_bins]
  std::uint32_t* ends;           ///< [row][phase band][3 n_bins]
  std::uint32_t* time_sums;      ///< [row][phase band][3 n_bins] of the lists' times, modulo 2^32
  float* weights;                ///< [row][phase band][n_bins] 1 / samples in the bin (0 for none), or 1 for sums
  std::uint8_t* empty_bin;       ///< [row][phase band] 1 where a bin holds no sample
  std::uint8_t* last_bin;        ///< [row][phase band] bin of the last sample: its run closes with the row's total
  std::int64_t capacity;

  /// Every sample may be a jump, which is listed twice; each list may waste 3.
  static constexpr std::int64_t capacity_for(std::int64_t n_times, std::int64_t n_bins) {
    return ceil_div(2 * n_times + 9 * n_bins, 4) * 4;
  }
};

/// Makes the lists: a block for each row and phase band. Within a list, times come in no particular order.
struct FindBoundaries {
  static constexpr bool cooperative = true;
  static constexpr unsigned least_blocks = 6;
  const std::uint8_t* bins;  ///< [tile_rows][n_pha][stride], stride a multiple of 4
  BoundaryLists lists;
  std::int64_t stride;
  std::uint32_t n_times;
  std::uint32_t n_pha;
  std::uint32_t n_bins;
  std::uint32_t n_rows;
  bool mean_weights;

  [[nodiscard]] Shape shape() const {
    return {{n_pha, n_rows, 1}, 256, 6 * sizeof(std::uint32_t) * static_cast<std::size_t>(n_bins)};
  }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    std::uint32_t* const cursor = c.template shared<std::uint32_t>();  // [3 n_bins] counts, then places
    std::uint32_t* const sums = cursor + 3 * n_bins;                   // [3 n_bins]
    const std::int64_t at = static_cast<std::int64_t>(c.block().y) * n_pha + c.block().x;
    const std::uint8_t* const own = bins + at * stride;
    for (std::uint32_t i = c.thread(); i < 6 * n_bins; i += c.threads()) cursor[i] = 0;
    c.sync();
    for_each_boundary(c, own, [&](std::uint32_t time, std::uint32_t from, std::uint32_t to) {
      const auto count = [&](std::uint32_t list) {
        c.atomic_add(cursor + list, std::uint32_t{1});
        c.atomic_add(sums + list, time);
      };
      if (regular(from, to)) {
        count(3 * from);
      } else {
        count(3 * from + 1);
        count(3 * to + 2);
      }
    });
    c.sync();
    if (c.thread() < warp_size) place_lists(c, cursor, at);
    c.sync();
    for_each_boundary(c, own, [&](std::uint32_t time, std::uint32_t from, std::uint32_t to) {
      if (regular(from, to)) {
        list(at, c.atomic_add(cursor + 3 * from, std::uint32_t{1}), time);
      } else {
        list(at, c.atomic_add(cursor + 3 * from + 1, std::uint32_t{1}), time);
        list(at, c.atomic_add(cursor + 3 * to + 2, std::uint32_t{1}), time);
      }
    });
    // Samples per bin are bin sums too, of an amplitude of one: the prefix sum at a boundary is its time.
    const std::uint32_t last = own[n_times - 1];
    const auto samples = [&](std::uint32_t j) {
      const std::uint32_t before = j == 0 ? n_bins - 1 : j - 1;
      return sums[3 * j] + sums[3 * j + 1] - sums[3 * j + 2] - sums[3 * before] + (j == last ? n_times : 0);
    };
    for (std::uint32_t i = c.thread(); i < 3 * n_bins; i += c.threads()) {
      lists.time_sums[at * 3 * n_bins + i] = sums[i];
    }
    for (std::uint32_t j = c.thread(); j < n_bins; j += c.threads()) {
      const std::uint32_t count = samples(j);
      const float weight = mean_weights ? 1.0F / static_cast<float>(count) : 1.0F;
      lists.weights[at * n_bins + j] = count == 0 ? 0.0F : weight;
    }
    if (c.thread() == 0) {
      std::uint8_t empty = 0;
      for (std::uint32_t j = 0; j < n_bins; ++j) {
        if (samples(j) == 0) empty = 1;
      }
      lists.empty_bin[at] = empty;
      lists.last_bin[at] = static_cast<std::uint8_t>(last);
    }
  }

 private:
  KERNEL_FN bool regular(std::uint32_t from, std::uint32_t to) const {
    return to == from + 1 || (to == 0 && from + 1 == n_bins);
  }

  KERNEL_FN void list(std::int64_t at, std::uint32_t place, std::uint32_t time) const {
    if (lists.entries != nullptr) lists.entries[at * lists.capacity + place] = time;
    if (lists.short_entries != nullptr) {
      lists.short_entries[at * lists.capacity + place] = static_cast<std::uint16_t>(time);
    }
  }

  /// Four samples a thread and step, in one load where the row has them.
  template <class C, class Work>
  KERNEL_FN void for_each_boundary(const C& c, const std::uint8_t* own, const Work& work) const {
    for (std::uint32_t t = 4 * c.thread(); t < n_times; t += 4 * c.threads()) {
      const std::uint32_t count = n_times - t < 4 ? n_times - t : 4;
      std::uint32_t four = 0;
      if (count == 4) {
        four = *reinterpret_cast<const std::uint32_t*>(own + t);
      } else {
        for (std::uint32_t i = 0; i < count; ++i) four |= static_cast<std::uint32_t>(own[t + i]) << (8 * i);
      }
      std::uint32_t from = own[t == 0 ? n_times - 1 : t - 1];
      for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t to = (four >> (8 * i)) & 0xffU;
        if (to != from) work(t + i, from, to);
        from = to;
      }
    }
  }

  /// One warp: starts of the lists from their lengths, rounded up to multiples of 4; leaves the starts in `cursor`.
  template <class C>
  KERNEL_FN void place_lists(const C& c, std::uint32_t* cursor, std::int64_t at) const {
    const std::uint32_t n_lists = 3 * n_bins;
    std::uint32_t carry = 0;
    for (std::uint32_t first = 0; first < n_lists; first += warp_size) {
      const std::uint32_t list = first + c.thread();
      const std::uint32_t count = list < n_lists ? cursor[list] : 0;
      const std::uint32_t room = (count + 3) / 4 * 4;
      std::uint32_t sum = room;
      for (std::uint32_t d = 1; d < warp_size; d *= 2) {
        const std::uint32_t below = c.shuffle_up(sum, d);
        if (c.thread() >= d) sum += below;
      }
      const std::uint32_t start = carry + sum - room;
      if (list < n_lists) {
        lists.starts[at * n_lists + list] = start;
        lists.ends[at * n_lists + list] = start + count;
        for (std::uint32_t i = start + count; i < start + room; ++i) this->list(at, i, 0);
        cursor[list] = start;
      }
      carry += c.shuffle(sum, warp_size - 1);
    }
  }
};

}  // namespace pac::kernels
