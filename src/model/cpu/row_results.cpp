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

void store_observed(const BandTables& tables, const LaneOps& ops, std::int64_t p, std::int64_t tile, bool empty_bin,
                    const float* index, const float* shares, Comodulogram& result, std::int64_t row) {
  const Plan& plan = tables.plan;
  const std::int64_t n_amp = std::min<std::int64_t>(lanes, plan.n_amp() - tile * lanes);
  const std::int64_t base = (row * plan.n_pha() + p) * plan.n_amp() + tile * lanes;
  alignas(64) std::array<float, lanes> phase{};
  ops.preferred_phase(shares, tables.phase.bin_cos.data(), tables.phase.bin_sin.data(), static_cast<int>(plan.n_bins),
                      phase.data());
  for (std::int64_t lane = 0; lane < n_amp; ++lane) {
    const auto at = static_cast<std::size_t>(base + lane);
    const bool undefined = std::isnan(index[lane]);
    const auto quality = undefined ? Quality::undefined : empty_bin ? Quality::empty_phase_bin : Quality::good;
    result.pac[at] = index[lane];
    result.preferred_phase[at] = undefined ? nan : phase[static_cast<std::size_t>(lane)];
    result.quality[at] = static_cast<std::uint8_t>(quality);
    for (std::int64_t j = 0; plan.distributions && j < plan.n_bins; ++j) {
      result.amplitude_distribution[at * static_cast<std::size_t>(plan.n_bins) + static_cast<std::size_t>(j)] =
          shares[j * lanes + lane];
    }
  }
}

void store_surrogates(const Plan& plan, std::int64_t p, std::int64_t tile, const double* sum, const double* squares,
                      const std::uint32_t* count, const float* observed_index, Comodulogram& result, std::int64_t row) {
  const std::int64_t n_amp = std::min<std::int64_t>(lanes, plan.n_amp() - tile * lanes);
  const std::int64_t base = (row * plan.n_pha() + p) * plan.n_amp() + tile * lanes;
  const auto n_perm = static_cast<double>(plan.n_perm);
  for (std::int64_t lane = 0; lane < n_amp; ++lane) {
    const auto i = static_cast<std::size_t>(lane);
    const auto at = static_cast<std::size_t>(base + lane);
    const double mean = sum[i] / n_perm;
    const double deviation = std::sqrt(std::max(0.0, squares[i] / n_perm - mean * mean));
    const bool undefined = std::isnan(observed_index[lane]);
    result.surrogate_mean[at] = undefined ? nan : static_cast<float>(mean);
    result.surrogate_std[at] = undefined ? nan : static_cast<float>(deviation);
    result.pac_z[at] = undefined || !(deviation > 0)
                           ? nan
                           : static_cast<float>((static_cast<double>(observed_index[lane]) - mean) / deviation);
    result.exceed_count[at] = undefined ? nan : static_cast<float>(count[i]);
    result.p_value[at] = undefined ? nan : static_cast<float>((1.0 + count[i]) / (1.0 + n_perm));
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
  const std::span<float> all(largest[0], static_cast<std::size_t>(plan.n_perm));
  for (std::size_t k = 0; k < all.size(); ++k) {
    for (const float* const one : largest) all[k] = std::max(all[k], one[k]);
    if (all[k] == no_surrogate) all[k] = nan;
  }
  infer_row(result, row, plan.pairs(), all);
  if (plan.surrogate_max) std::copy(all.begin(), all.end(), result.surrogate_max.begin() + row * plan.n_perm);
}

namespace {

void surrogates(const PhaseOfTile& of, const SortedShifts& sorted, const float* observed_index, Comodulogram& result,
                std::int64_t row, ResultScratch& own) {
  const Plan& plan = of.tables.plan;
  const LaneOps& ops = of.ops;
  const std::uint32_t* const prefix = of.amplitude.prefix;
  const Boundaries& b = of.phase.boundaries(of.p);
  const float* const weight = of.phase.weights(of.p);
  alignas(64) std::array<double, lanes> sum{};
  alignas(64) std::array<double, lanes> squares{};
  alignas(64) std::array<std::uint32_t, lanes> count{};
  alignas(64) std::array<float, lanes> index{};
  const std::vector<std::int64_t>& shifts = sorted.shifts;
  for (std::size_t k = 0; k < shifts.size(); k += shift_group) {
    const std::size_t used = std::min<std::size_t>(shift_group, shifts.size() - k);
    std::array<std::int64_t, shift_group> group;
    group.fill(shifts[k]);
    std::copy_n(shifts.begin() + static_cast<std::ptrdiff_t>(k), used, group.begin());
    ops.shifted_bin_sums(prefix, of.amplitude.total, b, static_cast<int>(plan.n_bins), group.data(), own.sums.data());
    for (std::size_t g = 0; g < used; ++g) {
      ops.modulation_index(own.sums.data() + static_cast<std::int64_t>(g) * plan.n_bins * lanes, weight,
                           static_cast<int>(plan.n_bins), index.data(), nullptr);
      ops.accumulate(index.data(), observed_index, sum.data(), squares.data(), count.data(),
                     own.largest.data() + sorted.permutation[k + g]);
    }
  }
  store_surrogates(plan, of.p, of.amplitude.tile, sum.data(), squares.data(), count.data(), observed_index, result,
                   row);
}

}  // namespace

void results_of_phase(const PhaseOfTile& of, const SortedShifts& shifts, Comodulogram& result, std::int64_t row,
                      ResultScratch& own, StageSeconds& seconds) {
  const auto n_bins = static_cast<int>(of.tables.plan.n_bins);
  alignas(64) std::array<float, lanes> index{};
  StageClock clock(seconds);
  of.ops.bin_sums(of.amplitude.prefix, of.amplitude.total, of.phase.boundaries(of.p), n_bins, own.sums.data());
  of.ops.modulation_index(own.sums.data(), of.phase.weights(of.p), n_bins, index.data(), own.p.data());
  store_observed(of.tables, of.ops, of.p, of.amplitude.tile, of.phase.empty_bin(of.p), index.data(), own.p.data(),
                 result, row);
  clock.finish(Stage::bin_sums);
  if (shifts.shifts.empty()) return;
  surrogates(of, shifts, index.data(), result, row, own);
  clock.finish(Stage::surrogates);
}

}  // namespace pac::cpu
