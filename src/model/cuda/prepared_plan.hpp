// A Plan with everything that is made for it once and shared by all models: shapes, tables, transforms.
#pragma once

#include <memory>

#include "model/cuda/device_tables.hpp"
#include "model/cuda/transforms.hpp"

namespace pac::cuda {

struct PreparedPlan {
  /// Local; throws Error (memory, device).
  PreparedPlan(const Plan& wanted, std::size_t shared_bytes, std::int64_t tile_rows = Geometry::most_tile_rows,
               bool may_fuse = true)
      : plan(wanted),
        geometry(plan, shared_bytes, tile_rows, may_fuse),
        tables(plan, geometry),
        transforms(std::make_unique<Transforms>(geometry)) {}

  const Plan plan;
  const Geometry geometry;
  const DeviceTables tables;
  std::unique_ptr<Transforms> transforms;

  [[nodiscard]] std::int64_t bytes() const { return tables.bytes(); }
};

}  // namespace pac::cuda
