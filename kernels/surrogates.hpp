// Surrogates: the amplitude shifted circularly against the phase. Shifted bin sums are differences of prefix sums at
// the phase's boundaries, moved by the shift; their cost does not grow with the sampling rate.
#pragma once

#include <type_traits>

#include "kernels/pair_sums.hpp"

namespace pac::kernels {

/// index[row][phase band][permutation of this launch][group][lane] = modulation index, or what else `Summary` makes of
/// bins, of the shifted amplitude.
///
/// A block copies the prefix sums of a row and group of amplitude bands to shared memory; a warp takes a phase band and
/// as many shifts as it has slots. All its lanes read the same boundary at once, each moved by its own shift: lanes of
/// a slot read one line of Lanes words, and slots of a quarter of the warp meet no bank twice where their shifts differ
/// modulo 32 / Lanes (the shifts come ordered so, see arrange_shifts()).
template <unsigned Lanes, bool Staged, class Summary = IndexSum>
struct SurrogateSums {
  static constexpr bool cooperative = true;
  static constexpr unsigned most_threads = Staged ? 640 : 512;
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
    const std::uint32_t at_once = c.threads() / warp_size * splits;
    const std::uint32_t chunks = (n_shifts + Lane::slots - 1) / Lane::slots;
    const std::uint32_t slot = c.thread() % warp_size / Lane::parts;
    // Fast phases have most boundaries and mostly come last. From them on, and to and fro, every warp gets its share.
    std::uint32_t turn = c.thread() / warp_size * splits + c.block().z;
    for (std::uint32_t first = 0; first < data.n_pha * chunks; first += at_once, turn = at_once - 1 - turn) {
      const std::uint32_t task = first + turn;
      const std::uint32_t k = task % chunks * Lane::slots + slot;
      if (task < data.n_pha * chunks && k < n_shifts) {
        one_shift(c, prefix, row, group, data.n_pha - 1 - task / chunks, k);
      }
    }
  }

 private:
  /// Wide enough for the sum of all places of a list, which holds half of a row's times at most.
  static constexpr bool short_tally = Staged && Lanes >= 2;
  using Tally = std::conditional_t<short_tally, std::uint32_t, std::uint64_t>;
  static constexpr std::uint32_t line = sizeof(std::uint32_t) * Lanes;  ///< bytes of a time

  using Vector = typename Lane::Vector;

  /// Prefix sums at the times of a list, added, moved by a shift around the circle. Where the way went past the row's
  /// end, `ahead` and `place` differ by the circle: so their sums tell how many turns there were. In a short tally that
  /// of `ahead` follows from the list's own sum.
  struct MovedSum {
    Vector sum;
    Tally ahead;
    Tally place;
  };

  /// `shift` (with the thread's place in its line) and `circle` in bytes.
  KERNEL_FN static void add_moved(MovedSum& moved, const unsigned char* prefix, std::uint32_t time, std::uint32_t shift,
                                  std::uint32_t circle) {
    const std::uint32_t ahead = time * line + shift;
    const std::uint32_t back = ahead - circle;  // huge where `ahead` is within the circle
    const std::uint32_t place = back < ahead ? back : ahead;
    if constexpr (!short_tally) moved.ahead += ahead;
    moved.place += place;
    const auto value = *reinterpret_cast<const Vector*>(prefix + place);
    for (unsigned v = 0; v < Lane::width; ++v) moved.sum.word[v] += value.word[v];
  }

  /// Of a list's times; every turn adds the row's total. `first`: the prefix sum at the shift itself, where the zeros
  /// go that fill the list up.
  KERNEL_FN static Vector moved_sum(const unsigned char* prefix, const ThreadPairs<Lanes, Staged>& pairs,
                                    std::uint32_t list, std::uint32_t shift, std::uint32_t circle) {
    const std::uint32_t begin = pairs.start(list);
    const std::uint32_t end = pairs.end(list);
    MovedSum moved{};
    const std::uint32_t fours = (end - begin + 3) / 4;
    const auto* next = reinterpret_cast<const FourTimes<Staged>*>(pairs.entries + begin);
    FourTimes<Staged> coming{};  // read while the four before them are worked on
    if (fours > 0) coming = *next;
    for (std::uint32_t left = fours; left > 0; --left) {
      const FourTimes<Staged> four = coming;
      if (left > 1) coming = *++next;
      for (const std::uint32_t time : four.time) add_moved(moved, prefix, time, shift, circle);
    }
    if constexpr (short_tally) moved.ahead = pairs.lists.time_sums[pairs.first_list + list] * line + 4 * fours * shift;
    const auto turns = static_cast<std::uint32_t>((moved.ahead - moved.place) / circle);
    const Vector first = *reinterpret_cast<const Vector*>(prefix + shift);
    for (unsigned v = 0; v < Lane::width; ++v) {
      moved.sum.word[v] += turns * pairs.total.word[v] - (begin + 4 * fours - end) * first.word[v];
    }
    return moved.sum;
  }

  template <class C>
  KERNEL_FN void one_shift(const C& c, const std::uint32_t* prefix, std::int64_t row, std::int64_t group,
                           std::uint32_t p, std::uint32_t k) const {
    const std::uint32_t part = c.thread() % Lane::parts;
    const std::int64_t at = row * data.n_pha + p;
    const ThreadPairs<Lanes, Staged> pairs(data, row, group, at, part);
    const auto* const bytes = reinterpret_cast<const unsigned char*>(prefix);
    const std::uint32_t circle = data.n_times * line;
    const std::uint32_t shift =
        shifts[row * n_perm + first_perm + k] * line + part * static_cast<std::uint32_t>(sizeof(Vector));
    Summary sums[Lane::width];
    const auto sum = [&](std::uint32_t list) { return moved_sum(bytes, pairs, list, shift, circle); };
    pairs.for_each_bin(sum, [&](unsigned v, float w, float weight) { sums[v].add(w, weight); });
    float* const out = index + ((at * most_shifts + k) * data.n_groups + group) * Lanes + part * Lane::width;
    for (unsigned v = 0; v < Lane::width; ++v) {
      out[v] = sums[v].index(static_cast<float>(data.n_bins), data.log_n_bins);
    }
  }
};

/// A row's shifts in an order in which each group of `distinct` (32 / Lanes) neighbours differs modulo `distinct` as
/// far as they allow: SurrogateSums reads shared memory without conflicts then. In place; permutation[i] is where the
/// shift at i stood before.
void arrange_shifts(std::uint32_t* shifts, std::uint32_t* permutation, std::int64_t n, std::uint32_t distinct);

}  // namespace pac::kernels
