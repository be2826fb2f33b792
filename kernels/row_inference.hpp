// What the surrogates of a row say about all its pairs of bands together: the largest surrogate of each permutation,
// family-wise p-values, false discovery rates. Definitions and the host's counterpart: src/core/row_inference.hpp.
#pragma once

#include "kernels/context.hpp"

namespace pac::kernels {

/// largest[row][permutation] = the largest index of a surrogate over phase bands and amplitude bands; `undefined` where
/// no pair has one. A warp for each surrogate.
struct SurrogateMaxima {
  static constexpr bool cooperative = true;
  const float* index;                ///< [row][phase band][most_shifts][padded_amp]
  const std::uint32_t* permutation;  ///< [row][n_perm] which permutation each shift is
  float* largest;                    ///< [row][n_perm]
  std::uint32_t n_perm;
  std::uint32_t first_perm;  ///< shifts [first_perm, first_perm + n_shifts) are this launch's
  std::uint32_t n_shifts;
  std::uint32_t most_shifts;
  std::uint32_t n_pha;
  std::uint32_t n_amp;
  std::uint32_t padded_amp;
  std::uint32_t n_rows;
  float undefined;  ///< NaN

  [[nodiscard]] Shape shape() const { return elementwise(std::int64_t{warp_size} * n_shifts, n_rows); }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const auto k = static_cast<std::uint32_t>(element_of(c) / warp_size);
    if (k >= n_shifts) return;  // the whole warp
    const std::uint32_t lane = c.thread() % warp_size;
    const std::int64_t row = c.block().y;
    constexpr float none = -1;  // below every measure
    float most = none;
    for (std::uint32_t p = 0; p < n_pha; ++p) {
      const float* const own = index + ((row * n_pha + p) * most_shifts + k) * padded_amp;
      for (std::uint32_t a = lane; a < n_amp; a += warp_size) most = own[a] > most ? own[a] : most;
    }
    for (unsigned mask = warp_size / 2; mask > 0; mask /= 2) {
      const float other = c.shuffle_xor(most, mask);
      most = other > most ? other : most;
    }
    const std::int64_t at = row * n_perm;
    if (lane == 0) largest[at + permutation[at + first_perm + k]] = most == none ? undefined : most;
  }
};

/// p_maxstat and q_fdr of every pair. A block for each row. Pairs with equal counts share their p-value, so that a
/// false discovery rate is worked out once for each count.
struct InferRow {
  static constexpr bool cooperative = true;
  const float* pac;            ///< [row][pair]
  const std::uint32_t* count;  ///< [row][pair] surrogates not below pac
  const float* largest;        ///< [row][n_perm]
  std::uint32_t* tally;        ///< [row][n_perm + 1] scratch: defined pairs of each count
  float* rate;       ///< [row][n_perm + 1] scratch: false discovery rate of each count, then the least from it on
  float* p_maxstat;  ///< [row][pair]
  float* q_fdr;
  std::uint32_t n_pairs;
  std::uint32_t n_perm;
  std::uint32_t n_rows;
  float undefined;  ///< NaN

  [[nodiscard]] Shape shape() const { return {{n_rows, 1, 1}, n_threads, n_threads * sizeof(std::uint32_t)}; }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t row = c.block().x;
    const float* const observed = pac + row * n_pairs;
    const std::uint32_t* const counts = count + row * n_pairs;
    std::uint32_t* const pairs_of = tally + row * (n_perm + 1);
    float* const rates = rate + row * (n_perm + 1);
    for (std::uint32_t k = c.thread(); k <= n_perm; k += n_threads) pairs_of[k] = 0;
    c.sync();
    for (std::uint32_t i = c.thread(); i < n_pairs; i += n_threads) {
      if (observed[i] == observed[i]) c.atomic_add(pairs_of + counts[i], std::uint32_t{1});
    }
    c.sync();
    least_rates(c, pairs_of, rates);
    c.sync();
    for (std::uint32_t i = c.thread(); i < n_pairs; i += n_threads) {
      std::uint32_t reached = 0;
      for (std::uint32_t k = 0; k < n_perm; ++k) reached += largest[row * n_perm + k] >= observed[i] ? 1U : 0U;
      const bool is_number = observed[i] == observed[i];
      p_maxstat[row * n_pairs + i] = is_number ? static_cast<float>((1.0 + reached) / (1.0 + n_perm)) : undefined;
      q_fdr[row * n_pairs + i] = is_number ? rates[counts[i]] : undefined;
    }
  }

 private:
  static constexpr unsigned n_threads = 256;

  /// rates[k] = the least of 1 and (1 + j) m / ((1 + n_perm) #{counts <= j}) over j >= k, of m defined pairs. Each
  /// thread has a piece of the counts: it learns what lies below it, then what lies above.
  template <class C>
  KERNEL_FN void least_rates(const C& c, const std::uint32_t* pairs_of, float* rates) const {
    const std::uint32_t piece = (n_perm + n_threads) / n_threads;
    const std::uint32_t first = c.thread() * piece;
    const std::uint32_t end = first + piece < n_perm + 1 ? first + piece : n_perm + 1;
    std::uint32_t own = 0;
    for (std::uint32_t k = first; k < end; ++k) own += pairs_of[k];
    auto* const sums = c.template shared<std::uint32_t>();
    combine(c, sums, c.thread(), own, [](std::uint32_t a, std::uint32_t b) { return a + b; });
    std::uint32_t below = sums[c.thread()] - own;
    const std::uint32_t defined = sums[n_threads - 1];
    c.sync();
    float least = 1;
    for (std::uint32_t k = first; k < end; ++k) {
      below += pairs_of[k];
      const double rate_of_count = (1.0 + k) * defined / ((1.0 + n_perm) * below);
      rates[k] = rate_of_count < 1 ? static_cast<float>(rate_of_count) : 1.0F;
      least = rates[k] < least ? rates[k] : least;
    }
    auto* const leasts = c.template shared<float>();  // from the last thread on
    const std::uint32_t place = n_threads - 1 - c.thread();
    combine(c, leasts, place, least, [](float a, float b) { return a < b ? a : b; });
    least = place > 0 ? leasts[place - 1] : 1.0F;
    for (std::uint32_t k = end; k > first; --k) {
      least = rates[k - 1] < least ? rates[k - 1] : least;
      rates[k - 1] = least;
    }
  }

  /// values[place] = what all places up to this one give together.
  template <class C, class T, class Combine>
  KERNEL_FN void combine(const C& c, T* values, std::uint32_t place, T value, const Combine& two) const {
    values[place] = value;
    c.sync();
    for (unsigned d = 1; d < n_threads; d *= 2) {
      if (place >= d) value = two(value, values[place - d]);
      c.sync();
      values[place] = value;
      c.sync();
    }
  }
};

}  // namespace pac::kernels
