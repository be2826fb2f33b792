// ModelFactory: chooses the backend, binds the rank's device, makes models. Opened once and collectively; making a
// model is local.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "core/config.hpp"
#include "model/floors.hpp"
#include "model/pac_model.hpp"

namespace pac {

/// What a rank computes on.
struct DeviceInfo {
  std::string backend;
  std::string name;
  std::string uuid;              ///< empty for CPUs
  std::int64_t total_bytes = 0;  ///< of the device's memory
  int threads = 0;
  int visible_devices = -1;  ///< GPUs that the rank sees; -1: not known
};

/// What preparing a plan took.
struct Preparation {
  double seconds = 0;  ///< planning the transforms, including tables and wisdom
  std::string wisdom;  ///< "cached", "measured now"
};

class ModelFactory {
 public:
  virtual ~ModelFactory() = default;
  ModelFactory() = default;
  ModelFactory(const ModelFactory&) = delete;
  ModelFactory& operator=(const ModelFactory&) = delete;

  /// Collective: makes everything about `plan` that ranks must agree on (FFT plans). Call before make() with a new
  /// plan.
  virtual Preparation prepare(const Plan& plan) = 0;
  /// A model for at most `rows` rows at a time. Throws Error (memory) or std::bad_alloc. `threads` 0: all of the
  /// rank's.
  [[nodiscard]] virtual std::unique_ptr<PacModel> make(const Plan& plan, std::int64_t rows, int threads) const = 0;
  /// The least seconds of each stage for so many rows on this rank's device, whose peaks are measured here and now:
  /// while nothing else runs there. None where the backend knows none. Local, after prepare(); throws Error (device).
  [[nodiscard]] virtual std::optional<StageFloors> floors(const Plan& plan, std::int64_t rows) const;
  /// Bytes that make(plan, rows) will take together with the rows' samples.
  [[nodiscard]] virtual std::int64_t predicted_bytes(const Plan& plan, std::int64_t rows) const = 0;
  /// Bytes that a model and its rows may take where the user gives no limit: the device's free memory, or on a host,
  /// which others use too, a modest share.
  [[nodiscard]] virtual std::int64_t default_limit_bytes() const = 0;
  /// Collective over `part`, some ranks of those that this factory was opened for: models on the same devices and with
  /// the same choices that gather within the part. Neither factory nor communicator may go before its models.
  [[nodiscard]] virtual std::unique_ptr<ModelFactory> within(const Communicator& part) const = 0;
  [[nodiscard]] virtual DeviceInfo device() const = 0;
  /// Libraries it computes and gathers with, "name version" by what the result file calls them: fft, cuda, gather.
  [[nodiscard]] virtual std::map<std::string, std::string> libraries() const = 0;
};

/// Processors that this rank may compute on, ascending; empty where the system does not tell. Local.
std::vector<int> rank_cpus();

/// The backends of this build: "cpu", or "cuda, cpu".
const char* built_backends();

/// What the CUDA backend does not compute of a configuration: the option with its value, "--measure mvl"; empty where
/// it computes all of it.
std::string not_on_cuda(const Config& config);

/// Collective. Where the choice is automatic, a configuration that is not the CUDA backend's goes to the CPU, which
/// rank 0 says on stderr where it sees a device (not under --quiet). Throws AgreedError (usage) where the CUDA backend
/// is asked for what it does not compute, (device) where the wanted backend cannot be had.
std::unique_ptr<ModelFactory> open_models(const Config& config, const Communicator& communicator);

}  // namespace pac
