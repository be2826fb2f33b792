// What all rows share on the device: gains, mean spectra, bin edges - computed once from the Plan.
#pragma once

#include "core/plan.hpp"
#include "kernels/analytic.hpp"
#include "kernels/block_transform.hpp"
#include "model/cuda/geometry.hpp"
#include "model/cuda/handles.hpp"

namespace pac::cuda {

class DeviceTables {
 public:
  /// Blocks until the tables are on the device. Throws Error (memory, device).
  DeviceTables(const Plan& plan, const Geometry& geometry);

  struct Family {
    const float* gain = nullptr;            ///< [unit's bands][L / 2 + 1], over L; extended: one-sided
    const kernels::Complex* box = nullptr;  ///< [L / 2 + 1]
    kernels::TransformStages filter;        ///< of L; where fused
  };
  Family pha;
  Family amp;
  kernels::TransformStages hilbert;  ///< cropped, where fused
  kernels::PhaseEdges edges{};
  const float* bin_cos = nullptr;  ///< [n_bins]
  const float* bin_sin = nullptr;

  [[nodiscard]] std::int64_t bytes() const { return memory_.bytes(); }

 private:
  DeviceMemory memory_;
};

}  // namespace pac::cuda
