// PacModel: what every backend can do. Coarse on purpose - one call per tile of rows. Every call blocks until its work
// is done; all memory is taken when a model is made.
#pragma once

#include <cstdint>

#include "core/comodulogram.hpp"
#include "core/plan.hpp"
#include "core/rows.hpp"
#include "model/stages.hpp"

namespace pac {

/// Bytes a model holds, as far as its backend can tell; -1: not measured.
struct ModelMemory {
  std::int64_t predicted_bytes = -1;
  std::int64_t requested_bytes = -1;
  std::int64_t fft_workspace_bytes = -1;
  std::int64_t device_peak_bytes = -1;
};

class PacModel {
 public:
  PacModel() = default;
  PacModel(const PacModel&) = delete;
  PacModel& operator=(const PacModel&) = delete;
  virtual ~PacModel() = default;

  /// Takes rows to compute, at most as many as the model was made for. The block must stay as it is until the next
  /// load.
  virtual void load(const RowBlock& rows) = 0;
  /// Computes the loaded rows; returns the seconds of each stage. Collective where rows are pairs of signals of which
  /// this rank does not hold all.
  virtual StageSeconds compute() = 0;
  /// Collective: brings the results of all ranks' loaded rows to rank 0, this rank's to rows `place` of `whole` (which
  /// only rank 0 has memory for).
  virtual void gather(Comodulogram& whole, RowRun place) = 0;
  /// This rank's own results, [row of the loaded block].
  [[nodiscard]] virtual const Comodulogram& results() const = 0;
  [[nodiscard]] virtual ModelMemory memory() const = 0;
};

}  // namespace pac
