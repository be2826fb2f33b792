// The least time of each stage on a GPU: bytes over copy bandwidth, operations over peak.
#pragma once

#include <cstdint>
#include <optional>

#include "core/plan.hpp"
#include "model/cuda/device.hpp"
#include "model/cuda/geometry.hpp"
#include "model/floors.hpp"

namespace pac::cuda {

/// From the chip's shape: clock_hz of its multiprocessors, copy_bytes_per_s as measured.
Peaks peaks_of(const Device& device, double clock_hz, double copy_bytes_per_s);

/// Measures the copy, for some milliseconds; none where too little memory is free for a copy that the caches do not
/// serve. Blocks. Throws Error (device).
std::optional<Peaks> measure_peaks(const Device& device);

/// Of `rows` rows. Of the geometry only what follows from the Plan counts (lengths, numbers of transforms), not how
/// rows are tiled.
StageFloors floors_of(const Plan& plan, const Geometry& geometry, std::int64_t rows, const Peaks& peaks);

}  // namespace pac::cuda
