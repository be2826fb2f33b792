// How much fits: the largest batch by bisection, and whether measured memory is what the plan predicted.
#pragma once

#include <cstdint>

#include "bench/measured_case.hpp"

namespace pac {

struct LargestBatch {
  std::int64_t per_rank = 0;           ///< batch items that every rank holds at once
  std::int64_t refused_by_system = 0;  ///< times that the plan allowed memory which the system then did not have
};

/// Collective over the workload's ranks, which agree at each step: what the plan allows within the limit is really
/// taken, on all ranks at once; a rank that gets no memory makes the batch too large, and nothing else. Throws
/// AgreedError (memory) where not even one batch item fits.
LargestBatch largest_batch(const Config& config, const Workload& work);

/// Rank 0 only. Adds the metrics of memory, of the rank that the prediction misses most; finds a prediction or a limit
/// that does not hold wrong.
void judge_memory(const Config& config, MeasuredCase& measured);

}  // namespace pac
