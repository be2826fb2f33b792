// A pair's observed results, as both kinds of row workers store them.
#pragma once

#include "core/comodulogram.hpp"
#include "model/cpu/band_tables.hpp"

namespace pac::cpu {

/// Modulation indices index[lane] and shares p[bin][lane] of phase band p and an amplitude tile to row `row` of the
/// result, with preferred phase and quality.
void store_observed(const BandTables& tables, const LaneOps& ops, std::int64_t p, std::int64_t tile, bool empty_bin,
                    const float* index, const float* shares, Comodulogram& result, std::int64_t row);

}  // namespace pac::cpu
