// One row from samples to results, by a team of one or more threads.
#include "model/cpu/row_worker.hpp"

#include <algorithm>
#include <utility>

#include "model/cpu/stage_clock.hpp"

namespace pac::cpu {

RowWorker::RowWorker(const BandTables& tables, const LaneOps& ops, int members)
    : tables_(tables), ops_(ops), members_(members), barrier_(members) {
  const Plan& plan = tables.plan;
  if (tables.long_rows) {
    long_row_ = std::make_unique<LongRow>(tables, ops, members, barrier_);
    return;
  }
  filter_ = std::make_unique<SignalFilter>(tables, ops, members, barrier_);
  phase_ = std::make_unique<PhaseSide>(plan);
  amplitude_ = std::make_unique<AmplitudeSide>(plan, SignalFilter::slots(plan, members));
  for (int m = 0; m < members; ++m) member_.emplace_back(tables, ops);
}

std::int64_t RowWorker::bytes() const {
  if (long_row_) return long_row_->bytes();
  std::int64_t bytes = filter_->bytes() + phase_->bytes() + amplitude_->bytes();
  for (const Member& own : member_) bytes += own.scratch.bytes() + own.direct.bytes();
  return bytes;
}

std::int64_t RowWorker::predicted_bytes(const Plan& plan, std::int64_t longest, int members) {
  if (LongGeometry::applies(plan)) return LongRow::predicted_bytes(plan, members);
  return SignalFilter::predicted_bytes(plan, longest, members) + PhaseSide::predicted_bytes(plan) +
         AmplitudeSide::predicted_bytes(plan, SignalFilter::slots(plan, members)) +
         members * (ResultScratch::predicted_bytes(plan) + DirectSums::predicted_bytes(plan));
}

void RowWorker::compute(const RowBlock& rows, std::int64_t i, Shard company, Comodulogram& result, int member) {
  if (long_row_) return long_row_->compute(rows, i, result, member);
  const Plan& plan = tables_.plan;
  Member& own = member_[static_cast<std::size_t>(member)];
  const auto shared_out = [&](std::int64_t count, auto&& work) {
    for (std::int64_t k = member; k < count; k += members_) work(k);
  };
  const SortedShifts shifts = sorted_shifts(plan, rows.rows.at(i));
  std::fill_n(own.scratch.largest.data(), n_largest(plan), no_surrogate);

  StageClock clock(own.seconds);
  const float scale = filter_->transform(rows, i, company, member);
  clock.finish(Stage::spectrum);
  filter_->phases(phase_->bins(0), DirectTables::applies(plan) ? &phase_->phasors() : nullptr, member);
  clock.finish(Stage::analytic);
  shared_out(plan.n_pha(), [&](std::int64_t p) {
    phase_->describe(ops_, plan, p);
    if (DirectTables::applies(plan)) phase_->finish_phasors(tables_.direct, p, own.direct.scratch());
  });
  clock.finish(Stage::bin_sums);

  const std::int64_t slots = SignalFilter::slots(plan, members_);
  for (std::int64_t first = 0; first < tables_.n_tiles(); first += slots) {
    const std::int64_t n_tiles = std::min(slots, tables_.n_tiles() - first);
    StageClock tiles(own.seconds);
    filter_->amplitudes(*amplitude_, first, n_tiles, member);
    tiles.finish(Stage::analytic);
    if (member < n_tiles) amplitude_->make_prefix(tables_, ops_, first + member, member);
    tiles.finish(Stage::bin_sums);
    barrier_.wait();
    shared_out(plan.n_pha() * n_tiles, [&](std::int64_t k) {
      const std::int64_t slot = k / plan.n_pha();
      results_of_phase({tables_, ops_, *phase_, k % plan.n_pha(), amplitude_->tile(first + slot, slot)}, shifts, result,
                       i, own.scratch, own.seconds);
    });
    if (DirectTables::applies(plan)) direct_measures(first, n_tiles, scale, shifts, result, i, member);
    barrier_.wait();  // the slots may be filled again
  }
  if (plan.n_perm == 0 || member != 0) return;
  StageClock last(own.seconds);
  std::vector<float*> largest;
  for (Member& one : member_) largest.push_back(one.scratch.largest.data());
  finish_row(largest, plan, result, i);
  last.finish(Stage::surrogates);
}

void RowWorker::direct_measures(std::int64_t first, std::int64_t n_tiles, float scale, const SortedShifts& shifts,
                                Comodulogram& result, std::int64_t row, int member) {
  const Plan& plan = tables_.plan;
  Member& own = member_[static_cast<std::size_t>(member)];
  StageClock clock(own.seconds);
  const std::int64_t end = std::min(plan.n_amp(), (first + n_tiles) * lanes);
  for (std::int64_t a = first * lanes + member; a < end; a += members_) {
    const auto [data, stride] = amplitude_->band(tables_, a / lanes - first, a % lanes);
    own.direct.set_amplitude(data, stride, scale);
    for (std::int64_t p = 0; p < plan.n_pha(); ++p) {
      const auto at = static_cast<std::size_t>((row * plan.n_pha() + p) * plan.n_amp() + a);
      own.direct.store_observed(phase_->phasors(), p, result, at);
      if (plan.n_perm == 0) continue;
      own.direct.store_surrogates(phase_->phasors(), p, shifts.shifts, shifts.permutation, own.scratch.largest.data(),
                                  result, at);
    }
  }
  clock.finish(plan.n_perm == 0 ? Stage::bin_sums : Stage::surrogates);
}

StageSeconds RowWorker::take_seconds(int member) {
  if (long_row_) return long_row_->take_seconds(member);
  return std::exchange(member_[static_cast<std::size_t>(member)].seconds, StageSeconds{});
}

}  // namespace pac::cpu
