// RowWorker's second half: from prefix sums and boundaries to the row's results, observed and surrogate.
#include "model/cpu/row_results.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "model/cpu/row_worker.hpp"
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
    result.p_value[at] = undefined ? nan : static_cast<float>((1.0 + count[i]) / (1.0 + n_perm));
  }
}

void RowWorker::surrogates(std::int64_t p, std::int64_t tile, std::int64_t slot,
                           const std::vector<std::int64_t>& shifts, const float* observed_index, Comodulogram& result,
                           std::int64_t row, Member& own) const {
  const Plan& plan = tables_.plan;
  const std::uint32_t* const prefix = prefix_.data() + slot * prefix_size_;
  const Boundaries& b = boundaries_[static_cast<std::size_t>(p)];
  const float* const weight = weights_.data() + p * plan.n_bins;
  alignas(64) std::array<double, lanes> sum{};
  alignas(64) std::array<double, lanes> squares{};
  alignas(64) std::array<std::uint32_t, lanes> count{};
  alignas(64) std::array<float, lanes> index{};
  for (std::size_t k = 0; k < shifts.size(); k += shift_group) {
    const std::size_t used = std::min<std::size_t>(shift_group, shifts.size() - k);
    std::array<std::int64_t, shift_group> group;
    group.fill(shifts[k]);  // what fills up the last step is computed and left
    std::copy_n(shifts.begin() + static_cast<std::ptrdiff_t>(k), used, group.begin());
    const int n_shifts = (static_cast<int>(used) + shift_step - 1) / shift_step * shift_step;
    ops_.shifted_bin_sums(prefix, total_.data() + slot * lanes, b, static_cast<int>(plan.n_bins), group.data(),
                          n_shifts, own.sums.data());
    for (std::size_t g = 0; g < used; ++g) {
      ops_.modulation_index(own.sums.data() + static_cast<std::int64_t>(g) * plan.n_bins * lanes, weight,
                            static_cast<int>(plan.n_bins), index.data(), nullptr);
      ops_.accumulate(index.data(), observed_index, sum.data(), squares.data(), count.data());
    }
  }
  store_surrogates(plan, p, tile, sum.data(), squares.data(), count.data(), observed_index, result, row);
}

void RowWorker::pairs_of_phase(std::int64_t p, std::int64_t tile, std::int64_t slot,
                               const std::vector<std::int64_t>& shifts, Comodulogram& result, std::int64_t row,
                               Member& own) {
  const auto n_bins = static_cast<int>(tables_.plan.n_bins);
  alignas(64) std::array<float, lanes> index{};
  StageClock clock(own.seconds);
  ops_.bin_sums(prefix_.data() + slot * prefix_size_, total_.data() + slot * lanes,
                boundaries_[static_cast<std::size_t>(p)], n_bins, own.sums.data());
  ops_.modulation_index(own.sums.data(), weights_.data() + p * n_bins, n_bins, index.data(), own.p.data());
  store_observed(tables_, ops_, p, tile, empty_bin_[static_cast<std::size_t>(p)] != 0, index.data(), own.p.data(),
                 result, row);
  clock.finish(Stage::bin_sums);
  if (shifts.empty()) return;
  surrogates(p, tile, slot, shifts, index.data(), result, row, own);
  clock.finish(Stage::surrogates);
}

}  // namespace pac::cpu
