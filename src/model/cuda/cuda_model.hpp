// The CUDA backend's model: rows and results stay on the device, tiles of rows go through the pipeline; uploads of
// later tiles and downloads of earlier ones overlap.
#pragma once

#include <array>
#include <vector>

#include "model/cuda/buffers.hpp"
#include "model/cuda/nccl_gather.hpp"
#include "model/cuda/prepared_plan.hpp"
#include "model/cuda/stage_clock.hpp"
#include "model/pac_model.hpp"

namespace pac::cuda {

class CudaModel final : public PacModel {
 public:
  /// `nccl`: null: gathers through MPI. free_bytes: of the device before plans and
  /// models; -1: others take from it too, so the peak is what was asked for. Throws Error
  /// (memory, device).
  CudaModel(std::shared_ptr<const PreparedPlan> prepared, std::int64_t rows, const Communicator& communicator,
            NcclGather* nccl, std::int64_t free_bytes);

  void load(const RowBlock& rows) override;
  StageSeconds compute() override;
  void gather(Comodulogram& whole, std::int64_t at) override;
  [[nodiscard]] const Comodulogram& results() const override;
  [[nodiscard]] ModelMemory memory() const override;

  /// Bytes on the device that a model of that many rows takes, with what it shares.
  static std::int64_t predicted_bytes(const PreparedPlan& prepared, std::int64_t rows);
  /// Bytes on the device of a tile's intermediates, without cuFFT's workspace.
  static std::int64_t tile_bytes(const Plan& plan, const Geometry& geometry);

 private:
  /// Rows on their way to the device.
  struct Staging {
    PinnedMemory memory;
    float* samples = nullptr;             ///< [tile_rows][pad + T + pad]
    kernels::RowScale* scales = nullptr;  ///< [tile_rows]
    std::uint32_t* shifts = nullptr;      ///< [tile_rows][n_perm]
    Event uploaded;                       ///< free again
  };

  void fill(const Staging& staging, std::int64_t first, std::int64_t count) const;
  void fill_row(const Staging& staging, std::int64_t row, std::int64_t place) const;
  void upload(Staging& staging, std::int64_t first, std::int64_t count);
  void download(std::int64_t first, std::int64_t count);
  void see_memory();

  std::shared_ptr<const PreparedPlan> prepared_;
  const Communicator& communicator_;
  NcclGather* nccl_;
  std::int64_t free_bytes_;
  std::int64_t peak_bytes_ = 0;
  DeviceMemory memory_;
  Buffers buffers_;
  PinnedMemory infos_;  ///< [2] CallbackInfo
  std::int64_t most_rows_;
  PinnedMemory host_results_;
  ResultArrays on_host_;          ///< in host_results_
  mutable Comodulogram results_;  ///< filled from there when asked for
  mutable bool filled_ = false;
  std::array<Staging, 2> staging_;
  Stream computing_;
  Stream uploading_;
  Stream downloading_;
  std::vector<StageClock> clocks_;  ///< [tile]
  std::vector<Event> computed_;     ///< [tile]
  const RowBlock* rows_ = nullptr;
  bool on_device_ = false;  ///< whether the loaded rows were uploaded by an earlier compute()
};

}  // namespace pac::cuda
