// A pair's results, as both kinds of row workers store them.
#pragma once

#include <span>
#include <vector>

#include "core/comodulogram.hpp"
#include "model/cpu/band_tables.hpp"
#include "model/cpu/surrogate_statistics.hpp"

namespace pac::cpu {

/// Modulation indices index[lane] and shares p[bin][lane] of phase band p and an amplitude tile to row `row` of the
/// result, with preferred phase and quality.
void store_observed(const BandTables& tables, const LaneOps& ops, std::int64_t p, std::int64_t tile, bool empty_bin,
                    const float* index, const float* shares, Comodulogram& result, std::int64_t row);

/// A row's shifts, ascending (neighbouring shifts read neighbouring prefix sums), and which permutation each is.
struct SortedShifts {
  std::vector<std::int64_t> shifts;
  std::vector<std::int64_t> permutation;
};
SortedShifts sorted_shifts(const Plan& plan, std::int64_t global_row);

/// Statistics of a tile's surrogates from their sum[lane], squares[lane] and count[lane] of those not below the
/// observed index.
void store_surrogates(const Plan& plan, std::int64_t p, std::int64_t tile, const double* sum, const double* squares,
                      const std::uint32_t* count, const float* observed_index, Comodulogram& result, std::int64_t row);

/// Once all pairs of a row are stored: `largest` [n_perm] of all members, in the first one's place, to what they say
/// about the row's pairs together.
void finish_row(std::span<float* const> largest, const Plan& plan, Comodulogram& result, std::int64_t row);

}  // namespace pac::cpu
