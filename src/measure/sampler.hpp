// The shared measurement: warm-ups kept and labelled; barrier, stamp, step, stamp; the raw matrix [repetition][rank] on
// rank 0.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "measure/record.hpp"

namespace pac {

struct MeasurePolicy {
  std::int64_t warmups = 1;
  std::int64_t repetitions = 5;
};

/// The clock of all measurements: monotonic, never adjusted.
struct SteadyClock {
  static_assert(std::chrono::steady_clock::is_steady);
  double operator()() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
};

/// Collective. Runs `step` (which returns the seconds of its stages, always the same number of them) warmups +
/// repetitions times on every rank: barrier, stamp, step, stamp. Returns all ranks' samples on rank 0, ordered
/// [repetition][rank]; empty elsewhere. Ranks: rank(), size(), is_root(), barrier(), gather(vector) -> all ranks'
/// numbers on rank 0. Clock: seconds.
template <class Ranks, class Step, class Clock = SteadyClock>
std::vector<Sample> measure(const Ranks& ranks, const MeasurePolicy& policy, Step&& step, Clock clock = {}) {
  std::vector<double> mine;  // per repetition: wall, stages
  std::size_t width = 1;
  const std::int64_t total = policy.warmups + policy.repetitions;
  for (std::int64_t repetition = 0; repetition < total; ++repetition) {
    ranks.barrier();
    const double begin = clock();
    const std::vector<double> stages = step(repetition);
    const double end = clock();
    width = stages.size() + 1;
    mine.push_back(end - begin);
    mine.insert(mine.end(), stages.begin(), stages.end());
  }
  const std::vector<double> all = ranks.gather(mine);
  std::vector<Sample> samples;
  if (!ranks.is_root()) return samples;
  for (std::int64_t repetition = 0; repetition < total; ++repetition) {
    for (int rank = 0; rank < ranks.size(); ++rank) {
      const auto at = static_cast<std::ptrdiff_t>(
          (static_cast<std::size_t>(rank) * static_cast<std::size_t>(total) + static_cast<std::size_t>(repetition)) *
          width);
      const auto first = all.begin() + at;
      samples.push_back({rank, repetition, repetition < policy.warmups, *first,
                         std::vector<double>(first + 1, first + static_cast<std::ptrdiff_t>(width))});
    }
  }
  return samples;
}

}  // namespace pac
