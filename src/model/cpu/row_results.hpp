// From a phase side and an amplitude tile, whatever signals they come from, to a row's results, observed and surrogate;
// and how both kinds of row workers store them.
#pragma once

#include <span>
#include <vector>

#include "core/comodulogram.hpp"
#include "model/cpu/amplitude_side.hpp"
#include "model/cpu/band_tables.hpp"
#include "model/cpu/phase_side.hpp"
#include "model/stages.hpp"

namespace pac::cpu {

/// Modulation indices index[lane] and shares p[bin][lane] of phase band p and an amplitude tile to row `row` of the
/// result, with preferred phase and quality.
void store_observed(const BandTables& tables, const LaneOps& ops, std::int64_t p, std::int64_t tile, bool empty_bin,
                    const float* index, const float* shares, Comodulogram& result, std::int64_t row);

/// Where no surrogate has come yet: below every measure.
constexpr float no_surrogate = -1;

/// A row's shifts (or the trials its surrogates take), ascending (neighbouring shifts read neighbouring prefix sums),
/// and which permutation each is.
struct SortedShifts {
  std::vector<std::int64_t> shifts;
  std::vector<std::int64_t> permutation;
};
SortedShifts in_order(const std::vector<std::int64_t>& drawn);
SortedShifts sorted_shifts(const Plan& plan, std::int64_t global_row);

/// Statistics of a tile's surrogates from their sum[lane], squares[lane] and count[lane] of those not below the
/// observed index.
void store_surrogates(const Plan& plan, std::int64_t p, std::int64_t tile, const double* sum, const double* squares,
                      const std::uint32_t* count, const float* observed_index, Comodulogram& result, std::int64_t row);

/// What a thread needs for results.
struct ResultScratch {
  explicit ResultScratch(const Plan& plan)
      : sums(shift_group * plan.n_bins * lanes), p(plan.n_bins * lanes), largest(plan.n_perm) {}
  AlignedArray<std::uint32_t> sums;  ///< [shift_group][bin][lane]
  AlignedArray<float> p;             ///< [bin][lane]
  AlignedArray<float> largest;       ///< [n_perm] largest surrogate of the pairs of bands that this thread did
  [[nodiscard]] std::int64_t bytes() const { return sums.bytes() + p.bytes() + largest.bytes(); }
  static std::int64_t predicted_bytes(const Plan& plan) {
    return plan.n_bins * lanes * 4 * (shift_group + 1) + 4 * plan.n_perm;
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

/// Once all pairs of a row are stored: `largest` [n_perm] of all members, in the first one's place, to what they say
/// about the row's pairs together.
void finish_row(std::span<float* const> largest, const Plan& plan, Comodulogram& result, std::int64_t row);

}  // namespace pac::cpu
