// The door to the device: queues a kernel body on a stream. No CUDA header in here.
#pragma once

#include "kernels/bodies.hpp"

namespace pac::kernels {

/// Queues `body` with its own shape() on a stream (a cudaStream_t); nothing for an empty shape. Returns 0 or the number
/// of a cudaError_t; errors of the run itself appear in later calls, as CUDA's do.
#define PACBENCH_DECLARE(Body) int launch(const Body& body, void* stream);
PACBENCH_KERNELS(PACBENCH_DECLARE)
#undef PACBENCH_DECLARE

}  // namespace pac::kernels
