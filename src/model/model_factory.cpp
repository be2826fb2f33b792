// Chooses the backend.
#include "model/model_factory.hpp"

#include "core/error.hpp"
#include "model/cpu/cpu_model.hpp"

namespace pac {

std::unique_ptr<ModelFactory> open_models(const Config& config, const Communicator& communicator) {
  communicator.agree([&] {
    if (config.backend == Backend::cuda) {
      throw Error(Exit::device, "--backend cuda: this program was built without CUDA; use --backend cpu, or auto");
    }
    if (config.gather == Gather::nccl) {
      throw Error(Exit::usage, "--gather nccl: the cpu backend gathers through MPI; use --gather mpi, or auto");
    }
  });
  return cpu::open_cpu_models(config, communicator);
}

}  // namespace pac
