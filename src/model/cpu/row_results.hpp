// From a phase side and an amplitude tile, whatever signals they come from, to a row's results, observed and surrogate;
// and how both kinds of row workers store them.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/comodulogram.hpp"
#include "model/cpu/amplitude_side.hpp"
#include "model/cpu/band_tables.hpp"
#include "model/cpu/phase_side.hpp"
#include "model/cpu/row_layout.hpp"
#include "model/cpu/surrogate_statistics.hpp"
#include "model/stages.hpp"

namespace pac::cpu {

/// A measure of bin sums (is_binned) from `count` sets sums[set][bin][lane] and weight[bin]: value[set][lane].
void binned_values(const LaneOps& ops, Measure measure, const std::uint32_t* sums, int count, const float* weight,
                   int n_bins, float* value);

/// Where the lanes of an amplitude tile lie in a map of the result: `count` elements from `first` on.
struct TilePlace {
  TilePlace(const Plan& plan, std::int64_t p, std::int64_t tile, std::int64_t row);
  std::size_t first;
  std::size_t count;
};

/// The measures of bin sums of phase band p and an amplitude tile to row `row` of the result, with preferred phase and
/// quality, from sums[bin][lane] and weight[bin], 0 for a bin without samples. shares: [bin][lane], scratch.
void store_observed(const BandTables& tables, const LaneOps& ops, std::int64_t p, std::int64_t tile,
                    const std::uint32_t* sums, const float* weight, float* shares, Comodulogram& result,
                    std::int64_t row);

/// A row's shifts (or the trials its surrogates take), ascending (neighbouring shifts read neighbouring prefix sums),
/// and which permutation each is.
struct SortedShifts {
  std::vector<std::int64_t> shifts;
  std::vector<std::int64_t> permutation;
};
SortedShifts in_order(const std::vector<std::int64_t>& drawn);
SortedShifts sorted_shifts(const Plan& plan, std::int64_t global_row);

/// Surrogates of one measure of a tile, as LaneOps::accumulate sums them.
struct TileSurrogates {
  alignas(64) std::array<float, lanes> observed{};
  alignas(64) std::array<double, lanes> sum{};
  alignas(64) std::array<double, lanes> squares{};
  alignas(64) std::array<std::uint32_t, lanes> reached{};  ///< surrogates not below the observed value
};
/// None yet, beside the observed values in maps.pac.
TileSurrogates no_surrogates(const MeasureMaps& maps, const TilePlace& place);
void store_statistics(const TileSurrogates& tile, std::int64_t n_perm, MeasureMaps& maps, const TilePlace& place);

/// Elements of the largest surrogates of a plan's measures.
inline std::int64_t n_largest(const Plan& plan) { return std::ssize(plan.measures) * plan.n_perm; }

/// What a thread needs for results.
struct ResultScratch {
  explicit ResultScratch(const Plan& plan)
      : sums(shift_group * plan.n_bins * lanes),
        p(plan.n_bins * lanes),
        largest(n_largest(plan)),
        shift_bytes(bytes_of_shifts(plan)) {}
  AlignedArray<std::uint32_t> sums;  ///< [shift_group][bin][lane]
  AlignedArray<float> p;             ///< [bin][lane]
  AlignedArray<float> largest;       ///< [measure][n_perm] largest surrogate of the pairs of bands that this thread did
  [[nodiscard]] std::int64_t bytes() const { return sums.bytes() + p.bytes() + largest.bytes() + shift_bytes; }
  std::int64_t shift_bytes;  ///< of SortedShifts and what it is made from, a row's
  static std::int64_t bytes_of_shifts(const Plan& plan) {
    return 4 * static_cast<std::int64_t>(sizeof(std::int64_t)) * plan.n_perm;
  }
  static std::int64_t predicted_bytes(const Plan& plan) {
    return plan.n_bins * lanes * 4 * (shift_group + 1) + 4 * n_largest(plan) + bytes_of_shifts(plan);
  }
};

/// Phase band p of one signal with a tile of amplitude bands of the same signal or of another one.
struct PhaseOfTile {
  const BandTables& tables;
  const LaneOps& ops;
  const PhaseSide& phase;
  std::int64_t p;
  AmplitudeTile amplitude;
};

/// Their results, observed and surrogate, to row `row` of the result; surrogates are counted in own.largest too.
void results_of_phase(const PhaseOfTile& of, const SortedShifts& shifts, Comodulogram& result, std::int64_t row,
                      ResultScratch& own, StageSeconds& seconds);

/// Once all pairs of a row are stored: `largest` [measure][n_perm] of all members, in the first one's place, to what
/// they say about the row's pairs together.
void finish_row(std::span<float* const> largest, const Plan& plan, Comodulogram& result, std::int64_t row);

}  // namespace pac::cpu
