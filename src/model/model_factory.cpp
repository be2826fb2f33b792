// Chooses the backend.
#include "model/model_factory.hpp"

#include <cstdio>

#include "core/error.hpp"
#include "model/cpu/cpu_model.hpp"
#include "model/cpu/team.hpp"
#if defined(PACBENCH_HAS_CUDA)
#include "model/cuda/cuda_models.hpp"
#include "model/cuda/device.hpp"
#endif

namespace pac {
namespace {

/// Null where the CPU backend is to compute.
std::unique_ptr<ModelFactory> open_device_models(const Config& config, const Communicator& communicator) {
#if defined(PACBENCH_HAS_CUDA)
  const std::string missing = not_on_cuda(config);
  if (missing.empty()) return cuda::open_cuda_models(config, communicator);
  communicator.agree([&] {
    if (config.backend != Backend::cuda) return;
    throw Error(Exit::usage, missing + ": the cuda backend does not compute this; use --backend cpu, or auto");
  });
  const bool said = config.backend == Backend::cpu || config.quiet || !communicator.is_root();
  if (!said && cuda::visible_devices().count > 0) {
    std::fprintf(stderr, "pacbench: %s: the cuda backend does not compute this; all ranks use the CPU backend\n",
                 missing.c_str());
  }
  return nullptr;
#else
  communicator.agree([&] {
    if (config.backend != Backend::cuda) return;
    throw Error(Exit::device, "--backend cuda: this program was built without CUDA; use --backend cpu, or auto");
  });
  return nullptr;
#endif
}

}  // namespace

const char* built_backends() {
#if defined(PACBENCH_HAS_CUDA)
  return "cuda, cpu";
#else
  return "cpu";
#endif
}

std::string not_on_cuda(const Config& config) {
  if (config.measure != std::vector<Measure>{Measure::mi}) return "--measure " + to_text(config.measure);
  return config.pairing_option();
}

std::optional<StageFloors> ModelFactory::floors(const Plan&, std::int64_t) const { return std::nullopt; }

std::vector<int> rank_cpus() { return cpu::available_cpus(); }

std::unique_ptr<ModelFactory> open_models(const Config& config, const Communicator& communicator) {
  if (auto models = open_device_models(config, communicator)) return models;
  communicator.agree([&] {
    if (config.gather == Gather::nccl) {
      throw Error(Exit::usage, "--gather nccl: the cpu backend gathers through MPI; use --gather mpi, or auto");
    }
  });
  return cpu::open_cpu_models(config, communicator);
}

}  // namespace pac
