// From a phase side and an amplitude tile to a row's results, observed and surrogate.
#include "model/cpu/row_results.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/row_inference.hpp"
#include "model/cpu/stage_clock.hpp"

namespace pac::cpu {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

}  // namespace

void binned_values(const LaneOps& ops, Measure measure, const std::uint32_t* sums, int count, const float* weight,
                   int n_bins, float* value) {
  if (measure == Measure::mi) return ops.modulation_index(sums, count, weight, n_bins, value, nullptr);
  ops.heights_ratio(sums, count, weight, n_bins, value);
}

TilePlace::TilePlace(const Plan& plan, std::int64_t p, std::int64_t tile, std::int64_t row)
    : first(static_cast<std::size_t>((row * plan.n_pha() + p) * plan.n_amp() + tile * lanes)),
      count(static_cast<std::size_t>(std::min<std::int64_t>(lanes, plan.n_amp() - tile * lanes))) {}

TileSurrogates no_surrogates(const MeasureMaps& maps, const TilePlace& place) {
  TileSurrogates tile;
  std::copy_n(maps.pac.begin() + static_cast<std::ptrdiff_t>(place.first), place.count, tile.observed.begin());
  return tile;
}

void store_observed(const BandTables& tables, const LaneOps& ops, std::int64_t p, std::int64_t tile,
                    const std::uint32_t* sums, const float* weight, float* shares, Comodulogram& result,
                    std::int64_t row) {
  const Plan& plan = tables.plan;
  const auto n_bins = static_cast<int>(plan.n_bins);
  const TilePlace place(plan, p, tile, row);
  alignas(64) std::array<float, lanes> index{};
  alignas(64) std::array<float, lanes> phase{};
  ops.modulation_index(sums, 1, weight, n_bins, index.data(), shares);
  ops.preferred_phase(shares, tables.phase.bin_cos.data(), tables.phase.bin_sin.data(), n_bins, phase.data());
  const bool empty_bin = std::find(weight, weight + n_bins, 0.0F) != weight + n_bins;
  for (std::size_t lane = 0; lane < place.count; ++lane) {
    const std::size_t at = place.first + lane;
    const bool undefined = std::isnan(index[lane]);
    const auto quality = undefined ? Quality::undefined : empty_bin ? Quality::empty_phase_bin : Quality::good;
    result.preferred_phase[at] = undefined ? nan : phase[lane];
    result.quality[at] = static_cast<std::uint8_t>(quality);
    for (std::size_t j = 0; plan.distributions && j < static_cast<std::size_t>(n_bins); ++j) {
      result.amplitude_distribution[at * static_cast<std::size_t>(n_bins) + j] = shares[j * lanes + lane];
    }
  }
  for (const std::size_t m : tables.binned) {
    alignas(64) std::array<float, lanes> value = index;
    if (plan.measures[m] != Measure::mi) binned_values(ops, plan.measures[m], sums, 1, weight, n_bins, value.data());
    std::copy_n(value.begin(), place.count, result.of(m).pac.begin() + static_cast<std::ptrdiff_t>(place.first));
  }
}

void store_statistics(const TileSurrogates& tile, std::int64_t n_perm, MeasureMaps& maps, const TilePlace& place) {
  for (std::size_t lane = 0; lane < place.count; ++lane) {
    store_statistics(SurrogateSums{tile.sum[lane], tile.squares[lane], tile.reached[lane]}, n_perm, maps,
                     place.first + lane);
  }
}

SortedShifts sorted_shifts(const Plan& plan, std::int64_t global_row) {
  return in_order(surrogate_shifts(plan, global_row));
}

SortedShifts in_order(const std::vector<std::int64_t>& drawn) {
  SortedShifts sorted;
  sorted.permutation.resize(drawn.size());
  std::iota(sorted.permutation.begin(), sorted.permutation.end(), 0);
  const auto shift = [&](std::int64_t k) { return drawn[static_cast<std::size_t>(k)]; };
  std::sort(sorted.permutation.begin(), sorted.permutation.end(),
            [&](std::int64_t a, std::int64_t b) { return shift(a) < shift(b) || (shift(a) == shift(b) && a < b); });
  for (const std::int64_t k : sorted.permutation) sorted.shifts.push_back(shift(k));
  return sorted;
}

