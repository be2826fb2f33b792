// Fills a store with the sides of this rank's own signals.
#include "model/cpu/side_maker.hpp"

#include <algorithm>
#include <utility>

#include "model/cpu/row_layout.hpp"
#include "model/cpu/stage_clock.hpp"

namespace pac::cpu {

SideMaker::SideMaker(const BandTables& tables, const LaneOps& ops, int members)
    : tables_(tables),
      ops_(ops),
      members_(members),
      barrier_(members),
      filter_(tables, ops, members, barrier_),
      amplitude_(tables.plan, SignalFilter::slots(tables.plan, members)),
      bins_(SignalFilter::padded_bands(tables.plan) * padded(tables.plan.n_times)),
      seconds_(static_cast<std::size_t>(members)) {}

std::int64_t SideMaker::predicted_bytes(const Plan& plan, std::int64_t longest, int members) {
  return SignalFilter::predicted_bytes(plan, longest, members) +
         AmplitudeSide::predicted_bytes(plan, SignalFilter::slots(plan, members)) +
         SignalFilter::padded_bands(plan) * padded(plan.n_times);
}

void SideMaker::make(const RowBlock& rows, std::int64_t i, bool phases, std::int64_t block, const SideStore& store,
                     int member) {
  const Plan& plan = tables_.plan;
  const std::int64_t signal = rows.group.own.first + i;
  const bool amplitudes = store.holds(block, signal);
  if (!phases && !amplitudes) return;
  StageClock clock(seconds_[static_cast<std::size_t>(member)]);
  filter_.transform(rows, i, {i, 1}, member);
  clock.finish(Stage::spectrum);
  if (phases) {
    filter_.phases(bins_.data(), nullptr, member);
    if (member == 0) {
      std::copy_n(bins_.data(), plan.n_pha() * padded(plan.n_times), store.bins(signal));
      store.set_constant(signal, rows.constant[static_cast<std::size_t>(i)] != 0);
    }
    clock.finish(Stage::analytic);
  }
  if (!amplitudes) return;
  const Shard tiles = store.tiles_of(block);
  const std::int64_t slots = SignalFilter::slots(plan, members_);
  for (std::int64_t first = tiles.first; first < tiles.end(); first += slots) {
    const std::int64_t n_tiles = std::min(slots, tiles.end() - first);
    filter_.amplitudes(amplitude_, first, n_tiles, member);
    clock.finish(Stage::analytic);
    if (member < n_tiles) {
      amplitude_.make_prefix(tables_, ops_, first + member, member);
      const AmplitudeTile made = amplitude_.tile(first + member, member);
      std::uint32_t* const kept = store.prefix(first + member, signal);
      std::copy_n(made.prefix, plan.n_times * lanes, kept);
      std::copy_n(made.total, lanes, kept + plan.n_times * lanes);
    }
    barrier_.wait();  // the slots may be filled again
    clock.finish(Stage::bin_sums);
  }
}

StageSeconds SideMaker::take_seconds(int member) {
  return std::exchange(seconds_[static_cast<std::size_t>(member)], StageSeconds{});
}

}  // namespace pac::cpu
