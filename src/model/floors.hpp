// The least time that a stage can take on a device, from what it must move and compute: printed beside measured times.
#pragma once

#include <algorithm>
#include <array>

#include "model/stages.hpp"

namespace pac {

struct StageFloor {
  double memory_s = 0;      ///< bytes that must be moved, over the bandwidth of a copy measured on the device
  double arithmetic_s = 0;  ///< operations, or words of shared memory, over the device's peak rate
  [[nodiscard]] double least_s() const { return std::max(memory_s, arithmetic_s); }
};

using StageFloors = std::array<StageFloor, stage_names.size()>;

}  // namespace pac
