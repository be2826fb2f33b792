// What a finished run measured, as the scaling model wants it.
#pragma once

#include <cstdint>
#include <string>

#include "core/config.hpp"
#include "core/rows.hpp"
#include "core/scaling_model.hpp"
#include "measure/record.hpp"

namespace pac {

/// One case of a result: its work, where it ran and the medians of the slowest rank's times.
struct ScalingReference {
  std::string label;
  Config config;      ///< with what the case itself varied
  SignalShape shape;  ///< counts and sampling rate only; n_channels 0: the result does not tell, and n_batches are rows
  std::int64_t rows = 0;
  std::int64_t ranks = 1;
  std::int64_t hosts = 1;  ///< that its ranks were on
  Nodes nodes;             ///< as the whole job had them
  PerRowStage stage_s{};   ///< computing, all of it: what no stage accounts for is shared out in proportion
  double read_s = 0;
  double gather_s = 0;
  std::int64_t rows_per_tile = 0;  ///< 0: all rows were resident
};

/// Takes the case on the fewest ranks; among several, a sweep's base case, then the one of most rows. Throws Error
/// (input) where the result failed its verification, or has no case with times and a number of rows; `path` names it.
ScalingReference scaling_reference(const Record& measured, const std::string& path);

}  // namespace pac
