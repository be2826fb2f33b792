// Plan: everything that both backends must agree on before a sample is read.
#include "core/plan.hpp"

#include <algorithm>
#include <cmath>

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

std::int64_t smallest_shift(const Config& config, double fs_hz, std::int64_t n_times) {
  if (config.min_shift_sec <= 0) return config.min_shift;
  // At least one sample; what is beyond the row, a plan refuses.
  const double samples = std::ceil(config.min_shift_sec * fs_hz * (1 - 1e-12));
  return static_cast<std::int64_t>(std::clamp(samples, 1.0, static_cast<double>(n_times)));
}

namespace {

/// Number and range of shifts.
void plan_surrogates(const Config& config, Plan& plan) {
  const bool in_seconds = config.min_shift_sec > 0;
  if (in_seconds && config.min_shift != 1) {
    throw Error(Exit::usage, "--min-shift-sec: " + to_text(config.min_shift_sec) + " does not go with --min-shift " +
                                 to_text(config.min_shift) + "; give one of them");
  }
  plan.surrogate = config.surrogate;
  plan.all_shifts = config.all_shifts;
  plan.n_perm = config.n_perm;
  plan.min_shift = smallest_shift(config, plan.fs_hz, plan.n_times);
  plan.shifts = config.shifts;
  const bool counted = plan.all_shifts || !plan.shifts.empty();  // how many surrogates there are is said otherwise
  const std::string option = plan.all_shifts ? "--all-shifts" : "--shifts";
  if (counted && plan.surrogate == Surrogate::swap_trials) {
    throw Error(Exit::usage, option + ": --surrogate swap-trials has no shifts; leave one of them out");
  }
  if (counted && config.n_perm > 0) {
    throw Error(Exit::usage, option + ": does not go with --n-perm " + to_text(config.n_perm) +
                                 ", which is for random shifts; leave one of them out");
  }
  if (plan.all_shifts && !plan.shifts.empty()) {
    throw Error(Exit::usage,
                "--all-shifts: does not go with --shifts " + to_text(plan.shifts) + "; leave one of them out");
  }
  for (const std::int64_t shift : plan.shifts) {
    if (shift > 0 && shift < plan.n_times) continue;
    throw Error(Exit::usage, "--shifts: " + to_text(shift) + " is no shift of a row of " + to_text(plan.n_times) +
                                 " samples; give 1 to " + to_text(plan.n_times - 1));
  }
  if (!plan.shifts.empty() && (in_seconds || plan.min_shift != 1)) {
    throw Error(Exit::usage, "--shifts: does not go with a smallest shift; leave out --min-shift and --min-shift-sec");
  }
  if (!plan.shifts.empty()) plan.n_perm = std::ssize(plan.shifts);
  if (plan.surrogate_max && !plan.all_shifts && plan.n_perm == 0) {
    throw Error(Exit::usage, "--surrogate-max: there are no surrogates; give --n-perm, --all-shifts or --shifts");
  }
  if (plan.surrogate == Surrogate::swap_trials && plan.n_perm == 0) {
    throw Error(Exit::usage,
                "--surrogate: swap-trials says how surrogates are made, and there are none; give --n-perm");
  }
  const bool random = !counted && plan.n_perm > 0 && plan.surrogate != Surrogate::swap_trials;
  const bool shifts = plan.all_shifts || random;
  if (shifts && plan.min_shift > plan.n_times / 2) {
    throw Error(Exit::usage, (in_seconds ? "--min-shift-sec: " + to_text(config.min_shift_sec) + " s"
                                         : "--min-shift: " + to_text(plan.min_shift) + " samples") +
                                 " leave no shift in a row of " + to_text(plan.n_times) + " samples; give at most " +
                                 (in_seconds ? to_text(static_cast<double>(plan.n_times / 2) / plan.fs_hz)
                                             : to_text(plan.n_times / 2)));
  }
  if (plan.all_shifts) plan.n_perm = plan.n_times - 2 * plan.min_shift + 1;
}

}  // namespace

MapShape Plan::map_shape() const {
  return {n_pha(), n_amp(), n_bins, n_perm, measures, distributions, surrogate_max && n_perm > 0};
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
  plan.measures = config.measure;
  plan.surrogate_max = config.surrogate_max;
  plan.seed = config.seed;
  plan_surrogates(config, plan);
  return plan;
}

std::vector<std::int64_t> surrogate_shifts(const Plan& plan, std::int64_t row) {
  std::vector<std::int64_t> shifts(static_cast<std::size_t>(plan.n_perm));
  const std::int64_t range = plan.n_times - 2 * plan.min_shift + 1;
  for (std::size_t k = 0; k < shifts.size(); ++k) {
    if (plan.all_shifts) {
      shifts[k] = plan.min_shift + static_cast<std::int64_t>(k);
      continue;
    }
    const std::int64_t shift =
        plan.shifts.empty() ? plan.min_shift + uniform_below(range, plan.seed, static_cast<std::uint64_t>(row),
                                                             static_cast<std::uint32_t>(k), Stream::surrogate_shift)
                            : plan.shifts[k];
    shifts[k] = plan.surrogate == Surrogate::shift_phase ? plan.n_times - shift : shift;
  }
  return shifts;
}

std::vector<std::int64_t> surrogate_trials(const Plan& plan, const std::vector<std::int64_t>& trials,
                                           std::int64_t row) {
  std::vector<std::int64_t> drawn(trials.empty() ? 0 : static_cast<std::size_t>(plan.n_perm));
  for (std::size_t k = 0; k < drawn.size(); ++k) {
    const std::int64_t one = uniform_below(std::ssize(trials), plan.seed, static_cast<std::uint64_t>(row),
                                           static_cast<std::uint32_t>(k), Stream::surrogate_trial);
    drawn[k] = trials[static_cast<std::size_t>(one)];
  }
  return drawn;
}

}  // namespace pac
