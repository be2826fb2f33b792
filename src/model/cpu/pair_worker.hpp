// Results of rows whose phase and amplitude come from different signals of a store, by one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/comodulogram.hpp"
#include "core/rows.hpp"
#include "model/cpu/phase_side.hpp"
#include "model/cpu/row_results.hpp"
#include "model/cpu/side_store.hpp"

namespace pac::cpu {

class PairWorker {
 public:
  /// Takes all memory; throws std::bad_alloc.
  PairWorker(const BandTables& tables, const LaneOps& ops, const SideStore& store);

  /// Phases that were described are those of another group now.
  void forget_phase() { described_ = -1; }
  /// Computes what row `i` of the block has in a block of amplitudes. `largest`: [measure][n_perm] its largest
  /// surrogates so far. Rows with the same phase are best done one after another.
  void compute(const RowBlock& rows, std::int64_t i, std::int64_t block, float* largest, Comodulogram& result);

  StageSeconds take_seconds();
  [[nodiscard]] std::int64_t bytes() const { return phase_.bytes() + scratch_.bytes() + twice_.bytes(); }
  static std::int64_t predicted_bytes(const Plan& plan);

 private:
  void describe(std::int64_t signal);
  AmplitudeTile continued(AmplitudeTile tile) const;
  void take_trials(const PhaseOfTile& of, const SortedShifts& trials, Comodulogram& result, std::int64_t row);

  const BandTables& tables_;
  const LaneOps& ops_;
  const SideStore& store_;
  PhaseSide phase_;
  std::int64_t described_ = -1;  ///< signal whose phase it is
  ResultScratch scratch_;
  AlignedArray<std::uint32_t> twice_;  ///< [2 T][lane] prefix sums over two turns, for shifted surrogates
  StageSeconds seconds_{};
};

/// Trials whose amplitudes may take a trial's place: the others of the group that are not constant.
std::vector<std::int64_t> other_trials(const SideStore& store, std::int64_t n_signals, std::int64_t own);

}  // namespace pac::cpu
