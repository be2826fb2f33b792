// The CUDA backend: binds devices, chooses the gather, prepares plans, makes models.
#include "model/cuda/cuda_models.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

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
         a.distributions == b.distributions && a.measures == b.measures && a.surrogate_max == b.surrogate_max &&
         a.surrogate == b.surrogate && a.all_shifts == b.all_shifts && a.shifts == b.shifts && a.n_perm == b.n_perm &&
         a.min_shift == b.min_shift && a.seed == b.seed && same_filters(a.pha, b.pha) && same_filters(a.amp, b.amp);
}

/// 13.0.2 for 13002 with 1000 to the major number.
std::string three_part_version(int version, int major) {
  return std::to_string(version / major) + "." + std::to_string(version % major / 100) + "." +
         std::to_string(version % 100);
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
    constexpr std::int64_t longest_shifted = std::int64_t{1} << 26;  // places of prefix sums are counted in 32 bits
    if (plan.shifts_rows() && plan.n_times > longest_shifted) {
      communicator_.agree([&] {
        throw Error(Exit::usage, "--n-perm: surrogates of rows of " + to_text(plan.n_times) +
                                     " samples are too long for the cuda backend; use --backend cpu, or rows of at " +
                                     "most " + to_text(longest_shifted) + " samples");
      });
    }
    bool ready = prepared_ != nullptr && same_plan(prepared_->plan, plan);
    ready = communicator_.all(ready);
    if (!ready) {
      prepared_.reset();
      communicator_.agree([&] { prepared_ = prepared(plan); });
    }
    report.wisdom = "none needed";
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return report;
  }

  [[nodiscard]] std::unique_ptr<PacModel> make(const Plan& plan, std::int64_t rows, int) const override {
    if (communicator_.rank() == faults().memory_rank && rows > faults().memory_rows) throw std::bad_alloc();
    return std::make_unique<CudaModel>(prepared_for(plan), rows, communicator_, nccl_.get(), base_bytes_);
  }

  [[nodiscard]] std::optional<StageFloors> floors(const Plan& plan, std::int64_t rows) const override {
    if (prepared_for(plan)->geometry.vectors) return std::nullopt;  // the floors know sums over bins
    const std::optional<Peaks> peaks = measure_peaks(device_);
    if (!peaks) return std::nullopt;
    return floors_of(plan, prepared_for(plan)->geometry, rows, *peaks);
  }

  [[nodiscard]] std::int64_t predicted_bytes(const Plan& plan, std::int64_t rows) const override {
    return CudaModel::predicted_bytes(*prepared_for(plan), rows);
  }

  [[nodiscard]] std::int64_t default_limit_bytes() const override { return free_device_bytes() / 10 * 9; }

  [[nodiscard]] DeviceInfo device() const override {
    return {"cuda", device_.name, device_.uuid, device_.total_bytes, 1, visible_devices().count};
  }

  [[nodiscard]] std::map<std::string, std::string> libraries() const override {
    int runtime = 0;
    int driver = 0;
    int fft = 0;
    int nccl = 0;
    check(cudaRuntimeGetVersion(&runtime), "ask for CUDA's version");
    check(cudaDriverGetVersion(&driver), "ask for the driver's version");
    check(cufftGetVersion(&fft), "ask for cuFFT's version");
    check(ncclGetVersion(&nccl), "ask for NCCL's version");
    std::map<std::string, std::string> found{
        {"cuda", "runtime " + version_text(runtime) + ", driver " + version_text(driver)},
        {"fft", "cuFFT " + three_part_version(fft, 1000)},
        {"gather", "MPI"}};
    if (nccl_) found["gather"] = "NCCL " + three_part_version(nccl, 10000);
    return found;
  }

 private:
  void open_gather() {
    constexpr double patience_s = 60;  // with --timeout, less: NCCL is to complain first
    const double limit_s = config_.timeout > 0 ? std::min(patience_s, config_.timeout / 2) : patience_s;
    if (through_nccl(config_, communicator_)) {
      nccl_ = std::make_unique<NcclGather>(communicator_, limit_s);
      connect();
    }
    communicator_.agree(
        [&] { base_bytes_ = config_.oversubscribe ? -1 : free_device_bytes() + (prepared_ ? prepared_->bytes() : 0); });
  }

  /// A first gather, of a byte a rank: NCCL makes its connections, and takes memory for them, here.
  void connect() {
    DeviceMemory byte;
    communicator_.agree([&] {
      byte = DeviceMemory(1);
      check(cudaMemset(byte.as(), 0, 1), "write to the device");
      check(cudaDeviceSynchronize(), "write to the device");
    });
    std::vector<std::byte> all(static_cast<std::size_t>(communicator_.size()));
    nccl_->gather_rows(byte.as(), {communicator_.rank(), 1}, 1, all.data());
  }

  /// With tiles as --mem-limit allows: the same on every rank.
  [[nodiscard]] std::shared_ptr<const PreparedPlan> prepared(const Plan& plan) const {
    std::int64_t tile_rows = Geometry::most_tile_rows;
    const std::int64_t limit = static_cast<std::int64_t>(config_.mem_limit.value) - program_bytes;
    const auto too_large = [&] {  // half is for cuFFT, rows and results
      return CudaModel::tile_bytes(plan, Geometry(plan, device_.shared_bytes_per_block, tile_rows)) > limit / 2;
    };
    while (config_.mem_limit.value > 0 && tile_rows > 1 && too_large()) tile_rows /= 2;
    return std::make_shared<PreparedPlan>(plan, device_.shared_bytes_per_block, tile_rows);
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
  std::int64_t base_bytes_ = 0;  ///< free on the device before plans and models; -1: shared
  std::shared_ptr<const PreparedPlan> prepared_;
};

}  // namespace

std::unique_ptr<ModelFactory> open_cuda_models(const Config& config, const Communicator& communicator) {
  if (!wanted(config, communicator)) return nullptr;
  return std::make_unique<CudaModels>(config, communicator);
}

}  // namespace pac::cuda
