// Rows through every kernel body in the order in which the CUDA backend queues them, on the host: with plain Fourier
// transforms in double precision, rounded to float, where cuFFT's would stand.
#pragma once

#include "core/comodulogram.hpp"
#include "core/plan.hpp"
#include "core/rows.hpp"
#include "host_executor.hpp"

namespace pac::kernels {

struct ChainOptions {
  Order order = Order::forward;
  bool fused = false;              ///< filter in one kernel, without plain transforms
  bool staged = true;              ///< prefix sums copied to shared memory
  unsigned lanes = 8;              ///< amplitude bands of a group
  std::int64_t most_shifts = 256;  ///< of a launch
  unsigned splits = 1;
};

/// All rows of a block as one tile, padded by a row that is not there.
Comodulogram compute_on_host(const Plan& plan, const RowBlock& block, const ChainOptions& options);

}  // namespace pac::kernels