void finish_row(std::span<float* const> largest, const Plan& plan, Comodulogram& result, std::int64_t row) {
  const auto n_perm = static_cast<std::size_t>(plan.n_perm);
  for (std::size_t m = 0; m < plan.measures.size(); ++m) {
    const std::span<float> all(largest[0] + m * n_perm, n_perm);
    for (std::size_t k = 0; k < n_perm; ++k) {
      for (const float* const one : largest) all[k] = std::max(all[k], one[m * n_perm + k]);
      if (all[k] == no_surrogate) all[k] = nan;
    }
    MeasureMaps& maps = result.of(m);
    infer_row(maps, row, plan.pairs(), all);
    if (plan.surrogate_max) std::copy(all.begin(), all.end(), maps.surrogate_max.begin() + row * plan.n_perm);
  }
}

namespace {

void surrogates(const PhaseOfTile& of, const SortedShifts& sorted, Comodulogram& result, std::int64_t row,
                ResultScratch& own) {
  const Plan& plan = of.tables.plan;
  const LaneOps& ops = of.ops;
  const auto n_bins = static_cast<int>(plan.n_bins);
  const std::uint32_t* const prefix = of.amplitude.prefix;
  const Boundaries& b = of.phase.boundaries(of.p);
  const TilePlace place(plan, of.p, of.amplitude.tile, row);
  std::vector<TileSurrogates> tiles;  // of each measure of bin sums
  for (const std::size_t m : of.tables.binned) tiles.push_back(no_surrogates(result.of(m), place));
  alignas(64) std::array<float, shift_group * lanes> value;
  std::array<float, shift_group> largest;
  const std::vector<std::int64_t>& shifts = sorted.shifts;
  for (std::size_t k = 0; k < shifts.size(); k += shift_group) {
    const std::size_t used = std::min<std::size_t>(shift_group, shifts.size() - k);
    std::array<std::int64_t, shift_group> group;
    group.fill(shifts[k]);  // what fills up the last step is computed and left
    std::copy_n(shifts.begin() + static_cast<std::ptrdiff_t>(k), used, group.begin());
    const int n_shifts = (static_cast<int>(used) + shift_step - 1) / shift_step * shift_step;
    ops.shifted_bin_sums(prefix, of.amplitude.total, b, n_bins, group.data(), n_shifts, own.sums.data());
    for (std::size_t i = 0; i < tiles.size(); ++i) {
      const std::size_t m = of.tables.binned[i];
      TileSurrogates& tile = tiles[i];
      binned_values(ops, plan.measures[m], own.sums.data(), static_cast<int>(used), of.phase.weights(of.p), n_bins,
                    value.data());
      float* const row_largest = own.largest.data() + static_cast<std::int64_t>(m) * plan.n_perm;
      for (std::size_t g = 0; g < used; ++g) largest[g] = row_largest[sorted.permutation[k + g]];
      ops.accumulate(value.data(), static_cast<int>(used), tile.observed.data(), tile.sum.data(), tile.squares.data(),
                     tile.reached.data(), largest.data());
      for (std::size_t g = 0; g < used; ++g) row_largest[sorted.permutation[k + g]] = largest[g];
    }
  }
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    store_statistics(tiles[i], plan.n_perm, result.of(of.tables.binned[i]), place);
  }
}

}  // namespace

void results_of_phase(const PhaseOfTile& of, const SortedShifts& shifts, Comodulogram& result, std::int64_t row,
                      ResultScratch& own, StageSeconds& seconds) {
  const auto n_bins = static_cast<int>(of.tables.plan.n_bins);
  StageClock clock(seconds);
  of.ops.bin_sums(of.amplitude.prefix, of.amplitude.total, of.phase.boundaries(of.p), n_bins, own.sums.data());
  store_observed(of.tables, of.ops, of.p, of.amplitude.tile, own.sums.data(), of.phase.weights(of.p), own.p.data(),
                 result, row);
  clock.finish(Stage::bin_sums);
  if (shifts.shifts.empty() || of.tables.binned.empty()) return;
  surrogates(of, shifts, result, row, own);
  clock.finish(Stage::surrogates);
}

}  // namespace pac::cpu
