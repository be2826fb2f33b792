// The CUDA backend: binds devices, chooses the gather, prepares plans, makes models.
#include "model/cuda/cuda_models.hpp"

#include <chrono>
#include <memory>

#include "core/error.hpp"
#include "core/fault.hpp"
#include "model/cuda/cuda_check.hpp"
#include "model/cuda/cuda_model.hpp"
#include "model/cuda/device.hpp"
#include "model/cuda/floors.hpp"

namespace pac::cuda {
namespace {

/// How results reach rank 0. Several ranks on one device cannot use NCCL; asked for, it is tried all the same.
bool through_nccl(const Config& config, const Communicator& communicator) {
  if (config.gather != Gather::automatic) return config.gather == Gather::nccl;
  return communicator.size() > 1 && !config.oversubscribe;
}

bool same_plan(const Plan& a, const Plan& b) {
  const auto same_filters = [](const std::vector<BandFilter>& x, const std::vector<BandFilter>& y) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                      [](const BandFilter& f, const BandFilter& g) { return f.band == g.band && f.order == g.order; });
  };
  return a.fs_hz == b.fs_hz && a.n_times == b.n_times && a.pad == b.pad && a.hilbert == b.hilbert &&
         a.hilbert_length == b.hilbert_length && a.n_bins == b.n_bins && a.bin_statistic == b.bin_statistic &&
         a.distributions == b.distributions && a.n_perm == b.n_perm && a.min_shift == b.min_shift && a.seed == b.seed &&
         same_filters(a.pha, b.pha) && same_filters(a.amp, b.amp);
}

class CudaModels final : public ModelFactory {
 public:
  CudaModels(const Config& config, const Communicator& communicator)
      : config_(config), communicator_(communicator), device_(bind_device(config, communicator)) {
    open_gather();
  }

  CudaModels(const CudaModels& whole, const Communicator& part)
      : config_(whole.config_), communicator_(part), device_(whole.device_), prepared_(whole.prepared_) {
    open_gather();
  }

  [[nodiscard]] std::unique_ptr<ModelFactory> within(const Communicator& part) const override {
    return std::make_unique<CudaModels>(*this, part);
  }

  Preparation prepare(const Plan& plan) override {
    const auto begin = std::chrono::steady_clock::now();
    Preparation report;
    report.wisdom = "none needed";
    bool ready = prepared_ != nullptr && same_plan(prepared_->plan, plan);
    ready = communicator_.all(ready);
    if (!ready) {
      prepared_.reset();
      bool linked = false;
      communicator_.agree([&] {
        try {
          prepared_ = std::make_shared<PreparedPlan>(plan, device_.shared_bytes_per_block, true);
          linked = true;
        } catch (const Error& error) {
          if (error.status() == Exit::memory) throw;  // anything else: without callbacks it may work
          report_link(error.what());
        }
      });
      if (!communicator_.all(linked)) {  // all ranks round alike
        prepared_.reset();
        communicator_.agree(
            [&] { prepared_ = std::make_shared<PreparedPlan>(plan, device_.shared_bytes_per_block, false); });
      }
    }
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return report;
  }

  [[nodiscard]] std::unique_ptr<PacModel> make(const Plan& plan, std::int64_t rows, int) const override {
    if (communicator_.rank() == faults().memory_rank && rows > faults().memory_rows) throw std::bad_alloc();
    return std::make_unique<CudaModel>(prepared_for(plan), rows, communicator_, nccl_.get(),
                                       device_.free_bytes);
  }

  [[nodiscard]] std::optional<StageFloors> floors(const Plan& plan, std::int64_t rows) const override {
    const std::optional<Peaks> peaks = measure_peaks(device_);
    if (!peaks) return std::nullopt;
    return floors_of(plan, prepared_for(plan)->geometry, rows, *peaks);
  }

  [[nodiscard]] std::int64_t predicted_bytes(const Plan& plan, std::int64_t rows) const override {
    return CudaModel::predicted_bytes(*prepared_for(plan), rows);
  }

  [[nodiscard]] std::int64_t default_limit_bytes() const override {
    std::size_t free = 0;
    std::size_t total = 0;
    check(cudaMemGetInfo(&free, &total), "ask for the device's memory");
    return static_cast<std::int64_t>(free) / 10 * 9;
  }

  [[nodiscard]] DeviceInfo device() const override {
    return {"cuda", device_.name, device_.uuid, device_.total_bytes, 1};
  }

  [[nodiscard]] std::string fft_library() const override {
    int version = 0;
    check(cufftGetVersion(&version), "ask for cuFFT's version");
    return "cuFFT " + std::to_string(version / 1000) + "." + std::to_string(version / 100 % 10) + "." +
           std::to_string(version % 100);
  }

 private:
  void open_gather() {
    if (through_nccl(config_, communicator_)) nccl_ = std::make_unique<NcclGather>(communicator_, config_.timeout);
  }

  /// Said once in a process.
  void report_link(const std::string& why) const {
    static bool said = false;
    if (said || config_.quiet) return;
    said = true;
    std::fprintf(stderr, "pacbench: cuFFT does not take our callbacks (%s): filters run without them, slower\n",
                 why.c_str());
  }

  [[nodiscard]] std::shared_ptr<const PreparedPlan> prepared_for(const Plan& plan) const {
    if (prepared_ == nullptr || !same_plan(prepared_->plan, plan)) {
      throw std::logic_error("a model was asked for before its plan was prepared");
    }
    return prepared_;
  }

  Config config_;
  const Communicator& communicator_;
  Device device_;
  std::unique_ptr<NcclGather> nccl_;
  std::shared_ptr<const PreparedPlan> prepared_;
};

}  // namespace

std::unique_ptr<ModelFactory> open_cuda_models(const Config& config, const Communicator& communicator) {
  if (!wanted(config, communicator)) return nullptr;
  return std::make_unique<CudaModels>(config, communicator);
}

}  // namespace pac::cuda
