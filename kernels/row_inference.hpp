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

/// rank[row][pair] = pairs of the row with a defined value whose count is not above this pair's; 0 where undefined.
struct RankPairs {
  static constexpr bool cooperative = false;
  const float* pac;            ///< [row][pair]
  const std::uint32_t* count;  ///< [row][pair]
  std::uint32_t* rank;
  std::uint32_t n_pairs;
  std::uint32_t n_rows;

  [[nodiscard]] Shape shape() const { return elementwise(n_pairs, n_rows); }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t i = element_of(c);
    if (i >= n_pairs) return;
    const std::int64_t row = static_cast<std::int64_t>(c.block().y) * n_pairs;
    std::uint32_t sum = 0;
    for (std::uint32_t j = 0; j < n_pairs; ++j) {
      sum += pac[row + j] == pac[row + j] && count[row + j] <= count[row + i] ? 1U : 0U;
    }
    rank[row + i] = pac[row + i] == pac[row + i] ? sum : 0;
  }
};

/// p_maxstat and q_fdr of every pair.
struct InferRow {
  static constexpr bool cooperative = false;
  const float* pac;            ///< [row][pair]
  const std::uint32_t* count;  ///< [row][pair] surrogates not below pac
  const std::uint32_t* rank;   ///< [row][pair] of RankPairs
  const float* largest;        ///< [row][n_perm]
  float* p_maxstat;            ///< [row][pair]
  float* q_fdr;
  std::uint32_t n_pairs;
  std::uint32_t n_perm;
  std::uint32_t n_rows;
  float undefined;  ///< NaN

  [[nodiscard]] Shape shape() const { return elementwise(n_pairs, n_rows); }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t i = element_of(c);
    if (i >= n_pairs) return;
    const std::int64_t row = c.block().y;
    const std::int64_t first = row * n_pairs;
    const float observed = pac[first + i];
    std::uint32_t reached = 0;
    for (std::uint32_t k = 0; k < n_perm; ++k) reached += largest[row * n_perm + k] >= observed ? 1U : 0U;
    std::uint32_t defined = 0;
    for (std::uint32_t j = 0; j < n_pairs; ++j) defined += rank[first + j] > 0 ? 1U : 0U;
    const double all = 1.0 + n_perm;
    double least = 1;
    for (std::uint32_t j = 0; j < n_pairs; ++j) {
      if (rank[first + j] == 0 || count[first + j] < count[first + i]) continue;
      const double rate = (1.0 + count[first + j]) * defined / (all * rank[first + j]);
      least = rate < least ? rate : least;
    }
    const bool is_number = observed == observed;
    p_maxstat[first + i] = is_number ? static_cast<float>((1.0 + reached) / all) : undefined;
    q_fdr[first + i] = is_number ? static_cast<float>(least) : undefined;
  }
};

}  // namespace pac::kernels
