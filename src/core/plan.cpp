// Plan: everything that both backends must agree on before a sample is read.
#include "core/plan.hpp"

#include <algorithm>

#include "core/bands.hpp"
#include "core/error.hpp"
#include "core/fast_length.hpp"
#include "core/fir.hpp"
#include "core/philox.hpp"

namespace pac {
namespace {

std::vector<BandFilter> design(const std::vector<Band>& bands, std::int64_t cycles, double fs_hz,
                               std::int64_t n_times) {
  std::vector<BandFilter> filters;
  for (const Band& band : bands) {
    const std::int64_t order = filter_order(fs_hz, band.lo_hz, cycles, n_times);
    filters.push_back({band, order, autocorrelation(band_pass(order, band, fs_hz))});
  }
  return filters;
}

}  // namespace

std::int64_t Plan::result_bytes_per_row() const {
  const std::int64_t maps = 2 + (n_perm > 0 ? 4 : 0) + (distributions ? n_bins : 0);
  return pairs() * (maps * static_cast<std::int64_t>(sizeof(float)) + 1);
}

double Plan::expected_boundaries() const {
  double boundaries = 0;
  const auto samples = static_cast<double>(n_times);
  for (const BandFilter& filter : pha) {
    const double turns = filter.band.centre_hz() * samples / fs_hz;
    boundaries += std::min(static_cast<double>(n_bins) * turns, samples);
  }
  return boundaries;
}

Plan make_plan(const Config& config, const SignalShape& shape) {
  Config effective = config;
  effective.fs = shape.fs_hz;
  Plan plan;
  plan.fs_hz = shape.fs_hz;
  plan.n_times = shape.n_times;
  if (plan.n_times < 4) {
    throw Error(
        config.input.empty() ? Exit::usage : Exit::input,
        "a row of " + to_text(plan.n_times) + " samples is too short for any filter; give at least 4 (--seq-sec)");
  }
  if (plan.n_times > (std::int64_t{1} << 30)) {
    throw Error(Exit::usage, "a row of " + to_text(plan.n_times) +
                                 " samples is too long; cut it with --seq-sec to at most 2^30 samples");
  }
  plan.pha = design(phase_bands(effective), config.pha_cycles, plan.fs_hz, plan.n_times);
  plan.amp = design(amplitude_bands(effective), config.amp_cycles, plan.fs_hz, plan.n_times);
  for (const auto* filters : {&plan.pha, &plan.amp}) {
    for (const BandFilter& filter : *filters) plan.pad = std::max(plan.pad, filter.order);
  }
  plan.hilbert = config.hilbert;
  plan.hilbert_length = plan.hilbert == Hilbert::cropped ? next_5_smooth(plan.n_times) : next_7_smooth(plan.extended());
  plan.n_bins = config.n_bins;
  plan.bin_statistic = config.bin_statistic;
  plan.distributions = config.distributions;
  plan.n_perm = config.n_perm;
  plan.min_shift = config.min_shift;
  plan.seed = config.seed;
  if (plan.n_perm > 0 && 2 * plan.min_shift > plan.n_times) {
    throw Error(Exit::usage, "--min-shift: " + to_text(plan.min_shift) + " samples leave no shift in a row of " +
                                 to_text(plan.n_times) + "; give at most " + to_text(plan.n_times / 2));
  }
  return plan;
}

std::vector<std::int64_t> surrogate_shifts(const Plan& plan, std::int64_t row) {
  std::vector<std::int64_t> shifts(static_cast<std::size_t>(plan.n_perm));
  const std::int64_t range = plan.n_times - 2 * plan.min_shift + 1;
  for (std::size_t k = 0; k < shifts.size(); ++k) {
    shifts[k] = plan.min_shift + uniform_below(range, plan.seed, static_cast<std::uint64_t>(row),
                                               static_cast<std::uint32_t>(k), Stream::surrogate_shift);
  }
  return shifts;
}

}  // namespace pac
