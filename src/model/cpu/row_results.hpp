// A pair's results, as both kinds of row workers store them.
#pragma once

#include "core/comodulogram.hpp"
#include "model/cpu/band_tables.hpp"

namespace pac::cpu {

/// Modulation indices index[lane] and shares p[bin][lane] of phase band p and an amplitude tile to row `row` of the
/// result, with preferred phase and quality.
void store_observed(const BandTables& tables, const LaneOps& ops, std::int64_t p, std::int64_t tile, bool empty_bin,
                    const float* index, const float* shares, Comodulogram& result, std::int64_t row);

/// Statistics of a tile's surrogates from their sum[lane], squares[lane] and count[lane] of those not below the
/// observed index.
void store_surrogates(const Plan& plan, std::int64_t p, std::int64_t tile, const double* sum, const double* squares,
                      const std::uint32_t* count, const float* observed_index, Comodulogram& result, std::int64_t row);

}  // namespace pac::cpu
