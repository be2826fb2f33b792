// What a rank's threads can do at most, and the transforms of a row: what the floors of the stages are made from.
#pragma once

#include "model/cpu/band_tables.hpp"
#include "model/floors.hpp"

namespace pac::cpu {

/// Measures, for some tens of milliseconds, by all threads at once: a copy of arrays that no cache of a core holds,
/// multiply-adds, and additions of lines of the first-level cache. Takes 32 MiB a thread meanwhile.
Peaks measure_peaks(const LaneOps& ops, int threads);

/// Of a row that is transformed whole; the least that the filters' lengths allow.
RowTransforms row_transforms(const BandTables& tables);

}  // namespace pac::cpu
