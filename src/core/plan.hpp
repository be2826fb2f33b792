// Plan: everything that both backends must agree on before a sample is read. A pure function of the configuration and
// the signals' shape, in double precision; backends receive these numbers and can only differ in arithmetic.
#pragma once

#include <cstdint>
#include <vector>

#include "core/comodulogram.hpp"
#include "core/config.hpp"
#include "core/rows.hpp"

namespace pac {

/// One band's filter.
struct BandFilter {
  Band band;
  std::int64_t order = 0;           ///< N; the row needs N samples of extension on each side
  std::vector<double> correlation;  ///< [N + 1] autocorrelation of the N + 1 taps: forward-backward filtering
};

/// How rows whose phase and amplitude come from different signals are computed: in groups, see SignalGroup.
struct SidePlan {
  std::int64_t n_signals = 0;    ///< of a group; 0: no groups, every row is one signal
  std::int64_t ranks = 1;        ///< that share out a group's signals to filter them
  std::int64_t spare_bytes = 0;  ///< on every rank, beyond the least that a model needs: for amplitudes held at once
  [[nodiscard]] std::int64_t own_signals() const { return shard_of(n_signals, ranks, 0).count; }
};

struct Plan {
  double fs_hz = 0;
  std::int64_t n_times = 0;  ///< T
  std::int64_t pad = 0;      ///< the largest order of all bands
  Hilbert hilbert = Hilbert::cropped;
  /// Length of the Hilbert transform: cropped: smallest 5-smooth >= T; extended: smallest 7-smooth >= T + 2 pad.
  std::int64_t hilbert_length = 0;
  std::vector<BandFilter> pha;
  std::vector<BandFilter> amp;
  std::int64_t n_bins = 0;
  BinStatistic bin_statistic = BinStatistic::mean;
  bool distributions = false;
  std::vector<Measure> measures{Measure::mi};
  bool surrogate_max = false;
  Surrogate surrogate = Surrogate::shift;
  bool all_shifts = false;
  std::vector<std::int64_t> shifts;  ///< explicit ones, in samples; empty: random ones, or all
  std::int64_t n_perm = 0;           ///< with all_shifts the number of admissible shifts, with `shifts` theirs
  std::int64_t min_shift = 1;        ///< samples
  std::uint64_t seed = 0;
  SidePlan sides;

  [[nodiscard]] std::int64_t extended() const { return n_times + 2 * pad; }
  [[nodiscard]] std::int64_t n_pha() const { return static_cast<std::int64_t>(pha.size()); }
  [[nodiscard]] std::int64_t n_amp() const { return static_cast<std::int64_t>(amp.size()); }
  [[nodiscard]] std::int64_t pairs() const { return n_pha() * n_amp(); }
  /// Whether surrogates are other trials' amplitudes, and whether they are shifted ones.
  [[nodiscard]] bool swaps_trials() const { return n_perm > 0 && surrogate == Surrogate::swap_trials; }
  [[nodiscard]] bool shifts_rows() const { return n_perm > 0 && !swaps_trials(); }
  [[nodiscard]] MapShape map_shape() const;
  /// Bytes of one row's result.
  [[nodiscard]] std::int64_t result_bytes_per_row() const { return map_shape().bytes_per_row(); }
  /// Boundaries of phase bins to expect in one row, over all phase bands: a phase of centre frequency f crosses n_bins
  /// edges a turn, at most one a sample.
  [[nodiscard]] double expected_boundaries() const;
};

/// Throws Error (usage) for bands that do not fit the sampling rate, rows too short for any filter (input, if they come
/// from a file) or for the smallest shift.
Plan make_plan(const Config& config, const SignalShape& shape);

/// Smallest shift of a row's surrogates, samples, whichever option says it.
std::int64_t smallest_shift(const Config& config, double fs_hz, std::int64_t n_times);

/// Circular shifts of a row's surrogates, [n_perm], each in [min_shift, T - min_shift]: surrogate k pairs the phase at
/// t with the amplitude at (t + shift) mod T. Random ones depend on seed, global row index and k alone; a shift of the
/// phase by s is one of the amplitude by T - s. With all_shifts every admissible one, ascending: the exact null of
/// circular shifts. With explicit shifts those, in their order.
std::vector<std::int64_t> surrogate_shifts(const Plan& plan, std::int64_t row);

/// Trials whose amplitudes a row's surrogates take, [n_perm], each one of `trials`, drawn with replacement: they depend
/// on seed, global row index, permutation and the trials alone. Empty where there are no trials.
std::vector<std::int64_t> surrogate_trials(const Plan& plan, const std::vector<std::int64_t>& trials, std::int64_t row);

}  // namespace pac
