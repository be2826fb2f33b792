// What a row's surrogates say about all its pairs of bands together: error rates over the family of pairs. Pure.
#pragma once

#include <cstdint>
#include <span>

#include "core/comodulogram.hpp"

namespace pac {

/// Fills p_maxstat and q_fdr of a row from its pac and exceed_count, over the pairs whose pac is a number; the others
/// stay undefined (NaN).
///
/// p_maxstat = (1 + #{k: largest[k] >= pac}) / (1 + n_perm): the family-wise p-value of the maximum statistic (Nichols
/// & Holmes 2002, Hum Brain Mapp 15:1), with largest [n_perm] the largest surrogate k of any pair. Exact under the null
/// as far as surrogates are exchangeable with the observed row.
/// q_fdr: the smallest false discovery rate at which a pair is found, Benjamini & Hochberg 1995, J R Stat Soc B 57:289,
/// from p = (1 + exceed_count) / (1 + n_perm): min over pairs with p_j >= p of m p_j / #{p_i <= p_j}, at most 1.
void infer_row(MeasureMaps& maps, std::int64_t row, std::int64_t pairs, std::span<const float> largest);

}  // namespace pac
