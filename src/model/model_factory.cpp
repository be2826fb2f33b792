// Chooses the backend.
#include "model/model_factory.hpp"

#include <algorithm>

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

std::int64_t tile_rows(const ModelFactory& factory, const Plan& plan, std::int64_t rows, std::int64_t limit) {
  const auto fits = [&](std::int64_t n) { return factory.predicted_bytes(plan, n) <= limit; };
  if (rows <= 1 || fits(rows)) return std::max<std::int64_t>(rows, 1);
  if (!fits(1)) {
    throw Error(Exit::memory, "one row needs " + to_text(factory.predicted_bytes(plan, 1)) +
                                  " bytes, more than the limit of " + to_text(limit) +
                                  "; raise --mem-limit, or use fewer bands, threads or a shorter --seq-sec");
  }
  std::int64_t low = 1;  // the largest tile that fits, by bisection: the prediction grows with the rows
  std::int64_t high = rows;
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (fits(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace pac
