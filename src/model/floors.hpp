// The least time that a stage can take, from what it must move and compute: printed beside measured times. What a
// device or processor can do at most is measured by its backend; the formulas stand in floors.cpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/plan.hpp"
#include "model/stages.hpp"

namespace pac {

struct StageFloor {
  double memory_s = 0;      ///< bytes that must be moved, over the bandwidth of a copy measured there
  double arithmetic_s = 0;  ///< operations, or words of the fastest memory, over the peak rate
  [[nodiscard]] double least_s() const { return std::max(memory_s, arithmetic_s); }
};

using StageFloors = std::array<StageFloor, stage_names.size()>;

/// What a device, or a rank's threads together, can do at most.
struct Peaks {
  double bytes_per_s = 0;  ///< of a copy within the memory, bytes read and bytes written
  double flops_per_s = 0;  ///< single precision, a fused multiply-add as two
  double words_per_s = 0;  ///< words of 4 bytes from shared memory, or from the first-level cache
};

/// The transforms of a row.
struct RowTransforms {
  double spectrum_bytes = 0;      ///< of all spectra
  double forward_operations = 0;  ///< to them
  double inverse_operations = 0;  ///< from them to all bands' analytic signals
};

/// 5 n log2 n, what a complex transform of n points is counted as by convention (FFTW, cuFFT); a real one counts half.
double transform_operations(std::int64_t length);

/// Of `rows` rows.
StageFloors floors_of(const Plan& plan, const RowTransforms& transforms, std::int64_t rows, const Peaks& peaks);

}  // namespace pac
