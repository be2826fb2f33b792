// Results of rows whose phase and amplitude come from different signals of a store, by one thread.
#include "model/cpu/pair_worker.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "model/cpu/row_layout.hpp"
#include "model/cpu/stage_clock.hpp"

namespace pac::cpu {
namespace {

/// Elements of prefix sums over two turns; none where no surrogate is shifted.
std::int64_t twice_size(const Plan& plan) { return plan.shifts_rows() ? (2 * plan.n_times + 64) * lanes : 0; }

}  // namespace

PairWorker::PairWorker(const BandTables& tables, const LaneOps& ops, const SideStore& store)
    : tables_(tables),
      ops_(ops),
      store_(store),
      phase_(tables.plan),
      scratch_(tables.plan),
      twice_(twice_size(tables.plan)) {}

std::int64_t PairWorker::predicted_bytes(const Plan& plan) {
  return PhaseSide::predicted_bytes(plan) + ResultScratch::predicted_bytes(plan) + 4 * twice_size(plan);
}

StageSeconds PairWorker::take_seconds() { return std::exchange(seconds_, StageSeconds{}); }

void PairWorker::describe(std::int64_t signal) {
  if (described_ == signal) return;
  const Plan& plan = tables_.plan;
  StageClock clock(seconds_);
  std::copy_n(store_.bins(signal), plan.n_pha() * padded(plan.n_times), phase_.bins(0));
  for (std::int64_t p = 0; p < plan.n_pha(); ++p) phase_.describe(ops_, plan, p);
  described_ = signal;
  clock.finish(Stage::bin_sums);
}

/// The tile with its prefix sums continued over a second turn.
AmplitudeTile PairWorker::continued(AmplitudeTile tile) const {
  const std::int64_t size = tables_.plan.n_times * lanes;
  std::uint32_t* const first = twice_.data();
  std::copy_n(tile.prefix, size, first);
  for (std::int64_t i = 0; i < size; i += lanes) {
    for (std::int64_t lane = 0; lane < lanes; ++lane) first[size + i + lane] = first[i + lane] + tile.total[lane];
  }
  return {tile.tile, first, tile.total};
}

void PairWorker::compute(const RowBlock& rows, std::int64_t i, std::int64_t block, float* largest,
                         Comodulogram& result) {
  const Plan& plan = tables_.plan;
  const auto [phase, amplitude] = rows.group.sources[static_cast<std::size_t>(i)];
  if (!store_.holds(block, amplitude)) return;
  describe(phase);
  const bool silent = store_.is_constant(phase);
  const std::int64_t global_row = rows.rows.at(i);
  const SortedShifts shifts = plan.shifts_rows() ? sorted_shifts(plan, global_row) : SortedShifts{};
  SortedShifts trials;
  if (plan.swaps_trials()) {
    trials = in_order(surrogate_trials(plan, other_trials(store_, rows.group.n_signals, amplitude), global_row));
  }
  std::copy_n(largest, n_largest(plan), scratch_.largest.data());
  const Shard tiles = store_.tiles_of(block);
  for (std::int64_t t = tiles.first; t < tiles.end(); ++t) {
    AmplitudeTile tile = silent ? store_.silence(t) : store_.tile(t, amplitude);
    if (plan.shifts_rows()) {
      StageClock clock(seconds_);
      tile = continued(tile);
      clock.finish(Stage::surrogates);
    }
    for (std::int64_t p = 0; p < plan.n_pha(); ++p) {
      const PhaseOfTile of{tables_, ops_, phase_, p, tile};
      results_of_phase(of, shifts, result, i, scratch_, seconds_);
      if (!trials.shifts.empty()) take_trials(of, trials, result, i);
    }
  }
  std::copy_n(scratch_.largest.data(), n_largest(plan), largest);
}

void PairWorker::take_trials(const PhaseOfTile& of, const SortedShifts& trials, Comodulogram& result,
                             std::int64_t row) {
  const Plan& plan = tables_.plan;
  StageClock clock(seconds_);
  const auto n_bins = static_cast<int>(plan.n_bins);
  const TilePlace place(plan, of.p, of.amplitude.tile, row);
  for (const std::size_t m : tables_.binned) {
    TileSurrogates tile = no_surrogates(result.of(m), place);
    float* const largest = scratch_.largest.data() + static_cast<std::int64_t>(m) * plan.n_perm;
    alignas(64) std::array<float, lanes> value{};
    std::int64_t last = -1;
    for (std::size_t k = 0; k < trials.shifts.size(); ++k) {
      const std::int64_t trial = trials.shifts[k];
      if (trial != last) {
        const bool silent = store_.is_constant(described_);
        const AmplitudeTile other = silent ? store_.silence(of.amplitude.tile) : store_.tile(of.amplitude.tile, trial);
        ops_.bin_sums(other.prefix, other.total, of.phase.boundaries(of.p), n_bins, scratch_.sums.data());
        binned_values(ops_, plan.measures[m], scratch_.sums.data(), 1, of.phase.weights(of.p), n_bins, value.data());
      }
      last = trial;
      ops_.accumulate(value.data(), 1, tile.observed.data(), tile.sum.data(), tile.squares.data(), tile.reached.data(),
                      largest + trials.permutation[k]);
    }
    store_statistics(tile, plan.n_perm, result.of(m), place);
  }
  clock.finish(Stage::surrogates);
}

std::vector<std::int64_t> other_trials(const SideStore& store, std::int64_t n_signals, std::int64_t own) {
  std::vector<std::int64_t> others;
  for (std::int64_t signal = 0; signal < n_signals; ++signal) {
    if (signal != own && !store.is_constant(signal)) others.push_back(signal);
  }
  return others;
}

}  // namespace pac::cpu
