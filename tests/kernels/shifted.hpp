// Surrogates of a tile: shifts, SurrogateSums in launches of some permutations, and what they leave.
#pragma once

#include "pair_material.hpp"

namespace pac::kernels {

struct Shifts {
  std::int64_t n_perm;
  std::vector<std::uint32_t> values;  ///< [tile_rows][n_perm]

  /// No shift, the smallest, the largest, then random ones.
  Shifts(const Extent& e, std::int64_t n) : n_perm(n) {
    std::mt19937 random(static_cast<unsigned>(n));
    const std::uint32_t n_times = count32(e.n_times);
    for (std::int64_t i = 0; i < e.tile_rows * n; ++i) values.push_back(word_of(random) % n_times);
    for (std::int64_t row = 0; row < e.tile_rows; ++row) {
      const std::uint32_t special[] = {0, 1, n_times - 1, n_times / 2};
      for (std::int64_t k = 0; k < std::min<std::int64_t>(n, 4); ++k) values[index(row * n + k)] = special[k];
    }
  }
};

/// How the permutations are divided: launches of most_shifts, each with `splits` blocks for a row and group.
struct Division {
  std::int64_t most_shifts;
  unsigned splits;
};

template <unsigned Lanes, bool Staged>
SurrogateSums<Lanes, Staged> surrogate_sums(const PairData& data, const Shifts& shifts, const Division& division,
                                            std::int64_t first, float* out) {
  const std::int64_t n = std::min(division.most_shifts, shifts.n_perm - first);
  return {data,
          shifts.values.data(),
          out,
          count32(shifts.n_perm),
          count32(first),
          count32(n),
          count32(division.most_shifts),
          division.splits};
}

/// Indices of all launches as [row][phase band][permutation][amplitude band]; each launch touches no more than it may.
template <unsigned Lanes, bool Staged, class Run>
std::vector<float> surrogate_indices(const Extent& e, Lists& lists, Prefix<Lanes>& prefix, const Shifts& shifts,
                                     const Division& division, const Run& run) {
  const std::int64_t padded_amp = prefix.n_groups * Lanes;
  std::vector<float> all(index(e.n_rows * e.n_pha * shifts.n_perm * e.n_amp));
  for (std::int64_t first = 0; first < shifts.n_perm; first += division.most_shifts) {
    Poisoned<float> out(e.tile_rows * e.n_pha * division.most_shifts * padded_amp);
    const auto body = surrogate_sums<Lanes, Staged>(pair_data(e, lists, prefix), shifts, division, first, out.data());
    run(body);
    expect_only(out, [&](std::int64_t i) {
      return i / padded_amp % division.most_shifts < body.n_shifts &&
             i < e.n_rows * e.n_pha * division.most_shifts * padded_amp;
    });
    for (std::int64_t at = 0; at < e.n_rows * e.n_pha; ++at) {
      for (std::int64_t k = 0; k < body.n_shifts; ++k) {
        const float* const own = out.data() + (at * division.most_shifts + k) * padded_amp;
        std::copy_n(own, e.n_amp, all.begin() + (at * shifts.n_perm + first + k) * e.n_amp);
      }
    }
  }
  return all;
}

inline bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](float x, float y) { return bits_of(x) == bits_of(y); });
}

}  // namespace pac::kernels
