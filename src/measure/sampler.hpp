// The shared measurement: warm-ups kept and labelled; barrier, stamp, step, stamp; the raw matrix [repetition][rank] on
// rank 0.
#pragma once

#include <chrono>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "measure/record.hpp"
#include "measure/statistics.hpp"

namespace pac {

struct MeasurePolicy {
  std::int64_t warmups = 1;
  std::int64_t repetitions = 5;  ///< at least so many
  /// Above 0: go on until median_uncertainty() of the job's times is below it, or most repetitions are done.
  double precision = 0;
  std::int64_t most_repetitions = 1000;
  /// The job's time of each repetition that an earlier run did, s: this one goes on behind them.
  std::vector<double> earlier_job_s{};
};

/// What a step returns: the seconds of its stages, and those that do not belong to its time.
struct StepTimes {
  StepTimes(std::vector<double> stages, double apart = 0)  // NOLINT: most steps have stages alone
      : stage_s(std::move(stages)), apart_s(apart) {}
  std::vector<double> stage_s;
  double apart_s;
};

/// What is to be done after a repetition, outside its time: nothing.
struct NothingAfter {
  void operator()(std::int64_t /*repetition*/) const {}
};

/// The clock of all measurements: monotonic, never adjusted.
struct SteadyClock {
  static_assert(std::chrono::steady_clock::is_steady);
  double operator()() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
};

/// Collective. Runs `step` (which returns StepTimes, always of the same number of stages) as often as the
/// policy says, on every rank: barrier, stamp, step, stamp. Returns all ranks' samples on rank 0, ordered
/// [repetition][rank]; empty elsewhere. `after` is called behind each repetition's last stamp. Ranks: rank(), size(),
/// is_root(), barrier(), gather(vector) -> all ranks' numbers on rank 0, max(double) -> the largest on every rank
/// (asked for between repetitions, only where the policy has a precision). Clock: seconds.
template <class Ranks, class Step, class Clock = SteadyClock, class After = NothingAfter>
std::vector<Sample> measure(const Ranks& ranks, const MeasurePolicy& policy, Step&& step, Clock clock = {},
                            After&& after = {}) {
  std::vector<double> mine;  // per repetition: wall, stages
  std::vector<double> job;   // per measured repetition the job's time, where precision asks for it
  std::size_t width = 1;
  const std::int64_t first = std::ssize(policy.earlier_job_s);
  std::int64_t total = first;
  for (std::int64_t i = policy.warmups; i < first; ++i)
    job.push_back(policy.earlier_job_s[static_cast<std::size_t>(i)]);
  const auto wanted = [&] {
    const std::int64_t measured = total - policy.warmups;
    if (measured < policy.repetitions) return true;
    return policy.precision > 0 && measured < policy.most_repetitions && median_uncertainty(job) > policy.precision;
  };
  for (; wanted(); ++total) {
    ranks.barrier();
    const double begin = clock();
    const StepTimes times = step(total);
    const double wall_s = clock() - begin - times.apart_s;
    width = times.stage_s.size() + 1;
    mine.push_back(wall_s);
    mine.insert(mine.end(), times.stage_s.begin(), times.stage_s.end());
    if (policy.precision > 0 && total >= policy.warmups) job.push_back(ranks.max(wall_s));
    after(total);
  }
  const std::vector<double> all = ranks.gather(mine);
  std::vector<Sample> samples;
  if (!ranks.is_root()) return samples;
  for (std::int64_t repetition = first; repetition < total; ++repetition) {
    for (int rank = 0; rank < ranks.size(); ++rank) {
      const auto at =
          static_cast<std::ptrdiff_t>(static_cast<std::size_t>(rank * (total - first) + repetition - first) * width);
      const auto own = all.begin() + at;
      samples.push_back({rank, repetition, repetition < policy.warmups, *own,
                         std::vector<double>(own + 1, own + static_cast<std::ptrdiff_t>(width))});
    }
  }
  return samples;
}

/// Collective. An upper bound on what the harness itself adds to a sample's wall time, s: the median of the job's time
/// of a step that does nothing but return n_stages numbers; it holds the call of the step too. On rank 0; NaN
/// elsewhere.
template <class Ranks, class Clock = SteadyClock>
double harness_overhead_s(const Ranks& ranks, std::size_t n_stages, Clock clock = {}) {
  const auto nothing = [n_stages](std::int64_t) { return std::vector<double>(n_stages); };
  return quantile(job_wall_s(measure(ranks, {3, 31}, nothing, clock)), 0.5);
}

}  // namespace pac
