// The CUDA backend: a rank a device; gathers through NCCL, or MPI.
#pragma once

#include <memory>

#include "model/model_factory.hpp"

namespace pac::cuda {

/// Collective: the factory where the CUDA backend is to compute; null where the CPU backend is. Throws AgreedError
/// (device) where CUDA is asked for and cannot be had.
std::unique_ptr<ModelFactory> open_cuda_models(const Config& config, const Communicator& communicator);

}  // namespace pac::cuda
