// The CPU backend: rows over threads, FFTW and lane loops; gathers through MPI.
#pragma once

#include <memory>

#include "model/model_factory.hpp"

namespace pac::cpu {

/// Collective.
std::unique_ptr<ModelFactory> open_cpu_models(const Config& config, const Communicator& communicator);

}  // namespace pac::cpu
