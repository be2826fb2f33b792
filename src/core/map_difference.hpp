// How far two maps of the modulation index lie apart, and whether that is within what correct runs may differ by. Pure;
// whether the two maps are of the same signals and definition is asked elsewhere.
#pragma once

#include <cstdint>
#include <span>

namespace pac {

/// What an allowance depends on. n_times 0: unknown, then no moved sample is allowed for.
struct MapScale {
  std::int64_t n_amp = 1;    ///< amplitude bands: consecutive pairs that share a phase
  std::int64_t n_times = 0;  ///< samples of a row, T
  std::int64_t n_bins = 18;
};

struct MapDifference {
  std::int64_t n_pairs = 0;            ///< with a number in both maps
  std::int64_t n_one_sided = 0;        ///< NaN in one map only
  double largest = 0;                  ///< |d|; NaN, as the next two, where there is nothing to compare
  double mean = 0;                     ///< |d|
  double correlation = 0;              ///< Pearson's; NaN where a map is constant
  std::int64_t n_beyond_contract = 0;  ///< pairs with |d| > 1e-6 + 1e-3 MI
  std::int64_t n_beyond_moved = 0;     ///< pairs with |d| beyond what one moved sample can do as well
  std::int64_t n_moved_phases = 0;     ///< (row, phase band)s with a pair beyond the contract
  std::int64_t n_phases = 0;           ///< (row, phase band)s compared

  /// NaN agrees with NaN only; no pair lies beyond a moved sample; at most one in a hundred (row, phase band)s, or one,
  /// needs it: all amplitude bands of a phase share its samples' bins.
  [[nodiscard]] bool agrees() const;
};

/// The accuracy contract: 1e-6 + 1e-3 MI.
double contract_of(double modulation_index);

/// The contract, and what moving one of T samples into the next phase bin can add to it. Derivation in the source.
double moved_sample_bound(double modulation_index, const MapScale& scale);

/// Maps [row][phase band][amplitude band] of equal size.
MapDifference difference_of(std::span<const float> a, std::span<const float> b, const MapScale& scale);

}  // namespace pac
