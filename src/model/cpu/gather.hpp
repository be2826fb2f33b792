// Results of the backend's models on their way to rank 0: through MPI.
#pragma once

#include "comm/communicator.hpp"
#include "core/comodulogram.hpp"

namespace pac::cpu {

/// Collective: PacModel::gather for the first place.count rows of `results`.
inline void gather_results(const Communicator& communicator, const Comodulogram& results, RowRun place,
                           Comodulogram& whole) {
  for_each_map(results, [&](const char* name, const std::vector<float>& mine, std::int64_t width) {
    communicator.gather_rows(mine.data(), place, width * static_cast<std::int64_t>(sizeof(float)),
                             map_named(whole, name));
  });
  communicator.gather_rows(results.quality.data(), place, results.pairs(), whole.quality.data());
}

}  // namespace pac::cpu
