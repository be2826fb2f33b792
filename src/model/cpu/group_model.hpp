// The model of rows whose phase and amplitude come from different signals of a group: each signal is filtered once, on
// one of the ranks; the ranks bring the sides together; threads share out the rows.
#pragma once

#include <memory>
#include <vector>

#include "comm/communicator.hpp"
#include "model/cpu/pair_worker.hpp"
#include "model/cpu/side_maker.hpp"
#include "model/cpu/side_store.hpp"
#include "model/pac_model.hpp"

namespace pac::cpu {

class GroupModel final : public PacModel {
 public:
  /// For at most `rows` rows at a time. ops and communicator may not go before it. Throws std::bad_alloc.
  GroupModel(const Plan& plan, const LaneOps& ops, std::int64_t rows, int threads, const Communicator& communicator,
             std::int64_t predicted);

  void load(const RowBlock& rows) override;
  StageSeconds compute() override;
  void gather(Comodulogram& whole, RowRun place) override;
  [[nodiscard]] const Comodulogram& results() const override { return results_; }
  [[nodiscard]] ModelMemory memory() const override;

  /// Bytes without tables, results and samples.
  static std::int64_t predicted_bytes(const Plan& plan, std::int64_t rows, int threads, std::int64_t longest);

 private:
  /// Makes the sides of a block (its amplitudes, and phases where the group is new) of all ranks.
  void make_sides(bool phases, std::int64_t block);
  void compute_rows(std::int64_t block);
  void finish_rows();

  const Communicator& communicator_;
  BandTables tables_;
  Teams teams_;  ///< that make sides
  std::int64_t predicted_;
  SideStore store_;
  std::vector<std::unique_ptr<SideMaker>> makers_;
  std::vector<std::unique_ptr<PairWorker>> workers_;  ///< one a thread
  AlignedArray<float> largest_;                       ///< [row][n_perm] largest surrogates of a row's pairs of bands
  std::vector<std::int64_t> order_;                   ///< rows of the block, those with the same phase together
  std::int64_t held_group_ = -1;                      ///< whose phases the store holds, and
  std::int64_t held_block_ = -1;                      ///< of whose amplitudes which block
  double exchange_s_ = 0;
  const RowBlock* rows_ = nullptr;
  Comodulogram results_;
};

}  // namespace pac::cpu
