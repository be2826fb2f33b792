// One row from samples to results, by a team of one or more threads. A row's result depends on its samples, the plan
// and its global index only: all sums whose order could differ are sums of integers.
#pragma once

#include <memory>
#include <vector>

#include "core/comodulogram.hpp"
#include "core/rows.hpp"
#include "model/cpu/band_tables.hpp"
#include "model/cpu/long_row.hpp"
#include "model/cpu/row_results.hpp"
#include "model/cpu/signal_filter.hpp"
#include "model/cpu/team.hpp"
#include "model/stages.hpp"

namespace pac::cpu {

class RowWorker {
 public:
  /// Takes all memory for a team of `members` threads; throws std::bad_alloc.
  RowWorker(const BandTables& tables, const LaneOps& ops, int members);

  /// Computes row `i` of the block into row `i` of the result. `company`: rows of the block that this team computes one
  /// after the other, as SignalFilter::transform wants them. Called by every member of the team at once.
  void compute(const RowBlock& rows, std::int64_t i, Shard company, Comodulogram& result, int member);

  /// Member 0's value for every member of the team. Called by all members at once.
  std::int64_t share(std::int64_t value, int member) {
    if (member == 0) shared_ = value;
    barrier_.wait();
    return shared_;  // read by all before member 0 comes back: every row has barriers of its own
  }

  /// Seconds that member spent in each stage since the last call.
  StageSeconds take_seconds(int member);
  [[nodiscard]] std::int64_t bytes() const;
  /// Bytes that a team takes, without taking them.
  static std::int64_t predicted_bytes(const Plan& plan, std::int64_t longest, int members);

 private:
  struct Member {
    Member(const BandTables& tables, const LaneOps& ops)
        : scratch(tables.plan), direct(tables.plan, tables.direct, ops) {}
    ResultScratch scratch;
    DirectSums direct;
    StageSeconds seconds{};
  };

  void direct_measures(std::int64_t first, std::int64_t n_tiles, float scale, const SortedShifts& shifts,
                       Comodulogram& result, std::int64_t row, int member);

  const BandTables& tables_;
  const LaneOps& ops_;
  int members_;
  TeamBarrier barrier_;
  std::int64_t shared_ = 0;
  std::unique_ptr<LongRow> long_row_;  ///< does the work where rows are long; there is none of the below then
  std::unique_ptr<SignalFilter> filter_;
  std::unique_ptr<PhaseSide> phase_;
  std::unique_ptr<AmplitudeSide> amplitude_;
  std::vector<Member> member_;
};

}  // namespace pac::cpu
