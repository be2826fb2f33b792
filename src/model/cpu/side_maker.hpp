// Fills a store with the sides of this rank's own signals: a team a signal, each filtered once.
#pragma once

#include <cstdint>

#include "core/rows.hpp"
#include "model/cpu/side_store.hpp"
#include "model/cpu/signal_filter.hpp"
#include "model/cpu/team.hpp"
#include "model/stages.hpp"

namespace pac::cpu {

/// Called by every member of a team at once, but for the constructor.
class SideMaker {
 public:
  /// Takes all memory for a team of `members` threads; throws std::bad_alloc.
  SideMaker(const BandTables& tables, const LaneOps& ops, int members);

  /// Makes sides of signal `i` of the rows' own: its phase bins where `phases`, and its tiles of a block where that
  /// holds them.
  void make(const RowBlock& rows, std::int64_t i, bool phases, std::int64_t block, const SideStore& store, int member);

  /// Member 0's value for every member of the team.
  std::int64_t share(std::int64_t value, int member) {
    barrier_.wait();  // all have read the last one
    if (member == 0) shared_ = value;
    barrier_.wait();
    return shared_;
  }
  StageSeconds take_seconds(int member);
  [[nodiscard]] std::int64_t bytes() const { return filter_.bytes() + amplitude_.bytes() + bins_.bytes(); }
  static std::int64_t predicted_bytes(const Plan& plan, std::int64_t longest, int members);

 private:
  const BandTables& tables_;
  const LaneOps& ops_;
  int members_;
  TeamBarrier barrier_;
  std::int64_t shared_ = 0;
  SignalFilter filter_;
  AmplitudeSide amplitude_;
  AlignedArray<std::uint8_t> bins_;  ///< [phase band, padded][time]
  std::vector<StageSeconds> seconds_;
};

}  // namespace pac::cpu
