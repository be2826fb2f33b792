// The CUDA backend's model: rows and results stay on the device, tiles of rows go through the pipeline; uploads of
// later tiles and downloads of earlier ones overlap.
#pragma once

#include <vector>

#include "model/cuda/buffers.hpp"
#include "model/cuda/nccl_gather.hpp"
#include "model/cuda/prepared_plan.hpp"
#include "model/cuda/row_staging.hpp"
#include "model/cuda/stage_clock.hpp"
#include "model/pac_model.hpp"

namespace pac::cuda {

class CudaModel final : public PacModel {
 public:
  /// `nccl`: null: gathers through MPI. free_bytes: of the device before plans and models; -1: others take from it too,
  /// so the peak is what was asked for. Throws Error (memory, device).
  CudaModel(std::shared_ptr<const PreparedPlan> prepared, std::int64_t rows, const Communicator& communicator,
            NcclGather* nccl, std::int64_t free_bytes);

  void load(const RowBlock& rows) override;
  StageSeconds compute() override;
  void gather(Comodulogram& whole, RowRun place) override;
  [[nodiscard]] const Comodulogram& results() const override;
  /// Asks the device: what it gave since `free_bytes` was free, all of which models keep until they go. Not for timed
  /// code: the driver takes its time.
  [[nodiscard]] ModelMemory memory() const override;

  /// Bytes on the device that a model of that many rows takes, with what it shares.
  static std::int64_t predicted_bytes(const PreparedPlan& prepared, std::int64_t rows);
  /// Bytes on the device of a tile's intermediates, without cuFFT's workspace.
  static std::int64_t tile_bytes(const Plan& plan, const Geometry& geometry);

 private:
  /// Rows of one tile between host and device.
  struct Upload {
    RowStaging rows;
    Event done;  ///< the staging may be filled again
  };

  void upload(Upload& upload, std::int64_t first, std::int64_t count);
  void download(std::int64_t first, std::int64_t count);

  std::shared_ptr<const PreparedPlan> prepared_;
  const Communicator& communicator_;
  NcclGather* nccl_;
  std::int64_t free_bytes_;
  DeviceMemory memory_;
  Buffers buffers_;
  std::int64_t most_rows_;
  PinnedMemory host_results_;
  ResultArrays on_host_;          ///< in host_results_
  mutable Comodulogram results_;  ///< filled from there when asked for
  mutable bool filled_ = false;
  std::vector<Upload> uploads_;  ///< two: one is filled while the other is copied
  std::int64_t upload_threads_;
  Stream computing_;
  Stream uploading_;
  Stream downloading_;
  std::vector<StageClock> clocks_;  ///< [tile]
  std::vector<Event> computed_;     ///< [tile]
  const RowBlock* rows_ = nullptr;
  bool on_device_ = false;  ///< whether the loaded rows were uploaded by an earlier compute()
};

}  // namespace pac::cuda
